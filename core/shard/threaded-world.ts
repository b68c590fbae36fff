import type { Genesis } from "../genesis.ts"
import { World } from "../world.ts"
import { moveOrder } from "./move.ts"
import { Mover, type Look } from "./mover.ts"
import type { PackedOutcome } from "./outcome.ts"
import { joinParts } from "./store.ts"
import { STORE } from "./orders.ts"
import { kernelFrom, openThreads, type FromThere, type ThreadOptions, type Threads } from "./threads.ts"

/**
 * A world whose blocks are executed by threads, and of which this thread keeps a mirror: everything that can be asked of a `World` can be asked
 * of it, at the cost of telling it everything. `step` waits for the threads. For simulations and tests; hosts use the engine.
 */
export interface ThreadedWorld {
  readonly world: World
  readonly threads: Threads
  /** What the mover saw and did. */
  readonly looks: readonly Look[]
  /** How the shards spent the time of the last block, and its totals. */
  readonly last: () => PackedOutcome | undefined
  /** The world as its shards store it. */
  readonly stored: () => Uint8Array
  readonly close: () => Promise<void>
}

/** Rejects with `InvalidEngineOption`, with what `World.make` or `World.restore` throws, or with a `LoadError`. */
export const openThreadedWorld = async (from: Genesis | FromThere, options: ThreadOptions & { readonly everyBlocks?: number | undefined }): Promise<ThreadedWorld> => {
  const kernel = kernelFrom(from, options)
  const threads = await openThreads(kernel, options, true)
  const { conductor, crew } = threads
  const asking = { receipts: true, traffic: false, fromSource: false }
  const lives = (address: string): boolean => kernel.cells.has(address)
  const mover = new Mover(options.threads, options.everyBlocks)
  let last: PackedOutcome | undefined
  const world = World.over(kernel, (_, transactions, input = {}) => {
    const traffic = mover.wantsTraffic(kernel.height + 1)
    last = conductor.endBlock(crew.callSync(conductor.beginBlock(transactions, input, lives, { ...asking, traffic })))
    const moves = mover.plan(kernel.height, conductor)
    if (moves.size > 0) {
      conductor.move(moves)
      crew.callSync(crew.toAll(() => moveOrder(moves)))
    }
    return last
  })
  const everybody = crew.toAll(() => Uint8Array.of(STORE))
  return { world, threads, looks: mover.looks, last: () => last, stored: () => joinParts(kernel, crew.callSync(everybody)), close: () => crew.close() }
}
