import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decompose, exp, inverseNormal, log } from "../../../sim/float-math.ts"

/** Equal to a relative 1e-14. */
const close = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected))
}

/** Positive numbers of every magnitude. */
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true })

describe("float-math", () => {
  it("agrees with Math.exp to a relative 1e-14", () =>
    fc.assert(fc.property(fc.double({ min: -700, max: 709.7, noNaN: true }), (x) => close(exp(x), Math.exp(x)))))

  it("agrees with Math.log to a relative 1e-14", () => fc.assert(fc.property(positive, (x) => close(log(x), Math.log(x)))))

  it("agrees with Math.log close to 1, where the result is small", () =>
    fc.assert(fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => close(log(x), Math.log(x)))))

  it("decomposes every positive number exactly", () =>
    fc.assert(fc.property(positive, (x) => {
      const { mantissa, exponent } = decompose(x)
      expect(mantissa >= 1 && mantissa < 2).toBe(true)
      // In two factors, since 2 ** -1074 is the smallest that there is.
      expect(mantissa * 2 ** Math.ceil(exponent / 2) * 2 ** Math.floor(exponent / 2)).toBe(x)
    })))

  for (const [name, value, expected] of [
    ["exp(0)", exp(0), 1],
    ["exp(-Infinity)", exp(-Infinity), 0],
    ["exp(710)", exp(710), Infinity],
    ["exp(NaN)", exp(NaN), NaN],
    ["log(1)", log(1), 0],
    ["log(0)", log(0), -Infinity],
    ["log(-1)", log(-1), NaN],
    ["log(Infinity)", log(Infinity), Infinity],
    ["inverseNormal(0.5)", inverseNormal(0.5), 0],
    ["inverseNormal(0)", inverseNormal(0), -Infinity],
    ["inverseNormal(1)", inverseNormal(1), Infinity],
    ["inverseNormal(1.1)", inverseNormal(1.1), NaN],
  ] as const) {
    it(`${name} is ${expected}`, () => expect(value).toBe(expected))
  }

  // Quantiles by mpmath at 40 digits, rounded to the nearest double; some in each of the three pieces.
  for (const [p, quantile] of [
    [0.5000152587890625, 3.82481121100184e-05],
    [0.25, -0.6744897501960817],
    [0.9249999, 1.4395307645017297],
    [0.07, -1.4757910281791706],
    [0.01, -2.326347874040841],
    [1e-05, -4.264890793922825],
    [0.999999, 4.753424308817087],
    [1e-10, -6.361340902404057],
    [1e-13, -7.348796102800677],
    [1e-15, -7.941345326170997],
    [1.1102230246251565e-16, -8.209536151601387],
    [1e-300, -37.0470962993612],
  ] as const) {
    it(`inverseNormal(${p}) is ${quantile}`, () => close(inverseNormal(p), quantile))
  }

  it("is odd around one half, and grows", () =>
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 51 - 1 }), (cell) => {
      const p = cell / 2 ** 52
      expect(inverseNormal(1 - p)).toBe(-inverseNormal(p))
      expect(inverseNormal(p)).toBeLessThanOrEqual(inverseNormal((cell + 1) / 2 ** 52))
    })))
})
