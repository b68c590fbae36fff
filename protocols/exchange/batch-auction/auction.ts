import { Actor, Address, Continuation, Payment, request, Table, type Funds } from "../../../core/index.ts"
import { NothingKept, WrongAsset } from "./failures.ts"
import { claims, invariants } from "./invariants.ts"
import { AuctionView, Claim, Cleared, Kept, Order } from "./messages.ts"
import { clearOrders } from "./clear-orders.ts"
import { AuctionFields, AuctionParams, type AuctionState } from "./state.ts"

/** How a payment to somebody whom its owner named ends. */
const ClaimPaid = Continuation.make("auction/ClaimPaid", { of: Payment, saved: { owner: Address } })

/** A uniform-price batch auction of one asset for another; `messages.ts` says what it promises. */
export const BatchAuction = Actor.make("auction/BatchAuction", {
  params: AuctionParams,
  state: AuctionFields,
  messages: { Claim },
  batched: { Order },
  continuations: { ClaimPaid },
  events: [Cleared, Kept],
  view: AuctionView,
  publish: ({ base, quote, lot, price, lots, marginBuy, marginSell, height }) => ({ base, quote, lot, price, lots, marginBuy, marginSell, height }),
  create: ({ base, quote, lot }) => {
    if (base === quote) throw new TypeError(`an auction needs two assets, but base and quote are both ${base}`)
    if (lot === 0n) throw new TypeError("a lot must be at least 1 unit of the base, but is 0")
    const none = { price: 0n, lots: 0n, marginBuy: 0n, marginSell: 0n, height: 0 }
    return { base, quote, lot, ...none, keptBase: Table.empty(), keptQuote: Table.empty() }
  },
  handlers: {
    Claim: (auction, { to }, { sender, funds }) => {
      if (!funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
      const base = auction.keptBase.get(sender) ?? 0n
      const quote = auction.keptQuote.get(sender) ?? 0n
      if (base === 0n && quote === 0n) return new NothingKept({ owner: sender })
      const state = { ...auction, keptBase: auction.keptBase.delete(sender), keptQuote: auction.keptQuote.delete(sender) }
      const payment = request(to, Payment, {}, { funds: { [auction.base]: base, [auction.quote]: quote }, then: ClaimPaid, saved: { owner: sender } })
      return { state, reply: { base, quote }, sends: [payment] }
    },
  },
  batches: { Order: clearOrders },
  resume: {
    ClaimPaid: (auction, outcome, { owner }) => (outcome._tag === "Success" ? { state: auction } : kept(auction, owner, outcome.refund)),
  },
  bounced: (auction, { by, refund }) => kept(auction, by, refund),
  invariants,
  claims,
})

/** The auction after a payment came back to it. */
const kept = (auction: AuctionState, owner: string, refund: Funds) => {
  const base = refund.get(auction.base)
  const quote = refund.get(auction.quote)
  const state = { ...auction, keptBase: added(auction.keptBase, owner, base), keptQuote: added(auction.keptQuote, owner, quote) }
  return { state, events: [Kept.make({ owner, base, quote })] }
}

const added = (amounts: Table<string, bigint>, owner: string, amount: bigint): Table<string, bigint> =>
  amount === 0n ? amounts : amounts.set(owner, (amounts.get(owner) ?? 0n) + amount)
