import { Failure, pay, payOne, type Address, type Answer, type BatchHandler, type Call, type Funds, type Send } from "../../../core/index.ts"
import { EmptyOrder, WrongAmount, WrongAsset } from "./failures.ts"
import { attachedFor, clear, payoutOf, type Clearing, type LimitOrder } from "./math.ts"
import { Cleared, type Order } from "./messages.ts"
import type { AuctionState } from "./state.ts"

/** The one verb of trade: all orders of a block, checked each for itself, cleared together. */

export const clearOrders: BatchHandler<AuctionState, typeof Order, typeof Cleared> = (auction, calls, { height }) => {
  const answers = new Array<Answer<typeof Order, typeof Cleared>>(calls.length)
  const orders: PlacedOrder[] = []
  const dues = new Map<Address, Due>()
  for (let place = 0; place < calls.length; place++) {
    const { sender, payload, funds } = calls[place] as Call<typeof Order>
    const order = orderOf(auction, payload, funds)
    if (order instanceof Failure) answers[place] = order
    else orders.push({ buys: order.buys, lots: order.lots, limit: order.limit, attached: funds.amount, place, due: dueOf(dues, sender) })
  }
  const clearing = clear(orders)
  const { price, lots, marginBuy, marginSell, fills } = clearing
  for (let index = 0; index < orders.length; index++) settle(orders[index] as PlacedOrder, auction.lot, fills[index] as bigint, price)
  const unserved = { lots: 0n, price }
  for (let index = 0; index < orders.length; index++) {
    const { place, due } = orders[index] as PlacedOrder
    const filled = fills[index] as bigint
    const reply = filled === 0n ? unserved : { lots: filled, price }
    answers[place] = { reply, sends: paymentOf(auction, due), events: index === 0 ? [clearedBy(orders, clearing)] : undefined }
  }
  return { state: lots === 0n ? auction : { ...auction, price, lots, marginBuy, marginSell, height }, answers }
}

/** What an owner gets for all orders of the block. */
interface Due {
  readonly owner: Address
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

/** The order that attached funds and a payload make, or why they make none. */
export const orderOf = (
  { base, quote, lot }: Pick<AuctionState, "base" | "quote" | "lot">,
  { lots, limit }: { readonly lots: bigint; readonly limit: bigint },
  funds: Funds,
): LimitOrder | WrongAsset | EmptyOrder | WrongAmount => {
  const buys = funds.asset === quote
  if (funds.rest !== undefined || (!buys && funds.asset !== base)) {
    return new WrongAsset({ expected: `${base} or ${quote}`, given: String(funds).slice(0, 600) })
  }
  if (lots === 0n) return new EmptyOrder({ field: "lots" })
  if (limit === 0n) return new EmptyOrder({ field: "limit" })
  const order = { buys, lots, limit }
  const expected = attachedFor(order, lot)
  return funds.amount === expected ? order : new WrongAmount({ asset: funds.asset, expected: String(expected), given: funds.amount })
}

const dueOf = (dues: Map<Address, Due>, owner: Address): Due => {
  const known = dues.get(owner)
  if (known !== undefined) return known
  const due = { owner, base: 0n, quote: 0n, paid: false }
  dues.set(owner, due)
  return due
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

/** The payment of an owner, caused by the first of the owner's orders. Mostly one of both assets is all that there is to pay. */
const paymentOf = ({ base, quote }: AuctionState, due: Due): readonly Send[] | undefined => {
  if (due.paid) return undefined
  due.paid = true
  if (due.quote === 0n) return [payOne(due.owner, base, due.base)]
  return [due.base === 0n ? payOne(due.owner, quote, due.quote) : pay(due.owner, { [base]: due.base, [quote]: due.quote })]
}

const clearedBy = (orders: readonly LimitOrder[], { price, lots }: Clearing) => {
  const buyers = orders.reduce((count, { buys }) => (buys ? count + 1 : count), 0)
  return Cleared.make({ price, lots, buyers, sellers: orders.length - buyers })
}
