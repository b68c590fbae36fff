import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { CALL, type Envelope } from "../../core/envelope.ts"
import { NameBytes } from "../../core/name-bytes.ts"
import { Outbox } from "../../core/outbox.ts"
import { actor, Funds, OrderBroken, Orderings, pay, Payment, send, World, type Arrival, type Block, type GenesisActor, type Ordering } from "../../core/index.ts"
import { notes, puppet, Tell, type Behaviour, type PuppetState } from "./puppet.ts"

/** First come, first served, by cause; and every other order that keeps each pair first-in first-out. */

const ACCOUNTS = { alice: { eth: 100n }, bob: { eth: 100n }, carol: { eth: 100n } }
const lives = (address: string, behaviour: Behaviour = {}): GenesisActor => actor(address, puppet({ name: `test/${address}`, ...behaviour }), { level: 1 })
const logOf = (world: World, address: string): readonly string[] => world.observe<PuppetState>(address).state.log

/** Passes each number on to the "end". */
const relay = (state: PuppetState, { number }: { readonly number: number }) => notes(state, "", { sends: [send("end", Tell, { number })] })

describe("canonical order", () => {
  it("serves by the transaction that started it all, whoever passed it on", () => {
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("z", { tell: relay }), lives("a", { tell: relay }), lives("end")] })
    world.send("bob", "z", Tell, { number: 1 })
    world.send("alice", "a", Tell, { number: 2 })
    world.send("carol", "z", Tell, { number: 3 })
    world.settle()
    expect(logOf(world, "end")).toEqual(["z 1", "a 2", "z 3"])
  })

  it("breaks ties by the sender's address, then by its own sequence", () => {
    const fan: Behaviour["tell"] = (state) => ({ state, sends: ["z", "a", "m"].map((to) => send(to, Tell, { number: 0 })) })
    const twice: Behaviour["tell"] = (state) => ({ state, sends: [1, 2].map((number) => send("end", Tell, { number })) })
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("fan", { tell: fan }), ...["z", "a", "m"].map((address) => lives(address, { tell: twice })), lives("end")] })
    world.send("alice", "fan", Tell, { number: 0 })
    world.settle()
    expect(logOf(world, "end")).toEqual(["a 1", "a 2", "m 1", "m 2", "z 1", "z 2"])
  })

  it("compares addresses by code units, never by locale", () => {
    const fan: Behaviour["tell"] = (state) => ({ state, sends: ["b", "B", "a-", "a.", "a", "a/b"].map((to) => send(to, Tell, { number: 1 })) })
    const addresses = ["b", "B", "a-", "a.", "a", "a/b"]
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("fan", { tell: fan }), ...addresses.map((address) => lives(address, { tell: relay })), lives("end")] })
    world.send("alice", "fan", Tell, { number: 0 })
    world.settle()
    expect(logOf(world, "end")).toEqual(["B 1", "a 1", "a- 1", "a. 1", "a/b 1", "b 1"])
  })

  it("lifts a message so that a sender's messages never overtake one another", () => {
    const world = World.make({
      accounts: ACCOUNTS,
      actors: [lives("x", { tell: relay }), lives("a", { tell: relay }), lives("end")],
      ordering: Orderings.lastSenderFirst,
    })
    world.send("alice", "x", Tell, { number: 1 })
    world.send("bob", "a", Tell, { number: 2 })
    world.send("bob", "x", Tell, { number: 3 })
    const block = world.step()
    /** x handles bob's message, of position 2, before alice's, of position 0: hers is lifted to 2, behind bob's by x's sequence. */
    expect(block.sent.map(({ from, payload }) => [from, (payload as { number: number }).number])).toEqual([["a", 2], ["x", 3], ["x", 1]])
    expect(block.sent.map(({ cause }) => cause.index)).toEqual([1, 2, 0])
  })

  it("does not lift timers, nor lets them lift", () => {
    const tell: Behaviour["tell"] = (state, { number }, { height }) =>
      height === 1
        ? { state, sends: [send("end", Tell, { number })], timers: [{ blocks: 1, message: Tell, payload: { number: number + 10 } }] }
        : notes(state, `${number}`)
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("x", { tell }), lives("end")], ordering: Orderings.lastSenderFirst })
    world.send("alice", "x", Tell, { number: 1 })
    world.send("bob", "x", Tell, { number: 2 })
    /** bob's is handled first; alice's call is lifted behind it, her timer keeps position 0. */
    expect(world.step().sent.map(({ id, kind, cause }) => `${id} ${kind} ${cause.index}`)).toEqual(["x#3 timer 0", "x#0 call 1", "x#1 timer 1", "x#2 call 0"])
  })

  it("holds for bounces from an address where nobody lives", () => {
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("x", { tell: (state) => ({ state, sends: [pay("ghost", {})] }) })] })
    world.send("alice", "x", Tell, { number: 1 })
    world.step()
    world.send("bob", "ghost", Tell, { number: 2 })
    world.send("carol", "ghost", Tell, { number: 3 })
    expect(world.step().sent.map(({ id, to }) => `${id} ${to}`)).toEqual(["x#0! x", "bob@0! bob", "carol@0! carol"])
  })
})

/** Only what the order looks at. */
type Positioned = Pick<Envelope, "positionBlock" | "positionIndex" | "from" | "sequence">

/** The rest of a message, which must not matter. */
const PLAIN = { kind: CALL, to: "x", message: Payment, payload: {}, funds: Funds.none, causeBlock: 1, causeIndex: 0, hop: 1, deadline: 1, parentFrom: "", parentSequence: 0 }

const naive = (messages: readonly Positioned[]): readonly Positioned[] =>
  [...messages].sort((left, right) => {
    const keys = (one: Positioned) => [one.positionBlock, one.positionIndex, one.from, one.sequence] as const
    const [a, b] = [keys(left), keys(right)]
    for (let index = 0; index < a.length; index++) {
      if ((a[index] as never) < (b[index] as never)) return -1
      if ((a[index] as never) > (b[index] as never)) return 1
    }
    return 0
  })

const inOrder = (messages: readonly Envelope[]): Envelope[] => {
  const outbox = new Outbox()
  const names = new NameBytes()
  for (const message of messages) outbox.push(message, names, 0, false)
  return Array.from(outbox.order(), (at) => messages[at] as Envelope)
}

describe("the order of an outbox is a plain sort by position, sender and sequence", () => {
  const message = (indexMax: number): fc.Arbitrary<Positioned> =>
    fc.record({ positionBlock: fc.integer({ min: 1, max: 4 }), positionIndex: fc.nat(indexMax), from: fc.constantFrom("a", "B", "a/b", "z", "a-"), sequence: fc.nat(40) })
  const key = (one: Positioned): string => `${one.positionBlock} ${one.positionIndex} ${one.from} ${one.sequence}`

  it.each([
    ["a few", 3, 63],
    ["many at few positions", 3, 600],
    ["many at dense positions", 200, 600],
    ["many at sparse positions", 1_048_575, 400],
  ])("for %s", (_, indexMax, maxLength) => {
    const messages = fc.uniqueArray(message(indexMax), { maxLength, minLength: Math.floor(maxLength / 3), selector: key, size: "max" })
    fc.assert(
      fc.property(messages, (given) => {
        const before = given.map(key)
        const copies = given.map((one) => ({ ...PLAIN, ...one })) as unknown as Envelope[]
        expect(inOrder(copies).map(key)).toEqual(naive(given).map(key))
        expect(copies.map(key)).toEqual(before)
      }),
      { seed: 2, numRuns: 40 },
    )
  })
})

/** Random traffic: three accounts tell four relays, which pass on to each other and to the end. */
const RELAYS = ["r0", "r1", "r2", "r3"]
const pass: Behaviour["tell"] = (state, { number }, { sender, random }) =>
  notes(state, `${sender} ${number}`, {
    sends: number % 8 === 7 ? [] : [0, 1].slice(0, 1 + (number % 2)).map((copy) => send(RELAYS[Number(random.below(4n))] ?? "r0", Tell, { number: number * 8 + copy + 1 + (number % 5) })),
  })
const Relay = puppet({ name: "test/Relay", tell: pass, capacity: 3 })
const traffic = fc.array(fc.array(fc.record({ from: fc.constantFrom("alice", "bob", "carol"), to: fc.constantFrom(...RELAYS), number: fc.nat(6) }), { maxLength: 8 }), { minLength: 1, maxLength: 5 })

const run = (blocks: readonly (readonly { readonly from: string; readonly to: string; readonly number: number }[])[], ordering: Ordering, actors = RELAYS): { readonly world: World; readonly blocks: readonly Block[] } => {
  const world = World.make({
    accounts: actors[0] === "r0" ? ACCOUNTS : Object.entries(ACCOUNTS).reverse(),
    actors: actors.map((address) => actor(address, Relay, { level: 1 })),
    limits: { hopsMax: 4 },
    ordering,
  })
  const stepped = blocks.map((block) => {
    for (const { from, to, number } of block) world.send(from, to, Tell, { number })
    return world.step()
  })
  return { world, blocks: [...stepped, ...world.settle()] }
}

/** Checks first-in first-out for each pair: what a receiver ended, by sender, is what the sender emitted to it. */
const keepsPairs = (blocks: readonly Block[]): void => {
  const emitted = new Map<string, string[]>()
  const ended = new Map<string, string[]>()
  const refused = new Map<string, string[]>()
  const append = (map: Map<string, string[]>, pair: string, id: string) => map.set(pair, [...(map.get(pair) ?? []), id])
  for (const { raw, sent, ended: ends } of blocks) {
    for (const { id, from, to } of sent) append(emitted, `${from} ${to}`, id)
    for (const admission of raw.admissions) if ("id" in admission) append(emitted, `${admission.from} ${admission.to}`, admission.id as string)
    for (const { id, from, to, end, refusal } of ends) {
      /** A message beyond the hop limit goes back at the door, past those that wait in the mailbox. */
      append(end === "bounced" && refusal?._tag === "core/HopLimit" ? refused : ended, `${from} ${to}`, id)
    }
  }
  const sequence = (id: string) => Number(id.replace(/!$/, "").split(/[#@]/).at(-1))
  for (const [pair, ids] of ended) {
    expect(ids.length + (refused.get(pair)?.length ?? 0)).toBe(emitted.get(pair)?.length)
    expect(ids.map(sequence)).toEqual(ids.map(sequence).sort((left, right) => left - right))
  }
}

const SHUFFLED: Ordering = {
  name: "shuffled",
  /** Takes the next message of the sender that a hash of height and round names: a legal order that is unlike the others. */
  arrange: (arrivals, { height }) => {
    const rest = new Map<string, Arrival[]>()
    for (const arrival of arrivals) rest.set(arrival.from, [...(rest.get(arrival.from) ?? []), arrival])
    const result: Arrival[] = []
    while (rest.size > 0) {
      const senders = [...rest.keys()]
      const from = senders[(height * 7 + result.length * 5) % senders.length] as string
      const [next, ...others] = rest.get(from) as Arrival[]
      result.push(next as Arrival)
      if (others.length === 0) rest.delete(from)
      else rest.set(from, others)
    }
    return result
  },
}

describe("every policy keeps each pair first-in first-out and handles everything:", () => {
  it.each([Orderings.causal, Orderings.bySender, Orderings.lastSenderFirst, SHUFFLED].map((policy) => [policy.name, policy] as const))("%s", (_, policy) => {
    fc.assert(
      fc.property(traffic, (blocks) => {
        const outcome = run(blocks, policy)
        keepsPairs(outcome.blocks)
        expect(outcome.world.pending).toBe(0)
      }),
      { seed: 3, numRuns: 40 },
    )
  })

  it("and the policies do differ", () => {
    const orders = [Orderings.causal, Orderings.bySender, Orderings.lastSenderFirst].map((ordering) => {
      const world = World.make({ accounts: ACCOUNTS, actors: [lives("end")], ordering })
      for (const [from, number] of [["bob", 1], ["alice", 2], ["bob", 3], ["carol", 4], ["alice", 5]] as const) world.send(from, "end", Tell, { number })
      world.step()
      return logOf(world, "end").map((line) => line.slice(-1)).join("")
    })
    expect(orders).toEqual(["12345", "25134", "42513"])
  })
})

describe("an ordering policy", () => {
  it("sees identity, sender, receiver and type of what arrives, per mailbox and block", () => {
    const seen: unknown[] = []
    const ordering: Ordering = { name: "own", arrange: (arrivals, at) => (seen.push([at, arrivals]), arrivals) }
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("x"), lives("y")], ordering })
    world.send("alice", "x", Tell, { number: 1 })
    world.send("alice", "y", Tell, { number: 1 })
    world.send("bob", "x", Tell, { number: 1 })
    world.step()
    const arrival = (id: string, from: string, to: string) => ({ id, from, to, type: "test/Tell" })
    expect(seen).toEqual([
      [{ height: 1, actor: "x" }, [arrival("alice@0", "alice", "x"), arrival("bob@0", "bob", "x")]],
      [{ height: 1, actor: "y" }, [arrival("alice@1", "alice", "y")]],
    ])
  })

  it.each([
    ["swaps one sender's messages", (arrivals: readonly Arrival[]) => [...arrivals].reverse(), "not the next message of alice"],
    ["loses a message", (arrivals: readonly Arrival[]) => arrivals.slice(1), "2 messages came back of 3"],
    ["doubles a message", (arrivals: readonly Arrival[]) => [...arrivals.slice(0, 2), ...arrivals.slice(0, 1)], "alice@0 is not the next message of alice"],
    ["adds a message", (arrivals: readonly Arrival[]) => [...arrivals, ...arrivals.slice(2)], "4 messages came back of 3"],
    ["invents a message", (arrivals: readonly Arrival[]) => arrivals.map((one) => ({ ...one })), "alice@0 is not the next message of alice"],
  ])("that %s gives OrderBroken", (_, arrange, problem) => {
    const world = World.make({ accounts: ACCOUNTS, actors: [lives("x")], ordering: { name: "bad", arrange } })
    for (const from of ["alice", "alice", "bob"]) world.send(from, "x", Tell, { number: 1 })
    const step = () => world.step()
    expect(step).toThrow(expect.objectContaining({ policy: "bad", height: 1, actor: "x", problem: expect.stringContaining(problem) }))
    expect(() => { throw new OrderBroken({ policy: "bad", height: 1, actor: "x", problem }) }).toThrow(/^ordering policy bad at block 1, mailbox of x: /)
  })
})

describe("construction", () => {
  it("in whatever order it lists accounts, actors and balances, changes no header", () => {
    fc.assert(
      fc.property(traffic, fc.shuffledSubarray(RELAYS, { minLength: 4 }), (blocks, relays) => {
        const headers = (outcome: ReturnType<typeof run>) => outcome.blocks.map(({ header }) => header)
        expect(headers(run(blocks, Orderings.causal, relays))).toEqual(headers(run(blocks, Orderings.causal)))
      }),
      { seed: 4, numRuns: 30 },
    )
  })

  it("that differs in anything else changes the root of the genesis", () => {
    const Puppet = puppet()
    const base = { accounts: ACCOUNTS, actors: [actor("x", Puppet, { level: 1 }, { eth: 5n, dai: 3n })] }
    const listed = { accounts: Object.entries(ACCOUNTS).reverse(), actors: [actor("x", Puppet, { level: 1 }, { dai: 3n, eth: 5n })] }
    const roots = [
      base, { ...base, seed: 1 }, { ...base, time: 1 }, { ...base, blockSeconds: 2 }, { ...base, ordering: Orderings.bySender }, { ...base, limits: { hopsMax: 3 } },
      { ...base, accounts: { ...ACCOUNTS, dave: {} } }, { ...base, actors: [actor("x", Puppet, { level: 2 }, { eth: 5n, dai: 3n })] },
      { ...base, actors: [actor("x", Puppet, { level: 1 }, { eth: 5n, dai: 4n })] }, { ...base, actors: [actor("y", Puppet, { level: 1 }, { eth: 5n, dai: 3n })] },
      { ...base, actors: [actor("x", puppet({ name: "test/Other" }), { level: 1 }, { eth: 5n, dai: 3n })] },
    ].map((genesis) => World.make(genesis).header.root)
    expect(new Set(roots).size).toBe(roots.length)
    expect(World.make(listed).header.root).toBe(roots[0])
  })
})
