import fc from "fast-check"
import { expect, it } from "vitest"
import { elapsed32, encode, MAX_UINT112, MAX_UINT224, MAX_UINT256, Q112, uqdiv, wrapAdd256, wrapSub256 } from "../../../core/math/index.ts"
import { bits, isFloor, uint256 } from "./operand.ts"

const reserve = bits(1, 112)

it("has a price of one for equal reserves, and rounds any price down", () => {
  fc.assert(fc.property(reserve, reserve, (reserve0, reserve1) => {
    expect(uqdiv(encode(reserve0), reserve0)).toBe(Q112)
    const price = uqdiv(encode(reserve1), reserve0)
    expect(price <= MAX_UINT224 && isFloor(price, reserve1 * Q112, reserve0)).toBe(true)
  }))
})

it("encodes the largest reserve", () => expect(encode(MAX_UINT112)).toBe(MAX_UINT224 - MAX_UINT112))

it("wraps sums and differences modulo 2^256", () => {
  fc.assert(fc.property(uint256, uint256, (x, y) => {
    expect(wrapAdd256(x, y)).toBe((x + y) % 2n ** 256n)
    expect(wrapSub256(wrapAdd256(x, y), y)).toBe(x)
    expect(wrapAdd256(wrapSub256(x, y), y)).toBe(x)
  }))
  expect(wrapAdd256(MAX_UINT256, 1n)).toBe(0n)
  expect(wrapSub256(0n, 1n)).toBe(MAX_UINT256)
})

it("measures elapsed seconds across the wrap of 32 bits, from whole or reduced timestamps", () => {
  fc.assert(fc.property(bits(0, 60), bits(0, 32), (earlier, seconds) => {
    const later = earlier + seconds
    const reduced = (time: bigint): bigint => time % 2n ** 32n
    for (const [from, to] of [[earlier, later], [reduced(earlier), later], [reduced(earlier), reduced(later)]] as const) {
      expect(elapsed32(from, to)).toBe(seconds)
    }
  }))
})
