import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Counts, Extremes, Frame, Samples, Sums } from "../../../sim/report/buckets.ts"
import { EverySoOften, FirstOf, Largest } from "../../../sim/report/picks.ts"
import { differencesOf, inSteps, placesFor } from "../../../sim/report/series.ts"

/** What a recording keeps is bounded however long the run is, and says of all blocks what it should. */

const least = (levels: readonly bigint[]): bigint => levels.reduce((low, level) => (level < low ? level : low))
const most = (levels: readonly bigint[]): bigint => levels.reduce((high, level) => (level > high ? level : high))
const levels = fc.array(fc.bigInt({ min: -1_000n, max: 1_000n }), { minLength: 1, maxLength: 200 })

describe("a frame", () => {
  it("keeps extremes, sums, maxima and last values of equally many blocks each", () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 8 }).map((half) => 2 * half), (given, bucketsMax) => {
        const frame = new Frame(bucketsMax)
        const [extremes, sums] = [frame.add(new Extremes()), frame.add(new Sums())]
        const [counts, samples] = [frame.add(new Counts("most")), frame.add(new Samples<number>())]
        given.forEach((level, index) => {
          extremes.see(level)
          sums.see(level)
          counts.see(Number(level < 0n ? -level : level))
          samples.see(index)
          frame.advance(index + 1)
          expect(frame.count).toBeLessThan(bucketsMax)
        })
        frame.end(given.length)
        const parts = Array.from({ length: frame.count }, (_, bucket) => given.slice(bucket * frame.stride, (bucket + 1) * frame.stride))
        expect(parts.flat()).toEqual(given)
        expect(frame.count).toBeLessThanOrEqual(bucketsMax)
        expect(extremes.low).toEqual(parts.map(least))
        expect(extremes.high).toEqual(parts.map(most))
        expect(extremes.last).toEqual(parts.map((part) => part.at(-1)))
        expect(sums.sums).toEqual(parts.map((part) => part.reduce((sum, level) => sum + level, 0n)))
        expect(counts.counts).toEqual(parts.map((part) => Number(most(part.map((level) => (level < 0n ? -level : level))))))
        expect(samples.samples).toEqual(parts.map((_, bucket) => Math.min((bucket + 1) * frame.stride, given.length) - 1))
      }),
    )
  })
})

describe("picks", () => {
  it("are the largest, of equal ones the first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (sizes, kept) => {
        const items = sizes.map((size, place) => ({ size, place }))
        const largest = new Largest<(typeof items)[number]>(kept, ({ size }) => size)
        for (const item of items) largest.offer(item)
        expect(largest.kept).toEqual([...items].sort((left, right) => right.size - left.size || left.place - right.place).slice(0, kept))
      }),
    )
  })

  it("are the first of each key, of so many keys", () => {
    const first = new FirstOf<number>(2, 2)
    for (const [index, key] of ["a", "b", "a", "a", "c", "b"].entries()) first.offer(key, index)
    expect([...first.kept]).toEqual([["a", [0, 2]], ["b", [1, 5]]])
  })

  it("are evenly spread, in whatever order they are offered", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20 }), (count, kept) => {
        const picks = new EverySoOften<number>(kept)
        for (let index = 0; index < count; index++) picks.offer(index ^ 1, index)
        expect(picks.kept.length).toBeLessThanOrEqual(kept)
        expect(picks.kept.every(({ ordinal }) => ordinal % picks.stride === 0)).toBe(true)
        if (picks.stride > 1) expect(2 * (picks.kept.length + 1)).toBeGreaterThanOrEqual(kept)
      }),
    )
  })
})

describe("series", () => {
  it("come back from their differences, to half a step", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), { nil: undefined }), { maxLength: 30 }), (amounts) => {
        const unit = { name: "USD", decimals: 18, places: 2 }
        const places = placesFor([amounts], unit)
        let steps = 0
        const back = differencesOf(amounts, 18, places).map((difference) => {
          steps = difference === null ? 0 : steps + difference
          return difference === null ? undefined : BigInt(steps)
        })
        expect(back).toEqual(amounts.map((amount) => (amount === undefined ? undefined : inSteps(amount, 18, places))))
      }),
    )
  })

  for (const [amount, decimals, places, steps] of [[149n, 2, 0, 1n], [150n, 2, 0, 2n], [-150n, 2, 0, -2n], [5n, 0, 2, 500n], [1234n, 0, -2, 12n]] as const) {
    it(`has ${amount} of ${decimals} decimals as ${steps} steps of ${places} places`, () => expect(inSteps(amount, decimals, places)).toBe(steps))
  }
})
