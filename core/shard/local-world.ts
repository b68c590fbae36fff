import type { Genesis, WorldOptions } from "../genesis.ts"
import { kernelOf } from "../genesis.ts"
import type { AnyDefinition } from "../actor.ts"
import type { Kernel } from "../kernel.ts"
import { readSnapshot, writeSnapshot } from "../snapshot.ts"
import { World } from "../world.ts"
import { dealtOut } from "./abroad.ts"
import { Conductor } from "./conductor.ts"
import { LocalCrew, type Interleaving } from "./local-crew.ts"
import { moveOrder, type Moves } from "./move.ts"
import { joinParts } from "./store.ts"
import { STORE } from "./orders.ts"

export interface LocalOptions extends Omit<WorldOptions, "trace" | "intercept" | "sealed"> {
  readonly shards: number
  /** The shard of each slot. */
  readonly owners?: Uint8Array | undefined
  readonly interleaving?: Interleaving | undefined
}

/** A world whose blocks are executed by shards that share this thread, and what tests do to them. */
export interface LocalWorld {
  readonly world: World
  readonly conductor: Conductor
  /** Moves slots, between two blocks. */
  readonly move: (moves: Moves) => void
  /** The world as its shards store it. */
  readonly stored: () => Uint8Array
}

/** Throws `InvalidGenesis` or `DuplicateName`. */
export const localWorld = (genesis: Genesis, options: LocalOptions): LocalWorld => over(kernelOf(genesis, options), options)

/** Throws `InvalidSnapshot` or `DuplicateName`. */
export const restoreLocalWorld = (definitions: readonly AnyDefinition[], snapshot: Uint8Array, options: LocalOptions): LocalWorld =>
  over(readSnapshot(definitions, snapshot, options), options)

const over = (kernel: Kernel, { shards, owners = dealtOut(shards), interleaving }: LocalOptions): LocalWorld => {
  const { config, registry } = kernel
  const { strict, ordering, authenticate } = config
  const definitions = [...registry.definitions.values()]
  const conductor = new Conductor(kernel, kernel, Uint8Array.from(owners), shards)
  const crew = new LocalCrew(
    { definitions, snapshot: writeSnapshot(kernel), owners, digests: conductor.memory, shards, strict, ordering, authenticated: authenticate !== undefined },
    interleaving,
  )
  const asking = { receipts: true, traffic: false, fromSource: false }
  const lives = (address: string): boolean => kernel.cells.has(address)
  const world = World.over(kernel, (_, transactions, input = {}) => conductor.endBlock(crew.call(conductor.beginBlock(transactions, input, lives, asking))))
  return {
    world,
    conductor,
    move: (moves) => {
      conductor.move(moves)
      crew.call(Array.from({ length: shards }, () => moveOrder(moves)))
    },
    stored: () => joinParts(kernel, crew.call(Array.from({ length: shards }, () => Uint8Array.of(STORE)))),
  }
}
