import { DivisionByZero } from "../failure.ts"
import { MAX_UINT256, outOfRange, requireBoth } from "./uint256.ts"

/**
 * Products and quotients of uint256 numbers with the rounding in the name.
 * As in Remco Bloemen's `mulDiv` (xn--2-umb.com/21/muldiv, adopted by Uniswap v3 and OpenZeppelin) the product has 512 bits and only
 * the result must fit. Unlike them, rounding up to exactly 2^256 is refused and never wraps.
 *
 * Failures in order of precedence: `OutOfRange` of an operand, from left to right; `DivisionByZero`; `OutOfRange` of the result.
 * Where a function takes `operation`, it is the name that a failure gives, for callers that are operations themselves.
 */

/** `x * y / divisor`, rounded down. */
export const mulDivDown = (x: bigint, y: bigint, divisor: bigint, operation = "mulDivDown"): bigint => {
  if (x < 0n || x > MAX_UINT256 || y < 0n || y > MAX_UINT256 || divisor <= 0n || divisor > MAX_UINT256) {
    throw operandRefusal(operation, x, y, divisor)
  }
  const quotient = (x * y) / divisor
  if (quotient > MAX_UINT256) throw outOfRange(operation, quotient)
  return quotient
}

/** `x * y / divisor`, rounded up. */
export const mulDivUp = (x: bigint, y: bigint, divisor: bigint, operation = "mulDivUp"): bigint => {
  if (x < 0n || x > MAX_UINT256 || y < 0n || y > MAX_UINT256 || divisor <= 0n || divisor > MAX_UINT256) {
    throw operandRefusal(operation, x, y, divisor)
  }
  const product = x * y
  const quotient = product / divisor
  // A product with what it should be is cheaper than a second division for the remainder.
  const rounded = quotient * divisor === product ? quotient : quotient + 1n
  if (rounded > MAX_UINT256) throw outOfRange(operation, rounded)
  return rounded
}

/** `x / divisor`, rounded up. The result always fits. */
export const divUp = (x: bigint, divisor: bigint, operation = "divUp"): bigint => {
  if (x < 0n || x > MAX_UINT256 || divisor <= 0n || divisor > MAX_UINT256) throw operandRefusal(operation, x, 0n, divisor)
  return (x + divisor - 1n) / divisor
}

/** `x * y` modulo `modulus`, of the whole product, from 0 to `modulus - 1`. As the EVM's MULMOD, but a zero modulus is `DivisionByZero`. */
export const mulMod = (x: bigint, y: bigint, modulus: bigint): bigint => {
  if (x < 0n || x > MAX_UINT256 || y < 0n || y > MAX_UINT256 || modulus <= 0n || modulus > MAX_UINT256) {
    throw operandRefusal("mulMod", x, y, modulus)
  }
  return (x * y) % modulus
}

/** Off the hot path: finds which operand it was. */
const operandRefusal = (operation: string, x: bigint, y: bigint, divisor: bigint) => {
  requireBoth(operation, x, y)
  return divisor === 0n ? new DivisionByZero({ operation }) : outOfRange(operation, divisor)
}
