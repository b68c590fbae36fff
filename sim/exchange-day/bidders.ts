import { send } from "../../core/index.ts"
import { Order } from "../../protocols/exchange/batch-auction/index.ts"
import type { Agent } from "../agent.ts"
import { sizeOf } from "../market-day/traders.ts"
import { accounts, AUCTION, ETH, limitOf, moved, publishedPrice, USD } from "./market.ts"

/** Probability that a bidder bids in a block. */
const CHANCE = 0.25
/** Deviation of what the bidders think the price is. */
const OPINION_PIPS = 2_000

/** Buys or sells in the batch auction, at most at what it thinks the price is. */
const bidder = (account: string): Agent => ({
  account,
  group: "auction bidders",
  act: (sight, random) => {
    if (!random.chance(CHANCE)) return []
    const price = publishedPrice(sight)
    if (price === undefined) return []
    const limit = limitOf(moved(price, Math.round(random.normal() * OPINION_PIPS)))
    const lots = sizeOf(random, 0.5) / AUCTION.lot
    if (lots === 0n || limit === 0n) return []
    const [buying, selling] = [lots * limit, lots * AUCTION.lot]
    const buys = random.chance(0.5) ? sight.balance(USD) >= buying : sight.balance(ETH) < selling
    if (sight.balance(buys ? USD : ETH) < (buys ? buying : selling)) return []
    return [send(AUCTION.address, Order, { lots, limit }, { funds: buys ? { [USD]: buying } : { [ETH]: selling }, deadline: sight.block })]
  },
})

export const BIDDERS: readonly string[] = accounts("bidders", 16)
export const bidders: readonly Agent[] = BIDDERS.map(bidder)
