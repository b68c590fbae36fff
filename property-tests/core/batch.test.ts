import { describe, expect, expectTypeOf, it } from "vitest"
import {
  Actor, actor, Amount, Count, failure, LIMITS, Message, pay, payOne, send, testContext, Text, World,
  type Answer, type BatchContext, type BatchStep, type Call, type FundsLike,
} from "../../core/index.ts"

/** Messages of one type that an actor takes together. */

class TooLittle extends failure("hall/TooLittle", { wanted: Amount }, ({ wanted }) => `${wanted} are wanted`) {}
const Bid = Message.make("hall/Bid", { payload: { limit: Amount }, reply: { rank: Count }, failures: [TooLittle] })
const Note = Message.make("hall/Note", { payload: { limit: Amount } })

type State = { readonly log: string }
type Handle = (state: State, calls: readonly Call<typeof Bid>[], context: BatchContext) => BatchStep<State, typeof Bid, never>

/** Ranks the bids of a block; refuses those below their own limit. */
const rank: Handle = (state, calls, { height }) => ({
  state: { log: `${state.log}[${height}: ${calls.map(({ sender, funds }) => `${sender} ${funds.get("eth")}`).join(", ")}]` },
  answers: calls.map(({ payload, funds, sender }, index) =>
    funds.get("eth") < payload.limit ? new TooLittle({ wanted: payload.limit }) : { reply: { rank: index }, sends: [payOne(sender, "eth", 1n)] }),
})

const hallOf = (batch: Handle, capacity?: number) =>
  Actor.make("hall/Hall", {
    params: {},
    state: { log: Text(1000) },
    messages: { Note },
    batched: { Bid },
    create: () => ({ log: "" }),
    handlers: { Note: (state) => ({ state: { log: `${state.log}note ` } }) },
    batches: { Bid: batch },
    ...(capacity !== undefined && { capacity }),
  })

const BALANCE = { eth: 100n }
const worldOf = (batch: Handle = rank, capacity?: number): World =>
  World.make({ accounts: { alice: BALANCE, bob: BALANCE, carol: BALANCE }, actors: [actor("hall", hallOf(batch, capacity), {})] }, { strict: true })
const logOf = (world: World): string => (world.state(world.definitionOf("hall"), "hall") as State).log
const bid = (world: World, from: string, eth: bigint, limit = 0n): void => world.send(from, "hall", Bid, { limit }, { funds: { eth } satisfies FundsLike })

describe("a batch", () => {
  it("is handled once, in canonical order, behind the other messages of the block", () => {
    const world = worldOf()
    bid(world, "bob", 5n)
    world.send("bob", "hall", Note, { limit: 0n })
    bid(world, "alice", 7n)
    const { receipts } = world.step()
    expect(logOf(world)).toBe("note [1: bob 5, alice 7]")
    expect(receipts.map((receipt) => (receipt.status === "handled" ? receipt.reply : receipt.status))).toEqual([{ rank: 0 }, undefined, { rank: 1 }])
    world.settle()
    expect(["alice", "bob", "hall"].map((address) => world.balance(address, "eth"))).toEqual([94n, 96n, 10n])
    world.audit()
  })

  it("refuses one message alone, with its funds", () => {
    const world = worldOf()
    bid(world, "alice", 5n, 9n)
    bid(world, "bob", 5n)
    const { receipts } = world.step()
    expect(receipts).toMatchObject([{ status: "bounced", refusal: { _tag: "hall/TooLittle", wanted: 9n } }, { status: "handled", reply: { rank: 1 } }])
    world.settle()
    expect(["alice", "bob", "hall"].map((address) => world.balance(address, "eth"))).toEqual([100n, 96n, 4n])
    world.audit()
  })

  it("cannot pay with what it gives back, and is refused as a whole when it tries", () => {
    const world = worldOf((state, calls) => ({
      state,
      answers: calls.map(({ sender }, index): Answer<typeof Bid, never> => (index === 0 ? new TooLittle({ wanted: 1n }) : { reply: { rank: 0 }, sends: [payOne(sender, "eth", 6n)] })),
    }))
    bid(world, "alice", 5n)
    bid(world, "bob", 5n)
    const { receipts } = world.step()
    for (const receipt of receipts) expect(receipt).toMatchObject({ status: "bounced", refusal: { _tag: "core/InsufficientFunds", available: 5n, needed: 6n } })
    world.settle()
    expect(["alice", "bob", "hall"].map((address) => world.balance(address, "eth"))).toEqual([100n, 100n, 0n])
  })

  const flaws: readonly (readonly [string, Handle, RegExp])[] = [
    ["throws", () => { throw new Error("no") }, /Error: no/],
    ["gives no list of answers", (() => ({ state: { log: "" } })) as never, /must give 2 answers, but gave undefined/],
    ["gives too few answers", (state) => ({ state, answers: [{ reply: { rank: 0 } }] }), /must give 2 answers, but gave 1/],
    ["gives nothing", (() => undefined) as never, /returned undefined .*instead of a state and answers/],
    ["gives an answer that is none", ((state: State) => ({ state, answers: [{ reply: { rank: 0 } }, 7] })) as never, /answer 1 of the batch is 7/],
    ["forgets a reply", ((state: State) => ({ state, answers: [{ reply: { rank: 0 } }, {}] })) as never, /reply/],
    ["spoils the state", ((_: State, calls: readonly unknown[]) => ({ state: { log: 5 }, answers: calls.map(() => ({ reply: { rank: 0 } })) })) as never, /batch's state.log must be/],
    ["writes to its state", (state, calls) => { (state as { log: string }).log = "x"; return rank(state, calls, {} as never) }, /TypeError/],
  ]
  it.each(flaws)("that %s is refused as a whole and named as a defect", (_, batch, problem) => {
    const world = worldOf(batch)
    bid(world, "alice", 5n)
    bid(world, "bob", 5n)
    const block = world.step()
    expect(block.receipts.map((receipt) => [receipt.status, receipt.status === "bounced" && receipt.refusal._tag])).toEqual([["bounced", "core/Defective"], ["bounced", "core/Defective"]])
    expect(block.defects.map((defect) => defect.problem)).toEqual([expect.stringMatching(problem)])
    world.settle()
    expect(["alice", "bob", "hall"].map((address) => world.balance(address, "eth"))).toEqual([100n, 100n, 0n])
    expect(logOf(world)).toBe("")
  })

  it("takes as many messages as the actor's capacity lets it, and expired ones come back", () => {
    const world = worldOf(rank, 2)
    for (const name of ["alice", "bob", "carol"]) bid(world, name, 5n)
    world.send("alice", "hall", Bid, { limit: 0n }, { funds: { eth: 1n }, deadline: 1 })
    world.settle()
    expect(logOf(world)).toBe("[1: alice 5, bob 5][2: carol 5]")
    expect(world.balance("alice", "eth")).toBe(96n)
  })

  it("tells which messages have one sender, whether that was touched in this block or not", () => {
    const Relay = Message.make("hall/Relay", { payload: { bids: Count } })
    const relay = Actor.make("hall/Relayer", {
      params: {}, state: {}, messages: { Relay }, create: () => ({}),
      handlers: { Relay: (state, { bids }) => ({ state, sends: Array.from({ length: bids }, () => send("hall", Bid, { limit: 0n })) }) },
    })
    const seen: (readonly [sender: string, first: number])[][] = []
    const hall = hallOf((state, calls) => {
      seen.push(calls.map(({ sender, first }) => [sender, first]))
      return { state, answers: calls.map((): Answer<typeof Bid, never> => ({ reply: { rank: 0 } })) }
    })
    const world = World.make({ accounts: { alice: BALANCE, bob: BALANCE }, actors: [actor("hall", hall, {}), actor("relay", relay, {}), actor("other", relay, {})] })
    for (const [to, bids] of [["relay", 2], ["other", 1], ["relay", 1]] as const) world.send("alice", to, Relay, { bids })
    world.step()
    // Now the relays' bids arrive; of the two relays, only one is touched again in this block.
    for (const from of ["bob", "alice", "bob"]) bid(world, from, 1n)
    world.send("bob", "other", Relay, { bids: 0 })
    world.step()
    bid(world, "alice", 1n)
    world.settle()
    expect(seen).toEqual([[["relay", 0], ["relay", 0], ["other", 2], ["relay", 0], ["bob", 4], ["alice", 5], ["bob", 4]], [["alice", 0]]])
  })

  it("that takes more than it has all in all is refused by its first answer that is not covered", () => {
    const pays = (amounts: readonly bigint[]) => worldOf((state, calls) => ({
      state,
      answers: calls.map(({ sender }, index): Answer<typeof Bid, never> => ({ reply: { rank: 0 }, sends: [payOne(sender, "eth", amounts[index] as bigint)] })),
    }))
    for (const [amounts, refusal] of [[[5n, 6n, 4n], undefined], [[5n, 6n, 5n], { available: 4n, needed: 5n }], [[16n, 1n, 1n], { available: 15n, needed: 16n }]] as const) {
      const world = pays(amounts)
      for (const name of ["alice", "bob", "carol"]) bid(world, name, 5n)
      const { receipts } = world.step()
      for (const receipt of receipts) {
        expect(receipt).toMatchObject(refusal === undefined ? { status: "handled" } : { status: "bounced", refusal: { _tag: "core/InsufficientFunds", asset: "eth", ...refusal } })
      }
      world.settle()
      expect(world.balance("hall", "eth")).toBe(0n)
      world.audit()
    }
  })

  it("that sends what it never held, and one that is malformed behind, ends with the first of both", () => {
    const answersOf = (last: unknown) => worldOf(((state: State, calls: readonly Call[]) => ({
      state,
      answers: calls.map(({ sender }, index) => (index === 0 ? { reply: { rank: 0 }, sends: [payOne(sender, "dai", 1n)] } : last)),
    })) as never)
    for (const last of [{ reply: { rank: 0 } }, {}, { reply: { rank: -1 } }, { reply: { rank: 0 }, sends: 7 }, 7]) {
      const world = answersOf(last)
      for (const name of ["alice", "bob"]) bid(world, name, 5n)
      for (const receipt of world.step().receipts) expect(receipt).toMatchObject({ refusal: { _tag: "core/InsufficientFunds", asset: "dai", available: 0n, needed: 1n } })
    }
  })

  it("keeps the book over more assets than two", () => {
    const assets = ["eth", "dai", "usd", "gold"]
    const rich = Object.fromEntries(assets.map((asset) => [asset, 2n ** 70n]))
    const hall = hallOf((state, calls) => ({
      state,
      answers: calls.map(({ sender, funds, payload }): Answer<typeof Bid, never> =>
        payload.limit > 0n ? new TooLittle({ wanted: payload.limit }) : { reply: { rank: 0 }, sends: [pay(sender, Object.fromEntries([...funds].map(([asset, amount]) => [asset, amount - 1n])))] }),
    }))
    const world = World.make({ accounts: { alice: rich, bob: rich }, actors: [actor("hall", hall, {})] }, { strict: true })
    for (const [index, asset] of [...assets, ...assets].entries()) {
      const other = assets[(index + 1) % assets.length] as string
      world.send(index % 2 === 0 ? "alice" : "bob", "hall", Bid, { limit: index === 3 ? 1n : 0n }, { funds: { [asset]: 2n ** 66n + BigInt(index), [other]: 3n } })
    }
    world.settle()
    expect(assets.map((asset) => world.balance("hall", asset))).toEqual([3n, 4n, 4n, 3n])
    world.audit()
  })

  it("is short of a third asset too when only all of its answers together pay more than there is", () => {
    const assets = ["eth", "dai", "usd"]
    const hall = hallOf((state, calls) => ({
      state,
      answers: calls.map(({ sender }, index): Answer<typeof Bid, never> => ({ reply: { rank: 0 }, sends: [pay(sender, { dai: 1n, eth: 1n }), payOne(sender, "usd", index === 0 ? 3n : 2n)] })),
    }))
    for (const [surplus, status] of [[1n, "handled"], [0n, "bounced"]] as const) {
      const world = World.make({ accounts: { alice: Object.fromEntries(assets.map((asset) => [asset, 9n])) }, actors: [actor("hall", hall, {}, { usd: surplus })] })
      for (const usd of [2n, 2n]) world.send("alice", "hall", Bid, { limit: 0n }, { funds: { eth: 1n, dai: 1n, usd } })
      const { receipts } = world.step()
      for (const receipt of receipts) {
        expect(receipt).toMatchObject(status === "handled" ? { status } : { status, refusal: { _tag: "core/InsufficientFunds", asset: "usd", available: 1n, needed: 2n } })
      }
      world.settle()
      expect(world.balance("hall", "usd")).toBe(0n)
    }
  })

  it("mints for one message what it pays to another, and is refused as a whole where one answer sends too much", () => {
    const hall = hallOf((state, calls) => ({
      state,
      answers: calls.map(({ sender, payload }, index): Answer<typeof Bid, never> => ({
        reply: { rank: 0 },
        sends: Array.from({ length: Number(payload.limit) }, () => payOne(sender, "hall:points", 1n)),
        ...(index === 0 && calls.length > 1 && { mints: { "hall:points": 300n } }),
      })),
    }))
    const world = World.make({ accounts: { alice: {}, bob: {} }, actors: [actor("hall", hall, {})] })
    const both = (limit: bigint) => {
      world.send("alice", "hall", Bid, { limit: 0n })
      world.send("bob", "hall", Bid, { limit })
      return world.step().receipts
    }
    expect(both(256n).map(({ status }) => status)).toEqual(["handled", "handled"])
    expect(both(40n).map(({ status }) => status)).toEqual(["handled", "handled"])
    world.send("bob", "hall", Bid, { limit: 257n })
    const alone = world.step().receipts
    for (const receipt of [...alone, ...both(257n)]) expect(receipt).toMatchObject({ status: "bounced", refusal: { _tag: "core/LimitReached", limit: "sendsMax", maximum: 256n } })
    world.settle()
    expect(["bob", "hall"].map((address) => world.balance(address, "hall:points"))).toEqual([296n, 304n])
    world.audit()
  })

  it("refuses what brings one asset more than the actor may hold, and counts those of the messages before it", () => {
    const held = Object.fromEntries(Array.from({ length: LIMITS.holdingsMax - 1 }, (_, index) => [`held-${index}`, 1n]))
    const hall = hallOf((state, calls) => ({ state, answers: calls.map((): Answer<typeof Bid, never> => ({ reply: { rank: 0 } })) }))
    const world = World.make({ accounts: { alice: { eth: 9n, dai: 9n } }, actors: [actor("hall", hall, {}, held)] })
    for (const funds of [{ dai: 2n }, { eth: 2n }, { dai: 3n }]) world.send("alice", "hall", Bid, { limit: 0n }, { funds })
    const refusal = { _tag: "core/LimitReached", limit: "holdingsMax" }
    expect(world.step().receipts).toMatchObject([{ status: "handled" }, { status: "bounced", refusal }, { status: "handled" }])
    expect([world.balance("hall", "dai"), world.balance("hall", "eth")]).toEqual([5n, 0n])
  })

  it("can be called without an engine", () => {
    const { state, answers } = rank({ log: "" }, [{ id: "alice@0", sender: "alice", first: 0, payload: { limit: 0n }, funds: testContext({ funds: { eth: 3n } }).funds }], testContext({ height: 4 }))
    expect(state.log).toBe("[4: alice 3]")
    expect(answers).toMatchObject([{ reply: { rank: 0 } }])
  })

  it("is declared with all its types inferred, and declared once", () => {
    Actor.make("hall/Typed", {
      params: {}, state: { count: Count }, messages: {}, batched: { Bid }, create: () => ({ count: 0 }), handlers: {},
      batches: {
        Bid: (state, calls, context) => {
          expectTypeOf(state).toEqualTypeOf<{ readonly count: number }>()
          expectTypeOf(calls[0]?.payload).toEqualTypeOf<{ readonly limit: bigint } | undefined>()
          // @ts-expect-error the sender is each call's own
          void context.sender
          return { state, answers: calls.map(() => ({ reply: { rank: 0 } })) }
        },
      },
    })
    Actor.make("hall/WithoutReply", {
      params: {}, state: {}, messages: {}, batched: { Bid }, create: () => ({}), handlers: {},
      // @ts-expect-error a bid has a reply
      batches: { Bid: (state, calls) => ({ state, answers: calls.map(() => ({})) }) },
    })
    const twice = { params: {}, state: {}, messages: { Note }, batched: { Note }, create: () => ({}) } as const
    expect(() => Actor.make("hall/Twice", { ...twice, handlers: { Note: (state) => ({ state }) }, batches: { Note: (state, calls) => ({ state, answers: calls.map(() => ({})) }) } }))
      .toThrow("actor hall/Twice handles Note both alone and in batches")
    expect(() => Actor.make("hall/Missing", { ...twice, messages: {}, handlers: {} } as never)).toThrow("actor hall/Missing has no batch handler for Note")
  })
})
