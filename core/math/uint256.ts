import { OutOfRange } from "../failure.ts"

/** Unsigned 256-bit integers: the range of every amount. Leaving it is a failure, never a wrap. */

/** 2^256 - 1, the largest amount. */
export const MAX_UINT256 = 2n ** 256n - 1n

/** Whether `value` is from 0 to 2^256 - 1. */
export const inRange = (value: bigint): boolean => value >= 0n && value <= MAX_UINT256

/**
 * The failure to throw for a `value` outside the range of `operation`.
 * A failure travels in messages, where an integer has at most 256 bits and a sign: a wider value is carried as the nearest that fits.
 */
export const outOfRange = (operation: string, value: bigint): OutOfRange =>
  new OutOfRange({ operation, value: value > MAX_UINT256 ? MAX_UINT256 : value < -MAX_UINT256 ? -MAX_UINT256 : value })

/** Throws `OutOfRange` with the first of `x` and `y` that is no uint256; `operation` names the caller. */
export const requireBoth = (operation: string, x: bigint, y: bigint): void => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange(operation, x)
  if (y < 0n || y > MAX_UINT256) throw outOfRange(operation, y)
}

/** `x + y`, exact. Throws `OutOfRange` when an operand or the sum is no uint256. */
export const addChecked = (x: bigint, y: bigint): bigint => {
  requireBoth("addChecked", x, y)
  const sum = x + y
  if (sum > MAX_UINT256) throw outOfRange("addChecked", sum)
  return sum
}

/** `x - y`, exact. Throws `OutOfRange` when an operand is no uint256 or `y` is above `x`. */
export const subChecked = (x: bigint, y: bigint): bigint => {
  requireBoth("subChecked", x, y)
  const difference = x - y
  if (difference < 0n) throw outOfRange("subChecked", difference)
  return difference
}

/** `x * y`, exact. Throws `OutOfRange` when an operand or the product is no uint256. */
export const mulChecked = (x: bigint, y: bigint): bigint => {
  requireBoth("mulChecked", x, y)
  const product = x * y
  if (product > MAX_UINT256) throw outOfRange("mulChecked", product)
  return product
}

/** The smaller operand. Throws `OutOfRange` when an operand is no uint256. */
export const min = (x: bigint, y: bigint): bigint => {
  requireBoth("min", x, y)
  return x < y ? x : y
}

/** The larger operand. Throws `OutOfRange` when an operand is no uint256. */
export const max = (x: bigint, y: bigint): bigint => {
  requireBoth("max", x, y)
  return x > y ? x : y
}

/** `|x - y|`, exact. Throws `OutOfRange` when an operand is no uint256. */
export const absDiff = (x: bigint, y: bigint): bigint => {
  requireBoth("absDiff", x, y)
  return x > y ? x - y : y - x
}
