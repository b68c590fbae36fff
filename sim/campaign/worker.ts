import { parentPort } from "node:worker_threads"
import { loadCampaign } from "./load.ts"
import { Searcher, type Learned, type RunResult } from "./search.ts"
import { tryZoo, type ZooJob } from "./zoo-job.ts"

/** A thread of a search; see crew.ts. */

/** Plays runs of one campaign, after taking in what the batch before taught. */
export interface SearchJob {
  readonly kind: "search"
  readonly module: string
  readonly campaign: string
  readonly settings: { readonly seed: bigint; readonly guided: boolean; readonly objective?: string | undefined }
  readonly overrides: { readonly order?: string | undefined; readonly faults?: boolean | undefined }
  readonly learned: Learned
  readonly from: number
  readonly to: number
}

export type Job = SearchJob | ZooJob

let searcher: Searcher | undefined

const search = async (job: SearchJob): Promise<readonly RunResult[]> => {
  if (searcher === undefined) {
    searcher = new Searcher(await loadCampaign(job.module, job.campaign, job.overrides), job.settings.seed, job.settings)
  }
  searcher.learn(job.learned)
  const results: RunResult[] = []
  for (let index = job.from; index < job.to; index++) {
    const result = searcher.run(index)
    results.push(result)
    // Nothing behind the first failure counts.
    if (result.finding !== undefined) break
  }
  return results
}

const answer = (message: unknown): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(message)
}

parentPort?.on("message", (job: Job) => {
  const work: Promise<unknown> = job.kind === "search" ? search(job) : tryZoo(job)
  work.then(
    (result) => answer({ result }),
    (error: unknown) => {
      const { _tag, name, message } = error as Error & { readonly _tag?: string }
      answer({ error: { name: _tag ?? name, message: message ?? String(error) } })
    },
  )
})
