import { WAD } from "../../core/index.ts"
import { accrued, IsolatedMarket, toAssetsUp, type MarketState, type Position } from "../../protocols/lending/isolated-market/index.ts"
import { PriceView, readPrice } from "../../protocols/oracle/index.ts"
import { sharesOf } from "../../protocols/vault/index.ts"
import type { Sight } from "../agent.ts"
import { ORACLE } from "./market.ts"

/** Who and what is where in market-day's credit: a lending market of usd against eth, a vault that lends to it, and what they need. */

export const MARKET = "lending/eth-usd"
export const VAULT = "vaults/usd"
export const VAULT_SHARES = sharesOf(VAULT)
/** Recalls go to strategies in ascending order of their addresses: to the cash first. */
export const RESERVE = "strategies/cash"
export const STRATEGY = "strategies/market"
export const ROUTE = "liquidators/route"
/** Manages and allocates, harvests, and serves the queue. */
export const ALLOCATOR = "keepers/allocator"
/** Owns the liquidator that sells on a pool. */
export const KEEPER = "keepers/liquidator"

/** The market's limit of loan to value: 86 %. */
export const LLTV = (86n * WAD) / 100n
/** A price older than this counts for nothing in the lending market. */
export const STALE_SECONDS = 600
export const SECONDS_PER_YEAR = 31_536_000n
const PIPS = 1_000_000n

/** An hour of 12-second blocks. */
export const HOUR_BLOCKS = 300

/** The outside price's move in the last hour, in pips of its level then. */
export const movePips = (sight: Sight): bigint => {
  const before = sight.priceBefore(HOUR_BLOCKS)
  return ((sight.price - before) * PIPS) / before
}

/** A move of 8 % in an hour brings everybody to the chain, so that reports and liquidations come late, as on 12 March 2020. */
export const isCongested = (sight: Sight): boolean => {
  const move = movePips(sight)
  return move > 80_000n || move < -80_000n
}

/** The lending market as it was at the end of the last block, without the interest since. */
export const marketOf = (sight: Sight): MarketState => sight.state(IsolatedMarket, MARKET)

/** Lent to borrowers, in pips of what is supplied. */
export const utilizationPips = ({ totalBorrowAssets, totalSupplyAssets }: MarketState): bigint =>
  totalSupplyAssets === 0n ? 0n : (totalBorrowAssets * PIPS) / totalSupplyAssets

/** The oracle's price, usd units for 10^18 eth units; undefined where the lending market would not take it. */
export const oraclePriceNow = (sight: Sight): bigint | undefined => {
  const reading = readPrice(sight.view(PriceView, ORACLE), sight.time, STALE_SECONDS)
  return typeof reading === "bigint" ? reading : undefined
}

/** What a position owes, in usd units, rounded up; without the interest since the market was last used. */
export const debtUp = ({ totalBorrowAssets, totalBorrowShares }: MarketState, { borrowShares }: Position): bigint =>
  borrowShares === 0n ? 0n : toAssetsUp(borrowShares, totalBorrowAssets, totalBorrowShares)

const broughtUp = new WeakMap<MarketState, MarketState>()

/** The market with the interest up to a time. A function of both; the last answer for a state is kept, since many ask for the same time. */
export const marketAt = (market: MarketState, time: number): MarketState => {
  const before = broughtUp.get(market)
  if (before?.lastUpdate === time) return before
  const now = accrued(market, time).market
  broughtUp.set(market, now)
  return now
}

/** Those who owe, and how: the first is the first to become unhealthy when the price falls. */
export type Owing = readonly (readonly [account: string, position: Position])[]

const known = new WeakMap<MarketState, Owing>()

/**
 * Debt for each unit of collateral in descending order: neither the price nor interest change it. A function of the state alone; the same state is not
 * sorted twice.
 */
export const owingOf = (market: MarketState): Owing => {
  const before = known.get(market)
  if (before !== undefined) return before
  const owing = [...market.positions.entries()].filter(([, { borrowShares }]) => borrowShares > 0n)
  owing.sort(([nameLeft, left], [nameRight, right]) => {
    const difference = left.borrowShares * right.collateral - right.borrowShares * left.collateral
    return difference === 0n ? (nameLeft < nameRight ? -1 : 1) : difference > 0n ? -1 : 1
  })
  known.set(market, owing)
  return owing
}

/** What an account's collateral allows to owe, in wads of what it owes; 1 is the limit. Both in usd units; `price` as the oracle has it. */
export const healthWad = (market: MarketState, position: Position, price: bigint): bigint => {
  const debt = debtUp(market, position)
  return debt === 0n ? 0n : (((position.collateral * price) / WAD) * market.lltv) / debt
}
