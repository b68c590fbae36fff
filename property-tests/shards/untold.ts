import type { BlockInput, Genesis, Transaction, WorldOptions } from "../../core/index.ts"
import { kernelOf } from "../../core/genesis.ts"
import { Kernel } from "../../core/kernel.ts"
import { Conductor } from "../../core/shard/conductor.ts"
import { LocalCrew, type Interleaving } from "../../core/shard/local-crew.ts"
import { moveOrder, type Moves } from "../../core/shard/move.ts"
import { STORE } from "../../core/shard/orders.ts"
import type { PackedOutcome } from "../../core/shard/outcome.ts"
import { joinParts } from "../../core/shard/store.ts"
import { writeSnapshot } from "../../core/snapshot.ts"

/** Shards of one thread that tell nobody what they do, as where a source gives the transactions: digests and totals are all that is known. */
export interface UntoldWorld {
  readonly step: (transactions: readonly Transaction[], input: BlockInput, lives: (address: string) => boolean) => PackedOutcome
  /** Blocks that are all asked for before the first is made; only the first may open accounts. */
  readonly steps: (blocks: readonly Given[]) => readonly PackedOutcome[]
  /** Actors alive anywhere, as each shard counts them: those of the beginning of the last block, and those that were born into the shard in it. */
  readonly populations: () => readonly number[]
  /** Who has sent how many messages to whom, by slots, since this was asked last. */
  readonly traffic: () => readonly (readonly [from: number, to: number, count: number])[]
  readonly move: (moves: Moves) => void
  readonly stored: () => Uint8Array
  /** Payments that were credited without having been made a message, so far. */
  readonly taken: () => number
  /** Payments of actors that were credited without having been messages, so far, in blocks that were not asked for in advance. */
  readonly paid: () => number
}

export interface Given {
  readonly transactions: readonly Transaction[]
  readonly input: BlockInput
}

/** `counting`: messages between slots are counted, and `receipts` may be told, which nobody reads. */
export const untoldWorld = (genesis: Genesis, options: WorldOptions, owners: Uint8Array, shards: number, interleaving?: Interleaving, counting?: { readonly receipts: boolean }): UntoldWorld => {
  const begun = kernelOf(genesis, options)
  const { config, registry, time, header } = begun
  const { strict, ordering, authenticate } = config
  const definitions = [...registry.definitions.values()]
  const kernel = new Kernel(config, registry, time, header)
  kernel.height = begun.height
  const conductor = new Conductor(begun, kernel, Uint8Array.from(owners), shards)
  const crew = new LocalCrew(
    { definitions, snapshot: writeSnapshot(begun), owners, digests: conductor.memory, shards, strict, ordering, authenticated: authenticate !== undefined }, interleaving,
  )
  const asking = { receipts: counting?.receipts === true, traffic: counting !== undefined, fromSource: false }
  let taken = 0
  let paid = 0
  return {
    step: (transactions, input, lives) => {
      const outcome = conductor.endBlock(crew.call(conductor.beginBlock(transactions, input, lives, asking)))
      for (const { door, kernel: { paid: ofShard } } of crew.shards) {
        taken += door.taken
        paid += ofShard
      }
      return outcome
    },
    steps: (blocks) => {
      const orders = blocks.map(({ transactions, input }, at) =>
        conductor.beginBlock(transactions, input, () => false, { ...asking, joined: at + 1 < blocks.length }).map((order) => order.slice()))
      const outcomes: PackedOutcome[] = []
      crew.callAll(orders, (answers) => {
        for (const { door } of crew.shards) taken += door.taken
        outcomes.push(conductor.endBlock(answers))
      })
      return outcomes
    },
    populations: () => crew.shards.map(({ kernel: { population } }) => population),
    traffic: () => {
      const counted = [...conductor.traffic.entries()]
      conductor.traffic.clear()
      return counted
    },
    move: (moves) => {
      conductor.move(moves)
      crew.call(crew.shards.map(() => moveOrder(moves)))
    },
    stored: () => joinParts(kernel, crew.call(crew.shards.map(() => Uint8Array.of(STORE)))),
    taken: () => taken,
    paid: () => paid,
  }
}
