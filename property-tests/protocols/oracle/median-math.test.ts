import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { WAD } from "../../../core/index.ts"
import { deviates, medianDown, medianReading } from "../../../protocols/oracle/index.ts"

const price = fc.oneof(fc.bigInt(1n, 10n), fc.bigInt(WAD, 2n * WAD), fc.bigInt(1n, 2n ** 256n - 1n))
const prices = fc.array(price, { minLength: 1, maxLength: 31 })
const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a < b ? a : b))
const greatest = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b))

describe("medianDown", () => {
  const table: ReadonlyArray<readonly [values: readonly bigint[], median: bigint]> = [
    [[7n], 7n],
    [[1n, 2n], 1n],
    [[2n, 2n], 2n],
    [[9n, 1n, 5n], 5n],
    [[9n, 1n, 5n, 6n], 5n],
    [[10n, 9n, 100n], 10n],
    [[2n ** 256n - 1n, 2n ** 256n - 1n], 2n ** 256n - 1n],
  ]
  for (const [values, median] of table) it(`of ${values} is ${median}`, () => expect(medianDown(values)).toBe(median))

  it("lies between the least and the greatest", () => {
    fc.assert(fc.property(prices, (values) => {
      const median = medianDown(values)
      expect(least(values) <= median && median <= greatest(values)).toBe(true)
    }))
  })
  it("does not depend on the order, and leaves its argument alone", () => {
    const shuffled = prices.chain((values) => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })))
    fc.assert(fc.property(shuffled, ([values, other]) => {
      const given = [...values]
      expect(medianDown(values)).toBe(medianDown(other))
      expect(values).toEqual(given)
    }))
  })
  it("has at most half of the values on either side", () => {
    fc.assert(fc.property(prices, (values) => {
      const median = medianDown(values)
      expect(2 * values.filter((value) => value < median).length <= values.length).toBe(true)
      expect(2 * values.filter((value) => value > median + 1n).length <= values.length).toBe(true)
    }))
  })
  it("of three or more stays among the others, whatever any one says; of n, whatever fewer than half say", () => {
    const honest = fc.array(price, { minLength: 2, maxLength: 16 })
    const both = honest.chain((values) => fc.tuple(fc.constant(values), fc.array(price, { maxLength: values.length - 1 })))
    fc.assert(fc.property(both, ([values, liars]) => {
      const median = medianDown([...values, ...liars])
      expect(least(values) <= median && median <= greatest(values)).toBe(true)
    }))
  })
  it("of nothing is a bug of the caller", () => expect(() => medianDown([])).toThrow(TypeError))
})

describe("deviates", () => {
  const table: ReadonlyArray<readonly [price: bigint, reference: bigint, pips: number, expected: boolean]> = [
    [105n, 100n, 50_000, false],
    [106n, 100n, 50_000, true],
    [95n, 100n, 50_000, false],
    [94n, 100n, 50_000, true],
    [100n, 100n, 0, false],
    [101n, 100n, 0, true],
    [200n, 100n, 1_000_000, false],
    [201n, 100n, 1_000_000, true],
    [1n, 2n ** 256n - 1n, 999_999, true],
    [1n, 2n ** 256n - 1n, 1_000_000, false],
    [1_000_001n, 1_000_000n, 1, false],
    [1_000_002n, 1_000_000n, 1, true],
  ]
  for (const [value, reference, pips, expected] of table) {
    it(`${value} of ${reference} at ${pips} pips: ${expected}`, () => expect(deviates(value, reference, pips)).toBe(expected))
  }
})

describe("medianReading", () => {
  const rule = { quorum: 2, staleAfterSeconds: 10 }
  it("counts fresh reports only, up to and including the bound, and dates the price by the quorum-th newest", () => {
    const reports = [
      { price: 100n, reportedAt: 90 },
      { price: 300n, reportedAt: 89 },
      { price: 200n, reportedAt: 95 },
      { price: 0n, reportedAt: 100 },
    ]
    expect(medianReading(reports, rule, 100)).toEqual({ price: 150n, updatedAt: 90, sources: 2 })
    expect(medianReading(reports, rule, 99)).toEqual({ price: 200n, updatedAt: 90, sources: 3 })
    expect(medianReading(reports, rule, 101)).toBeUndefined()
  })
})
