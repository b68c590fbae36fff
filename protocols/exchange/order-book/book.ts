import { LevelFull } from "./failures.ts"
import { baseAmount, quoteAmount } from "./math.ts"
import { expiryKey, type Level, type MarketState, type RestingOrder } from "./state.ts"

/** Orders into the book and out of it: each costs a few writes, however many rest. */

export const ownSide = (market: MarketState, side: "buy" | "sell"): MarketState["bids"] => (side === "buy" ? market.bids : market.asks)

/** What is escrowed for `lots` of a resting order: quote of a bid, base of an ask. */
export const escrowOf = ({ lot, tick }: MarketState, side: "buy" | "sell", lots: number, price: number): bigint =>
  side === "buy" ? quoteAmount(lots, price, tick) : baseAmount(lots, lot)

/** The market with its escrow changed by what these lots of this side and price are worth. */
const withEscrow = (market: MarketState, side: "buy" | "sell", amount: bigint): MarketState =>
  side === "buy" ? { ...market, escrowQuote: market.escrowQuote + amount } : { ...market, escrowBase: market.escrowBase + amount }

const withSide = (market: MarketState, side: "buy" | "sell", levels: MarketState["bids"]): MarketState =>
  side === "buy" ? { ...market, bids: levels } : { ...market, asks: levels }

/** The new order in the last place of its price; its number is the market's `nextOrder`. */
export const rest = (
  market: MarketState,
  { owner, side, price, lots, goodTill }: Pick<RestingOrder, "owner" | "side" | "price" | "lots" | "goodTill">,
): MarketState | LevelFull => {
  const levels = ownSide(market, side)
  const level = levels.get(price)
  const order = market.nextOrder
  let { orders } = market
  let joined: Level
  if (level === undefined) joined = { lots, count: 1, first: order, last: order }
  else {
    if (level.lots + lots > Number.MAX_SAFE_INTEGER) return new LevelFull({ price, lotsResting: level.lots, lots })
    orders = orders.set(level.last, { ...(orders.get(level.last) as RestingOrder), next: order })
    joined = { lots: level.lots + lots, count: level.count + 1, first: level.first, last: order }
  }
  orders = orders.set(order, { owner, side, price, lots, goodTill, previous: level?.last ?? 0, next: 0 })
  const expiries = goodTill === null ? market.expiries : market.expiries.set(expiryKey(goodTill, order), order)
  const state = { ...market, orders, expiries, nextOrder: order + 1 }
  return withEscrow(withSide(state, side, levels.set(price, joined)), side, escrowOf(market, side, lots, price))
}

/** The book without an order that rests, wherever it stands; its escrow is free. */
export const unrest = (market: MarketState, order: number, resting: RestingOrder): MarketState => {
  const { side, price, lots, goodTill, previous, next } = resting
  const levels = ownSide(market, side)
  const level = levels.get(price) as Level
  let orders = market.orders.delete(order)
  const isFirst = level.first === order
  const isLast = level.last === order
  if (!isFirst) orders = orders.set(previous, { ...(orders.get(previous) as RestingOrder), next })
  if (!isLast && !isFirst) orders = orders.set(next, { ...(orders.get(next) as RestingOrder), previous })
  const left = { lots: level.lots - lots, count: level.count - 1, first: isFirst ? next : level.first, last: isLast ? previous : level.last }
  const expiries = goodTill === null ? market.expiries : market.expiries.delete(expiryKey(goodTill, order))
  const state = withSide({ ...market, orders, expiries }, side, left.count === 0 ? levels.delete(price) : levels.set(price, left))
  return withEscrow(state, side, -escrowOf(market, side, lots, price))
}

/** The book with fewer lots in an order, which keeps its place. */
export const shrink = (market: MarketState, order: number, resting: RestingOrder, lots: number): MarketState => {
  const { side, price } = resting
  const levels = ownSide(market, side)
  const level = levels.get(price) as Level
  const orders = market.orders.set(order, { ...resting, lots })
  const fewer = resting.lots - lots
  const state = withSide({ ...market, orders }, side, levels.set(price, { ...level, lots: level.lots - fewer }))
  return withEscrow(state, side, -escrowOf(market, side, fewer, price))
}
