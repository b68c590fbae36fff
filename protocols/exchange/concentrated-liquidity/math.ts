import { MAX_UINT256, Q96 } from "../../../core/index.ts"

/**
 * SqrtPriceMath and SwapMath of v3-core, and LiquidityAmounts of v3-periphery, for prices within a pool's range, a liquidity of at most
 * 2^128 - 1 and fees below a whole: then no intermediate result of the contract leaves its 256 bits but where it is looked at here.
 */

/** Pips of a whole. */
export const PIPS = 1_000_000n
/** 1.0 of a fee growth: fees per unit of liquidity, as a Q128.128. */
export const Q128 = 1n << 128n
const Q96_MASK = Q96 - 1n

const divUp = (x: bigint, y: bigint): bigint => (x + y - 1n) / y

/** Asset 0 that `liquidity` holds between two prices, rounded down. */
export const amount0Down = (sqrtLowerX96: bigint, sqrtUpperX96: bigint, liquidity: bigint): bigint =>
  ((liquidity << 96n) * (sqrtUpperX96 - sqrtLowerX96)) / sqrtUpperX96 / sqrtLowerX96

/** Asset 0 that `liquidity` needs between two prices, rounded up. */
export const amount0Up = (sqrtLowerX96: bigint, sqrtUpperX96: bigint, liquidity: bigint): bigint =>
  divUp(divUp((liquidity << 96n) * (sqrtUpperX96 - sqrtLowerX96), sqrtUpperX96), sqrtLowerX96)

/** Asset 1 that `liquidity` holds between two prices, rounded down. */
export const amount1Down = (sqrtLowerX96: bigint, sqrtUpperX96: bigint, liquidity: bigint): bigint =>
  (liquidity * (sqrtUpperX96 - sqrtLowerX96)) >> 96n

/** Asset 1 that `liquidity` needs between two prices, rounded up. */
export const amount1Up = (sqrtLowerX96: bigint, sqrtUpperX96: bigint, liquidity: bigint): bigint =>
  (liquidity * (sqrtUpperX96 - sqrtLowerX96) + Q96_MASK) >> 96n

/** The price after `amountIn` came in, rounded against the trader: getNextSqrtPriceFromInput. */
const priceAfterInput = (sqrtX96: bigint, liquidity: bigint, amountIn: bigint, zeroForOne: boolean): bigint => {
  if (!zeroForOne) return sqrtX96 + (amountIn << 96n) / liquidity
  const shifted = liquidity << 96n
  const product = amountIn * sqrtX96
  // Where the contract's denominator leaves 256 bits, it takes a less exact way.
  return product <= MAX_UINT256 - shifted ? divUp(shifted * sqrtX96, shifted + product) : divUp(shifted, shifted / sqrtX96 + amountIn)
}

/** The price after `amountOut` went out, rounded against the trader: getNextSqrtPriceFromOutput. There must be as much. */
const priceAfterOutput = (sqrtX96: bigint, liquidity: bigint, amountOut: bigint, zeroForOne: boolean): bigint => {
  if (zeroForOne) return sqrtX96 - divUp(amountOut << 96n, liquidity)
  const shifted = liquidity << 96n
  return divUp(shifted * sqrtX96, shifted - amountOut * sqrtX96)
}

/** What one step of a swap, from a price to at most a target, takes and gives. */
export interface SwapStep {
  readonly sqrtPriceX96: bigint
  /** Without the fee. */
  readonly amountIn: bigint
  readonly amountOut: bigint
  readonly fee: bigint
}

/** A step that spends at most `remaining`, fee included: computeSwapStep with an exact input. */
export const stepIn = (sqrtX96: bigint, targetX96: bigint, liquidity: bigint, remaining: bigint, feePips: bigint, zeroForOne: boolean): SwapStep => {
  const scaled = remaining * (PIPS - feePips)
  const wholeIn = zeroForOne ? amount0Up(targetX96, sqrtX96, liquidity) : amount1Up(sqrtX96, targetX96, liquidity)
  // What can be spent is scaled / PIPS, rounded down; compared without the division.
  const next = scaled >= wholeIn * PIPS ? targetX96 : priceAfterInput(sqrtX96, liquidity, scaled / PIPS, zeroForOne)
  if (next === targetX96) {
    const amountOut = zeroForOne ? amount1Down(next, sqrtX96, liquidity) : amount0Down(sqrtX96, next, liquidity)
    return { sqrtPriceX96: next, amountIn: wholeIn, amountOut, fee: divUp(wholeIn * feePips, PIPS - feePips) }
  }
  const amountIn = zeroForOne ? amount0Up(next, sqrtX96, liquidity) : amount1Up(sqrtX96, next, liquidity)
  const amountOut = zeroForOne ? amount1Down(next, sqrtX96, liquidity) : amount0Down(sqrtX96, next, liquidity)
  // The target is not reached: what remains is all spent, as the fee.
  return { sqrtPriceX96: next, amountIn, amountOut, fee: remaining - amountIn }
}

/** A step that gives at most `remaining`: computeSwapStep with an exact output. */
export const stepOut = (sqrtX96: bigint, targetX96: bigint, liquidity: bigint, remaining: bigint, feePips: bigint, zeroForOne: boolean): SwapStep => {
  const wholeOut = zeroForOne ? amount1Down(targetX96, sqrtX96, liquidity) : amount0Down(sqrtX96, targetX96, liquidity)
  const next = remaining >= wholeOut ? targetX96 : priceAfterOutput(sqrtX96, liquidity, remaining, zeroForOne)
  const amountIn = zeroForOne ? amount0Up(next, sqrtX96, liquidity) : amount1Up(sqrtX96, next, liquidity)
  let amountOut = wholeOut
  if (next !== targetX96) amountOut = zeroForOne ? amount1Down(next, sqrtX96, liquidity) : amount0Down(sqrtX96, next, liquidity)
  if (amountOut > remaining) amountOut = remaining
  return { sqrtPriceX96: next, amountIn, amountOut, fee: divUp(amountIn * feePips, PIPS - feePips) }
}

/** Amounts of both assets. */
export interface Amounts {
  readonly amount0: bigint
  readonly amount1: bigint
}

/** What a position of `liquidity` between two prices holds at a price, rounded down. */
export const amountsDown = (sqrtX96: bigint, sqrtLowerX96: bigint, sqrtUpperX96: bigint, liquidity: bigint): Amounts => {
  const within = clamp(sqrtX96, sqrtLowerX96, sqrtUpperX96)
  return { amount0: amount0Down(within, sqrtUpperX96, liquidity), amount1: amount1Down(sqrtLowerX96, within, liquidity) }
}

/** What a position of `liquidity` between two prices needs at a price, rounded up. */
export const amountsUp = (sqrtX96: bigint, sqrtLowerX96: bigint, sqrtUpperX96: bigint, liquidity: bigint): Amounts => {
  const within = clamp(sqrtX96, sqrtLowerX96, sqrtUpperX96)
  return { amount0: amount0Up(within, sqrtUpperX96, liquidity), amount1: amount1Up(sqrtLowerX96, within, liquidity) }
}

/** The most liquidity that the amounts are enough for, rounded down as LiquidityAmounts does: a unit less here and there. */
export const liquidityDown = (sqrtX96: bigint, sqrtLowerX96: bigint, sqrtUpperX96: bigint, { amount0, amount1 }: Amounts): bigint => {
  const of0 = (lower: bigint) => (amount0 * ((lower * sqrtUpperX96) >> 96n)) / (sqrtUpperX96 - lower)
  const of1 = (upper: bigint) => (amount1 << 96n) / (upper - sqrtLowerX96)
  if (sqrtX96 <= sqrtLowerX96) return of0(sqrtLowerX96)
  if (sqrtX96 >= sqrtUpperX96) return of1(sqrtUpperX96)
  const [by0, by1] = [of0(sqrtX96), of1(sqrtX96)]
  return by0 < by1 ? by0 : by1
}

const clamp = (x: bigint, lower: bigint, upper: bigint): bigint => (x < lower ? lower : x > upper ? upper : x)
