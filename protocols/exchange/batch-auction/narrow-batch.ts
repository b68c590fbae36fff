import { Failure, Funds, type Answer, type BatchContext, type BatchStep, type Call } from "../../../core/index.ts"
import { Cleared, type Order } from "./messages.ts"
import { amountOf, clearNarrow, exactly, NarrowOrders, product } from "./narrow.ts"
import { orderOf } from "./order.ts"
import type { AuctionState } from "./state.ts"

type Reply = { readonly lots: bigint; readonly price: bigint }

/**
 * The orders of a block, cleared in machine numbers, where all of them fit (`narrow.ts`): with a quote of 6 decimals, while the buyers of a block
 * attach less than 9 billion units of it together. Undefined where they do not.
 */
export const clearNarrowly = (
  auction: AuctionState,
  calls: readonly Call<typeof Order>[],
  { height }: Pick<BatchContext, "height">,
): BatchStep<AuctionState, typeof Order, typeof Cleared> | undefined => {
  const batch = new NarrowBatch(auction, calls)
  for (let place = 0; place < calls.length; place++) if (!batch.take(place)) return undefined
  const clearing = clearNarrow(batch.orders)
  if (clearing === undefined) return undefined
  const { fills, lots, marginBuy, marginSell } = clearing
  const { count, buyers } = batch.orders
  for (let at = 0; at < count; at++) batch.settle(at, fills[at] as number, clearing.price)
  const price = BigInt(clearing.price)
  const unserved = { lots: 0n, price }
  // The event stands on the receipt of the first order.
  let events: readonly ReturnType<typeof Cleared.make>[] | undefined = [Cleared.make({ price, lots: BigInt(lots), buyers, sellers: count - buyers })]
  for (let at = 0; at < count; at++) {
    batch.answer(at, fills[at] as number, unserved, events)
    events = undefined
  }
  const { answers } = batch
  if (lots === 0) return { state: auction, answers }
  return { state: { ...auction, price, lots: BigInt(lots), marginBuy: BigInt(marginBuy), marginSell: BigInt(marginSell), height }, answers }
}

/** Its methods are what is done for each order: small, and called often enough to be compiled as such. */
class NarrowBatch {
  readonly answers: Answer<typeof Order, typeof Cleared>[]
  readonly orders: NarrowOrders
  private readonly auction: AuctionState
  private readonly calls: readonly Call<typeof Order>[]
  private readonly lotRounded: number
  /** Of the orders, by number. */
  private readonly places: Int32Array
  /** Whose the orders are; an owner goes by the place of the owner's first call. */
  private readonly ownerOf: Int32Array
  /** What owners get for all of their orders. */
  private readonly baseLots: Float64Array
  private readonly quote: Float64Array
  /** How many orders an owner has; 0 once all of them are paid. */
  private readonly unpaid: Int32Array

  constructor(auction: AuctionState, calls: readonly Call<typeof Order>[]) {
    const { length } = calls
    this.answers = new Array(length)
    this.orders = new NarrowOrders(length)
    this.auction = auction
    this.calls = calls
    this.lotRounded = Number(auction.lot)
    this.places = new Int32Array(length)
    this.ownerOf = new Int32Array(length)
    this.baseLots = new Float64Array(length)
    this.quote = new Float64Array(length)
    this.unpaid = new Int32Array(length)
  }

  /** Adds what is an order, refuses what is none. False: not all orders are narrow. */
  take(place: number): boolean {
    const { auction, orders, lotRounded } = this
    const { payload, funds, first } = this.calls[place] as Call<typeof Order>
    const lots = exactly(payload.lots)
    const limit = exactly(payload.limit)
    const buys = funds.asset === auction.quote
    const fits = buys
      ? exactly(funds.amount) === lots * limit
      : funds.asset === auction.base && funds.amount === product(lots, payload.lots, auction.lot, lotRounded)
    // What is not exact here is either not exact to `add`, or an order to `orderOf` that is none here.
    if (!fits || lots === 0 || limit === 0 || funds.rest !== undefined) {
      const order = orderOf(auction, payload, funds)
      if (!(order instanceof Failure)) return false
      this.answers[place] = order
      return true
    }
    const at = orders.count
    this.places[at] = place
    this.ownerOf[at] = first
    this.unpaid[first]!++
    return orders.add(buys, lots, limit)
  }

  /** Adds to an owner's dues what `payoutOf` says. */
  settle(at: number, filled: number, price: number): void {
    const { baseLots, quote, orders } = this
    const owner = this.ownerOf[at] as number
    const lots = orders.lots[at] as number
    if (orders.buys[at] === 1) {
      baseLots[owner]! += filled
      quote[owner]! += lots * (orders.limits[at] as number) - filled * price
    } else {
      baseLots[owner]! += lots - filled
      quote[owner]! += filled * price
    }
  }

  /** The answer to an order. The owner's first is what all of them are paid by. */
  answer(at: number, filled: number, unserved: Reply, events: readonly ReturnType<typeof Cleared.make>[] | undefined): void {
    const place = this.places[at] as number
    const reply = filled === 0 ? unserved : { lots: amountOf(filled), price: unserved.price }
    const owner = this.ownerOf[at] as number
    const count = this.unpaid[owner] as number
    let pays: Funds | undefined
    if (count > 0) {
      // Who came with one order that was not served gets back just what it brought.
      pays = filled === 0 && count === 1 ? (this.calls[place] as Call<typeof Order>).funds : this.due(owner)
      this.unpaid[owner] = 0
    }
    this.answers[place] = { reply, pays, events }
  }

  private due(owner: number): Funds {
    const { base, quote, lot } = this.auction
    const lots = this.baseLots[owner] as number
    return Funds.both(base, product(lots, amountOf(lots), lot, this.lotRounded), quote, amountOf(this.quote[owner] as number))
  }
}
