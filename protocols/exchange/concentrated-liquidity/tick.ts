import type { Codec } from "../../../core/index.ts"

/** The lowest tick: a price of 1.0001^-887,272, about 2^-128. */
export const MIN_TICK = -887_272
/** The highest tick. */
export const MAX_TICK = 887_272

/** A tick: an integer from -887,272 to 887,272. The price at tick t is 1.0001^t units of asset 1 for a unit of asset 0. */
export const Tick: Codec<number> = {
  expected: `an integer from ${MIN_TICK} to ${MAX_TICK}`,
  bytesMax: 4,
  check(value) {
    const fits = Number.isInteger(value) && (value as number) >= MIN_TICK && (value as number) <= MAX_TICK && !Object.is(value, -0)
    return fits ? undefined : { path: "", expected: this.expected, value }
  },
  // Zigzag: 0, -1, 1, -2 are written as 0, 1, 2, 3.
  write: (writer, value) => writer.varint(value < 0 ? -2 * value - 1 : 2 * value),
  read(reader) {
    const code = reader.varint()
    const value = code % 2 === 0 ? code / 2 : -(code + 1) / 2
    return value >= MIN_TICK && value <= MAX_TICK ? value : reader.fail(`${value} is no tick`)
  },
  equal: (left, right) => left === right,
  toJson: (value) => value,
  fromJson: (json) => json,
}
