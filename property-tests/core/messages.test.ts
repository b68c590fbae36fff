import { describe, expect, it } from "vitest"
import {
  Account, Actor, actor, after, Continuation, Count, Funds, pay, payOne, Payment, request, send, spawn, World,
  type AnyDefinition, type Genesis, type GenesisActor,
} from "../../core/index.ts"
import { Answered, Ask, heard, Level, noted, Noted, notes, puppet, Refused, Tell, type Behaviour, type PuppetState } from "./puppet.ts"

/** What becomes of a message: requests and their continuations, bounces, deadlines, timers, spawns, views, capacities and limits. */

const ALICE = { alice: { eth: 100n } }
const lives = (address: string, behaviour: Behaviour = {}, balances = {}): GenesisActor =>
  actor(address, puppet({ name: `test/${address}`, ...behaviour }), { level: 1 }, balances)
const worldOf = (actors: readonly GenesisActor[], rest: Partial<Genesis> = {}): World => World.make({ accounts: ALICE, actors, ...rest }, { trace: true })
const stateOf = (world: World, address: string): PuppetState => world.observe<PuppetState>(address).state
const logOf = (world: World, address: string): readonly string[] => stateOf(world, address).log
const settled = (world: World): World => {
  world.settle()
  world.audit()
  return world
}

/** A puppet at "caller" that asks the puppet at "server" with 5 eth attached. */
const asks = (behaviour: Behaviour = {}, options: { readonly deadline?: number } = {}): GenesisActor =>
  lives("caller", {
    tell: (state) => ({ state, sends: [request("server", Ask, { number: 7 }, { funds: { eth: 5n }, then: Answered, saved: { tag: "saved" }, ...options })] }),
    ...behaviour,
  }, { eth: 10n })

const tellCaller = (world: World): World => {
  world.send("alice", "caller", Tell, { number: 1 })
  return world
}

describe("a request", () => {
  it("that is handled brings its reply to the continuation, two blocks later, with what was saved", () => {
    const world = tellCaller(worldOf([asks(), lives("server")]))
    expect(world.step().sent).toMatchObject([{ id: "caller#0", kind: "call", from: "caller", to: "server", hop: 1, parent: "alice@0" }])
    expect(world.step().sent).toMatchObject([{ id: "server#0", kind: "reply", to: "caller", payload: { answer: 7 }, hop: 2, parent: "caller#0" }])
    expect(world.step().ended).toMatchObject([{ id: "server#0", end: "handled", refusal: undefined }])
    expect([logOf(world, "caller"), logOf(world, "server")]).toEqual([["saved answer 7"], ["caller 7"]])
    expect([world.balance("caller", "eth"), world.balance("server", "eth"), world.pending]).toEqual([5n, 5n, 0])
  })

  it("that fails brings reason and refund, the refund credited before the continuation runs", () => {
    const world = worldOf([
      asks({
        answered: (state, outcome, _, { balance, funds, sender }) =>
          outcome._tag === "Failed"
            ? notes(state, `${outcome.reason.message}; refund ${outcome.refund.toString()}, funds ${funds.toString()}, holds ${balance("eth")}, from ${sender}`)
            : { state },
      }),
      lives("server", { ask: () => new Refused({ code: 9 }) }),
    ])
    settled(tellCaller(world))
    expect(logOf(world, "caller")).toEqual(["refused with code 9; refund 5 eth, funds 5 eth, holds 10, from server"])
    expect(world.balance("caller", "eth")).toBe(10n)
  })

  it("whose continuation fails keeps the refund, and the receipt says so", () => {
    const world = worldOf([
      asks({ answered: (state) => (state.level === 1 ? new Refused({ code: 3 }) : { state }) }),
      lives("server", { ask: () => new Refused({ code: 9 }) }),
    ])
    tellCaller(world)
    const [, , last] = world.settle()
    expect(last?.ended).toMatchObject([{ kind: "bounce", end: "handled", refusal: { _tag: "test/Refused", code: 3 }, defect: undefined }])
    expect([world.balance("caller", "eth"), logOf(world, "caller")]).toEqual([10n, []])
    world.audit()
  })

  it("whose continuation is defective keeps the refund and nothing of the step", () => {
    const world = worldOf([
      asks({ answered: (state) => ({ state: heard(state, "never"), sends: [payOne("alice", "eth", 1n), payOne("alice", "dai", 1n)], reply: 5 }) }),
      lives("server", { ask: () => new Refused({ code: 9 }) }),
    ])
    tellCaller(world)
    const [, , last] = world.settle()
    expect(last?.ended).toMatchObject([{ end: "handled", refusal: { _tag: "core/Defective" }, defect: { problem: expect.stringContaining("reply") } }])
    expect(last?.defects).toMatchObject([{ actor: "caller" }])
    expect([world.balance("caller", "eth"), logOf(world, "caller")]).toEqual([10n, []])
  })

  it("to nobody, past its deadline, or of an unknown message fails like a refused one", () => {
    for (const [actors, reason] of [
      [[asks()], "core/NoSuchActor"],
      [[asks({}, { deadline: 1 }), lives("server")], "core/Expired"],
      [[asks(), actor("server", Account, {})], "core/UnknownMessage"],
    ] as const) {
      const world = settled(tellCaller(worldOf(actors)))
      expect(logOf(world, "caller")).toEqual([`saved ${reason}`])
      expect(world.balance("caller", "eth")).toBe(10n)
    }
  })

  it("of a payment to an account is answered too", () => {
    const Paid = Continuation.make("test/Paid", { of: Payment, saved: {} })
    const Payer = Actor.make("test/Payer", {
      params: {}, state: { paid: Count }, messages: { Tell }, continuations: { Paid }, create: () => ({ paid: 0 }),
      handlers: { Tell: (state) => ({ state, sends: [request("alice", Payment, {}, { funds: { eth: 2n }, then: Paid, saved: {} })] }) },
      resume: { Paid: (state, outcome) => ({ state: { paid: state.paid + (outcome._tag === "Success" ? 1 : 0) } }) },
    })
    const world = World.make({ accounts: ALICE, actors: [actor("payer", Payer, {}, { eth: 5n })] })
    world.send("alice", "payer", Tell, { number: 1 })
    settled(world)
    expect(world.balance("alice", "eth")).toBe(102n)
    expect(world.state(Payer, "payer")).toEqual({ paid: 1 })
  })

  it("leaves with its reply after the sends of the same step", () => {
    const world = worldOf([asks(), lives("server", { ask: (state) => ({ state, sends: [pay("alice", { eth: 1n })], reply: { answer: 1 } }) })])
    tellCaller(world).step()
    expect(world.step().sent.map(({ id, kind }) => [id, kind])).toEqual([["server#0", "call"], ["server#1", "reply"]])
  })

  it("without an answer in a reply or a timer: only calls with a continuation are answered", () => {
    const world = worldOf([lives("server", { tell: (state) => ({ state, sends: [send("server", Ask, { number: 1 })], timers: [after(1, Ask, { number: 2 })] }) })])
    world.send("alice", "server", Tell, { number: 1 })
    const blocks = world.settle()
    expect(blocks.flatMap(({ sent }) => sent).map(({ kind }) => kind)).toEqual(["call", "timer"])
    expect(logOf(world, "server")).toEqual(["server 1", "server 2"])
  })
})

describe("a bounce", () => {
  const sender = (bounced?: Behaviour["bounced"]): GenesisActor =>
    lives("caller", {
      tell: (state) => ({ state, sends: [send("server", Tell, { number: 4 }, { funds: { eth: 6n } })] }),
      ...(bounced !== undefined && { bounced }),
    }, { eth: 10n })
  const refuser = lives("server", { tell: () => new Refused({ code: 8 }) })

  it("comes to the bounced handler with the message, its payload, the reason and the refund", () => {
    const world = worldOf([
      sender((state, { message, payload, reason, refund, by }, { balance }) =>
        notes(state, `${message.name} ${payload.number} ${reason.message} ${refund.toString()} ${by} ${balance("eth")}`)),
      refuser,
    ])
    settled(tellCaller(world))
    expect(logOf(world, "caller")).toEqual(["test/Tell 4 refused with code 8 6 eth server 10"])
  })

  it("gives the funds back to an actor without such a handler", () => {
    const world = settled(tellCaller(worldOf([sender(), refuser])))
    expect(world.balance("caller", "eth")).toBe(10n)
    expect(stateOf(world, "caller")).toEqual({ log: [], level: 1 })
  })

  it("keeps its credit when the handler fails, and the receipt says so", () => {
    const world = tellCaller(worldOf([sender(() => { throw new RangeError("no") }), refuser]))
    const [, , last] = world.settle()
    expect(last?.ended).toMatchObject([{ kind: "bounce", end: "handled", refusal: { _tag: "core/Defective" }, defect: { problem: "RangeError: no" } }])
    expect(world.balance("caller", "eth")).toBe(10n)
    world.audit()
  })

  it("carries Defective to the sender and the stack to the receipt", () => {
    const world = worldOf([lives("server", { tell: () => { throw new RangeError("no such pool") } })])
    world.send("alice", "server", Tell, { number: 1 }, { funds: { eth: 3n } })
    const block = world.step()
    expect(block.receipts).toMatchObject([{
      status: "bounced", refusal: { _tag: "core/Defective" }, defect: { problem: "RangeError: no such pool", stack: expect.stringContaining("messages.test.ts") },
    }])
    expect(block.sent).toMatchObject([{ kind: "bounce", to: "alice", reason: { _tag: "core/Defective" } }])
    expect(String(block.sent[0]?.reason)).toBe("core/Defective: the handler is defective; see the receipt")
    expect(settled(world).balance("alice", "eth")).toBe(100n)
  })

  it("from where nobody lives is named after the message that it returns", () => {
    const world = worldOf([lives("server")])
    world.send("alice", "nowhere", Tell, { number: 1 }, { funds: { eth: 3n } })
    expect(world.step().sent).toMatchObject([{ id: "alice@0!", kind: "bounce", from: "nowhere", reason: { _tag: "core/NoSuchActor", address: "nowhere" } }])
    expect(settled(world).balance("alice", "eth")).toBe(100n)
  })
})

describe("a deadline", () => {
  it("counts the block in which the message is handled, and no later one", () => {
    const late = (deadline: number) => {
      const world = worldOf([lives("server", { capacity: 1 })])
      world.send("alice", "server", Tell, { number: 1 })
      world.send("alice", "server", Tell, { number: 2 }, { funds: { eth: 4n }, deadline })
      const [, second] = world.settle()
      world.audit()
      return [second?.ended[0]?.end, second?.ended[0]?.refusal?.message, world.balance("alice", "eth")]
    }
    expect(late(2)).toEqual(["handled", undefined, 96n])
    expect(late(1)).toEqual(["expired", "the deadline, block 1, has passed", 100n])
  })
})

describe("a timer", () => {
  const clock = (blocks: number): GenesisActor =>
    lives("clock", {
      tell: (state, { number }, { sender, height, funds }) =>
        number === 0
          ? { state, timers: [after(blocks, Tell, { number: 1 })] }
          : notes(state, `${sender} at ${height} with ${funds.toString()}`),
    })

  it.each([1, 2, 5])("comes back to its actor %i blocks later, starts its hops again and keeps its cause", (blocks) => {
    const world = worldOf([clock(blocks)])
    world.send("alice", "clock", Tell, { number: 0 })
    const first = world.step()
    expect(first.changes.find(({ address }) => address === "clock")?.timers).toMatchObject([{ due: 1 + blocks, message: { id: "clock#0", kind: "timer" } }])
    expect(world.pendingTimers).toBe(blocks === 1 ? 0 : 1)
    const last = world.settle().at(-1)
    expect(last?.height).toBe(1 + blocks)
    expect(last?.ended).toMatchObject([{ id: "clock#0", kind: "timer", hop: 0, cause: { block: 1, index: 0 }, parent: "alice@0", end: "handled" }])
    expect(logOf(world, "clock")).toEqual([`clock at ${1 + blocks} with nothing`])
  })

  it("is refused beyond the actor's limit, and the limit counts what waits only", () => {
    const world = worldOf([clock(2)], { limits: { timersMax: 2 } })
    const statuses = [1, 2, 3].map(() => {
      world.send("alice", "clock", Tell, { number: 0 })
      return world.step().receipts[0]?.status
    })
    expect(statuses).toEqual(["handled", "handled", "handled"])
    for (let count = 0; count < 3; count++) world.send("alice", "clock", Tell, { number: 0 })
    expect(world.step().receipts).toMatchObject([{ status: "handled" }, { status: "bounced", refusal: { limit: "timersMax", maximum: 2n } }, { status: "bounced" }])
  })

  it("comes back as a bounce to its actor when its handler refuses", () => {
    const world = worldOf([lives("clock", {
      tell: (state, { number }) => (number === 0 ? { state, timers: [after(1, Tell, { number: 1 })] } : new Refused({ code: 2 })),
      bounced: (state, { reason, by }) => notes(state, `${reason.message} by ${by}`),
    })])
    world.send("alice", "clock", Tell, { number: 0 })
    expect(logOf(settled(world), "clock")).toEqual(["refused with code 2 by clock"])
  })
})

describe("a spawned actor", () => {
  const Child: AnyDefinition = puppet({ name: "test/Child" })
  const parent = (sends: (self: string) => ReturnType<typeof send>[] = () => []): GenesisActor =>
    lives("parent", { tell: (state, _, { self }) => ({ state, spawns: [spawn("kid", Child, { level: 5 })], sends: sends(self) }) }, { eth: 9n })

  it("lives from the end of the block, with its state, view and address", () => {
    const world = worldOf([parent()], { definitions: [Child] })
    world.send("alice", "parent", Tell, { number: 1 })
    world.send("alice", "parent/kid", Tell, { number: 2 })
    const block = world.step()
    expect(block.receipts).toMatchObject([{ status: "handled" }, { status: "bounced", refusal: { _tag: "core/NoSuchActor" } }])
    expect(block.changes.find(({ address }) => address === "parent/kid")).toMatchObject({ born: "test/Child", state: { log: [], level: 5 }, view: { level: 5 } })
    expect([world.has("parent/kid"), world.view(Level, "parent/kid")]).toEqual([true, { level: 5 }])
    world.send("alice", "parent/kid", Tell, { number: 3 })
    expect(world.step().receipts[0]?.status).toBe("handled")
  })

  it("receives what its parent sent it in the same step", () => {
    const world = worldOf([parent((self) => [send(`${self}/kid`, Tell, { number: 6 }, { funds: { eth: 4n } })])], { definitions: [Child] })
    world.send("alice", "parent", Tell, { number: 1 })
    settled(world)
    expect([logOf(world, "parent/kid"), world.balance("parent/kid", "eth")]).toEqual([["parent 6"], 4n])
  })

  it("is refused where an actor lives already, in a later block and in the same one", () => {
    const world = worldOf([parent()], { definitions: [Child] })
    for (let count = 0; count < 2; count++) world.send("alice", "parent", Tell, { number: 1 })
    const taken = { status: "bounced", refusal: { _tag: "core/SpawnRefused", address: "parent/kid", problem: "the address is taken" } }
    expect(world.step().receipts).toMatchObject([{ status: "handled" }, taken])
    world.send("alice", "parent", Tell, { number: 1 })
    expect(world.step().receipts).toMatchObject([taken])
  })
})

describe("a published view", () => {
  it("is read as of the last boundary, also by a handler that runs after the change in the same block", () => {
    const raise: Behaviour["tell"] = (state, { number }) => ({ state: { ...state, level: number } })
    const read: Behaviour["tell"] = (state, _, { view }) => notes(state, `${view(Level, "oracle")?.level} ${view(Level, "nobody")?.level}`)
    const world = worldOf([lives("oracle", { tell: raise }), lives("reader", { tell: read })])
    expect(world.view(Level, "oracle")).toEqual({ level: 1 })
    for (const number of [10, 20]) {
      world.send("alice", "reader", Tell, { number })
      world.send("alice", "oracle", Tell, { number })
      world.send("alice", "reader", Tell, { number })
      const block = world.step()
      expect(block.changes.find(({ address }) => address === "oracle")?.view).toEqual({ level: number })
    }
    expect(logOf(world, "reader")).toEqual(["1 undefined", "1 undefined", "10 undefined", "10 undefined"])
  })

  it("stays as it was, and is a defect of the block, when publishing fails", () => {
    const Oracle = Actor.make("test/Oracle", {
      params: {}, state: { level: Count }, messages: { Tell }, view: Level, create: () => ({ level: 1 }),
      publish: ({ level }) => {
        if (level === 2) throw new RangeError("no price")
        return { level: level === 3 ? -1 : level }
      },
      handlers: { Tell: (_, { number }) => ({ state: { level: number } }) },
    })
    const world = World.make({ accounts: ALICE, actors: [actor("oracle", Oracle, {})] })
    const problems = [2, 3, 4].map((number) => {
      world.send("alice", "oracle", Tell, { number })
      return [world.step().defects.map(({ actor: at, problem }) => `${at} ${problem}`), world.view(Level, "oracle")?.level]
    })
    expect(problems).toEqual([
      [["oracle RangeError: no price"], 1],
      [[expect.stringContaining("oracle the view's level must be an integer")], 1],
      [[], 4],
    ])
  })
})

describe("a mailbox", () => {
  it("hands out at most its capacity per block, and what was left over comes before what arrives", () => {
    const world = worldOf([lives("server", { capacity: 2 })])
    for (let number = 1; number <= 3; number++) world.send("alice", "server", Tell, { number })
    expect(world.step().receipts.map(({ status }) => status)).toEqual(["handled", "handled", "pending"])
    expect(world.pending).toBe(1)
    for (let number = 4; number <= 5; number++) world.send("alice", "server", Tell, { number })
    expect(world.step().receipts.map(({ status }) => status)).toEqual(["handled", "pending"])
    world.settle()
    expect(logOf(world, "server")).toEqual([1, 2, 3, 4, 5].map((number) => `alice ${number}`))
  })

  it("bounces calls when it is full, with their funds, and still takes replies, bounces and timers", () => {
    const world = worldOf([lives("server", { capacity: 1 })], { limits: { mailboxMax: 2 } })
    for (let number = 1; number <= 4; number++) world.send("alice", "server", Tell, { number }, { funds: { eth: 10n } })
    expect(world.step().receipts).toMatchObject([
      { status: "handled" }, { status: "pending" }, ...[3, 4].map(() => ({ status: "bounced", refusal: { _tag: "core/MailboxFull", maximum: 2n } })),
    ])
    expect([world.balance("alice", "eth"), world.underWay("eth")]).toEqual([60n, 30n])
    expect(settled(world).balance("alice", "eth")).toBe(80n)
    const busy = worldOf([lives("server", {
      capacity: 1,
      tell: (state, { number }) =>
        number === 0 ? { state, sends: [1, 2, 3].map(() => send("nowhere", Tell, { number: 9 })), timers: [after(1, Tell, { number: 5 })] } : notes(state, `timer ${number}`),
      bounced: (state, { reason }) => notes(state, reason._tag),
    })], { limits: { mailboxMax: 1 } })
    busy.send("alice", "server", Tell, { number: 0 })
    expect(logOf(settled(busy), "server")).toEqual(["timer 5", ...[1, 2, 3].map(() => "core/NoSuchActor")])
  })
})

describe("hops", () => {
  it("end a chain of calls with a bounce at the limit, and the last funds stay with the one who sent them", () => {
    const relay: Behaviour["tell"] = (state, _, { self, funds }) => notes(state, "", { sends: [send(self === "ping" ? "pong" : "ping", Tell, { number: 1 }, { funds })] })
    const world = worldOf([lives("ping", { tell: relay }), lives("pong", { tell: relay })], { limits: { hopsMax: 5 } })
    world.send("alice", "ping", Tell, { number: 1 }, { funds: { eth: 2n } })
    const ended = world.settle().flatMap((block) => block.ended)
    expect(ended.map(({ hop, kind, end }) => `${hop} ${kind} ${end}`)).toEqual([
      "0 transaction handled", ...[1, 2, 3, 4, 5].map((hop) => `${hop} call handled`), "6 call bounced", "7 bounce handled",
    ])
    expect(ended[6]?.refusal).toMatchObject({ _tag: "core/HopLimit", maximum: 5n })
    expect(world.balance("pong", "eth")).toBe(2n)
    world.audit()
  })

  it("run no handler of a reply or bounce beyond their own limit, but credit the funds", () => {
    const world = worldOf([asks(), lives("server", { ask: () => new Refused({ code: 1 }) })], { limits: { hopsReturnMax: 1 } })
    settled(tellCaller(world))
    expect([logOf(world, "caller"), world.balance("caller", "eth")]).toEqual([[], 10n])
  })
})

describe("an issuer", () => {
  it("mints and burns what bears its name, and the supply follows", () => {
    const world = worldOf([lives("bank", {
      tell: (state, { number }, { balance, supply }) =>
        number > 0
          ? notes(state, `${supply("bank:coin")}`, { mints: { "bank:coin": BigInt(number), bank: 1n }, sends: [payOne("alice", "bank:coin", BigInt(number))] })
          : notes(state, `burn ${balance("bank:coin")} of ${supply("bank:coin")}, other ${supply("eth")}`, { burns: { "bank:coin": balance("bank:coin") } }),
    })])
    world.send("alice", "bank", Tell, { number: 30 })
    settled(world)
    expect([world.supply("bank:coin"), world.balance("alice", "bank:coin"), world.supply("bank")]).toEqual([30n, 30n, 1n])
    world.send("alice", "bank", Tell, { number: 0 }, { funds: { "bank:coin": 12n } })
    settled(world)
    expect([world.supply("bank:coin"), world.balance("alice", "bank:coin"), world.balance("bank", "bank:coin")]).toEqual([18n, 18n, 0n])
    expect(logOf(world, "bank")).toEqual(["0", "burn 12 of 30, other 0"])
    expect(world.assets).toEqual(["bank", "bank:coin", "eth"])
  })
})

describe("a receipt", () => {
  it("carries the reply and the events of a transaction, and no reply of anything to come", () => {
    const world = worldOf([lives("server", { ask: (state, { number }) => ({ state, reply: { answer: number + 1 }, events: [noted(number), noted(0)] }) })])
    world.send("alice", "server", Ask, { number: 4 })
    const block = world.step()
    expect(block.receipts).toEqual([{
      status: "handled", index: 0, id: "alice@0", reply: { answer: 5 }, events: [{ event: Noted, fields: { number: 4 } }, { event: Noted, fields: { number: 0 } }],
    }])
    expect([block.sent, world.pending]).toEqual([[], 0])
  })

  it("has no events of a handling that was refused", () => {
    const world = worldOf([lives("server", { tell: (state) => ({ state, events: [noted(1)], sends: [pay("alice", { dai: 1n })] }) })])
    world.send("alice", "server", Tell, { number: 4 })
    expect(world.step().ended).toMatchObject([{ end: "bounced", events: [], reply: undefined }])
  })
})

describe("a context", () => {
  it("names self, sender, funds, balance, height, time and message", () => {
    const world = worldOf([lives("server", {
      tell: (state, _, { self, sender, funds, balance, height, time, id }) =>
        notes(state, `${self} ${sender} ${funds.toString()} ${balance("eth")} ${balance("dai")} ${height} ${time} ${id}`),
    }, { eth: 1n })], { time: 50, blockSeconds: 12 })
    world.send("alice", "server", Tell, { number: 4 }, { funds: Funds.of("eth", 9n) })
    world.step()
    world.send("alice", "server", Tell, { number: 4 })
    world.step([], { time: 99 })
    expect(logOf(world, "server")).toEqual(["server alice 9 eth 10 0 1 62 alice@0", "server alice nothing 10 0 2 99 alice@1"])
  })
})
