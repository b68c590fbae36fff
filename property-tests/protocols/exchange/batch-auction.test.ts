import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Actor, actor, Address, Amount, AssetId, Funds, Message, payOne, Payment, send, testContext, World } from "../../../core/index.ts"
import {
  AuctionView, BatchAuction, Claim, clear, Order, orderOf, payoutOf, type AuctionState, type LimitOrder,
} from "../../../protocols/exchange/batch-auction/index.ts"

/** The auction in its world. */

const LOT = 1_000n
const PARAMS = { base: "eth", quote: "usd", lot: LOT }
const NAMES = ["alice", "bob", "carol", "dave"] as const
const RICH = { eth: 1_000_000n, usd: 1_000_000n, other: 10n }
const worldOf = (): World => World.make({
  accounts: Object.fromEntries(NAMES.map((name) => [name, RICH])),
  actors: [actor("auction", BatchAuction, PARAMS, { usd: 3n })],
}, { strict: true })

interface Given {
  readonly by: (typeof NAMES)[number]
  readonly asset: "eth" | "usd" | "other"
  readonly lots: bigint
  readonly limit: bigint
  /** On top of what the order must attach. */
  readonly surplus: bigint
}

const given: fc.Arbitrary<Given> = fc.record({
  by: fc.constantFrom(...NAMES),
  asset: fc.oneof({ weight: 10, arbitrary: fc.constant("eth" as const) }, { weight: 10, arbitrary: fc.constant("usd" as const) }, { weight: 1, arbitrary: fc.constant("other" as const) }),
  lots: fc.bigInt(0n, 20n),
  limit: fc.bigInt(0n, 12n),
  surplus: fc.oneof({ weight: 9, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: fc.constant(1n) }),
})

const fundsOf = ({ asset, lots, limit, surplus }: Given): { [asset: string]: bigint } =>
  ({ [asset]: asset === "eth" ? lots * LOT + surplus : asset === "usd" ? lots * limit + surplus : 1n })
const place = (world: World, order: Given): void => world.send(order.by, "auction", Order, { lots: order.lots, limit: order.limit }, { funds: fundsOf(order) })

/** In the words of messages.ts, not of the code. */
const refusalOf = ({ asset, lots, limit, surplus }: Given): string | undefined => {
  const nothing = surplus === 0n && (lots === 0n || (asset === "usd" && limit === 0n))
  if (asset === "other" || nothing) return "auction/WrongAsset"
  if (lots === 0n || limit === 0n) return "auction/EmptyOrder"
  return surplus === 0n ? undefined : "auction/WrongAmount"
}

describe("a batch auction", () => {
  it("executes exactly what the pure clearing quotes, pays every unit, and keeps nothing", () => {
    fc.assert(fc.property(fc.array(fc.array(given, { maxLength: 15 }), { maxLength: 4 }), (blocks) => {
      const world = worldOf()
      for (const orders of blocks) {
        const before = world.observe("auction")
        const held = NAMES.map((name) => world.balances(name))
        for (const order of orders) place(world, order)
        const block = world.step()
        expect(block.defects).toEqual([])
        const refusals = orders.map(refusalOf)
        expect(block.receipts.map((receipt) => (receipt.status === "bounced" ? receipt.refusal._tag : undefined))).toEqual(refusals)
        const accepted = orders.filter((_, index) => refusals[index] === undefined)
        const list = accepted.map(({ asset, lots, limit }): LimitOrder => ({ buys: asset === "usd", lots, limit }))
        const quote = clear(list)
        expect(block.receipts.flatMap((receipt) => (receipt.status === "handled" ? [receipt.reply] : []))).toEqual(quote.fills.map((lots) => ({ lots, price: quote.price })))
        expect(world.check("auction", before)).toEqual([])
        if (quote.lots > 0n) expect(world.view(AuctionView, "auction")).toEqual({ ...PARAMS, price: quote.price, lots: quote.lots, marginBuy: quote.marginBuy, marginSell: quote.marginSell, height: world.height })
        const between = world.observe("auction")
        world.settle()
        expect(world.check("auction", between)).toEqual([])
        for (const [index, name] of NAMES.entries()) {
          const gained = { eth: 0n, usd: 0n }
          for (const [at, order] of accepted.entries()) {
            if (order.by !== name) continue
            const payout = payoutOf(list[at] as LimitOrder, LOT, quote.fills[at] as bigint, quote.price)
            gained.eth += payout.base - (order.asset === "eth" ? order.lots * LOT : 0n)
            gained.usd += payout.quote - (order.asset === "usd" ? order.lots * order.limit : 0n)
          }
          for (const asset of ["eth", "usd"] as const) expect(world.balance(name, asset)).toBe((held[index]?.get(asset) ?? 0n) + gained[asset])
        }
        expect([world.balance("auction", "eth"), world.balance("auction", "usd")]).toEqual([0n, 3n])
        expect(BatchAuction.claims?.(world.observe<AuctionState>("auction"))).toEqual({ eth: 0n, usd: 0n })
      }
      world.audit()
    }), { numRuns: process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 120 })
  })

  it("gives one price for any order of independent traders' orders", () => {
    const shuffled = fc.array(given, { maxLength: 12 }).chain((orders) => fc.tuple(fc.constant(orders), fc.shuffledSubarray(orders, { minLength: orders.length })))
    fc.assert(fc.property(shuffled, (lists) => {
      const views = lists.map((orders) => {
        const world = worldOf()
        for (const order of orders) place(world, order)
        world.step()
        return world.view(AuctionView, "auction")
      })
      expect(views[1]).toEqual(views[0])
    }), { numRuns: 60 })
  })

  it("trades with nobody's loss when one is one's own counterparty", () => {
    const world = worldOf()
    place(world, { by: "alice", asset: "eth", lots: 7n, limit: 3n, surplus: 0n })
    place(world, { by: "alice", asset: "usd", lots: 7n, limit: 9n, surplus: 0n })
    const { receipts, events } = eventsOf(world)
    expect(receipts).toMatchObject([{ reply: { lots: 7n, price: 6n } }, { reply: { lots: 7n, price: 6n } }])
    expect(events).toEqual([["auction/Cleared", { price: 6n, lots: 7n, buyers: 1, sellers: 1 }]])
    world.settle()
    expect(Object.fromEntries(world.balances("alice"))).toEqual(RICH)
  })

  it("pays an owner once a block, for all of the owner's orders and none of those it refused, by the first that it took", () => {
    const world = worldOf()
    place(world, { by: "alice", asset: "usd", lots: 2n, limit: 9n, surplus: 1n })
    place(world, { by: "alice", asset: "usd", lots: 2n, limit: 9n, surplus: 0n })
    place(world, { by: "bob", asset: "eth", lots: 3n, limit: 3n, surplus: 0n })
    place(world, { by: "alice", asset: "eth", lots: 1n, limit: 11n, surplus: 0n })
    world.step()
    const paid = world.step().ended.filter(({ from, to, kind }) => from === "auction" && kind === "call" && NAMES.includes(to as "alice"))
    expect(paid.map(({ to, parent, funds }) => ({ to, parent, eth: funds.get("eth"), usd: funds.get("usd") }))).toEqual([
      { to: "alice", parent: "alice@1", eth: 3n * LOT, usd: 6n },
      { to: "bob", parent: "bob@0", eth: LOT, usd: 12n },
    ])
  })

  it("keeps the last price through blocks in which nothing is traded", () => {
    const world = worldOf()
    place(world, { by: "alice", asset: "eth", lots: 1n, limit: 3n, surplus: 0n })
    place(world, { by: "bob", asset: "usd", lots: 1n, limit: 3n, surplus: 0n })
    world.step()
    place(world, { by: "bob", asset: "usd", lots: 1n, limit: 3n, surplus: 0n })
    const { receipts, events } = eventsOf(world)
    expect(receipts).toMatchObject([{ reply: { lots: 0n, price: 0n } }])
    expect(events).toEqual([["auction/Cleared", { price: 0n, lots: 0n, buyers: 1, sellers: 0 }]])
    expect(world.view(AuctionView, "auction")).toMatchObject({ price: 3n, lots: 1n, height: 1 })
  })
})

const eventsOf = (world: World) => {
  const block = world.step()
  return { receipts: block.receipts, events: block.ended.flatMap(({ events = [] }) => events.map(({ event, fields }) => [event.name, fields])) }
}

/** A trader that takes no payments, and does as it is told. */
const Go = Message.make("hermit/Go", { payload: { to: Address, lots: Amount, limit: Amount, asset: AssetId, amount: Amount } })
const Fetch = Message.make("hermit/Fetch", { payload: { to: Address } })
const Hermit = Actor.make("hermit/Hermit", {
  params: {}, state: {}, messages: { Go, Fetch }, create: () => ({}),
  handlers: {
    Go: (state, { to, lots, limit, asset, amount }) => ({ state, sends: [send(to, Order, { lots, limit }, { funds: Funds.of(asset, amount) })] }),
    Fetch: (state, { to }) => ({ state, sends: [send("auction", Claim, { to })] }),
  },
})

describe("what cannot be handed over", () => {
  const startOf = (): World => {
    const world = World.make({
      accounts: { alice: RICH },
      actors: [actor("auction", BatchAuction, PARAMS), actor("hermit", Hermit, {}, { usd: 100n })],
    }, { strict: true })
    world.send("alice", "hermit", Go, { to: "auction", lots: 2n, limit: 10n, asset: "usd", amount: 20n })
    world.step()
    place(world, { by: "alice", asset: "eth", lots: 1n, limit: 4n, surplus: 0n })
    world.settle()
    return world
  }

  it("is kept for its owner, counted as owed, and paid to whom the owner names", () => {
    const world = startOf()
    expect(world.view(AuctionView, "auction")).toMatchObject({ price: 7n, lots: 1n })
    expect([world.balance("auction", "eth"), world.balance("auction", "usd"), world.balance("hermit", "usd")]).toEqual([1_000n, 13n, 80n])
    expect(BatchAuction.claims?.(world.observe<AuctionState>("auction"))).toEqual({ eth: 1_000n, usd: 13n })
    expect(world.check("auction")).toEqual([])
    world.send("alice", "hermit", Fetch, { to: "alice" })
    world.settle()
    expect([world.balance("auction", "eth"), world.balance("auction", "usd")]).toEqual([0n, 0n])
    expect(Object.fromEntries(world.balances("alice"))).toEqual({ eth: 1_000_000n, usd: 1_000_020n, other: 10n })
    expect(world.state(BatchAuction, "auction")).toMatchObject({ keptBase: { size: 0 }, keptQuote: { size: 0 } })
  })

  it("is added to what is kept already", () => {
    const world = startOf()
    world.send("alice", "hermit", Go, { to: "auction", lots: 2n, limit: 10n, asset: "usd", amount: 20n })
    world.step()
    place(world, { by: "alice", asset: "eth", lots: 1n, limit: 4n, surplus: 0n })
    world.settle()
    expect([...world.state(BatchAuction, "auction").keptBase, ...world.state(BatchAuction, "auction").keptQuote]).toEqual([["hermit", 2_000n], ["hermit", 26n]])
    expect(world.check("auction")).toEqual([])
  })

  it.each(["nobody", "hermit"])("is kept again when %s does not take it", (to) => {
    const world = startOf()
    world.send("alice", "hermit", Fetch, { to })
    const blocks = world.settle()
    expect([...world.state(BatchAuction, "auction").keptQuote]).toEqual([["hermit", 13n]])
    expect([...world.state(BatchAuction, "auction").keptBase]).toEqual([["hermit", 1_000n]])
    expect(blocks.flatMap((block) => block.ended.flatMap(({ events = [] }) => events.map(({ event, fields }) => [event.name, fields]))))
      .toEqual([["auction/Kept", { owner: "hermit", base: 1_000n, quote: 13n }]])
    expect(world.check("auction")).toEqual([])
  })
})

describe("each refusal", () => {
  const order = (funds: { [asset: string]: bigint }, lots = 2n, limit = 5n) => orderOf(PARAMS, { lots, limit }, Funds.from(funds))
  const state = BatchAuction.create(PARAMS, "auction")
  const claim = (funds: { [asset: string]: bigint }) => BatchAuction.handlers.Claim(state, { to: "bob" }, testContext({ sender: "alice", funds }))

  it.each<readonly [words: string, failure: unknown]>([
    ["auction/WrongAsset: eth or usd expected, nothing attached", order({})],
    ["auction/WrongAsset: eth or usd expected, 1 other attached", order({ other: 1n })],
    ["auction/WrongAsset: eth or usd expected, 2000 eth + 10 usd attached", order({ eth: 2_000n, usd: 10n })],
    ["auction/EmptyOrder: lots must be at least 1, but is 0", order({ eth: 2_000n }, 0n, 0n)],
    ["auction/EmptyOrder: limit must be at least 1, but is 0", order({ eth: 1n }, 2n, 0n)],
    ["auction/WrongAmount: exactly 2000 of eth expected, 1999 attached", order({ eth: 1_999n })],
    ["auction/WrongAmount: exactly 10 of usd expected, 11 attached", order({ usd: 11n })],
    ["auction/WrongAsset: nothing expected, 1 eth attached", claim({ eth: 1n })],
    ["auction/NothingKept: nothing is kept for alice", claim({})],
  ])("%s", (words, failure) => expect(String(failure)).toBe(words))

  it("of an order that no money could back names what it would cost", () => {
    const failure = order({ usd: 1n }, 2n ** 256n - 1n, 2n ** 256n - 1n)
    expect(failure).toMatchObject({ _tag: "auction/WrongAmount", expected: String((2n ** 256n - 1n) ** 2n) })
  })

  it("sends plain payments back", () => {
    const world = worldOf()
    world.send("alice", "auction", Payment, {}, { funds: { usd: 5n } })
    expect(world.step().receipts).toMatchObject([{ status: "bounced", refusal: { _tag: "core/UnknownMessage" } }])
    expect(payOne("auction", "usd", 5n).message).toBe(Payment)
  })

  it("of parameters says why", () => {
    const born = (params: Partial<typeof PARAMS>) => () => World.make({ actors: [actor("auction", BatchAuction, { ...PARAMS, ...params })] })
    expect(born({ quote: "eth" })).toThrow("an auction needs two assets, but base and quote are both eth")
    expect(born({ lot: 0n })).toThrow("a lot must be at least 1 unit of the base, but is 0")
  })
})
