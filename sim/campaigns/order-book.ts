import { actor, type World } from "../../core/index.ts"
import * as book from "../../protocols/exchange/order-book/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle } from "../campaign/oracle.ts"
import { anybody, type Drawing } from "../campaign/values.ts"
import { paysMinimum } from "./pays-minimum.ts"

/** What an order book promises, in our words: see also the invariants beside the market, which are watched anyway. */

const RICH = 10n ** 12n
const USERS = ["alice", "bob", "carol"] as const
const marketOf = (world: World): book.MarketState => world.state(book.OrderBook, "market")

const PRICES = [98, 99, 100, 101, 102, 1] as const
const LOTS = [1, 5, 10, 100, 1_000_000] as const
const SELF = ["cancel-resting", "cancel-taking", "cancel-both"] as const
const KINDS = ["resting", "resting", "post-only", "immediate-or-cancel", "fill-or-kill"] as const
const goodTill = ({ draw, sight }: Drawing): number | null => [null, null, sight.world.height + 1, sight.world.height + 4][draw.below(4)] ?? null
/** The number of an order, as far as any were given. */
const anyOrder = ({ draw, sight }: Drawing): number => 1 + draw.below(Math.max(1, marketOf(sight.world).nextOrder))

/** At the end of each run: every owner can take all that rests out again. */
const everybodyCancels = Oracle.whenSettled("everybody can cancel", ({ apart }) =>
  apart((fork) => {
    for (const [order, { owner }] of marketOf(fork).orders.entries()) fork.send(owner, "market", book.CancelOrder, { order })
    fork.settle({ timers: false })
    const { orders, escrowBase, escrowQuote } = marketOf(fork)
    return orders.size === 0 && escrowBase === 0n && escrowQuote === 0n ? undefined : { orders: orders.size, escrowBase, escrowQuote }
  }),
)

/** Nobody but its owner cancels or replaces an order. */
const onlyOwnersWithdraw = Oracle.make("only owners take orders out", (genesis) => {
  const owners = new Map<number, string>([...marketOf(genesis).orders.entries()].map(([order, { owner }]) => [order, owner]))
  return {
    block: ({ block }) => {
      for (const { from, events } of block.raw.ended) {
        for (const { event, fields } of events ?? []) {
          const { order, owner, because } = fields as unknown as { readonly order: number; readonly owner: string; readonly because: string }
          if (event === book.Rested) owners.set(order, owner)
          if (event !== book.Withdrawn || (because !== "cancelled" && because !== "replaced")) continue
          if (owners.get(order) !== from || owner !== from) return { order, owner: owners.get(order), told: owner, from }
        }
      }
      return undefined
    },
  }
})

/** What orders draw; the funds are often enough for them. */
const orders = { price: PRICES, lots: LOTS, goodTill, selfTrade: SELF }

export const orderBook = Campaign.make({
  name: "order-book",
  parameters: { makerFeePips: [0, 100], takerFeePips: [300, 0, 500_000] },
  world: ({ makerFeePips, takerFeePips }) => ({
    accounts: { ...Object.fromEntries(USERS.map((name) => [name, { eth: RICH, usd: RICH }])), owner: {} },
    actors: [actor("market", book.OrderBook, { base: "eth", quote: "usd", lot: 10n, tick: 1n, makerFeePips, takerFeePips, owner: "owner" })],
  }),
  prepare: (world) => {
    const order = { lots: 50, kind: "resting", goodTill: null, selfTrade: "cancel-taking" } as const
    world.send("alice", "market", book.LimitOrder, { ...order, side: "buy", price: 99 }, { funds: { usd: 4_950n } })
    world.send("bob", "market", book.LimitOrder, { ...order, side: "sell", price: 101 }, { funds: { eth: 500n } })
    world.settle({ timers: false })
  },
  actions: [
    action(book.LimitOrder, "market", { name: "buy", weight: 6, from: USERS, funds: { usd: [10_200n, 102_000n, 10n ** 8n, 500n] }, payload: { ...orders, side: ["buy"], kind: KINDS } }),
    action(book.LimitOrder, "market", { name: "sell", weight: 6, from: USERS, funds: { eth: [1_000n, 10_000n, 10n ** 7n, 50n] }, payload: { ...orders, side: ["sell"], kind: KINDS } }),
    action(book.MarketOrder, "market", { name: "buyNow", weight: 3, from: USERS, funds: { usd: [101n, 1_000n, 5_000n, 10n ** 6n] }, payload: { minimumOut: [0n, 0n, 1n, 100n], selfTrade: SELF } }),
    action(book.MarketOrder, "market", { name: "sellNow", weight: 3, from: USERS, funds: { eth: [10n, 55n, 500n, 10n ** 5n] }, payload: { minimumOut: [0n, 0n, 1n, 1_000n], selfTrade: SELF } }),
    action(book.CancelOrder, "market", { weight: 4, from: USERS, payload: { order: anyOrder } }),
    action(book.ReplaceOrder, "market", { weight: 4, from: USERS, funds: { usd: [0n, 10_000n] }, payload: { order: anyOrder, price: PRICES, lots: LOTS, kind: ["resting", "post-only"], selfTrade: SELF } }),
    action(book.Claim, "market", { from: USERS }),
    action(book.WithdrawFees, "market", { from: "owner" }),
    action(book.Expire, "market"),
    action(Hop, "market", { weight: 2, from: USERS, funds: { eth: [10n, 55n, 500n] }, payload: { assetOut: ["usd", "usd", "eth"], minimumOut: [0n, 1n, 1_000n], to: anybody, rest: [[]] } }),
  ],
  oracles: [
    paysMinimum("market", book.MarketOrder, ({ minimumOut }, assetIn) => ({ asset: assetIn === "usd" ? "eth" : "usd", minimum: minimumOut })),
    onlyOwnersWithdraw,
    everybodyCancels,
  ],
  faults: true,
})
