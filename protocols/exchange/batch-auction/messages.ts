import { Address, Amount, AssetId, Count, Event, Height, Message, View } from "../../../core/index.ts"
import { EmptyOrder, NothingKept, WrongAmount, WrongAsset } from "./failures.ts"

/**
 * A uniform-price batch auction: all limit orders that reach it in a block are cleared together at one price, and what is left of them goes
 * back. Nobody gains by being first in the block but at the margin, and nothing rests from block to block.
 *
 * **Units.** Trade is in whole lots of `lot` smallest units of the base asset. A price is in smallest units of the quote asset a lot, from 1.
 * So every amount is a product of whole numbers and nothing is ever rounded, in nobody's favour. (With ETH in USDC and lots of 10^15 wei, a price
 * of 3,000,000 is 3,000 USDC an ETH, and a tick is 0.001 USDC.) Choose lots small enough for the smallest order, and large enough for the tick.
 *
 * **Price.** Among all prices, those at which the most lots change hands form an interval: from the limit of the last seller to be served to the
 * limit of the last buyer to be served. The price is its middle, rounded down to a whole price, so a tie is split evenly between the sides
 * (by the half of one price that rounding leaves, in favour of buyers). Who is on which side, in which order the orders came, and how an order
 * is cut into several does not move it.
 *
 * **Who is served.** Buyers from the highest limit down and sellers from the lowest up; among equal limits the earlier order (canonical order)
 * first. The last order served may be served in part. Nobody buys above or sells below their limit, and an order with a worse limit is
 * never served while a better one of its side waits.
 *
 * **Money.** A seller attaches exactly lots * `lot` of the base, a buyer exactly lots * limit of the quote. In the block of the orders each owner is
 * paid, by one plain payment for all of them that arrives in the next block and has the first of them as its cause: what was bought or earned at
 * the one price, and everything that was not used.
 * What its owner does not take (an actor without a handler for payments) comes back and is kept for the owner until it is claimed. Between two
 * blocks the auction holds nothing but that, and what it was given at its birth: plain payments to it are refused.
 *
 * It is no venue of routes (`Hop`, exchange/router): a leg sells whatever arrives, in its turn, and goes on with all that it was paid. An order here
 * is for whole lots at a limit, is cleared with the block's others, whose number it must not depend on, and may be served in part or not at all.
 *
 * Orders are handled after everything else that the auction takes in a block. Failures are listed in their order of precedence.
 */

/** A limit order for this block, to sell where base is attached and to buy where quote is. Replies with the lots that were traded and the price, 0 where nothing was traded at all. */
export const Order = Message.make("auction/Order", {
  payload: { lots: Amount, limit: Amount },
  reply: { lots: Amount, price: Amount },
  failures: [WrongAsset, EmptyOrder, WrongAmount],
})

/** Pays to `to` everything that is kept for the sender. If it is not taken there, it is kept for the sender again. */
export const Claim = Message.make("auction/Claim", {
  payload: { to: Address },
  reply: { base: Amount, quote: Amount },
  failures: [WrongAsset, NothingKept],
})

/**
 * What an auction publishes: its last clearing in which something was traded (all 0 before the first). `marginBuy` and `marginSell` are the
 * limits of the last buyer and the last seller served: `marginSell` <= `price` <= `marginBuy`.
 */
export const AuctionView = View.make("auction/BatchAuction", {
  base: AssetId,
  quote: AssetId,
  lot: Amount,
  price: Amount,
  lots: Amount,
  marginBuy: Amount,
  marginSell: Amount,
  height: Height,
})

/** A block's clearing: the price, the lots traded, and how many orders there were, served or not. On the receipt of its first order; what each order got is its own reply. */
export const Cleared = Event.make("auction/Cleared", { price: Amount, lots: Amount, buyers: Count, sellers: Count })
/** What could not be handed over and is kept for its owner. */
export const Kept = Event.make("auction/Kept", { owner: Address, base: Amount, quote: Amount })
