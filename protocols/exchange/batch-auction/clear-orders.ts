import { Failure, Funds, type Answer, type BatchContext, type BatchHandler, type BatchStep, type Call } from "../../../core/index.ts"
import { clear, payoutOf, type LimitOrder } from "./math.ts"
import { Cleared, type Order } from "./messages.ts"
import { clearNarrowly } from "./narrow-batch.ts"
import { orderOf } from "./order.ts"
import type { AuctionState } from "./state.ts"

/** The one verb of trade: all orders of a block, checked each for itself, cleared together. */

type Calls = readonly Call<typeof Order>[]
type OrderAnswer = Answer<typeof Order, typeof Cleared>
type ClearingStep = BatchStep<AuctionState, typeof Order, typeof Cleared>

export const clearOrders: BatchHandler<AuctionState, typeof Order, typeof Cleared> = (auction, calls, context) =>
  clearNarrowly(auction, calls, context) ?? clearWidely(auction, calls, context)

/** In bigints, whatever the orders are. */
export const clearWidely = (auction: AuctionState, calls: Calls, { height }: Pick<BatchContext, "height">): ClearingStep => {
  const answers = new Array<OrderAnswer>(calls.length)
  const orders: PlacedOrder[] = []
  const dues: (Due | undefined)[] = new Array(calls.length)
  for (let place = 0; place < calls.length; place++) {
    const { payload, funds, first } = calls[place] as Call<typeof Order>
    const order = orderOf(auction, payload, funds)
    if (order instanceof Failure) answers[place] = order
    else {
      const due = (dues[first] ??= { base: 0n, quote: 0n, paid: false })
      orders.push({ buys: order.buys, lots: order.lots, limit: order.limit, attached: funds.amount, place, due })
    }
  }
  const { price, lots, marginBuy, marginSell, fills } = clear(orders)
  for (let index = 0; index < orders.length; index++) settle(orders[index] as PlacedOrder, auction.lot, fills[index] as bigint, price)
  const unserved = { lots: 0n, price }
  const buyers = orders.reduce((count, { buys }) => (buys ? count + 1 : count), 0)
  for (let index = 0; index < orders.length; index++) {
    const { place, due } = orders[index] as PlacedOrder
    const filled = fills[index] as bigint
    const reply = filled === 0n ? unserved : { lots: filled, price }
    const events = index === 0 ? [Cleared.make({ price, lots, buyers, sellers: orders.length - buyers })] : undefined
    answers[place] = { reply, pays: paymentOf(auction, due), events }
  }
  return { state: lots === 0n ? auction : { ...auction, price, lots, marginBuy, marginSell, height }, answers }
}

/** What an owner gets for all orders of the block. */
interface Due {
  base: bigint
  quote: bigint
  paid: boolean
}

/** An order, where it stands among the block's, and what its owner gets: one object for all orders of an owner. */
interface PlacedOrder extends LimitOrder {
  readonly attached: bigint
  readonly place: number
  readonly due: Due
}

/** Adds what an order pays out. Who was not served has all that was attached back, as `payoutOf` says with more products. */
const settle = (order: PlacedOrder, lot: bigint, filled: bigint, price: bigint): void => {
  const { due } = order
  if (filled === 0n) {
    if (order.buys) due.quote += order.attached
    else due.base += order.attached
    return
  }
  const { base, quote } = payoutOf(order, lot, filled, price)
  due.base += base
  due.quote += quote
}

/** The payment of an owner, caused by the first of the owner's orders. */
const paymentOf = ({ base, quote }: AuctionState, due: Due): Funds | undefined => {
  if (due.paid) return undefined
  due.paid = true
  return Funds.both(base, due.base, quote, due.quote)
}
