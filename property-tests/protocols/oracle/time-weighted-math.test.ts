import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MAX_UINT112, WAD } from "../../../core/index.ts"
import { averagePriceDown, cumulativeAt } from "../../../protocols/oracle/index.ts"

const TWO_112 = 2n ** 112n
const TWO_256 = 2n ** 256n
const pool = { reserveX: 1_000n, reserveY: 2_000n, priceXCumulative: 0n, priceYCumulative: 0n, timeLast: 100 }
const reserve = fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, MAX_UINT112))
const sum = fc.oneof(fc.bigInt(0n, TWO_256 - 1n), fc.bigInt(1n, 2n ** 130n).map((below) => TWO_256 - below))

describe("cumulativeAt", () => {
  it("adds the price times the seconds since the pool's last change", () => {
    expect(cumulativeAt(pool, "X", 100)).toBe(0n)
    expect(cumulativeAt(pool, "X", 103)).toBe(3n * 2n * TWO_112)
    expect(cumulativeAt({ ...pool, priceYCumulative: 7n }, "Y", 104)).toBe(7n + 4n * (TWO_112 / 2n))
  })
  it("wraps as the pool does: sums modulo 2^256, timestamps modulo 2^32", () => {
    const wrapping = { ...pool, priceXCumulative: TWO_256 - TWO_112, timeLast: 2 ** 32 - 1 }
    expect(cumulativeAt(wrapping, "X", 2 ** 32 + 1)).toBe(3n * TWO_112)
  })
  it("is the pool's sum, whenever the pool is touched in between at the same reserves", () => {
    fc.assert(fc.property(reserve, reserve, sum, fc.nat(2 ** 40), fc.nat(2 ** 31), fc.nat(2 ** 31), (reserveX, reserveY, cumulative, start, first, second) => {
      const before = { reserveX, reserveY, priceXCumulative: cumulative, priceYCumulative: 0n, timeLast: start % 2 ** 32 }
      const touched = { ...before, priceXCumulative: cumulativeAt(before, "X", start + first), timeLast: (start + first) % 2 ** 32 }
      expect(cumulativeAt(touched, "X", start + first + second)).toBe(cumulativeAt(before, "X", start + first + second))
    }))
  })
})

describe("averagePriceDown", () => {
  it("of a pool at rest is its price, rounded down, at any sums and times", () => {
    fc.assert(fc.property(reserve, reserve, sum, fc.nat(2 ** 40), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (reserveX, reserveY, priceXCumulative, time, seconds) => {
      const at = (now: number) => ({ time: now, cumulative: cumulativeAt({ reserveX, reserveY, priceXCumulative, priceYCumulative: 0n, timeLast: time % 2 ** 32 }, "X", now) })
      const uq = (reserveY * TWO_112) / reserveX
      const price = averagePriceDown(at(time), at(time + seconds))
      expect(price).toBe((uq * WAD) / TWO_112)
      const exact = (reserveY * WAD) / reserveX
      expect(price === exact || price === exact - 1n).toBe(true)
    }))
  })
  const table: ReadonlyArray<readonly [gained: bigint, seconds: number, price: bigint]> = [
    [0n, 5, 0n],
    [TWO_112 * 10n, 5, 2n * WAD],
    [TWO_112 * 10n, 3, (10n * WAD) / 3n],
    [TWO_112 - 1n, 1, WAD - 1n],
    [1n, 1, 0n],
    [2n ** 256n - 1n, 1, ((2n ** 256n - 1n) * WAD) / TWO_112],
  ]
  for (const [gained, seconds, price] of table) {
    it(`${gained} in ${seconds} seconds is ${price}`, () => {
      const start = TWO_256 - 5n
      const last = { time: 9 + seconds, cumulative: (start + gained) % TWO_256 }
      expect(averagePriceDown({ time: 9, cumulative: start }, last)).toBe(price)
    })
  }
})
