import type { Arena } from "./arena.ts"
import { bolder } from "./bolder.ts"
import type { Case } from "./case.ts"
import { execute, type Outcome } from "./execution.ts"
import { shorter, smaller } from "./shrink.ts"
import { sourceOfCase } from "./source.ts"

/** Runs that shrinking may take. */
const RUNS_MAX = 5_000

export interface Minimum {
  /** Numbers only; no part of it can be taken out or made simpler without losing what it shows. */
  readonly outcome: Outcome
  /** Runs that it took. */
  readonly runs: number
}

/**
 * Shrinks inputs, order, faults and parameters together, first with amounts that move along with the state, then with numbers: greedily, in
 * a fixed order, until nothing that is `shorter` or `smaller` keeps what it shows, nor anything `bolder`.
 */
export const minimise = (arenaOf: (parameters: readonly number[]) => Arena, failing: Case, shows: (outcome: Outcome) => boolean): Minimum => {
  let runs = 0
  const attempt = (candidate: Case): Outcome | undefined => {
    runs++
    const outcome = execute(arenaOf(candidate.parameters), sourceOfCase(candidate))
    return shows(outcome) ? outcome : undefined
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
  let last = descend(numbers)
  for (;;) {
    const next = first(bolder(last, arenaOf(last.parameters).sight.accounts))
    if (next === undefined) break
    last = descend(next)
  }
  const outcome = attempt(last)
  if (outcome === undefined) throw new TypeError("a run that failed does not fail when it is played again: something in the campaign is not deterministic")
  return { outcome, runs }
}
