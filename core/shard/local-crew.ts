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
    let answers: readonly Uint8Array[] = []
    this.callAll([orders], (given) => (answers = given))
    return answers
  }

  /** Every shard does its orders one after the other, all of which are given at the beginning; `answered` is told the answers to each. */
  callAll(orders: readonly (readonly Uint8Array[])[], answered: (answers: readonly Uint8Array[]) => void): void {
    const { shards, switchboard } = this
    for (const [shard, list] of switchboard.orders.entries()) for (const one of orders) list.push((one[shard] as Uint8Array).slice())
    for (let left = orders.length; left > 0; left--) {
      const jobs = shards.map((shard) => shard.next() as Job)
      for (let answers = this.stretch(jobs); ; answers = this.stretch(jobs)) {
        if (answers !== undefined) {
          answered(answers)
          break
        }
        switchboard.meet()
      }
    }
  }

  /** Every shard goes on to its next meeting, or gives its answer. */
  private stretch(jobs: readonly Job[]): readonly Uint8Array[] | undefined {
    const answers: Uint8Array[] = []
    for (const at of this.interleaving(jobs.length)) {
      const { done, value } = (jobs[at] as Job).next()
      if (done === true) answers[at] = value
    }
    return answers.length === 0 ? undefined : answers
  }

  /** One shard does an order that needs no other. */
  ask(shard: number, order: Uint8Array): Uint8Array {
    const { done, value } = (this.shards[shard] as Shard).serve(order).next()
    if (done !== true) throw new TypeError("an order that needs all shards was given to one")
    return value
  }
}
