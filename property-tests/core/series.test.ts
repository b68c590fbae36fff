import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, expectTypeOf, it } from "vitest"
import {
  Actor, actor, Amount, Count, Engine, Event, failure, LIMITS, Message, pay, payOne, send as sendTo, SeriesDiffers, spawn, View, World,
  type AnyDefinition, type Answer, type BatchStep, type Context, type Interception, type SeriesCall, type Send, type SeriesContext, type Step,
} from "../../core/index.ts"

/** Messages of one type that follow one another in a mailbox, handled together, and nobody can tell. */

class TooLittle extends failure("till/TooLittle", { price: Amount, given: Amount }, ({ price, given }) => `${given} is less than ${price}`) {}
class Undeclared extends failure("till/Undeclared", {}, () => "nobody declared this") {}
const Buy = Message.make("till/Buy", { payload: { price: Amount }, reply: { number: Count }, failures: [TooLittle] })
const Raise = Message.make("till/Raise", { payload: { by: Amount } })
const Sold = Event.make("till/Sold", { number: Count, held: Amount })
const TillView = View.make("till/View", { sold: Count })

interface State {
  readonly sold: number
  readonly extra: bigint
}
type BuyStep = Step<State, typeof Sold> & { readonly reply: { readonly number: number } }
type Play = (state: State, payload: { readonly price: bigint }, context: Pick<Context, "sender" | "funds" | "balance">) => BuyStep | TooLittle
type Series = (state: State, calls: readonly SeriesCall<typeof Buy>[], context: SeriesContext) => BatchStep<State, typeof Buy, typeof Sold> | undefined

/** Sells, keeps the price and pays the rest back. */
const buy: Play = (state, { price }, { sender, funds, balance }) => {
  const [cost, given] = [price + state.extra, funds.get("eth")]
  if (given < cost) return new TooLittle({ price: cost, given })
  const number = state.sold + 1
  return { state: { ...state, sold: number }, reply: { number }, sends: [payOne(sender, "eth", given - cost)], events: [Sold.make({ number, held: balance("eth") })] }
}

/** The same for several: what came in and went out so far is added to the balance of before. */
const seriesOf = (play: Play = buy): Series => (before, calls, context) => {
  let state = before
  let held = context.balance("eth")
  const answers = calls.map(({ sender, payload, funds }): Answer<typeof Buy, typeof Sold> => {
    const came = funds.get("eth")
    const step = play(state, payload, { sender, funds, balance: () => held + came })
    if (step instanceof TooLittle) return step
    const { state: left, ...answer } = step
    state = left
    held += came - (step.sends ?? []).reduce((sum, sent) => sum + sent.funds.get("eth"), 0n)
    // Each other one says what it pays in the shorter form.
    const { sends = [], ...rest } = answer
    return state.sold % 2 === 1 && sends.length === 1 ? { ...rest, pays: (sends[0] as Send).funds } : answer
  })
  return { state, answers }
}

/** Counts what is called. */
class Watch {
  readonly series: number[] = []
  alone = 0
  published = 0
}

const tillOf = (series: Series | undefined, watch = new Watch(), play: Play = buy, capacity?: number): AnyDefinition =>
  Actor.make("till/Till", {
    params: {},
    state: { sold: Count, extra: Amount },
    messages: { Buy, Raise },
    events: [Sold],
    view: TillView,
    create: () => ({ sold: 0, extra: 0n }),
    publish: ({ sold }) => {
      watch.published++
      return { sold }
    },
    handlers: {
      Buy: (state, payload, context) => {
        watch.alone++
        return play(state, payload, context)
      },
      Raise: (state, { by }) => ({ state: { ...state, extra: state.extra + by } }),
    },
    series: {
      Buy: series && ((state, calls, context) => {
        watch.series.push(calls.length)
        return series(state, calls, context)
      }),
    },
    ...(capacity !== undefined && { capacity }),
  })

const NAMES = ["alice", "bob", "carol"]
const FLOAT = 1_000_000n
const LONG = process.env["BLOCKSTEP_LONG"] === "1"
interface Options {
  readonly strict?: boolean
  readonly float?: bigint
  readonly intercept?: Interception
}
const worldOf = (till: AnyDefinition, { strict = false, float = FLOAT, intercept }: Options = {}): World =>
  World.make(
    { accounts: Object.fromEntries(NAMES.map((name) => [name, { eth: 10n ** 30n, oil: 100n }])), actors: [actor("till", till, {}, { eth: float })] },
    { strict, intercept },
  )
const send = (world: World, from: string, price: bigint, eth: bigint, deadline?: number): void => world.send(from, "till", Buy, { price }, { funds: { eth }, deadline })
const three = (world: World): void => NAMES.forEach((name, index) => send(world, name, 5n, BigInt(4 + index)))

describe("a series", () => {
  it("is handled by one call, and its messages are answered as they would be alone", () => {
    const watch = new Watch()
    const world = worldOf(tillOf(seriesOf(), watch))
    three(world)
    const { receipts } = world.step()
    expect(watch).toMatchObject({ series: [3], alone: 0 })
    expect(receipts).toMatchObject([
      { status: "bounced", refusal: { _tag: "till/TooLittle", price: 5n, given: 4n } },
      { status: "handled", reply: { number: 1 }, events: [{ fields: { number: 1, held: FLOAT + 5n } }] },
      { status: "handled", reply: { number: 2 }, events: [{ fields: { number: 2, held: FLOAT + 11n } }] },
    ])
    world.settle()
    expect(world.balance("till", "eth")).toBe(FLOAT + 10n)
    world.audit()
  })

  it("is broken by a message of another type, by one that has expired, and by the actor's capacity", () => {
    const watch = new Watch()
    const world = worldOf(tillOf(seriesOf(), watch, buy, 7))
    for (let index = 0; index < 3; index++) send(world, "alice", 5n, 9n)
    world.send("alice", "till", Raise, { by: 4n })
    send(world, "bob", 5n, 9n)
    send(world, "bob", 5n, 9n, 0)
    for (let index = 0; index < 4; index++) send(world, "bob", 5n, 8n)
    world.settle()
    // Three; Raise; one alone; one expired; one more alone, the seventh; then three in the next block.
    expect(watch).toMatchObject({ series: [3, 3], alone: 2 })
    expect(world.state(world.definitionOf("till"), "till")).toEqual({ sold: 4, extra: 4n })
  })

  it("is no longer than 256 messages", () => {
    const watch = new Watch()
    const world = worldOf(tillOf(seriesOf(), watch))
    for (let index = 0; index < 600; index++) send(world, NAMES[index % 3] as string, 1n, 1n)
    world.step()
    expect(watch).toMatchObject({ series: [256, 256, 88], alone: 0 })
    expect(world.state(world.definitionOf("till"), "till")).toMatchObject({ sold: 600 })
  })

  it("that refuses everything leaves the very state that was there, and nothing is published", () => {
    const watch = new Watch()
    const world = worldOf(tillOf((state, calls, context) => ({ ...(seriesOf()(state, calls, context) as BatchStep<State, typeof Buy, typeof Sold>), state: { sold: 9, extra: 0n } }), watch))
    const before = watch.published
    for (const name of NAMES) send(world, name, 5n, 1n)
    world.step()
    expect(watch).toMatchObject({ series: [3], alone: 0, published: before })
    expect(world.state(world.definitionOf("till"), "till")).toEqual({ sold: 0, extra: 0n })
  })

  it("is not asked for where faults may hit single messages", () => {
    const watch = new Watch()
    const world = worldOf(tillOf(seriesOf(), watch), { intercept: { message: () => undefined } })
    three(world)
    world.step()
    expect(watch).toMatchObject({ series: [], alone: 3 })
  })

  it("is broken by what comes back: a message of the same type that was refused elsewhere", () => {
    const Ask = Message.make("till/Ask", { payload: {} })
    const watch = new Watch()
    const till = Actor.make("till/Till", {
      params: {}, state: { sold: Count, extra: Amount }, messages: { Buy, Ask }, events: [Sold], create: () => ({ sold: 0, extra: 0n }),
      handlers: { Buy: (state) => ({ state: { ...state, sold: state.sold + 1 }, reply: { number: 0 } }), Ask: (state) => ({ state, sends: [0, 1].map(() => sendTo("alice", Buy, { price: 1n })) }) },
      series: {
        Buy: (state, calls) => {
          watch.series.push(calls.length)
          return { state: { ...state, sold: state.sold + calls.length }, answers: calls.map(() => ({ reply: { number: 0 } })) }
        },
      },
    })
    const world = worldOf(till)
    world.send("alice", "till", Ask, {})
    world.step()
    world.step()
    // The two bounces come before what is sent now.
    send(world, "bob", 1n, 1n)
    send(world, "bob", 1n, 1n)
    world.step()
    expect(watch.series).toEqual([2])
    expect(world.state(till, "till")).toEqual({ sold: 2, extra: 0n })
  })

  it("is handled one by one where the actor holds nearly as many assets as it may", () => {
    const assets = Object.fromEntries(Array.from({ length: LIMITS.holdingsMax - 1 }, (_, index) => [`asset-${index}`, 1n]))
    const [watch, plain] = [new Watch(), new Watch()]
    const worlds = [tillOf(seriesOf(), watch), tillOf(undefined, plain)].map((till) =>
      World.make({ accounts: { alice: { eth: 9n, oil: 9n } }, actors: [actor("till", till, {}, assets)] }))
    for (const world of worlds) {
      for (const asset of ["oil", "eth", "oil"]) world.send("alice", "till", Buy, { price: asset === "eth" ? 1n : 0n }, { funds: { [asset]: 1n } })
      world.settle()
    }
    expect(watch).toMatchObject({ series: [3], alone: plain.alone })
    expect(worlds[0]?.header).toEqual(worlds[1]?.header)
  })

  const REPLY = { reply: { number: 1 } }
  const declines: readonly (readonly [string, Series, Options?])[] = [
    ["declines", () => undefined],
    ["throws", () => { throw new Error("no") }],
    ["gives no list of answers", (() => ({ state: { sold: 1, extra: 0n } })) as never],
    ["gives too few answers", (state) => ({ state, answers: [REPLY] })],
    ["gives an answer that is none", ((state: State) => ({ state, answers: [REPLY, 7, REPLY] })) as never],
    ["forgets a reply", ((state: State, calls: readonly unknown[]) => ({ state, answers: calls.map(() => ({})) })) as never],
    ["spoils the state", ((_: State, calls: readonly unknown[]) => ({ state: { sold: -1, extra: 0n }, answers: calls.map(() => REPLY) })) as never],
    ["refuses for a reason that is not declared", ((state: State, calls: readonly unknown[]) => ({ state, answers: calls.map(() => new Undeclared()) })) as never],
    ["spawns", (state, calls) => ({ state, answers: calls.map(() => ({ ...REPLY, spawns: [spawn("x", tillOf(undefined), {})] })) })],
    ["sends what is not covered by what was there before", seriesOf(), { float: 0n }],
  ]
  it.each(declines.map(([what, series, options = {}]) => ({ what, series, options })))("whose handler $what is handled one by one", ({ series, options }) => {
    const [watch, plain] = [new Watch(), new Watch()]
    const [world, alone] = [worldOf(tillOf(series, watch), options), worldOf(tillOf(undefined, plain), options)]
    for (const one of [world, alone]) {
      three(one)
      one.settle()
    }
    expect(watch).toMatchObject({ series: [3], alone: 3 })
    expect(plain.alone).toBe(3)
    expect(world.header).toEqual(alone.header)
  })
})

describe("nobody can tell a series from single messages", () => {
  const order = fc.record({ from: fc.constantFrom(...NAMES), price: fc.bigInt(0n, 30n), eth: fc.bigInt(0n, 30n), raise: fc.integer({ min: 0, max: 9 }), deadline: fc.option(fc.nat(3), { nil: undefined }) })
  const blocks = fc.array(fc.array(order, { maxLength: 12 }), { minLength: 1, maxLength: 5 })

  it("by headers, snapshots, receipts or balances, whatever comes in, and whatever the actor had", () => {
    let together = 0
    fc.assert(fc.property(blocks, fc.bigInt(0n, 40n), fc.constantFrom(undefined, 1, 3), (inputs, float, capacity) => {
      const watch = new Watch()
      const worlds = [
        worldOf(tillOf(seriesOf(), watch, buy, capacity), { float }), worldOf(tillOf(undefined, undefined, buy, capacity), { float }),
        worldOf(tillOf(seriesOf(), undefined, buy, capacity), { float, strict: true }),
      ] as const
      for (const input of inputs) {
        const [first, ...others] = worlds.map((world) => {
          for (const { from, price, eth, raise, deadline } of input) {
            if (raise === 0) world.send(from, "till", Raise, { by: price })
            else send(world, from, price, eth, deadline)
          }
          const { receipts, header } = world.step()
          world.audit()
          return { receipts, header, snapshot: world.snapshot() }
        })
        for (const other of others) expect(other).toEqual(first)
      }
      together += watch.series.length * 2 > watch.alone ? 1 : 0
    }), { seed: 20261126, numRuns: LONG ? 10_000 : 200 })
    expect(together).toBeGreaterThan(30)
  })
})

describe("a strict world finds that a series", () => {
  const changed = (change: (answer: Answer<typeof Buy, typeof Sold>, index: number) => unknown): Series => (state, calls, context) => {
    const step = seriesOf()(state, calls, context) as BatchStep<State, typeof Buy, typeof Sold>
    return { ...step, answers: step.answers.map((answer, index) => (index === 2 ? change(answer, index) : answer) as Answer<typeof Buy, typeof Sold>) }
  }
  type Plain = Exclude<Answer<typeof Buy, typeof Sold>, TooLittle>
  const slips: readonly (readonly [string, Series, RegExp])[] = [
    ["replies otherwise", changed((answer) => ({ ...answer, reply: { number: 7 } })), /carol@0 .*the reply is .*7.* instead of/],
    ["pays otherwise", changed((answer) => ({ ...answer, sends: [payOne("carol", "eth", 2n)] })), /its sends\[0\] is/],
    ["pays somebody else", changed((answer) => ({ ...answer, sends: [payOne("bob", "eth", 1n)] })), /its sends\[0\] is/],
    ["pays twice", changed((answer) => ({ ...answer, sends: [...((answer as Plain).sends ?? []), pay("carol", { eth: 1n })] })), /it has 2 sends instead of 1/],
    ["says nothing", changed((answer) => ({ ...answer, events: [] })), /it has 0 events instead of 1/],
    ["says another thing", changed((answer) => ({ ...answer, events: [Sold.make({ number: 2, held: 1n })] })), /its events\[0\] is/],
    ["refuses", changed(() => new TooLittle({ price: 5n, given: 6n })), /the failure till\/TooLittle: 6 is less than 5 instead of an answer/],
    ["takes another state", (state, calls, context) => ({ ...(seriesOf()(state, calls, context) as BatchStep<State, typeof Buy, typeof Sold>), state }), /the state is .* instead of/],
    ["throws", () => { throw new Error("no") }, /alice@0 .*Error: no/],
    ["gives too few answers", (state) => ({ state, answers: [] }), /instead of a state and 3 answers/],
    ["writes to its state", (state, calls, context) => { (state as { sold: number }).sold = 4; return seriesOf()(state, calls, context) }, /TypeError/],
  ]
  it.each(slips)("%s", (_, series, problem) => {
    const world = worldOf(tillOf(series), { strict: true })
    three(world)
    expect(() => world.step()).toThrow(SeriesDiffers)
    const again = worldOf(tillOf(series), { strict: true })
    three(again)
    expect(() => again.step()).toThrow(problem)
  })

  it("accepts what is refused alone, or gives another reason", () => {
    for (const [answer, problem] of [
      [{ reply: { number: 1 } }, /an answer instead of the failure till\/TooLittle: 4 is less than 5/],
      [new TooLittle({ price: 5n, given: 3n }), /3 is less than 5 instead of the failure till\/TooLittle: 4 is less than 5/],
    ] as const) {
      const world = worldOf(tillOf((state, calls, context) => {
        const step = seriesOf()(state, calls, context) as BatchStep<State, typeof Buy, typeof Sold>
        return { ...step, answers: [answer, ...step.answers.slice(1)] }
      }), { strict: true })
      three(world)
      expect(() => world.step()).toThrow(problem)
    }
  })

  it("differs, and an engine then fails with that error, which its type names, and stops", async () => {
    const till = tillOf(changed((answer) => ({ ...answer, reply: { number: 7 } })))
    const layer = Engine.layer({ genesis: { accounts: { alice: { eth: 9n } }, actors: [actor("till", till, {}, { eth: FLOAT })] }, strict: true })
    const program = Effect.gen(function* () {
      const engine = yield* Engine
      yield* Effect.forkChild(engine.submitAll([0, 1, 2].map((nonce) => ({ from: "alice", nonce, to: "till", message: Buy, payload: { price: 1n }, funds: { eth: 2n } }))), { startImmediately: true })
      // Only what fails is flipped: a defect would end the program.
      return [yield* Effect.flip(engine.step()), yield* Effect.flip(engine.step())]
    })
    expect(await Effect.runPromise(Effect.provide(program, layer))).toMatchObject([
      { _tag: "core/SeriesDiffers", height: 1, actor: "till", id: "alice@2", type: "till/Buy" }, { _tag: "core/EngineStopped" },
    ])
  })

  it("hides a mint", () => {
    const world = worldOf(tillOf(seriesOf(), undefined, (state, payload, context) => {
      const step = buy(state, payload, context)
      return step instanceof TooLittle || context.sender !== "carol" ? step : { ...step, mints: { "till:point": 1n } }
    }), { strict: true })
    three(world)
    expect(() => world.step()).toThrow(/carol@0 .*does not mint/)
  })

  it("is no worse where the handler of one is as broken", () => {
    const broken: Play = (state) => ({ state, reply: { number: -1 } })
    const world = worldOf(tillOf(seriesOf(broken), undefined, broken), { strict: true })
    three(world)
    expect(world.step().receipts).toMatchObject(NAMES.map(() => ({ status: "bounced", refusal: { _tag: "core/Defective" } })))
  })
})

describe("a declaration", () => {
  it("of a series needs the handler of one", () => {
    expect(() => Actor.make("till/None", { params: {}, state: {}, messages: {}, create: () => ({}), handlers: {}, series: { Buy: seriesOf() } as never })).toThrow(
      "actor till/None has a handler for a series of Buy, but none for one",
    )
  })

  it("gives the handler its types", () => {
    expectTypeOf<Parameters<Series>[1][number]["payload"]>().toEqualTypeOf<{ readonly price: bigint }>()
    expectTypeOf<SeriesContext>().not.toHaveProperty("random")
    expectTypeOf<SeriesContext>().not.toHaveProperty("sender")
  })
})
