import { TaggedError } from "effect/Data"
import { Campaign } from "./campaign.ts"
import { FAULTS_OF_ANY_CHAIN } from "./case.ts"
import { Schedules, type Schedule } from "./schedule.ts"
import type { ZooEntry } from "./zoo.ts"

/** A module has no campaign of the name, or several and no name was given. */
export class NoSuchCampaign extends TaggedError("sim/NoSuchCampaign")<{ readonly module: string; readonly name: string; readonly known: readonly string[] }> {
  override get message(): string {
    if (this.known.length === 0) return `${this.module} exports no campaign; export what Campaign.make gives`
    return this.name === "" ? `${this.module} has several campaigns, name one: ${this.known.join(", ")}` : `${this.module} has no campaign ${this.name}; it has ${this.known.join(", ")}`
  }
}

/** An order that no schedule has. */
export class UnknownOrder extends TaggedError("sim/UnknownOrder")<{ readonly order: string }> {
  override get message(): string {
    return `--order must be one of causal, random, pct, delay, exhaustive (pct and delay perhaps with a number, as in pct:3), but is ${JSON.stringify(this.order)}`
  }
}

export interface Overrides {
  readonly order?: string | undefined
  readonly faults?: boolean | undefined
}

export const isCampaign = (value: unknown): value is Campaign =>
  typeof value === "object" && value !== null && "genesis" in value && "actions" in value && "schedule" in value && "stepsMax" in value

const isEntry = (value: unknown): value is ZooEntry => typeof value === "object" && value !== null && "buggy" in value && "fixed" in value && isCampaign(value.buggy)

/** Every campaign that a module exports, alone, in a list, or as a zoo entry. */
export const campaignsIn = (module: { readonly [name: string]: unknown }): readonly Campaign[] => {
  const found = new Set<Campaign>()
  const look = (value: unknown): void => {
    if (isCampaign(value)) found.add(value)
    else if (isEntry(value)) found.add(value.buggy).add(value.fixed)
    else if (Array.isArray(value)) value.forEach(look)
  }
  for (const name of Object.keys(module).sort()) look(module[name])
  return [...found]
}

/** `causal`, `random`, `pct:3`, `delay:2`. */
export const scheduleNamed = (order: string): Schedule => {
  const [name, number = "3"] = order.split(":")
  const depth = Number(number)
  if (name === "causal") return Schedules.causal
  if (name === "random") return Schedules.random
  if (name === "pct" && Number.isSafeInteger(depth) && depth >= 1 && depth <= 100) return Schedules.pct(depth)
  if (name === "delay" && Number.isSafeInteger(depth) && depth >= 1 && depth <= 100) return Schedules.delayBounded(depth)
  throw new UnknownOrder({ order })
}

export const overridden = (campaign: Campaign, { order, faults }: Overrides): Campaign =>
  Campaign.with(campaign, {
    ...(order !== undefined && { schedule: scheduleNamed(order) }),
    ...(faults === true && campaign.faults.length === 0 && { faults: FAULTS_OF_ANY_CHAIN }),
    ...(faults === false && { faults: [] }),
  })

/** A campaign of a module, by its URL; an empty name is its only one. Throws `NoSuchCampaign`. */
export const loadCampaign = async (module: string, name: string, overrides: Overrides): Promise<Campaign> => {
  const campaigns = campaignsIn((await import(module)) as { readonly [name: string]: unknown })
  const chosen = name === "" && campaigns.length === 1 ? campaigns[0] : campaigns.find((campaign) => campaign.name === name)
  if (chosen === undefined) throw new NoSuchCampaign({ module, name, known: campaigns.map((campaign) => campaign.name) })
  return overridden(chosen, overrides)
}
