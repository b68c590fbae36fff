import { createHash } from "node:crypto"
import { Random } from "../random.ts"
import { Arena } from "./arena.ts"
import { Campaign } from "./campaign.ts"
import type { Case, Step } from "./case.ts"
import type { Failing } from "./check.ts"
import { execute, type Outcome } from "./execution.ts"
import { freshSource } from "./fresh.ts"
import { minimise } from "./minimise.ts"
import { sameFinding, type Finding } from "./oracle.ts"
import { Schedules } from "./schedule.ts"
import type { Source } from "./source.ts"

export interface ExploreOptions {
  /** Orders that are played at most, for each input. Default 10,000. */
  readonly ordersMax?: number
  /** Blocks from one step to the next that are tried, besides draining: 0 (the same block) to this. Default 1. */
  readonly gapMax?: number
}

/** Every order of one input, up to a bound. */
export interface Exploration {
  /** Orders that were played to their end. */
  readonly orders: number
  /** Orders cut short where the world was as it had been under another order, with the same steps to come. */
  readonly merged: number
  /** Whether there are orders that were not played. */
  readonly bounded: boolean
  /** The first order, counted from the canonical one, that breaks something. */
  readonly failing: Outcome | undefined
}

/**
 * Plays the same steps in every legal order: how close steps follow one another, and in which order each mailbox takes what arrives. Messages
 * to different actors commute, so only the orders within one mailbox count; and where two orders lead to the same world, what follows is
 * played once. Depth first, the canonical order first.
 */
export const explore = (arena: Arena, steps: readonly Step[], options: ExploreOptions = {}): Exploration => {
  const { ordersMax = 10_000, gapMax = 1 } = options
  const seen = new Map<string, string>()
  let path: number[] = []
  let orders = 0
  let merged = 0
  for (let played = 0; played < ordersMax; played++) {
    const walk = new Walk(arena.parameters, steps, path, gapMax, seen)
    const outcome = execute(arena, walk, { visit: walk.visit })
    if (walk.isMerged) merged++
    else orders++
    if (outcome.finding !== undefined) return { orders, merged, bounded: false, failing: outcome }
    const next = walk.next()
    if (next === undefined) return { orders, merged, bounded: false, failing: undefined }
    path = next
  }
  return { orders, merged, bounded: true, failing: undefined }
}

/** One order: a choice at each place where there are several, the canonical one (0) where the path does not say. */
class Walk implements Source {
  readonly parameters: readonly number[]
  readonly hooked = true
  readonly delays = false
  isMerged = false
  private readonly steps: readonly Step[]
  private readonly path: readonly number[]
  private readonly gapMax: number
  private readonly seen: Map<string, string>
  private readonly taken: number[] = []
  private readonly widths: number[] = []
  private gap: number | undefined = undefined

  constructor(parameters: readonly number[], steps: readonly Step[], path: readonly number[], gapMax: number, seen: Map<string, string>) {
    this.parameters = parameters
    this.steps = steps
    this.path = path
    this.gapMax = gapMax
    this.seen = seen
  }

  readonly step: Source["step"] = ({ count }) => {
    const step = this.steps[count]
    this.gap = step?.blocks
    if (step === undefined || step.send === undefined || count === this.steps.length - 1) return step
    const choice = this.choice(this.gapMax + 2)
    this.gap = choice === 0 ? undefined : choice - 1
    return { ...step, blocks: this.gap }
  }

  readonly choose: Source["choose"] = (_, senders) => this.choice(senders.length)
  readonly fault = (): undefined => undefined
  readonly delay = (): number => 0
  readonly recover = (): boolean => false

  private choice(width: number): number {
    const at = this.taken.length
    const choice = this.path[at] ?? 0
    this.taken.push(choice)
    this.widths.push(width)
    return choice
  }

  /** After a block: whether the world was here before on another path. */
  readonly visit = (world: { readonly snapshot: () => Uint8Array }, count: number, since: number): boolean => {
    const key = `${count} ${this.gap === undefined ? "drained" : this.gap - since} ${createHash("sha256").update(world.snapshot()).digest("base64")}`
    const own = this.taken.join(" ")
    const before = this.seen.get(key)
    if (before === undefined) this.seen.set(key, own)
    else if (before !== own && !own.startsWith(`${before} `)) this.isMerged = true
    return this.isMerged
  }

  /** The path of the next order; undefined after the last. */
  next(): number[] | undefined {
    for (let at = this.taken.length - 1; at >= 0; at--) {
      if ((this.taken[at] as number) + 1 < (this.widths[at] as number)) return [...this.taken.slice(0, at), (this.taken[at] as number) + 1]
    }
    return undefined
  }
}

/** What an exhaustive search of several inputs covered. */
export interface ExploreReport {
  readonly campaign: string
  readonly seed: bigint
  readonly inputs: number
  readonly orders: number
  readonly merged: number
  /** Inputs of which some orders were not played. */
  readonly bounded: number
  readonly failing: Failing | undefined
}

export interface ExploreCampaignOptions extends ExploreOptions {
  /** Inputs. Default 100. */
  readonly runs?: number
  /** Default 0. */
  readonly seed?: bigint | number
  /** Steps of an input, at most. Default 4. */
  readonly stepsMax?: number
}

/** One input in every order, as it is sent from a worker. */
export interface Explored extends Omit<Exploration, "failing"> {
  readonly index: number
  readonly failing: { readonly case: Case; readonly finding: Finding } | undefined
}

/** Draws short inputs by their index and plays each in every order. */
export class Explorer {
  private readonly campaign: Campaign
  private readonly options: ExploreCampaignOptions
  private readonly arenas = new Map<string, Arena>()

  constructor(campaign: Campaign, options: ExploreCampaignOptions) {
    this.campaign = Campaign.with(campaign, { schedule: Schedules.causal, faults: [], stepsMax: Math.min(options.stepsMax ?? 4, campaign.stepsMax) })
    this.options = options
    this.arenaOf(campaign.parameters.map(() => 0))
  }

  readonly arenaOf = (parameters: readonly number[]): Arena => {
    const key = parameters.join(" ")
    const arena = this.arenas.get(key) ?? new Arena(this.campaign, parameters)
    this.arenas.set(key, arena)
    return arena
  }

  run(index: number): Explored {
    const random = Random.make(BigInt(this.options.seed ?? 0), `input ${index}`)
    const draw = { below: (bound: number) => random.below(bound) }
    const arena = this.arenaOf(this.campaign.parameters.map(([, values]) => draw.below(values.length)))
    const input: Case = execute(arena, freshSource(arena, draw)).case
    const { failing, ...counts } = explore(arena, input.steps, this.options)
    return { index, ...counts, failing: failing?.finding && { case: failing.case, finding: failing.finding } }
  }
}

/** Adds up inputs in the order of their indexes, and shrinks the first that breaks something. */
export const exploreReportOf = (explorer: Explorer, campaign: Campaign, seed: bigint, results: readonly Explored[]): ExploreReport => {
  const total = { inputs: 0, orders: 0, merged: 0, bounded: 0 }
  for (const { index, orders, merged, bounded, failing } of results) {
    total.inputs++
    total.orders += orders
    total.merged += merged
    total.bounded += bounded ? 1 : 0
    if (failing !== undefined) return { campaign: campaign.name, seed, ...total, failing: shrunk(explorer.arenaOf, index, failing.case, failing.finding) }
  }
  return { campaign: campaign.name, seed, ...total, failing: undefined }
}

/** Draws short inputs and plays each in every order, on this thread. */
export const exploreCampaign = (campaign: Campaign, options: ExploreCampaignOptions = {}): ExploreReport => {
  const explorer = new Explorer(campaign, options)
  const results: Explored[] = []
  for (let index = 0; index < (options.runs ?? 100) && results.at(-1)?.failing === undefined; index++) results.push(explorer.run(index))
  return exploreReportOf(explorer, campaign, BigInt(options.seed ?? 0), results)
}

const shrunk = (arenaOf: (parameters: readonly number[]) => Arena, index: number, failing: Case, finding: Finding): Failing => {
  const { outcome, runs } = minimise(arenaOf, failing, (one) => one.finding !== undefined && sameFinding(one.finding, finding))
  return { index, replayed: false, finding: outcome.finding as Finding, case: outcome.concrete, stepsBefore: failing.steps.length, shrinkRuns: runs }
}
