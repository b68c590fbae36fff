import { describe, expect, it } from "vitest"
import { Actor, actor, Message, send, testContext, World, type FundsLike } from "../../../core/index.ts"
import {
  BookView,
  Claim,
  LimitOrder,
  LOTS_MAX,
  MarketOrder,
  MATCHES_MAX,
  OrderBook,
  ReplaceOrder,
  wakeHeight,
  WithdrawFees,
} from "../../../protocols/exchange/order-book/index.ts"
import { Hop } from "../../../protocols/exchange/router/index.ts"
import { endOf, refusals, type Refused } from "../refused.ts"

const MARKET = "market"
const Go = Message.make("test/Go", {})
const Fetch = Message.make("test/Fetch", {})
const PARAMS = { base: "eth", quote: "usd", lot: 100n, tick: 5n, makerFeePips: 1_000, takerFeePips: 2_500, owner: "owner" }
const PURSE = { eth: 2n ** 120n, usd: 2n ** 120n, dai: 9n }
const ORDER = { side: "buy", price: 10, lots: 3, kind: "resting", goodTill: null, selfTrade: "cancel-resting" } as const

const open = (params: Partial<typeof PARAMS> = {}, people: readonly string[] = ["alice", "bob", "owner"]): World =>
  World.make({ accounts: Object.fromEntries(people.map((name) => [name, PURSE])), actors: [actor(MARKET, OrderBook, { ...PARAMS, ...params })] })

type Limit = Partial<{ [Name in keyof typeof ORDER]: (typeof ORDER)[Name] | string | number | null }>
const limit = (world: World, by: string, order: Limit, funds?: FundsLike): void => {
  const full = { ...ORDER, ...order } as typeof ORDER
  const needed = (full.side as string) === "sell" ? { eth: BigInt(full.lots) * PARAMS.lot } : { usd: BigInt(full.lots) * BigInt(full.price) * PARAMS.tick }
  world.send(by, MARKET, LimitOrder, full, { funds: funds ?? needed })
}
const marketOf = (world: World) => world.state(OrderBook, MARKET)

/** "usual": alice's order 1 buys 3 lots at 10, bob's order 2 sells 4 at 20. "full": almost 2^53 lots at a price. */
const worldWith = (start: string): World => {
  const world = open()
  limit(world, "alice", {})
  limit(world, "bob", { side: "sell", price: 20, lots: 4 })
  if (start === "full") for (let index = 0; index < 7; index++) limit(world, "alice", { price: 9, lots: LOTS_MAX })
  if (start === "full") limit(world, "alice", { price: 9, lots: LOTS_MAX - 9 })
  world.settle()
  return world
}

const order = (given: Limit, funds: FundsLike, failure: string, rest: Partial<Refused> = {}): Refused => ({ name: "LimitOrder", payload: { ...ORDER, ...given }, funds, failure: `order-book/${failure}`, ...rest })
const market = (minimumOut: bigint, funds: FundsLike, failure: string, rest: Partial<Refused> = {}): Refused => ({ name: "MarketOrder", payload: { minimumOut, selfTrade: "cancel-resting" }, funds, failure: `order-book/${failure}`, ...rest })
const REPLACEMENT = { order: 1, price: 11, lots: 3, kind: "resting", selfTrade: "cancel-resting" }
const replace = (given: Partial<typeof REPLACEMENT>, funds: FundsLike, failure: string, rest: Partial<Refused> = {}): Refused => ({ name: "ReplaceOrder", payload: { ...REPLACEMENT, ...given }, funds, failure: `order-book/${failure}`, ...rest })
const usd = (amount: bigint): FundsLike => ({ usd: amount })

const CASES: readonly Refused[] = [
  order({}, { eth: 150n }, "WrongAsset"),
  order({}, { usd: 150n, eth: 1n }, "WrongAsset"),
  order({ side: "sell" }, { usd: 300n }, "WrongAsset"),
  order({}, {}, "Underfunded"),
  order({}, usd(149n), "Underfunded"),
  order({ side: "sell" }, { eth: 299n }, "Underfunded"),
  order({ goodTill: 0 }, usd(150n), "GoodTillPast"),
  order({ price: 20, kind: "post-only" }, usd(300n), "WouldMatch"),
  order({ price: 20, kind: "post-only" }, usd(300n), "WouldMatch", { from: "bob" }),
  order({ price: 20, lots: 5, kind: "fill-or-kill" }, usd(500n), "NotFilled"),
  order({ price: 19, kind: "fill-or-kill" }, usd(285n), "NotFilled"),
  order({ price: 9, lots: 10 }, usd(450n), "LevelFull", { start: "full" }),

  market(0n, {}, "WrongAsset"),
  market(0n, { dai: 1n }, "WrongAsset"),
  market(0n, { eth: 100n, usd: 100n }, "WrongAsset"),
  market(0n, usd(99n), "InsufficientOutput"),
  market(0n, { eth: 99n }, "InsufficientOutput"),
  market(0n, usd(100n), "InsufficientOutput", { from: "bob" }),
  market(100n, usd(100n), "SlippageExceeded"),
  market(50n, { eth: 100n }, "SlippageExceeded", { from: "bob" }),

  { name: "CancelOrder", payload: { order: 1 }, funds: usd(1n), failure: "order-book/WrongAsset" },
  { name: "CancelOrder", payload: { order: 3 }, failure: "order-book/UnknownOrder" },
  { name: "CancelOrder", payload: { order: 2 }, failure: "order-book/NotOwner" },

  replace({ order: 3 }, {}, "UnknownOrder"),
  replace({ order: 2 }, {}, "NotOwner"),
  replace({}, { eth: 9n }, "WrongAsset"),
  replace({}, usd(14n), "Underfunded"),
  replace({ price: 20, kind: "post-only" }, usd(150n), "WouldMatch"),
  replace({ price: 9, lots: 10 }, usd(300n), "LevelFull", { start: "full" }),

  { name: "Claim", funds: usd(1n), failure: "order-book/WrongAsset" },
  { name: "Claim", failure: "order-book/NothingToClaim" },
  { name: "WithdrawFees", funds: usd(1n), failure: "order-book/WrongAsset", from: "owner" },
  { name: "WithdrawFees", failure: "order-book/NotOwner" },
  { name: "Expire", funds: usd(1n), failure: "order-book/WrongAsset" },
  ...[
    [{ dai: 1n }, "eth", 0n],
    [usd(100n), "usd", 0n],
    [usd(99n), "eth", 0n],
    [usd(100n), "eth", 100n],
  ].map(([funds, assetOut, minimumOut]) => ({ name: "Hop", payload: { assetOut, minimumOut, to: "alice", rest: [], deadline: 99 }, funds: funds as FundsLike, failure: "router/LegRefused" })),
]

const PRECEDENCE: readonly Refused[] = [
  order({ goodTill: 0 }, { eth: 1n }, "WrongAsset"),
  order({ goodTill: 0 }, usd(1n), "Underfunded"),
  order({ goodTill: 0, price: 20, kind: "post-only" }, usd(300n), "GoodTillPast"),
  market(10n ** 9n, usd(1n), "InsufficientOutput"),
  replace({ order: 2 }, { eth: 1n }, "NotOwner"),
  replace({ price: 20, kind: "post-only" }, {}, "Underfunded"),
  { name: "CancelOrder", payload: { order: 2 }, funds: usd(1n), failure: "order-book/WrongAsset" },
]

refusals(OrderBook, MARKET, worldWith, CASES, PRECEDENCE, ["ReplaceOrder order-book/GoodTillPast"])

describe("matching", () => {
  it("serves the best price first, then who came first, at the resting orders' prices", () => {
    const world = open({ makerFeePips: 0, takerFeePips: 0 }, ["alice", "bob", "carol", "dave"])
    limit(world, "alice", { side: "sell", price: 12, lots: 2 })
    limit(world, "bob", { side: "sell", price: 11, lots: 2 })
    limit(world, "carol", { side: "sell", price: 11, lots: 2 })
    limit(world, "dave", { price: 12, lots: 5 })
    const [, , , receipt] = world.step().receipts
    expect(receipt).toMatchObject({ reply: { order: null, lotsFilled: 5, amountIn: 5n * (22n + 22n + 12n), amountOut: 500n } })
    expect(receipt?.status === "handled" && receipt.events.map(({ fields }) => [fields.maker, fields.price, fields.lots])).toEqual([["bob", 11, 2], ["carol", 11, 2], ["alice", 12, 1]])
    world.settle()
    expect(["alice", "bob", "carol"].map((name) => world.balance(name, "usd") - PURSE.usd)).toEqual([60n, 110n, 110n])
    // The price that was better came back.
    expect(PURSE.usd - world.balance("dave", "usd")).toBe(280n)
    expect(world.view(BookView, MARKET)).toMatchObject({ bestBid: null, bestAsk: 12, asks: [{ price: 12, lots: 1 }], lastPrice: 12 })
  })

  it("takes both fees out of what their payers receive, rounded up, and the owner gets them", () => {
    const world = open()
    limit(world, "alice", { price: 11, lots: 3 })
    limit(world, "bob", { side: "sell", price: 10, lots: 3 })
    world.settle()
    // 300 eth to the maker, less 0.1 %: 1; 165 usd to the taker, less 0.25 %: 1.
    expect([world.balance("alice", "eth") - PURSE.eth, world.balance("bob", "usd") - PURSE.usd]).toEqual([299n, 164n])
    world.send("owner", MARKET, WithdrawFees, {})
    expect(world.step().receipts).toMatchObject([{ reply: { base: 1n, quote: 1n } }])
    world.settle()
    expect([...world.balances(MARKET)]).toEqual([])
    expect(world.balance("owner", "eth") - PURSE.eth).toBe(1n)
  })

  it("stops after as many resting orders as one message may meet; the rest comes back, and the book does not cross", () => {
    const world = open()
    for (let index = 0; index < MATCHES_MAX + 5; index++) limit(world, "bob", { side: "sell", price: 10, lots: 1 })
    world.step()
    limit(world, "alice", { price: 10, lots: MATCHES_MAX + 5 })
    expect(world.step().receipts).toMatchObject([{ reply: { lotsFilled: MATCHES_MAX, lotsResting: 0, order: null, amountIn: 50n * BigInt(MATCHES_MAX) } }])
    world.settle()
    expect(world.view(BookView, MARKET)).toMatchObject({ bestBid: null, asks: [{ price: 10, lots: 5 }] })
    expect(PURSE.usd - world.balance("alice", "usd")).toBe(50n * BigInt(MATCHES_MAX))
    limit(world, "alice", { price: 10, lots: MATCHES_MAX + 5, kind: "fill-or-kill" })
    expect(world.step().receipts.map(endOf)).toEqual(["order-book/NotFilled"])
  })

  it("keeps the place of an order that only becomes smaller, and gives another one the last", () => {
    const world = open({}, ["alice", "bob", "carol"])
    limit(world, "alice", { lots: 5 })
    limit(world, "bob", { lots: 5 })
    world.send("alice", MARKET, ReplaceOrder, { order: 1, price: 10, lots: 4, kind: "resting", selfTrade: "cancel-resting" })
    world.step()
    expect([...marketOf(world).orders.keys()]).toEqual([1, 2])
    expect(marketOf(world).bids.get(10)).toEqual({ lots: 9, count: 2, first: 1, last: 2 })
    world.send("alice", MARKET, ReplaceOrder, { order: 1, price: 10, lots: 5, kind: "resting", selfTrade: "cancel-resting" }, { funds: { usd: 50n } })
    expect(world.step().receipts).toMatchObject([{ reply: { order: 3, lotsResting: 5 } }])
    expect(marketOf(world).bids.get(10)).toEqual({ lots: 10, count: 2, first: 2, last: 3 })
    expect(world.check(MARKET)).toEqual([])
  })

  it("leaves an order as it is, in its place, that is replaced by the same", () => {
    const world = worldWith("usual")
    const before = marketOf(world)
    world.send("alice", MARKET, ReplaceOrder, { order: 1, price: 10, lots: 3, kind: "resting", selfTrade: "cancel-resting" }, { funds: usd(7n) })
    expect(world.step().receipts).toMatchObject([{ reply: { order: 1, lotsFilled: 0, lotsResting: 3 }, events: [] }])
    expect(marketOf(world)).toBe(before)
    const purse = world.balance("alice", "usd")
    world.settle()
    expect(world.balance("alice", "usd") - purse).toBe(7n)
  })

  it("refuses a leg of a route whose fee takes all that it would pay", () => {
    const world = open({ lot: 1n })
    limit(world, "alice", { side: "sell", price: 10, lots: 1 })
    world.settle()
    world.send("bob", MARKET, Hop, { assetOut: "eth", minimumOut: 0n, to: "bob", rest: [], deadline: 99 }, { funds: usd(50n) })
    expect(world.step().receipts.map(endOf)).toEqual(["router/LegRefused"])
    expect(marketOf(world).orders.size).toBe(1)
  })
})

describe("an order that is good till a block", () => {
  it("trades in that block and is paid back in the next, with no message from anybody", () => {
    const world = open()
    limit(world, "alice", { goodTill: 9 })
    while (world.height < 8) world.step()
    const late = world.fork()
    late.send("bob", MARKET, MarketOrder, { minimumOut: 0n, selfTrade: "cancel-resting" }, { funds: { eth: 100n } })
    expect(late.step().receipts.map(endOf)).toEqual(["accepted"])
    world.step()
    expect(world.view(BookView, MARKET)?.bestBid).toBe(10)
    world.step()
    expect([world.height, world.view(BookView, MARKET)?.bestBid]).toEqual([10, null])
    world.settle()
    expect(world.balance("alice", "usd")).toBe(PURSE.usd)
    expect([world.pendingTimers, marketOf(world).wakes]).toEqual([0, []])
  })

  it("is taken out with at most so many others in a block, and is not traded or replaced meanwhile", () => {
    const world = open()
    for (let index = 0; index < 2 * MATCHES_MAX + 1; index++) limit(world, "alice", { goodTill: 1 })
    world.step()
    world.step()
    expect(marketOf(world).orders.size).toBe(MATCHES_MAX + 1)
    world.send("alice", MARKET, ReplaceOrder, { order: 2 * MATCHES_MAX + 1, price: 11, lots: 3, kind: "resting", selfTrade: "cancel-resting" }, { funds: { usd: 15n } })
    world.send("bob", MARKET, MarketOrder, { minimumOut: 0n, selfTrade: "cancel-resting" }, { funds: { eth: 100n } })
    limit(world, "bob", { side: "sell", price: 10, lots: 1, kind: "post-only" })
    expect(world.step().receipts.map(endOf)).toEqual(["order-book/GoodTillPast", "order-book/InsufficientOutput", "accepted"])
    world.settle()
    expect(world.balance("alice", "usd")).toBe(PURSE.usd)
    expect(world.check(MARKET)).toEqual([])
  })

  it("does not stop its own owner, who cancels the taking order, once it is past", () => {
    const world = open()
    for (let index = 0; index < 2 * MATCHES_MAX + 1; index++) limit(world, "alice", { goodTill: 1 })
    world.step()
    world.step()
    limit(world, "alice", { side: "sell", price: 10, lots: 1, selfTrade: "cancel-taking" })
    const [receipt] = world.step().receipts
    const events = receipt?.status === "handled" ? receipt.events.map(({ fields }) => (fields as { readonly because?: string }).because ?? "rested") : []
    expect(events).toContain("expired")
    expect(events).not.toContain("self-trade")
    world.settle()
    expect(world.check(MARKET)).toEqual([])
  })

  it("needs few timers, however orders come: descending, ascending, or both", () => {
    for (const blocks of [(index: number) => 5_000 - index, (index: number) => index * 3, (index: number) => (index * 7_919) % 4_001]) {
      const world = open()
      let most = 0
      for (let index = 0; index < 300; index++) {
        limit(world, "alice", { goodTill: world.height + 1 + blocks(index) })
        if (index % 3 === 0) limit(world, "alice", { goodTill: world.height + 1 + blocks(index) })
        world.step()
        const { wakes } = marketOf(world)
        most = Math.max(most, wakes.length)
        // A timer that is due in the next block is on its way already.
        expect(world.pendingTimers).toBe(wakes.filter((wake) => wake > world.height + 1).length)
      }
      expect(most).toBeLessThanOrEqual(31)
      world.settle({ blocksMax: 10_000 })
      expect(marketOf(world).orders.size).toBe(0)
      expect(world.balance("alice", "usd")).toBe(PURSE.usd)
    }
  })

  it("wakes at the roundest block on the way", () => {
    expect([wakeHeight(0, 1), wakeHeight(5, 6), wakeHeight(5, 7), wakeHeight(5, 9), wakeHeight(100, 300), wakeHeight(7, 3), wakeHeight(0, 2 ** 31)]).toEqual([1, 6, 6, 8, 256, 8, 67_108_864])
  })
})

describe("an owner that refuses payments", () => {
  /** Places an order when it is told to, and accepts nothing; claims when told so. */
  const Shy = Actor.make("test/Shy", {
    params: {},
    state: {},
    messages: { Go, Fetch },
    create: () => ({}),
    handlers: {
      Go: (state, _, { funds }) => ({ state, sends: [send(MARKET, LimitOrder, ORDER, { funds })] }),
      Fetch: (state) => ({ state, sends: [send(MARKET, Claim, {})] }),
    },
  })

  it("finds its money waiting, to the unit", () => {
    const world = World.make({ accounts: { alice: PURSE, bob: PURSE }, actors: [actor(MARKET, OrderBook, PARAMS), actor("shy", Shy, {})] })
    world.send("alice", "shy", Go, {}, { funds: usd(150n) })
    world.step()
    world.step()
    world.send("bob", MARKET, MarketOrder, { minimumOut: 0n, selfTrade: "cancel-resting" }, { funds: { eth: 200n } })
    world.settle()
    expect(marketOf(world).unclaimed.get("shy")).toEqual({ base: 199n, quote: 0n })
    expect([marketOf(world).unclaimedBase, world.check(MARKET)]).toEqual([199n, []])
    world.send("bob", MARKET, MarketOrder, { minimumOut: 0n, selfTrade: "cancel-resting" }, { funds: { eth: 100n } })
    world.settle()
    expect(marketOf(world).unclaimed.get("shy")).toEqual({ base: 298n, quote: 0n })
    world.send("alice", "shy", Fetch, {})
    world.settle()
    // It refuses again, and the money waits again.
    expect(marketOf(world).unclaimed.get("shy")).toEqual({ base: 298n, quote: 0n })
    world.audit()
  })

  it("is paid by a claim when it accepts", () => {
    const owed = { ...OrderBook.create(PARAMS, MARKET), unclaimedBase: 5n, unclaimedQuote: 7n }
    const state = { ...owed, unclaimed: owed.unclaimed.set("bob", { base: 5n, quote: 7n }) }
    const step = OrderBook.handlers.Claim(state, {}, testContext({ sender: "bob" }))
    expect(step).toMatchObject({ reply: { base: 5n, quote: 7n }, state: { unclaimedBase: 0n, unclaimedQuote: 0n } })
    expect("sends" in step && step.sends?.map(({ to, funds }) => [to, funds.toJSON()])).toEqual([["bob", { eth: "5", usd: "7" }]])
  })
})

describe("the market", () => {
  it("refuses parameters that make no market, by name", () => {
    expect(() => OrderBook.create({ ...PARAMS, quote: "eth" }, MARKET)).toThrow("eth twice")
    expect(() => OrderBook.create({ ...PARAMS, lot: 0n }, MARKET)).toThrow("lot and tick must be above 0, not 0 and 5")
  })

  it("refuses prices and lots that are no whole number from 1, before anything happens", () => {
    const world = worldWith("usual")
    for (const [field, value] of [["price", 0], ["lots", 0], ["price", 1.5], ["lots", LOTS_MAX + 1], ["side", "both"]] as const) {
      const fork = world.fork()
      fork.send("alice", MARKET, LimitOrder, { ...ORDER, [field]: value } as never, { funds: { usd: 150n } })
      expect(fork.step().receipts).toMatchObject([{ status: "refused", refusal: { _tag: "core/InvalidTransaction", field: `payload.${field}` } }])
    }
  })

  it("notices a unit that is missing, a crossed book, a broken level and a lost expiry", () => {
    const world = worldWith("usual")
    limit(world, "alice", { goodTill: 99 })
    world.step()
    const observed = world.observe<ReturnType<typeof marketOf>>(MARKET)
    const broken = (change: Partial<typeof observed.state>) => Object.entries(OrderBook.invariants ?? {}).filter(([, holds]) => holds({ ...observed, state: { ...observed.state, ...change } }, undefined) !== undefined).map(([name]) => name)
    const { state } = observed
    expect(broken({})).toEqual([])
    expect(broken({ escrowQuote: state.escrowQuote - 1n })).toEqual(["everyUnitAccounted"])
    expect(broken({ asks: state.asks.set(5, state.asks.get(20) as never) })).toContain("notCrossed")
    expect(broken({ bids: state.bids.set(10, { ...(state.bids.get(10) as never as object), lots: 1 } as never) })).toEqual(["levelsAreOrders"])
    expect(broken({ expiries: state.expiries.delete(state.expiries.first()?.[0] as bigint) })).toEqual(["expiriesAreOrders"])
    expect(broken({ wakes: [] })).toEqual(["expiriesAreOrders"])
  })
})
