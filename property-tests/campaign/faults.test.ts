import { describe, expect, it } from "vitest"
import { Actor, actor, Address, Amount, Continuation, Message, Payment, request, send, View, type World } from "../../core/index.ts"
import { freshSource } from "../../sim/campaign/fresh.ts"
import { Random } from "../../sim/random.ts"
import { action, amounts, Arena, Campaign, check, execute, FAULT_KINDS, replayCase, Schedules, sourceOfCase, type Case, type Fault, type FaultKind, type Step } from "../../sim/index.ts"

/** A caller that counts how its calls end, a callee that counts what it handled, and a reader of the callee's view. */
const Call = Message.make("test/Call", { payload: { value: Amount }, reply: { value: Amount } })
const Start = Message.make("test/Start", { payload: { to: Address, value: Amount } })
const Look = Message.make("test/Look", {})
const Pass = Message.make("test/Pass", {})
const Handled = View.make("test/Handled", { count: Amount })
const Ended = Continuation.make("test/Ended", { of: Call })

const Caller = Actor.make("test/Caller", {
  params: {},
  state: { replies: Amount, failures: Amount, sum: Amount, seen: Amount, pending: Amount },
  messages: { Start, Look, Payment },
  continuations: { Ended },
  create: () => ({ replies: 0n, failures: 0n, sum: 0n, seen: 0n, pending: 0n }),
  handlers: {
    Start: (caller, { to, value }, { funds }) => ({ state: { ...caller, pending: caller.pending + 1n }, sends: [request(to, Call, { value }, { then: Ended, saved: {}, funds })] }),
    Look: (caller, _, { view }) => ({ state: { ...caller, seen: view(Handled, "callee")?.count ?? 0n } }),
    Payment: (caller) => ({ state: caller }),
  },
  resume: {
    Ended: (caller, outcome) => {
      const pending = caller.pending - 1n
      return { state: outcome._tag === "Success" ? { ...caller, pending, replies: caller.replies + 1n, sum: caller.sum + outcome.reply.value } : { ...caller, pending, failures: caller.failures + 1n } }
    },
  },
  pending: ({ state }) => (state.pending === 0n ? [] : [`${state.pending} calls`]),
})

const Callee = Actor.make("test/Callee", {
  params: {},
  state: { count: Amount },
  messages: { Call, Pass },
  view: Handled,
  publish: ({ count }) => ({ count }),
  create: () => ({ count: 0n }),
  handlers: {
    Call: ({ count }, { value }) => ({ state: { count: count + 1n }, reply: { value } }),
    Pass: (callee) => ({ state: callee, sends: [send("caller", Look, {})] }),
  },
})

const campaign = Campaign.make({
  name: "calls",
  world: { accounts: { alice: { eth: 100n } }, actors: [actor("caller", Caller, {}), actor("callee", Callee, {})] },
  actions: [action(Start, "caller", { payload: { to: ["callee"], value: amounts(10n ** 9n) } })],
})
const arena = new Arena(campaign, [])
const start: Step = { action: "Start", send: { from: "alice", to: "caller", message: Start.name, payload: { to: "callee", value: 5n }, funds: { eth: 10n } }, seconds: 0, blocks: undefined }
const look: Step = { action: "Look", send: { from: "alice", to: "caller", message: Look.name, payload: {}, funds: {} }, seconds: 0, blocks: undefined }
const played = (steps: readonly Step[], faults: readonly Fault[]) => execute(arena, sourceOfCase({ parameters: [], steps, decisions: [], faults }))
const caller = (world: World) => world.state(Caller, "caller")
const calls = (world: World) => world.state(Callee, "callee").count

/** What one fault does to one call with 10 eth attached. The transaction is message 0, the call 1, the reply or bounce 2. */
const rows: readonly (readonly [kind: FaultKind, nth: number, after: { readonly replies: bigint; readonly failures: bigint; readonly handled: bigint; readonly held: bigint }])[] = [
  ["refuseCall", 1, { replies: 0n, failures: 1n, handled: 0n, held: 10n }],
  ["exceedCapacity", 1, { replies: 0n, failures: 1n, handled: 0n, held: 10n }],
  ["missingActor", 1, { replies: 0n, failures: 1n, handled: 0n, held: 10n }],
  ["refuseReply", 2, { replies: 0n, failures: 0n, handled: 1n, held: 0n }],
  ["wrongReply", 2, { replies: 1n, failures: 0n, handled: 1n, held: 0n }],
]

describe("a fault at a named message", () => {
  for (const [kind, nth, after] of rows) {
    it(kind, () => {
      const outcome = played([start], [{ kind, step: 0, nth }])
      expect({ replies: caller(outcome.world).replies, failures: caller(outcome.world).failures, handled: calls(outcome.world), held: outcome.world.balance("caller", "eth") }).toEqual(after)
      expect(outcome.case.faults).toEqual([{ kind, step: 0, nth }])
    })
  }

  it("refuseResolve: the refund is credited, the continuation does not run, and what waits is found", () => {
    const outcome = played([start], [{ kind: "refuseCall", step: 0, nth: 1 }, { kind: "refuseResolve", step: 0, nth: 2 }])
    expect(caller(outcome.world)).toMatchObject({ replies: 0n, failures: 0n, pending: 1n })
    expect(outcome.world.balance("caller", "eth")).toBe(10n)
    expect(outcome.finding).toMatchObject({ oracle: "pending", actor: "caller", values: { waiting: "1 calls" } })
  })

  it("wrongReply says another value of the same form", () => {
    expect(caller(played([start], [{ kind: "wrongReply", step: 0, nth: 2 }]).world).sum).not.toBe(5n)
    expect(caller(played([start], []).world).sum).toBe(5n)
  })

  it("delay: the message, and only it, comes later", () => {
    const [now, late] = [played([start], []), played([start], [{ kind: "delay", step: 0, nth: 1, blocks: 4 }])]
    expect(late.blocks).toBe(now.blocks + 4)
    expect(caller(late.world)).toEqual(caller(now.world))
  })

  it("delay: what follows between the same two does not overtake", () => {
    const quick = { ...start, blocks: 1 }
    const faults: readonly Fault[] = [{ kind: "delay", step: 0, nth: 1, blocks: 3 }]
    const replay = replayCase(campaign, { parameters: [], steps: [quick, { ...start, send: { ...start.send, payload: { to: "callee", value: 7n } } as NonNullable<Step["send"]> }], decisions: [], faults })
    const heard = replay.blocks.flatMap(({ ended }) => ended.filter(({ type, kind }) => type === Call.name && kind === "call").map(({ payload }) => (payload as { readonly value: bigint }).value))
    expect(heard).toEqual([5n, 7n])
  })

  it("staleView: the handling sees what was published before", () => {
    expect(caller(played([start, start, look], []).world).seen).toBe(2n)
    expect(caller(played([start, start, look], [{ kind: "staleView", step: 2, nth: 0 }]).world).seen).toBe(1n)
    expect(caller(played([start, look], [{ kind: "staleView", step: 1, nth: 0 }]).world).seen).toBe(0n)
  })

  it("recover: the world goes on from its bytes as if nothing had been", () => {
    const [through, stored] = [played([start, start, look], []), played([start, start, look], [{ kind: "recover", step: 1, nth: 0 }, { kind: "recover", step: 2, nth: 0 }])]
    expect(stored.case.faults).toHaveLength(2)
    expect(Buffer.from(stored.world.snapshot()).equals(through.world.snapshot())).toBe(true)
  })

  it("where it cannot be is left out", () => {
    const wrong: readonly Fault[] = [{ kind: "refuseReply", step: 0, nth: 1 }, { kind: "refuseCall", step: 0, nth: 2 }, { kind: "refuseCall", step: 0, nth: 9 }, { kind: "refuseCall", step: 4, nth: 1 }]
    for (const fault of wrong) expect(played([start], [fault]).case.faults).toEqual([])
  })
})

describe("faults by chance", () => {
  it("are each reached, in a random subset for each run, and off in the calm phase", () => {
    const seen = new Map<FaultKind, number>()
    const together = new Set<string>()
    for (const one of casesOf(600)) {
      const kinds = [...new Set(one.faults.map(({ kind }) => kind))].sort()
      together.add(kinds.join(" "))
      for (const kind of kinds) seen.set(kind, (seen.get(kind) ?? 0) + 1)
    }
    expect([...seen.keys()].sort()).toEqual([...FAULT_KINDS].sort())
    expect(together.size).toBeGreaterThan(20)
    expect(together.has("")).toBe(true)
  })

  it("replay from the case that they are kept in", () => {
    for (const one of casesOf(60)) expect(execute(everything, sourceOfCase(one)).case).toEqual(one)
  })

  it("find nothing by themselves in actors that live with them", () => {
    const survivable = Campaign.with(campaign, { faults: ["refuseCall", "delay", "exceedCapacity", "missingActor", "recover", "wrongReply", "staleView"] })
    expect(check(survivable, { runs: 300, seed: 1 }).failing).toBeUndefined()
  })

  it("find the lock that a lost continuation leaves, and shrink to it", () => {
    const { failing } = check(Campaign.with(campaign, { faults: FAULT_KINDS, schedule: Schedules.random }), { runs: 500, seed: 1 })
    expect(failing?.finding.oracle).toBe("pending")
    expect(failing?.case.steps).toHaveLength(1)
    expect(failing?.case.decisions).toEqual([])
    expect(failing?.case.faults.length).toBeLessThanOrEqual(2)
  })
})

const everything = new Arena(
  Campaign.make({
    name: "calls",
    world: { accounts: { alice: { eth: 100n } }, actors: [actor("caller", Caller, {}), actor("callee", Callee, {})] },
    actions: [action(Start, "caller", { payload: { to: ["callee"] } }), action(Look, "caller"), action(Pass, "callee")],
    defaults: false,
    faults: FAULT_KINDS,
  }),
  [],
)

/** What runs by chance came to, numbers only. */
const casesOf = (runs: number): readonly Case[] =>
  Array.from({ length: runs }, (_, seed) => {
    const random = Random.make(seed, "faults")
    return execute(everything, freshSource(everything, { below: (bound) => random.below(bound) })).concrete
  })
