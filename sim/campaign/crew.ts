import { Worker } from "node:worker_threads"
import type { Job } from "./worker.ts"

/** A run's blocks live shortly: with room for them, far fewer are copied by the collector. */
const YOUNG_MB = 128

/** Threads that play runs; each loads the campaigns from their module, since handlers cannot be sent. */
export class Crew {
  private readonly workers: readonly Worker[]

  constructor(count: number) {
    const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js"
    this.workers = Array.from({ length: count }, () => new Worker(new URL(file, import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } }))
    for (const worker of this.workers) worker.setMaxListeners(0)
  }

  get size(): number {
    return this.workers.length
  }

  /** What a worker answers to a job. Its errors come back as they are, without their class: with `_tag` and message. */
  ask<A>(at: number, job: Job): Promise<A> {
    const worker = this.workers[at] as Worker
    return new Promise((resolve, reject) => {
      const answered = (answer: { readonly result?: A; readonly error?: { readonly name: string; readonly message: string } }) => {
        worker.off("error", failed)
        worker.off("message", answered)
        if (answer.error === undefined) resolve(answer.result as A)
        else reject(new WorkerFailed(answer.error))
      }
      const failed = (error: Error) => {
        worker.off("message", answered)
        reject(error)
      }
      worker.on("message", answered)
      worker.once("error", failed)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
      worker.postMessage(job)
    })
  }

  /** Jobs to whoever is free; the answers in the order of the jobs. */
  async all<A>(jobs: readonly Job[], done?: (answer: A, at: number) => void): Promise<readonly A[]> {
    const answers: A[] = []
    let next = 0
    const serve = async (worker: number): Promise<void> => {
      for (let at = next++; at < jobs.length; at = next++) {
        answers[at] = await this.ask<A>(worker, jobs[at] as Job)
        done?.(answers[at] as A, at)
      }
    }
    await Promise.all(this.workers.map((_, worker) => serve(worker)))
    return answers
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
}

/** A worker's error, in its own words. */
export class WorkerFailed extends Error {
  readonly _tag: string

  constructor({ name, message }: { readonly name: string; readonly message: string }) {
    super(message)
    this.name = name
    this._tag = name
  }
}
