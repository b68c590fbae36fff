import { DivisionByZero } from "../failure.ts"
import { bitLength } from "./bit-length.ts"
import { expErrorUlp, expFixed, lnErrorUlp, lnFixed } from "./series.ts"
import { MAX_UINT256, outOfRange } from "./uint256.ts"
import { WAD } from "./wad.ts"

/**
 * Exponential, logarithm and power of signed wads, each EXACTLY rounded down: the result is the largest integer that is not above the
 * true value, so the error is at least 0 and below 1 unit, and each function is monotone wherever the true one is.
 *
 * The method is Ziv's (ACM TOMS 17, 1991): compute with guard bits and a proven error; if both ends of the enclosure round alike, that is
 * the answer, else take twice the bits. It ends, because e^x and ln x are transcendental at every rational argument but 0 and 1
 * (Lindemann), and for a power the rational values are recognized.
 * A wad's sign is allowed where stated: a signed wad is from -2^255 to 2^255 - 1 units of 10^-18, as in Solmate's SignedWadMath.
 */

/** Largest argument of `expWad`, a signed wad: e^x fits into a uint256 up to x = 135.999146549453176898. */
export const EXP_WAD_INPUT_MAX = 135_999146549453176898n

const MIN_INT256 = -(2n ** 255n)
const MAX_INT256 = 2n ** 255n - 1n
/** From this argument down, e^x is below 10^-18. */
const EXP_ZERO_MAX = -41_446531673892822313n
/** Bits of the first attempt. The result of an everyday argument has 60 to 70, so that about one attempt in 2^30 is not the last. */
const FIRST_BITS = 112n

/**
 * e^x of a signed wad, a wad, exactly rounded down; 0 where e^x is below 10^-18.
 * Throws `OutOfRange` when `x` is below -2^255 or above `EXP_WAD_INPUT_MAX`.
 */
export const expWad = (x: bigint): bigint => {
  if (x < MIN_INT256 || x > EXP_WAD_INPUT_MAX) throw outOfRange("expWad", x)
  if (x <= EXP_ZERO_MAX) return 0n
  if (x === 0n) return WAD
  for (let bits = FIRST_BITS + (x > 0n ? (3n * x) / (2n * WAD) : 0n); ; bits *= 2n) {
    const [lower, upper] = expBracket((x << bits) / WAD, 1n, bits)
    if (lower === upper) return lower
  }
}

/**
 * ln(x) of a wad above zero, a signed wad, exactly rounded down, toward minus infinity.
 * Throws `OutOfRange` when `x` is 0 or no uint256.
 */
export const lnWad = (x: bigint): bigint => {
  if (x <= 0n || x > MAX_UINT256) throw outOfRange("lnWad", x)
  if (x === WAD) return 0n
  for (let bits = FIRST_BITS; ; bits *= 2n) {
    const value = lnFixed(x, WAD, bits)
    const error = lnErrorUlp(bits)
    const lower = ((value - error) * WAD) >> bits
    if (lower === ((value + error) * WAD) >> bits) return lower
  }
}

/**
 * x^y of a wad and a signed wad, a wad, exactly rounded down: e^(y ln x), with x^0 = 1, also for x = 0, and 0^y = 0 for y > 0.
 * It never falls as `x` grows while y >= 0, nor as `y` grows while x >= 1.0.
 * Throws `OutOfRange` when `x` is no uint256 or `y` no signed wad; `DivisionByZero` when x = 0 and y < 0; `OutOfRange` with the exponent
 * when the result is no uint256.
 */
export const powWad = (x: bigint, y: bigint): bigint => {
  if (x < 0n || x > MAX_UINT256) throw outOfRange("powWad", x)
  if (y < MIN_INT256 || y > MAX_INT256) throw outOfRange("powWad", y)
  if (y === 0n || x === WAD) return WAD
  if (x === 0n) {
    if (y < 0n) throw new DivisionByZero({ operation: "powWad" })
    return 0n
  }
  const magnitude = y < 0n ? -y : y
  // The bits before the point of the exponent multiply the logarithm's error, so they are added to the guard.
  for (let bits = FIRST_BITS + BigInt(bitLength(magnitude / WAD)); ; bits *= 2n) {
    const value = (lnFixed(x, WAD, bits) * y) / WAD
    if (value > 137n << bits) throw outOfRange("powWad", y)
    if (value < -43n << bits) return 0n
    const [lower, upper] = expBracket(value, (lnErrorUlp(bits) * magnitude) / WAD + 2n, bits)
    if (lower === upper || (upper - lower === 1n && isExactPower(x, y, upper))) {
      if (upper > MAX_UINT256) throw outOfRange("powWad", y)
      return upper
    }
  }
}

/** Lower and upper bound of e^value as a wad, each rounded down, for a `value` that is off by at most `errorUlp`. */
const expBracket = (value: bigint, errorUlp: bigint, bits: bigint): readonly [lower: bigint, upper: bigint] => {
  const { mantissa, exponent } = expFixed(value, bits)
  // The mantissa is below 2.1, so it moves by less than three times what its argument moves.
  const error = expErrorUlp(bits) + 3n * errorUlp
  const shift = bits - exponent
  return [((mantissa - error) * WAD) >> shift, ((mantissa + error) * WAD) >> shift]
}

/**
 * Whether x^y is exactly `result`, all wads, x not 1.0. With y = p / q in lowest terms and the base a / b in lowest terms, a rational
 * power needs a and b to be q-th powers and the result to hold a p-th power; as these have at most 256 bits, p and q are at most 256.
 */
const isExactPower = (x: bigint, y: bigint, result: bigint): boolean => {
  const magnitude = y < 0n ? -y : y
  const divisor = greatestCommonDivisor(magnitude, WAD)
  const p = magnitude / divisor
  const q = WAD / divisor
  if (p > 256n || q > 256n) return false
  const [top, bottom] = y < 0n ? [WAD, x] : [x, WAD]
  return result ** q * bottom ** p === WAD ** q * top ** p
}

const greatestCommonDivisor = (x: bigint, y: bigint): bigint => (y === 0n ? x : greatestCommonDivisor(y, x % y))
