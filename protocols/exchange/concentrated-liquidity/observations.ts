import { Failure } from "../../../core/index.ts"
import { ObservationTooOld } from "./failures.ts"
import type { Observation, PoolState } from "./state.ts"

/** The oracle of v3-core (Oracle.sol): a ring of observations, written at most once a second, before the tick or the liquidity changes. */

const UINT32 = 2 ** 32

/** A time as the contract keeps it: modulo 2^32. */
export const timestamp32 = (time: number): number => (time < UINT32 ? time : time % UINT32)

const elapsed = (from: number, to: number): number => (to >= from ? to - from : to - from + UINT32)

/** The sums at a later time, if the tick and the liquidity had stayed. */
const extrapolated = (last: Observation, time: number, tick: number, liquidity: bigint): Observation => {
  const seconds = BigInt(elapsed(last.time, time))
  const perLiquidity = (seconds << 128n) / (liquidity > 0n ? liquidity : 1n)
  return {
    time,
    tickCumulative: BigInt.asIntN(56, last.tickCumulative + BigInt(tick) * seconds),
    secondsPerLiquidityCumulativeX128: BigInt.asUintN(160, last.secondsPerLiquidityCumulativeX128 + perLiquidity),
  }
}

type Ring = Pick<PoolState, "observations" | "observationIndex" | "observationCardinality" | "observationCardinalityNext">

/** The ring of a pool that begins. */
export const firstObservation = (pool: PoolState, time: number): Ring => ({
  observations: pool.observations.set(0, { time: timestamp32(time), tickCumulative: 0n, secondsPerLiquidityCumulativeX128: 0n }),
  observationIndex: 0,
  observationCardinality: 1,
  observationCardinalityNext: 1,
})

/** The ring with an observation of the pool as it was until now; undefined where there is one of this second. */
export const observed = (pool: PoolState, time: number): Ring | undefined => {
  const { observations, observationIndex: index, observationCardinality: cardinality, observationCardinalityNext } = pool
  const last = observations.get(index) as Observation
  const now = timestamp32(time)
  if (last.time === now) return undefined
  const grown = observationCardinalityNext > cardinality && index === cardinality - 1 ? observationCardinalityNext : cardinality
  const next = (index + 1) % grown
  return {
    observations: observations.set(next, extrapolated(last, now, pool.tick, pool.liquidity)),
    observationIndex: next,
    observationCardinality: grown,
    observationCardinalityNext,
  }
}

/** The sums as of now. */
export const latestObservation = (pool: PoolState, time: number): Observation => {
  const last = pool.observations.get(pool.observationIndex) as Observation
  const now = timestamp32(time)
  return last.time === now ? last : extrapolated(last, now, pool.tick, pool.liquidity)
}

/** The sums as of some seconds ago, between two observations interpolated as the contract does. */
export const observationAt = (pool: PoolState, time: number, secondsAgo: number): Observation | ObservationTooOld => {
  if (secondsAgo === 0) return latestObservation(pool, time)
  const now = timestamp32(time)
  const target = elapsed(secondsAgo, now)
  const around = surrounding(pool, now, target)
  if (around instanceof Failure) return around
  const [before, after] = around
  if (target === before.time) return before
  if (target === after.time) return after
  const wholeSeconds = BigInt(elapsed(before.time, after.time))
  const seconds = BigInt(elapsed(before.time, target))
  const ticks = BigInt.asIntN(56, after.tickCumulative - before.tickCumulative) / wholeSeconds
  const perLiquidity = (BigInt.asUintN(160, after.secondsPerLiquidityCumulativeX128 - before.secondsPerLiquidityCumulativeX128) * seconds) / wholeSeconds
  return {
    time: target,
    tickCumulative: BigInt.asIntN(56, before.tickCumulative + ticks * seconds),
    secondsPerLiquidityCumulativeX128: BigInt.asUintN(160, before.secondsPerLiquidityCumulativeX128 + perLiquidity),
  }
}

/** Whether `a` is not after `b`, both within the 2^32 seconds before `now`. */
const notAfter = (now: number, a: number, b: number): boolean => {
  if (a <= now && b <= now) return a <= b
  return (a > now ? a : a + UINT32) <= (b > now ? b : b + UINT32)
}

/** The observations at or before, and at or after, the target. */
const surrounding = (pool: PoolState, now: number, target: number): readonly [Observation, Observation] | ObservationTooOld => {
  const { observations, observationIndex: index, observationCardinality: cardinality } = pool
  const newest = observations.get(index) as Observation
  if (notAfter(now, newest.time, target)) {
    return [newest, newest.time === target ? newest : extrapolated(newest, target, pool.tick, pool.liquidity)]
  }
  const oldest = observations.get((index + 1) % cardinality) ?? (observations.get(0) as Observation)
  if (!notAfter(now, oldest.time, target)) return new ObservationTooOld({ secondsAgo: elapsed(target, now), oldest: elapsed(oldest.time, now) })
  let left = (index + 1) % cardinality
  let right = left + cardinality - 1
  for (;;) {
    const middle = Math.floor((left + right) / 2)
    const before = observations.get(middle % cardinality)
    // The ring has grown and is not yet full: what is written lies further right.
    if (before === undefined) {
      left = middle + 1
      continue
    }
    const reached = notAfter(now, before.time, target)
    const after = observations.get((middle + 1) % cardinality)
    if (reached && after !== undefined && notAfter(now, target, after.time)) return [before, after]
    if (reached) left = middle + 1
    else right = middle - 1
  }
}
