/** An order as the clearing sees it. */
export interface LimitOrder {
  readonly buys: boolean
  /** At least 1. */
  readonly lots: bigint
  /** Smallest quote units a lot, at least 1. */
  readonly limit: bigint
}

/** What comes of the orders of a block. All zeros where no buyer's limit reaches a seller's. */
export interface Clearing {
  /** Smallest quote units a lot. */
  readonly price: bigint
  /** Lots that change hands. */
  readonly lots: bigint
  /** Limit of the last buyer served. */
  readonly marginBuy: bigint
  /** Limit of the last seller served. */
  readonly marginSell: bigint
  /** Lots traded by each order, in the order given. */
  readonly fills: readonly bigint[]
}

/**
 * Clears orders at one price; `messages.ts` says by which rule. The order of the list is the priority among equal limits.
 *
 * Both sides are walked from their best limits while a buyer's reaches a seller's: what is matched so is the most that any one price can
 * match. Exactly the prices from the limit of the last seller reached to that of the last buyer reached match it all.
 */
export const clear = (orders: readonly LimitOrder[]): Clearing => {
  const buyers = ranked(orders, true)
  const sellers = ranked(orders, false)
  const fills = new Array<bigint>(orders.length).fill(0n)
  let lots = 0n
  let marginBuy = 0n
  let marginSell = 0n
  let buyer = 0
  let seller = 0
  // What the buyer and the seller at hand have left; 0 before they begin.
  let wanted = 0n
  let offered = 0n
  while (buyer < buyers.length && seller < sellers.length) {
    const buyerAt = buyers[buyer] as number
    const sellerAt = sellers[seller] as number
    const buy = orders[buyerAt] as LimitOrder
    const sell = orders[sellerAt] as LimitOrder
    if (buy.limit < sell.limit) break
    marginBuy = buy.limit
    marginSell = sell.limit
    if (wanted === 0n) wanted = buy.lots
    if (offered === 0n) offered = sell.lots
    const matched = wanted < offered ? wanted : offered
    wanted -= matched
    offered -= matched
    lots += matched
    if (wanted === 0n) {
      fills[buyerAt] = buy.lots
      buyer++
    }
    if (offered === 0n) {
      fills[sellerAt] = sell.lots
      seller++
    }
  }
  // At most one order is served in part.
  if (wanted > 0n) fillPart(orders, fills, buyers[buyer] as number, wanted)
  if (offered > 0n) fillPart(orders, fills, sellers[seller] as number, offered)
  return { price: (marginBuy + marginSell) / 2n, lots, marginBuy, marginSell, fills }
}

const fillPart = (orders: readonly LimitOrder[], fills: bigint[], place: number, left: bigint): void => {
  fills[place] = (orders[place] as LimitOrder).lots - left
}

/** Places of the orders of one side, best limit first, earlier first among equals: no two are equal. */
const ranked = (orders: readonly LimitOrder[], buys: boolean): ArrayLike<number> => {
  const places: number[] = []
  let highest = 0n
  for (let place = 0; place < orders.length; place++) {
    const order = orders[place] as LimitOrder
    if (order.buys !== buys) continue
    places.push(place)
    if (order.limit > highest) highest = order.limit
  }
  let span = 1
  while (span < orders.length) span *= 2
  return (highest + 1n) * BigInt(span) <= EXACT_MAX ? rankedByKey(orders, places, Number(highest), span, buys) : rankedByLimit(orders, places, buys)
}

/** Whole numbers up to here are exact as numbers. */
const EXACT_MAX = 2n ** 53n

/**
 * Limit and place in one number each, which sort without a comparison of ours; several times as fast, where they fit. `span` is a power of two
 * above every place, so that a key divided by it is exact.
 */
const rankedByKey = (orders: readonly LimitOrder[], places: readonly number[], highest: number, span: number, buys: boolean): ArrayLike<number> => {
  const keys = new Float64Array(places.length)
  for (let index = 0; index < keys.length; index++) {
    const place = places[index] as number
    const limit = Number((orders[place] as LimitOrder).limit)
    keys[index] = (buys ? highest - limit : limit) * span + place
  }
  keys.sort()
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as number
    keys[index] = key - Math.floor(key / span) * span
  }
  return keys
}

const rankedByLimit = (orders: readonly LimitOrder[], places: number[], buys: boolean): ArrayLike<number> =>
  places.sort((left, right) => {
    const one = (orders[left] as LimitOrder).limit
    const other = (orders[right] as LimitOrder).limit
    if (one === other) return left - right
    return one < other === buys ? 1 : -1
  })

/** What an order costs at most and must attach, in smallest units of the base for a seller, of the quote for a buyer. */
export const attachedFor = ({ buys, lots, limit }: LimitOrder, lot: bigint): bigint => lots * (buys ? limit : lot)

/** What the owner of an order gets when `filled` of its lots were traded at `price`: what was bought or earned, and what was not used. */
export const payoutOf = ({ buys, lots, limit }: LimitOrder, lot: bigint, filled: bigint, price: bigint): { readonly base: bigint; readonly quote: bigint } =>
  buys ? { base: filled * lot, quote: lots * limit - filled * price } : { base: (lots - filled) * lot, quote: filled * price }
