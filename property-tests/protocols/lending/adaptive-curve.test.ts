import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { expWad, WAD } from "../../../core/index.ts"
import {
  ADJUSTMENT_SPEED,
  borrowRateOf,
  curveRate,
  distanceOf,
  expApproximated,
  INITIAL_RATE_AT_TARGET,
  MAX_RATE_AT_TARGET,
  MIN_RATE_AT_TARGET,
  TARGET_UTILIZATION,
} from "../../../protocols/lending/isolated-market/index.ts"
import { openRateModel } from "../../evm/morpho-blue.ts"

/**
 * The rate model against three others: numbers worked by hand from the documentation; the same whole-number formula in Solidity of our own wording,
 * whose products and quotients are the machine's; and the documented real function, by core's exactly rounded exponential.
 */

const RUNS = process.env["BLOCKSTEP_LONG"] === "1" ? 20_000 : 400
const DAY = 86_400n

const utilizations = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt(0n, WAD) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, TARGET_UTILIZATION - 1n, TARGET_UTILIZATION, TARGET_UTILIZATION + 1n, WAD - 1n, WAD) },
)
const rates = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt(MIN_RATE_AT_TARGET, MAX_RATE_AT_TARGET) },
  { weight: 1, arbitrary: fc.constantFrom(0n, MIN_RATE_AT_TARGET, INITIAL_RATE_AT_TARGET, MAX_RATE_AT_TARGET) },
)
const seconds = fc.nat(44).chain((bits) => fc.bigInt(0n, 2n ** BigInt(bits)))

describe("the adaptive-curve rate model, by hand", () => {
  it("has the documented constants, per second", () => {
    expect([INITIAL_RATE_AT_TARGET, MIN_RATE_AT_TARGET, MAX_RATE_AT_TARGET, ADJUSTMENT_SPEED]).toEqual([1_268_391_679n, 31_709_791n, 63_419_583_967n, 1_585_489_599_188n])
  })

  for (const [utilization, distance, rate] of [
    [0n, -WAD, 317_097_919n],
    [(45n * WAD) / 100n, -WAD / 2n, 792_744_799n],
    [(9n * WAD) / 10n, 0n, 1_268_391_679n],
    [(95n * WAD) / 100n, WAD / 2n, 3_170_979_197n],
    [WAD, WAD, 5_073_566_716n],
  ] as const) {
    it(`lends at ${rate} a second at a utilization of ${utilization} when asked first`, () => {
      expect(distanceOf(utilization)).toBe(distance)
      expect(borrowRateOf(0n, utilization, 12n)).toEqual({ average: rate, rateAtTarget: INITIAL_RATE_AT_TARGET })
    })
  }

  it("doubles in about five days when all is lent, halves in about five when nothing is", () => {
    const up = borrowRateOf(INITIAL_RATE_AT_TARGET, WAD, 5n * DAY).rateAtTarget
    const down = borrowRateOf(INITIAL_RATE_AT_TARGET, 0n, 5n * DAY).rateAtTarget
    // e^(50 * 5 / 365) is 1.984.
    expect([(up * 100n) / INITIAL_RATE_AT_TARGET, (down * 100n) / INITIAL_RATE_AT_TARGET]).toEqual([198n, 50n])
  })

  it("moves nothing in no time or at the target, and stays within its bounds for ever", () => {
    expect(borrowRateOf(INITIAL_RATE_AT_TARGET, WAD, 0n)).toEqual({ average: 4n * INITIAL_RATE_AT_TARGET, rateAtTarget: INITIAL_RATE_AT_TARGET })
    expect(borrowRateOf(5n * MIN_RATE_AT_TARGET, TARGET_UTILIZATION, 10n ** 9n).rateAtTarget).toBe(5n * MIN_RATE_AT_TARGET)
    expect(borrowRateOf(INITIAL_RATE_AT_TARGET, WAD, 2n ** 50n)).toEqual({
      average: curveRate((INITIAL_RATE_AT_TARGET + 3n * MAX_RATE_AT_TARGET) / 4n, WAD),
      rateAtTarget: MAX_RATE_AT_TARGET,
    })
    expect(borrowRateOf(INITIAL_RATE_AT_TARGET, 0n, 2n ** 50n).rateAtTarget).toBe(MIN_RATE_AT_TARGET)
  })

  it("approximates the exponential: 1 at 0, a power of two at a multiple of ln 2, clipped and zero where documented", () => {
    const ln2 = 693_147_180_559_945_309n
    expect([expApproximated(0n), expApproximated(ln2), expApproximated(-3n * ln2)]).toEqual([WAD, 2n * WAD, WAD / 8n])
    // 1 + 0.25 + 0.03125, and half of 1 + r + r^2 / 2 with r = ln 2 - 0.5.
    expect(expApproximated(WAD / 4n)).toBe(1_281_250_000_000_000_000n)
    expect(expApproximated(-WAD / 2n)).toBe(605_900_048_619_536_683n)
    expect(expApproximated(-41_446_531_673_892_822_313n)).toBe(0n)
    expect(expApproximated(93_859_467_695_000_404_319n)).toBe(expApproximated(2n ** 255n))
  })
})

describe(`the adaptive-curve rate model (${RUNS} cases each)`, () => {
  let model: Awaited<ReturnType<typeof openRateModel>>
  beforeAll(async () => {
    model = await openRateModel()
  }, 120_000)

  it("answers as the machine does", () =>
    fc.assert(
      fc.asyncProperty(rates, utilizations, seconds, async (rate, utilization, elapsed) => {
        const { average, rateAtTarget } = borrowRateOf(rate, utilization, elapsed)
        expect([average, rateAtTarget]).toEqual(await model.rate(rate, utilization, elapsed))
      }),
      { numRuns: RUNS },
    ))

  it("has the machine's exponential, over the whole range", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.bigInt(-45n * WAD, 95n * WAD), fc.bigInt(-2n * WAD, 2n * WAD), fc.bigInt(-(2n ** 254n), 2n ** 254n)), async (x) => {
        expect(expApproximated(x)).toBe(await model.exponential(x))
      }),
      { numRuns: RUNS },
    ))

  it("is within 1 % and a unit of the true exponential: the remainder of 1 + r + r^2 / 2 for |r| <= ln 2 / 2 is below it", () =>
    fc.assert(
      fc.property(fc.bigInt(-41n * WAD, 93n * WAD), (x) => {
        const exact = expWad(x)
        const difference = expApproximated(x) - exact
        expect((difference < 0n ? -difference : difference) <= exact / 100n + 1n).toBe(true)
      }),
      { numRuns: RUNS },
    ))

  // The average of r0 e^(k t) over T is r0 (e^a - 1) / a with a = k T. The trapezoidal rule over two intervals is above it by less than
  // a^2 / 48 * e^max(a, 0) of r0; each exponential is off by 1 % at most; the rest is units of the rate, of which a rate has at least 10^7.
  it("averages what the documented function averages, within 1 % and the trapezoidal rule's own error", () =>
    fc.assert(
      fc.property(fc.bigInt(10n * MIN_RATE_AT_TARGET, MAX_RATE_AT_TARGET / 10n), utilizations, fc.bigInt(1n, 10n * DAY), (rate, utilization, elapsed) => {
        const distance = distanceOf(utilization)
        const a = (50n * distance * elapsed) / (365n * DAY)
        if (a > -WAD / 10_000n && a < WAD / 10_000n) return
        const exact = (curveRate(rate, distance) * (expWad(a) - WAD)) / a
        const { average } = borrowRateOf(rate, utilization, elapsed)
        const growth = a > 0n ? expWad(a) : WAD
        const ruleError = (((curveRate(rate, distance) * a * a) / (48n * WAD * WAD)) * growth) / WAD
        expect(average - exact <= average / 100n + ruleError + 10n).toBe(true)
        expect(exact - average <= average / 100n + 10n).toBe(true)
      }),
      { numRuns: RUNS },
    ))

  it("never falls as utilization grows, at the same rate at target", () =>
    fc.assert(
      fc.property(rates, utilizations, utilizations, (rate, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(curveRate(rate, distanceOf(low)) <= curveRate(rate, distanceOf(high))).toBe(true)
      }),
      { numRuns: RUNS },
    ))
})
