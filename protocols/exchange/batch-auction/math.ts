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
  while (buyer < buyers.length && seller < sellers.length) {
    const buyerAt = buyers[buyer] as number
    const sellerAt = sellers[seller] as number
    const buy = orders[buyerAt] as LimitOrder
    const sell = orders[sellerAt] as LimitOrder
    if (buy.limit < sell.limit) break
    marginBuy = buy.limit
    marginSell = sell.limit
    const wanted = buy.lots - (fills[buyerAt] as bigint)
    const offered = sell.lots - (fills[sellerAt] as bigint)
    const matched = wanted < offered ? wanted : offered
    fills[buyerAt] = (fills[buyerAt] as bigint) + matched
    fills[sellerAt] = (fills[sellerAt] as bigint) + matched
    lots += matched
    if (matched === wanted) buyer++
    if (matched === offered) seller++
  }
  return { price: (marginBuy + marginSell) / 2n, lots, marginBuy, marginSell, fills }
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
  return (highest + 1n) * BigInt(orders.length) <= EXACT_MAX ? rankedByKey(orders, places, Number(highest), buys) : rankedByLimit(orders, places, buys)
}

/** Whole numbers up to here are exact as numbers. */
const EXACT_MAX = 2n ** 53n

/** Limit and place in one number each, which sort without a comparison of ours; several times as fast, where they fit. */
const rankedByKey = (orders: readonly LimitOrder[], places: readonly number[], highest: number, buys: boolean): ArrayLike<number> => {
  const count = orders.length
  const keys = new Float64Array(places.length)
  for (let index = 0; index < keys.length; index++) {
    const place = places[index] as number
    const limit = Number((orders[place] as LimitOrder).limit)
    keys[index] = (buys ? highest - limit : limit) * count + place
  }
  keys.sort()
  for (let index = 0; index < keys.length; index++) keys[index] = (keys[index] as number) % count
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
