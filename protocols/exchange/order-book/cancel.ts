import { Failure, payOne, type Handler } from "../../../core/index.ts"
import { escrowOf, shrink, unrest } from "./book.ts"
import { NotOwner, UnknownOrder } from "./failures.ts"
import { Withdrawn, type CancelOrder, type ReplaceOrder, type Rested, type Traded } from "./messages.ts"
import { placement, stepOf, wrongAsset } from "./place.ts"
import type { MarketState } from "./state.ts"

export const cancelOrder: Handler<MarketState, typeof CancelOrder, typeof Withdrawn> = (market, { order }, { funds, sender }) => {
  if (!funds.isEmpty) return wrongAsset("nothing", funds)
  const resting = market.orders.get(order)
  if (resting === undefined) return new UnknownOrder({ order })
  if (resting.owner !== sender) return new NotOwner({ sender })
  const { side, lots, price } = resting
  const refund = escrowOf(market, side, lots, price)
  return {
    state: unrest(market, order, resting),
    reply: { lots, refund },
    sends: [payOne(sender, side === "buy" ? market.quote : market.base, refund)],
    events: [Withdrawn.make({ order, owner: sender, lots, refund, because: "cancelled" })],
  }
}

export const replaceOrder: Handler<MarketState, typeof ReplaceOrder, typeof Rested | typeof Traded | typeof Withdrawn> = (market, replacement, context) => {
  const { order, price, lots, kind, selfTrade } = replacement
  const { funds, sender, height } = context
  const resting = market.orders.get(order)
  if (resting === undefined) return new UnknownOrder({ order })
  if (resting.owner !== sender) return new NotOwner({ sender })
  const { side, goodTill } = resting
  const asset = side === "buy" ? market.quote : market.base
  if (funds.rest !== undefined || (!funds.isEmpty && funds.asset !== asset)) return wrongAsset(asset, funds)
  const escrow = escrowOf(market, side, resting.lots, resting.price)
  if (price === resting.price && lots <= resting.lots) {
    const fewer = resting.lots - lots
    const refund = escrowOf(market, side, fewer, price)
    return {
      state: fewer === 0 ? market : shrink(market, order, resting, lots),
      reply: { order, lotsFilled: 0, lotsResting: lots, amountIn: 0n, amountOut: 0n, fee: 0n },
      sends: refund + funds.amount === 0n ? [] : [payOne(sender, asset, refund + funds.amount)],
      events: fewer === 0 ? [] : [Withdrawn.make({ order, owner: sender, lots: fewer, refund, because: "replaced" })],
    }
  }
  const placed = placement(unrest(market, order, resting), { side, price, lots, kind, goodTill, selfTrade }, escrow + funds.amount, sender, height)
  if (placed instanceof Failure) return placed as Exclude<typeof placed, { readonly _tag: "order-book/NotFilled" }>
  const withdrawn = Withdrawn.make({ order, owner: sender, lots: resting.lots, refund: escrow, because: "replaced" })
  return stepOf(market, { ...placed, events: [withdrawn, ...placed.events] }, height)
}
