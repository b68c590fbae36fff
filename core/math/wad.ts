import { mulDivDown, mulDivUp } from "./mul-div.ts"

/**
 * Fixed-point numbers with 18 decimals, from 0 to 2^256 - 1 units of 10^-18, as in DappHub's DSMath and Solmate's FixedPointMathLib.
 * The intermediate product may exceed 2^256.
 *
 * Failures in order of precedence: `OutOfRange` of an operand, from left to right; `DivisionByZero`; `OutOfRange` of the result.
 */

/** 1.0 as a wad: 10^18. */
export const WAD = 10n ** 18n

/** `x * y / WAD`, rounded down. The product of two wads is a wad; the product of an amount and a wad is an amount. */
export const wadMulDown = (x: bigint, y: bigint): bigint => mulDivDown(x, y, WAD, "wadMulDown")

/** `x * y / WAD`, rounded up. */
export const wadMulUp = (x: bigint, y: bigint): bigint => mulDivUp(x, y, WAD, "wadMulUp")

/** `x * WAD / divisor`, rounded down. The ratio of two numbers of one unit is a wad. */
export const wadDivDown = (x: bigint, divisor: bigint): bigint => mulDivDown(x, WAD, divisor, "wadDivDown")

/** `x * WAD / divisor`, rounded up. */
export const wadDivUp = (x: bigint, divisor: bigint): bigint => mulDivUp(x, WAD, divisor, "wadDivUp")
