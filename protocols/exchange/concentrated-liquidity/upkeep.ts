import { Failure, pay, type AnyMessage, type Handler } from "../../../core/index.ts"
import { AlreadyInitialized, FeeProtocolInvalid, NotInitialized, NotOwner, PriceOutOfRange } from "./failures.ts"
import {
  FeeProtocolSet,
  Initialized,
  ProtocolCollected,
  type CollectProtocol,
  type IncreaseObservationCardinality,
  type Initialize,
  type Observe,
  type SetFeeProtocol,
} from "./messages.ts"
import { firstObservation, observationAt } from "./observations.ts"
import { nothingExpected } from "./quote.ts"
import type { Observation, PoolState } from "./state.ts"
import { isPoolPrice, tickAtSqrtPriceX96 } from "./tick-math.ts"

/** The pool's beginning, its settings and its oracle. `messages.ts` says what they promise. */
type Upkeep<M extends AnyMessage> = Handler<PoolState, M, typeof Initialized | typeof FeeProtocolSet | typeof ProtocolCollected>

export const initialize: Upkeep<typeof Initialize> = (pool, { sqrtPriceX96 }, { funds, time }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 !== 0n) return new AlreadyInitialized({ sqrtPriceX96: pool.sqrtPriceX96 })
  if (!isPoolPrice(sqrtPriceX96)) return new PriceOutOfRange({ sqrtPriceX96 })
  const tick = tickAtSqrtPriceX96(sqrtPriceX96)
  return { state: { ...pool, sqrtPriceX96, tick, ...firstObservation(pool, time) }, reply: { tick }, events: [Initialized.make({ sqrtPriceX96, tick })] }
}

export const setFeeProtocol: Upkeep<typeof SetFeeProtocol> = (pool, { feeProtocol0, feeProtocol1 }, { funds, sender }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  if (sender !== pool.owner) return new NotOwner({ sender })
  if (!isPart(feeProtocol0) || !isPart(feeProtocol1)) return new FeeProtocolInvalid({ feeProtocol0, feeProtocol1 })
  return { state: { ...pool, feeProtocol0, feeProtocol1 }, events: [FeeProtocolSet.make({ feeProtocol0, feeProtocol1 })] }
}

const isPart = (part: number): boolean => part === 0 || (part >= 4 && part <= 10)

export const collectProtocol: Upkeep<typeof CollectProtocol> = (pool, { amount0Max, amount1Max }, { funds, sender }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  if (sender !== pool.owner) return new NotOwner({ sender })
  const amount0 = collectible(pool.protocolFees0, amount0Max)
  const amount1 = collectible(pool.protocolFees1, amount1Max)
  return {
    state: { ...pool, protocolFees0: pool.protocolFees0 - amount0, protocolFees1: pool.protocolFees1 - amount1 },
    reply: { amount0, amount1 },
    sends: amount0 === 0n && amount1 === 0n ? [] : [pay(sender, { [pool.asset0]: amount0, [pool.asset1]: amount1 })],
    events: [ProtocolCollected.make({ owner: sender, amount0, amount1 })],
  }
}

/** The contract leaves a unit, so that its storage slot is not cleared. */
const collectible = (fees: bigint, maximum: bigint): bigint => (maximum < fees ? maximum : fees === 0n ? 0n : fees - 1n)

export const increaseObservationCardinality: Upkeep<typeof IncreaseObservationCardinality> = (pool, { cardinalityNext }, { funds }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  const next = Math.max(cardinalityNext, pool.observationCardinalityNext)
  return { state: { ...pool, observationCardinalityNext: next }, reply: { cardinalityNext: next } }
}

export const observe: Upkeep<typeof Observe> = (pool, { secondsAgos }, { funds, time }) => {
  if (!funds.isEmpty) return nothingExpected(funds)
  if (pool.sqrtPriceX96 === 0n) return new NotInitialized()
  const observations: Observation[] = []
  for (const secondsAgo of secondsAgos) {
    const observation = observationAt(pool, time, secondsAgo)
    if (observation instanceof Failure) return observation
    observations.push(observation)
  }
  return {
    state: pool,
    reply: {
      tickCumulatives: observations.map(({ tickCumulative }) => tickCumulative),
      secondsPerLiquidityCumulativeX128s: observations.map(({ secondsPerLiquidityCumulativeX128 }) => secondsPerLiquidityCumulativeX128),
    },
  }
}
