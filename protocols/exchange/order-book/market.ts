import { Actor, SortedTable, Table } from "../../../core/index.ts"
import { Hop, RouteCompleted, RouteStopped } from "../router/messages.ts"
import { cancelOrder, replaceOrder } from "./cancel.ts"
import { claim, keepReturned, withdrawFees } from "./claim.ts"
import { expire } from "./expiry.ts"
import { aggregates, claims, invariants } from "./invariants.ts"
import { hop, marketOrder } from "./market-order.ts"
import { DEPTH_LEVELS } from "./math.ts"
import { BookView, CancelOrder, Claim, Expire, LimitOrder, MarketOrder, ReplaceOrder, Rested, Traded, WithdrawFees, Withdrawn } from "./messages.ts"
import { bestOf, limitOrder } from "./place.ts"
import { MarketFields, MarketParams, type MarketState } from "./state.ts"

/** An order book for one pair of assets; `messages.ts` says what it promises. */
export const OrderBook = Actor.make("order-book/OrderBook", {
  params: MarketParams,
  state: MarketFields,
  messages: { LimitOrder, MarketOrder, CancelOrder, ReplaceOrder, Claim, WithdrawFees, Expire, Hop },
  events: [Rested, Traded, Withdrawn, RouteCompleted, RouteStopped],
  view: BookView,
  publish: (market) => {
    const { base, quote, lot, tick, makerFeePips, takerFeePips, lastPrice } = market
    const [bids, asks] = [depth(market, "buy"), depth(market, "sell")]
    return { base, quote, lot, tick, makerFeePips, takerFeePips, lastPrice, bestBid: bestOf(market, "buy"), bestAsk: bestOf(market, "sell"), bids, asks }
  },
  create: (params) => {
    if (params.base === params.quote) throw new TypeError(`a market needs two assets, but has ${params.base} twice`)
    if (params.lot === 0n || params.tick === 0n) throw new TypeError(`lot and tick must be above 0, not ${params.lot} and ${params.tick}`)
    return {
      ...params,
      orders: Table.empty<number, never>(),
      bids: SortedTable.empty<number, never>(),
      asks: SortedTable.empty<number, never>(),
      nextOrder: 1,
      lastPrice: null,
      expiries: SortedTable.empty<bigint, never>(),
      wakes: [],
      escrowBase: 0n,
      escrowQuote: 0n,
      feesBase: 0n,
      feesQuote: 0n,
      unclaimed: Table.empty<string, never>(),
      unclaimedBase: 0n,
      unclaimedQuote: 0n,
    }
  },
  handlers: {
    LimitOrder: limitOrder,
    MarketOrder: marketOrder,
    CancelOrder: cancelOrder,
    ReplaceOrder: replaceOrder,
    Claim: claim,
    WithdrawFees: withdrawFees,
    Expire: expire,
    Hop: hop,
  },
  bounced: keepReturned,
  invariants,
  claims,
  aggregates,
})

/** The first levels of a side, from the best on. */
const depth = (market: MarketState, side: "buy" | "sell"): readonly { readonly price: number; readonly lots: number }[] => {
  const levels = side === "buy" ? market.bids.range(undefined, undefined, { reverse: true, limit: DEPTH_LEVELS }) : market.asks.range(undefined, undefined, { limit: DEPTH_LEVELS })
  return [...levels].map(([price, { lots }]) => ({ price, lots }))
}
