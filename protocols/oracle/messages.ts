import { Address, Amount, AssetId, Count, Event, Height, Message, Seconds, View, Wad } from "../../core/index.ts"
import { DeviationTooLarge, EmptyPool, FundsAttached, NoPool, NotReporter, NotSelf, PeriodNotElapsed, ZeroPrice } from "./failures.ts"

/**
 * Two oracles that publish one and the same view, so that a reader need not know which one it reads.
 *
 * A price says what one smallest unit of `base` is worth in smallest units of `quote`, times 10^18; a price of 0 stands for no price. With ETH
 * (18 decimals) in USDC (6 decimals), 3,000 USDC an ETH is 3,000 * 10^6. A base of many decimals that is worth little in a quote of few leaves
 * few digits: choose the assets so that the price is large. All rounding is down, so a price is never above the true one.
 *
 * Readers judge staleness by their own clock and their own bound:
 *
 *     const price = readPrice(context.view(PriceView, oracle), context.time, staleAfterSeconds)
 *     if (price instanceof Failure) return price      // declare NoPrice and StalePrice
 *     const valueQuote = wadMulDown(amountBase, price)
 *
 * Failures are listed in their order of precedence. No message takes funds; no actor here holds any.
 *
 * **MedianOracle.** Up to 31 fixed reporters, each with its latest report. A report is fresh up to and including `staleAfterSeconds` after it was
 * handled. With at least `quorum` fresh reports, each accepted report publishes their median. `updatedAt` is the time of the quorum-th newest
 * report, so that a reader with the oracle's own bound finds the price stale exactly when fewer than `quorum` reports are fresh.
 * While the published price is not stale by that rule, neither a report nor the median that it leads to may be more than `deviationPipsMax`
 * away from it. So a price that is not stale never jumps further in one report. Reporters who insist on a true jump beyond it are followed once
 * the price is stale: at most `staleAfterSeconds` after the last report from before it. Until then readers still see the old price.
 * Assumption: fewer than half of `quorum` reporters lie. Then the median lies between honest prices.
 *
 * **TimeWeightedOracle.** The average of a constant-product pool's price, after Uniswap v2 (v2-periphery, ExampleOracleSimple and
 * ExampleSlidingWindowOracle). Every `periodBlocks` it records what the pool's price sum would be now. It keeps the `windowObservations` newest
 * records and, once it has so many, publishes with each the average from the oldest to the newest: a window of at least
 * `windowObservations - 1` periods. `updatedAt` is the time of the newest. Rounded once: sum gained * 10^18 / (seconds * 2^112), down; the
 * pool's own price is rounded down to 2^-112 before.
 * A block that does not advance the time records nothing. A pool that lost all reserves empties the window; the price stays and becomes stale.
 * Assumptions: `pool` is a pool of the two assets and `baseSide` says which of its sides `base` is (its view does not tell); the pool is
 * traded with at least once in 2^32 seconds, as in Uniswap v2. One pool's price can be moved by who pays for it; the longer the window, the
 * dearer.
 */

/** A reporter's price (see above), greater than zero; replaces its previous one. Replies with the price published now, 0 where there is none. */
export const Report = Message.make("oracle/Report", {
  payload: { price: Wad },
  reply: { price: Wad },
  failures: [FundsAttached, NotReporter, ZeroPrice, DeviationTooLarge],
})

/** From anybody: makes the first observation and starts the oracle's timer. Later only needed, and only accepted, when one is overdue. */
export const Observe = Message.make("oracle/Observe", { failures: [FundsAttached, PeriodNotElapsed, NoPool, EmptyPool] })

/**
 * The oracle's timer; nobody else may send it. It never fails, so the chain of timers does not break; a tick of another block than the
 * awaited `due` does nothing, so there are never two chains.
 */
export const Tick = Message.make("oracle/Tick", { payload: { due: Height }, failures: [NotSelf] })

/**
 * What both oracles publish. `price` as above; `updatedAt`: the price is as of then; `sources`: fresh reports behind the median, or
 * observations behind the average.
 */
export const PriceView = View.make("oracle/Price", { base: AssetId, quote: AssetId, price: Wad, updatedAt: Seconds, sources: Count })

/** An accepted report. */
export const Reported = Event.make("oracle/Reported", { reporter: Address, price: Wad })
/** An observation: the pool's price sum (UQ112x112 times seconds, modulo 2^256) at `time`. */
export const Observed = Event.make("oracle/Observed", { time: Seconds, cumulative: Amount })
/** A newly published price. */
export const PriceUpdated = Event.make("oracle/PriceUpdated", { price: Wad, updatedAt: Seconds, sources: Count })

/** For readers, who declare these two. */
export { NoPrice, StalePrice } from "./failures.ts"
export { readPrice } from "./read-price.ts"
