import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  Account,
  Actor,
  actor,
  after,
  Amount,
  Engine,
  Message,
  openEngine,
  Orderings,
  payOne,
  Payment,
  View,
  World,
  type Block,
  type BlockInput,
  type EngineOptions,
  type Genesis,
  type Ordering,
  type Transaction,
} from "../../core/index.ts"

const Put = Message.make("engine-test/Put", { reply: { total: Amount } })
const Tick = Message.make("engine-test/Tick", {})
const Total = View.make("engine-test/Total", { total: Amount })

/** Counts what it is given, keeps half, pays the other half back, and ticks twice after every payment. */
const Pot = Actor.make("engine-test/Pot", {
  params: {},
  state: { total: Amount, ticks: Amount },
  messages: { Put, Tick },
  view: Total,
  publish: ({ total }) => ({ total }),
  capacity: 3,
  create: () => ({ total: 0n, ticks: 0n }),
  handlers: {
    Put: (pot, _, { funds, sender }) => {
      const total = pot.total + funds.get("eth")
      return {
        state: { ...pot, total },
        reply: { total },
        sends: [payOne(sender, "eth", funds.get("eth") / 2n)],
        timers: [after(1, Tick, {}), after(3, Tick, {})],
      }
    },
    Tick: (pot) => ({ state: { ...pot, ticks: pot.ticks + 1n } }),
  },
})

const ACCOUNTS = ["alice", "bob", "carol"] as const
const genesis: Genesis = {
  accounts: Object.fromEntries(ACCOUNTS.map((name) => [name, { eth: 1000n }])),
  actors: [actor("pot", Pot, {})],
  seed: 7n,
}
const put = (from: string, nonce: number, amount: bigint): Transaction<typeof Put> => ({ from, nonce, to: "pot", message: Put, payload: {}, funds: { eth: amount } })

/** Runs a program against an open engine and gives its exit. */
const within = <A, E>(program: Effect.Effect<A, E, Engine>, options: EngineOptions = { genesis }) =>
  Effect.runPromise(Effect.exit(Effect.provide(program, Engine.layer(options))))
const using = <A, E>(program: Effect.Effect<A, E, Engine>, options: EngineOptions = { genesis }): Promise<A> =>
  Effect.runPromise(Effect.provide(program, Engine.layer(options)))
const queued = { startImmediately: true } as const

/** The error of a failed exit. */
const failure = (exit: Exit.Exit<unknown, unknown>): unknown => {
  if (Exit.isSuccess(exit)) return expect.fail("it should have failed")
  const reason = exit.cause.reasons[0]
  return reason?._tag === "Fail" ? reason.error : expect.fail(String(exit.cause))
}

const LOSSY: Ordering = { name: "lossy", arrange: (arrivals) => arrivals.slice(1) }

/** Blocks of transactions, right and wrong ones; nonces are right unless `skip` says otherwise. */
const transactions = fc.array(
  fc.record({ from: fc.constantFrom(...ACCOUNTS, "nobody"), amount: fc.bigInt(0n, 400n), skip: fc.constantFrom(0, 0, 0, 1) }),
  { maxLength: 8 },
)
const blocks = fc.array(fc.record({ given: transactions, seconds: fc.option(fc.nat(100), { nil: undefined }) }), { minLength: 1, maxLength: 8 })
const SEED = 2_024

describe("the engine beside the world", () => {
  it(`seals the same headers, receipts and snapshots for the same inputs (seed ${SEED})`, () =>
    fc.assert(
      fc.asyncProperty(blocks, async (inputs) => {
        const world = World.make(genesis)
        const engine = await openEngine({ genesis })
        const nonces = new Map<string, number>()
        for (const { given, seconds } of inputs) {
          const list = given.map(({ from, amount, skip }) => {
            const nonce = (nonces.get(from) ?? 0) + skip
            nonces.set(from, nonce + 1)
            return put(from, nonce, amount)
          })
          const input: BlockInput = seconds === undefined ? {} : { time: world.time + seconds }
          const expected = world.step(list, input)
          const receipts = list.map((each) => engine.submit(each))
          const block = await engine.step(input)
          expect(block.header).toEqual(expected.header)
          expect(await Promise.all(receipts)).toEqual(expected.receipts)
        }
        expect(await engine.snapshot()).toEqual(world.snapshot())
        await engine.close()
      }),
      { seed: SEED, numRuns: 100 },
    ))

  it("goes on from a snapshot as if it had never stopped", async () => {
    const world = World.make(genesis)
    for (const [nonce, from] of [[0, "alice"], [0, "bob"], [1, "alice"]] as const) world.step([put(from, nonce, 100n)])
    const snapshot = world.snapshot()
    await using engine = await openEngine({ snapshot, definitions: [Pot] })
    expect(await engine.header()).toEqual(world.header)
    const receipt = engine.submit(put("carol", 0, 9n))
    const blocksSettled = await engine.settle()
    world.step([put("carol", 0, 9n)])
    const expected = world.settle()
    expect(blocksSettled).toBe(expected.length + 1)
    expect(await engine.header()).toEqual(world.header)
    expect(await receipt).toMatchObject({ status: "handled", reply: { total: 309n } })
  })
})

describe("submit and step", () => {
  it("completes a submission when its block is sealed, in order of submission", () =>
    using(
      Effect.gen(function* () {
        const engine = yield* Engine
        const first = yield* Effect.forkChild(engine.submit(put("alice", 0, 10n)), queued)
        const both = yield* Effect.forkChild(engine.submitAll([put("bob", 0, 20n), put("bob", 5, 1n)]), queued)
        expect(first.pollUnsafe()).toBe(undefined)
        const block = yield* engine.step()
        expect(yield* Fiber.join(first)).toMatchObject({ status: "handled", index: 0, reply: { total: 10n } })
        expect(yield* Fiber.join(both)).toMatchObject([{ status: "handled", index: 1, reply: { total: 30n } }, { status: "refused", index: 2 }])
        expect(block.height).toBe(yield* engine.height)
        expect(yield* engine.header).toEqual(block.header)
      }),
    ))

  it("answers reads as of the last sealed block", () =>
    using(
      Effect.gen(function* () {
        const engine = yield* Engine
        const waiting = yield* Effect.forkChild(engine.submit(put("alice", 0, 10n)), queued)
        expect([yield* engine.nonce("alice"), yield* engine.balance("alice", "eth")]).toEqual([0, 1000n])
        yield* engine.step({ time: 50 })
        yield* Fiber.join(waiting)
        expect([yield* engine.nonce("alice"), yield* engine.balance("alice", "eth")]).toEqual([1, 990n])
        expect(yield* engine.view(Total, "pot")).toEqual({ total: 10n })
        expect(yield* engine.view(Total, "alice")).toBe(undefined)
        expect(yield* engine.state(Pot, "pot")).toEqual({ total: 10n, ticks: 0n })
        expect(yield* engine.settle()).toBe(3)
        expect(yield* engine.state(Pot, "pot")).toEqual({ total: 10n, ticks: 2n })
        expect(yield* engine.balance("alice", "eth")).toBe(995n)
        expect(yield* engine.header).toMatchObject({ height: 4, time: 53 })
      }),
    ))

  it("gives a pending receipt for a message that waits behind others", () =>
    using(
      Effect.gen(function* () {
        const engine = yield* Engine
        const waiting = yield* Effect.forkChild(engine.submitAll([0, 1, 2, 3].map((nonce) => put("alice", nonce, 1n))), queued)
        yield* engine.step()
        expect((yield* Fiber.join(waiting)).map(({ status }) => status)).toEqual(["handled", "handled", "handled", "pending"])
      }),
    ))

  it("keeps a transaction whose submitter stopped waiting", () =>
    using(
      Effect.gen(function* () {
        const engine = yield* Engine
        yield* Fiber.interrupt(yield* Effect.forkChild(engine.submit(put("alice", 0, 10n)), queued))
        expect((yield* engine.step()).receipts).toMatchObject([{ status: "handled" }])
      }),
    ))

  it("hands a malformed transaction from plain JavaScript back as a refusal", async () => {
    await using engine = await openEngine({ genesis })
    const receipts = [null, 5, {}, { ...put("alice", 0, 1n), funds: { eth: 1 } }].map((given) => engine.submit(given as never))
    await engine.step()
    for (const receipt of await Promise.all(receipts)) expect(receipt).toMatchObject({ status: "refused", refusal: { _tag: "core/InvalidTransaction" } })
  })
})

describe("the stream of blocks", () => {
  it("carries every sealed block and ends when the engine is closed", () =>
    using(
      Effect.gen(function* () {
        const engine = yield* Engine
        const reading = yield* Effect.forkDetach(Stream.runCollect(Stream.map(engine.blocks, ({ height }) => height)), queued)
        yield* engine.step()
        yield* engine.step()
        return reading
      }).pipe(Effect.map((reading) => () => Effect.runPromise(Fiber.join(reading)))),
    ).then(async (heights) => expect(await heights()).toEqual([1, 2])))

  it("drops the oldest blocks of a reader who falls behind, and no others", () =>
    using(
      Effect.gen(function* () {
        const engine = yield* Engine
        const first = yield* Effect.forkChild(
          Stream.runCollect(Stream.take(Stream.mapEffect(engine.blocks, ({ height }) => Effect.as(Effect.yieldNow, height)), 3)),
          queued,
        )
        for (let count = 0; count < 10; count++) yield* engine.step()
        const heights = yield* Fiber.join(first)
        expect(heights.length).toBe(3)
        expect(heights.slice(-2)).toEqual([9, 10])
      }),
      { genesis, blocksKeptMax: 2 },
    ))

  it("fails when the engine breaks", async () => {
    await using engine = await openEngine({ genesis: { ...genesis, ordering: LOSSY } })
    const reading = engine.blocks()[Symbol.asyncIterator]().next()
    engine.submit(put("alice", 0, 10n)).catch(() => undefined)
    await expect(engine.step()).rejects.toMatchObject({ _tag: "core/OrderBroken" })
    await expect(reading).rejects.toMatchObject({ _tag: "core/EngineStopped" })
  })
})

describe("errors", () => {
  const open: ReadonlyArray<readonly [EngineOptions, tag: string]> = [
    [{ genesis: { ...genesis, time: -1 } }, "core/InvalidGenesis"],
    [{ genesis: { actors: [actor("pot", Pot, {}), actor("other", Actor.make("engine-test/Pot", { ...Pot }), {})] } }, "core/DuplicateName"],
    [{ snapshot: new Uint8Array(5), definitions: [] }, "core/InvalidSnapshot"],
    [{ snapshot: World.make(genesis).snapshot(), definitions: [] }, "core/InvalidSnapshot"],
    [{ genesis, queueMax: 0 }, "core/InvalidEngineOption"],
    [{ genesis, queueMax: 2 ** 21 }, "core/InvalidEngineOption"],
    [{ genesis, blocksKeptMax: 1.5 }, "core/InvalidEngineOption"],
  ]
  for (const [index, [options, tag]] of open.entries()) {
    it(`${index}: does not open and says ${tag}`, async () => {
      expect(failure(await within(Effect.void as Effect.Effect<void, never, Engine>, options))).toMatchObject({ _tag: tag })
      await expect(openEngine(options)).rejects.toMatchObject({ _tag: tag })
    })
  }

  it("leaves queue and world as they were after an invalid block input", async () => {
    await using engine = await openEngine({ genesis: { ...genesis, time: 10 } })
    const receipt = engine.submit(put("alice", 0, 10n))
    for (const input of [{ time: 9 }, { open: ["not an address"] }, { open: ["alice"] }, { open: 5 as never }]) {
      await expect(engine.step(input)).rejects.toMatchObject({ _tag: "core/InvalidBlockInput" })
    }
    expect(await engine.height()).toBe(0)
    await engine.step(null as never)
    expect(await receipt).toMatchObject({ status: "handled" })
  })

  it("refuses what the queue cannot hold, all of it or nothing, and takes it after the block", async () => {
    await using engine = await openEngine({ genesis, queueMax: 2 })
    const first = engine.submit(put("alice", 0, 1n))
    await expect(engine.submitAll([put("bob", 0, 1n), put("bob", 1, 1n)])).rejects.toMatchObject({ _tag: "core/QueueFull", queueMax: 2, waiting: 1, submitted: 2 })
    const second = engine.submit(put("bob", 0, 1n))
    await expect(engine.submit(put("carol", 0, 1n))).rejects.toMatchObject({ _tag: "core/QueueFull" })
    expect((await engine.step()).receipts.length).toBe(2)
    expect([(await first).status, (await second).status]).toEqual(["handled", "handled"])
    const third = engine.submit(put("carol", 0, 1n))
    await engine.step()
    expect((await third).status).toBe("handled")
    expect(await engine.submitAll([])).toEqual([])
  })

  it("says that nobody lives at an address", async () => {
    await using engine = await openEngine({ genesis })
    const calls = [() => engine.balance("nobody", "eth"), () => engine.nonce("nobody"), () => engine.state(Pot, "nobody"), () => engine.state(Account, "pot")]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ _tag: "core/NoActorAt" })
  })

  it("bounds settling", async () => {
    await using engine = await openEngine({ genesis })
    const receipt = engine.submit(put("alice", 0, 10n))
    await expect(engine.settle({ blocksMax: 2 })).rejects.toMatchObject({ _tag: "core/NotQuiet", blocks: 2 })
    expect((await receipt).status).toBe("handled")
    expect(await engine.height()).toBe(2)
    expect(await engine.settle({ timers: false })).toBe(0)
    expect(await engine.settle()).toBe(2)
  })

  it("refuses the transaction, and goes on, when the host's check of the sender throws", async () => {
    const authenticate = () => {
      throw new RangeError("the key store is gone")
    }
    await using engine = await openEngine({ genesis, authenticate })
    const receipt = engine.submit(put("alice", 0, 10n))
    await engine.step()
    expect(await receipt).toMatchObject({ status: "refused", refusal: { _tag: "core/Unauthenticated", address: "alice" } })
    expect(await engine.nonce("alice")).toBe(0)
  })

  it("stops for good when a block cannot be finished, and says so to everybody", async () => {
    const causes: ReadonlyArray<readonly [EngineOptions, broken: object, reason: RegExp]> = [
      [{ genesis: { ...genesis, ordering: LOSSY } }, { _tag: "core/OrderBroken" }, /lossy/],
    ]
    for (const [options, broken, reason] of causes) {
      await using engine = await openEngine(options)
      const receipt = engine.submit(put("alice", 0, 10n))
      receipt.catch(() => undefined)
      await expect(engine.step()).rejects.toMatchObject(broken)
      const stopped = { _tag: "core/EngineStopped", height: 0, reason: expect.stringMatching(reason) as unknown }
      await expect(receipt).rejects.toMatchObject(stopped)
      for (const call of everyCall(engine)) await expect(call()).rejects.toMatchObject(stopped)
    }
  })
})

const everyCall = (engine: Awaited<ReturnType<typeof openEngine>>): ReadonlyArray<() => Promise<unknown>> => [
  () => engine.submit(put("alice", 0, 1n)),
  () => engine.submitAll([put("alice", 0, 1n)]),
  () => engine.step(),
  () => engine.settle(),
  () => engine.header(),
  () => engine.height(),
  () => engine.balance("alice", "eth"),
  () => engine.nonce("alice"),
  () => engine.state(Pot, "pot"),
  () => engine.view(Total, "pot"),
  () => engine.snapshot(),
]

describe("closing", () => {
  it("fails what waits, and every later call, with EngineStopped", async () => {
    const engine = await openEngine({ genesis })
    await engine.step()
    const waiting = [engine.submit(put("alice", 0, 1n)), engine.submitAll([put("bob", 0, 1n)])]
    const seen = Promise.allSettled(waiting)
    await engine.close()
    const stopped = { _tag: "core/EngineStopped", height: 1, reason: "it was closed" }
    for (const outcome of await seen) expect(outcome).toMatchObject({ status: "rejected", reason: stopped })
    for (const call of everyCall(engine)) await expect(call()).rejects.toMatchObject(stopped)
    await engine.close()
  })

  it("happens with the layer's scope", async () => {
    const engine = await using(Effect.map(Engine, (service) => service))
    expect(failure(await Effect.runPromise(Effect.exit(engine.step())))).toMatchObject({ _tag: "core/EngineStopped", reason: "it was closed" })
  })

  it("ends the iteration over blocks", async () => {
    const engine = await openEngine({ genesis })
    const heights: number[] = []
    const reading = (async () => {
      for await (const block of engine.blocks() as AsyncIterable<Block>) heights.push(block.height)
    })()
    await engine.step()
    await engine.step()
    await engine.close()
    await reading
    expect(heights).toEqual([1, 2])
  })
})

it("opens a new engine for each layer that is built", async () => {
  const layer = Engine.layer({ genesis })
  const step = Effect.flatMap(Engine, (engine) => Effect.map(engine.step(), ({ height }) => height))
  const twice = Effect.all([Effect.provide(step, Layer.fresh(layer)), Effect.provide(step, Layer.fresh(layer))])
  expect(await Effect.runPromise(twice)).toEqual([1, 1])
})

it("counts blocks, transactions and refusals", async () => {
  const value = async (id: string): Promise<number> => {
    const found = (await Effect.runPromise(Metric.snapshot)).find((each) => each.id === id)
    return found?.type === "Counter" ? Number(found.state.count) : 0
  }
  const names = ["blockstep_blocks", "blockstep_transactions", "blockstep_refused"]
  const before = await Promise.all(names.map(value))
  await using engine = await openEngine({ genesis: { ...genesis, ordering: Orderings.bySender } })
  const receipts = engine.submitAll([put("alice", 0, 1n), put("alice", 0, 1n), { ...put("bob", 0, 1n), to: "carol", message: Payment }])
  await engine.step()
  await engine.step()
  expect((await receipts).map(({ status }) => status)).toEqual(["handled", "refused", "handled"])
  expect((await Promise.all(names.map(value))).map((after, index) => after - (before[index] as number))).toEqual([2, 3, 1])
})
