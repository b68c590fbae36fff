/**
 * The clearing of `math.ts` in machine numbers, for the orders of nearly every block: limits, sums of lots and sums of quote units that are
 * exact as numbers need no bigint and no object for each order. What does not fit is cleared by `math.ts`; both give the same.
 */

/** Whole numbers below this are exact as numbers, and so are sums and products that stay below it. */
const EXACT = 2 ** 53
/** Limits below this may be added up to the sum of two. */
const LIMIT_END = 2 ** 52
/** What a key of the ranking may be. */
const KEY_END = 2 ** 32

/** One 64-bit word, its halves, and the same bits as a number; every machine that runs this has the low half first. */
const WORD = new BigUint64Array(1)
const HALVES = new Uint32Array(WORD.buffer)
const NUMBER = new Float64Array(WORD.buffer)
const HALF = 2 ** 32
/** From here to twice as much, numbers are whole and stand one apart: their lowest 52 bits count. */
const UNIT_APART = 2 ** 52
const WORD_END = 2n ** 64n

/** An amount as a number; infinity where that may not be exact. Much faster than `Number`, which takes bigints of any length. */
export const exactly = (amount: bigint): number => {
  if (amount >= WORD_END) return Infinity
  WORD[0] = amount
  const number = (HALVES[1] as number) * HALF + (HALVES[0] as number)
  return number < EXACT ? number : Infinity
}

/** A whole number from 0 to 2^53 - 1 as an amount. Below 2^52, it stands in the lowest 52 bits of its sum with 2^52: one store, which the load need not wait for. */
export const amountOf = (number: number): bigint => {
  if (number >= UNIT_APART) return BigInt(number)
  NUMBER[0] = number + UNIT_APART
  return BigInt.asUintN(52, WORD[0] as bigint)
}

/** The product of two amounts, of which the second is `rounded` as a number. In one machine word where it fits. */
export const product = (number: number, amount: bigint, other: bigint, rounded: number): bigint =>
  number * rounded < WORD_PRODUCT_END ? BigInt.asUintN(64, BigInt.asUintN(64, amount) * BigInt.asUintN(64, other)) : amount * other

/** Products that are below this when rounded are below 2^64. */
const WORD_PRODUCT_END = 2 ** 63

/** Orders in columns, in canonical order. */
export class NarrowOrders {
  count = 0
  buyers = 0
  /** 1 for an order to buy. */
  readonly buys: Uint8Array
  readonly lots: Float64Array
  /** Smallest quote units a lot. */
  readonly limits: Float64Array
  private lotsSum = 0
  private quoteSum = 0

  constructor(capacity: number) {
    this.buys = new Uint8Array(capacity)
    this.lots = new Float64Array(capacity)
    this.limits = new Float64Array(capacity)
  }

  /** Adds an order. False: with it, something may not be exact. */
  add(buys: boolean, lots: number, limit: number): boolean {
    const at = this.count++
    this.buys[at] = buys ? 1 : 0
    this.lots[at] = lots
    this.limits[at] = limit
    this.lotsSum += lots
    if (buys) {
      this.buyers++
      // No more quote units than these change hands.
      this.quoteSum += lots * limit
    }
    return limit < LIMIT_END && this.lotsSum < EXACT && this.quoteSum < EXACT
  }
}

/** What comes of them; see `Clearing`. */
export interface NarrowClearing {
  readonly price: number
  readonly lots: number
  readonly marginBuy: number
  readonly marginSell: number
  readonly fills: Float64Array
}

/** As `clear`. Undefined: the limits of one side are too far apart. */
export const clearNarrow = (orders: NarrowOrders): NarrowClearing | undefined => {
  const { lots: wants, limits, count } = orders
  const buyers = ranked(orders, 1)
  const sellers = ranked(orders, 0)
  if (buyers === undefined || sellers === undefined) return undefined
  const fills = new Float64Array(count)
  let lots = 0
  let marginBuy = 0
  let marginSell = 0
  for (let buyer = 0, seller = 0; buyer < buyers.length && seller < sellers.length; ) {
    const buy = buyers[buyer] as number
    const sell = sellers[seller] as number
    if ((limits[buy] as number) < (limits[sell] as number)) break
    marginBuy = limits[buy] as number
    marginSell = limits[sell] as number
    const wanted = (wants[buy] as number) - (fills[buy] as number)
    const offered = (wants[sell] as number) - (fills[sell] as number)
    const matched = wanted < offered ? wanted : offered
    lots += matched
    fills[buy] = (fills[buy] as number) + matched
    fills[sell] = (fills[sell] as number) + matched
    if (matched === wanted) buyer++
    if (matched === offered) seller++
  }
  return { price: Math.floor((marginBuy + marginSell) / 2), lots, marginBuy, marginSell, fills }
}

/** Places of the orders of a side, best limit first, earlier first among equals. */
const ranked = ({ count, buyers, buys, limits }: NarrowOrders, side: 0 | 1): Uint32Array | undefined => {
  const places = new Uint32Array(side === 1 ? buyers : count - buyers)
  let lowest = EXACT
  let highest = 0
  for (let place = 0, next = 0; place < count; place++) {
    if (buys[place] !== side) continue
    const limit = limits[place] as number
    if (limit < lowest) lowest = limit
    if (limit > highest) highest = limit
    places[next++] = place
  }
  if (places.length < 2) return places
  if (highest - lowest >= KEY_END) return undefined
  const keys = new Uint32Array(count)
  for (let at = 0; at < places.length; at++) {
    const place = places[at] as number
    const limit = limits[place] as number
    keys[place] = side === 1 ? highest - limit : limit - lowest
  }
  return sortedByKey(places, keys, highest - lowest)
}

const DIGIT_BITS = 9
const DIGITS = 1 << DIGIT_BITS

/** Places ascending by their keys, digit by digit from the lowest; each pass keeps the order of equals, so no two can tie. */
const sortedByKey = (places: Uint32Array, keys: Uint32Array, highest: number): Uint32Array => {
  const starts = new Uint32Array(DIGITS + 1)
  let from = places
  let to: Uint32Array = new Uint32Array(places.length)
  for (let shift = 0; shift < 32 && highest >>> shift > 0; shift += DIGIT_BITS) {
    starts.fill(0)
    for (let at = 0; at < from.length; at++) starts[(((keys[from[at] as number] as number) >>> shift) & (DIGITS - 1)) + 1]!++
    for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1]! += starts[digit] as number
    for (let at = 0; at < from.length; at++) {
      const place = from[at] as number
      to[starts[((keys[place] as number) >>> shift) & (DIGITS - 1)]!++] = place
    }
    const sorted = to
    to = from
    from = sorted
  }
  return from
}
