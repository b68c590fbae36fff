import { Failure, pay, payOne, type Address, type Answer, type BatchHandler, type Call, type FailureOf, type Funds, type Send } from "../../../core/index.ts"
import { EmptyOrder, WrongAmount, WrongAsset } from "./failures.ts"
import { attachedFor, clear, payoutOf, type Clearing, type LimitOrder } from "./math.ts"
import { Cleared, type Order } from "./messages.ts"
import type { AuctionState } from "./state.ts"

/** The one verb of trade: all orders of a block, checked each for itself, cleared together. */

export const clearOrders: BatchHandler<AuctionState, typeof Order, typeof Cleared> = (auction, calls, { height }) => {
  const checked: (LimitOrder | FailureOf<typeof Order>)[] = []
  const orders: LimitOrder[] = []
  for (let index = 0; index < calls.length; index++) {
    const { payload, funds } = calls[index] as Call<typeof Order>
    const order = orderOf(auction, payload, funds)
    checked.push(order)
    if (!(order instanceof Failure)) orders.push(order)
  }
  const clearing = clear(orders)
  const { price, lots, marginBuy, marginSell, fills } = clearing
  const unserved = { lots: 0n, price }
  const dues = duesOf(auction, calls, checked, clearing)
  let place = 0
  const answers: Answer<typeof Order, typeof Cleared>[] = []
  for (let index = 0; index < checked.length; index++) {
    const order = checked[index] as LimitOrder | FailureOf<typeof Order>
    if (order instanceof Failure) {
      answers.push(order)
      continue
    }
    const events = place === 0 ? [clearedBy(orders, clearing)] : undefined
    const sends = paymentOf(auction, calls[index] as Call<typeof Order>, dues[place] as Due)
    const filled = fills[place++] as bigint
    answers.push({ reply: filled === 0n ? unserved : { lots: filled, price }, sends, events })
  }
  return { state: lots === 0n ? auction : { ...auction, price, lots, marginBuy, marginSell, height }, answers }
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

/** What an owner gets for all orders of the block. */
interface Due {
  base: bigint
  quote: bigint
  paid: boolean
}

/** For each order that is none to refuse, what its owner gets: one object for all orders of an owner. */
const duesOf = (
  { lot }: AuctionState,
  calls: readonly Call<typeof Order>[],
  checked: readonly (LimitOrder | Failure)[],
  { price, fills }: Clearing,
): readonly Due[] => {
  const byOwner = new Map<Address, Due>()
  const dues: Due[] = []
  for (let index = 0; index < checked.length; index++) {
    const order = checked[index] as LimitOrder | Failure
    if (order instanceof Failure) continue
    const filled = fills[dues.length] as bigint
    const { sender, funds } = calls[index] as Call<typeof Order>
    let due = byOwner.get(sender)
    if (due === undefined) {
      due = { base: 0n, quote: 0n, paid: false }
      byOwner.set(sender, due)
    }
    dues.push(due)
    if (filled === 0n) {
      // What `payoutOf` gives, without a product: all that was attached.
      if (order.buys) due.quote += funds.amount
      else due.base += funds.amount
      continue
    }
    const { base, quote } = payoutOf(order, lot, filled, price)
    due.base += base
    due.quote += quote
  }
  return dues
}

/** The payment of an owner, caused by the first of the owner's orders. Mostly one of both assets is all that there is to pay. */
const paymentOf = ({ base, quote }: AuctionState, { sender: to }: Call<typeof Order>, due: Due): readonly Send[] | undefined => {
  if (due.paid) return undefined
  due.paid = true
  if (due.quote === 0n) return [payOne(to, base, due.base)]
  return [due.base === 0n ? payOne(to, quote, due.quote) : pay(to, { [base]: due.base, [quote]: due.quote })]
}

const clearedBy = (orders: readonly LimitOrder[], { price, lots }: Clearing) => {
  const buyers = orders.reduce((count, { buys }) => (buys ? count + 1 : count), 0)
  return Cleared.make({ price, lots, buyers, sellers: orders.length - buyers })
}
