import type { Case, Step } from "./case.ts"
import { simplerSteps } from "./simpler.ts"

/**
 * Shorter cases than one, the boldest first: parameters, whole stretches of steps, all faults and decisions, then each alone, pairs of steps.
 * The same list for the same case, so that shrinking always ends at the same one.
 */
export function* shorter(given: Case): Generator<Case> {
  const { parameters, steps, decisions, faults } = given
  if (parameters.some((at) => at > 0)) yield { ...given, parameters: parameters.map(() => 0) }
  if (faults.length > 1) yield { ...given, faults: [] }
  if (decisions.length > 1) yield { ...given, decisions: [] }
  for (let length = steps.length >> 1; length >= 1; length >>= 1) {
    for (let from = steps.length - length; from >= 0; from -= length) yield withoutSteps(given, from, length)
    const first = steps.length % length
    if (first > 0) yield withoutSteps(given, 0, first)
  }
  for (let at = steps.length - 1; at >= 1; at--) {
    const merged = withoutStepButWaiting(given, at)
    if (merged !== undefined) yield merged
  }
  for (const { step } of faults) {
    const moved = withoutStepButItsFaults(given, step)
    if (moved !== undefined) yield moved
  }
  if (steps.some(({ blocks }) => blocks !== undefined)) yield { ...given, steps: steps.map(drained) }
  for (let at = 0; at < faults.length; at++) yield { ...given, faults: without(faults, at) }
  for (let at = 0; at < decisions.length; at++) yield { ...given, decisions: without(decisions, at) }
  for (let at = 0; at < parameters.length; at++) {
    for (let value = 0; value < (parameters[at] as number); value++) yield { ...given, parameters: replaced(parameters, at, value) }
  }
  if (steps.length <= PAIRS_MAX) {
    for (let first = steps.length - 2; first >= 0; first--) {
      for (let second = steps.length - 1; second > first + 1; second--) yield withoutSteps(withoutSteps(given, second, 1), first, 1)
    }
  }
  for (let first = 0; first < steps.length; first++) {
    for (let second = first + 1; second < steps.length; second++) {
      const [one, other] = [steps[first] as Step, steps[second] as Step]
      const early = joined(one, other)
      if (early !== undefined) yield withoutSteps({ ...given, steps: replaced(steps, first, early) }, second, 1)
      const late = early === undefined ? undefined : joined(other, one)
      if (late !== undefined) yield withoutSteps({ ...given, steps: replaced(steps, second, late) }, first, 1)
      for (const [less, gone] of [[second, first], [first, second]] as const) {
        const rest = lessBy(steps[less] as Step, steps[gone] as Step)
        if (rest !== undefined) yield withoutSteps({ ...given, steps: replaced(steps, less, rest) }, gone, 1)
      }
    }
  }
}

/** Every step of one account as another's, where both take part. */
const withoutAccount = (steps: readonly Step[], from: string, to: string): readonly Step[] | undefined => {
  const sends = (account: string): boolean => steps.some(({ send }) => send?.from === account)
  if (!sends(from) || !sends(to)) return undefined
  return steps.map((step) => (step.send?.from === from ? { ...step, send: { ...step.send, from: to } } : step))
}

/** Two steps of one sender as one, with the sums of their amounts; two pauses as one. */
const joined = (one: Step, other: Step): Step | undefined => {
  const [a, b] = [one.send, other.send]
  if (a === undefined && b === undefined) return { ...one, seconds: one.seconds + other.seconds }
  if (a === undefined || b === undefined || one.action !== other.action || a.from !== b.from || a.to !== b.to) return undefined
  const payload = sums(a.payload as Amounts, b.payload as Amounts)
  const funds = sums(a.funds as Amounts, b.funds as Amounts)
  return payload === undefined || funds === undefined ? undefined : { ...one, send: { ...a, payload, funds: funds as typeof a.funds } }
}

/** A step with its amount less by that of another, which perhaps only undoes a part of it. */
const lessBy = (step: Step, gone: Step): Step | undefined => {
  const { send } = step
  if (send === undefined || gone.send === undefined || send.from !== gone.send.from || step.action === gone.action) return undefined
  const [own, other] = [amountsOf(send.payload, send.funds), amountsOf(gone.send.payload, gone.send.funds)]
  if (own.length !== 1 || other.length !== 1 || (own[0] as bigint) <= (other[0] as bigint)) return undefined
  const less = (amounts: unknown): unknown =>
    Object.fromEntries(Object.entries(amounts as Amounts).map(([name, value]) => [name, typeof value === "bigint" ? value - (other[0] as bigint) : value]))
  return { ...step, send: { ...send, payload: less(send.payload), funds: less(send.funds) as typeof send.funds } }
}

const amountsOf = (...parts: readonly unknown[]): readonly bigint[] =>
  parts.flatMap((part) => Object.values(part as Amounts).filter((value) => typeof value === "bigint"))

type Amounts = { readonly [name: string]: unknown }

const sums = (a: Amounts, b: Amounts): Amounts | undefined => {
  const sum: { [name: string]: unknown } = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const own = a[name]
    if (typeof value === "bigint" && (typeof own === "bigint" || own === undefined)) sum[name] = ((own as bigint | undefined) ?? 0n) + value
    else if (own !== value) return undefined
  }
  return sum
}

/** Above this, pairs of steps are not taken out together. */
const PAIRS_MAX = 12

/** Cases of the same length with something smaller in them: a delay, a choice, a step's sender, amounts, lists. */
export function* smaller(given: Case, accounts: readonly string[]): Generator<Case> {
  const { steps, decisions, faults } = given
  for (let later = accounts.length - 1; later > 0; later--) {
    for (let earlier = 0; earlier < later; earlier++) {
      const fewer = withoutAccount(steps, accounts[later] as string, accounts[earlier] as string)
      if (fewer !== undefined) yield { ...given, steps: fewer }
    }
  }
  for (let at = 0; at < faults.length; at++) {
    const fault = faults[at] as (typeof faults)[number]
    if ((fault.blocks ?? 1) > 1) yield { ...given, faults: replaced(faults, at, { ...fault, blocks: 1 }) }
  }
  for (let at = 0; at < decisions.length; at++) {
    const decision = decisions[at] as (typeof decisions)[number]
    if (decision.choice > 1) yield { ...given, decisions: replaced(decisions, at, { ...decision, choice: 1 }) }
  }
  for (let at = 0; at < steps.length; at++) {
    for (const step of simplerSteps(steps[at] as Step, accounts)) yield { ...given, steps: replaced(steps, at, step) }
  }
}

/** A case without some of its steps; what belongs to later ones moves along. */
export const withoutSteps = ({ parameters, steps, decisions, faults }: Case, from: number, count: number): Case => {
  const stays = ({ step }: { readonly step: number }) => step < from || step >= from + count
  const moved = <A extends { readonly step: number }>(one: A): A => (one.step < from ? one : { ...one, step: one.step - count })
  return {
    parameters,
    steps: [...steps.slice(0, from), ...steps.slice(from + count)],
    decisions: decisions.filter(stays).map(moved),
    faults: faults.filter(stays).map(moved),
  }
}

/** A case without one step, whose blocks pass all the same after the step before it; undefined where that is nothing else than without it. */
const withoutStepButWaiting = (given: Case, at: number): Case | undefined => {
  const [before, step] = [given.steps[at - 1] as Step, given.steps[at] as Step]
  if (before.blocks === undefined || step.blocks === undefined || step.blocks === 0) return undefined
  const less = withoutSteps(given, at, 1)
  return { ...less, steps: replaced(less.steps, at - 1, { ...before, blocks: before.blocks + step.blocks }) }
}

/** A case without one step, whose faults go to the next step between the same two; undefined where there is none. */
const withoutStepButItsFaults = (given: Case, at: number): Case | undefined => {
  const send = given.steps[at]?.send
  const next = given.steps.findIndex((step, index) => index > at && send !== undefined && step.send?.from === send.from && step.send.to === send.to)
  if (next < 0) return undefined
  const own = given.faults.filter(({ step }) => step === at)
  const less = withoutSteps(given, at, 1)
  return { ...less, faults: [...less.faults, ...own.map((fault) => ({ ...fault, step: next - 1 }))] }
}

const drained = (step: Step): Step => (step.blocks === undefined ? step : { ...step, blocks: undefined })
const without = <A>(list: readonly A[], at: number): readonly A[] => [...list.slice(0, at), ...list.slice(at + 1)]
const replaced = <A>(list: readonly A[], at: number, value: A): readonly A[] => [...list.slice(0, at), value, ...list.slice(at + 1)]
