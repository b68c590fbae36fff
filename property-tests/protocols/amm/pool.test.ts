import { describe, expect, it } from "vitest"
import { actor, Payment, testContext, World, type AnyMessage, type FundsLike } from "../../../core/index.ts"
import { ConstantProductPool, PoolView, quoteIn, quoteOut, type PoolState } from "../../../protocols/amm/constant-product/index.ts"
import { endOf, openPool, poolOf } from "./ours.ts"
import { POOL, SHARES } from "./plan.ts"

const MILLION = 1_000_000n
const RESERVE_MAX = 2n ** 112n - 1n
const { AddLiquidity, Exchange, Hop, RemoveLiquidity, SetFeeTo, Skim, Swap, SwapForExact, Sync } = ConstantProductPool.messages
type MessageName = keyof typeof ConstantProductPool.messages

interface Sent {
  readonly payload?: { readonly [field: string]: unknown }
  readonly funds?: FundsLike
  readonly from?: string
}

const NO_MINIMA = { minimumX: 0n, minimumY: 0n, minimumShares: 0n }
const NO_MINIMA_OUT = { minimumX: 0n, minimumY: 0n }

/** A message that is accepted by the deposited pool. */
const ACCEPTED: { readonly [Name in MessageName]: Sent } = {
  Swap: { payload: { minimumOut: 0n }, funds: { x: 1_000n } },
  SwapForExact: { payload: { amountOut: 1_000n }, funds: { x: 1_000n } },
  Exchange: { payload: { amountXOut: 0n, amountYOut: 1n }, funds: { x: 1_000n } },
  AddLiquidity: { payload: NO_MINIMA, funds: { x: 1_000n, y: 9_000n } },
  RemoveLiquidity: { payload: NO_MINIMA_OUT, funds: { [SHARES]: 1_000n } },
  Skim: {},
  Sync: {},
  SetFeeTo: { payload: { feeTo: "bob" }, from: "setter" },
  Payment: { funds: { x: 5n } },
  Hop: { payload: { assetOut: "y", minimumOut: 0n, to: "bob", rest: [], deadline: 99 }, funds: { x: 1_000n } },
}

/** A world whose pool has 1,000,000 x and 4,000,000 y, or nothing, or as much as fits; `donated` x lies beyond the reserve. */
const worldWith = (start: "deposited" | "empty" | "full", donated = 0n): World => {
  const world = openPool(3_000, 1_700_000_000)
  if (start === "deposited") world.send("alice", POOL, AddLiquidity, NO_MINIMA, { funds: { x: MILLION, y: 4n * MILLION } })
  if (start === "full") world.send("alice", POOL, AddLiquidity, NO_MINIMA, { funds: { x: RESERVE_MAX, y: RESERVE_MAX } })
  if (donated > 0n) world.send("bob", POOL, Payment, {}, { funds: { x: donated } })
  world.settle()
  return world
}

const send = (world: World, name: MessageName, { payload = {}, funds = {}, from = "alice" }: Sent, deadline?: number): void =>
  world.send(from, POOL, ConstantProductPool.messages[name] as AnyMessage, payload, { funds, deadline })

const purses = (world: World) => ["alice", "bob", "setter", POOL].map((address) => [address, ...world.balances(address)])

interface Case extends Sent {
  readonly name: MessageName
  readonly failure: string
  readonly start?: "empty" | "full"
  readonly donated?: bigint
}

const swap = (minimumOut: bigint, funds: FundsLike, failure: string, rest: Partial<Case> = {}): Case => ({
  name: "Swap",
  payload: { minimumOut },
  funds,
  failure,
  ...rest,
})
const swapForExact = (amountOut: bigint, funds: FundsLike, failure: string, rest: Partial<Case> = {}): Case => ({
  name: "SwapForExact",
  payload: { amountOut },
  funds,
  failure,
  ...rest,
})
const exchange = (amountXOut: bigint, amountYOut: bigint, funds: FundsLike, failure: string, rest: Partial<Case> = {}): Case => ({
  name: "Exchange",
  payload: { amountXOut, amountYOut },
  funds,
  failure,
  ...rest,
})
const add = (minima: Partial<typeof NO_MINIMA>, funds: FundsLike, failure: string, rest: Partial<Case> = {}): Case => ({
  name: "AddLiquidity",
  payload: { ...NO_MINIMA, ...minima },
  funds,
  failure,
  ...rest,
})
const remove = (minima: Partial<typeof NO_MINIMA_OUT>, funds: FundsLike, failure: string, rest: Partial<Case> = {}): Case => ({
  name: "RemoveLiquidity",
  payload: { ...NO_MINIMA_OUT, ...minima },
  funds,
  failure,
  ...rest,
})

/** One or more for each declared failure. A thousand x buys 3,984 y, and 1,000 y cost 252 x. */
const CASES: readonly Case[] = [
  swap(0n, { [SHARES]: 1n }, "amm/WrongAsset"),
  swap(0n, {}, "amm/WrongAsset"),
  swap(0n, { x: 1n, y: 1n }, "amm/WrongAsset"),
  swap(0n, { x: 1n }, "amm/PoolEmpty", { start: "empty" }),
  swap(0n, { y: 1n }, "amm/InsufficientOutput"),
  swap(3_985n, { x: 1_000n }, "amm/SlippageExceeded"),
  swap(0n, { x: 1_000n }, "amm/ReserveOverflow", { start: "full" }),
  swap(0n, { y: 1_000n }, "amm/ReserveOverflow", { start: "full" }),

  swapForExact(1n, { [SHARES]: 1n }, "amm/WrongAsset"),
  swapForExact(1n, { x: 9n, y: 9n }, "amm/WrongAsset"),
  swapForExact(0n, { x: 1n }, "amm/InsufficientOutput"),
  swapForExact(1n, { x: 1n }, "amm/PoolEmpty", { start: "empty" }),
  swapForExact(4n * MILLION, { x: 2n ** 100n }, "amm/InsufficientLiquidity"),
  swapForExact(1_000n, { x: 250n }, "amm/MaximumExceeded"),
  swapForExact(1_000n, { x: 10_000n }, "amm/ReserveOverflow", { start: "full" }),

  exchange(1n, 1n, { [SHARES]: 1n }, "amm/WrongAsset"),
  exchange(0n, 0n, { x: 1n }, "amm/InsufficientOutput"),
  exchange(MILLION, 0n, { x: 1n }, "amm/InsufficientLiquidity"),
  exchange(0n, 4n * MILLION, { x: 1n }, "amm/InsufficientLiquidity"),
  exchange(1n, 0n, {}, "amm/InsufficientInput"),
  exchange(0n, 3_985n, { x: 1_000n }, "amm/ProductDecreased"),
  exchange(0n, 1n, { x: 1_000n }, "amm/ReserveOverflow", { start: "full" }),

  add({}, { x: 1n, [SHARES]: 1n }, "amm/WrongAsset"),
  add({}, {}, "amm/InsufficientSharesMinted"),
  add({}, { x: 1_000n, y: 1_000n }, "amm/InsufficientSharesMinted", { start: "empty" }),
  add({}, { x: 9n, y: 9n }, "amm/InsufficientSharesMinted", { start: "empty" }),
  add({ minimumX: 1_001n }, { x: 1_000n, y: 9_000n }, "amm/SlippageExceeded"),
  add({ minimumY: 4_001n }, { x: 1_000n, y: 9_000n }, "amm/SlippageExceeded"),
  add({ minimumShares: 2_001n }, { x: 1_000n, y: 9_000n }, "amm/SlippageExceeded"),
  add({}, { x: 1_000n, y: 1_000n }, "amm/ReserveOverflow", { start: "full" }),

  remove({}, { x: 1n }, "amm/WrongAsset"),
  remove({}, {}, "amm/WrongAsset"),
  remove({}, { [SHARES]: 9n, x: 1n }, "amm/WrongAsset"),
  remove({}, { [SHARES]: 1n }, "amm/InsufficientSharesBurned"),
  remove({ minimumX: 501n }, { [SHARES]: 1_000n }, "amm/SlippageExceeded"),
  remove({ minimumY: 2_001n }, { [SHARES]: 1_000n }, "amm/SlippageExceeded"),
  remove({}, { [SHARES]: 1_000n }, "amm/ReserveOverflow", { donated: 2n ** 120n }),

  { name: "Skim", funds: { x: 1n }, failure: "amm/WrongAsset" },
  { name: "Sync", funds: { x: 1n }, failure: "amm/WrongAsset" },
  { name: "Sync", failure: "amm/ReserveOverflow", donated: 2n ** 112n },
  { name: "SetFeeTo", payload: { feeTo: null }, funds: { x: 1n }, failure: "amm/WrongAsset" },
  { name: "SetFeeTo", payload: { feeTo: "alice" }, failure: "amm/NotFeeSetter" },
  { name: "Hop", payload: { assetOut: "y", minimumOut: 3_985n, to: "bob", rest: [], deadline: 99 }, funds: { x: 1_000n }, failure: "router/LegRefused" },
  { name: "Hop", payload: { assetOut: "x", minimumOut: 0n, to: "bob", rest: [], deadline: 99 }, funds: { x: 1_000n }, failure: "router/LegRefused" },
]

/** Two faults each: the one that is declared first is returned. */
const PRECEDENCE: readonly Case[] = [
  swap(0n, { x: 1n, y: 1n }, "amm/WrongAsset", { start: "empty" }),
  swap(5n, { x: 1n }, "amm/PoolEmpty", { start: "empty" }),
  swap(5n, { y: 1n }, "amm/InsufficientOutput"),
  swap(1_000n, { x: 1_000n }, "amm/SlippageExceeded", { start: "full" }),
  swapForExact(0n, {}, "amm/WrongAsset"),
  swapForExact(0n, { x: 1n }, "amm/InsufficientOutput", { start: "empty" }),
  swapForExact(5n, { x: 1n }, "amm/PoolEmpty", { start: "empty" }),
  swapForExact(4n * MILLION, { x: 1n }, "amm/InsufficientLiquidity"),
  swapForExact(1_000n, { x: 1n }, "amm/MaximumExceeded", { start: "full" }),
  exchange(0n, 0n, { [SHARES]: 1n }, "amm/WrongAsset"),
  exchange(0n, 0n, {}, "amm/InsufficientOutput", { start: "empty" }),
  exchange(MILLION, 0n, {}, "amm/InsufficientLiquidity"),
  exchange(0n, 1_000n, { x: 1n }, "amm/ProductDecreased", { start: "full" }),
  add({ minimumX: 1n }, {}, "amm/InsufficientSharesMinted"),
  add({ minimumShares: 1_001n }, { x: 1_000n, y: 1_000n }, "amm/SlippageExceeded", { start: "full" }),
  remove({ minimumX: 9n }, { [SHARES]: 1n }, "amm/InsufficientSharesBurned"),
  remove({ minimumY: 2_001n }, { [SHARES]: 1_000n }, "amm/SlippageExceeded", { donated: 2n ** 120n }),
]

const words = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item))

const refused = ({ name, failure, start, donated, ...sent }: Case): void => {
  const world = worldWith(start ?? "deposited", donated)
  const [before, state] = [purses(world), poolOf(world)]
  send(world, name, sent)
  const { receipts, defects } = world.step()
  expect([endOf(receipts[0] as (typeof receipts)[0]), defects]).toEqual([failure, []])
  expect(poolOf(world)).toBe(state)
  world.settle()
  expect(purses(world)).toEqual(before)
}

describe("a refused message", () => {
  const seen = new Set<string>()
  for (const given of CASES) {
    it(`${given.name} ${words(given.payload ?? {})} with ${words(given.funds ?? {})}, pool ${given.start ?? "deposited"}: ${given.failure}, and all comes back`, () => {
      refused(given)
      seen.add(`${given.name} ${given.failure}`)
    })
  }

  it("has shown every declared failure", () => {
    const declared = Object.entries(ConstantProductPool.messages).flatMap(([name, { failures }]) => failures.map(({ tag }) => `${name} ${tag}`))
    expect([...seen].sort()).toEqual(declared.sort())
  })

  for (const given of PRECEDENCE) {
    it(`${given.name} ${words(given.payload)} with ${words(given.funds)}, pool ${given.start ?? "deposited"}: ${given.failure} comes before the other`, () => refused(given))
  }

  it("names assets of the longest names without a defect", () => {
    const long = (name: string): string => `${name.repeat(120)}:${name.repeat(40)}`
    const funds = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [long(name), 1n]))
    const params = { assetX: long("x"), assetY: long("y"), feePips: 0, feeTo: null, feeSetter: null }
    const world = World.make({ accounts: { alice: Object.fromEntries(Object.keys(funds).map((asset) => [asset, 9n])) }, actors: [actor(POOL, ConstantProductPool, params)] })
    const names: readonly MessageName[] = ["Swap", "SwapForExact", "Exchange", "AddLiquidity", "RemoveLiquidity", "Skim", "Sync", "SetFeeTo"]
    for (const name of names) send(world, name, { ...ACCEPTED[name], from: "alice", funds })
    const { receipts, defects } = world.step()
    expect(defects).toEqual([])
    expect(receipts.map(endOf)).toEqual(names.map(() => "amm/WrongAsset"))
  })
})

describe("each message", () => {
  for (const name of Object.keys(ACCEPTED) as MessageName[]) {
    it(`${name} is accepted up to its deadline, and comes back whole after it`, () => {
      const world = worldWith("deposited")
      send(world, name, ACCEPTED[name], world.height + 1)
      expect(world.step().receipts).toMatchObject([{ status: "handled" }])
      world.settle()
      const [before, state] = [purses(world), poolOf(world)]
      send(world, name, ACCEPTED[name], world.height)
      expect(world.step().receipts).toMatchObject([{ status: "expired", refusal: { _tag: "core/Expired" } }])
      world.settle()
      expect(poolOf(world)).toBe(state)
      expect(purses(world)).toEqual(before)
    })
  }

  it("with a minimum or maximum is accepted exactly at it", () => {
    const world = worldWith("deposited")
    const state = poolOf(world)
    expect([quoteOut(state, "x", 1_000n), quoteIn(state, "x", 1_000n)]).toEqual([3_984n, 251n])
    for (const [name, sent] of [
      ["Swap", { payload: { minimumOut: 3_984n }, funds: { x: 1_000n } }],
      ["SwapForExact", { payload: { amountOut: 1_000n }, funds: { x: 251n } }],
      ["AddLiquidity", { payload: { minimumX: 1_000n, minimumY: 4_000n, minimumShares: 2_000n }, funds: { x: 1_000n, y: 9_000n } }],
      ["RemoveLiquidity", { payload: { minimumX: 500n, minimumY: 2_000n }, funds: { [SHARES]: 1_000n } }],
    ] as const) {
      const fork = world.fork()
      send(fork, name, sent)
      expect(fork.step().receipts, name).toMatchObject([{ status: "handled" }])
    }
  })
})

const deposited: PoolState = {
  ...ConstantProductPool.create({ assetX: "x", assetY: "y", feePips: 3_000, feeTo: null, feeSetter: "setter" }, POOL),
  reserveX: MILLION,
  reserveY: 4n * MILLION,
  shares: 2n * MILLION,
  timeLast: 100,
}

describe("a handler without an engine", () => {
  it("Swap pays the sender and moves the reserves; the price sums take the old ones", () => {
    const context = testContext({ self: POOL, sender: "bob", time: 107, funds: { y: 1_000n }, balances: { x: MILLION, y: 4n * MILLION + 1_000n } })
    expect(ConstantProductPool.handlers.Swap(deposited, { minimumOut: 0n }, context)).toMatchObject({
      state: { reserveX: MILLION - 249n, reserveY: 4n * MILLION + 1_000n, timeLast: 107, priceXCumulative: 4n * 7n * 2n ** 112n, priceYCumulative: (7n * 2n ** 112n) / 4n, kLast: 0n },
      reply: { amountOut: 249n },
      sends: [{ to: "bob", message: Payment, funds: { asset: "x", amount: 249n } }],
      events: [{ fields: { sender: "bob", amountXIn: 0n, amountYIn: 1_000n, amountXOut: 249n, amountYOut: 0n } }],
    })
  })

  it("Exchange accepts what leaves k, less the fee, exactly as it was", () => {
    const context = testContext({ self: POOL, funds: { x: 1_000n }, balances: { x: MILLION + 1_000n, y: 4n * MILLION } })
    const { Exchange: exchanged } = ConstantProductPool.handlers
    expect(exchanged(deposited, { amountXOut: 997n, amountYOut: 0n }, context)).toMatchObject({ reply: { amountXIn: 1_000n, amountYIn: 0n } })
    expect(exchanged(deposited, { amountXOut: 998n, amountYOut: 0n }, context)).toMatchObject({ _tag: "amm/ProductDecreased" })
  })

  it("SwapForExact sends back what is left of the maximum", () => {
    const context = testContext({ self: POOL, sender: "bob", time: 100, funds: { x: 300n }, balances: { x: MILLION + 300n, y: 4n * MILLION } })
    const step = ConstantProductPool.handlers.SwapForExact(deposited, { amountOut: 1_000n }, context)
    expect(step).toMatchObject({ reply: { amountIn: 251n }, state: { reserveX: MILLION + 251n, reserveY: 4n * MILLION - 1_000n } })
    expect("sends" in step && step.sends?.map(({ funds }) => funds.toJSON())).toEqual([{ x: "49", y: "1000" }])
  })

  it("AddLiquidity sends back what exceeds the ratio, on either side", () => {
    for (const [funds, back] of [
      [{ x: 1_000n, y: 4_007n }, { y: "7", [SHARES]: "2000" }],
      [{ x: 1_007n, y: 4_000n }, { x: "7", [SHARES]: "2000" }],
    ] as const) {
      const context = testContext({ self: POOL, funds, balances: { x: MILLION + funds.x, y: 4n * MILLION + funds.y } })
      const step = ConstantProductPool.handlers.AddLiquidity(deposited, NO_MINIMA, context)
      expect(step).toMatchObject({ reply: { amountX: 1_000n, amountY: 4_000n, shares: 2_000n }, state: { reserveX: MILLION + 1_000n, reserveY: 4n * MILLION + 4_000n } })
      expect("sends" in step && step.sends?.map((sent) => sent.funds.toJSON())).toEqual([back])
    }
  })
})

describe("the pool", () => {
  it("publishes what it is", () => {
    const world = worldWith("deposited")
    const { reserveX, reserveY, shares, priceXCumulative, priceYCumulative, timeLast, feePips } = poolOf(world)
    expect(world.view(PoolView, POOL)).toEqual({ reserveX, reserveY, shares, priceXCumulative, priceYCumulative, timeLast, feePips })
    expect([reserveX, reserveY, shares, world.balance("alice", SHARES), world.balance(POOL, SHARES)]).toEqual([MILLION, 4n * MILLION, 2n * MILLION, 2n * MILLION - 1_000n, 1_000n])
  })

  it("cannot be made of one asset, or of its own shares", () => {
    for (const [assetX, assetY] of [["x", "x"], [SHARES, "x"], ["x", SHARES]] as const) {
      const params = { assetX, assetY, feePips: 0, feeTo: null, feeSetter: null }
      expect(() => World.make({ actors: [actor(POOL, ConstantProductPool, params)] })).toThrow("a pool needs two assets besides its shares")
    }
  })

  it("lets nobody set the protocol fee where there is no fee setter", () => {
    const nobodys = { ...deposited, feeSetter: null }
    expect(ConstantProductPool.handlers.SetFeeTo(nobodys, { feeTo: null }, testContext({ sender: "setter" }))).toMatchObject({ _tag: "amm/NotFeeSetter" })
  })

  it("gives the protocol its sixth of the growth in shares, and keeps them when nobody lives there", () => {
    for (const feeTo of ["bob", "nobody"]) {
      const world = worldWith("deposited")
      send(world, "SetFeeTo", { payload: { feeTo }, from: "setter" })
      world.step()
      send(world, "AddLiquidity", { payload: NO_MINIMA, funds: { x: 1_000_000n, y: 4_000_000n } })
      world.settle()
      expect(poolOf(world)).toMatchObject({ shares: 4n * MILLION, kLast: 16n * MILLION * MILLION })
      world.send("alice", POOL, Swap, { minimumOut: 0n }, { funds: { x: MILLION } })
      world.settle()
      const before = world.observe(POOL)
      send(world, "RemoveLiquidity", { payload: NO_MINIMA_OUT, funds: { [SHARES]: 100_000n } })
      world.settle()
      // sqrt(k) grew from 4,000,000 to 4,002,000: 4,000,000 * 2,000 / (5 * 4,002,000 + 4,000,000).
      const fee = 333n
      expect(poolOf(world).shares).toBe(3_900_000n + fee)
      if (feeTo === "bob") expect(world.balance("bob", SHARES)).toBe(fee)
      else expect(world.balance(POOL, SHARES)).toBe(1_000n + fee)
      expect(world.check(POOL, before)).toEqual([])
      world.audit()
    }
  })

  it("forgets the growth of a time without protocol fee", () => {
    const world = worldWith("deposited")
    const step = (name: MessageName, sent: Sent = ACCEPTED[name]): void => {
      send(world, name, sent)
      world.settle()
    }
    step("SetFeeTo", { payload: { feeTo: "bob" }, from: "setter" })
    step("AddLiquidity")
    step("Swap", { payload: { minimumOut: 0n }, funds: { x: MILLION } })
    step("SetFeeTo", { payload: { feeTo: null }, from: "setter" })
    expect(poolOf(world).kLast).toBeGreaterThan(0n)
    step("AddLiquidity")
    expect(poolOf(world).kLast).toBe(0n)
    step("SetFeeTo", { payload: { feeTo: "bob" }, from: "setter" })
    step("RemoveLiquidity")
    expect(world.balance("bob", SHARES)).toBe(0n)
  })

  it("accepts every message of its own kind", () => {
    expect(Object.values(ConstantProductPool.messages)).toEqual([Swap, SwapForExact, Exchange, AddLiquidity, RemoveLiquidity, Skim, Sync, SetFeeTo, Payment, Hop])
  })
})
