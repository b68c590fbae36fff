import type { Arrival, Intercepted, World } from "../../core/index.ts"
import type { Case, Decision, Fault, FaultKind, Step } from "./case.ts"
import type { Sight } from "./sight.ts"

/** Where a run is, as its source sees it. */
export interface Position {
  readonly sight: Sight
  /** How many steps were taken. */
  readonly count: number
  /** The last step, and whether its transaction was refused or came back, if that is known already. */
  readonly last: Step | undefined
  readonly lastRefused: boolean
  /** Plays on a fork of the world, out of reach of the run's orders and faults. */
  readonly apart: <A>(play: (fork: World) => A) => A
}

/** Where a mailbox is put in order. */
export type MailboxPlace = Omit<Decision, "choice">

/** Where a run's choices come from: chance, or a case. */
export interface Source {
  readonly parameters: readonly number[]
  /** Whether the run may depart from the canonical order or have faults at all. */
  readonly hooked: boolean
  readonly delays: boolean
  /** Undefined: the run is over. */
  readonly step: (position: Position) => Step | undefined
  readonly choose: (place: MailboxPlace, senders: readonly Arrival[]) => number
  readonly arrange?: ((arrivals: readonly Arrival[]) => readonly Arrival[]) | undefined
  /** The fault of a message that is about to be handled. */
  readonly fault: (step: number, nth: number, message: Intercepted, possible: readonly FaultKind[]) => Fault | undefined
  /** Blocks by which an arriving message is late. */
  readonly delay: (step: number, nth: number) => number
  readonly recover: (step: number) => boolean
}

/** Takes every choice from a case. */
export const sourceOfCase = ({ parameters, steps, decisions, faults }: Case): Source => {
  const choices = new Map(decisions.map(({ step, block, actor, at, choice }) => [`${step} ${block} ${actor} ${at}`, choice]))
  const handling = new Map<string, Fault>()
  const delays = new Map<string, number>()
  const recovers = new Set<number>()
  for (const fault of faults) {
    if (fault.kind === "recover") recovers.add(fault.step)
    else if (fault.kind === "delay") delays.set(`${fault.step} ${fault.nth}`, fault.blocks ?? 1)
    else handling.set(`${fault.step} ${fault.nth}`, fault)
  }
  return {
    parameters,
    hooked: decisions.length + faults.length > 0,
    delays: delays.size > 0,
    step: ({ count }) => steps[count],
    choose: ({ step, block, actor, at }) => (choices.size === 0 ? 0 : (choices.get(`${step} ${block} ${actor} ${at}`) ?? 0)),
    fault: (step, nth, _, possible) => {
      const fault = handling.size === 0 ? undefined : handling.get(`${step} ${nth}`)
      return fault !== undefined && possible.includes(fault.kind) ? fault : undefined
    },
    delay: (step, nth) => delays.get(`${step} ${nth}`) ?? 0,
    recover: (step) => recovers.has(step),
  }
}
