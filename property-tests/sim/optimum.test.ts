import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { amountOutDown } from "../../protocols/amm/constant-product/index.ts"
import { gainOf, optimalSale, type Ratio } from "../../sim/index.ts"

const ETHER = 10n ** 18n

/** Pools of an asset of 18 decimals and one of 6, either way round, at any price, and an outside price up to three times away. */
const market = fc
  .record({
    eth: fc.bigInt(ETHER / 10n, 10n ** 6n * ETHER),
    cents: fc.bigInt(100n, 10n ** 7n),
    feePips: fc.constantFrom(0, 100, 500, 3_000, 10_000, 300_000),
    percent: fc.bigInt(33n, 300n),
    sellsEth: fc.boolean(),
  })
  .map(({ eth, cents, feePips, percent, sellsEth }) => {
    const usd = (eth * cents * 10_000n) / ETHER
    // usd units for one eth unit: dollars * 10^6 / 10^18.
    const outside: Ratio = { numerator: cents * percent * 10_000n, denominator: 100n * ETHER }
    const price = sellsEth ? outside : { numerator: outside.denominator, denominator: outside.numerator }
    return { reserveIn: sellsEth ? eth : usd, reserveOut: sellsEth ? usd : eth, feePips, price }
  })

describe("the optimal sale", () => {
  it("gains more than its neighbours, one unit and one percent away, to the smallest unit that it buys", () =>
    fc.assert(
      fc.property(market, ({ reserveIn, reserveOut, feePips, price }) => {
        const best = optimalSale(reserveIn, reserveOut, feePips, price)
        const gainAt = (amountIn: bigint) => gainOf({ amountIn, amountOut: amountOutDown(amountIn, reserveIn, reserveOut, feePips) }, price)
        if (best === undefined) {
          for (const amountIn of [1n, reserveIn / 10_000n, reserveIn / 100n]) expect(gainAt(amountIn) <= 0n).toBe(true)
          return
        }
        expect(amountOutDown(best.amountIn, reserveIn, reserveOut, feePips)).toBe(best.amountOut)
        const gain = gainOf(best, price)
        expect(gain > 0n).toBe(true)
        for (const amountIn of [best.amountIn - 1n, best.amountIn + 1n, (best.amountIn * 99n) / 100n, (best.amountIn * 101n) / 100n]) {
          expect(gainAt(amountIn) < gain + price.denominator).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    ))

  it("leaves nothing to gain", () =>
    fc.assert(
      fc.property(market, ({ reserveIn, reserveOut, feePips, price }) => {
        const best = optimalSale(reserveIn, reserveOut, feePips, price)
        if (best === undefined) return
        const again = optimalSale(reserveIn + best.amountIn, reserveOut - best.amountOut, feePips, price)
        // The fee stays in the pool and moves its price further; what is left is what rounding left.
        expect(again === undefined || gainOf(again, price) < price.denominator).toBe(true)
      }),
      { numRuns: 500 },
    ))

  it("sells nothing inside of the fee", () => {
    const reserves = [1_000n * ETHER, 2_000_000n * 10n ** 6n] as const
    const at = (dollars: bigint): Ratio => ({ numerator: dollars * 10n ** 6n, denominator: ETHER })
    expect(optimalSale(...reserves, 3_000, at(1_995n))).toBeUndefined()
    expect(optimalSale(...reserves, 3_000, at(1_993n))).toBeDefined()
  })

  it("is the published example's: two percent out of line, no fee", () => {
    // sqrt(1000 * 2_000_000 / 1960) - 1000 = 10.15254...
    const best = optimalSale(1_000n * ETHER, 2_000_000n * 10n ** 6n, 0, { numerator: 1_960n * 10n ** 6n, denominator: ETHER })
    expect(String(best?.amountIn).slice(0, 7)).toBe("1015254")
  })
})
