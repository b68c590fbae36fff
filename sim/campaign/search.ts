import { Random } from "../random.ts"
import { Arena } from "./arena.ts"
import type { Campaign } from "./campaign.ts"
import type { Case } from "./case.ts"
import { Coverage } from "./coverage.ts"
import { guarded } from "./default-watch.ts"
import { chance, pick, type Draw } from "./draw.ts"
import { UnknownObjective } from "./failures.ts"
import { execute, type Outcome } from "./execution.ts"
import { freshSource } from "./fresh.ts"
import { mutated } from "./mutate.ts"
import type { Finding } from "./oracle.ts"
import type { Source } from "./source.ts"

/** Runs between two looks at what the others reached: a number of its own, so that the count of workers does not show. */
export const BATCH = 64
/** Cases that a search goes on from, and that are kept from one search to the next. */
export const CORPUS_MAX = 256
const ELITE_MAX = 8

/** One run of a search, as it is sent from a worker. */
export interface RunResult {
  readonly index: number
  readonly calls: number
  readonly blocks: number
  readonly steps: number
  readonly finding: Finding | undefined
  /** What it reached that no earlier batch did. */
  readonly features: readonly number[]
  readonly reached: readonly (readonly [key: string, count: number])[]
  /** Where it found or reached something. */
  readonly case: Case | undefined
  readonly score: bigint | undefined
}

/** What all runs so far reached. */
export interface Learned {
  readonly features: readonly number[]
  readonly corpus: readonly Case[]
  /** Runs that reached a larger value of the objective than all before. */
  readonly elite: readonly Case[]
}

/** Plays runs by their global index: a function of campaign, seed, index, and what earlier batches learned. */
export class Searcher {
  readonly campaign: Campaign
  readonly seed: bigint
  private readonly guided: boolean
  readonly objective: string | undefined
  private readonly arenas = new Map<string, Arena>()
  private readonly features = new Set<number>()
  readonly corpus: Case[] = []
  private readonly elite: Case[] = []

  constructor(campaign: Campaign, seed: bigint, options: { readonly guided: boolean; readonly objective?: string | undefined }) {
    const { objective } = options
    if (objective !== undefined && campaign.objectives[objective] === undefined) {
      throw new UnknownObjective({ campaign: campaign.name, name: objective, known: Object.keys(campaign.objectives) })
    }
    // A search for the largest value goes on where something is broken.
    this.campaign = objective === undefined ? campaign : { ...campaign, oracles: [], defaults: false }
    this.seed = seed
    this.guided = options.guided
    this.objective = options.objective
    this.arenaOf(campaign.parameters.map(() => 0))
  }

  readonly arenaOf = (parameters: readonly number[]): Arena => {
    const key = parameters.join(" ")
    const known = this.arenas.get(key)
    if (known !== undefined) return known
    const arena = new Arena(this.campaign, parameters)
    this.arenas.set(key, arena)
    return arena
  }

  get reachedCount(): number {
    return this.features.size
  }

  run(index: number): RunResult {
    const random = Random.make(this.seed, `run ${index}`)
    const draw = { below: (bound: number) => random.below(bound) }
    const parameters = this.campaign.parameters.map(([, values]) => draw.below(values.length))
    const begun = this.beginning(draw)
    return this.play(index, this.arenaOf(begun?.parameters ?? parameters), (arena) => freshSource(arena, draw, begun))
  }

  /** Plays one run and says what it found and reached. */
  play(index: number, arena: Arena, sourceOf: (arena: Arena) => Source): RunResult {
    const coverage = this.guided ? new Coverage() : undefined
    const outcome = execute(arena, sourceOf(arena), { coverage })
    const features = coverage === undefined ? [] : [...coverage.features].filter((feature) => !this.features.has(feature))
    const score = this.scoreOf(outcome)
    const keep = outcome.finding !== undefined || features.length > 0 || score !== undefined
    return {
      index,
      calls: outcome.calls,
      blocks: outcome.blocks,
      steps: outcome.case.steps.length,
      finding: outcome.finding,
      features,
      reached: coverage === undefined ? [] : [...coverage.reached],
      case: keep ? outcome.case : undefined,
      score,
    }
  }

  /** A run to go on from: one that reached something new or, in a search for the largest value, mostly one of the largest. */
  private beginning(draw: Draw): Case | undefined {
    if (this.elite.length > 0 && chance(draw, 1, 2)) return mutated(pick(draw, this.elite), pick(draw, this.elite), draw)
    if (!this.guided || this.corpus.length === 0 || !chance(draw, 2, 5)) return undefined
    return mutated(pick(draw, this.corpus), pick(draw, this.corpus), draw)
  }

  /** The value of the objective at the end of a run. */
  scoreOf(outcome: Outcome): bigint | undefined {
    const objective = this.objective === undefined ? undefined : this.campaign.objectives[this.objective]
    if (objective === undefined || outcome.finding !== undefined) return undefined
    const { plain } = this.arenaOf(outcome.case.parameters)
    return guarded(this.campaign.name, `objective ${this.objective}`, "world", () => objective(outcome.world, plain))
  }

  /** Takes in what a batch reached, in the order of the runs. */
  learn({ features, corpus, elite }: Learned): void {
    for (const feature of features) this.features.add(feature)
    for (const one of corpus) {
      this.corpus.push(one)
      if (this.corpus.length > CORPUS_MAX) this.corpus.shift()
    }
    for (const one of elite) {
      this.elite.push(one)
      if (this.elite.length > ELITE_MAX) this.elite.shift()
    }
  }
}
