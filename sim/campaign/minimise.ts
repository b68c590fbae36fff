import type { Arena } from "./arena.ts"
import type { Case } from "./case.ts"
import { execute, type Outcome } from "./execution.ts"
import { sameFinding, type Finding } from "./oracle.ts"
import { shorter, smaller } from "./shrink.ts"
import { sourceOfCase } from "./source.ts"

/** Runs that shrinking may take. */
const RUNS_MAX = 5_000

export interface Minimum {
  /** Numbers only; no part of it can be taken out or made simpler without losing the finding. */
  readonly outcome: Outcome & { readonly finding: Finding }
  /** Runs that it took. */
  readonly runs: number
}

/**
 * Shrinks inputs, order, faults and parameters together, first with amounts that move along with the state, then with numbers: greedily, in
 * a fixed order, until nothing that is `shorter` or `smaller` keeps the failure.
 */
export const minimise = (arenaOf: (parameters: readonly number[]) => Arena, failing: Case, finding: Finding): Minimum => {
  let runs = 0
  const attempt = (candidate: Case): (Outcome & { readonly finding: Finding }) | undefined => {
    runs++
    const outcome = execute(arenaOf(candidate.parameters), sourceOfCase(candidate))
    return outcome.finding !== undefined && sameFinding(outcome.finding, finding) ? (outcome as Outcome & { readonly finding: Finding }) : undefined
  }
  /** The first of the candidates that still fails, as it was played: what was not reached, or did not apply, is left out. */
  const first = (candidates: Iterable<Case>): Case | undefined => {
    for (const candidate of candidates) {
      if (runs >= RUNS_MAX) return undefined
      const outcome = attempt(candidate)
      if (outcome !== undefined) return outcome.case
    }
    return undefined
  }
  const descend = (from: Case): Case => {
    let best = from
    for (;;) {
      const before = best
      for (let next = first(shorter(best)); next !== undefined; next = first(shorter(best))) best = next
      const { accounts } = arenaOf(best.parameters).sight
      for (let next = first(smaller(best, accounts)); next !== undefined; next = first(smaller(best, accounts))) best = next
      if (best === before) return best
    }
  }
  const relative = descend(failing)
  const numbers = attempt(relative)?.concrete ?? failing
  const last = descend(numbers)
  const outcome = attempt(last)
  if (outcome === undefined) throw new TypeError("a run that failed does not fail when it is played again: something in the campaign is not deterministic")
  return { outcome, runs }
}
