import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  Actor, actor, Address, after, Amount, Count, expectInTrace, findInTrace, Message, NoActorAt, NotQuiet, OrderBroken, payOne, Payment, printTrace, request, send, Table,
  TableOf, World, type Block, type WorldOptions,
} from "../../core/index.ts"
import { Answered, Ask, heard, noted, notes, puppet, Refused, Tell, type PuppetState } from "./puppet.ts"

/** The world as a tool: step, hold, deliver, fork, settle, store and restore, look at it. */

/** A ledger in a table, with a rule of its own. */
const Credit = Message.make("test/Credit", { payload: { to: Address, amount: Amount } })
const Ledger = Actor.make("test/Ledger", {
  params: {},
  state: { balances: TableOf(Address, Amount), credits: Count },
  messages: { Credit },
  create: () => ({ balances: Table.empty<string, bigint>(), credits: 0 }),
  handlers: {
    Credit: ({ balances, credits }, { to, amount }) => ({ state: { balances: balances.update(to, (was = 0n) => was + amount), credits: credits + 1 } }),
  },
  invariants: {
    covered: ({ state, balance }) => {
      const owed = [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n)
      return owed <= balance("eth") ? undefined : { owed, held: balance("eth") }
    },
    grows: ({ state }, before) => (before === undefined || state.credits >= before.state.credits ? undefined : { now: state.credits, before: before.state.credits }),
  },
})

/** Passes on, asks, sets timers and refuses, as the number and its own randomness say. */
const Busy = puppet({
  name: "test/Busy",
  capacity: 4,
  tell: (state, { number }, { random, balance, height }) => {
    if (number % 7 === 6) return new Refused({ code: number })
    const to = ["one", "two", "nowhere", "ledger"][Number(random.below(4n))] as string
    const step = notes({ ...state, level: number }, `${height} ${number}`, { events: [noted(number)] })
    if (number < 2) return step
    const next = { number: number - 1 - (number % 2) }
    const sends = [
      to === "ledger" ? send(to, Credit, { to, amount: BigInt(number) }) : send(to, Tell, next, { funds: { eth: balance("eth") / 10n } }),
      request(to === "one" ? "two" : "one", Ask, next, { then: Answered, saved: { tag: `t${number}` } }),
    ]
    return { ...step, sends, timers: number % 3 === 0 ? [after(2, Tell, { number: 1 })] : [] }
  },
})

const definitions = [Busy, Ledger]
const makeWorld = (options: WorldOptions = {}): World =>
  World.make(
    {
      accounts: { alice: { eth: 1_000n }, bob: { eth: 1_000n } },
      actors: [actor("one", Busy, { level: 0 }, { eth: 50n }), actor("two", Busy, { level: 0 }, { eth: 50n }), actor("ledger", Ledger, {}, { eth: 30n })],
      seed: 11n,
      blockSeconds: 12,
    },
    options,
  )

type Input = { readonly from: string; readonly to: string; readonly number: number; readonly eth: number }
const input: fc.Arbitrary<Input> = fc.record({ from: fc.constantFrom("alice", "bob"), to: fc.constantFrom("one", "two", "nowhere"), number: fc.nat(12), eth: fc.nat(20) })
const inputs = fc.array(fc.array(input, { maxLength: 5 }), { minLength: 1, maxLength: 8 })

const stepWith = (world: World, block: readonly Input[]): Block => {
  for (const { from, to, number, eth } of block) world.send(from, to, Tell, { number }, { funds: { eth: BigInt(eth) } })
  return world.step()
}
const rootsOf = (world: World, blocks: readonly (readonly Input[])[]): readonly string[] => [
  ...blocks.map((block) => stepWith(world, block).header.root),
  ...world.settle().map(({ header }) => header.root),
]
const everything = (world: World) => ({ snapshot: world.snapshot(), header: world.header })

const tellOne = (world: World, ...numbers: readonly number[]): World => {
  for (const number of numbers) world.send("alice", "one", Tell, { number })
  return world
}
const logOf = (world: World, address = "one"): readonly string[] => world.observe<PuppetState>(address).state.log

describe("step", () => {
  it("moves height and time, and chains the headers", () => {
    const world = makeWorld()
    const genesis = world.header
    expect([genesis.height, genesis.time, genesis.parent]).toEqual([0, 0, "0".repeat(64)])
    const first = world.step().header
    expect([first.height, first.time, first.parent]).toEqual([1, 12, genesis.root])
    const second = world.step([], { time: 12 }).header
    expect([second.height, second.time, second.parent, world.header]).toEqual([2, 12, first.root, second])
    expect(world.step([], { time: 12 }).header.root).not.toBe(second.root)
  })

  it("takes queued transactions first, then the given ones", () => {
    const world = tellOne(makeWorld(), 0)
    const { receipts } = world.step([{ from: "alice", nonce: 1, to: "one", message: Tell, payload: { number: 1 } }])
    expect(receipts.map((receipt) => "id" in receipt && receipt.id)).toEqual(["alice@0", "alice@1"])
    expect([logOf(world), world.nonce("alice"), world.step().receipts]).toEqual([["1 0", "1 1"], 2, []])
  })

  it("opens accounts before it admits, so that they can receive and send at once", () => {
    const world = makeWorld()
    const root = makeWorld().step().header.root
    const block = world.step([{ from: "carol", nonce: 0, to: "dave", message: Payment, payload: {} }], { open: ["carol", "dave"] })
    expect(block.receipts[0]?.status).toBe("handled")
    expect(block.changes).toEqual([{ address: "carol", born: "core/Account", nonce: 1, state: {} }, { address: "dave", born: "core/Account", state: {} }])
    expect(block.header.root).not.toBe(root)
  })

  it("gives other roots for other inputs, changes and messages, and digests that tell which", () => {
    const header = (act: (world: World) => void, extra = {}) => {
      const world = makeWorld()
      act(world)
      return world.step([], extra).header
    }
    const pick = ({ inputs: given, changes, messages }: ReturnType<typeof header>) => ({ given, changes, messages })
    const empty = pick(header(() => {}))
    const late = pick(header(() => {}, { time: 13 }))
    expect([late.given === empty.given, late.changes === empty.changes, late.messages === empty.messages]).toEqual([false, true, true])
    const paid = pick(header((world) => world.send("alice", "bob", Payment, {}, { funds: { eth: 1n } })))
    expect([paid.given === empty.given, paid.changes === empty.changes, paid.messages === empty.messages]).toEqual([false, false, true])
    const lost = pick(header((world) => world.send("alice", "nowhere", Payment, {})))
    expect(lost.messages).not.toBe(empty.messages)
  })
})

describe("hold and deliver", () => {
  it("keep a message back, and let it arrive when it is delivered", () => {
    const world = makeWorld()
    world.hold("alice@0")
    expect(tellOne(world, 0, 1).step().receipts.map(({ status }) => status)).toEqual(["pending", "pending"])
    expect(world.held.map(({ id }) => id)).toEqual(["alice@0", "alice@1"])
    world.send("bob", "one", Tell, { number: 1 })
    world.step()
    expect(logOf(world)).toEqual(["2 1"])
    world.deliver()
    expect([world.held.length, world.pending]).toEqual([0, 2])
    world.step()
    expect(logOf(world)).toEqual(["2 1", "3 0", "3 1"])
    world.audit()
  })

  it("let a later message of the same pair wait behind, and others pass", () => {
    const world = makeWorld()
    world.hold(({ payload }) => (payload as { number?: number }).number === 0)
    tellOne(world, 0, 1).send("alice", "two", Tell, { number: 1 })
    world.step()
    expect([logOf(world), logOf(world, "two")]).toEqual([[], ["1 1"]])
    const overtaking = () => world.deliver("alice@1")
    expect(overtaking).toThrow(OrderBroken)
    expect(overtaking).toThrow("alice@1 would overtake alice@0, which is held")
    world.deliver("alice@0")
    world.step()
    expect([logOf(world), world.held.map(({ id }) => id)]).toEqual([["2 0"], ["alice@1"]])
    world.deliver("alice@1")
    world.step()
    expect([logOf(world), world.held.length]).toEqual([["2 0", "3 1"], 0])
  })

  it("keep value under way, and the world unquiet", () => {
    const world = makeWorld()
    world.hold(({ type }) => type === "core/Payment")
    world.send("alice", "bob", Payment, {}, { funds: { eth: 5n } })
    world.step()
    world.audit()
    expect([world.underWay("eth"), world.balance("bob", "eth"), world.pending]).toEqual([5n, 1_000n, 1])
    expect(() => world.settle({ blocksMax: 3 })).toThrow(NotQuiet)
    world.deliver()
    world.settle()
    world.audit()
    expect([world.underWay("eth"), world.balance("bob", "eth")]).toEqual([0n, 1_005n])
  })

  it("that change nothing in the end give the state that was, on a world whose messages commute", () => {
    const plain = makeWorld()
    const delayed = makeWorld()
    delayed.hold(({ from }) => from === "alice")
    for (const world of [plain, delayed]) {
      world.send("alice", "bob", Payment, {}, { funds: { eth: 5n } })
      world.send("bob", "alice", Payment, {}, { funds: { eth: 7n } })
      world.step()
    }
    delayed.deliver()
    delayed.step()
    expect(delayed.balances("alice")).toEqual(plain.balances("alice"))
    expect(delayed.balances("bob")).toEqual(plain.balances("bob"))
  })
})

describe("a fork", () => {
  it("goes its own way: neither world shows what the other did, tables included", () => {
    fc.assert(
      fc.property(inputs, inputs, inputs, (before, left, right) => {
        const world = makeWorld({ trace: true })
        for (const block of before) stepWith(world, block)
        const alone = makeWorld()
        for (const block of before) stepWith(alone, block)
        const fork = world.fork()
        expect(everything(fork)).toEqual(everything(world))
        /** Steps in turn, so that shared tables are used from both sides. */
        const [ours, theirs]: [string[], string[]] = [[], []]
        for (let index = 0; index < Math.max(left.length, right.length); index++) {
          if (index < left.length) ours.push(stepWith(world, left[index] as Input[]).header.root)
          if (index < right.length) theirs.push(stepWith(fork, right[index] as Input[]).header.root)
        }
        const twin = alone.fork()
        expect(ours).toEqual(left.map((block) => stepWith(alone, block).header.root))
        expect(theirs).toEqual(right.map((block) => stepWith(twin, block).header.root))
        expect(everything(world)).toEqual(everything(alone))
        expect(everything(fork)).toEqual(everything(twin))
        world.audit()
        fork.audit()
      }),
      { seed: 1, numRuns: 40 },
    )
  })

  it("that is kept is a way back", () => {
    const world = tellOne(makeWorld(), 9, 5)
    world.step()
    const kept = world.fork()
    const before = everything(kept)
    const later = rootsOf(world, [[{ from: "bob", to: "one", number: 8, eth: 3 }]])
    expect(everything(kept)).toEqual(before)
    expect(rootsOf(kept, [[{ from: "bob", to: "one", number: 8, eth: 3 }]])).toEqual(later)
  })

  it("takes along what is queued, held and wanted to be held", () => {
    const world = makeWorld()
    world.hold(({ from }) => from === "alice")
    tellOne(world, 0).step()
    tellOne(world, 1)
    const fork = world.fork()
    world.deliver()
    world.settle()
    expect([logOf(world), fork.held.map(({ id }) => id)]).toEqual([["2 0", "2 1"], ["alice@0"]])
    fork.send("alice", "two", Tell, { number: 1 })
    expect(fork.step().receipts).toMatchObject([{ id: "alice@1", status: "pending" }, { id: "alice@2", status: "pending" }])
    fork.deliver()
    fork.step()
    expect(logOf(fork)).toEqual(["3 0", "3 1"])
  })

  it("keeps the trace, which then grows apart", () => {
    const world = tellOne(makeWorld({ trace: true }), 2)
    world.step()
    const fork = world.fork()
    const open = printTrace(world.trace(1, 0)!)
    fork.settle()
    expect(printTrace(world.trace(1, 0)!)).toBe(open)
    world.settle()
    expect(printTrace(world.trace(1, 0)!)).toBe(printTrace(fork.trace(1, 0)!))
    expect(printTrace(world.trace(1, 0)!)).not.toBe(open)
  })
})

describe("settle", () => {
  it("steps until nothing is under way, and gives the blocks", () => {
    const world = tellOne(makeWorld(), 9)
    const blocks = world.settle()
    expect(blocks.map(({ height }) => height)).toEqual(blocks.map((_, index) => index + 1))
    expect([world.pending, world.pendingTimers, world.settle()]).toEqual([0, 0, []])
  })

  it("stops at its bound with an error that counts what is left", () => {
    const Forever = puppet({ name: "test/Forever", tell: (state) => ({ state, timers: [after(3, Tell, { number: 0 })] }) })
    const world = World.make({ accounts: { alice: {} }, actors: [actor("clock", Forever, { level: 0 })] })
    world.send("alice", "clock", Tell, { number: 0 })
    const settle = () => world.settle({ blocksMax: 10 })
    expect(settle).toThrow(NotQuiet)
    expect(world.height).toBe(10)
    expect(settle).toThrow("after 10 blocks 0 messages and 1 timers are still under way")
    expect(world.settle({ timers: false })).toEqual([])
  })
})

describe("a snapshot", () => {
  it("at any block, of any world, gives the same later headers, receipts and bytes", () => {
    fc.assert(
      fc.property(inputs, fc.nat(7), (blocks, at) => {
        const world = makeWorld()
        for (const block of blocks.slice(0, at)) stepWith(world, block)
        const bytes = world.snapshot()
        const restored = World.restore(definitions, bytes)
        expect(restored.snapshot()).toEqual(bytes)
        expect(restored.header).toEqual(world.header)
        restored.audit()
        for (const block of blocks.slice(at)) {
          const [ours, theirs] = [stepWith(world, block), stepWith(restored, block)]
          expect(theirs.header).toEqual(ours.header)
          expect(theirs.receipts).toEqual(ours.receipts)
          expect(theirs.changes).toEqual(ours.changes)
        }
        expect(restored.settle().map(({ header }) => header)).toEqual(world.settle().map(({ header }) => header))
        expect(restored.snapshot()).toEqual(world.snapshot())
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  it("of worlds that are equal by other ways has the same bytes", () => {
    const [listed, reversed] = [Object.entries({ a: { eth: 1n, dai: 2n }, b: { dai: 5n } }), [["b", { dai: 5n }], ["a", { dai: 2n, eth: 1n }]] as const]
    expect(World.make({ accounts: listed }).snapshot()).toEqual(World.make({ accounts: reversed }).snapshot())
  })
})

/** Pinned. */
const ROOTS = [
  "a2599359af00aabf204c799d4b521c3863d20098675d7f1759e0d94615c122b0",
  "7e0fad2772aec0f8092c8a744bd1a87fca2f259c816abf684b99e5c9cfdc57ff",
  "142ac999be7f0f3186cd7f42717a56a82387191d2188aebfc5c1f63ab80d72c2",
  "fb929a27764145e42dc7d9ecf4cba3c541e9405e5355d61a64f1cd1504ab8cbe",
  "2e0ab278f89782e8d84ff3f9daec8d75ee5d67d5c08bc8cb9af10fda86984e67",
]
const LAST = {
  height: 4,
  time: 48,
  parent: "fb929a27764145e42dc7d9ecf4cba3c541e9405e5355d61a64f1cd1504ab8cbe",
  inputs: "2144f2017b09491d0533bc06225a52f0a37ee709a584ab93983b344805f206ed",
  changes: "1aae83e373a226c0ca269261ead0169b729a7a34790602466194e7c8d4672e29",
  messages: "dd635d724fc7148046c7a97f2c08628a9a7cdc7f04ea0793ee4da28d79777255",
  root: "2e0ab278f89782e8d84ff3f9daec8d75ee5d67d5c08bc8cb9af10fda86984e67",
}
const SNAPSHOT = [1081, "5e45157f87ed93dc217e9cb8599dd9c85ea13672d83352644e92a8e724ffb19d"]

/** A small fixed history: these literals change only when the byte format or the model does, and then on purpose. */
describe("golden:", () => {
  const history = () => {
    const world = makeWorld()
    const genesis = world.header
    const first = stepWith(world, [
      { from: "alice", to: "one", number: 9, eth: 7 },
      { from: "bob", to: "two", number: 6, eth: 1 },
      { from: "bob", to: "nowhere", number: 1, eth: 2 },
    ])
    const later = Array.from({ length: 3 }, () => stepWith(world, [{ from: "bob", to: "one", number: 8, eth: 0 }]))
    return { world, headers: [genesis, ...[first, ...later].map(({ header }) => header)] }
  }

  it("the headers of a genesis and four blocks", () => {
    const { headers } = history()
    expect(headers.map(({ root }) => root)).toEqual(ROOTS)
    expect(headers.at(-1)).toEqual(LAST)
  })

  it("the bytes of the snapshot after them", () => {
    const bytes = history().world.snapshot()
    expect([bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual(SNAPSHOT)
  })
})

describe("looking at a world", () => {
  it("says what lives, what it holds and what exists, and NoActorAt of what does not live", () => {
    const world = makeWorld()
    expect(world.addresses).toEqual(["alice", "bob", "ledger", "one", "two"])
    expect([world.has("one"), world.has("three"), world.definitionOf("one"), world.assets]).toEqual([true, false, Busy, ["eth"]])
    expect([world.supply("eth"), world.supply("dai"), world.balance("one", "dai"), [...world.balances("one")]]).toEqual([2_130n, 0n, 0n, [["eth", 50n]]])
    for (const look of [() => world.balance("x", "eth"), () => world.state(Busy, "x"), () => world.state(Ledger, "one"), () => world.nonce("x"), () => world.observe("x"), () => world.sequence("x"), () => world.balances("x")]) {
      expect(look).toThrow(NoActorAt)
    }
    expect(() => world.state(Ledger, "one")).toThrow("no actor lives at one of test/Ledger")
  })

  it("checks the declared invariants, and names the values that break them", () => {
    const world = makeWorld()
    const before = world.observe("ledger")
    expect(world.check("ledger")).toEqual([])
    world.send("alice", "ledger", Credit, { to: "bob", amount: 31n })
    world.step()
    expect(world.check("ledger", before)).toEqual([{ height: 1, actor: "ledger", invariant: "covered", values: { owed: 31n, held: 30n } }])
    const backwards = world.fork().observe("ledger")
    expect(makeWorld().check("ledger", backwards)).toEqual([{ height: 0, actor: "ledger", invariant: "grows", values: { now: 0, before: 1 } }])
    expect(world.check("alice")).toEqual([])
  })

  it("an observation stays as it was", () => {
    const world = makeWorld()
    const before = world.observe<{ readonly credits: number; readonly balances: Table<string, bigint> }>("ledger")
    world.send("alice", "ledger", Credit, { to: "bob", amount: 3n }, { funds: { eth: 8n } })
    world.step()
    expect([before.balance("eth"), before.state.credits, before.state.balances.size]).toEqual([30n, 0, 0])
    expect([world.balance("ledger", "eth"), world.state(Ledger, "ledger").balances.get("bob")]).toEqual([38n, 3n])
  })

  it("a block's changes can be asked for until the next step only", () => {
    const world = tellOne(makeWorld(), 1)
    const block = world.step()
    expect(block.changes).toEqual([
      { address: "alice", nonce: 1 },
      { address: "one", state: { log: ["1 1"], level: 1 }, view: { level: 1 } },
    ])
    world.step()
    expect(() => block.changes).toThrow("the world has left block 1")
    expect(block.receipts).toMatchObject([{ status: "handled" }])
  })
})

describe("a strict world catches", () => {
  const mutating = (tell: (state: { log: string[]; level: number }, payload: { number: number }) => unknown) => {
    const Mutator = puppet({ name: "test/Mutator", tell: tell as never })
    const made = World.make({ accounts: { alice: {} }, actors: [actor("one", Mutator, { level: 1 })] }, { strict: true })
    return [made, World.restore([Mutator], made.snapshot(), { strict: true })]
  }
  const CASES: readonly (readonly [title: string, tell: Parameters<typeof mutating>[0]])[] = [
    ["a field of the state", (state) => { state.level = 2; return { state } }],
    ["a list in the state", (state) => { state.log.push("x"); return { state } }],
    ["the payload", (state, payload) => { payload.number = 2; return { state } }],
  ]
  it.each(CASES)("a handler that writes to %s, from its first message on", (_, tell) => {
    for (const world of mutating(tell)) {
      world.send("alice", "one", Tell, { number: 1 })
      expect(world.step().receipts).toMatchObject([{ status: "bounced", defect: { problem: expect.stringContaining("TypeError") } }])
    }
  })

  it("a write to a state that a handler has returned", () => {
    let calls = 0
    const [world] = mutating((state) => (calls++ === 0 ? { state: heard(state, "one") } : (state.log.push("x"), { state })))
    for (const number of [1, 2]) world?.send("alice", "one", Tell, { number })
    expect(world?.step().receipts.map(({ status }) => status)).toEqual(["handled", "bounced"])
  })

  it("nothing in a world that is well-behaved: its headers are those of a world that is not strict", () => {
    fc.assert(
      fc.property(inputs, (blocks) => {
        expect(rootsOf(makeWorld({ strict: true }), blocks)).toEqual(rootsOf(makeWorld(), blocks))
      }),
      { seed: 6, numRuns: 20 },
    )
  })
})

describe("a trace", () => {
  const traced = () => {
    const Server = puppet({ name: "test/Server", ask: (state, { number }) => (number === 0 ? new Refused({ code: 5 }) : { state, reply: { answer: number }, sends: [payOne("alice", "eth", 2n)] }) })
    const Caller = puppet({
      name: "test/Caller",
      tell: (state, { number }) => ({
        state,
        events: [noted(number)],
        sends: [
          request("server", Ask, { number }, { funds: { eth: 3n }, then: Answered, saved: { tag: "x" } }),
          send("nowhere", Tell, { number }),
        ],
      }),
    })
    const world = World.make({ accounts: { alice: { eth: 9n } }, actors: [actor("caller", Caller, { level: 0 }), actor("server", Server, { level: 0 })] }, { trace: true })
    world.send("alice", "caller", Tell, { number: 1 }, { funds: { eth: 5n } })
    world.send("alice", "caller", Tell, { number: 0 }, { funds: { eth: 3n } })
    return world
  }

  it("prints the tree of messages, one line each", () => {
    const world = traced()
    world.settle()
    expect(printTrace(world.trace(1, 0)!).split("\n")).toEqual([
      'block 1  alice -> caller  test/Tell {"number":1} with 5 eth: handled, test/Noted {"number":1}',
      'block 2  ├─ caller -> server  test/Ask {"number":1} with 3 eth: handled, reply {"answer":1}',
      "block 3  │  ├─ server -> alice  core/Payment with 2 eth: handled",
      'block 3  │  └─ server -> caller  reply of test/Ask {"answer":1}: handled',
      'block 2  └─ caller -> nowhere  test/Tell {"number":1}: bounced, core/NoSuchActor: no actor lives at nowhere',
      "block 3     └─ nowhere -> caller  bounce of test/Tell, because no actor lives at nowhere: handled",
    ])
    expect(printTrace(world.trace(1, 1)!).split("\n").slice(1, 3)).toEqual([
      'block 2  ├─ caller -> server  test/Ask {"number":0} with 3 eth: bounced, test/Refused: refused with code 5',
      "block 3  │  └─ server -> caller  bounce of test/Ask with 3 eth, because refused with code 5: handled",
    ])
  })

  it("says what is still under way", () => {
    const world = traced()
    world.step()
    expect(printTrace(world.trace(1, 0)!).split("\n")[1]).toBe('block ?  ├─ caller -> server  test/Ask {"number":1} with 3 eth: under way')
  })

  it("can be searched by sender, receiver, type, kind, end, refusal and funds", () => {
    const world = traced()
    world.settle()
    const tree = world.trace(1, 0)!
    const ids = (pattern: Parameters<typeof findInTrace>[1]) => findInTrace(tree, pattern).map(({ message }) => message.id)
    expect(ids({})).toEqual(["alice@0", "caller#0", "server#0", "server#1", "caller#1", "caller#1!"])
    expect(ids({ from: "server" })).toEqual(["server#0", "server#1"])
    expect(ids({ to: "caller", kind: "reply" })).toEqual(["server#1"])
    expect(ids({ type: "test/Ask", kind: "call" })).toEqual(["caller#0"])
    expect(ids({ end: "bounced" })).toEqual(["caller#1"])
    expect(ids({ refusal: "core/NoSuchActor" })).toEqual(["caller#1", "caller#1!"])
    expect(ids({ funds: { eth: 2n } })).toEqual(["server#0"])
    expect(expectInTrace(tree, { type: "core/Payment" }).message.funds.get("eth")).toBe(2n)
    expect(() => expectInTrace(tree, { from: "bob" })).toThrow(/^no message matches \{"from":"bob"\} in\nblock 1 {2}alice -> caller/)
  })

  it("is there for admitted transactions of a tracing world only", () => {
    const world = traced()
    world.step([{ from: "alice", nonce: 9, to: "caller", message: Tell, payload: { number: 1 } }])
    expect([world.trace(1, 2), world.trace(2, 0)]).toEqual([undefined, undefined])
    expect(() => makeWorld().trace(1, 0)).toThrow("trace: true")
  })
})
