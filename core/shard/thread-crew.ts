import { performance } from "node:perf_hooks"
import { Worker } from "node:worker_threads"
import { Activity, ACTIVITY_BYTES } from "./activity.ts"
import { DefinitionDiffers, DefinitionMissing, ShardFailed, ShardUnloadable } from "./errors.ts"
import type { Fingerprint } from "./fingerprint.ts"
import { readWords } from "./last-words.ts"
import { Mesh, meshOf, type MeshPart } from "./mesh.ts"
import type { ShardModule } from "./modules.ts"
import type { Hello, ThreadData } from "./thread.ts"

/** What threads are started with, beside what each has for itself. */
export interface CrewOptions {
  readonly shards: number
  readonly snapshot: Uint8Array
  readonly owners: Uint8Array
  /** Where all write the digests of their slots. */
  readonly digests: SharedArrayBuffer
  readonly strict: boolean
  readonly ordering: string
  readonly authenticated: boolean
  readonly needed: readonly Fingerprint[]
  readonly modules: readonly ShardModule[]
  readonly source: ShardModule | undefined
  /** Seconds without any progress after which a shard is given up. */
  readonly stallSeconds: number
  readonly heapMegabytes?: number | undefined
  /** For tests: see `ThreadData`. */
  readonly delay?: number | undefined
}

/** Why a crew cannot be opened. */
export type LoadError = ShardUnloadable | DefinitionMissing | DefinitionDiffers | ShardFailed

const LOAD_ERRORS = { "core/ShardUnloadable": ShardUnloadable, "core/DefinitionMissing": DefinitionMissing, "core/DefinitionDiffers": DefinitionDiffers }

/**
 * The megabytes that young objects may take, of one thread and of all: a block of 10,000 messages should not be copied in its middle, and the
 * more blocks there are between two collections, the less of them is copied at all.
 */
const YOUNG_MEGABYTES = 384
const YOUNG_MEGABYTES_ALL = 768

/** How often those who wait look around. */
const LOOK_MS = 1000

/** Shards with a thread each. */
export class ThreadCrew {
  /** Private, so that the package's types need none of Node's. */
  private readonly workers: readonly Worker[]
  private readonly mesh: Mesh
  private readonly activities: readonly Activity[]
  private readonly options: CrewOptions
  private failure: Error | undefined = undefined
  /** Answers to all orders that were given so far. */
  private expected = 0
  /** Who waits for the answers to the latest orders. */
  private waiting: Promise<unknown> = Promise.resolve()
  private closed = false

  private constructor(options: CrewOptions, workers: readonly Worker[], mesh: Mesh, activities: readonly Activity[]) {
    this.options = options
    this.workers = workers
    this.mesh = mesh
    this.activities = activities
  }

  /** Rejects with a `LoadError`. */
  static async open(options: CrewOptions): Promise<ThreadCrew> {
    const { shards, snapshot: bytes, delay = 0 } = options
    const parts = meshOf(shards + 1)
    const memories = Array.from({ length: shards }, () => new SharedArrayBuffer(ACTIVITY_BYTES))
    const snapshot = new SharedArrayBuffer(bytes.length)
    new Uint8Array(snapshot).set(bytes)
    const workers = memories.map((activity, shard) => start({ ...options, part: parts[shard] as MeshPart, activity, snapshot, delay }, options.heapMegabytes))
    const crew = new ThreadCrew(options, workers, new Mesh(parts[shards] as MeshPart), memories.map((memory) => new Activity(memory)))
    for (const [shard, worker] of workers.entries()) crew.watch(shard, worker)
    try {
      await Promise.all(workers.map((worker, shard) => crew.greet(shard, worker)))
    } catch (problem) {
      await crew.close()
      throw problem
    }
    for (const worker of workers) worker.unref()
    return crew
  }

  private greet(shard: number, worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      worker.once("message", (hello: Hello) => {
        if (hello.ready) return resolve()
        const type = LOAD_ERRORS[hello.tag as keyof typeof LOAD_ERRORS] as (new (fields: any) => LoadError) | undefined
        const { problem = "" } = hello.fields as { readonly problem?: string }
        return reject(type === undefined ? this.failedWith(shard, problem) : new type(hello.fields))
      })
      worker.once("exit", () => reject(this.failure ?? this.failedWith(shard, "its thread ended before it began")))
    })
  }

  /** A thread that ends without having been told to ends the run. */
  private watch(shard: number, worker: Worker): void {
    worker.on("error", (thrown: Error) => this.fail(this.failedWith(shard, `${thrown.name}: ${thrown.message}`)))
    worker.on("exit", (code) => {
      this.notice()
      this.fail(this.failedWith(shard, `its thread was ended (exit code ${code})`))
    })
  }

  private failedWith(shard: number, problem: string): ShardFailed {
    const { height, handling } = this.activities[shard] as Activity
    return new ShardFailed({ shard, height, actor: handling?.actor, handling: handling?.message, problem })
  }

  private fail(failure: Error): void {
    if (this.closed || this.failure !== undefined) return
    this.failure = failure
    this.mesh.abort()
  }

  /** Hears a shard's last words. */
  private notice(): void {
    const { failed } = this.mesh
    if (failed === undefined || this.failure !== undefined) return
    const problem = readWords(this.mesh.take(failed))
    this.fail(typeof problem === "string" ? this.failedWith(failed, problem) : problem)
  }

  /** Throws why the crew cannot work any more, if it cannot. */
  private check(): void {
    this.notice()
    if (this.failure !== undefined) throw this.failure
  }

  /** An order of its own for every shard. */
  toAll(order: () => Uint8Array): readonly Uint8Array[] {
    return this.workers.map(order)
  }

  /** Every shard does its order; the thread that asks sleeps until all have. Throws `ShardFailed`, `OrderBroken` or `SeriesDiffers`. */
  callSync(orders: readonly Uint8Array[], to: readonly number[] = everybody(orders)): readonly Uint8Array[] {
    const target = this.give(orders, to)
    this.mesh.await(target)
    const patience = new Patience(this.activities, this.options.stallSeconds)
    for (let seen = this.mesh.answers; seen < target; seen = this.mesh.answers) {
      this.check()
      this.mesh.waitBriefly(seen, LOOK_MS)
      this.lose(patience)
    }
    return this.answers(to)
  }

  /**
   * The same for a thread that has other things to do. The orders are given when this returns; their answers are waited for behind those to
   * earlier orders, of which one may be unanswered.
   */
  call(orders: readonly Uint8Array[], to: readonly number[] = everybody(orders)): Promise<readonly Uint8Array[]> {
    let target: number
    try {
      target = this.give(orders, to)
    } catch (problem) {
      return Promise.reject(problem as Error)
    }
    const answers = this.waiting.then(() => this.wait(target, to))
    this.waiting = answers.catch(() => undefined)
    return answers
  }

  private async wait(target: number, to: readonly number[]): Promise<readonly Uint8Array[]> {
    this.mesh.await(target)
    const patience = new Patience(this.activities, this.options.stallSeconds)
    for (const worker of this.workers) worker.ref()
    try {
      for (let seen = this.mesh.answers; seen < target; seen = this.mesh.answers) {
        this.check()
        await this.mesh.awaitBriefly(seen, LOOK_MS)
        this.lose(patience)
      }
    } finally {
      for (const worker of this.workers) worker.unref()
    }
    return this.answers(to)
  }

  private give(orders: readonly Uint8Array[], to: readonly number[]): number {
    this.check()
    for (const [at, shard] of to.entries()) this.mesh.give(shard, orders[at] as Uint8Array)
    return (this.expected += to.length)
  }

  /** Ends the work of all shards, whatever they are at: everybody who waits for one of them is told of `problem`. */
  giveUp(problem: Error): void {
    this.fail(problem)
  }

  private answers(to: readonly number[]): readonly Uint8Array[] {
    this.check()
    return to.map((shard) => this.mesh.take(shard).slice())
  }

  private lose(patience: Patience): void {
    const stalled = patience.stalled
    if (stalled !== undefined) this.fail(this.failedWith(stalled, `it has made no progress for ${this.options.stallSeconds} seconds`))
  }

  /** Ends the threads. Whoever waits for one of them is told, since none will answer any more. */
  async close(): Promise<void> {
    if (this.closed) return
    this.fail(this.failedWith(0, "its thread was told to end"))
    this.closed = true
    this.mesh.abort()
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
}

const everybody = (orders: readonly Uint8Array[]): readonly number[] => orders.map((_, shard) => shard)

const start = (data: ThreadData, heapMegabytes: number | undefined): Worker => {
  const file = import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js"
  const ports = [...data.part.outward, ...data.part.inward].map(({ port }) => port)
  const maxYoungGenerationSizeMb = Math.max(48, Math.min(YOUNG_MEGABYTES, Math.floor(YOUNG_MEGABYTES_ALL / data.shards)))
  const resourceLimits = { maxYoungGenerationSizeMb, ...(heapMegabytes !== undefined && { maxOldGenerationSizeMb: heapMegabytes }) }
  return new Worker(new URL(file, import.meta.url), { workerData: data, transferList: ports, resourceLimits })
}

/** Notices that nobody does anything any more. */
class Patience {
  private readonly activities: readonly Activity[]
  private readonly milliseconds: number
  private steps = -1
  private since = 0

  constructor(activities: readonly Activity[], stallSeconds: number) {
    this.activities = activities
    this.milliseconds = stallSeconds * 1000
  }

  /** The shard that is in the way: one whose handler runs, or else the first. */
  get stalled(): number | undefined {
    const steps = this.activities.reduce((sum, activity) => sum + activity.steps, 0)
    if (steps !== this.steps) {
      this.steps = steps
      this.since = performance.now()
    }
    if (performance.now() - this.since < this.milliseconds) return undefined
    return Math.max(0, this.activities.findIndex(({ handling }) => handling !== undefined))
  }
}
