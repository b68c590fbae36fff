import { Payment, type Address } from "../../core/index.ts"
import type { Action } from "./action.ts"
import type { Arena } from "./arena.ts"
import type { Case, Fault, FaultKind, Sending, Step } from "./case.ts"
import { chance, logUniform, pick, pickWeighted, uniform, type Draw } from "./draw.ts"
import { largestAccepted, lessened } from "./lessen.ts"
import type { Strategy } from "./schedule.ts"
import { sourceOfCase, type Position, type Source } from "./source.ts"
import { heldAmount } from "./values.ts"

/** How often one run looks for the largest amount that is accepted; it costs as much as some runs. */
const LIMITS_SOUGHT_MAX = 2
/** Faults of one run, at most. */
const FAULTS_MAX = 4

/** A run by chance, perhaps after the beginning of another. `swarm`: each run uses a random part of the actions, users and faults. */
export const freshSource = (arena: Arena, draw: Draw, begun?: Case): Source => {
  const { campaign } = arena
  const strategy = campaign.schedule.begin?.(draw)
  const faults = faultMood(campaign.faults, draw)
  const steps = stepMood(arena, draw, strategy)
  const prefix = begun?.steps ?? []
  const given = begun === undefined ? undefined : sourceOfCase(begun)
  // Choices of the run that is gone on with stay, as long as its steps last.
  const early = (step: number): boolean => given !== undefined && step < prefix.length
  return {
    parameters: arena.parameters,
    hooked: strategy !== undefined || faults.kinds.size > 0 || given?.hooked === true,
    delays: strategy?.delay !== undefined || faults.kinds.has("delay") || given?.delays === true,
    step: (position) => prefix[position.count] ?? steps(position, prefix.length),
    choose: (place, senders) => (early(place.step) ? (given as Source).choose(place, senders) : (strategy?.choose(senders) ?? 0)),
    ...(strategy?.arrange !== undefined && { arrange: strategy.arrange }),
    fault: (step, nth, message, possible) => (early(step) ? (given as Source).fault(step, nth, message, possible) : faults.at(step, nth, possible)),
    delay: (step, nth) => (early(step) ? (given as Source).delay(step, nth) : (strategy?.delay?.() ?? 0) || faults.delay()),
    recover: (step) => (early(step) ? (given as Source).recover(step) : faults.recover()),
  }
}

const faultMood = (all: readonly FaultKind[], draw: Draw) => {
  const kinds = new Set<FaultKind>()
  if (all.length > 0 && !chance(draw, 1, 6)) {
    for (const kind of all) if (draw.below(2) === 0) kinds.add(kind)
    if (kinds.size === 0) kinds.add(pick(draw, all))
  }
  const rate = pick(draw, [2, 4, 8, 16])
  let left = FAULTS_MAX
  const strikes = (): boolean => left > 0 && draw.below(rate) === 0 && left-- > 0
  return {
    kinds,
    at: (step: number, nth: number, possible: readonly FaultKind[]): Fault | undefined => {
      if (kinds.size === 0) return undefined
      const enabled = possible.filter((kind) => kinds.has(kind))
      return enabled.length > 0 && strikes() ? { kind: pick(draw, enabled), step, nth } : undefined
    },
    delay: (): number => (kinds.has("delay") && strikes() ? 1 + draw.below(6) : 0),
    recover: (): boolean => kinds.has("recover") && draw.below(8) === 0,
  }
}

/** Draws steps: sticky user, repetition, smaller amounts after a refusal, donations, the passing of time, actions by weight. */
const stepMood = (arena: Arena, draw: Draw, strategy: Strategy | undefined) => {
  const { campaign, sight } = arena
  const count = 1 + draw.below(campaign.stepsMax)
  const sticky = sight.accounts.length > 0 && draw.below(2) === 0 ? pick(draw, sight.accounts) : undefined
  const part = draw.below(2) === 0
  const enabled = campaign.actions.filter(() => !part || !chance(draw, 1, 4))
  const actions = enabled.length === 0 ? campaign.actions : enabled
  const weighted = actions.map((action) => [action.weight, action] as const)
  const phased = actions.some((action) => action.phase !== undefined)
  const ends = campaign.phases.map((_, at) => Math.ceil(((at + 1) * count) / campaign.phases.length))
  const gap = (): number | undefined => strategy?.gap()
  let limits = chance(draw, 1, 2) ? LIMITS_SOUGHT_MAX : 0
  const donates = campaign.donations && sight.payable.length > 0 && sight.assets.length > 0 && sight.accounts.length > 0
  return (position: Position, begun: number): Step | undefined => {
    const at = position.count
    if (at >= Math.max(count, Math.min(campaign.stepsMax, begun + 1))) return undefined
    const { last } = position
    if (last?.send !== undefined) {
      if (position.lastRefused && draw.below(3) === 0) {
        const largest = limits > 0 && draw.below(2) === 0 ? largestAccepted(arena, position, last.send) : undefined
        if (largest !== undefined) limits--
        return { ...last, send: largest ?? lessened(last.send, draw), seconds: 0, blocks: gap() }
      }
      if (draw.below(10) === 0) return { ...last, seconds: 0, blocks: gap() }
    }
    const die = draw.below(24)
    if (die < 2 && campaign.secondsMax > 0) return { action: "wait", seconds: pause(campaign.secondsMax, draw), blocks: 1 + draw.below(3) }
    if (die < 4 && donates) return { action: "donate", send: donation(position, draw, sticky), seconds: 0, blocks: gap() }
    const phase = campaign.phases[ends.findIndex((end) => at < end)]
    const sent = sendingOf(arena, position, draw, phased ? weighted.filter(([, action]) => action.phase === undefined || action.phase === phase) : weighted, sticky)
    return sent === undefined ? { action: "wait", seconds: 0, blocks: 1 } : { ...sent, seconds: 0, blocks: gap() }
  }
}

/** Mostly of any order of magnitude; at times any length, since interest takes long to show. */
const pause = (secondsMax: number, draw: Draw): number =>
  Number(chance(draw, 1, 3) ? uniform(draw, BigInt(secondsMax)) : logUniform(draw, BigInt(secondsMax)))

const ATTEMPTS = 8

const sendingOf = (arena: Arena, { sight }: Position, draw: Draw, weighted: readonly (readonly [weight: number, action: Action])[], sticky: Address | undefined) => {
  if (weighted.length === 0) return undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const action = pickWeighted(draw, weighted)
    const senders = action.from ?? (sticky !== undefined && !chance(draw, 1, 8) ? [sticky] : arena.sight.accounts)
    if (senders.length === 0) continue
    const from = pick(draw, senders)
    if (action.when !== undefined && !action.when(sight.world, from)) continue
    const to = pick(draw, action.to)
    const drawing = { draw, sight, from, to }
    const send: Sending = { from, to, message: action.message.name, payload: action.payload(drawing), funds: action.funds(drawing) }
    return { action: action.name, send }
  }
  return undefined
}

const donation = ({ sight }: Position, draw: Draw, sticky: Address | undefined): Sending => {
  const from = sticky ?? pick(draw, sight.accounts)
  const to = pick(draw, sight.payable)
  const held = [...sight.world.balances(from).keys()]
  const asset = held.length === 0 ? pick(draw, sight.assets) : pick(draw, held)
  return { from, to, message: Payment.name, payload: {}, funds: { [asset]: heldAmount(asset, { draw, sight, from, to }) } }
}
