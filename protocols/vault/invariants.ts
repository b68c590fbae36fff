import type { Aggregates, Claims, Invariant, Prices } from "../../core/index.ts"
import { virtualShares } from "./math.ts"
import type { VaultState } from "./state.ts"

/** What the vault declares for searches: what it owes, what never falls, and what adds up. */

/** Cash, payments to be collected, and the escrowed shares: the vault holds all of them. */
export const claims: Claims<VaultState> = ({ state }) => ({
  [state.asset]: state.idle + state.unclaimedAssets,
  [state.assetShares]: state.escrowed + state.unclaimedShares,
})

/** A share's price, the virtual unit and shares included: it falls only by a booked loss. */
export const prices: Prices<VaultState> = ({ state }) => ({
  share: { numerator: state.idle + state.lent + 1n, denominator: state.supply + virtualShares(state), losses: state.losses },
})

/** Every sum that the vault keeps. */
export const aggregates: Aggregates<VaultState> = ({ state, supply }) => {
  const sum = <Entry>(entries: Iterable<Entry>, part: (entry: Entry) => bigint): bigint => {
    let total = 0n
    for (const entry of entries) total += part(entry)
    return total
  }
  const unclaimed = [...state.unclaimed.values()]
  return {
    lent: { stored: state.lent, recomputed: sum(state.strategies.values(), ({ lent }) => lent) },
    escrowed: { stored: state.escrowed, recomputed: sum(state.waiting.values(), ({ shares }) => shares) },
    supply: { stored: state.supply, recomputed: supply(state.assetShares) },
    unclaimedAssets: { stored: state.unclaimedAssets, recomputed: sum(unclaimed, ({ assets }) => assets) },
    unclaimedShares: { stored: state.unclaimedShares, recomputed: sum(unclaimed, ({ shares }) => shares) },
  }
}

/** Each gives the values that break it, or undefined. */

/** The vault holds what it owes. */
const claimsCovered: Invariant<VaultState> = (actor) => {
  for (const [asset, owed] of Object.entries(claims(actor) as { readonly [asset: string]: bigint })) {
    if (actor.balance(asset) < owed) return { asset, held: actor.balance(asset), owed }
  }
  return undefined
}

/** Every sum is the sum of its parts. */
const sumsAgree: Invariant<VaultState> = (actor) => {
  for (const [name, { stored, recomputed }] of Object.entries(aggregates(actor))) if (stored !== recomputed) return { name, stored, recomputed }
  return undefined
}

/** A share's price never falls from block to block but by a booked loss. */
const sharePriceHolds: Invariant<VaultState> = (actor, before) => {
  if (before === undefined || before.state.losses !== actor.state.losses) return undefined
  const [was, is] = [prices(before)["share"], prices(actor)["share"]]
  if (was === undefined || is === undefined || is.numerator * was.denominator >= was.numerator * is.denominator) return undefined
  return { before: before.state, after: actor.state }
}

/** Tickets are given once: all that wait are below the next, and nobody waits for nothing. */
const ticketsAreInOrder: Invariant<VaultState> = ({ state }) => {
  for (const [ticket, { shares }] of state.waiting.entries()) if (ticket >= state.ticketNext || shares === 0n) return { ticket, shares }
  return undefined
}

/** First come, first served: the ticket that waited first is still first, or gone. */
const nobodyIsOvertaken: Invariant<VaultState> = ({ state }, before) => {
  const [was, is] = [before?.state.waiting.first(), state.waiting.first()]
  return was === undefined || is === undefined || is[0] >= was[0] ? undefined : { before: was[0], after: is[0] }
}

/** What every block of a vault keeps. */
export const invariants = { claimsCovered, sumsAgree, sharePriceHolds, ticketsAreInOrder, nobodyIsOvertaken }
