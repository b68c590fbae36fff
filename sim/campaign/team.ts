import { Claims } from "./claims.ts"
import { Crew } from "./crew.ts"
import type { Job } from "./worker.ts"

interface Indexed {
  readonly index: number
}

/** How a batch is played: on this thread, and on another. */
export interface Batch<A extends Indexed> {
  readonly from: number
  readonly to: number
  readonly run: (index: number) => A
  readonly hasFailed: (result: A) => boolean
  /** What another thread is told; it takes runs by the same claims. */
  readonly job: (worker: number, claims: SharedArrayBuffer) => Job
  /** Told of what another thread played. */
  readonly received?: (worker: number, results: readonly A[]) => void
}

/**
 * Threads that play the runs of a batch together, this one among them. The others load every module anew, which takes a while: they join in
 * as soon as they are ready, and until then this one plays alone.
 */
export class Team {
  private readonly crew: Crew | undefined
  private readonly claims = new Claims()
  private readonly ready: number[] = []
  private readonly loading: Promise<void>
  private failure: unknown = undefined

  /** `prepare` is the job that makes a thread load what it needs. */
  constructor(workers: number, prepare: Job) {
    const crew = workers > 1 ? new Crew(workers - 1) : undefined
    this.crew = crew
    const loaded = async (worker: number): Promise<void> => {
      try {
        await crew?.ask(worker, prepare)
        this.ready.push(worker)
      } catch (thrown) {
        this.failure ??= thrown
      }
    }
    this.loading = Promise.all(Array.from({ length: crew?.size ?? 0 }, (_, worker) => loaded(worker))).then(() => undefined)
  }

  /** Waits until every thread has loaded. */
  async assemble(): Promise<void> {
    await this.loading
  }

  /** The results of a batch in the order of its runs, up to the first that failed. Takes a breath first, in which signals and threads are heard. */
  async play<A extends Indexed>({ from, to, run, hasFailed, job, received }: Batch<A>): Promise<readonly A[]> {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    if (this.failure !== undefined) throw this.failure
    this.claims.begin()
    const ask = async (worker: number): Promise<readonly A[]> => {
      const results = await (this.crew as Crew).ask<readonly A[]>(worker, job(worker, this.claims.shared))
      received?.(worker, results)
      return results
    }
    const others = Promise.all(this.ready.map(ask))
    let own: readonly A[]
    try {
      own = this.claims.play(from, to, run, hasFailed)
    } catch (thrown) {
      others.catch(() => undefined)
      throw thrown
    }
    const results = [own, ...(await others)].flat().sort((a, b) => a.index - b.index)
    const first = results.findIndex(hasFailed)
    return first < 0 ? results : results.slice(0, first + 1)
  }

  async end(): Promise<void> {
    await this.crew?.end()
  }
}
