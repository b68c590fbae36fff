import type { Campaign } from "./campaign.ts"
import type { Case } from "./case.ts"
import { playCorpus } from "./corpus.ts"
import { InvalidCheckOption } from "./failures.ts"
import { minimise } from "./minimise.ts"
import { sameFinding, type Finding } from "./oracle.ts"
import { BATCH, Searcher, type Learned, type RunResult } from "./search.ts"

export interface CheckOptions {
  /** Default 1,000. */
  readonly runs?: number
  /** Default 0. */
  readonly seed?: bigint | number
  /** Index of the first run. Default 0. */
  readonly from?: number
  /** Whether runs go on from others that reached something new. Default true. */
  readonly guided?: boolean
  /** Runs of earlier searches (see `loadCorpus`), replayed first: the first that still fails ends the search, and runs go on from the others. */
  readonly corpus?: readonly Case[] | undefined
  /** Whether a failing run is shrunk. Default true. */
  readonly shrink?: boolean
  /** Search for the largest value of this objective of the campaign, instead of a failure. */
  readonly objective?: string | undefined
  /** Asked between batches of runs; true ends the search early. */
  readonly stop?: (progress: Progress) => boolean
}

export interface Progress {
  readonly index: number
  readonly calls: number
  readonly features: number
  readonly corpus: number
}

/** A failure that a search found, shrunk. */
export interface Failing {
  /** Index of the run; of the case in the given corpus where `replayed`. */
  readonly index: number
  /** Whether it is a case of the given corpus that still fails. */
  readonly replayed: boolean
  readonly finding: Finding
  /** Numbers only. */
  readonly case: Case
  readonly stepsBefore: number
  readonly shrinkRuns: number
}

/** The largest value of an objective that a search reached. */
export interface Best {
  readonly index: number
  readonly score: bigint
  /** Numbers only. */
  readonly case: Case
}

export interface CheckReport {
  readonly campaign: string
  readonly seed: bigint
  readonly from: number
  /** Runs that were made. */
  readonly runs: number
  /** Steps that they took. */
  readonly steps: number
  readonly calls: number
  readonly blocks: number
  readonly features: number
  readonly corpus: number
  /** The latest of the runs that reached something new, those of the given corpus first: what `saveCorpus` keeps. */
  readonly kept: readonly Case[]
  readonly failing: Failing | undefined
  /** What was maximised, and the run that came furthest, shrunk. */
  readonly objective: string | undefined
  readonly best: Best | undefined
  /** How often each `message: end` was reached, ascending by name. */
  readonly reached: ReadonlyMap<string, number>
  /** The index to continue from. */
  readonly next: number
}

/** Adds up runs in the order of their indexes: who made them does not show. */
export class Tally {
  calls = 0
  blocks = 0
  steps = 0
  runs = 0
  readonly reached = new Map<string, number>()
  private readonly features = new Set<number>()
  corpus = 0
  readonly kept: Case[] = []
  best: Best | undefined = undefined

  /** Takes in a batch; gives what it taught, and the first run that failed. */
  add(results: readonly RunResult[]): { readonly learned: Learned; readonly failed: RunResult | undefined } {
    const features: number[] = []
    const corpus: Case[] = []
    const elite: Case[] = []
    for (const result of results) {
      this.runs++
      this.calls += result.calls
      this.blocks += result.blocks
      this.steps += result.steps
      for (const [key, count] of result.reached) this.reached.set(key, (this.reached.get(key) ?? 0) + count)
      const fresh = result.features.filter((feature) => !this.features.has(feature))
      for (const feature of fresh) this.features.add(feature)
      features.push(...fresh)
      if (result.finding !== undefined) return { learned: { features, corpus, elite }, failed: result }
      if (result.score !== undefined && (this.best === undefined || result.score > this.best.score)) {
        this.best = { index: result.index, score: result.score, case: result.case as Case }
        elite.push(result.case as Case)
      }
      if (fresh.length > 0 && result.case !== undefined) {
        corpus.push(result.case)
        this.kept.push(result.case)
        this.corpus++
      }
    }
    return { learned: { features, corpus, elite }, failed: undefined }
  }

  /** Plays a corpus of earlier searches: its runs teach, but are not counted among those of this search. */
  replay(searcher: Searcher, cases: readonly Case[] = []): ReturnType<Tally["add"]> {
    const added = this.add(playCorpus(searcher, cases))
    this.calls = this.blocks = this.steps = this.runs = 0
    this.reached.clear()
    return added
  }

  get featureCount(): number {
    return this.features.size
  }
}

/**
 * Searches a campaign on this thread until a run fails or all runs are made. The same campaign, seed and indexes give the same report.
 *
 *     const { failing } = check(campaign, { runs: 2000, seed: 7 })
 */
export const check = (campaign: Campaign, options: CheckOptions = {}): CheckReport => {
  const { runs, seed, from } = checkedOptions(options)
  const searcher = new Searcher(campaign, seed, { guided: options.guided ?? true, objective: options.objective })
  const tally = new Tally()
  const replayed = tally.replay(searcher, options.corpus)
  searcher.learn(replayed.learned)
  if (replayed.failed !== undefined) return reportOf(searcher, tally, { seed, from, next: from, replayed: true }, replayed.failed, options.shrink ?? true)
  let failed: RunResult | undefined
  let index = from
  while (failed === undefined && index < from + runs) {
    if (index > from && options.stop?.({ index, calls: tally.calls, features: tally.featureCount, corpus: tally.corpus }) === true) break
    const end = Math.min(from + runs, index + BATCH)
    const results: RunResult[] = []
    for (; index < end; index++) {
      const result = searcher.run(index)
      results.push(result)
      if (result.finding !== undefined) break
    }
    const { learned, failed: first } = tally.add(results)
    searcher.learn(learned)
    failed = first
  }
  return reportOf(searcher, tally, { seed, from, next: failed === undefined ? index : failed.index + 1 }, failed, options.shrink ?? true)
}

/** The report of a search, with its failure shrunk. */
export const reportOf = (
  searcher: Searcher,
  tally: Tally,
  { seed, from, next, replayed = false }: { readonly seed: bigint; readonly from: number; readonly next: number; readonly replayed?: boolean },
  failed: RunResult | undefined,
  shrink: boolean,
): CheckReport => {
  const failing = failed === undefined ? undefined : failingOf(searcher, failed, shrink, replayed)
  return {
    campaign: searcher.campaign.name,
    seed,
    from,
    runs: tally.runs,
    steps: tally.steps,
    calls: tally.calls,
    blocks: tally.blocks,
    features: tally.featureCount,
    corpus: tally.corpus,
    kept: failing === undefined ? tally.kept : [failing.case, ...tally.kept],
    objective: searcher.objective,
    best: tally.best === undefined || !shrink ? tally.best : shrunkBest(searcher, tally.best),
    failing,
    reached: new Map([...tally.reached].sort(([a], [b]) => (a < b ? -1 : 1))),
    next,
  }
}

const failingOf = (searcher: Searcher, { index, finding, case: found, steps }: RunResult, shrink: boolean, replayed: boolean): Failing => {
  const given = { finding: finding as Finding, case: found as Case }
  if (!shrink) return { index, replayed, ...given, stepsBefore: steps, shrinkRuns: 0 }
  const { outcome, runs } = minimise(searcher.arenaOf, given.case, (one) => one.finding !== undefined && sameFinding(one.finding, given.finding))
  return { index, replayed, finding: outcome.finding as Finding, case: outcome.concrete, stepsBefore: steps, shrinkRuns: runs }
}

/** The shortest way found to at least the same value. */
const shrunkBest = (searcher: Searcher, best: Best): Best => {
  const { outcome } = minimise(searcher.arenaOf, best.case, (one) => (searcher.scoreOf(one) ?? best.score - 1n) >= best.score)
  return { index: best.index, score: searcher.scoreOf(outcome) as bigint, case: outcome.concrete }
}

export const checkedOptions = (options: CheckOptions): { readonly runs: number; readonly seed: bigint; readonly from: number } => {
  const { runs = 1000, seed = 0n, from = 0 } = options
  const refuse = (option: string, expected: string, value: unknown): never => {
    throw new InvalidCheckOption({ option, expected, value: String(value) })
  }
  if (!Number.isSafeInteger(runs) || runs < 1) refuse("runs", "an integer from 1", runs)
  if (!Number.isSafeInteger(from) || from < 0) refuse("from", "an integer from 0", from)
  if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) refuse("seed", "an integer", seed)
  return { runs, seed: BigInt(seed), from }
}
