import { parentPort } from "node:worker_threads"
import type { Case } from "./case.ts"
import { Claims } from "./claims.ts"
import { Explorer, type ExploreOptions, type Explored } from "./explore.ts"
import { loadCampaign, type Overrides } from "./load.ts"
import { Searcher, type RunResult } from "./search.ts"
import { tryZoo, type ZooJob } from "./zoo-job.ts"

/** A thread of a search; see crew.ts and team.ts. */

interface Played {
  readonly module: string
  readonly campaign: string
  readonly overrides: Overrides
  readonly from: number
  readonly to: number
  /** Undefined: nothing is played, only loaded. */
  readonly claims: SharedArrayBuffer | undefined
}

/** What a batch taught; a case that this very thread played in it goes by its run's index. */
export interface Lesson {
  readonly features: readonly number[]
  readonly corpus: readonly (Case | number)[]
  readonly elite: readonly (Case | number)[]
}

/** Plays runs of one campaign, after taking in what the batches before taught. */
export interface SearchJob extends Played {
  readonly kind: "search"
  readonly settings: { readonly seed: bigint; readonly guided: boolean; readonly objective?: string | undefined }
  readonly learned: readonly Lesson[]
}

/** Plays inputs of one campaign, each in every order. */
export interface ExploreJob extends Played {
  readonly kind: "explore"
  readonly options: ExploreOptions
}

export type Job = SearchJob | ExploreJob | ZooJob

let searcher: Searcher | undefined
let explorer: Explorer | undefined
/** Those of this thread's last job. */
let ownCases = new Map<number, Case>()

const search = async (job: SearchJob): Promise<readonly RunResult[]> => {
  searcher ??= new Searcher(await loadCampaign(job.module, job.campaign, job.overrides), job.settings.seed, job.settings)
  const here = searcher
  const told = (one: Case | number): Case => (typeof one === "number" ? (ownCases.get(one) as Case) : one)
  for (const { features, corpus, elite } of job.learned) here.learn({ features, corpus: corpus.map(told), elite: elite.map(told) })
  if (job.claims === undefined) return []
  const results = new Claims(job.claims).play(job.from, job.to, (index) => here.run(index), ({ finding }) => finding !== undefined)
  ownCases = new Map(results.flatMap(({ index, case: own }) => (own === undefined ? [] : [[index, own]])))
  return results
}

const explore = async (job: ExploreJob): Promise<readonly Explored[]> => {
  explorer ??= new Explorer(await loadCampaign(job.module, job.campaign, job.overrides), job.options)
  const here = explorer
  return job.claims === undefined ? [] : new Claims(job.claims).play(job.from, job.to, (index) => here.run(index), ({ failing }) => failing !== undefined)
}

const answer = (message: unknown): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(message)
}

const done = (job: Job): Promise<unknown> => (job.kind === "search" ? search(job) : job.kind === "explore" ? explore(job) : tryZoo(job))

parentPort?.on("message", (job: Job) => {
  done(job).then(
    (result) => answer({ result }),
    (error: unknown) => {
      const { _tag, name, message } = error as Error & { readonly _tag?: string }
      answer({ error: { name: _tag ?? name, message: message ?? String(error) } })
    },
  )
})
