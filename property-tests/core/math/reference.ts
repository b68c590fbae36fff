/**
 * Slow, plain exponential and logarithm for the tests of `core/math/exp.ts`; they share no method with it: a Taylor series without any
 * reduction of its argument, and the digits of log2 by repeated squaring. Numbers are integers in units of 2^-SCALE.
 */
export const SCALE = 1_400n
const ONE = 1n << SCALE
/** Bits of the logarithm that are right, by far more than any test needs. */
export const LN_BITS = 500n

/** e^value for |value| below 140.0; off by less than a part in 2^1000. */
export const slowExp = (value: bigint): bigint => {
  if (value < 0n) return (ONE * ONE) / slowExp(-value)
  let sum = ONE
  let term = ONE
  for (let n = 1n; term > 0n; n++) {
    term = (term * value) / (ONE * n)
    sum += term
  }
  return sum
}

/** ln 2 = 1/2 + 1/(2 * 4) + 1/(3 * 8) + ... */
const LN_TWO = (() => {
  let sum = 0n
  for (let k = 1n; k <= SCALE; k++) sum += ONE / (k << k)
  return sum
})()

/** ln(numerator / denominator), both above zero; off by less than 2^-(LN_BITS - 10). */
export const slowLn = (numerator: bigint, denominator: bigint): bigint => {
  let x = (numerator << SCALE) / denominator
  let log2 = 0n
  for (; x >= 2n * ONE; x >>= 1n) log2 += ONE
  for (; x < ONE; x <<= 1n) log2 -= ONE
  for (let digit = 1n; digit <= LN_BITS; digit++) {
    x = (x * x) >> SCALE
    if (x >= 2n * ONE) {
      x >>= 1n
      log2 += ONE >> digit
    }
  }
  return (log2 * LN_TWO) >> SCALE
}
