import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, World } from "../../../core/index.ts"
import {
  BookView,
  CancelOrder,
  LimitOrder,
  MarketOrder,
  OrderBook,
  quoteLimitOrder,
  quoteMarketOrder,
  ReplaceOrder,
} from "../../../protocols/exchange/order-book/index.ts"
import { endOf } from "../refused.ts"
import { NaiveBook, type LimitFields } from "./naive-book.ts"

/** The market beside a list that is searched from the beginning, on random streams of all kinds of orders: every answer, every order, every unit. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const STREAMS = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 200
const PEOPLE = ["alice", "bob", "carol"] as const
const PURSE = 10n ** 30n
const MARKET = "market"

type Who = (typeof PEOPLE)[number]
type Operation = { readonly by: Who } & (
  | ({ readonly kind: "Limit"; readonly goodFor: number | null; readonly spare: bigint } & Omit<LimitFields, "goodTill" | "kind"> & { readonly force: LimitFields["kind"] })
  | { readonly kind: "Market"; readonly side: "buy" | "sell"; readonly lots: number; readonly dust: bigint; readonly beyond: bigint | null; readonly selfTrade: LimitFields["selfTrade"] }
  | { readonly kind: "Cancel"; readonly pick: number; readonly others: boolean }
  | { readonly kind: "Replace"; readonly pick: number; readonly price: number | null; readonly lots: number; readonly postOnly: boolean; readonly selfTrade: LimitFields["selfTrade"] }
)

const by = fc.constantFrom(...PEOPLE)
const side = fc.constantFrom("buy" as const, "sell" as const)
const price = fc.integer({ min: 95, max: 105 })
const lots = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }))
const selfTrade = fc.constantFrom("cancel-resting" as const, "cancel-taking" as const, "cancel-both" as const)
const kind = <K extends Operation["kind"]>(name: K) => fc.constant(name)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 11,
    arbitrary: fc.record({
      kind: kind("Limit"),
      by,
      side,
      price,
      lots,
      force: fc.constantFrom("resting" as const, "resting" as const, "resting" as const, "resting" as const, "resting" as const, "resting" as const, "post-only" as const, "immediate-or-cancel" as const, "fill-or-kill" as const),
      goodFor: fc.constantFrom(null, null, null, null, null, null, -1, 0, 1, 2, 5),
      spare: fc.constantFrom(0n, 0n, 0n, 0n, 0n, 0n, 7n, 7n, -1n),
      selfTrade,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind("Market"), by, side, lots, dust: fc.constantFrom(0n, 1n, 123n), beyond: fc.constantFrom(null, null, -1n, 0n, 1n), selfTrade }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("Cancel"), by, pick: fc.nat(1_000), others: fc.constantFrom(false, false, false, true) }) },
  { weight: 3, arbitrary: fc.record({ kind: kind("Replace"), by, pick: fc.nat(1_000), price: fc.option(price), lots, postOnly: fc.boolean(), selfTrade }) },
)

const streams = fc.record({
  makerFeePips: fc.constantFrom(0, 1, 1_000, 500_000),
  takerFeePips: fc.constantFrom(0, 3, 2_500, 500_000),
  lot: fc.constantFrom(1n, 100n, 10n ** 14n),
  tick: fc.constantFrom(1n, 7n, 10n ** 6n),
  blocks: fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { minLength: 4, maxLength: 16 }),
})

type Stream = typeof streams extends fc.Arbitrary<infer T> ? T : never

interface Asked {
  readonly answer: object | string
  readonly quote: unknown
}

/** Sends the operation to the world, and asks the list. */
const ask = (world: World, book: NaiveBook, given: Operation, alone: boolean): Asked => {
  const height = world.height + 1
  const before = book.copy()
  const state = world.state(OrderBook, MARKET)
  const own = book.orders.filter((order) => given.kind !== "Cancel" || !given.others ? order.owner === given.by : true)
  const pick = "pick" in given ? own[given.pick % Math.max(own.length, 1)] : undefined
  let answer: object | string
  let quote: unknown
  if (given.kind === "Limit") {
    const { by, price, lots, side, force, goodFor, spare, selfTrade } = given
    const order = { side, price, lots, kind: force, goodTill: goodFor === null ? null : height + goodFor, selfTrade }
    const needed = side === "buy" ? BigInt(lots) * BigInt(price) * state.tick : BigInt(lots) * state.lot
    const attached = needed + spare
    world.send(by, MARKET, LimitOrder, order, { funds: { [side === "buy" ? "usd" : "eth"]: attached } })
    // Nothing attached can be a unit too few for the smallest order: the market then misses the asset.
    answer = attached === 0n && needed > 0n ? "order-book/Underfunded" : book.limit(by, order, attached, height)
    if (alone && spare >= 0n) quote = quoteLimitOrder(state, order, by, height)
  } else if (given.kind === "Market") {
    const { by, side, lots, dust, beyond, selfTrade } = given
    const amount = side === "buy" ? BigInt(lots) * 100n * state.tick + dust : BigInt(lots) * state.lot + dust
    const asset = side === "buy" ? "usd" : "eth"
    const quoted = quoteMarketOrder(state, asset, amount, selfTrade, by, height)
    const minimumOut = beyond === null || !("amountOut" in quoted) || quoted.amountOut + beyond < 0n ? 0n : quoted.amountOut + beyond
    world.send(by, MARKET, MarketOrder, { minimumOut, selfTrade }, { funds: { [asset]: amount } })
    answer = book.market(by, side, amount, minimumOut, selfTrade)
    if (alone && beyond !== 1n) quote = quoted
  } else if (given.kind === "Cancel") {
    const id = pick?.id ?? 999
    world.send(given.by, MARKET, CancelOrder, { order: id })
    answer = book.cancel(given.by, id)
  } else {
    const { by, lots, postOnly, selfTrade } = given
    const id = pick?.id ?? 999
    const price = given.price ?? pick?.price ?? 100
    const funds = pick?.side === "sell" ? { eth: BigInt(lots) * state.lot } : { usd: BigInt(lots) * BigInt(price) * state.tick }
    const attached = Object.values(funds)[0] as bigint
    const how = postOnly ? "post-only" : "resting"
    world.send(by, MARKET, ReplaceOrder, { order: id, price, lots, kind: how, selfTrade }, { funds })
    answer = book.replace(by, id, price, lots, how, selfTrade, attached, height)
  }
  if (typeof answer === "string") Object.assign(book, { orders: before.orders, next: before.next, fees: before.fees, lastPrice: before.lastPrice, purses: before.purses })
  return { answer, quote }
}

const expectSame = (world: World, book: NaiveBook, label: string): void => {
  const state = world.state(OrderBook, MARKET)
  const orders = [...state.orders.entries()].map(([id, { owner, side, price, lots, goodTill }]) => ({ id, owner, side, price, lots, goodTill }))
  expect(orders, label).toEqual([...book.orders].sort((left, right) => left.id - right.id))
  expect([state.feesBase, state.feesQuote, state.lastPrice, state.nextOrder], label).toEqual([book.fees.base, book.fees.quote, book.lastPrice, book.next])
  const view = world.view(BookView, MARKET)
  const depth = (side: "buy" | "sell") => {
    const levels = new Map<number, number>()
    for (const order of book.orders) if (order.side === side) levels.set(order.price, (levels.get(order.price) ?? 0) + order.lots)
    const sorted = [...levels].sort(([left], [right]) => (side === "buy" ? right - left : left - right)).slice(0, 10)
    return sorted.map(([price, lots]) => ({ price, lots }))
  }
  expect([view?.bids, view?.asks], label).toEqual([depth("buy"), depth("sell")])
  expect([view?.bestBid ?? undefined, view?.bestAsk ?? undefined, view?.lastPrice], label).toEqual([book.best("buy")?.price, book.best("sell")?.price, book.lastPrice])
}

describe(`the order book and a searched list (seed ${SEED}, ${STREAMS} streams)`, () => {
  it("agree on every order, and on every unit that anybody holds", { timeout: 3_600_000 }, () => {
    const counts = new Map<string, number>()
    const run = ({ blocks, ...rules }: Stream): void => {
      const world = World.make(
        { accounts: Object.fromEntries(PEOPLE.map((name) => [name, { eth: PURSE, usd: PURSE }])), actors: [actor(MARKET, OrderBook, { base: "eth", quote: "usd", ...rules, owner: null })] },
        { strict: true },
      )
      const book = new NaiveBook(rules, PEOPLE, PURSE)
      for (const [index, operations] of blocks.entries()) {
        book.expire(world.height + 1)
        const asked = operations.map((given) => ask(world, book, given, operations.length === 1))
        const { receipts, defects } = world.step()
        expect(defects).toEqual([])
        for (const [position, receipt] of receipts.entries()) {
          const { answer, quote } = asked[position] as Asked
          const label = `block ${index}, operation ${position}`
          expect(receipt.status === "handled" ? receipt.reply : endOf(receipt), label).toEqual(answer)
          if (quote !== undefined) expect(receipt.status === "handled" ? quote : (quote as { readonly _tag: string })._tag, label).toEqual(answer)
          const what = `${operations[position]?.kind} ${endOf(receipt)}`
          counts.set(what, (counts.get(what) ?? 0) + 1)
        }
        world.audit()
        expect(world.check(MARKET), `block ${index}`).toEqual([])
        expectSame(world, book, `block ${index}`)
      }
      world.settle()
      book.expire(world.height)
      expectSame(world, book, "when all is quiet")
      for (const who of PEOPLE) expect([who, world.balance(who, "eth"), world.balance(who, "usd")]).toEqual([who, book.purses.get(who)?.base, book.purses.get(who)?.quote])
      for (const { stored, recomputed } of Object.values(OrderBook.aggregates?.(world.observe(MARKET)) ?? {})) expect(stored).toBe(recomputed)
    }
    fc.assert(fc.property(streams, run), { seed: SEED, numRuns: STREAMS })
    console.log([...counts].sort().map(([what, count]) => `${what} ${count}`).join(", "))
    const wanted = [
      ...["accepted", "order-book/Underfunded", "order-book/GoodTillPast", "order-book/WouldMatch", "order-book/NotFilled"].map((end) => `Limit ${end}`),
      ...["accepted", "order-book/InsufficientOutput", "order-book/SlippageExceeded"].map((end) => `Market ${end}`),
      ...["accepted", "order-book/UnknownOrder", "order-book/NotOwner"].map((end) => `Cancel ${end}`),
      ...["accepted", "order-book/UnknownOrder", "order-book/WouldMatch"].map((end) => `Replace ${end}`),
    ]
    expect(wanted.filter((what) => !counts.has(what))).toEqual([])
  })
})
