import fc from "fast-check"
import { expect, it } from "vitest"
import { MAX_UINT256, sqrtDown, sqrtUp } from "../../../core/math/index.ts"
import { bits, uint256 } from "./operand.ts"

const expectRoots = (x: bigint): void => {
  const down = sqrtDown(x)
  const up = sqrtUp(x)
  if (!(down >= 0n && down * down <= x && (down + 1n) * (down + 1n) > x)) expect.fail(`sqrtDown(${x}) is ${down}`)
  if (up !== (down * down === x ? down : down + 1n)) expect.fail(`sqrtUp(${x}) is ${up}`)
}

it("is exact for each number to 70,000", () => {
  for (let x = 0n; x <= 70_000n; x++) expectRoots(x)
})

it("is exact at each power of two and beside it", () => {
  for (let exponent = 1n; exponent < 256n; exponent++) for (let step = -2n; step <= 2n; step++) expectRoots(2n ** exponent + (step < 0n && exponent < 2n ? 0n : step))
  expectRoots(MAX_UINT256)
})

it("brackets the root of any number", () => {
  fc.assert(fc.property(uint256, expectRoots), { numRuns: 2_000 })
})

it("is exact at squares and beside them", () => {
  fc.assert(fc.property(bits(1, 128), (root) => {
    expect(sqrtDown(root * root)).toBe(root)
    expect(sqrtUp(root * root)).toBe(root)
    expect(sqrtDown(root * root - 1n)).toBe(root - 1n)
    expect(root === 1n || sqrtUp(root * root - 1n) === root).toBe(true)
    if (root * root < MAX_UINT256) expect(sqrtUp(root * root + 1n)).toBe(root + 1n)
  }), { numRuns: 1_000 })
})
