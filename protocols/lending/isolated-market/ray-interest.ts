import { addChecked, mulChecked, RAY, rayMulHalfUp } from "../../../core/index.ts"

/**
 * Interest as Aave v3 computes it (github.com/aave/aave-v3-core, MathUtils): yearly rates and factors are rays, a year has 365 days. An index
 * grows by a factor: `rayMulHalfUp(factor, index)`. For markets that keep an index; the market of this folder keeps shares instead.
 */

const YEAR_SECONDS = 31_536_000n

/** 1 + rate * seconds / year, rounded down: calculateLinearInterest, by which Aave's liquidity index grows. */
export const linearInterestDown = (ratePerYear: bigint, seconds: bigint): bigint => RAY + mulChecked(ratePerYear, seconds) / YEAR_SECONDS

/**
 * (1 + rate / year)^seconds by the first three terms behind the 1 of its binomial series, with the contract's rounding: each power of the rate
 * per second half up, each quotient down. calculateCompoundedInterest, by which Aave's variable borrow index grows.
 */
export const compoundedInterest = (ratePerYear: bigint, seconds: bigint): bigint => {
  if (seconds === 0n) return RAY
  const lessOne = seconds - 1n
  const lessTwo = seconds > 2n ? seconds - 2n : 0n
  const powerTwo = rayMulHalfUp(ratePerYear, ratePerYear) / (YEAR_SECONDS * YEAR_SECONDS)
  const powerThree = rayMulHalfUp(powerTwo, ratePerYear) / YEAR_SECONDS
  const second = mulChecked(seconds * lessOne, powerTwo) / 2n
  const third = mulChecked(seconds * lessOne * lessTwo, powerThree) / 6n
  return addChecked(addChecked(RAY, mulChecked(ratePerYear, seconds) / YEAR_SECONDS), addChecked(second, third))
}
