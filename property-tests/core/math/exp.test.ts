import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { EXP_WAD_INPUT_MAX, expWad, lnWad, MAX_UINT256, powWad, sqrtDown, WAD } from "../../../core/math/index.ts"
import { expErrorUlp, expFixed, lnErrorUlp, lnFixed } from "../../../core/math/series.ts"
import { bits, isFloor, outcome, positive256, uint256 } from "./operand.ts"
import { LN_BITS, SCALE, slowExp, slowLn } from "./reference.ts"

/** Where e^x as a wad becomes zero. */
const EXP_ZERO_MAX = -41_446531673892822313n
const numRuns = 200
const exponent = fc.oneof(
  fc.bigInt(EXP_ZERO_MAX - 5n, EXP_WAD_INPUT_MAX),
  fc.bigInt(-3n * WAD, 3n * WAD),
  fc.bigInt(-1_000n, 1_000n),
  fc.bigInt(0n, 1_000n).map((distance) => EXP_WAD_INPUT_MAX - distance),
)
const base = fc.oneof(positive256, fc.bigInt(WAD / 2n, 2n * WAD), fc.bigInt(-1_000n, 1_000n).map((distance) => WAD + distance))
/** Exponents of a power: everyday ones, simple fractions, and wide ones. */
const power = fc.oneof(
  fc.bigInt(-5n * WAD, 5n * WAD),
  fc.bigInt(-1_000n, 1_000n),
  fc.tuple(fc.bigInt(-40n, 40n), fc.constantFrom(1n, 2n, 4n, 5n, 8n, 10n)).map(([p, q]) => (p * WAD) / q),
  fc.tuple(bits(0, 254), fc.boolean()).map(([magnitude, negative]) => (negative ? -magnitude : magnitude)),
)

/** `result <= true value < result + 1`, for a reference that is off by less than `error`, both in units of 2^-SCALE. */
const expectFloorOf = (result: bigint, reference: bigint, error: bigint): void => {
  const value = reference * WAD
  const slack = error * WAD
  if (!(result << SCALE <= value + slack && value - slack < (result + 1n) << SCALE)) expect.fail(`${result} is not the floor of the reference`)
}

describe("expWad", () => {
  it("is the true value rounded down", () => {
    fc.assert(fc.property(exponent, (x) => {
      const reference = slowExp((x << SCALE) / WAD)
      expectFloorOf(expWad(x), reference, (reference >> 900n) + 1n)
    }), { numRuns })
  })
  it("is 0 exactly below 10^-18, and fits exactly up to EXP_WAD_INPUT_MAX", () => {
    expect(expWad(EXP_ZERO_MAX)).toBe(0n)
    expect(expWad(EXP_ZERO_MAX + 1n)).toBe(1n)
    expect(expWad(-(2n ** 255n))).toBe(0n)
    expect(slowExp((EXP_WAD_INPUT_MAX << SCALE) / WAD) * WAD < 2n ** 256n << SCALE).toBe(true)
    expect(slowExp(((EXP_WAD_INPUT_MAX + 1n) << SCALE) / WAD) * WAD > 2n ** 256n << SCALE).toBe(true)
  })
  it("never falls", () => {
    fc.assert(fc.property(exponent, exponent, (x, y) => expWad(x < y ? x : y) <= expWad(x < y ? y : x)), { numRuns })
    fc.assert(fc.property(exponent, (x) => x === EXP_WAD_INPUT_MAX || expWad(x) <= expWad(x + 1n)), { numRuns })
  })
  for (const [x, expected] of [
    [0n, WAD],
    [1n, WAD + 1n],
    [-1n, WAD - 1n],
    [WAD, 2_718281828459045235n],
    [2n * WAD, 7_389056098930650227n],
    [3n * WAD, 20_085536923187667740n],
    [-WAD, 367879441171442321n],
    [10n * WAD, 22026_465794806716516957n],
  ] as const) it(`is ${expected} at ${x}`, () => expect(expWad(x)).toBe(expected))
})

describe("lnWad", () => {
  it("is the true value rounded down", () => {
    fc.assert(fc.property(base, (x) => expectFloorOf(lnWad(x), slowLn(x, WAD), 1n << (SCALE - LN_BITS + 10n))), { numRuns })
  })
  it("never falls", () => {
    fc.assert(fc.property(base, base, (x, y) => lnWad(x < y ? x : y) <= lnWad(x < y ? y : x)), { numRuns })
    fc.assert(fc.property(base, (x) => x === MAX_UINT256 || lnWad(x) <= lnWad(x + 1n)), { numRuns })
  })
  it("undoes expWad, rounding down twice", () => {
    fc.assert(fc.property(exponent, (x) => {
      const grown = expWad(x)
      if (grown > 0n) expect(lnWad(grown) <= x && (grown === MAX_UINT256 || lnWad(grown + 1n) >= x)).toBe(true)
    }), { numRuns })
    fc.assert(fc.property(base, (x) => expWad(lnWad(x)) <= x), { numRuns })
  })
  for (const [x, expected] of [
    [1n, EXP_ZERO_MAX],
    [WAD, 0n],
    [WAD + 1n, 0n],
    [WAD - 1n, -2n],
    [2n * WAD, 693147180559945309n],
    [WAD / 2n, -693147180559945310n],
    [10n * WAD, 2_302585092994045684n],
    [MAX_UINT256, EXP_WAD_INPUT_MAX],
  ] as const) it(`is ${expected} at ${x}`, () => expect(lnWad(x)).toBe(expected))
})

describe("powWad", () => {
  it("is the true value rounded down, or refused where it is no uint256", () => {
    let computed = 0
    fc.assert(fc.property(base, power, (x, y) => {
      const result = outcome(() => powWad(x, y))
      const argument = (slowLn(x, WAD) * y) / WAD
      if (typeof result !== "bigint") return void expect(argument > (135_999146549453176n << SCALE) / 10n ** 15n).toBe(true)
      if (argument < -45n << SCALE) return void expect(result).toBe(0n)
      computed++
      const reference = slowExp(argument)
      expectFloorOf(result, reference, reference >> 200n)
    }), { numRuns: 400 })
    expect(computed).toBeGreaterThan(100)
  })
  it("is exact for whole exponents, by rational arithmetic", () => {
    fc.assert(fc.property(base, fc.bigInt(1n, 12n), (x, n) => {
      const [numerator, denominator] = [x ** n, WAD ** (n - 1n)]
      const result = outcome(() => powWad(x, n * WAD))
      if (typeof result === "bigint") expect(isFloor(result, numerator, denominator)).toBe(true)
      else expect(numerator > MAX_UINT256 * denominator).toBe(true)
      const inverse = outcome(() => powWad(x, -n * WAD))
      if (typeof inverse === "bigint") expect(isFloor(inverse, WAD ** (n + 1n), x ** n)).toBe(true)
      else expect(WAD ** (n + 1n) > MAX_UINT256 * x ** n).toBe(true)
    }), { numRuns })
  })
  it("is exact where a fractional power is rational", () => {
    fc.assert(fc.property(fc.bigInt(2n, 60n), fc.bigInt(1n, 9n), fc.constantFrom(2n, 4n, 5n, 8n), (root, p, q) => {
      fc.pre(root ** q * WAD <= MAX_UINT256 && root ** p * WAD <= MAX_UINT256)
      expect(powWad(root ** q * WAD, (p * WAD) / q)).toBe(root ** p * WAD)
      expect(powWad(root ** q * WAD, (-p * WAD) / q)).toBe(WAD / root ** p)
    }), { numRuns })
  })
  it("has the integer square root as its half power", () => {
    fc.assert(fc.property(bits(1, 196), (x) => void expect(powWad(x, WAD / 2n)).toBe(sqrtDown(x * WAD))), { numRuns })
  })
  it("is the identity at exponent 1.0", () => {
    fc.assert(fc.property(uint256, (x) => void expect(powWad(x, WAD)).toBe(x)), { numRuns })
  })
  it("never falls as its base grows, at exponents from 0", () => {
    fc.assert(fc.property(bits(0, 100), bits(0, 100), bits(0, 61), (x, z, y) => powWad(x < z ? x : z, y) <= powWad(x < z ? z : x, y)), { numRuns })
  })
  it("never falls as its exponent grows, at bases from 1.0", () => {
    const small = fc.bigInt(-5n * WAD, 5n * WAD)
    const baseFromOne = fc.bigInt(WAD, 1_000_000n * WAD)
    fc.assert(fc.property(baseFromOne, small, small, (x, y, z) => powWad(x, y < z ? y : z) <= powWad(x, y < z ? z : y)), { numRuns })
  })
  for (const [x, y, expected] of [
    [0n, 0n, WAD],
    [0n, 1n, 0n],
    [5n, 0n, WAD],
    [WAD, -(2n ** 255n), WAD],
    [2n * WAD, WAD / 2n, 1_414213562373095048n],
    [2n * WAD, -WAD, WAD / 2n],
    [WAD + 1n, 1n, WAD],
    [WAD - 1n, 1n, WAD - 1n],
    [10n * WAD, 59n * WAD, 10n ** 77n],
    [MAX_UINT256, WAD, MAX_UINT256],
    [WAD / 2n, 2n ** 255n - 1n, 0n],
  ] as const) it(`is ${expected} at ${x} and ${y}`, () => expect(powWad(x, y)).toBe(expected))
})

describe("series", () => {
  const precision = fc.constantFrom(96n, 112n, 200n, 448n)
  const distance = (x: bigint, y: bigint): bigint => (x > y ? x - y : y - x)

  it("keeps the logarithm within its stated error", () => {
    fc.assert(fc.property(positive256, positive256, precision, (numerator, denominator, places) => {
      const reference = slowLn(numerator, denominator) >> (SCALE - places)
      expect(distance(lnFixed(numerator, denominator, places), reference) <= lnErrorUlp(places)).toBe(true)
    }), { numRuns })
  })
  it("keeps the exponential within its stated error", () => {
    fc.assert(fc.property(fc.bigInt(-139n * WAD, 139n * WAD), precision, (x, places) => {
      const value = (x << places) / WAD
      const { mantissa, exponent } = expFixed(value, places)
      const reference = slowExp(value << (SCALE - places)) >> (SCALE - places + exponent)
      expect(distance(mantissa, reference) <= expErrorUlp(places)).toBe(true)
    }), { numRuns })
  })
  it("computes beyond its stored constant", () => {
    const wide = lnFixed(3n, 2n, 2_000n) + lnFixed(4n, 3n, 2_000n)
    expect(distance(wide, lnFixed(2n, 1n, 2_000n)) <= 3n * lnErrorUlp(2_000n)).toBe(true)
    expect(distance(wide >> 1_000n, lnFixed(2n, 1n, 1_000n)) <= lnErrorUlp(1_000n) + 1n).toBe(true)
  })
})
