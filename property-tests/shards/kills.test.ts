import { describe, expect, it } from "vitest"
import * as Effect from "effect/Effect"
import { BookUnbalanced, ShardFailed, slotOf, World, type Genesis, type Transaction } from "../../core/index.ts"
import { Mover } from "../../core/shard/mover.ts"
import { joinParts } from "../../core/shard/store.ts"
import { STORE } from "../../core/shard/orders.ts"
import { kernelFrom, openThreads, type FromThere, type ThreadOptions } from "../../core/shard/threads.ts"
import { ThreadsBody } from "../../core/shard/threads-body.ts"
import { Random } from "../../sim/index.ts"
import { given, genesis, type Doing } from "./arson.ts"
import { Fuse } from "./definitions.ts"

/**
 * Threads die in every way and at any instant, also in the middle of a block and of a handler. It is told of whom and when, the sealed blocks
 * stand, and what was stored goes on, on any number of threads, to the headers of a run that nobody broke.
 */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const ROUNDS = LONG ? 25 : 1

const MODULES = [new URL("./definitions.ts", import.meta.url)]
const BLOCKS = 12
const HEAP_MEGABYTES = 48

/** Roots of a run that nobody broke, by height less 1. */
const ROOTS = (() => {
  const world = World.make(genesis())
  return Array.from({ length: BLOCKS }, (_, index) => world.step(given(index + 1)).header.root)
})()

const open = async (from: Genesis | FromThere, threads: number, more: Partial<ThreadOptions> = {}) => {
  const { conductor, crew } = await openThreads(kernelFrom(from, {}), { threads, modules: MODULES, stallSeconds: 60, ...more }, false)
  const asking = { receipts: false, traffic: false, fromSource: false }
  const step = async (transactions: readonly Transaction[]) => conductor.endBlock(await crew.call(conductor.beginBlock(transactions, {}, () => false, asking)))
  const stored = async () => joinParts(conductor.kernel, await crew.call(crew.toAll(() => Uint8Array.of(STORE))))
  return { conductor, crew, step, stored }
}

type Open = Awaited<ReturnType<typeof open>>

interface Kept {
  readonly height: number
  readonly bytes: Uint8Array
}

/** Blocks up to a height; gives the snapshot of a random one of them, or of the genesis. */
const stepTo = async (running: Open, height: number, random: Random): Promise<Kept> => {
  const wanted = random.below(height + 1)
  let kept = { height: 0, bytes: World.make(genesis()).snapshot() }
  for (let next = 1; next <= height; next++) {
    expect((await running.step(given(next))).header.root).toBe(ROOTS[next - 1])
    if (next === wanted) kept = { height: next, bytes: await running.stored() }
  }
  return kept
}

/** What every death must leave behind. `height`: of the block that it broke. */
const afterwards = async ({ conductor, crew, step }: Open, failure: unknown, height: number, kept: Kept, threads: number) => {
  expect(failure).toBeInstanceOf(ShardFailed)
  expect(conductor.kernel.header.height).toBe(height - 1)
  expect(conductor.kernel.header.root).toBe(height === 1 ? World.make(genesis()).header.root : ROOTS[height - 2])
  await expect(step(given(height))).rejects.toBe(failure)
  await crew.close()
  const resumed = await open({ snapshot: kept.bytes, definitions: [Fuse] }, threads)
  for (let next = kept.height + 1; next <= Math.min(BLOCKS, height + 1); next++) expect((await resumed.step(given(next))).header.root).toBe(ROOTS[next - 1])
  await resumed.crew.close()
}

const thrown = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (problem: unknown) => problem)

/** Ends a thread once it is inside the handler that hangs, which it is asked every so many milliseconds. */
const endHanging = ({ crew }: Open, shard: number, milliseconds: number): NodeJS.Timeout => {
  const timer = setInterval(() => {
    if (crew["activities"][shard]?.handling?.actor !== "fuse") return
    clearInterval(timer)
    void crew["workers"][shard]?.terminate()
  }, milliseconds)
  return timer
}

/** How a thread dies while its handler runs; somebody must end the one that hangs. */
const DEATHS = [
  ["hangs", "is ended from outside", {}, /its thread was ended \(exit code 1\)$/],
  ["exits", "ends its own thread", {}, /its thread was ended \(exit code 7\)$/],
  ["gorges", "takes more memory than its thread may have", { heapMegabytes: HEAP_MEGABYTES }, /memory/],
] as const

describe(`a thread that dies inside a handler (seed ${SEED}, ${ROUNDS} rounds)`, () => {
  for (const [deed, words, options, problem] of DEATHS) {
    it(`which ${words}`, async () => {
      const random = Random.make(SEED, deed)
      for (let round = 0; round < ROUNDS; round++) {
        const threads = 2 + random.below(2)
        const running = await open(genesis(), threads, options)
        const height = 1 + random.below(BLOCKS - 2)
        const kept = await stepTo(running, height - 1, random)
        const home = running.conductor.owners[slotOf("fuse")] as number
        const timer = deed === "hangs" ? endHanging(running, home, 1 + random.below(10)) : undefined
        const failure = await thrown(running.step(given(height, deed)))
        clearInterval(timer)
        await afterwards(running, failure, height, kept, 1 + random.below(3))
        const { shard, height: at, actor: named, handling, message } = failure as ShardFailed
        expect({ shard, at, named, handling }).toEqual({ shard: home, at: height, named: "fuse", handling: `arsonist@${height - 1}` })
        expect(message).toMatch(problem)
      }
    })
  }
})

describe(`a thread that is ended in the middle of a block (seed ${SEED}, ${ROUNDS} rounds)`, () => {
  it("at a random instant, while threads sleep before they meet", async () => {
    const random = Random.make(SEED, "middle")
    for (let round = 0; round < ROUNDS; round++) {
      const threads = 2 + random.below(2)
      const running = await open(genesis(), threads, { delay: 12 })
      const height = 1 + random.below(BLOCKS - 2)
      const kept = await stepTo(running, height - 1, random)
      const doomed = random.below(threads)
      // The block is under way when the call comes back: its orders are given, and nobody has come to the end of it.
      const block = thrown(running.step(given(height)))
      const timer = setTimeout(() => void running.crew["workers"][doomed]?.terminate(), random.below(6))
      const failure = await block
      clearTimeout(timer)
      if (failure === undefined) {
        // It was faster than its end. Then that comes between two blocks, and the next one fails, although it never began.
        expect(running.conductor.kernel.header.root).toBe(ROOTS[height - 1])
        await running.crew["workers"][doomed]?.terminate()
        await afterwards(running, await thrown(running.step(given(height + 1))), height + 1, kept, 1 + random.below(3))
      } else {
        expect((failure as ShardFailed).shard).toBe(doomed)
        await afterwards(running, failure, height, kept, 1 + random.below(3))
      }
    }
  })
})

describe(`a thread that is ended while blocks are asked for in advance (seed ${SEED}, ${ROUNDS} rounds)`, () => {
  it("at a random instant: the headers so far are right, everybody who waits is told the same, and what was stored goes on", async () => {
    const random = Random.make(SEED, "in advance")
    const source = { module: new URL("./arson.ts", import.meta.url).href, data: {} }
    let sealed = 0
    for (let round = 0; round < ROUNDS * 2; round++) {
      const threads = 1 + random.below(3)
      const { conductor, crew } = await openThreads(kernelFrom(genesis(), {}), { threads, modules: MODULES, source, stallSeconds: 60, delay: 4 }, false)
      const body = new ThreadsBody({ conductor, crew }, new Mover(threads, 0), true)
      const next = (): Promise<string> => Effect.runPromise(body.step([], {}, false)).then(({ header }) => header.root)
      const before = 1 + random.below(3)
      for (let height = 1; height <= before; height++) expect(await next()).toBe(ROOTS[height - 1])
      const kept = { height: before, bytes: await Effect.runPromise(body.snapshot) }
      const asked = Array.from({ length: BLOCKS - before }, next)
      const timer = setTimeout(() => void crew["workers"][random.below(threads)]?.terminate(), random.below(30))
      const outcomes = await Promise.allSettled(asked)
      clearTimeout(timer)
      const reached = outcomes.filter(({ status }) => status === "fulfilled").length
      sealed += reached
      expect(outcomes.slice(0, reached).map((outcome) => (outcome as PromiseFulfilledResult<string>).value)).toEqual(ROOTS.slice(before, before + reached))
      expect(conductor.kernel.header.height).toBe(before + reached)
      for (const outcome of outcomes.slice(reached)) expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(ShardFailed)
      await crew.close()
      const resumed = await open({ snapshot: kept.bytes, definitions: [Fuse] }, 1 + random.below(3))
      for (let height = kept.height + 1; height <= BLOCKS; height++) expect((await resumed.step(given(height))).header.root).toBe(ROOTS[height - 1])
      await resumed.crew.close()
    }
    expect(sealed).toBeLessThan(ROUNDS * 2 * BLOCKS)
  })
})

describe("a book that does not balance", () => {
  it("ends all blocks that were asked for in advance, and nobody waits for ever", async () => {
    const source = { module: new URL("./arson.ts", import.meta.url).href, data: {} }
    const { conductor, crew } = await openThreads(kernelFrom(genesis(), {}), { threads: 2, modules: MODULES, source, stallSeconds: 60 }, false)
    const body = new ThreadsBody({ conductor, crew }, new Mover(2, 0), true)
    const next = (): Promise<string> => Effect.runPromise(body.step([], {}, false)).then(({ header }) => header.root)
    expect(await next()).toBe(ROOTS[0])
    const asset = conductor.kernel.asset("eth")
    asset.inFlight = -1_000_000n
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, next))
    for (const outcome of outcomes) expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(BookUnbalanced)
    expect(conductor.kernel.header.root).toBe(ROOTS[0])
    await crew.close()
  })
})

describe(`an error that a handler throws (seed ${SEED})`, () => {
  it(`in any of ${BLOCKS} blocks ends no thread: it is the same defect, in the same headers, as on one thread`, async () => {
    const random = Random.make(SEED, "throws")
    for (let round = 0; round < (LONG ? 25 : 1); round++) {
      const world = World.make(genesis())
      const running = await open(genesis(), 2 + random.below(2))
      const deeds = Array.from({ length: BLOCKS }, (): Doing => (random.below(2) === 0 ? "throws" : "counts"))
      for (const [index, deed] of deeds.entries()) {
        const block = world.step(given(index + 1, deed))
        expect((await running.step(given(index + 1, deed))).header).toEqual(block.header)
        expect(block.raw.ended.filter(({ defect }) => defect !== undefined).length).toBe(deed === "throws" ? 1 : 0)
      }
      expect(deeds).toContain("throws")
      expect(await running.stored()).toEqual(world.snapshot())
      await running.crew.close()
    }
  })
})
