import { stepIn, stepOut } from "./math.ts"
import { latestObservation, observed } from "./observations.ts"
import type { PoolState, TickInfo } from "./state.ts"
import { sqrtPriceX96AtTick, tickAtSqrtPriceX96 } from "./tick-math.ts"
import { crossed, nextTick } from "./ticks.ts"

/** What a swap would do to a pool; the loop of UniswapV3Pool.swap, which changes nothing yet. */
export interface SwapOutcome {
  /** As the pool sees them: positive what comes in, negative what goes out. */
  readonly amount0: bigint
  readonly amount1: bigint
  readonly sqrtPriceX96: bigint
  readonly tick: number
  readonly liquidity: bigint
  /** Of the asset that comes in. */
  readonly feeGrowthGlobalX128: bigint
  readonly protocolFee: bigint
  /** Ticks in use that the price passed, in turn, and the fee growth at that moment. */
  readonly crossings: readonly Crossing[]
}

interface Crossing {
  readonly tick: number
  readonly feeGrowthGlobalX128: bigint
}

const NO_CROSSINGS: readonly Crossing[] = Object.freeze([])

/** Steps from tick to tick until the amount is spent (where it is positive) or bought (negative), or the price is at the limit. */
export const swapSteps = (pool: PoolState, zeroForOne: boolean, amountSpecified: bigint, limitX96: bigint): SwapOutcome => {
  const { ticks, tickSpacing } = pool
  const exactIn = amountSpecified > 0n
  const feePips = BigInt(pool.feePips)
  const feeProtocol = BigInt(zeroForOne ? pool.feeProtocol0 : pool.feeProtocol1)
  let remaining = exactIn ? amountSpecified : -amountSpecified
  let calculated = 0n
  let { sqrtPriceX96, tick, liquidity } = pool
  let feeGrowthGlobalX128 = zeroForOne ? pool.feeGrowthGlobal0X128 : pool.feeGrowthGlobal1X128
  let protocolFee = 0n
  let crossings: Crossing[] | undefined
  while (remaining !== 0n && sqrtPriceX96 !== limitX96) {
    // Without liquidity nothing is rounded: one step goes all the way, and ends in the word in which the contract's last one does.
    const tickNext = nextTick(ticks, tickSpacing, tick, zeroForOne, liquidity === 0n ? tickAtSqrtPriceX96(limitX96) : tick)
    const nextX96 = sqrtPriceX96AtTick(tickNext)
    const targetX96 = (zeroForOne ? nextX96 < limitX96 : nextX96 > limitX96) ? limitX96 : nextX96
    const startX96 = sqrtPriceX96
    const step = (exactIn ? stepIn : stepOut)(startX96, targetX96, liquidity, remaining, feePips, zeroForOne)
    sqrtPriceX96 = step.sqrtPriceX96
    let { fee } = step
    remaining -= exactIn ? step.amountIn + fee : step.amountOut
    calculated += exactIn ? step.amountOut : step.amountIn + fee
    if (feeProtocol > 0n) {
      const part = fee / feeProtocol
      fee -= part
      protocolFee += part
    }
    if (liquidity > 0n) feeGrowthGlobalX128 = BigInt.asUintN(256, feeGrowthGlobalX128 + (fee << 128n) / liquidity)
    if (sqrtPriceX96 === nextX96) {
      const info = ticks.get(tickNext)
      if (info !== undefined) {
        crossings ??= []
        crossings.push({ tick: tickNext, feeGrowthGlobalX128 })
        liquidity += zeroForOne ? -info.liquidityNet : info.liquidityNet
      }
      tick = zeroForOne ? tickNext - 1 : tickNext
    } else if (sqrtPriceX96 !== startX96) tick = tickAtSqrtPriceX96(sqrtPriceX96)
  }
  const specified = exactIn ? amountSpecified - remaining : amountSpecified + remaining
  const other = exactIn ? -calculated : calculated
  return {
    amount0: zeroForOne === exactIn ? specified : other,
    amount1: zeroForOne === exactIn ? other : specified,
    sqrtPriceX96,
    tick,
    liquidity,
    feeGrowthGlobalX128,
    protocolFee: BigInt.asUintN(128, protocolFee),
    crossings: crossings ?? NO_CROSSINGS,
  }
}

/** The pool after a swap. */
export const afterSwap = (pool: PoolState, zeroForOne: boolean, outcome: SwapOutcome, time: number): PoolState => {
  const { sqrtPriceX96, tick, liquidity, feeGrowthGlobalX128, protocolFee } = outcome
  const ring = tick === pool.tick ? undefined : observed(pool, time)
  const moved = { ...pool, ...ring, sqrtPriceX96, tick, liquidity, ticks: ticksAfter(pool, zeroForOne, outcome, time) }
  if (zeroForOne) {
    moved.feeGrowthGlobal0X128 = feeGrowthGlobalX128
    moved.protocolFees0 = BigInt.asUintN(128, pool.protocolFees0 + protocolFee)
  } else {
    moved.feeGrowthGlobal1X128 = feeGrowthGlobalX128
    moved.protocolFees1 = BigInt.asUintN(128, pool.protocolFees1 + protocolFee)
  }
  return moved
}

const ticksAfter = (pool: PoolState, zeroForOne: boolean, { crossings }: SwapOutcome, time: number): PoolState["ticks"] => {
  let { ticks } = pool
  if (crossings.length === 0) return ticks
  const { feeGrowthGlobal0X128, feeGrowthGlobal1X128 } = pool
  const sums = latestObservation(pool, time)
  for (const { tick, feeGrowthGlobalX128 } of crossings) {
    const growth = zeroForOne
      ? { ...sums, feeGrowthGlobal0X128: feeGrowthGlobalX128, feeGrowthGlobal1X128 }
      : { ...sums, feeGrowthGlobal0X128, feeGrowthGlobal1X128: feeGrowthGlobalX128 }
    ticks = ticks.set(tick, crossed(ticks.get(tick) as TickInfo, growth))
  }
  return ticks
}
