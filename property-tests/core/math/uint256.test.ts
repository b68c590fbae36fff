import fc from "fast-check"
import { expect, it } from "vitest"
import { LIMITS } from "../../../core/limits.ts"
import { absDiff, addChecked, bitLength, inRange, max, MAX_UINT256, min, mulChecked, subChecked } from "../../../core/math/index.ts"
import { outcome, uint256 } from "./operand.ts"

it("has the range of an amount", () => expect(MAX_UINT256).toBe(LIMITS.amountMax))

it("computes exactly or refuses, and refuses nothing that fits", () => {
  fc.assert(fc.property(uint256, uint256, (x, y) => {
    for (const [operation, exact] of [[addChecked, x + y], [subChecked, x - y], [mulChecked, x * y]] as const) {
      const result = outcome(() => operation(x, y))
      if (inRange(exact)) expect(result).toBe(exact)
      else expect(result).toMatchObject({ _tag: "core/OutOfRange" })
    }
  }))
})

it("orders min and max, and their distance is absDiff", () => {
  fc.assert(fc.property(uint256, uint256, (x, y) => {
    expect(addChecked(min(x, y), absDiff(x, y))).toBe(max(x, y))
    expect([x, y]).toContain(min(x, y))
    expect([x, y]).toContain(max(x, y))
  }))
})

for (const [value, expected] of [[-1n, false], [0n, true], [MAX_UINT256, true], [MAX_UINT256 + 1n, false]] as const) {
  it(`finds ${value} ${expected ? "in" : "out of"} range`, () => expect(inRange(value)).toBe(expected))
}

it("counts bits as the binary writing has digits", () => {
  expect(bitLength(0n)).toBe(0)
  fc.assert(fc.property(uint256, (x) => x === 0n || bitLength(x) === x.toString(2).length))
})
