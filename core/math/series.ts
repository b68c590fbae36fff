import { bitLength } from "./bit-length.ts"

/**
 * Logarithm and exponential on binary fixed point with any number of fractional bits and a proven bound of the error: the ground on which
 * `exp.ts` rounds exactly. A fixed-point number is an integer in units of 2^-bits, here called ulp; `bits` is at least 96.
 * Sources: the series of atanh and e^x with argument reduction, as in Brent and Zimmermann, Modern Computer Arithmetic, chapter 4.
 * Operands are not checked: the callers in `exp.ts` did it.
 */

/** Largest error of `lnFixed`, in ulp. */
export const lnErrorUlp = (bits: bigint): bigint => 8n * bits

/** Largest error of the mantissa of `expFixed`, in ulp. */
export const expErrorUlp = (bits: bigint): bigint => 512n * bits

/**
 * ln(numerator / denominator), two uint256 numbers above zero, in ulp; off by at most `lnErrorUlp(bits)`.
 * With m = a / b reduced by powers of two to 0.7 .. 10/7, ln m = 2 atanh((a - b) / (a + b)), whose argument is at most 3/17.
 * Error: 1.1 bits + 14 from the series, and less than 2 ulp for each of at most 257 powers of two.
 */
export const lnFixed = (numerator: bigint, denominator: bigint, bits: bigint): bigint => {
  let exponent = BigInt(bitLength(numerator) - bitLength(denominator))
  let a = exponent < 0n ? numerator << -exponent : numerator
  let b = exponent > 0n ? denominator << exponent : denominator
  if (5n * a > 7n * b) {
    b <<= 1n
    exponent += 1n
  } else if (7n * a < 5n * b) {
    a <<= 1n
    exponent -= 1n
  }
  const reduced = a < b ? -twiceAtanh(b - a, a + b, bits) : twiceAtanh(a - b, a + b, bits)
  return reduced + exponent * lnTwo(bits)
}

const HALVINGS = 8n

/**
 * e^value, for a `value` in ulp whose magnitude is at most 200.0: `mantissa * 2^exponent`, the mantissa in ulp from about 1 to 2 and off
 * by at most `expErrorUlp(bits)`. With r = value - exponent * ln 2 in 0 .. ln 2, e^r is the Taylor series of r / 256, squared 8 times.
 * Error: r / 256 is within 4 ulp, its series within bits / 2, and eight squarings of a number whose 256th power is at most 2 multiply
 * that by at most 512 and add at most 512 for their own rounding; the sum is below 256 bits + 1024.
 */
export const expFixed = (value: bigint, bits: bigint): { readonly mantissa: bigint; readonly exponent: bigint } => {
  const ln2 = lnTwo(bits)
  let exponent = value / ln2
  if (exponent * ln2 > value) exponent -= 1n
  const argument = (value - exponent * ln2) >> HALVINGS
  let mantissa = 1n << bits
  let term = mantissa
  for (let n = 1n; term > 0n; n++) {
    term = ((term * argument) >> bits) / n
    mantissa += term
  }
  for (let squaring = 0n; squaring < HALVINGS; squaring++) mantissa = (mantissa * mantissa) >> bits
  return { mantissa, exponent }
}

/**
 * 2 atanh(numerator / denominator) in ulp, for a ratio from 0 to 1/5; never above the true value and below it by less than
 * 1.1 bits + 14 ulp. (Every rounding is downward; each of at most bits / 4.6 + 2 terms loses less than 2.5 ulp, and the tail less than 2.)
 */
const twiceAtanh = (numerator: bigint, denominator: bigint, bits: bigint): bigint => {
  const argument = (numerator << bits) / denominator
  const square = (argument * argument) >> bits
  let power = argument
  let sum = 0n
  for (let odd = 1n; power > 0n; odd += 2n) {
    sum += power / odd
    power = (power * square) >> bits
  }
  return 2n * sum
}

/** ln 2 in ulp, below the true value by less than 2 ulp: ln(3/2) + ln(4/3), with 32 bits to spare. */
const computeLnTwo = (bits: bigint): bigint => (twiceAtanh(1n, 5n, bits + 32n) + twiceAtanh(1n, 7n, bits + 32n)) >> 32n

const LN_TWO_BITS = 1024n
const LN_TWO = computeLnTwo(LN_TWO_BITS)

const lnTwo = (bits: bigint): bigint => (bits <= LN_TWO_BITS - 2n ? LN_TWO >> (LN_TWO_BITS - bits) : computeLnTwo(bits))
