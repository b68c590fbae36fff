import type { Address } from "../../../core/index.ts"
import { InsufficientPosition, LiquidityTooLarge, TicksInvalid } from "./failures.ts"
import { amountsDown, Q128, type Amounts } from "./math.ts"
import { latestObservation, observed } from "./observations.ts"
import { positionKey, type PoolState, type Position } from "./state.ts"
import { sqrtPriceX96AtTick } from "./tick-math.ts"
import { feeGrowthInside, liquidityPerTickMax, newTick } from "./ticks.ts"

/** Positions as Position.sol and UniswapV3Pool._updatePosition of v3-core treat them. */

/** Whose position, and between which ticks. */
export interface Place {
  readonly owner: Address
  readonly tickLower: number
  readonly tickUpper: number
}

/** Whether two ticks span a position of this pool. */
export const checkTicks = ({ tickSpacing }: PoolState, { tickLower, tickUpper }: Omit<Place, "owner">): TicksInvalid | undefined => {
  if (tickLower >= tickUpper) return new TicksInvalid({ tickLower, tickUpper, problem: "order" })
  if (tickLower % tickSpacing !== 0 || tickUpper % tickSpacing !== 0) return new TicksInvalid({ tickLower, tickUpper, problem: "spacing" })
  return undefined
}

/** The position of the table, or one of nothing. */
export const positionAt = ({ positions }: PoolState, { owner, tickLower, tickUpper }: Place): Position =>
  positions.get(positionKey(owner, tickLower, tickUpper)) ?? {
    owner,
    tickLower,
    tickUpper,
    liquidity: 0n,
    feeGrowthInside0LastX128: 0n,
    feeGrowthInside1LastX128: 0n,
    tokensOwed0: 0n,
    tokensOwed1: 0n,
  }

/** The pool with a position that is this one; without it where nothing of it is left. */
export const withPosition = (pool: PoolState, position: Position): PoolState => {
  const key = positionKey(position.owner, position.tickLower, position.tickUpper)
  const empty = position.liquidity === 0n && position.tokensOwed0 === 0n && position.tokensOwed1 === 0n
  return { ...pool, positions: empty ? pool.positions.delete(key) : pool.positions.set(key, position) }
}

const NOTHING: Amounts = { amount0: 0n, amount1: 0n }

/**
 * The pool with `delta` more liquidity in a position, its fees until now and what it `gave` up counted as owed to it; a delta of zero only
 * counts the fees.
 */
export const withLiquidity = (
  pool: PoolState,
  place: Place,
  delta: bigint,
  time: number,
  gave = NOTHING,
): PoolState | InsufficientPosition | LiquidityTooLarge => {
  const { tickLower, tickUpper } = place
  const before = positionAt(pool, place)
  const liquidity = before.liquidity + delta
  if (liquidity < 0n || (delta === 0n && liquidity === 0n)) return new InsufficientPosition({ liquidity: before.liquidity, wanted: -delta })
  let { ticks } = pool
  if (delta !== 0n) {
    const maximum = liquidityPerTickMax(pool.tickSpacing)
    const sums = latestObservation(pool, time)
    const growth = { ...sums, feeGrowthGlobal0X128: pool.feeGrowthGlobal0X128, feeGrowthGlobal1X128: pool.feeGrowthGlobal1X128 }
    for (const [tick, net] of [[tickLower, delta], [tickUpper, -delta]] as const) {
      const info = ticks.get(tick) ?? newTick(tick, pool.tick, growth)
      const liquidityGross = info.liquidityGross + delta
      if (liquidityGross > maximum) return new LiquidityTooLarge({ liquidity: liquidityGross, maximum })
      ticks = ticks.set(tick, { ...info, liquidityGross, liquidityNet: info.liquidityNet + net })
    }
  }
  const { feeGrowthInside0X128, feeGrowthInside1X128 } = feeGrowthInside(pool, tickLower, tickUpper, ticks)
  for (const tick of [tickLower, tickUpper]) if (ticks.get(tick)?.liquidityGross === 0n) ticks = ticks.delete(tick)
  const position: Position = {
    ...before,
    liquidity,
    feeGrowthInside0LastX128: feeGrowthInside0X128,
    feeGrowthInside1LastX128: feeGrowthInside1X128,
    tokensOwed0: owed(before.tokensOwed0 + gave.amount0, feeGrowthInside0X128 - before.feeGrowthInside0LastX128, before.liquidity),
    tokensOwed1: owed(before.tokensOwed1 + gave.amount1, feeGrowthInside1X128 - before.feeGrowthInside1LastX128, before.liquidity),
  }
  const inRange = delta !== 0n && pool.tick >= tickLower && pool.tick < tickUpper
  const after = inRange ? { ...pool, ...observed(pool, time), ticks, liquidity: pool.liquidity + delta } : { ...pool, ticks }
  return withPosition(after, position)
}

/** What was owed and what has been earned since, modulo 2^128; rounded down. */
const owed = (before: bigint, growthX128: bigint, liquidity: bigint): bigint =>
  BigInt.asUintN(128, before + (BigInt.asUintN(256, growthX128) * liquidity) / Q128)

/** What the owner would be paid who burned all of a position now and collected; rounded down. */
export const worthOf = (pool: PoolState, position: Position): Amounts => {
  const { tickLower, tickUpper, liquidity } = position
  const held = amountsDown(pool.sqrtPriceX96, sqrtPriceX96AtTick(tickLower), sqrtPriceX96AtTick(tickUpper), liquidity)
  const { feeGrowthInside0X128, feeGrowthInside1X128 } = feeGrowthInside(pool, tickLower, tickUpper)
  return {
    amount0: owed(position.tokensOwed0 + held.amount0, feeGrowthInside0X128 - position.feeGrowthInside0LastX128, liquidity),
    amount1: owed(position.tokensOwed1 + held.amount1, feeGrowthInside1X128 - position.feeGrowthInside1LastX128, liquidity),
  }
}
