import type { Case } from "./case.ts"
import { checkedOptions, reportOf, Tally, type CheckOptions, type CheckReport } from "./check.ts"
import { loadCampaign, type Overrides } from "./load.ts"
import { BATCH, Searcher, type Learned, type RunResult } from "./search.ts"
import { Team } from "./team.ts"
import type { Lesson, SearchJob } from "./worker.ts"

/** Where worker threads find a campaign. */
export interface Origin extends Overrides {
  /** URL of the module that exports it. */
  readonly module: string
  /** Empty: the module's only one. */
  readonly campaign: string
}

export interface ParallelOptions {
  /** Threads, this one among them. */
  readonly workers: number
  /** Whether the first run waits until every thread has loaded, so that all take part from the start. Default false. */
  readonly assembled?: boolean
}

/**
 * Searches a campaign on several threads: the report is that of `check`, whatever the count of workers, since runs are seeded by their
 * index, learn from whole batches only, and are added up in order.
 */
export const checkInParallel = async (origin: Origin, options: CheckOptions & ParallelOptions): Promise<CheckReport> => {
  const { runs, seed, from } = checkedOptions(options)
  const campaign = await loadCampaign(origin.module, origin.campaign, origin)
  const settings = { seed, guided: options.guided ?? true, objective: options.objective }
  const searcher = new Searcher(campaign, seed, settings)
  const tally = new Tally()
  const taught = new Lessons()
  const common = { kind: "search" as const, module: origin.module, campaign: campaign.name, overrides: { order: origin.order, faults: origin.faults }, settings }
  const team = new Team(options.workers, { ...common, learned: [], from: 0, to: 0, claims: undefined } satisfies SearchJob)
  try {
    if (options.assembled === true) await team.assemble()
    const replayed = tally.replay(searcher, options.corpus)
    if (replayed.failed !== undefined) return reportOf(searcher, tally, { seed, from, next: from, replayed: true }, replayed.failed, options.shrink ?? true)
    let failed: RunResult | undefined
    let { learned } = replayed
    let index = from
    while (failed === undefined && index < from + runs) {
      if (index > from && options.stop?.({ index, calls: tally.calls, features: tally.featureCount, corpus: tally.corpus }) === true) break
      const end = Math.min(from + runs, index + BATCH)
      searcher.learn(learned)
      taught.add(learned)
      const job = (worker: number, claims: SharedArrayBuffer): SearchJob => ({ ...common, learned: taught.for(worker), from: index, to: end, claims })
      const run = (at: number): RunResult => searcher.run(at)
      const results = await team.play({ from: index, to: end, run, hasFailed: ({ finding }) => finding !== undefined, job, received: taught.received })
      const added = tally.add(results)
      learned = added.learned
      failed = added.failed
      index = end
    }
    return reportOf(searcher, tally, { seed, from, next: failed === undefined ? index : failed.index + 1 }, failed, options.shrink ?? true)
  } finally {
    await team.end()
  }
}

/** What all batches taught, and how much of it each worker knows: one that joins late is told everything. */
class Lessons {
  private readonly all: Learned[] = []
  private readonly known = new Map<number, number>()
  /** Whose the cases of the last batch are: a worker has its own still, so it is told their indexes, which is cheaper. */
  private owners = new Map<Case, { readonly worker: number; readonly index: number }>()
  private arriving = new Map<Case, { readonly worker: number; readonly index: number }>()

  readonly received = (worker: number, results: readonly RunResult[]): void => {
    for (const { index, case: own } of results) if (own !== undefined) this.arriving.set(own, { worker, index })
  }

  add(learned: Learned): void {
    this.all.push(learned)
    this.owners = this.arriving
    this.arriving = new Map()
  }

  for(worker: number): readonly Lesson[] {
    const fresh = this.all.slice(this.known.get(worker) ?? 0)
    this.known.set(worker, this.all.length)
    const told = (one: Case): Case | number => {
      const owner = this.owners.get(one)
      return owner?.worker === worker ? owner.index : one
    }
    return fresh.map(({ features, corpus, elite }) => ({ features, corpus: corpus.map(told), elite: elite.map(told) }))
  }
}
