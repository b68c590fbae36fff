import type { AnyDefinition } from "./actor.ts"
import type { DuplicateName, InvalidEngineOption, InvalidGenesis, InvalidSnapshot } from "./errors.ts"
import type { Genesis, WorldOptions } from "./genesis.ts"
import type { Ordering } from "./ordering.ts"
import type { DefinitionDiffers, DefinitionMissing, ShardFailed, ShardUnloadable } from "./shard/errors.ts"
import type { GivenModule } from "./shard/modules.ts"

/** How an engine runs; none of it shows in a header. */
export interface EngineSettings extends Omit<WorldOptions, "trace" | "intercept" | "sealed" | "tell"> {
  /** Transactions that may wait for the next block, from 1 to a block's own maximum. Default: a block's maximum, 1,048,576. */
  readonly queueMax?: number | undefined
  /** Sealed blocks that are kept for each reader of `blocks` who falls behind; then the oldest are dropped. Default 64. */
  readonly blocksKeptMax?: number | undefined
  /** Threads that execute the blocks, 1 to 64. Default 1: the thread of the caller, and nothing of what follows matters. */
  readonly threads?: number | undefined
  /** Modules that every thread loads, with all definitions of the world: file URLs, absolute paths or names of packages. */
  readonly modules?: readonly GivenModule[] | undefined
  /** A module whose export `source` gives each thread its own part of each block, so that it does not come through the caller's thread. */
  readonly source?: GivenModule | undefined
  /** What a block of several threads tells: the receipts of what was submitted (the default), or all that happened. */
  readonly tell?: "receipts" | "everything" | undefined
  /** The thread of each of the 1,024 slots, and whether slots are moved where they talk to. Default: dealt out in turn, and moved. */
  readonly placement?: Placement | undefined
  /** Seconds without any progress after which an engine of several threads stops with `ShardFailed`. Default 60. */
  readonly stallSeconds?: number | undefined
  /** Largest heap of each of several threads, in megabytes. Default: Node's. */
  readonly heapMegabytes?: number | undefined
}

export interface Placement {
  readonly owners?: Uint8Array | undefined
  /** Blocks between two looks at the traffic between slots; 0 pins every slot where it is. Default 64. */
  readonly everyBlocks?: number | undefined
}

/** An engine that starts at height 0. */
export interface FromGenesis extends EngineSettings {
  readonly genesis: Genesis
}

/** An engine that goes on where `snapshot` was taken. */
export interface FromSnapshot extends EngineSettings {
  readonly snapshot: Uint8Array
  /** Those of the engine that was stored. */
  readonly definitions: readonly AnyDefinition[]
  /** Needed only for an ordering policy of the host's own. */
  readonly ordering?: Ordering | undefined
}

export type EngineOptions = FromGenesis | FromSnapshot

/** What can be wrong with the modules of several threads. */
export type LoadError = ShardUnloadable | DefinitionMissing | DefinitionDiffers | ShardFailed

/** What can be wrong with the options. */
export type OpenError = InvalidGenesis | InvalidSnapshot | DuplicateName | InvalidEngineOption | LoadError
