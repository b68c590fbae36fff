import { describe, expect, it } from "vitest"
import {
  Actor, actor, Count, DefinitionDiffers, DefinitionMissing, EngineStopped, InvalidEngineOption, openEngine, OrderBroken, Payment, SeriesDiffers, ShardFailed, ShardUnloadable, World, type Genesis, type Transaction,
} from "../../core/index.ts"
import { openThreads, kernelFrom } from "../../core/shard/threads.ts"
import { joinParts } from "../../core/shard/store.ts"
import { STORE } from "../../core/shard/orders.ts"
import { Random } from "../../sim/index.ts"
import { DoubleTongued, Gorge, Rogue, Spin, Two } from "./definitions.ts"
import * as Orders from "./orders.ts"

/** When a thread dies the run ends with a typed error, never with a hang, and never with half a block. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const KILLED = LONG ? 100 : 5

const MODULES = [new URL("./definitions.ts", import.meta.url)]
const NAMES = Array.from({ length: 24 }, (_, index) => `user-${index}`)

const genesis = (): Genesis => ({ accounts: NAMES.map((name) => [name, { eth: 1_000n }] as const), actors: [actor("rogue", Rogue, {})] })

/** Payments among everybody, the same for each block of the same height. */
const payments = (height: number): Transaction[] => {
  const random = Random.make(height, "payments")
  return NAMES.map((from) => ({
    from, nonce: height - 1, to: NAMES[random.below(NAMES.length)] as string, message: Payment, payload: {}, funds: { eth: BigInt(random.below(5)) },
  }))
}

/** Roots of a run that nobody broke, by height less 1. */
const ROOTS = (() => {
  const world = World.make(genesis())
  return Array.from({ length: 400 }, (_, index) => world.step(payments(index + 1)).header.root)
})()

const crewOf = async (threads: number) => {
  const opened = await openThreads(kernelFrom(genesis(), {}), { threads, modules: MODULES, stallSeconds: 20 }, false)
  const { conductor, crew } = opened
  const asking = { receipts: false, traffic: false, fromSource: false }
  const step = async (height: number) => conductor.endBlock(await crew.call(conductor.beginBlock(payments(height), {}, () => false, asking)))
  const stored = async () => joinParts(conductor.kernel, await crew.call(crew["workers"].map(() => Uint8Array.of(STORE))))
  return { ...opened, step, stored }
}

describe("a thread that is ended", () => {
  it(`at ${KILLED} random instants ends the run with its number and block; what was stored goes on to the same headers (seed ${SEED})`, async () => {
    const random = Random.make(SEED, "instants")
    for (let round = 0; round < KILLED; round++) {
      const threads = 2 + random.below(2)
      const { conductor, crew, step, stored } = await crewOf(threads)
      const doomed = random.below(threads)
      const timer = setTimeout(() => void crew["workers"][doomed]?.terminate(), random.below(30))
      let [height, kept]: [number, { height: number; bytes: Uint8Array }] = [0, { height: 0, bytes: World.make(genesis()).snapshot() }]
      let failure: unknown
      while (failure === undefined) {
        try {
          const { header } = await step(height + 1)
          expect(header.root).toBe(ROOTS[height])
          height++
          if (height % 5 === 2) kept = { height, bytes: await stored() }
        } catch (thrown) {
          failure = thrown
        }
      }
      clearTimeout(timer)
      expect(failure).toBeInstanceOf(ShardFailed)
      expect((failure as ShardFailed).shard).toBe(doomed)
      expect((failure as ShardFailed).message).toMatch(/^shard \d failed in block \d+: its thread was ended/)
      // The last sealed block stands as it was.
      expect(conductor.kernel.header.height).toBe(height)
      expect(conductor.kernel.header.root).toBe(height === 0 ? World.make(genesis()).header.root : ROOTS[height - 1])
      await expect(step(height + 1)).rejects.toBe(failure)
      await crew.close()
      const resumed = World.restore([Rogue], kept.bytes)
      for (let next = kept.height + 1; next <= kept.height + 4; next++) expect(resumed.step(payments(next)).header.root).toBe(ROOTS[next - 1])
    }
  })
})

const openRogue = (more: object = {}) => openEngine({ genesis: genesis(), threads: 2, modules: MODULES, ...more })

const rogueTransaction = (message: typeof Spin | typeof Gorge): Transaction => ({ from: "user-3", nonce: 0, to: "rogue", message, payload: {} })

describe("a handler that takes its thread along", () => {
  const cases = [
    ["never returns", Spin, { stallSeconds: 1 }, /no progress for 1 seconds/],
    ["takes all memory", Gorge, { heapMegabytes: 48 }, /memory/],
  ] as const
  for (const [what, message, options, problem] of cases) {
    it(`because it ${what} is named, with its message, and the engine stops at the last sealed block`, async () => {
      const engine = await openRogue(options)
      await engine.step()
      const { root } = await engine.header()
      const receipt = engine.submit(rogueTransaction(message)).catch((thrown: unknown) => thrown)
      const failure: unknown = await engine.step().catch((thrown: unknown) => thrown)
      expect(failure).toBeInstanceOf(ShardFailed)
      const { height, actor: named, handling, message: words } = failure as ShardFailed
      expect({ height, named, handling }).toEqual({ height: 2, named: "rogue", handling: "user-3@0" })
      expect(words).toMatch(problem)
      const stopped = await receipt
      expect(stopped).toBeInstanceOf(EngineStopped)
      expect((stopped as EngineStopped).height).toBe(1)
      await expect(engine.balance("user-1", "eth")).rejects.toBeInstanceOf(EngineStopped)
      expect(root).toMatch(/^[0-9a-f]{64}$/)
      await engine.close()
    })
  }

  it("or a policy of order that breaks the order, stops the engine as on one thread", async () => {
    const engine = await openEngine({ genesis: { ...genesis(), ordering: Orders.swapping }, threads: 2, modules: [...MODULES, new URL("./orders.ts", import.meta.url)] })
    const pair = [0, 1].map((nonce): Transaction => ({ from: "user-0", nonce, to: "user-1", message: Payment, payload: {}, funds: { eth: 1n } }))
    void engine.submitAll(pair).catch(() => undefined)
    await expect(engine.step()).rejects.toBeInstanceOf(OrderBroken)
    await engine.close()
  })

  it("or an engine that is closed at work, leaves nobody waiting", async () => {
    for (const threads of [1, 2, 3]) {
      const engine = await openEngine({ genesis: genesis(), threads, modules: MODULES })
      const pair = [0, 1].map((nonce): Transaction => ({ from: "user-0", nonce, to: "user-1", message: Payment, payload: {}, funds: { eth: 1n } }))
      const under = [engine.submitAll(pair), engine.step(), engine.step(), engine.balance("user-0", "eth"), engine.snapshot()]
      const ends = Promise.allSettled(under)
      await engine.close()
      for (const end of await ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(EngineStopped)
      await expect(engine.step()).rejects.toBeInstanceOf(EngineStopped)
    }
  })

  it("or a series that says another thing than its handler, stops a strict engine as on one thread", async () => {
    const actors = [actor("two", DoubleTongued, {})]
    const pair = [0, 1].map((nonce): Transaction => ({ from: "user-0", nonce, to: "two", message: Two, payload: {} }))
    const errors = await Promise.all([1, 2].map(async (threads) => {
      await using engine = await openEngine({ genesis: { accounts: { "user-0": {} }, actors }, threads, modules: MODULES, strict: true })
      void engine.submitAll(pair).catch(() => undefined)
      return await engine.step().catch((thrown: unknown) => thrown)
    }))
    for (const error of errors) {
      expect(error).toBeInstanceOf(SeriesDiffers)
      expect(error).toMatchObject({ height: 1, actor: "two", id: "user-0@1", type: "test/Two", problem: expect.stringMatching(/^the state is/) as unknown })
    }
    expect(String(errors[0])).toBe(String(errors[1]))
  })
})

describe("an engine that cannot be opened", () => {
  const refused = (more: object) => openRogue(more).catch((thrown: unknown) => thrown)

  it("says which definition no module has", async () => {
    const problem = await refused({ modules: [] })
    expect(problem).toBeInstanceOf(DefinitionMissing)
    expect((problem as DefinitionMissing).message).toBe("shards do not know the definition test/Rogue: no modules are given")
  })

  it("says which definition differs, and in what", async () => {
    const Other = Actor.make("test/Rogue", { params: {}, state: { seen: Count, heard: Count }, messages: {}, create: () => ({ seen: 0, heard: 0 }), handlers: {} })
    const problem = await refused({ genesis: { actors: [actor("rogue", Other, {})] } })
    expect(problem).toBeInstanceOf(DefinitionDiffers)
    expect((problem as DefinitionDiffers).message).toBe("the definition test/Rogue that shards loaded differs from the one in use in its state")
  })

  it("says which module cannot be loaded", async () => {
    const problem = await refused({ modules: [new URL("./nowhere.ts", import.meta.url)] })
    expect(problem).toBeInstanceOf(ShardUnloadable)
    expect((problem as ShardUnloadable).message).toMatch(/^shards cannot load file:.*nowhere\.ts: Error: Cannot find module/)
  })

  for (const [option, value] of [["threads", 0], ["threads", 65], ["threads", 1.5], ["stallSeconds", -1], ["placement", { owners: new Uint8Array(1_024).fill(2) }]] as const) {
    it(`names the option ${option}`, async () => expect(await refused({ [option]: value })).toBeInstanceOf(InvalidEngineOption))
  }
})
