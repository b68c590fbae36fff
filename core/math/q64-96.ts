import { DivisionByZero } from "../failure.ts"
import { MAX_UINT256, outOfRange, requireBoth } from "./uint256.ts"

/**
 * Q64.96: unsigned fixed-point numbers with 64 integer and 96 fractional bits, 160 bits in all, as the `sqrtPriceX96` of Uniswap v3
 * (v3-core FixedPoint96, SqrtPriceMath).
 *
 * Failures in order of precedence: `OutOfRange` of an operand, from left to right; `DivisionByZero`; `OutOfRange` of the result.
 */

/** 1.0 as a Q64.96: 2^96. */
export const Q96 = 2n ** 96n
/** Fractional bits of a Q64.96. */
export const Q96_RESOLUTION = 96n
/** 2^160 - 1, the largest Q64.96. */
export const MAX_UINT160 = 2n ** 160n - 1n

const FRACTION_MASK = Q96 - 1n

/** `value` itself, when it is from 0 to 2^160 - 1; else throws `OutOfRange` in the name of `operation`. */
export const toUint160 = (value: bigint, operation = "toUint160"): bigint => {
  if (value < 0n || value > MAX_UINT160) throw outOfRange(operation, value)
  return value
}

/** The uint256 ratio `numerator / denominator` as a Q64.96, rounded down. */
export const toQ96Down = (numerator: bigint, denominator: bigint): bigint => {
  requireBoth("toQ96Down", numerator, denominator)
  if (denominator === 0n) throw new DivisionByZero({ operation: "toQ96Down" })
  return toUint160((numerator << Q96_RESOLUTION) / denominator, "toQ96Down")
}

/** The amount `x * q / 2^96` of a uint256 `x` and a Q64.96 `q`, rounded down. */
export const mulQ96Down = (x: bigint, q: bigint): bigint => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange("mulQ96Down", x)
  const result = (x * toUint160(q, "mulQ96Down")) >> Q96_RESOLUTION
  if (result > MAX_UINT256) throw outOfRange("mulQ96Down", result)
  return result
}

/** The amount `x * q / 2^96` of a uint256 `x` and a Q64.96 `q`, rounded up. */
export const mulQ96Up = (x: bigint, q: bigint): bigint => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange("mulQ96Up", x)
  const result = (x * toUint160(q, "mulQ96Up") + FRACTION_MASK) >> Q96_RESOLUTION
  if (result > MAX_UINT256) throw outOfRange("mulQ96Up", result)
  return result
}

/** The integer part of a Q64.96, rounded down: 0 to 2^64 - 1. */
export const fromQ96Down = (q: bigint): bigint => toUint160(q, "fromQ96Down") >> Q96_RESOLUTION
