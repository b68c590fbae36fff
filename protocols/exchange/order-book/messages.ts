import { Address, Amount, AssetId, Count, Event, Height, List, Message, Nullable, OneOf, Pips, Struct, View } from "../../../core/index.ts"
import {
  GoodTillPast,
  InsufficientOutput,
  LevelFull,
  NotFilled,
  NothingToClaim,
  NotOwner,
  SlippageExceeded,
  Underfunded,
  UnknownOrder,
  WouldMatch,
  WrongAsset,
} from "./failures.ts"
import { DEPTH_LEVELS, Lots, OrderLots, Price } from "./math.ts"

/**
 * A central limit order book for one pair of assets: `base` is bought and sold, `quote` pays for it.
 *
 * Quantities are in lots of `lot` smallest units of base. Prices are in ticks: a lot costs `price * tick` smallest units of quote. So every fill is
 * exact, and rounding is only in the fees: each fee is a part of what its payer receives, in that asset, rounded up; a maker's for each fill, a
 * taker's for the whole order. Whoever is paid is the sender of the order. Failures are listed in their order of precedence. Every message takes
 * the engine's `deadline`.
 *
 * Priority is by price, then by time: the order in which messages are handled. An incoming order trades at the resting orders' prices. Buyers attach
 * quote, sellers base, for the whole order at its own price; what is not needed, the gain of a better price included, is paid back at once
 * together with the proceeds. What rests is escrowed with the order and leaves only to whom it trades with, or back to its owner.
 *
 * An incoming order meets at most MATCHES_MAX (200) resting orders, those that expired or are one's own included. What is left after them is paid
 * back and never rests, as with an immediate-or-cancel order; so the book never crosses. Filling more takes one more order.
 *
 * Self-trade prevention, when an order meets one of the same owner: `cancel-resting` takes the resting order out and goes on (its escrow is paid
 * back), `cancel-taking` stops and pays back what is left of the incoming one, `cancel-both` does both.
 *
 * Good till block: an order with `goodTill` can trade up to and in that block. In the next one the market takes it out and pays its escrow back, at
 * most MATCHES_MAX in a block; one that is met later than it is good is never traded with.
 *
 * A plain payment to the market is refused (core/UnknownMessage). When an owner refuses a payment of the market, it waits for that owner's `Claim`.
 *
 * It is a venue of routes: `Hop` (exchange/router) is a `MarketOrder` whose proceeds go on.
 */

export const SelfTrade = OneOf("cancel-resting", "cancel-taking", "cancel-both")
export const Side = OneOf("buy", "sell")

/** What an order did at once: lots filled and still resting; what its sender paid and, less the fee, received for the filled lots. */
const Placed = { order: Nullable(Count), lotsFilled: Lots, lotsResting: Lots, amountIn: Amount, amountOut: Amount, fee: Amount }

/**
 * Buys or sells up to `lots` at `price` or better. What is not filled at once:
 * `resting` stays in the book; `post-only` the same, but it is refused if any of it would trade at once (with its sender's own orders too);
 * `immediate-or-cancel` is paid back; `fill-or-kill` is refused unless all is filled.
 * `goodTill`: last block in which it may rest; null: until cancelled. `order` in the reply is the number of what rests, null where nothing does.
 */
export const LimitOrder = Message.make("order-book/LimitOrder", {
  payload: {
    side: Side,
    price: Price,
    lots: OrderLots,
    kind: OneOf("resting", "post-only", "immediate-or-cancel", "fill-or-kill"),
    goodTill: Nullable(Height),
    selfTrade: SelfTrade,
  },
  reply: Placed,
  failures: [WrongAsset, Underfunded, GoodTillPast, WouldMatch, NotFilled, LevelFull],
})

/**
 * Sells all attached base, or spends the attached quote, at whatever the book offers, and pays at least `minimumOut` after fees, or nothing
 * happens. What buys or makes no whole lot, or finds nobody, is paid back.
 */
export const MarketOrder = Message.make("order-book/MarketOrder", {
  payload: { minimumOut: Amount, selfTrade: SelfTrade },
  reply: { lotsFilled: Lots, amountIn: Amount, amountOut: Amount, fee: Amount },
  failures: [WrongAsset, InsufficientOutput, SlippageExceeded],
})

/** Takes an own order out of the book and pays its escrow back. */
export const CancelOrder = Message.make("order-book/CancelOrder", {
  payload: { order: Count },
  reply: { lots: Lots, refund: Amount },
  failures: [WrongAsset, UnknownOrder, NotOwner],
})

/**
 * Gives an own order another price or quantity, or both, in one step. With the same price and no more lots than rest, it keeps its place;
 * otherwise it is cancelled and comes anew, as `resting` or `post-only`, with a new number and the last place. The escrow that becomes free pays
 * for it, and the attached funds of the same asset where that is not enough; the rest is paid back. A refusal leaves the old order as it is.
 */
export const ReplaceOrder = Message.make("order-book/ReplaceOrder", {
  payload: { order: Count, price: Price, lots: OrderLots, kind: OneOf("resting", "post-only"), selfTrade: SelfTrade },
  reply: Placed,
  failures: [UnknownOrder, NotOwner, WrongAsset, Underfunded, GoodTillPast, WouldMatch, LevelFull],
})

/** Pays out what of the market's payments the sender has refused before. */
export const Claim = Message.make("order-book/Claim", { reply: { base: Amount, quote: Amount }, failures: [WrongAsset, NothingToClaim] })

/** Pays the fees so far to the market's owner. */
export const WithdrawFees = Message.make("order-book/WithdrawFees", { reply: { base: Amount, quote: Amount }, failures: [WrongAsset, NotOwner] })

/** The market's own timer; from anybody else it does the same: it takes out what has expired. */
export const Expire = Message.make("order-book/Expire", { failures: [WrongAsset] })

const Levels = List(Struct({ price: Price, lots: Count }), DEPTH_LEVELS)

/** What a market publishes: the best prices (null: nobody), the first levels of each side from the best on, and the price of the last trade. */
export const BookView = View.make("order-book/Book", {
  base: AssetId,
  quote: AssetId,
  lot: Amount,
  tick: Amount,
  makerFeePips: Pips,
  takerFeePips: Pips,
  bestBid: Nullable(Price),
  bestAsk: Nullable(Price),
  bids: Levels,
  asks: Levels,
  lastPrice: Nullable(Price),
})

/** A resting order, as it came into the book. */
export const Rested = Event.make("order-book/Rested", { order: Count, owner: Address, side: Side, price: Price, lots: Lots })
/** Lots that the taker took from a resting order, at its price; the maker's fee in what the maker receives. */
export const Traded = Event.make("order-book/Traded", { order: Count, maker: Address, taker: Address, takerSide: Side, price: Price, lots: Lots, makerFee: Amount })
/** A resting order that left without being filled, or became smaller by these lots. */
export const Withdrawn = Event.make("order-book/Withdrawn", {
  order: Count,
  owner: Address,
  lots: Lots,
  refund: Amount,
  because: OneOf("cancelled", "replaced", "expired", "self-trade"),
})
