import { Actor, Address, AssetId, Integer, Nullable, SortedTable, Table } from "../../../core/index.ts"
import { Hop, RouteCompleted, RouteStopped, stopRoute } from "../router/messages.ts"
import { expectations } from "./expectations.ts"
import { invariants } from "./invariants.ts"
import { burn, collect, deposit, mint } from "./liquidity.ts"
import {
  Burn,
  Burned,
  Collect,
  Collected,
  CollectProtocol,
  Deposit,
  Exchange,
  FeeProtocolSet,
  IncreaseObservationCardinality,
  Initialize,
  Initialized,
  Mint,
  Minted,
  Observe,
  PoolView,
  ProtocolCollected,
  SetFeeProtocol,
  Swap,
  SwapForExact,
  Swapped,
} from "./messages.ts"
import { PoolFields } from "./state.ts"
import { exchange, hop, swap, swapForExact } from "./trade.ts"
import { collectProtocol, increaseObservationCardinality, initialize, observe, setFeeProtocol } from "./upkeep.ts"

/** Fees and tick spacings of the pools that Uniswap's factory makes, the fee in hundredths of a basis point. */
export const FEE_TIERS = [
  { feePips: 100, tickSpacing: 1 },
  { feePips: 500, tickSpacing: 10 },
  { feePips: 3_000, tickSpacing: 60 },
  { feePips: 10_000, tickSpacing: 200 },
] as const

/** A pool after Uniswap v3; `messages.ts` says what it promises. */
export const ConcentratedLiquidityPool = Actor.make("clmm/ConcentratedLiquidityPool", {
  params: {
    asset0: AssetId,
    asset1: AssetId,
    feePips: Integer(0, 999_999),
    tickSpacing: Integer(1, 16_383),
    owner: Nullable(Address),
  },
  state: PoolFields,
  messages: {
    Initialize,
    Swap,
    SwapForExact,
    Exchange,
    Mint,
    Deposit,
    Burn,
    Collect,
    SetFeeProtocol,
    CollectProtocol,
    IncreaseObservationCardinality,
    Observe,
    Hop,
  },
  events: [Initialized, Swapped, Minted, Burned, Collected, FeeProtocolSet, ProtocolCollected, RouteCompleted, RouteStopped],
  view: PoolView,
  publish: ({ sqrtPriceX96, tick, liquidity, feePips, observations, observationIndex }) => {
    const last = observations.get(observationIndex)
    return {
      sqrtPriceX96,
      tick,
      liquidity,
      feePips,
      tickCumulative: last?.tickCumulative ?? 0n,
      secondsPerLiquidityCumulativeX128: last?.secondsPerLiquidityCumulativeX128 ?? 0n,
      timeLast: last?.time ?? 0,
    }
  },
  create: (params) => {
    if (params.asset0 === params.asset1) throw new TypeError(`a pool needs two assets, but has ${params.asset0} twice`)
    return {
      ...params,
      sqrtPriceX96: 0n,
      tick: 0,
      liquidity: 0n,
      feeGrowthGlobal0X128: 0n,
      feeGrowthGlobal1X128: 0n,
      feeProtocol0: 0,
      feeProtocol1: 0,
      protocolFees0: 0n,
      protocolFees1: 0n,
      observationIndex: 0,
      observationCardinality: 0,
      observationCardinalityNext: 0,
      observations: Table.empty(),
      ticks: SortedTable.empty(),
      positions: Table.empty(),
    }
  },
  handlers: {
    Initialize: initialize,
    Swap: swap,
    SwapForExact: swapForExact,
    Exchange: exchange,
    Mint: mint,
    Deposit: deposit,
    Burn: burn,
    Collect: collect,
    SetFeeProtocol: setFeeProtocol,
    CollectProtocol: collectProtocol,
    IncreaseObservationCardinality: increaseObservationCardinality,
    Observe: observe,
    Hop: hop,
  },
  bounced: (pool, bounce) => ({ state: pool, ...stopRoute(bounce) }),
  invariants,
  ...expectations,
})
