import * as Effect from "effect/Effect"
import { Codes } from "./codes.ts"
import { worldBody, type Body } from "./engine-body.ts"
import type { EngineOptions, OpenError } from "./engine-options.ts"
import { DuplicateName, InvalidEngineOption, InvalidGenesis, InvalidSnapshot } from "./errors.ts"
import { runBlock } from "./run-block.ts"
import { DefinitionDiffers, DefinitionMissing, ShardFailed, ShardUnloadable } from "./shard/errors.ts"
import type { Kernel } from "./kernel.ts"
import { Mover } from "./shard/mover.ts"
import { checkThreads, kernelFrom, openThreads, type ThreadOptions } from "./shard/threads.ts"
import { ThreadsBody } from "./shard/threads-body.ts"
import { World } from "./world.ts"

const OPEN_ERRORS = [InvalidGenesis, InvalidSnapshot, DuplicateName, InvalidEngineOption, ShardUnloadable, DefinitionMissing, DefinitionDiffers, ShardFailed]

/** What the options ask for: a world in this thread, which is there at once, or threads. */
export const bodyOf = (options: EngineOptions): Effect.Effect<Body, OpenError> => {
  const { threads = 1, source } = options
  const opened: Effect.Effect<Body, unknown> =
    threads === 1 && source === undefined
      ? Effect.try({ try: () => openHere(options), catch: (problem) => problem })
      : Effect.tryPromise({ try: () => open(options, threads), catch: (problem) => problem })
  const typed = (problem: unknown) => (OPEN_ERRORS.some((type) => problem instanceof type) ? Effect.fail(problem as OpenError) : Effect.die(problem))
  return opened.pipe(Effect.catch(typed))
}

const kernelOf = (options: EngineOptions): Kernel => {
  const { authenticate, strict } = options
  return "genesis" in options ? kernelFrom(options.genesis, { authenticate, strict }) : kernelFrom(options, { authenticate, strict })
}

const openHere = (options: EngineOptions): Body => {
  const kernel = kernelOf(options)
  return worldBody(World.over(kernel, runBlock), new Codes(kernel.registry))
}

const open = async (options: EngineOptions, threads: number): Promise<Body> => {
  const { tell = "receipts", placement, modules, source, stallSeconds, heapMegabytes } = options
  const threading: ThreadOptions = { threads, modules, source, stallSeconds, heapMegabytes, owners: placement?.owners }
  checkThreads(threading)
  const started = await openThreads(kernelOf(options), threading, tell === "everything")
  return new ThreadsBody(started, new Mover(threads, placement?.everyBlocks), source !== undefined)
}
