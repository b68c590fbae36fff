import {
  Failure, Funds, pay, type Address, type Answer, type BatchContext, type BatchHandler, type BatchStep, type Call, type Send,
} from "../../../core/index.ts"
import { clear, payoutOf, type LimitOrder } from "./math.ts"
import { Cleared, type Order } from "./messages.ts"
import { amountOf, clearNarrow, exactly, NarrowOrders, product } from "./narrow.ts"
import { orderOf } from "./order.ts"
import type { AuctionState } from "./state.ts"

/** The one verb of trade: all orders of a block, checked each for itself, cleared together. */

type Calls = readonly Call<typeof Order>[]
type OrderAnswer = Answer<typeof Order, typeof Cleared>
type ClearingStep = BatchStep<AuctionState, typeof Order, typeof Cleared>

export const clearOrders: BatchHandler<AuctionState, typeof Order, typeof Cleared> = (auction, calls, context) =>
  clearNarrowly(auction, calls, context) ?? clearWidely(auction, calls, context)

/**
 * In machine numbers, where all orders fit (`narrow.ts`): with a quote of 6 decimals, while the buyers of a block attach less than 9 billion units of
 * it together. Undefined where they do not.
 */
export const clearNarrowly = (auction: AuctionState, calls: Calls, { height }: Pick<BatchContext, "height">): ClearingStep | undefined => {
  const answers = new Array<OrderAnswer>(calls.length)
  const orders = new NarrowOrders(calls.length)
  const places = new Int32Array(calls.length)
  /** Whose the orders are; an owner goes by the place of the owner's first call. */
  const ownerOf = new Int32Array(calls.length)
  const lotRounded = Number(auction.lot)
  for (let place = 0; place < calls.length; place++) {
    const { payload, funds, first } = calls[place] as Call<typeof Order>
    const lots = exactly(payload.lots)
    const limit = exactly(payload.limit)
    const buys = funds.asset === auction.quote
    const fits = buys
      ? exactly(funds.amount) === lots * limit
      : funds.asset === auction.base && funds.amount === product(lots, payload.lots, auction.lot, lotRounded)
    // What is not exact here is either not exact to `add`, or an order to `orderOf` that is none here.
    if (!fits || lots === 0 || limit === 0 || funds.rest !== undefined) {
      const order = orderOf(auction, payload, funds)
      if (!(order instanceof Failure)) return undefined
      answers[place] = order
      continue
    }
    const at = orders.count
    if (!orders.add(buys, lots, limit)) return undefined
    places[at] = place
    ownerOf[at] = first
  }
  const clearing = clearNarrow(orders)
  if (clearing === undefined) return undefined
  const { fills } = clearing
  const dues = duesOf(orders, ownerOf, calls.length, fills, clearing.price)
  const price = BigInt(clearing.price)
  const unserved = { lots: 0n, price }
  for (let at = 0; at < orders.count; at++) {
    const place = places[at] as number
    const { sender, payload, funds } = calls[place] as Call<typeof Order>
    const filled = fills[at] as number
    const reply = filled === 0 ? unserved : { lots: filled === orders.lots[at] ? payload.lots : amountOf(filled), price }
    const owner = ownerOf[at] as number
    const count = dues.orders[owner] as number
    let sends: readonly Send[] | undefined
    if (count > 0) {
      // Who came with one order that was not served gets back just what it brought.
      sends = [pay(sender, filled === 0 && count === 1 ? funds : dueFunds(auction, lotRounded, dues, owner))]
      dues.orders[owner] = 0
    }
    const events = at === 0 ? [clearedBy(orders.buyers, orders.count, price, BigInt(clearing.lots))] : undefined
    answers[place] = { reply, sends, events }
  }
  if (clearing.lots === 0) return { state: auction, answers }
  const { lots, marginBuy, marginSell } = clearing
  return { state: { ...auction, price, lots: BigInt(lots), marginBuy: BigInt(marginBuy), marginSell: BigInt(marginSell), height }, answers }
}

const clearedBy = (buyers: number, orders: number, price: bigint, lots: bigint) => Cleared.make({ price, lots, buyers, sellers: orders - buyers })

/** What owners get for all of their orders, by the places of their first calls. */
interface NarrowDues {
  readonly baseLots: Float64Array
  readonly quote: Float64Array
  /** How many orders an owner has; 0 once all of them are paid. */
  readonly orders: Int32Array
}

/** Sums up what `payoutOf` says. */
const duesOf = ({ count, buys, lots, limits }: NarrowOrders, ownerOf: Int32Array, owners: number, fills: Float64Array, price: number): NarrowDues => {
  const baseLots = new Float64Array(owners)
  const quote = new Float64Array(owners)
  const orders = new Int32Array(owners)
  for (let at = 0; at < count; at++) {
    const owner = ownerOf[at] as number
    const filled = fills[at] as number
    const wanted = lots[at] as number
    orders[owner]!++
    if (buys[at] === 1) {
      baseLots[owner]! += filled
      quote[owner]! += wanted * (limits[at] as number) - filled * price
    } else {
      baseLots[owner]! += wanted - filled
      quote[owner]! += filled * price
    }
  }
  return { baseLots, quote, orders }
}

const dueFunds = ({ base, quote, lot }: AuctionState, lotRounded: number, dues: NarrowDues, owner: number): Funds => {
  const lots = dues.baseLots[owner] as number
  return Funds.both(base, product(lots, amountOf(lots), lot, lotRounded), quote, amountOf(dues.quote[owner] as number))
}

/** In bigints, whatever the orders are. */
export const clearWidely = (auction: AuctionState, calls: Calls, { height }: Pick<BatchContext, "height">): ClearingStep => {
  const answers = new Array<OrderAnswer>(calls.length)
  const orders: PlacedOrder[] = []
  const dues: (Due | undefined)[] = new Array(calls.length)
  for (let place = 0; place < calls.length; place++) {
    const { sender, payload, funds, first } = calls[place] as Call<typeof Order>
    const order = orderOf(auction, payload, funds)
    if (order instanceof Failure) answers[place] = order
    else {
      const due = (dues[first] ??= { owner: sender, base: 0n, quote: 0n, paid: false })
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
    const events = index === 0 ? [clearedBy(buyers, orders.length, price, lots)] : undefined
    answers[place] = { reply, sends: paymentOf(auction, due), events }
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
const paymentOf = ({ base, quote }: AuctionState, due: Due): readonly Send[] | undefined => {
  if (due.paid) return undefined
  due.paid = true
  return [pay(due.owner, Funds.both(base, due.base, quote, due.quote))]
}
