import fc from "fast-check"
import { Failure } from "../../../core/failure.ts"

/** Integers of `from` to `to` bits: every bit length is as likely as any other, and powers of two and their neighbours are frequent. */
export const bits = (from: number, to: number): fc.Arbitrary<bigint> =>
  fc.integer({ min: from, max: to }).chain((length) => {
    if (length === 0) return fc.constant(0n)
    const low = 1n << BigInt(length - 1)
    const high = 2n * low - 1n
    return fc.oneof({ weight: 6, arbitrary: fc.bigInt(low, high) }, { weight: 1, arbitrary: fc.constantFrom(low, high) })
  })

export const uint256 = bits(0, 256)
export const positive256 = bits(1, 256)

/** What `compute` returns or throws as a failure, as a value; anything else thrown is the test's own failure. */
export const outcome = <A>(compute: () => A): A | Failure => {
  try {
    return compute()
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}

/** Whether `result` is `numerator / denominator` rounded down; stated with products only. */
export const isFloor = (result: bigint, numerator: bigint, denominator: bigint): boolean =>
  result * denominator <= numerator && numerator < (result + 1n) * denominator

/** Whether `result` is `numerator / denominator` rounded up; stated with products only. */
export const isCeiling = (result: bigint, numerator: bigint, denominator: bigint): boolean =>
  (result - 1n) * denominator < numerator && numerator <= result * denominator

/** Whether `result` is `numerator / denominator` rounded to the nearest, halves up. */
export const isHalfUp = (result: bigint, numerator: bigint, denominator: bigint): boolean =>
  (2n * result - 1n) * denominator <= 2n * numerator && 2n * numerator < (2n * result + 1n) * denominator
