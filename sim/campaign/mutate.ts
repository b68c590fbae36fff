import type { Case, Step } from "./case.ts"
import { pick, type Draw } from "./draw.ts"
import { isRelative, relativeTo } from "./relative.ts"
import { withoutSteps } from "./shrink.ts"

/** A beginning for a new run, out of one that reached something new: cut, spliced with another, a step repeated, swapped, or nudged. */
export const mutated = (base: Case, other: Case, draw: Draw): Case => {
  const cut = cutAt(base, 1 + draw.below(Math.max(1, base.steps.length)))
  const { steps } = cut
  const at = draw.below(Math.max(1, steps.length))
  const kind = draw.below(6)
  if (steps.length === 0 || kind === 0) return cut
  if (kind === 1) return { ...cut, steps: [...steps, ...other.steps.slice(draw.below(Math.max(1, other.steps.length)))] }
  if (kind === 2) return plain({ ...cut, steps: [...steps.slice(0, at), steps[at] as Step, ...steps.slice(at)] })
  if (kind === 3) return plain({ ...cut, steps: swapped(steps, at, draw.below(steps.length)) })
  if (kind === 4) return withoutSteps(cut, at, 1)
  return { ...cut, steps: steps.map((step, index) => (index === at ? nudged(step, draw) : step)) }
}

const cutAt = ({ parameters, steps, decisions, faults }: Case, count: number): Case => ({
  parameters,
  steps: steps.slice(0, count),
  decisions: decisions.filter(({ step }) => step < count),
  faults: faults.filter(({ step }) => step < count),
})

/** Where steps change places, choices at them mean nothing any more. */
const plain = (one: Case): Case => ({ ...one, decisions: [], faults: [] })

const swapped = (steps: readonly Step[], a: number, b: number): readonly Step[] =>
  steps.map((step, at) => (at === a ? (steps[b] as Step) : at === b ? (steps[a] as Step) : step))

const nudged = (step: Step, draw: Draw): Step => {
  const { send } = step
  if (send === undefined) return step
  const nudge = pick(draw, [(value: bigint) => value + 1n, (value: bigint) => (value > 0n ? value - 1n : value), (value: bigint) => value / 2n, (value: bigint) => value * 2n])
  const change = (value: unknown): unknown => {
    if (typeof value === "bigint") return value >= 0n && value < 2n ** 127n ? nudge(value) : value
    if (isRelative(value)) return relativeTo(value.source, value.numerator, value.denominator, value.plus + pick(draw, [1n, -1n]), value.maximum)
    if (Array.isArray(value)) return value.map(change)
    return typeof value === "object" && value !== null ? all(value) : value
  }
  const all = (fields: object): object => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]))
  return { ...step, send: { ...send, payload: all(send.payload as object), funds: all(send.funds) as typeof send.funds } }
}
