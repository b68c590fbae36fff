import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as math from "../../../core/math/index.ts"
import { isCeiling, isFloor, isHalfUp, outcome, positive256, uint256 } from "./operand.ts"

const { MAX_UINT256, RAY, WAD } = math
const RATIO = 10n ** 9n
const rules = [
  ["wadMulDown", math.wadMulDown, isFloor, WAD],
  ["wadMulUp", math.wadMulUp, isCeiling, WAD],
  ["rayMulDown", math.rayMulDown, isFloor, RAY],
  ["rayMulUp", math.rayMulUp, isCeiling, RAY],
  ["rayMulHalfUp", math.rayMulHalfUp, isHalfUp, RAY],
] as const
const quotients = [
  ["wadDivDown", math.wadDivDown, isFloor, WAD],
  ["wadDivUp", math.wadDivUp, isCeiling, WAD],
  ["rayDivDown", math.rayDivDown, isFloor, RAY],
  ["rayDivUp", math.rayDivUp, isCeiling, RAY],
  ["rayDivHalfUp", math.rayDivHalfUp, isHalfUp, RAY],
] as const

/** The rounded value, or a refusal only where the exact value is within one of the bound or above it. */
const expectRounded = (result: unknown, rounds: typeof isFloor, numerator: bigint, denominator: bigint): void => {
  if (typeof result === "bigint") expect(rounds(result, numerator, denominator)).toBe(true)
  else expect(numerator > (MAX_UINT256 - 1n) * denominator).toBe(true)
}

describe.each(rules)("%s", (_, multiply, rounds, one) => {
  it("rounds the exact product as its name says", () => {
    fc.assert(fc.property(uint256, uint256, (x, y) => expectRounded(outcome(() => multiply(x, y)), rounds, x * y, one)))
  })
  it("has 1.0 as its neutral element", () => {
    fc.assert(fc.property(uint256, (x) => void expect(multiply(x, one)).toBe(x)))
  })
})

describe.each(quotients)("%s", (_, divide, rounds, one) => {
  it("rounds the exact quotient as its name says", () => {
    fc.assert(fc.property(uint256, positive256, (x, y) => expectRounded(outcome(() => divide(x, y)), rounds, x * one, y)))
  })
  it("has 1.0 as its neutral element", () => {
    fc.assert(fc.property(uint256, (x) => void expect(divide(x, one)).toBe(x)))
  })
})

it("rounds halves up", () => {
  for (const [x, expected] of [[0n, 0n], [RAY / 2n - 1n, 0n], [RAY / 2n, 1n], [RAY + RAY / 2n - 1n, 1n], [RAY + RAY / 2n, 2n]] as const) {
    expect(math.rayMulHalfUp(x, 1n)).toBe(expected)
  }
  expect(math.rayDivHalfUp(1n, 2n * RAY)).toBe(1n)
  expect(math.rayDivHalfUp(1n, 2n * RAY + 1n)).toBe(0n)
  // A divisor is halved downward, as Aave does; with an odd divisor no exact half exists.
  expect(math.rayDivHalfUp(1n, 3n)).toBe(RAY / 3n)
})

it("converts wads to rays and back without loss", () => {
  fc.assert(fc.property(fc.bigInt(0n, MAX_UINT256 / RATIO), (wad) => {
    const ray = math.wadToRay(wad)
    expect(ray).toBe(wad * RATIO)
    for (const back of [math.rayToWadDown, math.rayToWadUp, math.rayToWadHalfUp]) expect(back(ray)).toBe(wad)
  }))
})

it("rounds rays to wads as the names say", () => {
  fc.assert(fc.property(uint256, (ray) => {
    expect(isFloor(math.rayToWadDown(ray), ray, RATIO)).toBe(true)
    expect(isCeiling(math.rayToWadUp(ray), ray, RATIO)).toBe(true)
    expect(isHalfUp(math.rayToWadHalfUp(ray), ray, RATIO)).toBe(true)
  }))
})
