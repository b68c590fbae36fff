import { absDiff, elapsed32, encode, mulDivDown, Q112, uqdiv, WAD, wrapAdd256, wrapSub256 } from "../../core/index.ts"

/** Pips of a whole. */
const PIPS = 1_000_000n

/** Whether what is of time `since` is more than `staleAfterSeconds` old at time `now`. */
export const isStale = (since: number, now: number, staleAfterSeconds: number): boolean => now - since > staleAfterSeconds

/** The middle value; of an even number of values the mean of the two middle ones, rounded down. There must be one. */
export const medianDown = (values: readonly bigint[]): bigint => {
  if (values.length === 0) throw new TypeError("the median of no values")
  const ascending = [...values].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0))
  const half = values.length >> 1
  const upper = ascending[half] as bigint
  return values.length % 2 === 1 ? upper : ((ascending[half - 1] as bigint) + upper) / 2n
}

/** Whether `price` is more than `deviationPipsMax` of `reference` away from it; exact. */
export const deviates = (price: bigint, reference: bigint, deviationPipsMax: number): boolean =>
  absDiff(price, reference) * PIPS > reference * BigInt(deviationPipsMax)

/** One reporter's latest price; a price of 0 where it never reported. */
export interface LatestReport {
  readonly price: bigint
  readonly reportedAt: number
}

/** A price, and how far it can be trusted: see `PriceView`. */
export interface Reading {
  readonly price: bigint
  readonly updatedAt: number
  readonly sources: number
}

/** The median of the reports that are fresh at time `now`, as of the quorum-th newest; undefined without a quorum. */
export const medianReading = (
  reports: readonly LatestReport[],
  { quorum, staleAfterSeconds }: { readonly quorum: number; readonly staleAfterSeconds: number },
  now: number,
): Reading | undefined => {
  const fresh = reports.filter(({ price, reportedAt }) => price > 0n && !isStale(reportedAt, now, staleAfterSeconds))
  if (fresh.length < quorum) return undefined
  const newestFirst = fresh.map(({ reportedAt }) => reportedAt).sort((left, right) => right - left)
  return { price: medianDown(fresh.map(({ price }) => price)), updatedAt: newestFirst[quorum - 1] as number, sources: fresh.length }
}

/** A pool's price sum (UQ112x112 times seconds, modulo 2^256) at a time in whole seconds. */
export interface Observation {
  readonly time: number
  readonly cumulative: bigint
}

/** Which of the pool's assets is the base. */
export type BaseSide = "X" | "Y"

/** What a pool publishes, as far as its price goes. */
export interface PoolPrices {
  readonly reserveX: bigint
  readonly reserveY: bigint
  readonly priceXCumulative: bigint
  readonly priceYCumulative: bigint
  readonly timeLast: number
}

/**
 * The base's price sum that the pool would have, were it touched at time `now`: UniswapV2OracleLibrary.currentCumulativePrices.
 * The reserves must be above zero.
 */
export const cumulativeAt = (pool: PoolPrices, baseSide: BaseSide, now: number): bigint => {
  const [sum, reserveBase, reserveQuote] =
    baseSide === "X" ? [pool.priceXCumulative, pool.reserveX, pool.reserveY] : [pool.priceYCumulative, pool.reserveY, pool.reserveX]
  return wrapAdd256(sum, uqdiv(encode(reserveQuote), reserveBase) * elapsed32(BigInt(pool.timeLast), BigInt(now)))
}

/** Seconds over which the gain of a price sum certainly fits into 256 bits; also where the pool's timestamps wrap. */
export const WINDOW_SECONDS_END = 2 ** 32

/** The average price between two observations less than `WINDOW_SECONDS_END` apart, the second one later; a wad, rounded down. */
export const averagePriceDown = (first: Observation, last: Observation): bigint =>
  mulDivDown(wrapSub256(last.cumulative, first.cumulative), WAD, BigInt(last.time - first.time) * Q112, "averagePriceDown")
