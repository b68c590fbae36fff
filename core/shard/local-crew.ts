import type { Job } from "./exchange.ts"
import { Switchboard } from "./exchange.ts"
import { Shard, type Beginning } from "./shard.ts"
import { Stopwatch } from "./stopwatch.ts"

/** In which order the shards of one thread do their stretches between two meetings. */
export type Interleaving = (shards: number) => readonly number[]

const inTurn: Interleaving = (shards) => Array.from({ length: shards }, (_, shard) => shard)

/**
 * Shards that share one thread: all of the engine but the threads. Whatever order they step in is an order in which threads might, so tests
 * walk many of them cheaply.
 */
export class LocalCrew {
  readonly shards: readonly Shard[]
  private readonly switchboard: Switchboard
  private readonly interleaving: Interleaving

  constructor(beginning: Beginning, interleaving: Interleaving = inTurn) {
    this.switchboard = new Switchboard(beginning.shards)
    this.shards = inTurn(beginning.shards).map((shard) => new Shard(shard, beginning, this.switchboard.of(shard), new Stopwatch()))
    this.interleaving = interleaving
  }

  /** Every shard does its order; gives the answers. */
  call(orders: readonly Uint8Array[]): readonly Uint8Array[] {
    const jobs: Job[] = this.shards.map((shard, at) => shard.serve(orders[at] as Uint8Array))
    const answers = new Array<Uint8Array>(jobs.length)
    for (let left = jobs.length; left > 0; ) {
      left = 0
      for (const at of this.interleaving(jobs.length)) {
        const { done, value } = (jobs[at] as Job).next()
        if (done === true) answers[at] = value
        else left++
      }
      this.switchboard.meet()
    }
    return answers
  }

  /** One shard does an order that needs no other. */
  ask(shard: number, order: Uint8Array): Uint8Array {
    const { done, value } = (this.shards[shard] as Shard).serve(order).next()
    if (done !== true) throw new TypeError("an order that needs all shards was given to one")
    return value
  }
}
