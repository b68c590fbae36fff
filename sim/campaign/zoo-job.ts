import { Campaign } from "./campaign.ts"
import { check } from "./check.ts"
import { NoSuchCampaign } from "./load.ts"
import { Schedules } from "./schedule.ts"
import type { ZooEntry } from "./zoo.ts"

/** How an entry is tried. */
export type ZooMode = "full" | "defaults" | "drained" | "orders" | "faults"

/** One search of one entry with one seed. */
export interface ZooJob {
  readonly kind: "zoo"
  /** URL of the registry: its default export gives all entries. */
  readonly module: string
  /** Of an entry; of a target that cannot be hit: its place in their list. */
  readonly number: number
  readonly variant: ZooVariant
  readonly mode: ZooMode
  readonly seed: number
  readonly runs: number
  readonly shrink: boolean
}

export type ZooVariant = "buggy" | "fixed" | "target"

export interface ZooResult {
  readonly number: number
  readonly variant: ZooVariant
  readonly mode: ZooMode
  readonly seed: number
  /** Index of the run that failed. */
  readonly run: number | undefined
  readonly runs: number
  readonly calls: number
  readonly steps: number | undefined
  readonly oracle: string | undefined
}

export const loadRegistry = async (module: string): Promise<readonly ZooEntry[]> => {
  const { default: registry } = (await import(module)) as { readonly default?: (() => Promise<readonly ZooEntry[]>) | readonly ZooEntry[] }
  const entries = typeof registry === "function" ? await registry() : registry
  if (!Array.isArray(entries)) throw new NoSuchCampaign({ module, name: "", known: [] })
  return entries as readonly ZooEntry[]
}

/** A target that no search may hit, though it looks as if one could. */
export interface ZooTarget {
  readonly name: string
  readonly campaign: Campaign
}

/** What the registry exports as `infeasible`, if it does. */
export const loadTargets = async (module: string): Promise<readonly ZooTarget[]> =>
  ((await import(module)) as { readonly infeasible?: readonly ZooTarget[] }).infeasible ?? []

/** The campaign of an entry in one of the modes. */
export const inMode = (campaign: Campaign, mode: ZooMode): Campaign => {
  if (mode === "full") return campaign
  if (mode === "defaults") return Campaign.with(campaign, { oracles: [], defaults: true })
  if (mode === "drained") return Campaign.with(campaign, { schedule: Schedules.causal, faults: [] })
  return mode === "orders" ? Campaign.with(campaign, { faults: [] }) : Campaign.with(campaign, { schedule: Schedules.causal })
}

const loaded = new Map<string, Promise<readonly ZooEntry[]>>()

export const tryZoo = async (job: ZooJob): Promise<ZooResult> => {
  const { module, number, variant, mode } = job
  if (variant === "target") {
    const target = (await loadTargets(module))[number]
    if (target === undefined) throw new NoSuchCampaign({ module, name: `infeasible[${number}]`, known: [] })
    return resultOf(target.campaign, job)
  }
  const entries = loaded.get(module) ?? loadRegistry(module)
  loaded.set(module, entries)
  const entry = (await entries).find((one) => one.number === number)
  if (entry === undefined) throw new NoSuchCampaign({ module, name: String(number), known: [] })
  return resultOf(inMode(entry[variant], mode), job)
}

const resultOf = (campaign: Campaign, { number, variant, mode, seed, runs, shrink }: ZooJob): ZooResult => {
  const report = check(campaign, { runs, seed, shrink })
  const { failing } = report
  return {
    number,
    variant,
    mode,
    seed,
    run: failing?.index,
    runs: report.runs,
    calls: report.calls,
    steps: failing?.case.steps.length,
    oracle: failing === undefined ? undefined : `${failing.finding.oracle} ${failing.finding.detail}`.trim(),
  }
}
