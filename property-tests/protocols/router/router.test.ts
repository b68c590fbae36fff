import { describe, expect, it } from "vitest"
import { Funds, InsufficientBalance, Payment, testContext, type AnyMessage, type Bounce, type World } from "../../../core/index.ts"
import { ConcentratedLiquidityPool, quoteOut } from "../../../protocols/exchange/concentrated-liquidity/index.ts"
import { LimitOrder, OrderBook } from "../../../protocols/exchange/order-book/index.ts"
import { Hop, quoteRoute, Route, Router } from "../../../protocols/exchange/router/index.ts"
import { endOf, refusals, type Refused } from "../refused.ts"
import { openStreets, UNIT } from "./streets.ts"

const open = (): World => openStreets(["alice", "bob"], {})
const LEG = { venue: "cp/ab", assetOut: "b", minimumOut: 5n }
const PART = { amountIn: 100n, legs: [LEG] }
const route = (parts: readonly unknown[], funds: Refused["funds"], failure: string, minimumOut = 0n): Refused => ({ name: "Route", payload: { parts, minimumOut, deadline: 999 }, ...(funds && { funds }), failure: `router/${failure}` })

refusals(Router, "router/1", open, [
  route([PART], {}, "WrongAsset"),
  route([PART], { a: 50n, b: 50n }, "WrongAsset"),
  route([], { a: 100n }, "EmptyPart"),
  route([PART, { amountIn: 1n, legs: [] }], { a: 101n }, "EmptyPart"),
  route([PART, { amountIn: 0n, legs: [LEG] }], { a: 100n }, "EmptyPart"),
  route([PART, { amountIn: 100n, legs: [LEG, { ...LEG, assetOut: "c" }] }], { a: 200n }, "EndsDiffer"),
  route([PART, PART], { a: 199n }, "AmountsDiffer"),
  route([PART, PART], { a: 201n }, "AmountsDiffer"),
  route([PART, { ...PART, amountIn: 2n ** 256n - 1n }], { a: 200n }, "AmountsDiffer"),
  route([PART, PART], { a: 200n }, "MinimumNotCovered", 11n),
], [
  route([], {}, "WrongAsset"),
  route([PART, { amountIn: 1n, legs: [] }], { a: 1n }, "EmptyPart"),
  route([PART, PART], { a: 1n }, "AmountsDiffer", 11n),
])

/** What alice holds more or less than before, by asset. */
const gained = (world: World): { readonly [asset: string]: bigint } =>
  Object.fromEntries(["a", "b", "c", "d"].map((asset) => [asset, world.balance("alice", asset) - 10n ** 20n] as const).filter(([, change]) => change !== 0n))

const LEGS = [
  { venue: "cp/ab", assetOut: "b", minimumOut: 0n },
  { venue: "stable/bcd", assetOut: "c", minimumOut: 0n },
  { venue: "book/cd", assetOut: "d", minimumOut: 0n },
]
const hop = (world: World, legs: typeof LEGS, deadline = 999): void => {
  const [first, ...rest] = legs as [(typeof LEGS)[number], ...typeof LEGS]
  world.send("alice", first.venue, Hop, { assetOut: first.assetOut, minimumOut: first.minimumOut, to: "alice", rest, deadline }, { funds: { a: UNIT } })
}

describe("a route of three legs", () => {
  it("takes a block and a message for each, and one to pay", () => {
    const world = open()
    const height = world.height
    hop(world, LEGS)
    const blocks = world.settle()
    expect(world.height - height).toBe(4)
    // The book pays its maker and what does not make a lot.
    const types = blocks.flatMap(({ ended }) => ended.map(({ type, to }) => `${type} ${to}`))
    expect(types.filter((type) => !/Payment maker/.test(type))).toEqual(["router/Hop cp/ab", "router/Hop stable/bcd", "router/Hop book/cd", "core/Payment alice", "core/Payment alice"])
    const { d, c = 0n, ...rest } = gained(world)
    expect([c >= 0n && c < 1_000n, (d as bigint) > (UNIT * 9n) / 10n, rest]).toEqual([true, true, { a: -UNIT }])
  })

  for (const [stopped, change, held] of [
    ["at its first leg", { 0: { minimumOut: 10n * UNIT } }, []],
    ["at its second, by its minimum", { 1: { minimumOut: 10n * UNIT } }, ["b"]],
    ["at its second, where nobody lives", { 1: { venue: "ghost" } }, ["b"]],
    ["at its second, by an account", { 1: { venue: "bob" } }, ["b"]],
    ["at its third, by its minimum", { 2: { minimumOut: 10n * UNIT } }, ["c"]],
    ["at its third, by its asset", { 2: { assetOut: "a" } }, ["c"]],
  ] as const) {
    it(`that stops ${stopped} leaves the trader with what was attached there: ${held.join() || "all"}`, () => {
      const world = open()
      hop(world, LEGS.map((leg, index) => ({ ...leg, ...(change as { readonly [index: number]: object })[index] })))
      const stops = world.settle().flatMap(({ ended }) => ended.flatMap(({ events }) => events.filter(({ event }) => event.name === "router/RouteStopped")))
      expect(Object.keys(gained(world)).filter((asset) => asset !== "a")).toEqual(held)
      // Of the first leg it is the trader's own message that comes back; nobody else has to say so.
      expect(stops.length).toBe(held.length)
      for (const { fields } of stops) expect(fields).toMatchObject({ to: "alice" })
    })
  }

  it("stops where its deadline passes, and says so", () => {
    const world = open()
    hop(world, LEGS, world.height + 2)
    const stops = world.settle().flatMap(({ ended }) => ended.flatMap(({ events }) => events.filter(({ event }) => event.name === "router/RouteStopped")))
    expect(stops.map(({ fields }) => fields)).toEqual([{ to: "alice", venue: "book/cd", reason: "core/Expired" }])
    expect(Object.keys(gained(world))).toEqual(["a", "c"])
  })

  it("tells a venue's own reason", () => {
    const world = open()
    hop(world, LEGS.map((leg, index) => (index === 1 ? { ...leg, minimumOut: 10n * UNIT } : leg)))
    const [stop] = world.settle().flatMap(({ ended }) => ended.flatMap(({ events }) => events.filter(({ event }) => event.name === "router/RouteStopped")))
    expect(stop?.fields).toEqual({ to: "alice", venue: "stable/bcd", reason: "stableswap/SlippageExceeded" })
  })
})

describe("a pool of concentrated liquidity on the way", () => {
  const sell = (amount: bigint, minimumOut: bigint) => {
    const world = open()
    const quote = quoteOut(world.state(ConcentratedLiquidityPool, "v3/bd"), "b", amount)
    if (!("amountOut" in quote)) throw quote
    const rest = [{ venue: "weighted/acd", assetOut: "c", minimumOut: 1n }]
    world.send("alice", "v3/bd", Hop, { assetOut: "d", minimumOut, to: "alice", rest, deadline: 999 }, { funds: { b: amount } })
    const ended = world.settle().flatMap((block) => block.ended)
    return { world, quote, onward: ended.find(({ to }) => to === "weighted/acd"), gained: gained(world) }
  }

  it("sells all that is attached and sends on what its quote says", () => {
    const { quote, onward, gained } = sell(UNIT, 1n)
    expect([quote.amountIn, onward?.funds.get("d"), onward?.end]).toEqual([UNIT, quote.amountOut, "handled"])
    expect([gained["b"], (gained["c"] as bigint) > 0n, gained["d"]]).toEqual([-UNIT, true, undefined])
  })

  it("pays the trader at once what its liquidity is too little for", () => {
    const { quote, onward, gained } = sell(90n * UNIT, 1n)
    expect(quote.amountIn).toBeLessThan(90n * UNIT)
    expect([onward?.funds.get("d"), gained["b"], gained["d"]]).toEqual([quote.amountOut, -quote.amountIn, undefined])
  })

  it("gives all back where the minimum is a unit more than it pays", () => {
    const { amountOut } = sell(UNIT, 1n).quote
    expect(sell(UNIT, amountOut).gained["b"]).toBe(-UNIT)
    expect(sell(UNIT, amountOut + 1n).gained).toEqual({})
  })

  it("returns the next leg's funds to the trader, and says why", () => {
    const world = open()
    world.send("alice", "v3/bd", Hop, { assetOut: "d", minimumOut: 1n, to: "alice", rest: [{ venue: "ghost", assetOut: "c", minimumOut: 1n }], deadline: 999 }, { funds: { b: UNIT } })
    const events = world.settle().flatMap(({ ended }) => ended.flatMap((message) => message.events))
    expect(events.filter(({ event }) => event.name === "router/RouteStopped").map(({ fields }) => fields)).toEqual([{ to: "alice", venue: "ghost", reason: "core/NoSuchActor" }])
    expect(gained(world)["d"]).toBeGreaterThan(0n)
  })
})

describe("an order book on the way", () => {
  it("trades with the orders of whom the route pays, and takes none of them out", () => {
    const world = open()
    const before = world.state(OrderBook, "book/ab").orders.size
    world.send("alice", "book/ab", Hop, { assetOut: "b", minimumOut: 1n, to: "maker", rest: [], deadline: 999 }, { funds: { a: UNIT / 100n } })
    expect(world.step().receipts).toMatchObject([{ status: "handled" }])
    expect(world.state(OrderBook, "book/ab").orders.size).toBe(before)
    expect(world.state(OrderBook, "book/ab").lastPrice).toBe(99)
  })

  it("stops at an order of the sender's own, which stays", () => {
    const world = open()
    world.send("alice", "book/ab", LimitOrder, { side: "buy", price: 100, lots: 5, kind: "post-only", goodTill: null, selfTrade: "cancel-taking" }, { funds: { b: 5_000n } })
    world.settle()
    const before = world.state(OrderBook, "book/ab").orders
    world.send("alice", "book/ab", Hop, { assetOut: "b", minimumOut: 0n, to: "alice", rest: [], deadline: 999 }, { funds: { a: 5_000n } })
    expect(world.step().receipts.map(endOf)).toEqual(["router/LegRefused"])
    expect(world.state(OrderBook, "book/ab").orders).toBe(before)
  })
})

describe("a split route", () => {
  it("ends part by part: what can be done is done, the rest comes back", () => {
    const world = open()
    const parts = [
      { amountIn: UNIT, legs: [{ venue: "cp/ab", assetOut: "b", minimumOut: UNIT / 2n }] },
      { amountIn: 2n * UNIT, legs: [{ venue: "book/ab", assetOut: "b", minimumOut: UNIT / 2n }] },
      { amountIn: 3n * UNIT, legs: [{ venue: "ghost", assetOut: "b", minimumOut: 0n }] },
    ]
    world.send("alice", "router/1", Route, { parts, minimumOut: UNIT, deadline: 999 }, { funds: { a: 6n * UNIT } })
    expect(world.step().receipts).toMatchObject([{ reply: { parts: 3 } }])
    world.settle()
    const { a, b } = gained(world)
    expect(a).toBe(-3n * UNIT)
    expect(b as bigint).toBeGreaterThanOrEqual(UNIT)
    expect(world.state(Router, "router/1")).toEqual({ stopped: 1 })
    expect([...world.balances("router/1")]).toEqual([])
  })
})

describe("a router", () => {
  it("gives all back when the first leg comes too late", () => {
    const world = open()
    const parts = [{ amountIn: UNIT, legs: [LEGS[0] as (typeof LEGS)[0]] }]
    world.send("alice", "router/1", Route, { parts, minimumOut: 0n, deadline: world.height + 1 }, { funds: { a: UNIT } })
    const events = world.settle().flatMap(({ ended }) => ended.flatMap((message) => message.events))
    expect(events.map(({ event, fields }) => [event.name, fields])).toEqual([["router/RouteStopped", { to: "alice", venue: "cp/ab", reason: "core/Expired" }]])
    expect([gained(world), world.state(Router, "router/1")]).toEqual([{}, { stopped: 1 }])
  })

  it("counts the legs that came back to it, and not what it could not hand over", () => {
    const router = Router.create({}, "router/1")
    const bounce = { reason: new InsufficientBalance({ address: "x", asset: "a", available: 0n, needed: 1n }), refund: Funds.of("a", 5n), by: "alice" }
    const back = (message: AnyMessage, payload: object) => (Router.bounced as NonNullable<typeof Router.bounced>)(router, { ...bounce, message, payload } as unknown as Bounce, testContext({ self: "router/1" }))
    expect(back(Payment, {})).toMatchObject({ state: { stopped: 0 }, sends: [] })
    expect(back(Hop, { to: "alice" })).toMatchObject({ state: { stopped: 1 }, sends: [{ to: "alice", funds: Funds.of("a", 5n) }] })
  })
})

describe("the quote of a route", () => {
  it("stops where a leg pays nothing, or less than its minimum, with what is held there", () => {
    const pays: { readonly [venue: string]: bigint } = { "cp/ab": 7n, "stable/bcd": 0n, "book/cd": 3n }
    const quoted = (...legs: typeof LEGS) => quoteRoute(legs, "a", 9n, (venue) => pays[venue] as bigint)
    const [first, second, third] = LEGS as [(typeof LEGS)[0], (typeof LEGS)[0], (typeof LEGS)[0]]
    expect(quoted(first, second, third)).toEqual({ asset: "b", amount: 7n, stoppedAt: 1 })
    expect(quoted(first, { ...third, minimumOut: 4n })).toEqual({ asset: "b", amount: 7n, stoppedAt: 1 })
    expect(quoted(first, { ...third, minimumOut: 3n })).toEqual({ asset: "d", amount: 3n, stoppedAt: null })
  })
})

describe("the invariant of a router", () => {
  it("notices a count that falls", () => {
    const observed = (stopped: number) => ({ address: "router/1", state: { stopped }, balance: () => 0n, supply: () => 0n })
    expect(Router.invariants?.["countsUp"]?.(observed(2), observed(3))).toEqual({ before: 3, after: 2 })
    expect(Router.invariants?.["countsUp"]?.(observed(3), observed(3))).toBeUndefined()
  })
})
