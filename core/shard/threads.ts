import type { AnyDefinition } from "../actor.ts"
import { InvalidEngineOption } from "../errors.ts"
import { kernelOf, type Genesis, type WorldOptions } from "../genesis.ts"
import { Kernel } from "../kernel.ts"
import { LIMITS } from "../limits.ts"
import type { Ordering } from "../ordering.ts"
import { show } from "../show.ts"
import { readSnapshot, writeSnapshot } from "../snapshot.ts"
import { dealtOut } from "./abroad.ts"
import { Conductor } from "./conductor.ts"
import { fingerprintOf } from "./fingerprint.ts"
import { moduleOf, type GivenModule } from "./modules.ts"
import { ThreadCrew } from "./thread-crew.ts"

/** How a world is spread over threads; none of it shows in a header. */
export interface ThreadOptions extends Omit<WorldOptions, "trace" | "intercept" | "sealed"> {
  /** From 1 to 64. */
  readonly threads: number
  /** Modules that every shard loads, with all the definitions of the world. */
  readonly modules?: readonly GivenModule[] | undefined
  /** A module whose export `source` gives each shard its transactions, block by block. */
  readonly source?: GivenModule | undefined
  /** The shard of each of the 1,024 slots. Default: dealt out in turn. */
  readonly owners?: Uint8Array | undefined
  /** Seconds without progress after which a run ends with `ShardFailed`. Default 60. */
  readonly stallSeconds?: number | undefined
  /** Largest heap of each thread, in megabytes. Default: Node's. */
  readonly heapMegabytes?: number | undefined
  /** For tests: the longest time, in milliseconds, that a thread sleeps before each meeting. */
  readonly delay?: number | undefined
}

export interface FromThere {
  readonly snapshot: Uint8Array
  readonly definitions: readonly AnyDefinition[]
  readonly ordering?: Ordering | undefined
}

/** Threads and the one who stands before them. */
export interface Threads {
  readonly conductor: Conductor
  readonly crew: ThreadCrew
}

export const THREADS_MAX = 64
const STALL_SECONDS = 60

/** Checks the options that concern threads. Throws `InvalidEngineOption`. */
export const checkThreads = ({ threads, owners, stallSeconds }: ThreadOptions): void => {
  const refuse = (option: string, expected: string, value: unknown): never => {
    throw new InvalidEngineOption({ option, expected, value: show(value) })
  }
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > THREADS_MAX) refuse("threads", `an integer from 1 to ${THREADS_MAX}`, threads)
  if (owners !== undefined && !(owners instanceof Uint8Array && owners.length === LIMITS.slots && owners.every((owner) => owner < threads))) {
    refuse("owners", `a Uint8Array of ${LIMITS.slots} shards below ${threads}`, owners)
  }
  if (stallSeconds !== undefined && !(stallSeconds > 0)) refuse("stallSeconds", "a number of seconds above 0", stallSeconds)
}

/** The kernel that a world begins with. Throws what `World.make` and `World.restore` throw. */
export const kernelFrom = (from: Genesis | FromThere, options: WorldOptions): Kernel =>
  "snapshot" in from ? readSnapshot(from.definitions, from.snapshot, { ...options, ordering: from.ordering }) : kernelOf(from, options)

/**
 * Starts the threads of a world. With `mirrors` the kernel goes on to be a mirror of the world, block by block; else its actors live in the
 * threads only. Rejects with a `LoadError`, or throws `InvalidEngineOption`.
 */
export const openThreads = async (world: Kernel, options: ThreadOptions, mirrors: boolean): Promise<Threads> => {
  checkThreads(options)
  const { threads: shards, modules = [], source, owners = dealtOut(options.threads), stallSeconds = STALL_SECONDS, heapMegabytes, delay } = options
  const { config, registry, time, header } = world
  const kernel = mirrors ? world : new Kernel(config, registry, time, header)
  kernel.height = world.height
  const conductor = new Conductor(world, kernel, Uint8Array.from(owners), shards)
  const crew = await ThreadCrew.open({
    shards,
    snapshot: writeSnapshot(world),
    owners,
    digests: conductor.memory,
    strict: config.strict,
    ordering: config.ordering.name,
    authenticated: config.authenticate !== undefined,
    needed: [...registry.definitions.values()].map(fingerprintOf),
    modules: modules.map(moduleOf),
    source: source === undefined ? undefined : moduleOf(source),
    stallSeconds,
    heapMegabytes,
    delay,
  })
  return { conductor, crew }
}
