import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  Account, Actor, actor, Address, after, Amount, Count, Funds, Message, pay, Payment, request, send, Continuation, LimitReached, LIMITS, World, WORLD_LIMITS, type Genesis, type Interception, type Transaction,
} from "../../core/index.ts"
import type { Asset, Cell } from "../../core/cell.ts"
import type { Kernel } from "../../core/kernel.ts"
import { Payments, Slip } from "../../core/payments.ts"
import { Random } from "../../sim/index.ts"
import { same } from "../reference/compare.ts"
import { untoldWorld, type UntoldWorld } from "../shards/untold.ts"

/** Where nobody asks for messages, actors pay accounts without making any. Nobody may tell this from the messages that would have been. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const RUNS = LONG ? 3_000 : 80

const ASSETS = ["dai", "eth", "usd"] as const
const Pay = Message.make("test/Pay", { payload: { to: Address, dai: Amount, eth: Amount, usd: Amount, way: Count } })
const Paid = Continuation.make("test/Paid", { of: Payment, saved: {} })

/** Pays whom it is told, after whatever detour: itself later, another teller, its sender twice, with a question, or behind what accounts do not know. */
const tellerOf = (name: string, capacity: number) => Actor.make(name, {
  capacity,
  params: { other: Address },
  state: { other: Address, told: Count },
  messages: { Pay },
  continuations: { Paid },
  create: ({ other }) => ({ other, told: 0 }),
  handlers: {
    Pay: ({ other, told }, { to, way, ...amounts }, { sender, funds, balance }) => {
      const state = { other, told: told + 1 }
      const enough = ASSETS.every((asset) => balance(asset) >= 2n * amounts[asset])
      const sum = Funds.from(enough ? amounts : funds)
      switch (way) {
        case 0: return { state, sends: [pay(to, sum)] }
        case 1: return { state, sends: [pay(sender, sum), pay(to, enough ? sum : {})] }
        case 2: return { state, sends: [send(other, Pay, { to, ...amounts, way: 0 }, { funds: sum })] }
        case 3: return { state, sends: [request(to, Payment, {}, { funds: sum, then: Paid, saved: {} })] }
        case 4: return { state, sends: [{ ...pay(to, sum), deadline: told % 9 }] }
        case 5: return { state, sends: [send(to, Pay, { to, ...amounts, way: 0 }, { funds: sum }), pay(to, enough ? sum : {})] }
        default: return { state, timers: [after(1 + (told % 2), Pay, { to, ...amounts, way: way % 3 })] }
      }
    },
  },
  resume: { Paid: (state) => ({ state }) },
})
const Teller = tellerOf("test/Teller", 1_000)
/** Some of what it is told waits for the next block. */
const SlowTeller = tellerOf("test/SlowTeller", 2)

const LONG_NAME = `a-${"long-".repeat(12)}name`
const NAMES = ["alice", "bob", "carol", "dave", LONG_NAME]
const genesis = (limits: Genesis["limits"]): Genesis => ({
  accounts: NAMES.map((name, index) => [name, index === 3 ? {} : { dai: 2n ** 70n, eth: 90n, usd: 3n }] as const),
  actors: [
    actor("teller/one", Teller, { other: "teller/two" }, { dai: 2n ** 66n, eth: 100n, usd: 2n ** 67n }),
    actor("teller/two", Teller, { other: "teller/one" }, { dai: 2n ** 66n, eth: 100n }),
    actor("teller/slow", SlowTeller, { other: "teller/one" }, { dai: 2n ** 66n, eth: 100n }),
  ],
  definitions: [Account],
  limits,
})

const small = fc.bigInt(0n, 6n)
const order = fc.record({
  from: fc.constantFrom(...NAMES),
  teller: fc.constantFrom("teller/one", "teller/two", "teller/slow"),
  to: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom("teller/two", "nobody")),
  dai: fc.oneof({ weight: 4, arbitrary: small }, fc.constantFrom(2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 64n + 1n)),
  eth: small,
  usd: fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, small, fc.constantFrom(2n ** 64n - 1n, 2n ** 64n + 2n)),
  way: fc.nat(9),
  brings: fc.bigInt(0n, 3n),
})
const blocks = fc.array(fc.array(order, { maxLength: 25 }), { minLength: 1, maxLength: 6 })
type Orders = readonly (typeof order extends fc.Arbitrary<infer O> ? O : never)[]

const given = (orders: Orders, world: World): Transaction[] => {
  const nonces = new Map<string, number>()
  return orders.map(({ from, teller, to, dai, eth, usd, way, brings }) => {
    const nonce = nonces.get(from) ?? world.nonce(from)
    const holds = world.balance(from, "dai") >= 2n ** 69n
    if (brings === 0n || holds) nonces.set(from, nonce + 1)
    return { from, nonce, to: teller, message: Pay, payload: { to, dai, eth, usd, way }, funds: { dai: brings } }
  })
}

const innerOf = (world: World): Kernel => (world as unknown as { readonly kernel: Kernel }).kernel
const limits = fc.constantFrom(undefined, { mailboxMax: 1 }, { mailboxMax: 3 }, { hopsMax: 1 }, { capacity: WORLD_LIMITS.capacity - 1 })

describe(`plain payments that nobody asks for (seed ${SEED})`, () => {
  it("leave the headers, changes, snapshots, forks and books of the messages that they would have been", () => {
    let paid = 0
    fc.assert(fc.property(blocks, limits, fc.nat(2), (list, limited, turn) => {
      const everything = World.make(genesis(limited))
      let totals = World.make(genesis(limited), { tell: "totals" })
      for (const [at, orders] of [...list, [], [], []].entries()) {
        const transactions = given(orders, everything)
        const [one, other] = [everything.step(transactions), totals.step(transactions)]
        same(other.header, one.header, "headers")
        same(other.raw.totals, one.raw.totals, "totals")
        same(other.changes, one.changes, "changes")
        paid += innerOf(totals).paid
        if (at % 3 === turn) {
          same(totals.snapshot(), everything.snapshot(), "snapshots")
          same(other.sent, one.sent, "messages under way")
        } else if (at % 5 === turn) totals = totals.fork()
        if (at % 2 === turn) totals.audit()
      }
    }), { seed: SEED, numRuns: RUNS })
    expect(paid).toBeGreaterThan(RUNS)
  })

  it("cross from shard to shard as the same bytes", () => {
    let paid = 0
    fc.assert(fc.property(blocks, limits, fc.constantFrom(2, 3, 8), fc.nat(), (list, limited, shards, number) => {
      const random = Random.make(number, "plain payments")
      const one = World.make(genesis(limited))
      const owners = Uint8Array.from({ length: 1_024 }, () => random.below(shards))
      const [untold, telling] = [false, true].map((receipts) => untoldWorld(genesis(limited), {}, owners, shards, undefined, { receipts })) as [UntoldWorld, UntoldWorld]
      for (const orders of [...list, [], [], []]) {
        const transactions = given(orders, one)
        const outcome = untold.step(transactions, {}, (address) => one.has(address))
        const expected = one.step(transactions)
        same(outcome.header, expected.header, "headers")
        expect(outcome.totals.ended).toBe(expected.raw.ended.length)
        same(telling.step(transactions, {}, (address) => one.has(address)).header, expected.header, "headers where receipts are told")
        same(untold.traffic(), telling.traffic(), "messages between slots")
        if (random.below(3) === 0) {
          const moves = new Map(Array.from({ length: random.below(600) }, () => [random.below(1_024), random.below(shards)]))
          for (const each of [untold, telling]) each.move(moves)
        }
        if (random.below(4) === 0) same(untold.stored(), one.snapshot(), "snapshots on the way")
      }
      same(untold.stored(), one.snapshot(), "snapshots")
      paid += untold.paid()
    }), { seed: SEED, numRuns: RUNS })
    expect(paid).toBeGreaterThan(RUNS)
  })

  it("are messages where each is traced, or may be met by a fault", () => {
    const asked = { to: "bob", dai: 7n, eth: 2n, usd: 0n, way: 1 }
    const intercept: Interception = { message: ({ message, to }) => (message === Payment && to === "bob" ? new LimitReached({ limit: "test", maximum: 0n }) : undefined) }
    for (const options of [{ trace: true }, { intercept }, { sealed: false }]) {
      const stories = (["everything", "totals"] as const).map((tell) => {
        const world = World.make(genesis({}), { ...options, tell })
        for (let block = 0; block < 3; block++) {
          world.send("alice", "teller/one", Pay, asked)
          world.step()
        }
        world.settle()
        world.audit()
        return [world.header, world.balance("bob", "dai"), world.balance("teller/one", "eth"), options.trace === true && world.trace(2, 0)]
      })
      expect(stories[1]).toEqual(stories[0])
    }
  })

  it("come back from an account that holds as many assets as it may", () => {
    const full = Object.fromEntries(Array.from({ length: LIMITS.holdingsMax }, (_, index) => [`asset-${index}`, 1n]))
    const crowded: Genesis = { accounts: { alice: {}, bob: full }, actors: [actor("teller/one", Teller, { other: "teller/two" }, { dai: 9n, "asset-0": 9n })] }
    const balances = [undefined, "totals" as const].map((tell) => {
      const world = World.make(crowded, { tell })
      world.send("alice", "teller/one", Pay, { to: "bob", dai: 2n, eth: 0n, usd: 0n, way: 0 })
      world.settle()
      world.audit()
      return [world.header.root, world.balance("bob", "dai"), world.balance("teller/one", "dai")]
    })
    expect(balances[1]).toEqual(balances[0])
    expect(balances[0]?.slice(1)).toEqual([0n, 9n])
  })

  it("keep amounts of any bits, and large numbers, as they become more", () => {
    const world = World.make(genesis({}))
    const { cells, assets } = innerOf(world)
    const [teller, bob, dai] = [cells.get("teller/one") as Cell, cells.get("bob") as Cell, assets.get("dai") as Asset]
    const amounts = [0x7ff0_0000_0000_0001n, 0xfff8_0000_0000_0000n, 2n ** 64n - 1n, 2n ** 63n, 1n]
    const payments = new Payments()
    const slip = new Slip()
    for (let at = 0; at < 1_000; at++) {
      slip.sequence = at * 2 ** 40
      slip.parent = -1 - at * 2 ** 40
      payments.add(slip, teller, undefined, bob, dai, amounts[at % 5] as bigint, dai, amounts[(at + 1) % 5] as bigint)
    }
    for (let at = 0; at < 1_000; at++) {
      const kept = [payments.amountOf(at), payments.otherAmountOf(at), payments.sequenceOf(at), payments.parentOf(at)]
      expect(kept).toEqual([amounts[at % 5], amounts[(at + 1) % 5], at * 2 ** 40, -1 - at * 2 ** 40])
    }
  })

  it("are told as messages until the world steps on, and then no more", () => {
    const world = World.make(genesis({}), { tell: "totals" })
    const asked = { to: "bob", dai: 7n, eth: 2n, usd: 0n, way: 0 }
    world.send("alice", "teller/one", Pay, asked)
    const block = world.step()
    world.send("alice", "teller/one", Pay, asked)
    const next = world.step()
    expect(next.sent).toMatchObject([{ id: "teller/one#1", from: "teller/one", to: "bob", type: "core/Payment", parent: "alice@1", hop: 1, cause: { block: 2, index: 0 } }])
    expect(next.sent[0]?.funds.toJSON()).toEqual({ dai: "7", eth: "2" })
    expect(() => block.sent).toThrow("tells what is under way only until it steps on")
    world.step()
    expect(world.balance("bob", "dai")).toBe(2n ** 70n + 14n)
    expect(next.sent).toHaveLength(1)
  })
})
