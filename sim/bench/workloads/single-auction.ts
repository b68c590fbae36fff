import { Actor, Address, Amount, Bool, Count, Event, Message, send, Struct, Table, TableOf, pay } from "../../../core/index.ts"
import { clear, Order, orderOf, payoutOf, type LimitOrder } from "../../../protocols/exchange/batch-auction/index.ts"

/**
 * The same auction for somebody who has no batch handlers: every order is a message of its own that goes into the state, a last transaction of
 * the block closes it, and the owners are paid in portions, each with the answer that an order itself can no longer give. For the sheet only.
 */

const PORTION = 250

/** Clears what was collected. */
export const Close = Message.make("bench/Close", {})
/** Pays the owners of the orders from `first` on. */
const PayOut = Message.make("bench/PayOut", { payload: { first: Count } })

/** What came of an order: what the batch says in its replies. */
const Filled = Event.make("bench/Filled", { owner: Address, lots: Amount, price: Amount })

const Waiting = Struct({ owner: Address, buys: Bool, lots: Amount, limit: Amount, filled: Amount })

export const SingleAuction = Actor.make("bench/SingleAuction", {
  params: {},
  state: { orders: TableOf(Count, Waiting), count: Count, price: Amount },
  // One declaration of an order serves both; here each is handled alone.
  messages: { Order, Close, PayOut },
  events: [Filled],
  create: () => ({ orders: Table.empty<number, WaitingOrder>(), count: 0, price: 0n }),
  handlers: {
    Order: (auction, payload, { funds, sender }) => {
      const order = orderOf(SIDES, payload, funds)
      if (!("buys" in order)) return order
      const orders = auction.orders.set(auction.count, { owner: sender, ...order, filled: 0n })
      return { state: { ...auction, orders, count: auction.count + 1 }, reply: { lots: 0n, price: 0n } }
    },
    Close: (auction, _, { self }) => {
      const list: LimitOrder[] = []
      for (let place = 0; place < auction.count; place++) list.push(auction.orders.get(place) as LimitOrder)
      const { price, fills } = clear(list)
      let { orders } = auction
      for (const [place, filled] of fills.entries()) if (filled > 0n) orders = orders.update(place, (order) => ({ ...(order as WaitingOrder), filled }))
      const portions = Math.ceil(auction.count / PORTION)
      return { state: { ...auction, orders, price }, sends: Array.from({ length: portions }, (_none, portion) => send(self, PayOut, { first: portion * PORTION })) }
    },
    PayOut: (auction, { first }) => {
      const sends = []
      const events = []
      let { orders } = auction
      const last = Math.min(first + PORTION, auction.count)
      for (let place = first; place < last; place++) {
        const order = orders.get(place) as WaitingOrder
        const { base, quote } = payoutOf(order, SIDES.lot, order.filled, auction.price)
        sends.push(pay(order.owner, { [SIDES.base]: base, [SIDES.quote]: quote }))
        events.push(Filled.make({ owner: order.owner, lots: order.filled, price: auction.price }))
        orders = orders.delete(place)
      }
      return { state: { orders, count: last === auction.count ? 0 : auction.count, price: auction.price }, sends, events }
    },
  },
})

type WaitingOrder = LimitOrder & { readonly owner: string; readonly filled: bigint }

/** The market of the sheet. */
export const SIDES = { base: "cash", quote: "dollar", lot: 10n ** 15n }
