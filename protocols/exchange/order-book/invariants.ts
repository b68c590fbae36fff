import type { Aggregates, Claims, Invariant } from "../../../core/index.ts"
import { escrowOf, ownSide } from "./book.ts"
import { expiryKey, type MarketState, type RestingOrder } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** Conserved to the unit: the market holds what rests, its fees and what waits to be claimed, and nothing else. */
const everyUnitAccounted: Invariant<MarketState> = ({ state, balance }) => {
  const base = state.escrowBase + state.feesBase + state.unclaimedBase
  const quote = state.escrowQuote + state.feesQuote + state.unclaimedQuote
  return balance(state.base) === base && balance(state.quote) === quote ? undefined : { heldBase: balance(state.base), base, heldQuote: balance(state.quote), quote }
}

/** The best bid is below the best ask. */
const notCrossed: Invariant<MarketState> = ({ state }) => {
  const [bid, ask] = [state.bids.last()?.[0], state.asks.first()?.[0]]
  return bid === undefined || ask === undefined || bid < ask ? undefined : { bid, ask }
}

/** The orders of each level are linked in the order of their numbers, and are those that the level counts. Walks the whole book. */
const levelsAreOrders: Invariant<MarketState> = ({ state }) => {
  let walked = 0
  for (const side of ["buy", "sell"] as const) {
    for (const [price, level] of ownSide(state, side).entries()) {
      let [lots, count, last] = [0, 0, 0]
      for (let order = level.first; order !== 0; order = (state.orders.get(order) as RestingOrder).next) {
        const resting = state.orders.get(order)
        const misplaced = resting === undefined || resting.price !== price || resting.side !== side || (count > 0 && resting.previous !== last) || order <= last
        if (misplaced) return { side, price, order, resting }
        lots += resting.lots
        count++
        last = order
      }
      if (lots !== level.lots || count !== level.count || last !== level.last || count === 0) return { side, price, level, lots, count, last }
      walked += count
    }
  }
  return walked === state.orders.size ? undefined : { walked, orders: state.orders.size }
}

/** Every order that expires is in the list of those, no other is, and a timer is set not later than the first of them. */
const expiriesAreOrders: Invariant<MarketState> = ({ state }) => {
  let count = 0
  for (const [order, { goodTill }] of state.orders.entries()) {
    if (goodTill === null) continue
    count++
    if (state.expiries.get(expiryKey(goodTill, order)) !== order) return { order, goodTill }
  }
  const due = state.expiries.first()
  const goodTill = due === undefined ? undefined : state.orders.get(due[1])?.goodTill
  const [wake] = state.wakes
  if (goodTill !== undefined && goodTill !== null && wake === undefined) return { goodTill, wakes: state.wakes }
  return count === state.expiries.size ? undefined : { count, expiries: state.expiries.size }
}

/** What every block of a market keeps. */
export const invariants = { everyUnitAccounted, notCrossed, levelsAreOrders, expiriesAreOrders }

/** The market owes what rests, its fees and what waits to be claimed. */
export const claims: Claims<MarketState> = ({ state }) => ({
  [state.base]: state.escrowBase + state.feesBase + state.unclaimedBase,
  [state.quote]: state.escrowQuote + state.feesQuote + state.unclaimedQuote,
})

const total = (state: MarketState, side: "buy" | "sell"): bigint => {
  let sum = 0n
  for (const order of state.orders.values()) if (order.side === side) sum += escrowOf(state, side, order.lots, order.price)
  return sum
}

export const aggregates: Aggregates<MarketState> = ({ state }) => {
  let [base, quote] = [0n, 0n]
  for (const owed of state.unclaimed.values()) {
    base += owed.base
    quote += owed.quote
  }
  return {
    escrowBase: { stored: state.escrowBase, recomputed: total(state, "sell") },
    escrowQuote: { stored: state.escrowQuote, recomputed: total(state, "buy") },
    unclaimedBase: { stored: state.unclaimedBase, recomputed: base },
    unclaimedQuote: { stored: state.unclaimedQuote, recomputed: quote },
  }
}
