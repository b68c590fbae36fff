import fc from "fast-check"
import { expect, it } from "vitest"
import { divUp, inRange, MAX_UINT256 as M, mulDivDown, mulDivUp, mulMod } from "../../../core/math/index.ts"
import { isCeiling, isFloor, outcome, positive256, uint256 } from "./operand.ts"

it("rounds the exact quotient down and up, or refuses when it does not fit", () => {
  fc.assert(fc.property(uint256, uint256, positive256, (x, y, divisor) => {
    const down = outcome(() => mulDivDown(x, y, divisor))
    const up = outcome(() => mulDivUp(x, y, divisor))
    if (typeof down === "bigint") expect(isFloor(down, x * y, divisor)).toBe(true)
    else expect(x * y >= (M + 1n) * divisor).toBe(true)
    if (typeof up === "bigint") expect(isCeiling(up, x * y, divisor)).toBe(true)
    else expect(x * y > M * divisor).toBe(true)
    if (typeof down === "bigint" && typeof up === "bigint") expect(up - down).toBe(x * y % divisor === 0n ? 0n : 1n)
  }), { numRuns: 1_000 })
})

it("splits a product into quotient and remainder", () => {
  fc.assert(fc.property(uint256, uint256, positive256, (x, y, divisor) => {
    fc.pre(inRange((x * y) / divisor))
    expect(mulDivDown(x, y, divisor) * divisor + mulMod(x, y, divisor)).toBe(x * y)
  }))
})

it("undoes a multiplication exactly", () => {
  fc.assert(fc.property(uint256, positive256, (x, y) => {
    expect(mulDivDown(x, y, y)).toBe(x)
    expect(mulDivUp(x, y, y)).toBe(x)
  }))
})

it("divides up as a product with one", () => {
  fc.assert(fc.property(uint256, positive256, (x, divisor) => void expect(divUp(x, divisor)).toBe(mulDivUp(x, 1n, divisor))))
})

for (const [x, y, divisor, down, up] of [
  [0n, 0n, 1n, 0n, 0n],
  [1n, 1n, M, 0n, 1n],
  [7n, 3n, 2n, 10n, 11n],
  [M, M, M, M, M],
  [M, M - 1n, M, M - 1n, M - 1n],
  [M - 1n, M - 1n, M, M - 2n, M - 1n],
  [2n ** 128n, 2n ** 128n, 3n, 2n ** 256n / 3n, 2n ** 256n / 3n + 1n],
] as const) {
  it(`${x} * ${y} / ${divisor} lies between ${down} and ${up}`, () => {
    expect(mulDivDown(x, y, divisor)).toBe(down)
    expect(mulDivUp(x, y, divisor)).toBe(up)
  })
}

it("names the calling operation in a failure", () =>
  expect(outcome(() => mulDivDown(1n, 1n, 0n, "quote"))).toMatchObject({ _tag: "core/DivisionByZero", operation: "quote" }))
