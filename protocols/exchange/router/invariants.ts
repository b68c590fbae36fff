import type { Invariant } from "../../../core/index.ts"
import type { RouterState } from "./state.ts"

/** A router counts only upwards. What it holds cannot be said here: anybody may have paid into its address before it lived. */
const countsUp: Invariant<RouterState> = ({ state }, before) =>
  before === undefined || state.stopped >= before.state.stopped ? undefined : { before: before.state.stopped, after: state.stopped }

/** What every block of a router keeps. */
export const invariants = { countsUp }
