import { Crew } from "./crew.ts"
import { checkedOptions, reportOf, Tally, type CheckOptions, type CheckReport } from "./check.ts"
import { loadCampaign, type Overrides } from "./load.ts"
import { BATCH, Searcher, type Learned, type RunResult } from "./search.ts"

/** Where worker threads find a campaign. */
export interface Origin extends Overrides {
  /** URL of the module that exports it. */
  readonly module: string
  /** Empty: the module's only one. */
  readonly campaign: string
}

/**
 * Searches a campaign on several threads: the report is that of `check`, whatever the count of workers, since runs are seeded by their
 * index, learn from whole batches only, and are added up in order.
 */
export const checkInParallel = async (origin: Origin, options: CheckOptions & { readonly workers: number }): Promise<CheckReport> => {
  const { runs, seed, from } = checkedOptions(options)
  const campaign = await loadCampaign(origin.module, origin.campaign, origin)
  const settings = { seed, guided: options.guided ?? true, objective: options.objective }
  const searcher = new Searcher(campaign, seed, settings)
  const tally = new Tally()
  // A thread of its own loads every module anew; one worker is this thread.
  const crew = options.workers > 1 ? new Crew(options.workers) : undefined
  const play = async (learned: Learned, start: number, end: number): Promise<readonly RunResult[]> => {
    if (crew === undefined) return playAlone(searcher, learned, start, end)
    const parts = Array.from({ length: crew.size }, (_, worker) => cut(start, end, worker, crew.size))
    const overrides = { order: origin.order, faults: origin.faults }
    const jobs = parts.map(([from_, to], worker) =>
      crew.ask<readonly RunResult[]>(worker, { kind: "search", module: origin.module, campaign: campaign.name, overrides, settings, learned, from: from_, to }),
    )
    return untilFailed((await Promise.all(jobs)).flat())
  }
  try {
    const replayed = tally.replay(searcher, options.corpus)
    if (replayed.failed !== undefined) return reportOf(searcher, tally, { seed, from, next: from, replayed: true }, replayed.failed, options.shrink ?? true)
    let failed: RunResult | undefined
    let { learned } = replayed
    let index = from
    while (failed === undefined && index < from + runs) {
      if (index > from && options.stop?.({ index, calls: tally.calls, features: tally.featureCount, corpus: tally.corpus }) === true) break
      const end = Math.min(from + runs, index + BATCH)
      const added = tally.add(await play(learned, index, end))
      learned = added.learned
      failed = added.failed
      index = end
    }
    return reportOf(searcher, tally, { seed, from, next: failed === undefined ? index : failed.index + 1 }, failed, options.shrink ?? true)
  } finally {
    await crew?.end()
  }
}

/** A batch on this thread, after a breath in which signals are heard. */
const playAlone = async (searcher: Searcher, learned: Learned, from: number, to: number): Promise<readonly RunResult[]> => {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  searcher.learn(learned)
  const results: RunResult[] = []
  for (let index = from; index < to; index++) {
    const result = searcher.run(index)
    results.push(result)
    if (result.finding !== undefined) break
  }
  return results
}

/** The part of a batch that one of several workers plays. */
const cut = (from: number, to: number, worker: number, workers: number): readonly [number, number] => {
  const at = (part: number): number => from + Math.floor(((to - from) * part) / workers)
  return [at(worker), at(worker + 1)]
}

const untilFailed = (results: readonly RunResult[]): readonly RunResult[] => {
  const first = results.findIndex(({ finding }) => finding !== undefined)
  return first < 0 ? results : results.slice(0, first + 1)
}
