import { Worker } from "node:worker_threads"
import type { Sourced } from "./source.ts"

/**
 * Worlds that exchange nothing, one a thread: what a machine gives to several threads at once that need nothing of each other, and so the most that
 * threads of one world could come to. Memory, caches and whoever else is on the host are shared all the same.
 */
export class Apart {
  private readonly workers: readonly Worker[]
  /** Blocks that each has executed after the setup. */
  height = 0
  /** The root that each of them has. */
  roots: readonly string[] = []

  private constructor(workers: readonly Worker[]) {
    this.workers = workers
  }

  /** Each has the whole workload to itself, and has made the setup. */
  static async open(sourced: Sourced, threads: number): Promise<Apart> {
    const options = { workerData: sourced, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } }
    const apart = new Apart(Array.from({ length: threads }, () => new Worker(FILE, options)))
    await apart.all(() => undefined)
    return apart
  }

  /** So many blocks altogether, dealt out evenly; waits for the last. */
  async blocks(count: number): Promise<void> {
    const each = Math.ceil(count / this.workers.length)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    await this.all((worker) => worker.postMessage(each))
    this.height += each
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private async all(ask: (worker: Worker) => void): Promise<void> {
    this.roots = await Promise.all(this.workers.map((worker) => new Promise<string>((resolve, reject) => {
      worker.once("error", reject)
      worker.once("message", (root: string) => {
        worker.off("error", reject)
        resolve(root)
      })
      ask(worker)
    })))
  }
}

const FILE = new URL(import.meta.url.endsWith(".ts") ? "./apart-thread.ts" : "./apart-thread.js", import.meta.url)
/** As much for young objects as each of two threads of one world has. */
const YOUNG_MEGABYTES = 384
