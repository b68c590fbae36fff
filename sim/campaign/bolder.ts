import type { Case, Sending, Step } from "./case.ts"
import { withoutSteps } from "./shrink.ts"
import { simplerSteps } from "./simpler.ts"

/** Above this, no step is taken out while another makes up for it: there would be too many pairs. */
const STEPS_MAX = 6

/**
 * Cases with a step less in which another step makes up for it: takes over its amount, whoever sends it, or says something simpler, such as an
 * earlier id in a list once fewer were given out. For a case from which no step can be taken out alone; the same list for the same case.
 */
export function* bolder(given: Case, accounts: readonly string[]): Generator<Case> {
  const { steps } = given
  if (steps.length < 2 || steps.length > STEPS_MAX) return
  for (let gone = steps.length - 1; gone >= 0; gone--) {
    for (let at = 0; at < steps.length; at++) {
      if (at === gone) continue
      for (const step of takenOver(steps[at] as Step, steps[gone] as Step)) yield withoutSteps({ ...given, steps: replaced(steps, at, step) }, gone, 1)
    }
  }
  for (let gone = 0; gone < steps.length; gone++) {
    const rest = withoutSteps(given, gone, 1)
    for (let at = 0; at < rest.steps.length; at++) {
      for (const step of simplerSteps(rest.steps[at] as Step, accounts)) yield { ...rest, steps: replaced(rest.steps, at, step) }
    }
  }
}

/** A step whose amount of an asset is more by what another attached of it. */
function* takenOver(step: Step, gone: Step): Generator<Step> {
  const { send } = step
  if (send === undefined || gone.send === undefined) return
  for (const asset of Object.keys(gone.send.funds).sort()) {
    const [own, other] = [send.funds[asset], gone.send.funds[asset]]
    if (typeof own !== "bigint" || typeof other !== "bigint") continue
    yield { ...step, send: { ...send, funds: { ...send.funds, [asset]: own + other } } satisfies Sending }
  }
}

const replaced = <A>(list: readonly A[], at: number, value: A): readonly A[] => [...list.slice(0, at), value, ...list.slice(at + 1)]
