import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { BatchAuction, type Order } from "../../../protocols/exchange/batch-auction/index.ts"
import { clearWidely } from "../../../protocols/exchange/batch-auction/clear-orders.ts"
import { amountOf, exactly, product } from "../../../protocols/exchange/batch-auction/narrow.ts"
import { clearNarrowly } from "../../../protocols/exchange/batch-auction/narrow-batch.ts"
import { Funds, type Call } from "../../../core/index.ts"

/** The clearing in machine numbers, against the one in bigints. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const NAMES = ["alice", "bob", "carol", "dave"]

interface Given {
  readonly by: number
  readonly buys: boolean
  readonly lots: bigint
  readonly limit: bigint
  readonly flaw: "none" | "surplus" | "other asset" | "both assets" | "nothing"
}

const flaw = fc.oneof({ weight: 20, arbitrary: fc.constant("none" as const) }, { weight: 1, arbitrary: fc.constantFrom("surplus" as const, "other asset" as const, "both assets" as const, "nothing" as const) })
const givenOf = (lots: fc.Arbitrary<bigint>, limit: fc.Arbitrary<bigint>): fc.Arbitrary<Given> => fc.record({ by: fc.nat(NAMES.length - 1), buys: fc.boolean(), lots, limit, flaw })

const fundsOf = ({ buys, lots, limit, flaw }: Given, lot: bigint): Funds => {
  const [asset, exact] = buys ? ["usd", lots * limit] : ["eth", lots * lot]
  if (flaw === "other asset") return Funds.of("dai", exact)
  if (flaw === "nothing") return Funds.none
  if (flaw === "both assets") return Funds.from({ eth: exact, usd: 1n })
  return Funds.of(asset, flaw === "surplus" ? exact + 1n : exact)
}

const callsOf = (orders: readonly Given[], lot: bigint): Call<typeof Order>[] => {
  const firsts = new Map<number, number>()
  return orders.map((order, place) => {
    const first = firsts.get(order.by) ?? place
    firsts.set(order.by, first)
    const sender = NAMES[order.by] as string
    return { id: `${sender}@${place}`, sender, payload: { lots: order.lots, limit: order.limit }, funds: fundsOf(order, lot), first }
  })
}

const stateOf = (lot: bigint) => ({ ...BatchAuction.create({ base: "eth", quote: "usd", lot }, "auction"), price: 3n, lots: 1n, marginBuy: 3n, marginSell: 3n, height: 1 })
const bothWays = (orders: readonly Given[], lot: bigint) => {
  const calls = callsOf(orders, lot)
  return { narrow: clearNarrowly(stateOf(lot), calls, { height: 7 }), wide: clearWidely(stateOf(lot), calls, { height: 7 }) }
}

const powers = (bitsMax: number): fc.Arbitrary<bigint> => fc.tuple(fc.integer({ min: 0, max: bitsMax }), fc.bigInt(-1n, 1n)).map(([bits, off]) => 2n ** BigInt(bits) + off)

describe("an auction in machine numbers", () => {
  it("answers as the one in bigints, in every field, whenever it answers", () => {
    const small = givenOf(fc.bigInt(0n, 9n), fc.bigInt(0n, 12n))
    const middle = givenOf(fc.bigInt(1n, 1000n), fc.bigInt(2_900_000n, 3_100_000n))
    const lots = fc.oneof(fc.bigInt(1n, 2n ** 70n), fc.constantFrom(1n, 1000n, 10n ** 15n, 2n ** 255n))
    let narrow = 0
    fc.assert(fc.property(fc.oneof(fc.array(small, { maxLength: 30 }), fc.array(middle, { maxLength: 60 })), lots.filter((lot) => lot < 2n ** 200n), (orders, lot) => {
      const both = bothWays(orders, lot)
      expect(both.narrow).toEqual(both.wide)
      narrow++
    }), { numRuns: LONG ? 20_000 : 400 })
    expect(narrow).toBe(LONG ? 20_000 : 400)
  })

  it("leaves what may not be exact to bigints, and is right up to there", () => {
    const seen = { narrow: 0, wide: 0 }
    const near = givenOf(powers(55), powers(55))
    fc.assert(fc.property(fc.array(near, { maxLength: 5 }), fc.oneof(powers(66), fc.constant(1n)).filter((lot) => lot > 0n), (orders, lot) => {
      const { narrow, wide } = bothWays(orders, lot)
      if (narrow === undefined) seen.wide++
      else {
        seen.narrow++
        expect(narrow).toEqual(wide)
      }
    }), { numRuns: LONG ? 50_000 : 3000 })
    expect(seen.narrow > 100 && seen.wide > 100).toBe(true)
  })

  it.each<readonly [words: string, orders: readonly (readonly [buys: boolean, lots: bigint, limit: bigint])[], fits: boolean]>([
    ["lots whose sum is the last exact one", [[false, 2n ** 53n - 2n, 1n], [false, 1n, 1n]], true],
    ["lots whose sum is one too many", [[false, 2n ** 53n - 1n, 1n], [false, 1n, 1n]], false],
    ["one order of too many lots", [[false, 2n ** 64n + 1n, 1n]], false],
    ["quote units whose sum is the last exact one", [[true, 2n ** 27n, 2n ** 25n], [true, 2n ** 27n, 2n ** 25n - 1n], [true, 2n ** 26n, 1n]], true],
    ["quote units whose sum is one too many", [[true, 2n ** 27n, 2n ** 25n], [true, 2n ** 27n, 2n ** 25n]], false],
    ["a cost that is rounded to another order's", [[true, 3n, 2n ** 52n - 1n]], false],
    ["limits that are far apart but not too far", [[false, 1n, 1n], [false, 1n, 2n ** 32n]], true],
    ["limits that are too far apart", [[false, 1n, 1n], [false, 1n, 2n ** 32n + 1n]], false],
    ["a limit that is too high", [[false, 1n, 2n ** 52n]], false],
  ])("%s", (_, orders, fits) => {
    const { narrow, wide } = bothWays(orders.map(([buys, lots, limit], by) => ({ by, buys, lots, limit, flaw: "none" })), 1n)
    expect(narrow !== undefined).toBe(fits)
    if (narrow !== undefined) expect(narrow).toEqual(wide)
  })

  it("sorts thousands of limits of every length, ties by place", () => {
    const limit = fc.integer({ min: 0, max: 31 }).chain((bits) => fc.bigInt(1n, 2n ** BigInt(bits)))
    fc.assert(fc.property(fc.array(givenOf(fc.bigInt(1n, 5n), limit), { minLength: 500, maxLength: 2000 }), (orders) => {
      const { narrow, wide } = bothWays(orders, 10n)
      expect(narrow).toEqual(wide)
    }), { numRuns: LONG ? 500 : 12 })
  })
})

describe("an amount as a number", () => {
  it("is the same where it is exact, infinite elsewhere, and comes back as it was", () => {
    fc.assert(fc.property(fc.oneof(fc.bigInt(0n, 2n ** 256n - 1n), powers(255).filter((value) => value >= 0n), fc.bigInt(0n, 2n ** 53n)), (amount) => {
      expect(exactly(amount)).toBe(amount < 2n ** 53n ? Number(amount) : Infinity)
      if (amount < 2n ** 53n) expect(amountOf(Number(amount))).toBe(amount)
    }), { numRuns: 2000 })
  })

  it("is multiplied exactly, within a machine word and beyond", () => {
    fc.assert(fc.property(powers(52), fc.oneof(powers(100), fc.bigInt(1n, 2n ** 64n)), (lots, lot) => {
      expect(product(Number(lots), lots, lot, Number(lot))).toBe(lots * lot)
    }), { numRuns: 2000 })
  })
})
