import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { actor, encodeTransaction, InvalidBlockInput, NoActorAt, openEngine, Payment, PHASES, ShardFailed, World, type AnyTransaction, type PromiseEngine, type Transaction } from "../../core/index.ts"
import { Rogue, Toll } from "./definitions.ts"

/** An engine of several threads answers as one of one thread does. */

const MODULES = [new URL("./definitions.ts", import.meta.url)]
const NAMES = Array.from({ length: 12 }, (_, index) => `user-${index}`)
const genesis = () => ({ accounts: NAMES.map((name) => [name, { eth: 100n }] as const), actors: [actor("rogue", Rogue, {}), actor("ruin", Rogue, {})] })

const pay = (from: string, nonce: number, to: string, amount: bigint, more: Partial<Transaction> = {}): Transaction => ({
  from, nonce, to, message: Payment, payload: {}, funds: { eth: amount }, ...more,
})

/** Good ones, bad ones, and bytes of both. */
const BLOCKS: readonly { readonly given: readonly AnyTransaction[]; readonly open?: readonly string[] }[] = [
  {
    given: [
      pay("user-0", 0, "user-1", 5n), pay("user-1", 0, "nobody", 3n), pay("user-2", 7, "user-1", 1n), pay("user-3", 0, "user-4", 1_000n), pay("nobody", 0, "user-1", 1n),
      pay("user-5", 0, "user-1", 1n, { funds: { tin: 1n } }), pay("no address!", 0, "user-1", 1n), pay("user-6", -1, "user-1", 1n), null as unknown as Transaction,
      encodeTransaction(pay("user-7", 0, "user-8", 9n)), encodeTransaction(pay("user-7", 5, "user-8", 9n)), new Uint8Array([1, 2, 3]),
      { from: "user-9", nonce: 0, to: "rogue", message: Toll, payload: { left: 2 } }, { from: "user-9", nonce: 1, to: "ruin", message: Toll, payload: { left: 0 }, funds: { eth: 4n } },
      pay("user-10", 0, "rogue", 2n),
    ],
  },
  { given: [pay("user-0", 1, "late", 5n), pay("late", 0, "user-1", 1n)], open: ["late", "rogue/later"] },
  { given: [pay("late", 0, "user-1", 1n, { deadline: 1 })] },
]

const play = async (engine: PromiseEngine): Promise<unknown> => {
  const told: unknown[] = []
  for (const { given, open } of BLOCKS) {
    const receipts = engine.submitAll(given)
    const { header } = await engine.step(open === undefined ? {} : { open })
    told.push({ header, receipts: (await receipts).map((receipt) => ("refusal" in receipt ? { ...receipt, refusal: String(receipt.refusal) } : receipt)) })
  }
  return told
}

describe("an engine of several threads", () => {
  let [one, two]: [PromiseEngine, PromiseEngine] = [] as never
  let told: readonly [unknown, unknown]

  beforeAll(async () => {
    one = await openEngine({ genesis: genesis() })
    two = await openEngine({ genesis: genesis(), threads: 2, modules: MODULES, tell: "everything", placement: { everyBlocks: 1 } })
    told = [await play(one), await play(two)]
  })
  afterAll(() => Promise.all([one.close(), two.close()]))

  it("gives the headers and receipts of one thread, whatever is submitted", () => expect(told[1]).toEqual(told[0]))

  it("answers questions as one thread does", async () => {
    for (const name of [...NAMES, "late", "rogue"]) expect(await two.balance(name, "eth")).toBe(await one.balance(name, "eth"))
    expect(await two.nonce("user-9")).toBe(2)
    expect(await two.state(Rogue, "rogue")).toEqual(await one.state(Rogue, "rogue"))
    for (const engine of [one, two]) {
      await expect(engine.balance("nobody", "eth")).rejects.toBeInstanceOf(NoActorAt)
      await expect(engine.state(Rogue, "user-1")).rejects.toThrow("user-1 of test/Rogue")
    }
    expect(await two.snapshot()).toEqual(await one.snapshot())
  })

  it("refuses the input of a block as one thread does, and keeps what is queued", async () => {
    for (const engine of [one, two]) {
      const receipt = engine.submit(pay("user-11", 0, "user-0", 1n))
      for (const input of [{ open: ["user-1"] }, { open: ["rogue/later"] }, { open: ["no address!"] }, { time: -1 }, { open: "x" }] as never[]) {
        await expect(engine.step(input)).rejects.toBeInstanceOf(InvalidBlockInput)
      }
      await engine.step()
      expect((await receipt).status).toBe("handled")
    }
    expect(await two.header()).toEqual(await one.header())
  })

  it("tells everything that happened, when it was asked for", async () => {
    const [first, second] = [await one.step(), await two.step()]
    expect(second.changes).toEqual(first.changes)
    expect(second.ended.length).toBe(first.ended.length)
    expect(await two.settle()).toBe(await one.settle())
  })

  it("counts the time of each shard's phases as metrics", async () => {
    const counted = async (): Promise<ReadonlyMap<string, number>> => {
      const found = (await Effect.runPromise(Metric.snapshot)).filter(({ id }) => id === "blockstep_shard_microseconds")
      return new Map(found.map((metric) => [`${metric.attributes?.["shard"]} ${metric.attributes?.["phase"]}`, metric.type === "Counter" ? Number(metric.state.count) : Number.NaN]))
    }
    const before = await counted()
    const stretches = (await two.step()).raw.stretches ?? []
    const after = await counted()
    expect(stretches.length).toBe(2)
    for (const [shard, own] of stretches.entries()) {
      for (const phase of PHASES) {
        const key = `${shard} ${phase}`
        expect((after.get(key) ?? 0) - (before.get(key) ?? 0)).toBe(own.reduce((sum, { phase: one, from, to }) => (one === phase ? sum + to - from : sum), 0))
      }
      expect(new Set(own.map(({ phase }) => phase))).toEqual(new Set(PHASES))
    }
    await one.step()
  })

  it("goes on from a snapshot", async () => {
    await using resumed = await openEngine({ snapshot: await one.snapshot(), definitions: [Rogue], threads: 3, modules: MODULES })
    const transaction = pay("user-4", 0, "user-5", 1n)
    const headers = await Promise.all([one, resumed].map(async (engine) => {
      void engine.submit(transaction)
      return (await engine.step()).header
    }))
    expect(headers[1]).toEqual(headers[0])
  })
})

describe("blocks that are asked for in advance", () => {
  const steps = 12
  const payments = (step: number): readonly Transaction[] => NAMES.slice(0, 6).map((name, at) => pay(name, step, NAMES[(at + step) % 12] as string, 1n))

  for (const everyBlocks of [0, 2]) {
    it(`are those that are asked for one after the other, and so is what is asked between them (slots looked at ${everyBlocks === 0 ? "never" : "often"})`, async () => {
      await using engine = await openEngine({ genesis: genesis(), threads: 2, modules: MODULES, placement: { everyBlocks } })
      const world = World.make(genesis())
      const asked: Promise<unknown>[] = []
      const expected: unknown[] = []
      for (let step = 0; step < steps; step++) {
        const receipts = engine.submitAll(payments(step))
        asked.push(engine.step().then(({ header }) => header), receipts.then((all) => all.map(({ status }) => status)))
        const { header, receipts: told } = world.step(payments(step))
        expected.push(header, told.map(({ status }) => status))
        if (step === 4) {
          asked.push(engine.step({ open: ["user-1"] }).catch((problem: unknown) => problem instanceof InvalidBlockInput))
          expected.push(true)
        }
        if (step % 3 === 0) {
          asked.push(engine.snapshot(), engine.balance("user-1", "eth"))
          expected.push(world.snapshot(), world.balance("user-1", "eth"))
        }
      }
      expect(await Promise.all(asked)).toEqual(expected)
    })
  }

  it("fail together when a thread does, and nobody waits for ever", async () => {
    await using engine = await openEngine({ genesis: genesis(), threads: 2, modules: MODULES, source: { module: new URL("./source.ts", import.meta.url).href, data: { names: NAMES, throwsAt: 3 } } })
    const steps = Array.from({ length: 6 }, () => engine.step())
    const receipt = engine.submit(pay("user-0", 0, "user-1", 1n))
    steps.push(engine.step())
    const outcomes = await Promise.allSettled(steps)
    await expect(receipt).rejects.toThrow(/stopped/)
    // The second block has no header either: the transactions of the third were to go with its messages.
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected", "rejected", "rejected", "rejected"])
    expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(ShardFailed)
    await expect(engine.step()).rejects.toThrow(/stopped/)
  })
})

describe("a source", () => {
  const source = (throwsAt: number) => ({ module: new URL("./source.ts", import.meta.url).href, data: { names: NAMES, throwsAt } })

  it("gives each thread its own part of a block; one that throws ends the run with the shard and the block", async () => {
    const world = World.make(genesis())
    const engine = await openEngine({ genesis: genesis(), threads: 2, modules: MODULES, source: source(3) })
    for (const height of [1, 2]) {
      const { header } = world.step(NAMES.map((from) => pay(from, height - 1, from, 1n)))
      expect((await engine.step()).header).toEqual(header)
    }
    const failure: unknown = await engine.step().catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(ShardFailed)
    expect((failure as ShardFailed).message).toMatch(/^shard [01] failed in block 3: Error: the source has run dry$/)
    await engine.close()
  })

  it("works on one thread too", async () => {
    await using engine = await openEngine({ genesis: genesis(), modules: MODULES, source: source(9) })
    expect((await engine.step()).header).toEqual(World.make(genesis()).step(NAMES.map((from) => pay(from, 0, from, 1n))).header)
  })
})
