import { createHash } from "node:crypto"
import { Account, Payment, show, type AnyDefinition, type AnyMessage, type Genesis, type World } from "../../core/index.ts"
import type { Action } from "./action.ts"
import { FAULT_KINDS, FAULTS_OF_ANY_CHAIN, type FaultKind } from "./case.ts"
import { InvalidCampaign, NoActions } from "./failures.ts"
import type { Oracle } from "./oracle.ts"
import { Schedules, type Schedule } from "./schedule.ts"

/** A quantity to maximise: of the world at the end of a run, everything settled, against the world before its first step. */
export type Objective = (world: World, genesis: World) => bigint

/** Values of one world parameter, the simplest first. */
export type Parameters = { readonly [name: string]: readonly [unknown, ...unknown[]] }
type Chosen<P extends Parameters> = { readonly [Name in keyof P]: P[Name][number] }

export interface CampaignDeclaration<P extends Parameters = Parameters> {
  readonly name: string
  /** What every run starts from, or how it is made from parameters. */
  readonly world: Genesis | ((parameters: Chosen<P>) => Genesis)
  readonly parameters?: P
  /** What happens before the first step of every run: transactions by `world.send`, then `world.settle()`. */
  readonly prepare?: (world: World) => void
  readonly actions: readonly Action[]
  /** Besides the default ones, which watch what actors declare. */
  readonly oracles?: readonly Oracle[]
  /** Whether the default oracles are on. Default true. */
  readonly defaults?: boolean
  /** Default: random. */
  readonly schedule?: Schedule
  /** Kinds of faults; true: those that every chain has. Default: none. */
  readonly faults?: readonly FaultKind[] | boolean
  /** Steps of a run, at most. Default 20. */
  readonly stepsMax?: number
  /** Names of phases that follow one another in each run; see `phase` of an action. */
  readonly phases?: readonly string[]
  /** Whether accounts send plain payments to actors that take them, besides the actions. Default true. */
  readonly donations?: boolean
  /** The longest time that a step lets pass, in seconds; 0: none does. Default: a year. */
  readonly secondsMax?: number
  /** Blocks within which everything must settle when faults are off. Default 200. */
  readonly calmBlocks?: number
  readonly objectives?: { readonly [name: string]: Objective }
}

/**
 * A search for the inputs, orders and faults that break a world: a value. `check` runs it, `property` makes a fast-check property of it.
 *
 *     export default Campaign.make({
 *       name: "vault",
 *       world: { accounts: { alice: { usd: 1000n }, bob: { usd: 1000n } }, actors: [actor("vault", Vault, { asset: "usd" })] },
 *       actions: [action(Deposit, "vault", { funds: ["usd"] }), action(Redeem, "vault", { payload: { shares: amounts(10n ** 6n) } })],
 *     })
 */
export interface Campaign {
  readonly name: string
  readonly genesis: (parameters: readonly number[]) => Genesis
  readonly parameters: readonly (readonly [name: string, values: readonly unknown[]])[]
  readonly prepare: ((world: World) => void) | undefined
  readonly actions: readonly Action[]
  readonly oracles: readonly Oracle[]
  readonly defaults: boolean
  readonly schedule: Schedule
  readonly faults: readonly FaultKind[]
  readonly stepsMax: number
  readonly phases: readonly string[]
  readonly donations: boolean
  readonly secondsMax: number
  readonly calmBlocks: number
  readonly objectives: { readonly [name: string]: Objective }
}

const YEAR_SECONDS = 31_536_000

export const Campaign = {
  /** Throws `NoActions` or `InvalidCampaign`. */
  make<const P extends Parameters = {}>(declaration: CampaignDeclaration<P>): Campaign {
    const { name, world, parameters = {} as P, actions, faults = false } = declaration
    const refuse = (field: string, expected: string, value: unknown): never => {
      throw new InvalidCampaign({ campaign: String(name), field, expected, value: show(value) })
    }
    if (typeof name !== "string" || name === "") refuse("name", "a word", name)
    if (!Array.isArray(actions)) refuse("actions", "a list", actions)
    if (actions.length === 0) throw new NoActions({ campaign: name })
    const kinds = faults === true ? FAULTS_OF_ANY_CHAIN : faults === false ? [] : faults
    for (const kind of kinds) if (!FAULT_KINDS.includes(kind)) refuse("faults", `among ${FAULT_KINDS.join(", ")}`, kind)
    for (const { name: own, weight, phase } of actions) {
      if (!Number.isSafeInteger(weight) || weight < 1 || weight > 1_000_000) refuse(`actions.${own}.weight`, "an integer from 1 to 1,000,000", weight)
      if (actions.filter((other) => other.name === own).length > 1) refuse("actions", "of distinct names", own)
      if (phase !== undefined && !(declaration.phases ?? []).includes(phase)) refuse(`actions.${own}.phase`, "one of the campaign's phases", phase)
    }
    const whole = (field: "stepsMax" | "calmBlocks" | "secondsMax", fallback: number, least: number): number => {
      const value = declaration[field] ?? fallback
      if (!Number.isSafeInteger(value) || value < least || value > 1_000_000_000) refuse(field, `an integer from ${least}`, value)
      return value
    }
    const lists = Object.entries(parameters) as [string, readonly unknown[]][]
    for (const [parameter, values] of lists) if (!Array.isArray(values) || values.length === 0) refuse(`parameters.${parameter}`, "a list of values", values)
    return {
      name,
      genesis: (chosen) =>
        typeof world === "function" ? world(Object.fromEntries(lists.map(([key, values], at) => [key, values[chosen[at] ?? 0]])) as Chosen<P>) : world,
      parameters: lists,
      prepare: declaration.prepare,
      actions,
      oracles: declaration.oracles ?? [],
      defaults: declaration.defaults ?? true,
      schedule: declaration.schedule ?? Schedules.random,
      faults: kinds,
      stepsMax: whole("stepsMax", 20, 1),
      phases: declaration.phases ?? [],
      donations: declaration.donations ?? true,
      secondsMax: whole("secondsMax", YEAR_SECONDS, 0),
      calmBlocks: whole("calmBlocks", 200, 1),
      objectives: declaration.objectives ?? {},
    }
  },

  /** The same campaign with other settings. */
  with: (campaign: Campaign, settings: Partial<Pick<Campaign, "schedule" | "faults" | "oracles" | "defaults" | "stepsMax" | "name">>): Campaign => ({ ...campaign, ...settings }),
} as const

/** The definitions of a genesis. */
export const definitionsOf = ({ actors = [], definitions = [] }: Genesis): readonly AnyDefinition[] => [
  ...new Set<AnyDefinition>([Account, ...actors.map(({ definition }) => definition), ...definitions]),
]

/** Every message that an actor of the genesis handles, by name. */
export const messagesOf = (genesis: Genesis): ReadonlyMap<string, AnyMessage> => {
  const messages = new Map<string, AnyMessage>([[Payment.name, Payment]])
  for (const definition of definitionsOf(genesis)) {
    for (const message of [...definition.routes.keys(), ...definition.batchRoutes.keys()]) messages.set(message.name, message)
  }
  return messages
}

/** A digest of what a saved case depends on: the world before the first step, and the form (not the code) of the definitions. */
export const fingerprintOf = (genesis: Genesis, world: World): string => {
  const hash = createHash("sha256").update(world.snapshot())
  for (const { name, stateCodec, routes, batchRoutes, resumptions } of [...definitionsOf(genesis)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`\n${name} ${stateCodec.expected}`)
    for (const message of [...routes.keys(), ...batchRoutes.keys()]) hash.update(`\n ${message.name} ${message.payload.expected}`)
    for (const continuation of resumptions.keys()) hash.update(`\n ${continuation.name} ${continuation.saved.expected}`)
  }
  return hash.digest("hex").slice(0, 16)
}
