import type { Published } from "../../core/index.ts"
import type { BookView } from "../../protocols/exchange/order-book/index.ts"
import { BOOK } from "./market.ts"

/** What the published levels of the book offer. */
export type Depth = Published<typeof BookView>

/** Whole lots that `amountIn` buys (it is quote) or sells (base) at the published levels, and the quote that they cost or pay. */
export const lotsOf = (view: Depth, buys: boolean, amountIn: bigint): { readonly lots: bigint; readonly quote: bigint; readonly enough: boolean } => {
  let [lots, quote] = [0n, 0n]
  let left = buys ? amountIn : amountIn / BOOK.lot
  for (const level of buys ? view.asks : view.bids) {
    const each = BigInt(level.price) * BOOK.tick
    const wanted = buys ? left / each : left
    const taken = wanted < BigInt(level.lots) ? wanted : BigInt(level.lots)
    lots += taken
    quote += taken * each
    left -= buys ? taken * each : taken
    if (taken === wanted) return { lots, quote, enough: true }
  }
  return { lots, quote, enough: false }
}

/** Lots at the published levels whose price is at most (buying) or at least (selling) so many ticks. */
export const lotsWithin = (view: Depth, buys: boolean, ticks: number): number => {
  let lots = 0
  for (const level of buys ? view.asks : view.bids) if (buys ? level.price <= ticks : level.price >= ticks) lots += level.lots
  return lots
}
