import { DivisionByZero } from "../failure.ts"
import { divUp, mulDivDown, mulDivUp } from "./mul-div.ts"
import { MAX_UINT256, outOfRange, requireBoth } from "./uint256.ts"

/**
 * Fixed-point numbers with 27 decimals, from 0 to 2^256 - 1 units of 10^-27, as in DappHub's DSMath and Aave's WadRayMath.
 * The half-up forms give what Aave v3 `rayMul`, `rayDiv` and `rayToWad` give; Aave also refuses where the intermediate product leaves
 * 256 bits, here only the result must fit.
 *
 * Failures in order of precedence: `OutOfRange` of an operand, from left to right; `DivisionByZero`; `OutOfRange` of the result.
 */

/** 1.0 as a ray: 10^27. */
export const RAY = 10n ** 27n
const HALF_RAY = RAY / 2n
/** Rays in one wad unit: 10^9. */
const WAD_RAY_RATIO = 10n ** 9n

/** `x * y / RAY`, rounded down. The product of two rays is a ray; the product of an amount and a ray is an amount. */
export const rayMulDown = (x: bigint, y: bigint): bigint => mulDivDown(x, y, RAY, "rayMulDown")

/** `x * y / RAY`, rounded up. */
export const rayMulUp = (x: bigint, y: bigint): bigint => mulDivUp(x, y, RAY, "rayMulUp")

/** `x * y / RAY`, rounded to the nearest, halves up: `(x * y + RAY / 2) / RAY`. */
export const rayMulHalfUp = (x: bigint, y: bigint): bigint => {
  requireBoth("rayMulHalfUp", x, y)
  const result = (x * y + HALF_RAY) / RAY
  if (result > MAX_UINT256) throw outOfRange("rayMulHalfUp", result)
  return result
}

/** `x * RAY / divisor`, rounded down. The ratio of two numbers of one unit is a ray. */
export const rayDivDown = (x: bigint, divisor: bigint): bigint => mulDivDown(x, RAY, divisor, "rayDivDown")

/** `x * RAY / divisor`, rounded up. */
export const rayDivUp = (x: bigint, divisor: bigint): bigint => mulDivUp(x, RAY, divisor, "rayDivUp")

/** `x * RAY / divisor`, rounded to the nearest, halves up: `(x * RAY + divisor / 2) / divisor`. */
export const rayDivHalfUp = (x: bigint, divisor: bigint): bigint => {
  requireBoth("rayDivHalfUp", x, divisor)
  if (divisor === 0n) throw new DivisionByZero({ operation: "rayDivHalfUp" })
  const result = (x * RAY + (divisor >> 1n)) / divisor
  if (result > MAX_UINT256) throw outOfRange("rayDivHalfUp", result)
  return result
}

/** The ray equal to `wad`, exact: `wad * 10^9`. */
export const wadToRay = (wad: bigint): bigint => mulDivDown(wad, WAD_RAY_RATIO, 1n, "wadToRay")

/** `ray` as a wad, rounded down. */
export const rayToWadDown = (ray: bigint): bigint => mulDivDown(ray, 1n, WAD_RAY_RATIO, "rayToWadDown")

/** `ray` as a wad, rounded up. */
export const rayToWadUp = (ray: bigint): bigint => divUp(ray, WAD_RAY_RATIO, "rayToWadUp")

/** `ray` as a wad, rounded to the nearest, halves up. */
export const rayToWadHalfUp = (ray: bigint): bigint => {
  if (ray < 0n || ray > MAX_UINT256) throw outOfRange("rayToWadHalfUp", ray)
  return (ray + WAD_RAY_RATIO / 2n) / WAD_RAY_RATIO
}
