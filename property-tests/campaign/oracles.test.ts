import { describe, expect, it } from "vitest"
import { Actor, actor, Address, Amount, Message, payOne, send, Table, TableOf, View, type Expectations, type Observed, type World } from "../../core/index.ts"
import {
  action,
  Arena,
  authorityFromSnapshot,
  Campaign,
  execute,
  limitHonoured,
  metamorphic,
  noProfit,
  reactiveUser,
  sameTotals,
  sourceOfCase,
  worthOf,
  type Case,
  type Finding,
  type Oracle,
  type Step,
} from "../../sim/index.ts"

/** A puppet does what it is told, so that each oracle can be shown a world that breaks it and one that does not. */
const Set_ = Message.make("test/Set", { payload: { a: Amount, b: Amount, losses: Amount } })
const Give = Message.make("test/Give", { payload: { to: Address, amount: Amount } })
const GiveLater = Message.make("test/GiveLater", { payload: { to: Address, amount: Amount } })
const Price = View.make("test/Price", { price: Amount })

type State = { readonly a: bigint; readonly b: bigint; readonly losses: bigint; readonly votes: Table<string, bigint> }
const puppetOf = (name: string, expectations: Expectations<State>) =>
  Actor.make(name, {
    params: { a: Amount, b: Amount },
    state: { a: Amount, b: Amount, losses: Amount, votes: TableOf(Address, Amount) },
    messages: { Set: Set_, Give, GiveLater },
    view: Price,
    publish: ({ a }) => ({ price: a }),
    create: ({ a, b }) => ({ a, b, losses: 0n, votes: Table.empty() }),
    handlers: {
      Set: (state, fields, { sender, balance }) => ({ state: { ...state, ...fields, votes: state.votes.set(sender, balance("gold")) } }),
      Give: (state, { to, amount }) => ({ state, sends: [payOne(to, "gold", amount)] }),
      GiveLater: (state, { to, amount }, { self }) => ({ state, sends: [send(self, Give, { to, amount })] }),
    },
    ...(expectations as object),
  })

const step = (message: { readonly name: string }, payload: object, more: Partial<Step> = {}, to = "puppet", from = "alice", funds = {}): Step => ({
  action: message.name.split("/").at(-1) as string,
  send: { from, to, message: message.name, payload, funds },
  seconds: 0,
  blocks: undefined,
  ...more,
})
const set = (a: bigint, b: bigint, losses = 0n, more: Partial<Step> = {}, to = "puppet"): Step => step(Set_, { a, b, losses }, more, to)
const give = (to: string, amount: bigint): Step => step(Give, { to, amount })

let count = 0
const played = (steps: readonly Step[], expectations: Expectations<State>, oracles: readonly Oracle[] = [], more: Partial<Case> = {}): Finding | undefined => {
  const definition = puppetOf(`test/Puppet${count++}`, expectations)
  const oracleActor = puppetOf(`test/Feed${count++}`, {})
  const campaign = Campaign.make({
    name: "puppet",
    world: {
      accounts: { alice: { gold: 100n }, bob: { gold: 100n } },
      actors: [actor("puppet", definition, { a: 10n, b: 10n }, { gold: 50n }), actor("feed", oracleActor, { a: 10n, b: 10n })],
    },
    actions: [action(Set_, "puppet"), action(Give, "puppet", { name: "Feed", moves: "price" })],
    oracles,
  })
  return execute(new Arena(campaign, []), sourceOfCase({ parameters: [], steps, decisions: [], faults: [], ...more })).finding
}

describe("default oracles", () => {
  const claims: Expectations<State> = { claims: ({ state }) => ({ gold: state.a }) }
  it("claims: what is owed is held", () => {
    expect(played([set(50n, 0n)], claims)).toBeUndefined()
    expect(played([set(51n, 0n)], claims)).toMatchObject({ oracle: "claims", actor: "puppet", detail: "gold", values: { held: "50", claimed: "51" }, step: 0 })
    expect(played([set(50n, 0n), give("bob", 1n)], claims)).toMatchObject({ oracle: "claims", step: 1 })
  })
  it("claims: not while the actor's own messages are under way, but as soon as they are not", () => {
    const later = step(GiveLater, { to: "bob", amount: 5n })
    expect(played([set(50n, 0n, 0n, { blocks: 0 }), later], claims)).toMatchObject({ oracle: "claims", height: 3 })
  })

  const prices: Expectations<State> = { prices: ({ state }) => ({ share: { numerator: state.a, denominator: state.b, losses: state.losses } }) }
  it("price: does not fall, to the last unit, but where a loss is booked", () => {
    expect(played([set(20n, 20n), set(21n, 20n)], prices)).toBeUndefined()
    expect(played([set(10n ** 40n, 10n ** 40n), set(10n ** 40n - 1n, 10n ** 40n)], prices)).toMatchObject({ oracle: "price", detail: "share", step: 1 })
    expect(played([set(12n, 10n), set(11n, 10n)], prices)).toMatchObject({ oracle: "price", step: 1 })
    expect(played([set(2n, 1n), set(1n, 1n)], prices)).toMatchObject({ oracle: "price", step: 1, values: { before: "2 / 1", after: "1 / 1" } })
    expect(played([set(5n, 10n, 1n)], prices)).toBeUndefined()
    expect(played([set(5n, 0n), set(1n, 10n)], prices)).toBeUndefined()
  })

  it("aggregate: a stored total is the sum of its parts", () => {
    const aggregates: Expectations<State> = { aggregates: ({ state }) => ({ total: { stored: state.a, recomputed: state.b } }) }
    expect(played([set(7n, 7n)], aggregates)).toBeUndefined()
    expect(played([set(7n, 8n)], aggregates)).toMatchObject({ oracle: "aggregate", detail: "total", values: { stored: "7", recomputed: "8" } })
  })

  it("pending: nothing waits at the end", () => {
    const pending: Expectations<State> = { pending: ({ state }) => (state.a === 0n ? ["a lock"] : []) }
    expect(played([set(0n, 0n), set(1n, 0n)], pending)).toBeUndefined()
    expect(played([set(1n, 0n), set(0n, 0n)], pending)).toMatchObject({ oracle: "pending", values: { waiting: "a lock" } })
  })

  const health: Expectations<State> = { health: ({ state }: Observed<State>, view) => [["bob", state.b <= state.a * (view(Price, "feed")?.price ?? 0n)]] }
  it("health: who is healthy stays so through everything but prices and time", () => {
    expect(played([set(10n, 100n)], health)).toBeUndefined()
    expect(played([set(10n, 101n)], health)).toMatchObject({ oracle: "health", actor: "puppet", detail: "bob" })
    expect(played([set(10n, 101n, 0n, { seconds: 1 })], health)).toBeUndefined()
    expect(played([set(10n, 101n, 0n, { action: "Feed" })], health)).toBeUndefined()
    expect(played([set(10n, 101n, 0n, { action: "Feed" }), set(10n, 102n)], health)).toBeUndefined()
  })
  it("health: nor by a price that moved inside, once nothing is under way", () => {
    expect(played([set(10n, 100n), set(9n, 0n, 0n, {}, "feed")], health)).toMatchObject({ oracle: "health", values: { when: "nothing is under way" } })
    expect(played([set(10n, 100n), set(9n, 0n, 0n, { action: "Feed" }, "feed")], health)).toBeUndefined()
  })
})

describe("oracles to opt in to", () => {
  it("noProfit: a coalition gains nothing at fixed prices, but for what is allowed", () => {
    const oracle = (allowed?: bigint) => noProfit(["alice", "bob"], { gold: 3n }, allowed === undefined ? undefined : () => allowed)
    expect(played([give("bob", 1n)], {}, [oracle()])).toMatchObject({ oracle: "no profit", values: { before: "600", after: "603" } })
    expect(played([give("bob", 1n)], {}, [oracle(3n)])).toBeUndefined()
    expect(played([give("puppet", 1n)], {}, [oracle()])).toBeUndefined()
  })

  it("limitHonoured: what was declared is what came", () => {
    const oracle = limitHonoured("Give", ({ amount }: { readonly amount: bigint }) => ({ asset: "gold", minimum: amount }))
    expect(played([give("alice", 5n)], {}, [oracle])).toBeUndefined()
    expect(played([give("bob", 5n)], {}, [oracle])).toMatchObject({ oracle: "limit of Give honoured", values: { received: "0", minimum: "5" } })
    // A refused one promises nothing, and steps that overlap are not judged.
    expect(played([give("bob", 51n)], {}, [oracle])).toBeUndefined()
    expect(played([{ ...give("bob", 5n), blocks: 1 }, set(1n, 1n)], {}, [oracle])).toBeUndefined()
  })

  it("limitHonoured: a payment that a fault sent back is nobody's broken promise, one that is late must come", () => {
    const oracle = limitHonoured("Give", ({ amount }: { readonly amount: bigint }) => ({ asset: "gold", minimum: amount }))
    const fault = (kind: "refuseCall" | "delay", nth: number) => ({ faults: [{ kind, step: 0, nth, ...(kind === "delay" && { blocks: 3 }) }] })
    expect(played([give("alice", 5n)], {}, [oracle], fault("refuseCall", 1))).toBeUndefined()
    expect(played([give("alice", 5n)], {}, [oracle], fault("delay", 1))).toBeUndefined()
    expect(played([give("bob", 5n)], {}, [oracle], fault("delay", 1))).toMatchObject({ oracle: "limit of Give honoured" })
    // A fault of an earlier step excuses nothing later.
    expect(played([give("alice", 5n), give("bob", 5n)], {}, [oracle], fault("refuseCall", 1))).toMatchObject({ oracle: "limit of Give honoured", step: 1 })
  })

  it("metamorphic: a step beside another way to do it, on a fork", () => {
    const total = (world: World): bigint => world.balance("bob", "gold")
    const twice = metamorphic({
      name: "two halves are the whole",
      instead: ({ action: name, send: sent }) => {
        const { to, amount } = sent.payload as { readonly to: string; readonly amount: bigint }
        return name === "Give" ? [amount / 2n, amount / 2n].map((half) => ({ ...sent, payload: { to, amount: half } })) : undefined
      },
      relation: (after, variant) => (total(after) === total(variant) ? undefined : { whole: total(after), halves: total(variant) }),
    })
    expect(played([give("bob", 6n), give("bob", 8n)], {}, [twice])).toBeUndefined()
    expect(played([give("bob", 6n), give("bob", 7n)], {}, [twice])).toMatchObject({ oracle: "two halves are the whole", values: { whole: "113", halves: "112" }, step: 1 })
  })

  it("sameTotals: the end does not depend on the order", () => {
    const last = sameTotals((world) => ({ a: (world.observe<State>("puppet").state as State).a }))
    const steps = [{ ...step(Set_, { a: 1n, b: 0n, losses: 0n }, { blocks: 0 }, "puppet", "bob") }, step(Set_, { a: 2n, b: 0n, losses: 0n })]
    const decision = { step: 1, block: 0, actor: "puppet", at: 0, choice: 1 }
    expect(played(steps, {}, [last])).toBeUndefined()
    expect(played(steps, {}, [last], { decisions: [decision] })).toMatchObject({ oracle: "same totals in any order", values: { total: "a", found: "1", drained: "2" } })
    expect(played(steps, {}, [sameTotals((world) => ({ a: (world.observe<State>("puppet").state as State).a }), 1n)], { decisions: [decision] })).toBeUndefined()
  })

  it("authorityFromSnapshot: a weight of this block does not count", () => {
    // The puppet notes what it holds itself, which a donation in the same block raises.
    const oracle = authorityFromSnapshot("test/Set", (world, from) => world.observe<State>("puppet").state.votes.get(from) ?? 0n, (world) => world.balance("puppet", "gold"))
    const donated = step(Set_, { a: 1n, b: 1n, losses: 0n }, {}, "puppet", "alice", { gold: 9n })
    expect(played([set(1n, 1n)], {}, [oracle])).toBeUndefined()
    expect(played([donated], {}, [oracle])).toMatchObject({ values: { sender: "alice", weight: "59", held: "50" } })
  })

  it("worthOf counts what has a price", () => {
    let worth = 0n
    played([give("bob", 1n)], {}, [{ name: "look", begin: () => ({ settled: ({ world }) => void (worth = worthOf(world, ["alice", "bob"], { gold: 2n, dust: 9n })) }) }])
    expect(worth).toBe(402n)
  })
})

describe("a reactive user", () => {
  const mallory = reactiveUser("test/Mallory", [Give, Set_])
  const definition = puppetOf("test/PuppetOfMallory", {})
  const campaign = Campaign.make({
    name: "reactive",
    world: { accounts: { alice: { gold: 100n } }, actors: [actor("puppet", definition, { a: 1n, b: 1n }, { gold: 50n }), actor("mallory", mallory.definition, {}, { gold: 9n })] },
    actions: [action(mallory.Act, "mallory"), action(mallory.Arm, "mallory")],
  })
  const run = (steps: readonly Step[]) => execute(new Arena(campaign, []), sourceOfCase({ parameters: [], steps, decisions: [], faults: [] })).world
  const ask = { _tag: Give.name, to: "mallory", amount: 4n }
  const arm = (times: number, forward = false) => step(mallory.Arm, { to: "puppet", say: ask, times, forward }, {}, "mallory")
  const act = step(mallory.Act, { to: "puppet", say: ask }, {}, "mallory")

  it("sends what it is told to, as itself", () => expect(run([act]).balance("mallory", "gold")).toBe(13n))
  it("answers each payment as often as it is armed for", () => expect(run([arm(3), act]).balance("mallory", "gold")).toBe(9n + 4n * 4n))
  it("answers with what it was paid, when told so", () => expect(run([arm(2, true), act]).balance("puppet", "gold")).toBe(50n - 3n * 4n + 2n * 4n))
  it("answers a bounce, too", () => {
    const tooMuch = step(mallory.Act, { to: "puppet", say: { ...ask, amount: 1_000n } }, {}, "mallory")
    expect(run([arm(1), tooMuch]).balance("mallory", "gold")).toBe(13n)
  })
  it("can be drawn by a search", () => {
    const arena = new Arena(campaign, [])
    expect(arena.messages.get("test/Mallory/Act")?.payload.shape).toMatchObject({ kind: "struct" })
  })
})
