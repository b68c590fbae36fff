import type { Observed } from "./actor.ts"
import type { Address } from "./address.ts"
import type { FundsLike } from "./funds.ts"
import type { AnyView, Published } from "./view.ts"

/**
 * What an actor declares about itself so that a search for failures knows what to look at without another line of code. All are pure
 * functions, called between two blocks.
 */

/** The published view of another actor, as of the end of the block. */
export type ReadView = <V extends AnyView>(view: V, address: Address) => Published<V> | undefined

/** What the actor owes, by asset in smallest units: it must hold at least that much. */
export type Claims<S> = (actor: Observed<S>) => FundsLike

/**
 * Whether each account's position is worth more than it owes, at the prices that others publish; ascending by account. An account that is
 * healthy stays so through everything but a change of price and the passing of time.
 */
export type Health<S> = (actor: Observed<S>, view: ReadView, time: number) => Iterable<readonly [account: Address, healthy: boolean]>

/** A quotient of whole numbers, compared by cross-multiplication. It may fall only in a block in which `losses` (a running total) rises. */
export interface Quotient {
  readonly numerator: bigint
  /** Zero: there is no price now. */
  readonly denominator: bigint
  readonly losses?: bigint
}

/** Prices that never fall but by a loss that the actor has booked: of a share, of a unit of liquidity. */
export type Prices<S> = (actor: Observed<S>) => { readonly [name: string]: Quotient }

/** Totals that the state keeps, each beside the same total made anew from its parts: they are equal. */
export type Aggregates<S> = (actor: Observed<S>) => { readonly [name: string]: { readonly stored: bigint; readonly recomputed: bigint } }

/**
 * What waits for somebody else: locks held, requests without an answer, payments under way. When nothing is under way in the world any more,
 * nothing may wait.
 */
export type Pending<S> = (actor: Observed<S>) => Iterable<string>

export interface Expectations<S> {
  readonly claims?: Claims<S>
  readonly health?: Health<S>
  readonly prices?: Prices<S>
  readonly aggregates?: Aggregates<S>
  readonly pending?: Pending<S>
}
