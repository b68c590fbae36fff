import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  actor, after, expectInTrace, findInTrace, NoActorAt, NotQuiet, OrderBroken, payOne, Payment, printTrace, request, send, World, type Table,
} from "../../core/index.ts"
import { Credit, Ledger, Busy, makeWorld, inputs, rootsOf, tellOne, logOf } from "./busy-world.ts"
import { Answered, Ask, heard, noted, puppet, Refused, Tell } from "./puppet.ts"

/** The world as a tool: step, hold, deliver, settle, look at it, trace. */

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
