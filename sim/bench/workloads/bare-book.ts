import type { Transaction } from "../../../core/index.ts"
import { CancelOrder } from "../../../protocols/exchange/order-book/index.ts"
import { change, type BareAccount, type BareAccounts } from "../bare-loop.ts"

/** A book as one would write it for nothing but speed: a sorted list of prices with a queue for each, changed in place. */

interface Order {
  readonly number: number
  readonly owner: string
  readonly buys: boolean
  readonly price: number
  lots: number
  level: Level
  previous: Order | undefined
  next: Order | undefined
}

interface Level {
  readonly price: number
  first: Order | undefined
  last: Order | undefined
}

const LOT = 100n

class Side {
  /** Prices of levels with orders; the best one is the last. */
  readonly prices: number[] = []
  readonly levels = new Map<number, Level>()
  readonly #sign: 1 | -1

  constructor(sign: 1 | -1) {
    this.#sign = sign
  }

  #position(price: number): number {
    let [low, high] = [0, this.prices.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#sign * (this.prices[middle] as number) < this.#sign * price) low = middle + 1
      else high = middle
    }
    return low
  }

  add(order: Omit<Order, "level" | "previous" | "next">): Order {
    let level = this.levels.get(order.price)
    if (level === undefined) {
      level = { price: order.price, first: undefined, last: undefined }
      this.levels.set(order.price, level)
      this.prices.splice(this.#position(order.price), 0, order.price)
    }
    const queued: Order = { ...order, level, previous: level.last, next: undefined }
    if (level.last === undefined) level.first = queued
    else level.last.next = queued
    level.last = queued
    return queued
  }

  remove({ level, previous, next }: Order): void {
    if (previous === undefined) level.first = next
    else previous.next = next
    if (next === undefined) level.last = previous
    else next.previous = previous
    if (level.first !== undefined) return
    this.levels.delete(level.price)
    this.prices.splice(this.#position(level.price), 1)
  }
}

export class BareBook {
  readonly #accounts: BareAccounts
  readonly #bids = new Side(1)
  readonly #asks = new Side(-1)
  readonly #orders = new Map<number, Order>()
  #next = 1

  constructor(accounts: BareAccounts) {
    this.#accounts = accounts
  }

  apply({ from, message, payload }: Transaction): void {
    if (message === CancelOrder) return this.#cancel((payload as { readonly order: number }).order)
    const { side, price, lots, kind } = payload as { readonly side: "buy" | "sell"; readonly price: number; readonly lots: number; readonly kind: string }
    const buys = side === "buy"
    const left = this.#take(from, buys, price, lots)
    if (left === 0 || kind === "immediate-or-cancel") return
    const number = this.#next++
    this.#orders.set(number, (buys ? this.#bids : this.#asks).add({ number, owner: from, buys, price, lots: left }))
    this.#escrow(from, buys, price, -left)
  }

  #take(taker: string, buys: boolean, limit: number, lots: number): number {
    const side = buys ? this.#asks : this.#bids
    let left = lots
    while (left > 0 && side.prices.length > 0) {
      const price = side.prices[side.prices.length - 1] as number
      if (buys ? price > limit : price < limit) break
      const maker = side.levels.get(price)?.first as Order
      const traded = left < maker.lots ? left : maker.lots
      const [quote, base] = [BigInt(traded) * BigInt(price), BigInt(traded) * LOT]
      this.#pay(taker, "eth", buys ? base : -base)
      this.#pay(taker, "usd", buys ? -quote : quote)
      this.#pay(maker.owner, buys ? "usd" : "eth", buys ? quote : base)
      left -= traded
      maker.lots -= traded
      if (maker.lots > 0) continue
      side.remove(maker)
      this.#orders.delete(maker.number)
    }
    return left
  }

  #cancel(number: number): void {
    const order = this.#orders.get(number)
    if (order === undefined) return
    this.#orders.delete(number)
    ;(order.buys ? this.#bids : this.#asks).remove(order)
    this.#escrow(order.owner, order.buys, order.price, order.lots)
  }

  #pay(account: string, asset: string, amount: bigint): void {
    change(this.#accounts.get(account) as BareAccount, asset, amount)
  }

  #escrow(owner: string, buys: boolean, price: number, lots: number): void {
    if (buys) this.#pay(owner, "usd", BigInt(lots) * BigInt(price))
    else this.#pay(owner, "eth", BigInt(lots) * LOT)
  }
}
