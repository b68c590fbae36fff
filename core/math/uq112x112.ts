import { DivisionByZero } from "../failure.ts"
import { MAX_UINT256, outOfRange, requireBoth } from "./uint256.ts"

/**
 * UQ112x112: unsigned fixed-point numbers with 112 integer and 112 fractional bits, as the prices of Uniswap v2 (v2-core UQ112x112.sol),
 * with the wrapping arithmetic of its price accumulators. A reserve is a uint112.
 *
 * An accumulator (UQ112x112 times seconds) wraps modulo 2^256, and a timestamp modulo 2^32, on purpose: differences of two readings stay
 * right as long as the true difference fits. These are the only functions of this folder that wrap.
 */

/** 2^112 - 1, the largest reserve. */
export const MAX_UINT112 = 2n ** 112n - 1n
/** 2^224 - 1, the largest UQ112x112. */
export const MAX_UINT224 = 2n ** 224n - 1n
/** 1.0 as a UQ112x112: 2^112. */
export const Q112 = 2n ** 112n

/** The uint112 `y` as a UQ112x112, exact: `y * 2^112`. Throws `OutOfRange` when `y` is no uint112. */
export const encode = (y: bigint): bigint => {
  if (y < 0n || y > MAX_UINT112) throw outOfRange("encode", y)
  return y << 112n
}

/**
 * The UQ112x112 `x` divided by the uint112 `y`, a UQ112x112, rounded down.
 * Throws `OutOfRange` when `x` is no uint224 or `y` no uint112, then `DivisionByZero`.
 */
export const uqdiv = (x: bigint, y: bigint): bigint => {
  if (x < 0n || x > MAX_UINT224) throw outOfRange("uqdiv", x)
  if (y < 0n || y > MAX_UINT112) throw outOfRange("uqdiv", y)
  if (y === 0n) throw new DivisionByZero({ operation: "uqdiv" })
  return x / y
}

/** `x + y` modulo 2^256. Throws `OutOfRange` when an operand is no uint256. */
export const wrapAdd256 = (x: bigint, y: bigint): bigint => {
  requireBoth("wrapAdd256", x, y)
  const sum = x + y
  return sum > MAX_UINT256 ? sum - MAX_UINT256 - 1n : sum
}

/** `x - y` modulo 2^256: what an accumulator gained from reading `y` to reading `x`. Throws `OutOfRange` when an operand is no uint256. */
export const wrapSub256 = (x: bigint, y: bigint): bigint => {
  requireBoth("wrapSub256", x, y)
  return x < y ? x - y + MAX_UINT256 + 1n : x - y
}

/**
 * Seconds from timestamp `earlier` to timestamp `later`, modulo 2^32, from 0 to 2^32 - 1. A timestamp may be whole or already reduced
 * modulo 2^32, as the pair stores it. Throws `OutOfRange` when a timestamp is no uint256.
 */
export const elapsed32 = (earlier: bigint, later: bigint): bigint => {
  requireBoth("elapsed32", earlier, later)
  return BigInt.asUintN(32, later - earlier)
}
