import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { pathOf, pointsOf, priceAt, type PricePoint, type PriceSeries } from "../../../sim/prices/series.ts"

const seriesOf = (points: readonly PricePoint[], tail: number): PriceSeries => ({
  points,
  start: (points[0] as PricePoint).time,
  end: (points.at(-1) as PricePoint).time + tail,
  provenance: { kind: "recorded", file: "test.csv", from: 0, to: 0, gaps: "refuse" },
})

const series = fc.tuple(
  fc.nat(10 ** 9),
  fc.array(fc.record({ step: fc.integer({ min: 1, max: 5000 }), price: fc.bigInt({ min: 1n, max: 10n ** 24n }) }), { minLength: 1, maxLength: 20 }),
  fc.integer({ min: 1, max: 5000 }),
).map(([start, steps, tail]) => {
  let time = start
  return seriesOf(steps.map(({ step, price }) => ({ time: (time += step), price })), tail)
})

describe("priceAt", () => {
  it("is exact at points, between its neighbours elsewhere, and holds after the last", () =>
    fc.assert(fc.property(series, fc.nat(), (path, random) => {
      const time = path.start + (random % (path.end - path.start))
      const before = path.points.findLast((point) => point.time <= time) as PricePoint
      const after = path.points.find((point) => point.time > time) ?? before
      const [low, high] = before.price < after.price ? [before.price, after.price] : [after.price, before.price]
      const price = priceAt(path, time)
      expect(price >= low && price <= high).toBe(true)
      expect(priceAt(path, time, "step")).toBe(before.price)
      for (const point of path.points) expect([priceAt(path, point.time), priceAt(path, point.time, "step")]).toEqual([point.price, point.price])
      expect(priceAt(path, path.end - 1)).toBe(path.points.at(-1)?.price)
    })))

  const line = seriesOf([{ time: 100, price: 10n }, { time: 103, price: 20n }, { time: 106, price: 0n + 1n }], 4)
  for (const [time, price] of [[100, 10n], [101, 13n], [102, 16n], [103, 20n], [104, 13n], [105, 7n], [106, 1n], [109, 1n]] as const) {
    it(`is ${price} at ${time}: rounded down, rising or falling`, () => expect(priceAt(line, time)).toBe(price))
  }

  for (const time of [99, 110, 100.5, NaN]) it(`refuses the time ${time}`, () => expect(() => priceAt(line, time)).toThrow(RangeError))
})

describe("pathOf", () => {
  it("has one block for every blockSeconds that begin before the end, at the series' prices", () =>
    fc.assert(fc.property(series, fc.integer({ min: 1, max: 100 }), (prices, blockSeconds) => {
      const path = pathOf(prices, { blockSeconds })
      const last = path.timeOf(path.blocks - 1)
      expect(last < prices.end && last + blockSeconds >= prices.end).toBe(true)
      expect(path.timeOf(0)).toBe(prices.start)
      expect(path.priceOf(path.blocks - 1)).toBe(priceAt(prices, last))
      expect(() => path.priceOf(path.blocks)).toThrow(RangeError)
      expect(() => path.priceOf(-1)).toThrow(RangeError)
    })))

  for (const blockSeconds of [0, -1, 0.5, NaN]) {
    it(`refuses blocks of ${blockSeconds} seconds`, () =>
      expect(() => pathOf(seriesOf([{ time: 0, price: 1n }], 10), { blockSeconds })).toThrow(RangeError))
  }
})

describe("pointsOf", () => {
  const wicks = (open: bigint, high: bigint, low: bigint) => ({ open, high, low })
  const pairs = (points: readonly PricePoint[]) => points.map(({ time, price }) => [time, price])

  for (const [name, bars, step, points] of [
    ["a rising bar: open, low, high, close", [{ time: 0, close: 12n, wicks: wicks(10n, 13n, 9n) }], 3600, [[0, 10n], [900, 9n], [1800, 13n], [2700, 12n]]],
    ["a standing bar like a rising one", [{ time: 0, close: 10n, wicks: wicks(10n, 13n, 9n) }], 3600, [[0, 10n], [900, 9n], [1800, 13n], [2700, 10n]]],
    ["a falling bar: open, high, low, close", [{ time: 0, close: 10n, wicks: wicks(12n, 13n, 9n) }], 3600, [[0, 12n], [900, 13n], [1800, 9n], [2700, 10n]]],
    ["closes alone as they are", [{ time: 0, close: 1n, wicks: undefined }, { time: 60, close: 2n, wicks: undefined }], 60, [[0, 1n], [60, 2n]]],
    ["a short bar up to the next one", [{ time: 0, close: 12n, wicks: wicks(10n, 13n, 9n) }, { time: 8, close: 1n, wicks: undefined }], 60, [[0, 10n], [2, 9n], [4, 13n], [6, 12n], [8, 1n]]],
    ["a bar of two seconds by the later price of each", [{ time: 0, close: 12n, wicks: wicks(10n, 13n, 9n) }], 2, [[0, 9n], [1, 12n]]],
    ["a gap by holding the close until one step before the next bar", [{ time: 0, close: 1n, wicks: undefined }, { time: 300, close: 2n, wicks: undefined }], 60, [[0, 1n], [240, 1n], [300, 2n]]],
    ["a gap of less than a step without going back in time", [{ time: 0, close: 12n, wicks: wicks(10n, 13n, 9n) }, { time: 75, close: 1n, wicks: undefined }], 60, [[0, 10n], [15, 9n], [30, 13n], [45, 12n], [75, 1n]]],
  ] as const) {
    it(`expands ${name}`, () => expect(pairs(pointsOf(bars, step))).toEqual(points))
  }
})
