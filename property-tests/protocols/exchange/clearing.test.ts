import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { attachedFor, clear, payoutOf, type LimitOrder } from "../../../protocols/exchange/batch-auction/index.ts"
import { naiveClearing, type NaiveOrder } from "./naive-matcher.ts"

/** The clearing of a batch as a pure function, against a naive matcher and against itself. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const small: fc.Arbitrary<NaiveOrder> = fc.record({ buys: fc.boolean(), lots: fc.integer({ min: 1, max: 9 }), limit: fc.integer({ min: 1, max: 20 }) })
const exact = ({ buys, lots, limit }: NaiveOrder): LimitOrder => ({ buys, lots: BigInt(lots), limit: BigInt(limit) })
const units = fc.oneof(fc.bigInt(1n, 20n), fc.bigInt(1n, 2n ** 100n), fc.integer({ min: 0, max: 90 }).map((bits) => 2n ** BigInt(bits)))
const large: fc.Arbitrary<LimitOrder> = fc.record({ buys: fc.boolean(), lots: units, limit: units })
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)

describe("clearing", () => {
  it("does what the naive matcher does", () => {
    fc.assert(fc.property(fc.array(small, { maxLength: 25 }), (orders) => {
      const { price, lots, fills } = clear(orders.map(exact))
      expect({ price: Number(price), lots: Number(lots), fills: fills.map(Number) }).toEqual(naiveClearing(orders))
    }), { numRuns: LONG ? 100_000 : 1500 })
  })

  it("hands out the same on both sides, serves nobody beyond order or limit, and keeps every unit", () => {
    fc.assert(fc.property(fc.array(large, { maxLength: 40 }), units, (orders, lot) => {
      const { price, lots, marginBuy, marginSell, fills } = clear(orders)
      const filledBy = (buys: boolean): bigint => sum(orders.map((order, index) => (order.buys === buys ? (fills[index] as bigint) : 0n)))
      expect([filledBy(true), filledBy(false)]).toEqual([lots, lots])
      let [baseIn, quoteIn, baseOut, quoteOut] = [0n, 0n, 0n, 0n]
      for (const [index, order] of orders.entries()) {
        const filled = fills[index] as bigint
        expect(filled >= 0n && filled <= order.lots).toBe(true)
        if (filled > 0n) expect(order.buys ? price <= marginBuy && marginBuy <= order.limit : price >= marginSell && marginSell >= order.limit).toBe(true)
        if (order.buys) quoteIn += attachedFor(order, lot)
        else baseIn += attachedFor(order, lot)
        const { base, quote } = payoutOf(order, lot, filled, price)
        expect(base >= 0n && quote >= 0n).toBe(true)
        // Paid and earned exactly, in whole units: lots traded times the price.
        expect(order.buys ? [base, order.lots * order.limit - quote] : [attachedFor(order, lot) - base, quote]).toEqual([filled * lot, filled * price])
        baseOut += base
        quoteOut += quote
      }
      expect([baseOut, quoteOut]).toEqual([baseIn, quoteIn])
    }), { numRuns: LONG ? 20_000 : 500 })
  })

  it("executes as much as any price could, and leaves no two orders that could still trade with each other", () => {
    fc.assert(fc.property(fc.array(large, { maxLength: 30 }), (orders) => {
      const { price, lots, fills } = clear(orders)
      const side = (buys: boolean, fits: (limit: bigint) => boolean): bigint => sum(orders.filter((order) => order.buys === buys && fits(order.limit)).map((order) => order.lots))
      const volumeAt = (at: bigint): bigint => {
        const [wanted, offered] = [side(true, (limit) => limit >= at), side(false, (limit) => limit <= at)]
        return wanted < offered ? wanted : offered
      }
      for (const { limit } of orders) for (const at of [limit - 1n, limit, limit + 1n]) expect(volumeAt(at) <= lots).toBe(true)
      if (lots > 0n) expect(volumeAt(price)).toBe(lots)
      const left = orders.filter((order, index) => (fills[index] as bigint) < order.lots)
      const highest = left.filter(({ buys }) => buys).reduce((most, { limit }) => (limit > most ? limit : most), 0n)
      for (const { buys, limit } of left) if (!buys) expect(limit > highest).toBe(true)
    }), { numRuns: LONG ? 20_000 : 500 })
  })

  it("serves a better limit of the same side before a worse one, and the earlier of equal ones", () => {
    fc.assert(fc.property(fc.array(small, { minLength: 2, maxLength: 25 }), (orders) => {
      const { fills } = clear(orders.map(exact))
      for (const [late, worse] of orders.entries()) for (const [early, better] of orders.entries()) {
        if (worse.buys !== better.buys || fills[late] === 0n || late === early) continue
        const ahead = better.limit === worse.limit ? early < late : better.buys === better.limit > worse.limit
        if (ahead) expect(fills[early]).toBe(BigInt(better.lots))
      }
    }))
  })
})

describe("the price", () => {
  it("and the volume are the same for any order of the orders; who is served changes only among equal limits", () => {
    const permuted = fc.array(large, { maxLength: 20 }).chain((orders) => fc.tuple(fc.constant(orders), fc.shuffledSubarray(orders.map((_, index) => index), { minLength: orders.length })))
    fc.assert(fc.property(permuted, ([orders, places]) => {
      const straight = clear(orders)
      const shuffled = clear(places.map((place) => orders[place] as LimitOrder))
      const { fills: _, ...rest } = shuffled
      expect(straight).toMatchObject(rest)
      const byLimit = (fills: readonly bigint[], list: readonly LimitOrder[]): object => {
        const sums: { [limit: string]: bigint } = {}
        for (const [index, { buys, limit }] of list.entries()) sums[`${buys} ${limit}`] = (sums[`${buys} ${limit}`] ?? 0n) + (fills[index] as bigint)
        return sums
      }
      expect(byLimit(shuffled.fills, places.map((place) => orders[place] as LimitOrder))).toEqual(byLimit(straight.fills, orders))
    }))
  })

  it("and fills do not see the unit of the limits, though large ones are ranked another way", () => {
    fc.assert(fc.property(fc.array(small, { maxLength: 30 }), (given) => {
      const orders = given.map(exact)
      const scaled = clear(orders.map((order) => ({ ...order, limit: order.limit << 70n })))
      expect(scaled.fills).toEqual(clear(orders).fills)
      expect(scaled.marginBuy).toBe(clear(orders).marginBuy << 70n)
    }))
  })

  it("does not see how orders are cut", () => {
    fc.assert(fc.property(fc.array(small, { maxLength: 15 }), (orders) => {
      const { fills: _, ...whole } = clear(orders.map(exact))
      expect(clear(orders.flatMap((order) => Array.from({ length: order.lots }, () => exact({ ...order, lots: 1 }))))).toMatchObject(whole)
    }))
  })

  it("does not see an order that crosses nothing", () => {
    fc.assert(fc.property(fc.array(large, { maxLength: 15 }), fc.boolean(), (orders, buys) => {
      const { fills, ...rest } = clear(orders)
      const beyond = { buys, lots: 5n, limit: buys ? 1n : 2n ** 200n }
      if (orders.some((order) => order.limit === beyond.limit)) return
      const more = clear([beyond, ...orders])
      expect(more).toEqual({ ...rest, fills: [0n, ...fills] })
    }))
  })

  const buy = (lots: bigint, limit: bigint): LimitOrder => ({ buys: true, lots, limit })
  const sell = (lots: bigint, limit: bigint): LimitOrder => ({ buys: false, lots, limit })
  it.each<readonly [orders: readonly LimitOrder[], price: bigint, lots: bigint, fills: readonly bigint[]]>([
    [[], 0n, 0n, []],
    [[buy(5n, 100n)], 0n, 0n, [0n]],
    [[buy(5n, 9n), sell(5n, 10n)], 0n, 0n, [0n, 0n]],
    [[buy(5n, 10n), sell(5n, 10n)], 10n, 5n, [5n, 5n]],
    [[buy(5n, 11n), sell(5n, 10n)], 10n, 5n, [5n, 5n]],
    [[buy(5n, 12n), sell(5n, 10n)], 11n, 5n, [5n, 5n]],
    [[buy(10n, 100n), sell(5n, 90n)], 95n, 5n, [5n, 5n]],
    [[buy(3n, 10n), buy(3n, 10n), sell(4n, 10n)], 10n, 4n, [3n, 1n, 4n]],
    [[buy(3n, 10n), buy(3n, 11n), sell(4n, 10n)], 10n, 4n, [1n, 3n, 4n]],
    [[buy(1n, 1n), sell(1n, 1n)], 1n, 1n, [1n, 1n]],
    [[buy(1n, 2n), sell(1n, 1n)], 1n, 1n, [1n, 1n]],
  ])("%# of these orders is as documented", (orders, price, lots, fills) => {
    expect(clear(orders)).toMatchObject({ price, lots, fills })
  })
})
