import type { PoolState, TickInfo } from "./state.ts"
import { MAX_TICK, MIN_TICK } from "./tick.ts"

/** Ticks as TickBitmap.sol and Tick.sol of v3-core treat them, kept in one sorted table. */

/** Ticks of one word of the contract's bitmap. */
const WORD = 256
const LIQUIDITY_MAX = 2n ** 128n - 1n

/** The lowest and highest ticks that positions can have. */
export const lowestTick = (tickSpacing: number): number => Math.ceil(MIN_TICK / tickSpacing) * tickSpacing
export const highestTick = (tickSpacing: number): number => Math.floor(MAX_TICK / tickSpacing) * tickSpacing

/** Liquidity that may begin or end at one tick, so that no sum of them leaves 128 bits. */
export const liquidityPerTickMax = (tickSpacing: number): bigint =>
  LIQUIDITY_MAX / BigInt((highestTick(tickSpacing) - lowestTick(tickSpacing)) / tickSpacing + 1)

/**
 * Where the next step of a swap ends at the latest: the next tick in use from `tick`, but no further than the edge of the contract's bitmap
 * word that `within` lies in. Each step rounds, so the steps must be the contract's own: there `within` is `tick` itself.
 */
export const nextTick = (ticks: PoolState["ticks"], tickSpacing: number, tick: number, zeroForOne: boolean, within = tick): number => {
  const compressed = Math.floor(within / tickSpacing)
  if (zeroForOne) {
    const edge = (compressed - (compressed & (WORD - 1))) * tickSpacing
    return Math.max(ticks.floor(tick)?.[0] ?? MIN_TICK, edge, MIN_TICK)
  }
  const next = compressed + 1
  const edge = (next + (WORD - 1) - (next & (WORD - 1))) * tickSpacing
  return Math.min(ticks.higher(tick)?.[0] ?? MAX_TICK, edge, MAX_TICK)
}

/** The running sums that a tick remembers. */
export interface Growth {
  readonly feeGrowthGlobal0X128: bigint
  readonly feeGrowthGlobal1X128: bigint
  readonly tickCumulative: bigint
  readonly secondsPerLiquidityCumulativeX128: bigint
  /** Modulo 2^32. */
  readonly time: number
}

/** The tick after the price passed through it: what was outside is inside and the reverse. */
export const crossed = (info: TickInfo, growth: Growth): TickInfo => ({
  liquidityGross: info.liquidityGross,
  liquidityNet: info.liquidityNet,
  feeGrowthOutside0X128: BigInt.asUintN(256, growth.feeGrowthGlobal0X128 - info.feeGrowthOutside0X128),
  feeGrowthOutside1X128: BigInt.asUintN(256, growth.feeGrowthGlobal1X128 - info.feeGrowthOutside1X128),
  tickCumulativeOutside: BigInt.asIntN(56, growth.tickCumulative - info.tickCumulativeOutside),
  secondsPerLiquidityOutsideX128: BigInt.asUintN(160, growth.secondsPerLiquidityCumulativeX128 - info.secondsPerLiquidityOutsideX128),
  secondsOutside: (growth.time - info.secondsOutside) >>> 0,
})

/** A tick that comes into use: by convention all that happened before happened below it. */
export const newTick = (tick: number, tickCurrent: number, growth: Growth): TickInfo => {
  const below = tick <= tickCurrent
  return {
    liquidityGross: 0n,
    liquidityNet: 0n,
    feeGrowthOutside0X128: below ? growth.feeGrowthGlobal0X128 : 0n,
    feeGrowthOutside1X128: below ? growth.feeGrowthGlobal1X128 : 0n,
    tickCumulativeOutside: below ? growth.tickCumulative : 0n,
    secondsPerLiquidityOutsideX128: below ? growth.secondsPerLiquidityCumulativeX128 : 0n,
    secondsOutside: below ? growth.time : 0,
  }
}

/** Fees per unit of liquidity, modulo 2^256. */
export interface GrowthInside {
  readonly feeGrowthInside0X128: bigint
  readonly feeGrowthInside1X128: bigint
}

/** The fee growth between two ticks; a tick that is not in use counts as one without growth. */
export const feeGrowthInside = (pool: PoolState, tickLower: number, tickUpper: number, ticks = pool.ticks): GrowthInside => {
  const lower = ticks.get(tickLower)
  const upper = ticks.get(tickUpper)
  const inside = (global: bigint, lowerOutside = 0n, upperOutside = 0n): bigint => {
    const below = pool.tick >= tickLower ? lowerOutside : global - lowerOutside
    const above = pool.tick < tickUpper ? upperOutside : global - upperOutside
    return BigInt.asUintN(256, global - below - above)
  }
  return {
    feeGrowthInside0X128: inside(pool.feeGrowthGlobal0X128, lower?.feeGrowthOutside0X128, upper?.feeGrowthOutside0X128),
    feeGrowthInside1X128: inside(pool.feeGrowthGlobal1X128, lower?.feeGrowthOutside1X128, upper?.feeGrowthOutside1X128),
  }
}
