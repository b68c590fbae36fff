import { describe, expect, it } from "vitest"
import { Account, Actor, actor, Address, Amount, AssetId, Bool, Continuation, Integer, LimitReached, List, Message, Nullable, OneOf, Payment, request, Struct, Text, Uint, Union, View, World, type Interception } from "../../core/index.ts"

/** Faults of tests: what a world does when it is told to refuse a message, to change a reply, or to show an older view. */

const Ask = Message.make("test/Ask", { payload: { amount: Amount }, reply: { doubled: Amount } })
const Go = Message.make("test/Go", { payload: { to: Address, amount: Amount } })
const Seen = View.make("test/Seen", { count: Amount })
const Answered = Continuation.make("test/Answered", { of: Ask, saved: {} })

const Asker = Actor.make("test/Asker", {
  params: {},
  state: { answers: Amount, failures: Amount, seen: Amount },
  messages: { Go },
  continuations: { Answered },
  create: () => ({ answers: 0n, failures: 0n, seen: 0n }),
  handlers: {
    Go: (state, { to, amount }, { view, funds }) => ({
      state: { ...state, seen: view(Seen, "oracle")?.count ?? 0n },
      sends: [request(to, Ask, { amount }, { then: Answered, saved: {}, funds })],
    }),
  },
  resume: {
    Answered: (state, outcome) => ({
      state: outcome._tag === "Success" ? { ...state, answers: state.answers + outcome.reply.doubled } : { ...state, failures: state.failures + 1n },
    }),
  },
})

const Oracle = Actor.make("test/Oracle", {
  params: {},
  state: { count: Amount },
  messages: { Ask },
  view: Seen,
  publish: ({ count }) => ({ count }),
  create: () => ({ count: 0n }),
  handlers: { Ask: ({ count }, { amount }) => ({ state: { count: count + 1n }, reply: { doubled: amount * 2n } }) },
})

const genesis = { accounts: { alice: { eth: 100n } }, actors: [actor("asker", Asker, {}), actor("oracle", Oracle, {})] }
const play = (intercept: Interception, funds: { readonly [asset: string]: bigint } = { eth: 10n }) => {
  const world = World.make(genesis, { intercept })
  world.send("alice", "asker", Go, { to: "oracle", amount: 21n }, { funds })
  world.settle()
  world.audit()
  return world
}

describe("an intercepted message", () => {
  it("is asked about before each handling, with the transaction that started it", () => {
    const heard: unknown[] = []
    play({ message: ({ kind, from, to, message, causeBlock, causeIndex }) => void heard.push([kind, from, to, message.name, causeBlock, causeIndex]) })
    expect(heard).toEqual([[0, "alice", "asker", "test/Go", 1, 0], [1, "asker", "oracle", "test/Ask", 1, 0], [2, "oracle", "asker", "test/Ask", 1, 0]])
  })

  it("bounces with the reason, and its funds, when it is a call", () => {
    const world = play({ message: ({ kind }) => (kind === 1 ? new LimitReached({ limit: "test", maximum: 0n }) : undefined) })
    expect(world.state(Asker, "asker")).toMatchObject({ answers: 0n, failures: 1n })
    expect(world.state(Oracle, "oracle").count).toBe(0n)
    expect(world.balance("asker", "eth")).toBe(10n)
  })

  it("bounces to the account when it is a transaction", () => {
    const world = play({ message: ({ kind }) => (kind === 0 ? new LimitReached({ limit: "test", maximum: 0n }) : undefined) })
    expect(world.balance("alice", "eth")).toBe(100n)
    expect(world.state(Asker, "asker")).toMatchObject({ answers: 0n, failures: 0n })
  })

  it("runs no continuation when it is a reply, or a bounce, whose credit stays", () => {
    const replied = play({ message: ({ kind }) => (kind === 2 ? new LimitReached({ limit: "test", maximum: 0n }) : undefined) })
    expect(replied.state(Asker, "asker")).toMatchObject({ answers: 0n, failures: 0n })
    expect(replied.state(Oracle, "oracle").count).toBe(1n)
    const bounced = play({ message: ({ kind }) => (kind === 1 || kind === 3 ? new LimitReached({ limit: "test", maximum: 0n }) : undefined) })
    expect(bounced.state(Asker, "asker")).toMatchObject({ answers: 0n, failures: 0n })
    expect(bounced.balance("asker", "eth")).toBe(10n)
  })

  it("says something else when a reply is changed", () => {
    const world = play({ message: ({ kind }) => (kind === 2 ? { reply: { doubled: 5n } } : undefined) })
    expect(world.state(Asker, "asker").answers).toBe(5n)
  })

  it("may be a payment to an account, which is credited nowhere else then", () => {
    const world = World.make({ accounts: { alice: { eth: 5n }, bob: {} } }, { intercept: { message: ({ message, kind }) => (message === Payment && kind === 0 ? new LimitReached({ limit: "test", maximum: 0n }) : undefined) } })
    world.send("alice", "bob", Payment, {}, { funds: { eth: 5n } })
    world.settle()
    expect([world.balance("alice", "eth"), world.balance("bob", "eth")]).toEqual([5n, 0n])
    expect(world.definitionOf("bob")).toBe(Account)
  })

  it("sees another view when one is shown to it", () => {
    expect(play({ view: (message, address, published: { readonly count: bigint }) => ({ count: published.count + (address === "oracle" && message.kind === 0 ? 7n : 0n) }) }).state(Asker, "asker").seen).toBe(7n)
  })

  it("changes nothing where no fault is, header by header", () => {
    const [plain, watched] = [World.make(genesis), World.make(genesis, { intercept: { message: () => undefined, view: (_, __, published) => published } })]
    for (const world of [plain, watched]) world.send("alice", "asker", Go, { to: "oracle", amount: 1n }, { funds: { eth: 1n } })
    expect(watched.settle().map(({ header }) => header)).toEqual(plain.settle().map(({ header }) => header))
  })
})

describe("a world that is not sealed", () => {
  it("has the states and balances of one that is, headers of height and time, and a snapshot that can be restored", () => {
    const [sealed, unsealed] = [World.make(genesis), World.make(genesis, { sealed: false })]
    for (const world of [sealed, unsealed]) {
      world.send("alice", "asker", Go, { to: "oracle", amount: 4n }, { funds: { eth: 3n } })
      world.settle()
    }
    expect(unsealed.header).toEqual({ height: sealed.height, time: sealed.time, parent: "0".repeat(64), inputs: "", changes: "", messages: "", root: "0".repeat(64) })
    for (const address of sealed.addresses) expect(unsealed.observe(address).state).toEqual(sealed.observe(address).state)
    expect(unsealed.balances("asker")).toEqual(sealed.balances("asker"))
    const restored = World.restore([Asker, Oracle], unsealed.snapshot(), { sealed: false })
    expect(restored.snapshot()).toEqual(unsealed.snapshot())
    expect(restored.state(Asker, "asker").answers).toBe(8n)
  })
})

describe("forks that take turns", () => {
  it("do not disturb each other, though they share what does not outlive a block", () => {
    const world = World.make(genesis)
    world.send("alice", "asker", Go, { to: "oracle", amount: 4n }, { funds: { eth: 3n } })
    const alone = world.fork().settle().map(({ header }) => header.root)
    const [one, two] = [world.fork(), world.fork()]
    const roots = [0, 1, 2].map(() => [one.step().header.root, two.step().header.root])
    expect(roots).toEqual(alone.map((root) => [root, root]))
  })
})

describe("the shape of a codec", () => {
  const shapes: readonly (readonly [name: string, codec: { readonly shape?: unknown }, shape: object])[] = [
    ["an amount", Amount, { kind: "uint", maximum: 2n ** 256n - 1n }],
    ["eight bits", Uint(8), { kind: "uint", maximum: 255n }],
    ["an integer", Integer(2, 9), { kind: "integer", minimum: 2, maximum: 9 }],
    ["a truth value", Bool, { kind: "bool" }],
    ["a text", Text(5), { kind: "text", lengthMax: 5 }],
    ["an address", Address, { kind: "address" }],
    ["an asset", AssetId, { kind: "asset" }],
    ["words", OneOf("a", "b"), { kind: "words", words: ["a", "b"] }],
    ["a struct", Struct({ a: Bool }), { kind: "struct", fields: { a: Bool } }],
    ["a list", List(Bool, 3), { kind: "list", element: Bool, countMax: 3 }],
    ["a value or null", Nullable(Bool), { kind: "nullable", of: Bool }],
  ]
  for (const [name, codec, shape] of shapes) it(`of ${name}`, () => expect(codec.shape).toEqual(shape))
  it("of a union", () => expect([...(Union({ A: { x: Bool }, B: {} }).shape as { readonly variants: ReadonlyMap<string, unknown> }).variants.keys()]).toEqual(["A", "B"]))
})
