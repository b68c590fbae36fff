import type { Invariant } from "../../../core/index.ts"
import { claimsOf } from "./expectations.ts"
import type { PoolState } from "./state.ts"
import { sqrtPriceX96AtTick } from "./tick-math.ts"

/** Each gives the values that break it, or undefined. */

/** The liquidity is the sum of net liquidity at and below the tick. */
const liquidityIsNetBelow: Invariant<PoolState> = ({ state: { ticks, tick, liquidity } }) => {
  let below = 0n
  for (const [, { liquidityNet }] of ticks.range(undefined, tick)) below += liquidityNet
  return below === liquidity ? undefined : { tick, liquidity, below }
}

/** The net liquidity of all ticks is zero. */
const netIsZero: Invariant<PoolState> = ({ state: { ticks } }) => {
  let net = 0n
  for (const { liquidityNet } of ticks.values()) net += liquidityNet
  return net === 0n ? undefined : { net }
}

/** The ticks in use, their gross and their net liquidity are those of the positions. */
const ticksHoldPositions: Invariant<PoolState> = ({ state: { ticks, positions } }) => {
  const made = new Map<number, { gross: bigint; net: bigint }>()
  const add = (tick: number, liquidity: bigint, net: bigint): void => {
    const sums = made.get(tick) ?? { gross: 0n, net: 0n }
    made.set(tick, { gross: sums.gross + liquidity, net: sums.net + net })
  }
  for (const { tickLower, tickUpper, liquidity } of positions.values()) {
    if (liquidity === 0n) continue
    add(tickLower, liquidity, liquidity)
    add(tickUpper, liquidity, -liquidity)
  }
  for (const [tick, { liquidityGross, liquidityNet }] of ticks) {
    const { gross, net } = made.get(tick) ?? { gross: 0n, net: 0n }
    if (gross === 0n || gross !== liquidityGross || net !== liquidityNet) return { tick, liquidityGross, gross, liquidityNet, net }
    made.delete(tick)
  }
  return made.size === 0 ? undefined : { missing: [...made.keys()] }
}

/** The price lies between the prices of its tick and the next; at the next one after it has fallen to it. */
const tickIsOfPrice: Invariant<PoolState> = ({ state: { sqrtPriceX96, tick } }) => {
  if (sqrtPriceX96 === 0n) return undefined
  return sqrtPriceX96 >= sqrtPriceX96AtTick(tick) && sqrtPriceX96 <= sqrtPriceX96AtTick(tick + 1) ? undefined : { sqrtPriceX96, tick }
}

/** Fee growth outside of a tick is part of the whole. */
const outsideWithinGlobal: Invariant<PoolState> = ({ state: { ticks, feeGrowthGlobal0X128, feeGrowthGlobal1X128 } }) => {
  for (const [tick, { feeGrowthOutside0X128, feeGrowthOutside1X128 }] of ticks) {
    if (feeGrowthOutside0X128 > feeGrowthGlobal0X128 || feeGrowthOutside1X128 > feeGrowthGlobal1X128) {
      return { tick, feeGrowthOutside0X128, feeGrowthGlobal0X128, feeGrowthOutside1X128, feeGrowthGlobal1X128 }
    }
  }
  return undefined
}

/** If everybody burned and collected now, nobody would be refused for lack of funds. */
const claimsCovered: Invariant<PoolState> = ({ state, balance }) => {
  const { claim0, claim1 } = claimsOf(state)
  const balance0 = balance(state.asset0)
  const balance1 = balance(state.asset1)
  return balance0 >= claim0 && balance1 >= claim1 ? undefined : { balance0, claim0, balance1, claim1 }
}

/** The newest observation is in the ring, and the ring in what has been made room for. */
const ringHolds: Invariant<PoolState> = ({ state }) => {
  const { sqrtPriceX96, observations, observationIndex: index, observationCardinality: cardinality, observationCardinalityNext: next } = state
  if (sqrtPriceX96 === 0n) return undefined
  return index < cardinality && cardinality <= next && observations.has(index) && observations.size <= cardinality
    ? undefined
    : { index, cardinality, next, size: observations.size }
}

/** What every block of a pool keeps. */
export const invariants = { liquidityIsNetBelow, netIsZero, ticksHoldPositions, tickIsOfPrice, outsideWithinGlobal, claimsCovered, ringHolds }
