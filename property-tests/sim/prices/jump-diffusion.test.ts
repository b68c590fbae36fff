import { getOrThrow, merge } from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SECONDS_PER_YEAR, simulateJumpDiffusion, type JumpDiffusion } from "../../../sim/prices/jump-diffusion.ts"
import { PRICE_MAX, WAD } from "../../../sim/prices/wad.ts"

const calm: JumpDiffusion = {
  start: 2000n * WAD, volatilityPerYear: 0.8, driftPerYear: 0.05, jumpsPerYear: 200, jumpMean: -0.01, jumpDeviation: 0.03,
  stepSeconds: 12, steps: 100, seed: 7n,
}
const simulate = (changes: Partial<JumpDiffusion> = {}) => getOrThrow(simulateJumpDiffusion({ ...calm, ...changes }))
const logReturns = (changes: Partial<JumpDiffusion>): readonly number[] => {
  const { points } = simulate(changes)
  return points.slice(1).map(({ price }, index) => Math.log(Number(price) / Number(points[index]?.price)))
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe("simulateJumpDiffusion", () => {
  it("draws the same path on every engine", () => {
    const { points, start, end } = simulate({ jumpsPerYear: 10_000, stepSeconds: 3600, steps: 4, startTime: 1_600_000_000 })
    expect([start, end]).toEqual([1_600_000_000, 1_600_018_000])
    expect(points).toEqual([
      { time: 1600000000, price: 2000000000000000000000n },
      { time: 1600003600, price: 1937970954509768084506n },
      { time: 1600007200, price: 1948628388333152106071n },
      { time: 1600010800, price: 1843028333186459422066n },
      { time: 1600014400, price: 1840235278804465135493n },
    ])
  })

  it("has one point more than steps, and ends one step after the last", () => {
    const series = simulate({ steps: 3 })
    expect(series.points.map(({ time }) => time)).toEqual([0, 12, 24, 36])
    expect([series.start, series.end]).toEqual([0, 48])
    expect(series.provenance).toMatchObject({ kind: "simulated", process: "jump-diffusion", parameters: { seed: 7n, startTime: 0 } })
  })

  it("keeps the prefix of a path when it is made longer", () =>
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.integer({ min: 1, max: 50 }), (seed, steps) => {
      expect(simulate({ seed }).points.slice(0, steps + 1)).toEqual(simulate({ seed, steps }).points)
    }), { numRuns: 20 }))

  it("shares the diffusion between runs with other jumps", () => {
    const without = logReturns({ jumpsPerYear: 0, driftPerYear: 0 })
    const expectedJump = Math.exp(-0.01 + 0.03 ** 2 / 2) - 1
    const compensation = (200 * expectedJump * 12) / SECONDS_PER_YEAR
    const shared = logReturns({ driftPerYear: 0 }).filter((value, index) => Math.abs(value + compensation - (without[index] as number)) < 1e-12)
    expect(shared.length).toBe(100) // a jump every 36 hours: none in 20 minutes
  })

  it("stands still without volatility, drift and jumps", () =>
    expect(simulate({ volatilityPerYear: 0, driftPerYear: 0, jumpsPerYear: 0 }).points.every(({ price }) => price === calm.start)).toBe(true))

  it("grows by e in a year of drift 1", () => {
    const { points } = simulate({ volatilityPerYear: 0, driftPerYear: 1, jumpsPerYear: 0, stepSeconds: SECONDS_PER_YEAR / 100 })
    expect(Math.abs(Number(points.at(-1)?.price) / Number(calm.start) - Math.E)).toBeLessThan(1e-12)
  })

  // 20,000 hours: mean and variance of log returns within 5 standard errors of what the formula says.
  for (const [name, jumpsPerYear, jumpMean, jumpDeviation] of [["without jumps", 0, 0, 0], ["with jumps", 2000, -0.01, 0.03]] as const) {
    it(`has the mean and variance of its formula, ${name}`, () => {
      const count = 20_000
      const returns = logReturns({ jumpsPerYear, jumpMean, jumpDeviation, stepSeconds: 3600, steps: count, seed: 1n, driftPerYear: 2 })
      const years = 3600 / SECONDS_PER_YEAR
      const expectedJump = Math.exp(jumpMean + jumpDeviation ** 2 / 2) - 1
      const variance = (0.8 ** 2 + jumpsPerYear * (jumpMean ** 2 + jumpDeviation ** 2)) * years
      const expected = (2 - 0.8 ** 2 / 2 - jumpsPerYear * expectedJump + jumpsPerYear * jumpMean) * years
      // Fourth cumulant of a compound Poisson sum: rate times the fourth moment of a jump.
      const fourth = jumpsPerYear * years * (jumpMean ** 4 + 6 * jumpMean ** 2 * jumpDeviation ** 2 + 3 * jumpDeviation ** 4)
      expect(Math.abs(mean(returns) - expected)).toBeLessThan(5 * Math.sqrt(variance / count))
      const measured = mean(returns.map((value) => (value - expected) ** 2))
      expect(Math.abs(measured - variance)).toBeLessThan(5 * Math.sqrt((2 * variance ** 2 + fourth) / count))
    })
  }

  for (const [field, value, expected] of [
    ["start", 0n, `a whole number from 1 to ${PRICE_MAX}`],
    ["start", PRICE_MAX + 1n, `a whole number from 1 to ${PRICE_MAX}`],
    ["volatilityPerYear", -0.1, "a number from 0 to 10"],
    ["volatilityPerYear", NaN, "a number from 0 to 10"],
    ["driftPerYear", 11, "a number from -10 to 10"],
    ["jumpsPerYear", 10_001, "a number from 0 to 10000"],
    ["jumpMean", -4, "a number from -3 to 3"],
    ["jumpDeviation", -1, "a number from 0 to 3"],
    ["stepSeconds", 0, "a whole number from 1 to 31536000"],
    ["stepSeconds", 1.5, "a whole number from 1 to 31536000"],
    ["steps", 0, "a whole number from 1 to 1000000"],
    ["seed", 0.5, `a whole number from ${-(2n ** 255n)} to ${2n ** 255n}`],
    ["startTime", -1, "a whole number from 0 to 99999999999"],
  ] as const) {
    it(`refuses ${field} of ${value}`, () => {
      const failure = merge(simulateJumpDiffusion({ ...calm, [field]: value }))
      expect(failure).toMatchObject({ _tag: "sim/ParameterOutOfRange", field, value, expected })
      expect((failure as Error).message).toBe(`${field} is ${value}, where ${expected} is expected`)
    })
  }

  for (const driftPerYear of [-10, 10]) {
    it(`refuses a path that leaves the range of prices, at drift ${driftPerYear}`, () => {
      const failure = merge(simulateJumpDiffusion({ ...calm, volatilityPerYear: 0, jumpsPerYear: 0, driftPerYear, stepSeconds: SECONDS_PER_YEAR }))
      expect(failure).toMatchObject({ _tag: "sim/PathOutOfRange", step: driftPerYear > 0 ? 7 : 5 })
      expect((failure as Error).message).toMatch(/^step \d of the simulated path leaves the range of prices$/)
    })
  }
})
