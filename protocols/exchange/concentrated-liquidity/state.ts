import {
  Address,
  Amount,
  AssetId,
  Integer,
  Nullable,
  Seconds,
  SignedInteger,
  SortedTableOf,
  Struct,
  TableOf,
  Text,
  Uint,
  type Value,
  type Values,
} from "../../../core/index.ts"
import { Tick } from "./tick.ts"

/** A tick at which positions begin or end. What is "outside" lies on the other side of the tick than the price; only differences mean something. */
export const TickInfo = Struct({
  /** Liquidity of all positions that begin or end here. */
  liquidityGross: Uint(128),
  /** Added to the liquidity when the price rises through the tick, taken from it when it falls. */
  liquidityNet: SignedInteger,
  feeGrowthOutside0X128: Amount,
  feeGrowthOutside1X128: Amount,
  /** Tick times seconds, modulo 2^56, signed. */
  tickCumulativeOutside: SignedInteger,
  /** Seconds per unit of liquidity as a Q128, modulo 2^160. */
  secondsPerLiquidityOutsideX128: Uint(160),
  /** Modulo 2^32. */
  secondsOutside: Seconds,
})
export type TickInfo = Value<typeof TickInfo>

/** Liquidity of one owner between two ticks, and what it has earned. */
export const Position = Struct({
  owner: Address,
  tickLower: Tick,
  tickUpper: Tick,
  liquidity: Uint(128),
  /** Fee growth between the ticks when the position was last touched. */
  feeGrowthInside0LastX128: Amount,
  feeGrowthInside1LastX128: Amount,
  /** Burned and earned, not yet collected; modulo 2^128 as in the contract. */
  tokensOwed0: Uint(128),
  tokensOwed1: Uint(128),
})
export type Position = Value<typeof Position>

/** The running sums of the oracle at one time. */
export const Observation = Struct({
  /** Modulo 2^32. */
  time: Seconds,
  /** Tick times seconds, modulo 2^56, signed. */
  tickCumulative: SignedInteger,
  /** Seconds per unit of liquidity as a Q128, modulo 2^160. */
  secondsPerLiquidityCumulativeX128: Uint(160),
})
export type Observation = Value<typeof Observation>

/** Observations that a pool can keep. */
export const OBSERVATIONS_MAX = 65_535

/** A pool between two messages. */
export const PoolFields = {
  asset0: AssetId,
  asset1: AssetId,
  /** Fee on what comes in, in hundredths of a basis point: 3,000 is 0.3 %. */
  feePips: Integer(0, 999_999),
  /** Positions begin and end at multiples of it. */
  tickSpacing: Integer(1, 16_383),
  /** Who sets and collects the protocol fee; null: nobody. */
  owner: Nullable(Address),
  /** Square root of asset 1 per asset 0; 0 until the pool is initialized. */
  sqrtPriceX96: Uint(160),
  tick: Tick,
  /** Of the positions that the price is in. */
  liquidity: Uint(128),
  /** Fees per unit of liquidity since the pool began, modulo 2^256. */
  feeGrowthGlobal0X128: Amount,
  feeGrowthGlobal1X128: Amount,
  /** The protocol's part of the fees on each asset is one of so many; 0: none. */
  feeProtocol0: Integer(0, 10),
  feeProtocol1: Integer(0, 10),
  /** Not yet collected; modulo 2^128 as in the contract. */
  protocolFees0: Uint(128),
  protocolFees1: Uint(128),
  observationIndex: Integer(0, OBSERVATIONS_MAX - 1),
  observationCardinality: Integer(0, OBSERVATIONS_MAX),
  observationCardinalityNext: Integer(0, OBSERVATIONS_MAX),
  observations: TableOf(Integer(0, OBSERVATIONS_MAX - 1), Observation),
  ticks: SortedTableOf(Tick, TickInfo),
  /** By owner and ticks; those with neither liquidity nor anything owed are gone. */
  positions: TableOf(Text(160), Position),
}

export type PoolState = Values<typeof PoolFields>

/** A position's name in the table. */
export const positionKey = (owner: Address, tickLower: number, tickUpper: number): string => `${owner} ${tickLower} ${tickUpper}`
