import { describe, expect, it } from "vitest"
import { actor, after, Funds, LIMITS, pay, payOne, Payment, request, send, spawn, World, type Send } from "../../core/index.ts"
import { expectFailure, losesNothing } from "./loses-nothing.ts"
import {
  Answered, Ask, heard, noted, Noted, Order, puppet, Refused, Tell, Undeclared, Unheard, Unlisted, type Behaviour, type PuppetState,
} from "./puppet.ts"

/** Whatever a handler answers: what does not fit is refused as a whole, the sender has its funds back, and nobody else is hurt. */

type Tellings = NonNullable<Behaviour["tell"]>
type Answer = (state: PuppetState, context: Parameters<Tellings>[2]) => unknown

const Child = puppet({ name: "test/Child" })
const Stranger = puppet({ name: "test/Stranger" })
const MAXIMUM = LIMITS.amountMax

/** A world in which alice has sent 10 eth with a Tell to a puppet that answers so; it holds 20 eth, and 5 of the 40 shares that it issued. */
const asked = (answer: Answer, message: typeof Tell | typeof Ask = Tell) => {
  const handler = ((state, _, context) => answer(state, context)) as Tellings
  const world = World.make({
    accounts: { alice: { eth: 100n, "puppet:share": 35n }, "puppet/taken": {} },
    actors: [
      actor("puppet", puppet({ tell: handler, ask: handler }), { level: 2 }, { eth: 20n, "puppet:share": 5n }),
      actor("other", Child, { level: 1 }, { "other:share": 9n }),
    ],
  })
  world.send("alice", "puppet", message, { number: 1 }, { funds: { eth: 10n } })
  const before = world.observe("puppet")
  const block = losesNothing(world, () => world.step())
  return { world, block, before, receipt: block.receipts[0] }
}

/** Asserts that nothing of the handling happened, and that the funds come back. */
const refusalOf = (answer: Answer, message?: typeof Tell | typeof Ask) => {
  const { world, block, before, receipt } = asked(answer, message)
  if (receipt?.status !== "bounced") throw new Error(`not bounced but ${receipt?.status}`)
  const after = world.observe("puppet")
  expect(after.state).toBe(before.state)
  expect([after.balance("eth"), after.balance("puppet:share"), after.supply("puppet:share")]).toEqual([20n, 5n, 40n])
  expect([world.pendingTimers, world.addresses.length, world.assets.length]).toEqual([0, 4, 3])
  expect(block.sent).toMatchObject([{ kind: "bounce", from: "puppet", to: "alice", parent: "alice@0", reason: receipt.refusal }])
  losesNothing(world, () => world.settle())
  expect([world.balance("alice", "eth"), world.pending]).toEqual([100n, 0])
  return receipt
}

const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)
const to = (part: object): { readonly sends: readonly Send[] } => ({ sends: [{ ...send("alice", Tell, { number: 1 }), ...part } as Send] })
const ask = (part: object) => to({ ...request("other", Ask, { number: 1 }, { then: Answered, saved: { tag: "x" } }), ...part })

/** What a well-formed step asks for that it cannot have, and the failure that says so. The rest of each step would be fine. */
const REFUSED: readonly (readonly [title: string, part: object, tag: string, fields: { readonly [name: string]: unknown }])[] = [
  ["minting what another issues", { mints: { "other:share": 1n } }, "core/NotIssuer", { asset: "other:share" }],
  ["minting what nobody issues", { mints: { eth: 1n } }, "core/NotIssuer", { asset: "eth" }],
  ["minting what looks like its own", { mints: { "puppet/x:share": 1n } }, "core/NotIssuer", { asset: "puppet/x:share" }],
  ["burning what another issues", { burns: { eth: 1n } }, "core/NotIssuer", { asset: "eth" }],
  ["burning an own asset that does not exist", { burns: { "puppet:none": 1n } }, "core/InsufficientFunds", { asset: "puppet:none", available: 0n, needed: 1n }],
  ["burning more than it holds", { burns: { "puppet:share": 6n } }, "core/InsufficientFunds", { asset: "puppet:share", available: 5n, needed: 6n }],
  ["minting beyond 2^256 - 1", { mints: { "puppet:share": MAXIMUM - 39n } }, "core/OutOfRange", { operation: "supply of puppet:share" }],
  ["minting a negative amount", { mints: { "puppet:share": -1n } }, "core/OutOfRange", { value: -1n }],
  ["minting 2^256", { mints: { "puppet:share": 2n ** 256n } }, "core/OutOfRange", {}],
  ["burning a negative amount", { burns: { "puppet:share": -1n } }, "core/OutOfRange", { value: -1n }],
  ["sending more than it holds", { sends: [payOne("alice", "eth", 31n)] }, "core/InsufficientFunds", { asset: "eth", available: 30n, needed: 31n }],
  ["sending what it does not hold", { sends: [payOne("alice", "dai", 1n)] }, "core/InsufficientFunds", { asset: "dai", available: 0n, needed: 1n }],
  ["sending more in sum than it holds", { sends: many(4, payOne("alice", "eth", 10n)) }, "core/InsufficientFunds", { available: 0n, needed: 10n }],
  ["sending what it burns", { burns: { "puppet:share": 3n }, sends: [payOne("alice", "puppet:share", 3n)] }, "core/InsufficientFunds", { available: 2n, needed: 3n }],
  ["too many sends", { sends: many(257, pay("alice", {})) }, "core/LimitReached", { limit: "sendsMax", maximum: 256n }],
  ["too many events", { events: many(257, noted(1)) }, "core/LimitReached", { limit: "eventsMax", maximum: 256n }],
  ["too many spawns", { spawns: many(17, spawn("x", Child, { level: 1 })) }, "core/LimitReached", { limit: "spawnsMax", maximum: 16n }],
  ["too many timers at once", { timers: many(17, after(1, Tell, { number: 1 })) }, "core/LimitReached", { limit: "timersPerStepMax", maximum: 16n }],
  ["a timer too far ahead", { timers: [after(100_000_001, Tell, { number: 1 })] }, "core/LimitReached", { limit: "timerBlocksMax", maximum: 100_000_000n }],
  ["spawning where an account lives", { spawns: [spawn("taken", Child, { level: 1 })] }, "core/SpawnRefused", { address: "puppet/taken" }],
  ["spawning two at one address", { spawns: many(2, spawn("x", Child, { level: 1 })) }, "core/SpawnRefused", { address: "puppet/x" }],
  ["spawning under a bad name", { spawns: [spawn("a/b", Child, { level: 1 })] }, "core/SpawnRefused", { address: "puppet/a/b" }],
  ["spawning at an address that is too long", { spawns: [spawn("x".repeat(114), Child, { level: 1 })] }, "core/SpawnRefused", {}],
  ["spawning with wrong parameters", { spawns: [spawn("x", Child, { level: -1 })] }, "core/SpawnRefused", { address: "puppet/x" }],
]

describe("a step is refused as a whole for", () => {
  it.each(REFUSED)("%s", (_, part, tag, fields) => {
    const rest = { events: [noted(1)], timers: [after(1, Tell, { number: 2 })], sends: [payOne("alice", "eth", 1n)], mints: { "puppet:new": 1n } }
    const receipt = refusalOf((state) => ({ ...rest, ...part, state: heard(state, "refused") }))
    expectFailure(receipt.refusal, tag, fields)
    expect(receipt.defect).toBeUndefined()
  })

  it("the first of several problems in the documented order: counts, form, mints, burns, sends, spawns, timers", () => {
    const problems = [
      [{ events: many(257, noted(1)) }, "core/LimitReached"],
      [{ events: [Unlisted.make({ number: 1 })] }, "core/Defective"],
      [{ mints: { eth: 1n } }, "core/NotIssuer"],
      [{ burns: { "puppet:share": 6n } }, "core/InsufficientFunds"],
      [{ sends: [payOne("alice", "dai", 1n)] }, "core/InsufficientFunds"],
      [{ spawns: [spawn("taken", Child, { level: 1 })] }, "core/SpawnRefused"],
      [{ timers: [after(100_000_001, Tell, { number: 1 })] }, "core/LimitReached"],
    ] as const
    const tags = problems.map((_, first) => refusalOf((state) => Object.assign({ state }, ...problems.slice(first).map(([part]) => part).reverse())).refusal._tag)
    expect(tags).toEqual(problems.map(([, tag]) => tag))
  })

  it("arithmetic out of range, thrown or returned, and a declared failure, thrown or returned", () => {
    expectFailure(refusalOf(() => Funds.of("eth", -1n)).refusal, "core/OutOfRange", { value: -1n })
    expectFailure(refusalOf(() => Funds.of("eth", 2n ** 256n)).refusal, "core/OutOfRange")
    expectFailure(refusalOf((_, { random }) => ({ state: random.below(2n ** 257n) })).refusal, "core/OutOfRange")
    expectFailure(refusalOf(() => new Refused({ code: 4 })).refusal, "test/Refused", { code: 4 })
    expectFailure(refusalOf(() => { throw new Refused({ code: 5 }) }).refusal, "test/Refused", { code: 5 })
  })
})

/** A malformed answer, and the words by which the receipt finds it. */
const MALFORMED: readonly (readonly [title: string, answer: Answer, problem: string])[] = [
  ["nothing", () => undefined, "undefined"],
  ["null", () => null, "null"],
  ["a number", () => 5, "5"],
  ["a promise", async (state) => ({ state }), "state"],
  ["no state", () => ({}), "state"],
  ["a state with a missing field", () => ({ state: { log: [] } }), "state.level"],
  ["a state with an extra field", (state) => ({ state: { ...state, extra: 1 } }), "state.extra"],
  ["a state with a field of another type", (state) => ({ state: { ...state, level: 1n } }), "state.level"],
  ["a state with a wrong element", (state) => ({ state: { ...state, log: ["a", 5] } }), "state.log[1]"],
  ["a reply that is not declared", (state) => ({ state, reply: { answer: 1 } }), "reply"],
  ["a Number in mints", (state) => ({ state, mints: { "puppet:share": 1 } }), "bigint"],
  ["a Number in burns", (state) => ({ state, burns: { "puppet:share": 1 } }), "bigint"],
  ["a Number in the funds of a send", (state) => ({ state, sends: [pay("alice", { eth: 1 } as never)] }), ""],
  ["NaN in the funds of a send", (state) => ({ state, sends: [pay("alice", { eth: NaN } as never)] }), ""],
  ["a mint of what is no asset", (state) => ({ state, mints: { "puppet:a b": 1n } }), "puppet:a b"],
  ["an object for funds", (state) => ({ state, ...to({ funds: { eth: 1n } }) }), "funds"],
  ["too many assets in one send", (state) => ({ state, ...to({ funds: Funds.from(Object.fromEntries(many(17, 0).map((_, index) => [`a${index}`, 1n]))) }) }), "16 assets"],
  ["a receiver that is no address", (state) => ({ state, ...to({ to: "a b" }) }), '"a b"'],
  ["no receiver", (state) => ({ state, ...to({ to: undefined }) }), "receiver"],
  ["a message that nobody handles", (state) => ({ state, ...to({ message: Unheard, payload: {} }) }), "test/Unheard"],
  ["no message", (state) => ({ state, ...to({ message: undefined }) }), "message"],
  ["a payload that does not fit", (state) => ({ state, ...to({ payload: { number: -1 } }) }), "payload.number"],
  ["a payload that is too large", (state) => ({ state, ...to({ message: Order, payload: { amount: 1n, asset: "eth", memo: "x".repeat(70_000), parts: [] } }) }), "65536 bytes"],
  ["a deadline that is no height", (state) => ({ state, ...to({ deadline: 1.5 }) }), "1.5"],
  ["a continuation of another message", (state) => ({ state, ...ask({ message: Tell }) }), "continuation"],
  ["a continuation of another actor", (state) => ({ state, ...ask({ then: { ...Answered } }) }), "test/Answered"],
  ["saved fields that do not fit", (state) => ({ state, ...ask({ saved: { tag: 5 } }) }), "saved.tag"],
  ["no saved fields", (state) => ({ state, ...ask({ saved: undefined }) }), "saved"],
  ["one send instead of a list", (state) => ({ state, sends: pay("alice", { eth: 1n }) }), "sends"],
  ["one event instead of a list", (state) => ({ state, events: noted(1) }), "events"],
  ["a set of sends", (state) => ({ state, sends: new Set([pay("alice", { eth: 1n })]) }), "sends"],
  ["one spawn instead of a list", (state) => ({ state, spawns: spawn("x", Child, { level: 1 }) }), ""],
  ["one timer instead of a list", (state) => ({ state, timers: after(1, Tell, { number: 1 }) }), ""],
  ["an amount instead of amounts by asset", (state) => ({ state, mints: 5n }), "mints"],
  ["an event that is not declared", (state) => ({ state, events: [Unlisted.make({ number: 1 })] }), "test/Unlisted"],
  ["an event that is none", (state) => ({ state, events: [null] }), "event"],
  ["an event whose fields do not fit", (state) => ({ state, events: [{ event: Noted, fields: { number: -1 } }] }), "test/Noted.number"],
  ["a timer of a message that it does not handle", (state) => ({ state, timers: [after(1, Payment, {})] }), "core/Payment"],
  ["a timer whose payload does not fit", (state) => ({ state, timers: [after(1, Tell, { number: -1 })] }), "timer.number"],
  ["a timer that is due at once", (state) => ({ state, timers: [after(0, Tell, { number: 1 })] }), "1 block ahead"],
  ["half a block to a timer", (state) => ({ state, timers: [after(1.5, Tell, { number: 1 })] }), "1.5"],
  ["a timer whose payload is too large", (state) => ({ state, timers: [after(1, Order, { amount: 1n, asset: "eth", memo: "x".repeat(70_000), parts: [] })] }), "65536 bytes"],
  ["a spawn of a definition that the world does not know", (state) => ({ state, spawns: [spawn("x", Stranger, { level: 1 })] }), "test/Stranger"],
  ["a failure that is not declared", () => new Undeclared(), "test/Undeclared"],
  ["a declared failure whose fields do not fit", () => new Refused({ code: -1 }), "code"],
  ["an undeclared failure that is thrown", () => { throw new Undeclared() }, "test/Undeclared"],
  ["an error that is thrown", () => { throw new RangeError("no such pool") }, "RangeError: no such pool"],
  ["text that is thrown", () => { throw "stop" }, "stop"],
  ["nothing that is thrown", () => { throw undefined }, "undefined"],
  ["what cannot be shown", () => { throw { toString: () => { throw new Error("no") } } }, "cannot be shown"],
]

describe("a malformed answer is a defect, and the receipt says which:", () => {
  it.each(MALFORMED)("%s", (_, answer, problem) => {
    const receipt = refusalOf(answer)
    expectFailure(receipt.refusal, "core/Defective")
    expect(receipt.defect?.problem).toContain(problem)
  })

  it("a missing reply, and one that does not fit", () => {
    expect(refusalOf((state) => ({ state }), Ask).defect?.problem).toContain("reply")
    expect(refusalOf((state) => ({ state, reply: { answer: 1n } }), Ask).defect?.problem).toContain("reply.answer")
  })

  it("an error, with its stack, in the block's defects", () => {
    const { block } = asked(() => { throw new RangeError("no such pool") })
    expect(block.defects).toMatchObject([{ actor: "puppet", problem: "RangeError: no such pool", stack: expect.stringContaining("bad-step.test.ts") }])
  })

  it("words of a defect that point at a whole field do not end in a dot", () => {
    expect(refusalOf(() => ({})).defect?.problem).toMatch(/^the step's state must be /)
  })

  it("a context that outlives its handling", () => {
    let kept: Parameters<Tellings>[2] | undefined
    asked((state, context) => {
      kept ??= context
      return { state }
    })
    expect(() => kept?.self).toThrow("after its handling")
    expect(() => kept?.balance("eth")).toThrow("after its handling")
    expect(() => kept?.random).toThrow("after its handling")
  })
})

describe("an answer at its limits is accepted:", () => {
  const LIMITS_MET: readonly (readonly [title: string, part: object])[] = [
    ["all that it holds", { sends: [pay("alice", { eth: 30n, "puppet:share": 5n })] }],
    ["what it mints in the same step", { mints: { "puppet:share": 95n }, sends: [payOne("alice", "puppet:share", 100n)] }],
    ["a supply of 2^256 - 1", { mints: { "puppet:share": MAXIMUM - 40n } }],
    ["256 sends and 256 events", { sends: many(256, pay("alice", {})), events: many(256, noted(1)) }],
    ["16 spawns and 16 timers", { spawns: many(16, 0).map((_, index) => spawn(`x${index}`, Child, { level: 1 })), timers: many(16, after(100_000_000, Tell, { number: 1 })) }],
    ["a burn of all that it holds", { burns: { "puppet:share": 5n } }],
  ]
  it.each(LIMITS_MET)("%s", (_, part) => {
    const world = World.make({
      accounts: { alice: { eth: 100n, "puppet:share": 35n } },
      actors: [actor("puppet", puppet({ tell: (state) => ({ state, ...part }) }), { level: 1 }, { eth: 20n, "puppet:share": 5n })],
      definitions: [Child],
    })
    world.send("alice", "puppet", Tell, { number: 1 }, { funds: { eth: 10n } })
    expect(world.step().receipts[0]?.status).toBe("handled")
    world.audit()
    world.settle({ timers: false })
    world.audit()
  })
})
