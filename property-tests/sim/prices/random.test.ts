import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Random } from "../../../sim/random.ts"

const draw = (count: number, next: () => number): readonly number[] => Array.from({ length: count }, next)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: readonly number[]): number => {
  const centre = mean(values)
  return mean(values.map((value) => (value - centre) ** 2))
}

describe("Random", () => {
  // The words, the float and the normal number were also computed by an independent Python program.
  it("draws the same numbers on every engine", () => {
    const random = Random.make(7n, "golden")
    expect(draw(4, () => random.uint32())).toEqual([2527772125, 2133210753, 2916135817, 1610122513])
    expect(random.float()).toBe(0.6062233975533495)
    expect(random.normal()).toBe(-0.9316894746370161)
    expect(random.below(10)).toBe(4)
    expect(random.poisson(3)).toBe(3)
    expect(random.amountBetween(0n, 10n ** 24n)).toBe(752097732507523421632972n)
    expect(random.fork("a").uint32()).toBe(1301037410)
  })

  it("reads 7 and 7n as one seed", () => expect(Random.make(7, "x").uint32()).toBe(Random.make(7n, "x").uint32()))

  it("forks by key and label alone, whatever was drawn before", () =>
    fc.assert(fc.property(fc.bigInt(), fc.string(), fc.nat(20), (seed, label, drawn) => {
      const random = Random.make(seed, "parent")
      const first = random.fork(label).uint32()
      draw(drawn, () => random.uint32())
      expect(random.fork(label).uint32()).toBe(first)
    })))

  it("keeps streams apart by seed, by label, by fork and by the place where labels are cut", () => {
    const streams = [
      Random.make(1n, "a"), Random.make(2n, "a"), Random.make(1n, "b"), Random.make(-1n, "a"), Random.make(11n, ""), Random.make(1n, "1"),
      Random.make(1n, "a").fork(""), Random.make(1n, "").fork("a"), Random.make(1n, "a").fork("bc"), Random.make(1n, "ab").fork("c"),
      Random.make(1n, "abc"), Random.make(1n, "a").fork("b").fork("c"),
    ]
    expect(new Set(streams.map((stream) => stream.uint32())).size).toBe(streams.length)
  })

  it("keeps amounts within their bounds, and reaches both", () =>
    fc.assert(fc.property(fc.bigInt(), fc.bigInt({ min: 0n, max: 2n ** 256n }), (low, width) => {
      const amount = Random.make(low, "amount").amountBetween(low, low + width)
      expect(amount >= low && amount <= low + width).toBe(true)
      const random = Random.make(width, "ends")
      const seen = new Set(Array.from({ length: 100 }, () => random.amountBetween(low, low + 1n)))
      expect(seen).toEqual(new Set([low, low + 1n]))
    })))

  it("takes the smallest and the largest bounds", () => {
    expect(Random.make(1, "").below(1)).toBe(0)
    expect(Random.make(1, "").below(2 ** 32)).toBeLessThan(2 ** 32)
    expect(Random.make(1, "").amountBetween(5n, 5n)).toBe(5n)
  })

  // Each mean within 5 standard errors of a fixed seed's 20,000 draws, the variance within 5 of its own.
  const count = 20_000
  for (const [name, next, expectedMean, expectedVariance, kurtosis] of [
    ["float", (random: Random) => random.float(), 1 / 2, 1 / 12, 1.8],
    ["below(6)", (random: Random) => random.below(6), 2.5, 35 / 12, 1.73],
    ["below(3 * 2^30)", (random: Random) => random.below(3 * 2 ** 30) / (3 * 2 ** 30), 1 / 2, 1 / 12, 1.8],
    ["amountBetween(0, 2^64 * 3 / 4)", (random: Random) => Number(random.amountBetween(0n, 3n << 62n)) / (3 * 2 ** 62), 1 / 2, 1 / 12, 1.8],
    ["normal", (random: Random) => random.normal(), 0, 1, 3],
    ["poisson(0.1)", (random: Random) => random.poisson(0.1), 0.1, 0.1, 13],
    ["poisson(16)", (random: Random) => random.poisson(16), 16, 16, 3.1],
    ["poisson(100)", (random: Random) => random.poisson(100), 100, 100, 3.01],
    ["chance(0.3)", (random: Random) => Number(random.chance(0.3)), 0.3, 0.21, 1.76],
  ] as const) {
    it(`${name} has mean ${expectedMean} and variance ${expectedVariance}`, () => {
      const random = Random.make(2024n, name)
      const values = draw(count, () => next(random))
      expect(Math.abs(mean(values) - expectedMean)).toBeLessThan(5 * Math.sqrt(expectedVariance / count))
      expect(Math.abs(variance(values) - expectedVariance)).toBeLessThan(5 * expectedVariance * Math.sqrt((kurtosis - 1) / count))
    })
  }

  it("never happens at probability 0, always at 1, and counts 0 at mean 0", () => {
    const random = Random.make(3n, "edges")
    expect(draw(1000, () => Number(random.chance(0)) + Number(!random.chance(1)) + random.poisson(0))).toEqual(draw(1000, () => 0))
  })

  for (const [name, misuse] of [
    ["a fractional seed", () => Random.make(0.5, "")],
    ["a seed beyond 2^53", () => Random.make(2 ** 53, "")],
    ["below(0)", () => Random.make(1, "").below(0)],
    ["below(1.5)", () => Random.make(1, "").below(1.5)],
    ["below(2^32 + 1)", () => Random.make(1, "").below(2 ** 32 + 1)],
    ["amountBetween(1, 0)", () => Random.make(1, "").amountBetween(1n, 0n)],
    ["chance(NaN)", () => Random.make(1, "").chance(NaN)],
    ["poisson(-1)", () => Random.make(1, "").poisson(-1)],
    ["poisson(10001)", () => Random.make(1, "").poisson(10_001)],
  ] as const) {
    it(`refuses ${name}`, () => expect(misuse).toThrow(RangeError))
  }
})
