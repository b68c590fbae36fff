import { Failure, pay, payOne, type Address, type Answer, type BatchHandler, type Call, type Funds, type Send } from "../../../core/index.ts"
import { EmptyOrder, WrongAmount, WrongAsset } from "./failures.ts"
import { attachedFor, clear, payoutOf, type Clearing, type LimitOrder } from "./math.ts"
import { Cleared, type Order } from "./messages.ts"
import type { AuctionState } from "./state.ts"

/** The one verb of trade: all orders of a block, checked each for itself, cleared together. */

export const clearOrders: BatchHandler<AuctionState, typeof Order, typeof Cleared> = (auction, calls, { height }) => {
  const checked = calls.map((call) => orderOf(auction, call.payload, call.funds))
  const orders = checked.filter((order): order is LimitOrder => !(order instanceof Failure))
  const clearing = clear(orders)
  const { price, lots, marginBuy, marginSell } = clearing
  let place = 0
  const answers = checked.map((order, index): Answer<typeof Order, typeof Cleared> => {
    if (order instanceof Failure) return order
    const first = place === 0 ? [clearedBy(orders, clearing)] : undefined
    return answerTo(auction, calls[index] as Call<typeof Order>, order, clearing.fills[place++] as bigint, price, first)
  })
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

const answerTo = (
  { base, quote, lot }: AuctionState,
  { sender }: Call<typeof Order>,
  order: LimitOrder,
  lots: bigint,
  price: bigint,
  events: readonly ReturnType<typeof clearedBy>[] | undefined,
): Answer<typeof Order, typeof Cleared> => {
  const payout = payoutOf(order, lot, lots, price)
  return { reply: { lots, price }, sends: [paymentOf(sender, base, payout.base, quote, payout.quote)], events }
}

/** Mostly one of both is all that there is to pay. */
const paymentOf = (to: Address, base: string, amountBase: bigint, quote: string, amountQuote: bigint): Send =>
  amountQuote === 0n
    ? payOne(to, base, amountBase)
    : amountBase === 0n
      ? payOne(to, quote, amountQuote)
      : pay(to, { [base]: amountBase, [quote]: amountQuote })

const clearedBy = (orders: readonly LimitOrder[], { price, lots }: Clearing) => {
  const buyers = orders.reduce((count, { buys }) => (buys ? count + 1 : count), 0)
  return Cleared.make({ price, lots, buyers, sellers: orders.length - buyers })
}
