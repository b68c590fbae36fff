import { latestObservation } from "./observations.ts"
import type { PoolState } from "./state.ts"

/** Running sums between two ticks: only differences between two readings mean something, and only while both ticks stayed in use. */
export interface CumulativesInside {
  /** Tick times seconds, modulo 2^56, signed. */
  readonly tickCumulative: bigint
  /** Seconds per unit of liquidity as a Q128, modulo 2^160. */
  readonly secondsPerLiquidityX128: bigint
  /** Seconds that the price was between the ticks, modulo 2^32. */
  readonly seconds: number
}

/** The sums between two ticks as of `time` (snapshotCumulativesInside of v3-core); undefined where one of the ticks is not in use. */
export const cumulativesInside = (pool: PoolState, tickLower: number, tickUpper: number, time: number): CumulativesInside | undefined => {
  const lower = pool.ticks.get(tickLower)
  const upper = pool.ticks.get(tickUpper)
  if (lower === undefined || upper === undefined) return undefined
  const below = { tickCumulative: lower.tickCumulativeOutside, secondsPerLiquidityX128: lower.secondsPerLiquidityOutsideX128, seconds: lower.secondsOutside }
  const above = { tickCumulative: upper.tickCumulativeOutside, secondsPerLiquidityX128: upper.secondsPerLiquidityOutsideX128, seconds: upper.secondsOutside }
  if (pool.tick < tickLower) return difference(below, above)
  if (pool.tick >= tickUpper) return difference(above, below)
  const latest = latestObservation(pool, time)
  const now = { tickCumulative: latest.tickCumulative, secondsPerLiquidityX128: latest.secondsPerLiquidityCumulativeX128, seconds: latest.time }
  return difference(difference(now, below), above)
}

const difference = (left: CumulativesInside, right: CumulativesInside): CumulativesInside => ({
  tickCumulative: BigInt.asIntN(56, left.tickCumulative - right.tickCumulative),
  secondsPerLiquidityX128: BigInt.asUintN(160, left.secondsPerLiquidityX128 - right.secondsPerLiquidityX128),
  seconds: (left.seconds - right.seconds) >>> 0,
})
