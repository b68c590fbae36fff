import fc from "fast-check"
import { expect, it } from "vitest"
import { fromQ96Down, MAX_UINT160, MAX_UINT256, mulQ96Down, mulQ96Up, Q96, Q96_RESOLUTION, toQ96Down, toUint160 } from "../../../core/math/index.ts"
import { bits, isCeiling, isFloor, outcome, positive256, uint256 } from "./operand.ts"

const q96 = bits(0, 160)

it("has consistent constants", () => {
  expect(Q96).toBe(1n << Q96_RESOLUTION)
  expect(MAX_UINT160).toBe(Q96 * 2n ** 64n - 1n)
})

it("rounds a ratio down, or refuses one of 2^64 and more", () => {
  fc.assert(fc.property(uint256, positive256, (numerator, denominator) => {
    const result = outcome(() => toQ96Down(numerator, denominator))
    if (typeof result === "bigint") expect(isFloor(result, numerator * Q96, denominator)).toBe(true)
    else expect(numerator >= denominator * 2n ** 64n).toBe(true)
  }))
})

it("rounds products down and up, at most one apart", () => {
  fc.assert(fc.property(uint256, q96, (x, q) => {
    const down = outcome(() => mulQ96Down(x, q))
    const up = outcome(() => mulQ96Up(x, q))
    if (typeof down === "bigint") expect(isFloor(down, x * q, Q96)).toBe(true)
    else expect(x * q >= (MAX_UINT256 + 1n) * Q96).toBe(true)
    if (typeof up === "bigint") expect(isCeiling(up, x * q, Q96)).toBe(true)
    else expect(x * q > MAX_UINT256 * Q96).toBe(true)
  }))
})

it("keeps the integer part, and integers whole", () => {
  fc.assert(fc.property(q96, (q) => void expect(isFloor(fromQ96Down(q), q, Q96)).toBe(true)))
  fc.assert(fc.property(bits(0, 64), (x) => void expect(fromQ96Down(toQ96Down(x, 1n))).toBe(x)))
  fc.assert(fc.property(q96, (q) => void expect(toUint160(q)).toBe(q)))
})

for (const [x, q, down, up] of [[0n, Q96, 0n, 0n], [5n, Q96, 5n, 5n], [1n, 1n, 0n, 1n], [3n, Q96 / 2n, 1n, 2n], [MAX_UINT256, Q96, MAX_UINT256, MAX_UINT256]] as const) {
  it(`${x} * ${q} / 2^96 lies between ${down} and ${up}`, () => {
    expect(mulQ96Down(x, q)).toBe(down)
    expect(mulQ96Up(x, q)).toBe(up)
  })
}
