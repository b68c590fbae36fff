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
  const { buyers, sellers } = ranked(orders)
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

interface Ranked {
  readonly buyers: ArrayLike<number>
  readonly sellers: ArrayLike<number>
}

/** Whole numbers up to here are exact as numbers. */
const EXACT_MAX = 2 ** 53

/**
 * Places of the orders of either side, best limit first, earlier first among equals: no two are equal. Limit and place go into one number each
 * where they fit, which sort without a comparison of ours, several times as fast.
 */
const ranked = (orders: readonly LimitOrder[]): Ranked => {
  const limits = new Float64Array(orders.length)
  let highest = 0
  let buying = 0
  for (let place = 0; place < orders.length; place++) {
    const { buys, limit } = orders[place] as LimitOrder
    const near = Number(limit)
    limits[place] = near
    if (near > highest) highest = near
    if (buys) buying++
  }
  // A power of two above every place, so that a key divided by it is exact.
  let span = 1
  while (span < orders.length) span *= 2
  // Limits beyond exact numbers were rounded, but not to less than the bound.
  if ((highest + 1) * span >= EXACT_MAX) return { buyers: rankedByLimit(orders, true), sellers: rankedByLimit(orders, false) }
  const buyers = new Float64Array(buying)
  const sellers = new Float64Array(orders.length - buying)
  for (let place = 0, buyer = 0, seller = 0; place < orders.length; place++) {
    const limit = limits[place] as number
    if ((orders[place] as LimitOrder).buys) buyers[buyer++] = (highest - limit) * span + place
    else sellers[seller++] = limit * span + place
  }
  return { buyers: placesOf(buyers, span), sellers: placesOf(sellers, span) }
}

/** The places in keys, ascending by key. */
const placesOf = (keys: Float64Array, span: number): Float64Array => {
  keys.sort()
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as number
    keys[index] = key - Math.floor(key / span) * span
  }
  return keys
}

const rankedByLimit = (orders: readonly LimitOrder[], buys: boolean): readonly number[] =>
  [...orders.keys()]
    .filter((place) => (orders[place] as LimitOrder).buys === buys)
    .sort((left, right) => {
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
