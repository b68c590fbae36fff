import {
  Address,
  Amount,
  AssetId,
  Count,
  Height,
  Integer,
  List,
  Nullable,
  OneOf,
  SortedTableOf,
  Struct,
  TableOf,
  Uint,
  type Value,
  type Values,
} from "../../../core/index.ts"
import { FEE_PIPS_MAX, Lots, Price } from "./math.ts"

/** An order that rests. Those of one price and side are linked in the order in which they came. */
export const RestingOrder = Struct({
  owner: Address,
  side: OneOf("buy", "sell"),
  price: Price,
  lots: Lots,
  goodTill: Nullable(Height),
  /** The neighbours of the same level; 0: none. `previous` has no meaning in the first order of a level. */
  previous: Count,
  next: Count,
})
export type RestingOrder = Value<typeof RestingOrder>

/** All orders of one price and side: `lots` in all, from the `first` that came to the `last`. */
export const Level = Struct({ lots: Count, count: Count, first: Count, last: Count })
export type Level = Value<typeof Level>

const Owed = Struct({ base: Amount, quote: Amount })

export const MarketParams = {
  base: AssetId,
  quote: AssetId,
  /** Smallest units of base in a lot. */
  lot: Uint(128),
  /** Smallest units of quote that one tick adds to the price of a lot. */
  tick: Uint(128),
  makerFeePips: Integer(0, FEE_PIPS_MAX),
  takerFeePips: Integer(0, FEE_PIPS_MAX),
  /** Who may take the fees; null: nobody. */
  owner: Nullable(Address),
}

/** A market between two messages. */
export const MarketFields = {
  ...MarketParams,
  /** By number; a number is given once, from 1 on. */
  orders: TableOf(Count, RestingOrder),
  /** By price. */
  bids: SortedTableOf(Price, Level),
  asks: SortedTableOf(Price, Level),
  nextOrder: Count,
  lastPrice: Nullable(Price),
  /** Orders that expire, by last good block and number: `expiryKey`. */
  expiries: SortedTableOf(Uint(96), Count),
  /** Blocks for which a timer is set, ascending. */
  wakes: List(Height, 64),
  /** What rests, in smallest units: base of all asks, quote of all bids. */
  escrowBase: Amount,
  escrowQuote: Amount,
  feesBase: Amount,
  feesQuote: Amount,
  /** Payments that their receivers refused. */
  unclaimed: TableOf(Address, Owed),
  unclaimedBase: Amount,
  unclaimedQuote: Amount,
}

export type MarketState = Values<typeof MarketFields>

const ORDERS = 2n ** 53n

/** Ascending by last good block, then by number. */
export const expiryKey = (goodTill: number, order: number): bigint => BigInt(goodTill) * ORDERS + BigInt(order)
