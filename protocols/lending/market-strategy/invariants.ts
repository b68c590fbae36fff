import type { Invariant } from "../../../core/index.ts"
import { payable } from "./math.ts"
import type { StrategyState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** No more is promised than is owed, losses under way taken off. */
const promisesAreOwed: Invariant<StrategyState> = ({ state }) =>
  state.due <= payable(state) ? undefined : { due: state.due, owed: state.owed, lossPending: state.lossPending }

/** Every promise waits for something: a withdrawal, a payment that is missing, or cash that bounced and is still in hand. */
const promisesAreFetched: Invariant<StrategyState> = ({ state, balance }) => {
  const { due, withdrawing, withdrawn, received } = state
  const coming = withdrawing + withdrawn - received + balance(state.asset)
  return due <= coming ? undefined : { due, coming }
}

/** A report is under way only within a harvest. */
const reportsBelongToHarvests: Invariant<StrategyState> = ({ state: { harvesting, gainPending, lossPending } }) =>
  harvesting || (gainPending === 0n && lossPending === 0n) ? undefined : { harvesting, gainPending, lossPending }

/** What arrived and what was paid are totals: they never fall. */
const totalsOnlyGrow: Invariant<StrategyState> = ({ state }, before) =>
  before === undefined || (state.withdrawn >= before.state.withdrawn && state.received >= before.state.received)
    ? undefined
    : { before: before.state.withdrawn, after: state.withdrawn, receivedBefore: before.state.received, receivedAfter: state.received }

export const invariants = { promisesAreOwed, promisesAreFetched, reportsBelongToHarvests, totalsOnlyGrow }
