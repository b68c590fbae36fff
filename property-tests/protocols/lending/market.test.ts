import { describe, expect, it } from "vitest"
import { actor, Failure, testContext, World, type AnyMessage, type FundsLike } from "../../../core/index.ts"
import { accrued, incentiveFactorDown, IsolatedMarket, MarketView, toAssetsUp, UINT128_MAX } from "../../../protocols/lending/isolated-market/index.ts"
import { PriceView } from "../../../protocols/oracle/index.ts"
import { handle, heldMarket, published, type Done, type Held } from "./hand-held.ts"
import { OWNER, PEOPLE, type Person } from "./operations.ts"
import { COLLATERAL, endOf, LOAN, MARKET, marketOf, openMarket, ORACLE, Say, soundOrThrow, STALE_AFTER_SECONDS } from "./ours.ts"

const { messages } = IsolatedMarket
type Name = keyof typeof messages
const WAD = 10n ** 18n
const TIME = 1_700_000_000
const LLTV = (8n * WAD) / 10n
/** A unit of collateral is worth two of the loan asset. */
const PRICE = 2n * WAD

interface Sent {
  readonly by?: Person
  readonly payload?: { readonly [field: string]: unknown }
  readonly funds?: FundsLike
  /** A wad; 0 for none, "stale" for one that is a second too old, "other" for one of other assets. */
  readonly price?: bigint | "stale" | "other"
}

const run = (held: Held, name: Name, { by = "alice", payload = {}, funds = {}, price = PRICE }: Sent, time = TIME): Done => {
  const handler = IsolatedMarket.handlers[name] as (...given: any) => any
  if (typeof price === "bigint") return handle(held, { by, message: messages[name] as AnyMessage, payload, funds: Object.fromEntries(Object.entries(funds)) }, time, price)
  const view = price === "stale" ? published(PRICE, time - STALE_AFTER_SECONDS - 1) : { ...published(PRICE, time), quote: "eur" }
  const context = testContext({ self: MARKET, sender: by, funds, time, views: [[PriceView, ORACLE, view]] })
  const step = handler(held.market, payload, context)
  return step instanceof Failure ? step : { held: { ...held, market: step.state }, reply: step.reply, paid: step.sends ?? [], events: step.events ?? [] }
}

const after = (held: Held, name: Name, sent: Sent, time = TIME): Held => {
  const done = run(held, name, sent, time)
  if (done instanceof Failure) throw new Error(String(done))
  return done.held
}

/** Alice supplies 1,000, bob borrows 800 against 500, each worth two; dave may act for bob. */
const lent = (unit = 1n): Held => {
  let held = after(heldMarket(LLTV), "Supply", { payload: { assets: 1_000n * unit, shares: 0n, onBehalf: "alice" }, funds: { [LOAN]: 1_000n * unit } })
  held = after(held, "SupplyCollateral", { by: "bob", payload: { onBehalf: "bob" }, funds: { [COLLATERAL]: 500n * unit } })
  held = after(held, "Borrow", { by: "bob", payload: { assets: 800n * unit, shares: 0n, onBehalf: "bob", receiver: "bob" } })
  held = after(held, "SetAuthorization", { by: "bob", payload: { authorized: "dave", isAuthorized: true } })
  return held
}

/** Alice supplies as much as fits. */
const full = (): Held => after(heldMarket(LLTV), "Supply", { payload: { assets: UINT128_MAX / 1_000_000n, shares: 0n, onBehalf: "alice" }, funds: { [LOAN]: 2n ** 128n } })

const starts = { empty: () => heldMarket(LLTV), lent: () => lent(), full, "lent much": () => lent(2n ** 90n) }

interface Case extends Sent {
  readonly name: Name
  readonly failure: string
  readonly start?: keyof typeof starts
  readonly later?: number
}

const one = (name: Name, failure: string, sent: Omit<Case, "name" | "failure">): Case => ({ name, failure, ...sent })
const amounts = (assets: bigint, shares: bigint, more: object = {}) => ({ payload: { assets, shares, onBehalf: "alice", ...more } })
const paidTo = { receiver: "alice" }
const bobs = { onBehalf: "bob" }
const seize = (seizedAssets: bigint, repaidShares: bigint) => ({ payload: { borrower: "bob", seizedAssets, repaidShares } })
const wrong = { funds: { [COLLATERAL]: 1n } }
const wrongCollateral = { funds: { [LOAN]: 1n } }
/** Long enough for the interest of what is lent much to leave 128 bits. */
const AGES = 2 ** 45
const CRASHED = WAD

/** One or more for each declared failure of each message. */
const CASES: readonly Case[] = [
  one("Supply", "lending/WrongAsset", { ...amounts(1n, 0n), ...wrong }),
  one("Supply", "lending/WrongAsset", { ...amounts(1n, 0n), funds: { [LOAN]: 1n, [COLLATERAL]: 1n } }),
  one("Supply", "lending/InconsistentInput", { ...amounts(0n, 0n), funds: { [LOAN]: 1n } }),
  one("Supply", "lending/InconsistentInput", { ...amounts(1n, 1n), funds: { [LOAN]: 1n } }),
  one("Supply", "lending/Exceeds128Bits", { ...amounts(1n, 0n), funds: { [LOAN]: 1n }, start: "full" }),
  one("Supply", "lending/Exceeds128Bits", { ...amounts(2n ** 120n, 0n), funds: { [LOAN]: 2n ** 120n } }),
  one("Supply", "lending/InsufficientPayment", { ...amounts(5n, 0n), funds: { [LOAN]: 4n } }),
  one("Supply", "lending/InsufficientPayment", { ...amounts(0n, 2_000_001n), funds: { [LOAN]: 2n } }),

  one("Withdraw", "lending/WrongAsset", { ...amounts(1n, 0n, paidTo), funds: { [LOAN]: 1n } }),
  one("Withdraw", "lending/InconsistentInput", amounts(0n, 0n, paidTo)),
  one("Withdraw", "lending/Unauthorized", { ...amounts(1n, 0n, paidTo), by: "carol", start: "lent" }),
  one("Withdraw", "lending/Exceeds128Bits", { ...amounts(1n, 0n, paidTo), start: "lent much", later: AGES }),
  one("Withdraw", "lending/InsufficientPosition", { ...amounts(1_001n, 0n, paidTo), start: "lent" }),
  one("Withdraw", "lending/InsufficientLiquidity", { ...amounts(201n, 0n, paidTo), start: "lent" }),

  one("Borrow", "lending/WrongAsset", { ...amounts(1n, 0n, paidTo), funds: { [COLLATERAL]: 1n } }),
  one("Borrow", "lending/InconsistentInput", amounts(1n, 1n, paidTo)),
  one("Borrow", "lending/Unauthorized", { ...amounts(1n, 0n, { ...paidTo, ...bobs }), start: "lent" }),
  one("Borrow", "lending/Exceeds128Bits", amounts(2n ** 127n, 0n, paidTo)),
  one("Borrow", "oracle/NoPrice", { ...amounts(1n, 0n, paidTo), start: "lent", price: 0n }),
  one("Borrow", "oracle/NoPrice", { ...amounts(1n, 0n, paidTo), start: "lent", price: "other" }),
  one("Borrow", "oracle/StalePrice", { ...amounts(1n, 0n, paidTo), start: "lent", price: "stale" }),
  one("Borrow", "lending/InsufficientCollateral", { ...amounts(1n, 0n, { ...paidTo, ...bobs }), by: "bob", start: "lent" }),
  one("Borrow", "lending/InsufficientLiquidity", { ...amounts(201n, 0n, { ...paidTo, ...bobs }), by: "bob", start: "lent", price: 4n * WAD }),

  one("Repay", "lending/WrongAsset", { ...amounts(1n, 0n, bobs), ...wrong, start: "lent" }),
  one("Repay", "lending/InconsistentInput", { ...amounts(0n, 0n, bobs), start: "lent" }),
  one("Repay", "lending/Exceeds128Bits", { ...amounts(0n, 2n ** 128n, bobs), start: "lent" }),
  one("Repay", "lending/InsufficientPosition", { ...amounts(801n, 0n, bobs), funds: { [LOAN]: 801n }, start: "lent" }),
  one("Repay", "lending/InsufficientPayment", { ...amounts(800n, 0n, bobs), funds: { [LOAN]: 799n }, start: "lent" }),

  one("SupplyCollateral", "lending/WrongAsset", { payload: { onBehalf: "alice" }, ...wrongCollateral }),
  one("SupplyCollateral", "lending/ZeroAssets", { payload: { onBehalf: "alice" } }),
  one("SupplyCollateral", "lending/Exceeds128Bits", { payload: { onBehalf: "alice" }, funds: { [COLLATERAL]: 2n ** 128n } }),

  one("WithdrawCollateral", "lending/WrongAsset", { payload: { assets: 1n, ...bobs, ...paidTo }, by: "bob", funds: { [COLLATERAL]: 1n } }),
  one("WithdrawCollateral", "lending/ZeroAssets", { payload: { assets: 0n, ...bobs, ...paidTo }, by: "bob" }),
  one("WithdrawCollateral", "lending/Unauthorized", { payload: { assets: 1n, ...bobs, ...paidTo }, start: "lent" }),
  one("WithdrawCollateral", "lending/Exceeds128Bits", { payload: { assets: 2n ** 128n, ...bobs, ...paidTo }, by: "bob", start: "lent" }),
  one("WithdrawCollateral", "lending/InsufficientPosition", { payload: { assets: 501n, ...bobs, ...paidTo }, by: "bob", start: "lent" }),
  one("WithdrawCollateral", "oracle/NoPrice", { payload: { assets: 1n, ...bobs, ...paidTo }, by: "bob", start: "lent", price: 0n }),
  one("WithdrawCollateral", "oracle/StalePrice", { payload: { assets: 1n, ...bobs, ...paidTo }, by: "bob", start: "lent", price: "stale" }),
  one("WithdrawCollateral", "lending/InsufficientCollateral", { payload: { assets: 1n, ...bobs, ...paidTo }, by: "bob", start: "lent" }),

  one("Liquidate", "lending/WrongAsset", { ...seize(1n, 0n), ...wrong, start: "lent", price: CRASHED }),
  one("Liquidate", "lending/InconsistentInput", { ...seize(0n, 0n), start: "lent", price: CRASHED }),
  one("Liquidate", "lending/Exceeds128Bits", { ...seize(2n ** 128n, 0n), start: "lent", price: CRASHED }),
  one("Liquidate", "oracle/NoPrice", { ...seize(1n, 0n), start: "lent", price: 0n }),
  one("Liquidate", "oracle/NoPrice", { ...seize(1n, 0n), start: "lent", price: "other" }),
  one("Liquidate", "oracle/StalePrice", { ...seize(1n, 0n), start: "lent", price: "stale" }),
  one("Liquidate", "lending/PositionHealthy", { ...seize(1n, 0n), start: "lent" }),
  one("Liquidate", "lending/PositionHealthy", { payload: { borrower: "carol", seizedAssets: 0n, repaidShares: 1n }, start: "lent" }),
  one("Liquidate", "lending/InsufficientPosition", { ...seize(501n, 0n), start: "lent", price: CRASHED }),
  one("Liquidate", "lending/InsufficientPosition", { ...seize(0n, 800_000_001n), start: "lent", price: CRASHED }),
  one("Liquidate", "lending/InsufficientPayment", { ...seize(0n, 1_000_000n), start: "lent", price: CRASHED }),

  one("AccrueInterest", "lending/WrongAsset", { funds: { [LOAN]: 1n } }),
  one("AccrueInterest", "lending/Exceeds128Bits", { start: "lent much", later: AGES }),
  one("SetAuthorization", "lending/WrongAsset", { payload: { authorized: "bob", isAuthorized: true }, ...wrong }),
  one("SetAuthorization", "lending/AlreadySet", { payload: { authorized: "bob", isAuthorized: false } }),
  one("SetAuthorization", "lending/AlreadySet", { by: "bob", payload: { authorized: "dave", isAuthorized: true }, start: "lent" }),
  one("SetFee", "lending/WrongAsset", { by: OWNER, payload: { fee: 1n }, ...wrong }),
  one("SetFee", "lending/NotOwner", { payload: { fee: 1n } }),
  one("SetFee", "lending/AlreadySet", { by: OWNER, payload: { fee: 0n } }),
  one("SetFee", "lending/FeeTooHigh", { by: OWNER, payload: { fee: WAD / 4n + 1n } }),
  one("SetFee", "lending/Exceeds128Bits", { by: OWNER, payload: { fee: 1n }, start: "lent much", later: AGES }),
  one("SetFeeRecipient", "lending/WrongAsset", { by: OWNER, payload: { feeRecipient: "bob" }, ...wrong }),
  one("SetFeeRecipient", "lending/NotOwner", { payload: { feeRecipient: "bob" } }),
  one("SetFeeRecipient", "lending/AlreadySet", { by: OWNER, payload: { feeRecipient: OWNER } }),
  one("SetOwner", "lending/WrongAsset", { by: OWNER, payload: { owner: "bob" }, ...wrong }),
  one("SetOwner", "lending/NotOwner", { payload: { owner: "bob" } }),
  one("SetOwner", "lending/AlreadySet", { by: OWNER, payload: { owner: OWNER } }),
  one("Collect", "lending/WrongAsset", { payload: { account: "alice", ...paidTo }, ...wrong }),
  one("Collect", "lending/Unauthorized", { payload: { account: "bob", ...paidTo } }),
  one("Collect", "lending/NothingUnpaid", { payload: { account: "alice", ...paidTo } }),
  one("PositionOf", "lending/WrongAsset", { payload: { account: "alice" }, ...wrong }),
]

/** Two faults each: the one that is declared first is returned. */
const PRECEDENCE: readonly Case[] = [
  one("Supply", "lending/WrongAsset", { ...amounts(0n, 0n), ...wrong }),
  one("Supply", "lending/InconsistentInput", { ...amounts(1n, 1n), start: "full" }),
  one("Supply", "lending/Exceeds128Bits", { ...amounts(1n, 0n), start: "full" }),
  one("Withdraw", "lending/WrongAsset", { ...amounts(0n, 0n, paidTo), ...wrong }),
  one("Withdraw", "lending/InconsistentInput", { ...amounts(0n, 0n, paidTo), by: "carol" }),
  one("Withdraw", "lending/Unauthorized", { ...amounts(1n, 0n, paidTo), by: "carol", start: "lent much", later: AGES }),
  one("Withdraw", "lending/Exceeds128Bits", { ...amounts(2n ** 101n, 0n, paidTo), start: "lent much", later: AGES }),
  one("Withdraw", "lending/InsufficientPosition", { ...amounts(1_001n, 0n, paidTo), start: "lent" }),
  one("Borrow", "lending/InconsistentInput", { ...amounts(0n, 0n, { ...paidTo, ...bobs }), start: "lent" }),
  one("Borrow", "lending/Unauthorized", { ...amounts(2n ** 127n, 0n, { ...paidTo, ...bobs }), start: "lent" }),
  one("Borrow", "lending/Exceeds128Bits", { ...amounts(2n ** 127n, 0n, paidTo), price: 0n }),
  one("Borrow", "oracle/NoPrice", { ...amounts(1_000n, 0n, paidTo), price: 0n }),
  one("Borrow", "oracle/StalePrice", { ...amounts(1_000n, 0n, paidTo), price: "stale" }),
  one("Borrow", "lending/InsufficientCollateral", amounts(1_000n, 0n, paidTo)),
  one("Repay", "lending/WrongAsset", { ...amounts(0n, 0n, bobs), ...wrong }),
  one("Repay", "lending/Exceeds128Bits", { ...amounts(0n, 2n ** 128n, bobs), start: "lent" }),
  one("Repay", "lending/InsufficientPosition", { ...amounts(801n, 0n, bobs), start: "lent" }),
  one("SupplyCollateral", "lending/WrongAsset", { payload: { onBehalf: "alice" }, funds: { [LOAN]: 2n ** 128n } }),
  one("WithdrawCollateral", "lending/ZeroAssets", { payload: { assets: 0n, ...bobs, ...paidTo }, start: "lent" }),
  one("WithdrawCollateral", "lending/Unauthorized", { payload: { assets: 2n ** 128n, ...bobs, ...paidTo }, start: "lent" }),
  one("WithdrawCollateral", "lending/InsufficientPosition", { payload: { assets: 501n, ...bobs, ...paidTo }, by: "bob", start: "lent", price: 0n }),
  one("WithdrawCollateral", "oracle/StalePrice", { payload: { assets: 500n, ...bobs, ...paidTo }, by: "bob", start: "lent", price: "stale" }),
  one("Liquidate", "lending/WrongAsset", { ...seize(0n, 0n), ...wrong, start: "lent" }),
  one("Liquidate", "lending/InconsistentInput", { ...seize(0n, 0n), start: "lent much", later: AGES }),
  one("Liquidate", "lending/Exceeds128Bits", { ...seize(1n, 0n), start: "lent much", price: 0n, later: AGES }),
  one("Liquidate", "oracle/NoPrice", { ...seize(501n, 0n), start: "lent", price: 0n }),
  one("Liquidate", "lending/PositionHealthy", { ...seize(501n, 0n), start: "lent" }),
  one("Liquidate", "lending/InsufficientPosition", { ...seize(501n, 0n), start: "lent", price: CRASHED }),
  one("SetFee", "lending/NotOwner", { payload: { fee: WAD } }),
  one("SetFee", "lending/FeeTooHigh", { by: OWNER, payload: { fee: WAD }, start: "lent much", later: AGES }),
  one("SetFeeRecipient", "lending/NotOwner", { payload: { feeRecipient: OWNER } }),
  one("SetOwner", "lending/NotOwner", { payload: { owner: OWNER } }),
  one("Collect", "lending/WrongAsset", { payload: { account: "bob", ...paidTo }, ...wrong }),
]

const words = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item))

const refused = ({ name, failure, start = "empty", later = 0, ...sent }: Case): void => {
  const done = run(starts[start](), name, sent, TIME + later)
  expect(done instanceof Failure ? done._tag : "accepted").toBe(failure)
  expect(messages[name].failures.map(({ tag }) => tag as string)).toContain(failure)
  if (done instanceof Failure) expect(done.message.length).toBeGreaterThan(8)
}

describe("a refused message", () => {
  const seen = new Set<string>()
  for (const given of CASES) {
    it(`${given.name} ${words(given.payload ?? {})} with ${words(given.funds ?? {})}, market ${given.start ?? "empty"}: ${given.failure}`, () => {
      refused(given)
      seen.add(`${given.name} ${given.failure}`)
    })
  }

  it("has shown every declared failure", () => {
    const declared = Object.entries(messages).flatMap(([name, { failures }]) => failures.map(({ tag }) => `${name} ${tag}`))
    expect([...seen].sort()).toEqual(declared.sort())
  })

  for (const given of PRECEDENCE) {
    it(`${given.name} ${words(given.payload ?? {})} with ${words(given.funds ?? {})}: ${given.failure} comes before the other`, () => refused(given))
  }

  it("comes back whole in a world, whatever was attached", () => {
    const world = openMarket(LLTV, PRICE, TIME)
    const before = world.balances("alice")
    world.send("alice", MARKET, messages.Supply, { assets: 5n, shares: 0n, onBehalf: "alice" }, { funds: { [COLLATERAL]: 9n } })
    world.send("alice", MARKET, messages.Supply, { assets: 5n, shares: 0n, onBehalf: "alice" }, { funds: { [LOAN]: 4n } })
    expect(world.step().receipts.map(endOf)).toEqual(["lending/WrongAsset", "lending/InsufficientPayment"])
    world.settle()
    expect(world.balances("alice")).toEqual(before)
  })

  it("names the longest assets and addresses without a defect", () => {
    const asset = `${"a".repeat(120)}:${"b".repeat(40)}`
    const done = run(lent(), "Supply", { ...amounts(1n, 0n), funds: Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name + asset.slice(1), 1n])) })
    expect(done).toMatchObject({ _tag: "lending/WrongAsset" })
    if (done instanceof Failure) expect((done as unknown as { given: string }).given.length).toBeLessThanOrEqual(600)
  })
})

describe("a market without a price", () => {
  const PRICELESS: ReadonlyArray<readonly [Name, Sent]> = [
    ["Supply", { ...amounts(5n, 0n), funds: { [LOAN]: 5n } }],
    ["Withdraw", amounts(5n, 0n, paidTo)],
    ["Repay", { ...amounts(5n, 0n, bobs), funds: { [LOAN]: 5n } }],
    ["SupplyCollateral", { payload: bobs, funds: { [COLLATERAL]: 5n } }],
    ["WithdrawCollateral", { by: "carol", payload: { assets: 5n, onBehalf: "carol", receiver: "carol" } }],
    ["AccrueInterest", {}],
    ["SetAuthorization", { payload: { authorized: "bob", isAuthorized: true } }],
    ["SetFee", { by: OWNER, payload: { fee: 1n } }],
    ["SetFeeRecipient", { by: OWNER, payload: { feeRecipient: "bob" } }],
    ["SetOwner", { by: OWNER, payload: { owner: "bob" } }],
    ["PositionOf", { payload: { account: "bob" } }],
  ]
  const held = () => after(lent(), "SupplyCollateral", { by: "carol", payload: { onBehalf: "carol" }, funds: { [COLLATERAL]: 5n } })

  for (const price of [0n, "stale", "other"] as const) {
    for (const [name, sent] of PRICELESS) it(`handles ${name} (price ${price})`, () => expect(run(held(), name, { ...sent, price })).not.toBeInstanceOf(Failure))
  }

  it("accepts a price of exactly the greatest age", () => {
    const time = TIME + STALE_AFTER_SECONDS
    const context = testContext({ self: MARKET, sender: "bob", time, views: [[PriceView, ORACLE, published(4n * WAD, TIME)]] })
    expect(IsolatedMarket.handlers.Borrow(lent().market, { assets: 1n, shares: 0n, onBehalf: "bob", receiver: "bob" }, context)).not.toBeInstanceOf(Failure)
  })

  it("has no health to tell of, rather than a wrong one", () => {
    const observed = { address: MARKET, state: lent().market, balance: () => 0n, supply: () => 0n }
    const health = (view: unknown) => [...(IsolatedMarket.health?.(observed, () => view as never, TIME) ?? [])]
    expect(health(undefined)).toEqual([])
    expect(health(published(PRICE, TIME - STALE_AFTER_SECONDS - 1))).toEqual([])
    expect(health({ ...published(PRICE, TIME), base: "btc" })).toEqual([])
    expect([health(published(PRICE, TIME)), health(published(CRASHED, TIME))]).toEqual([[["bob", true]], [["bob", false]]])
  })
})

describe("a handled message", () => {
  it("sends back what it does not need", () => {
    const done = run(lent(), "Supply", { by: "carol", payload: { assets: 0n, shares: 3_000_000n, onBehalf: "dave" }, funds: { [LOAN]: 10n } })
    if (done instanceof Failure) throw new Error(String(done))
    expect(done.reply).toEqual({ assets: 3n, shares: 3_000_000n })
    expect(done.paid.map(({ to, funds }) => [to, String(funds)])).toEqual([["carol", "7 usd"]])
    expect(done.held.market.positions.get("dave")).toEqual({ supplyShares: 3_000_000n, borrowShares: 0n, collateral: 0n })
  })

  it("lets the authorised act, until they no longer are", () => {
    const given = { by: "dave" as Person, ...amounts(1n, 0n, { ...bobs, receiver: "dave" }), price: 4n * WAD }
    expect(run(lent(), "Borrow", given)).toMatchObject({ reply: { assets: 1n } })
    const revoked = after(lent(), "SetAuthorization", { by: "bob", payload: { authorized: "dave", isAuthorized: false } })
    expect([run(revoked, "Borrow", given), revoked.market.authorizations.size]).toMatchObject([{ _tag: "lending/Unauthorized" }, 0])
  })

  it("pays a liquidator the incentive and writes off what is left, once", () => {
    expect([incentiveFactorDown(LLTV), incentiveFactorDown(0n), incentiveFactorDown(WAD - 1n)]).toEqual([1_063_829_787_234_042_553n, 1_150_000_000_000_000_000n, WAD])
    const done = run(lent(), "Liquidate", { by: "carol", ...seize(500n, 0n), funds: { [LOAN]: 1_000n }, price: CRASHED })
    if (done instanceof Failure) throw new Error(String(done))
    // 500 units are worth 500; 500 / 1.0638 is 470 and a bit.
    expect(done.reply).toEqual({ seizedAssets: 500n, repaidAssets: 471n, repaidShares: 471_000_000n, badDebtAssets: 329n, badDebtShares: 329_000_000n })
    expect(done.paid.map(({ to, funds }) => [to, String(funds)])).toEqual([["carol", "500 eth + 529 usd"]])
    const { totalSupplyAssets, totalBorrowAssets, badDebtAssets, positions } = done.held.market
    expect([totalSupplyAssets, totalBorrowAssets, badDebtAssets, positions.has("bob")]).toEqual([671n, 0n, 329n, false])
  })

  it("tells a position, of zeros where there is none", () => {
    expect(run(lent(), "PositionOf", { payload: { account: "bob" } })).toMatchObject({ reply: { supplyShares: 0n, borrowShares: 800_000_000n, collateral: 500n } })
    expect(run(lent(), "PositionOf", { payload: { account: "nobody" } })).toMatchObject({ reply: { supplyShares: 0n, borrowShares: 0n, collateral: 0n } })
  })

  it("publishes what readers need", () => {
    const world = openMarket(LLTV, PRICE, TIME)
    expect(world.view(MarketView, MARKET)).toMatchObject({ lastUpdate: null, utilization: 0n, borrowRate: 0n, supplySharePrice: WAD, borrowSharePrice: WAD })
    world.send("alice", MARKET, messages.Supply, { assets: 1_000n, shares: 0n, onBehalf: "alice" }, { funds: { [LOAN]: 1_000n } })
    world.send("bob", MARKET, messages.SupplyCollateral, { onBehalf: "bob" }, { funds: { [COLLATERAL]: 1_000n } })
    world.send("bob", MARKET, messages.Borrow, { assets: 900n, shares: 0n, onBehalf: "bob", receiver: "bob" })
    world.step()
    const view = world.view(MarketView, MARKET)
    if (view === undefined) throw new Error("a market publishes its view")
    expect(view).toMatchObject({ totalSupplyAssets: 1_000n, totalBorrowAssets: 900n, totalCollateral: 1_000n, utilization: (9n * WAD) / 10n, borrowRate: 1_268_391_679n })
    // A year at 4 %, on the target: 1 + 0.04 + 0.0008 + 0.00001 of 900, rounded down.
    expect(accrued(view, TIME + 31_536_000)).toMatchObject({ interest: 36n, market: { totalBorrowAssets: 936n } })
  })
})

describe("a payment that comes back", () => {
  it("is kept for whom it was meant, and paid out when that one asks", () => {
    const world = openMarket(LLTV, PRICE, TIME)
    world.send("alice", MARKET, messages.Supply, { assets: 1_000n, shares: 0n, onBehalf: "alice" }, { funds: { [LOAN]: 1_000n } })
    world.send("bob", MARKET, messages.SupplyCollateral, { onBehalf: "bob" }, { funds: { [COLLATERAL]: 1_000n } })
    // The oracle takes no payments.
    world.send("alice", MARKET, messages.Withdraw, { assets: 40n, shares: 0n, onBehalf: "alice", receiver: ORACLE })
    world.send("bob", MARKET, messages.WithdrawCollateral, { assets: 30n, onBehalf: "bob", receiver: ORACLE })
    world.send("bob", MARKET, messages.WithdrawCollateral, { assets: 5n, onBehalf: "bob", receiver: "nobody" })
    const told = world.settle().flatMap((block) => block.ended).flatMap(({ events }) => events.filter(({ event }) => event.name === "lending/Returned").map(({ fields }) => fields))
    expect(told).toEqual(expect.arrayContaining([
      { account: ORACLE, loan: 40n, collateral: 0n },
      { account: ORACLE, loan: 0n, collateral: 30n },
      { account: "nobody", loan: 0n, collateral: 5n },
    ]))
    expect([...marketOf(world).unpaid]).toEqual([["nobody", { loan: 0n, collateral: 5n }], [ORACLE, { loan: 40n, collateral: 30n }]])
    soundOrThrow(world, undefined)
    const done = run({ market: marketOf(world), loan: 1_000n, collateral: 1_000n }, "Collect", { by: ORACLE as Person, payload: { account: ORACLE, receiver: "carol" } })
    if (done instanceof Failure) throw new Error(String(done))
    expect(done.paid.map(({ to, funds }) => [to, String(funds)])).toEqual([["carol", "30 eth + 40 usd"]])
    expect([done.reply, done.held.market.unpaid.has(ORACLE)]).toEqual([{ loan: 40n, collateral: 30n }, false])
  })
})

describe("a market that makes no sense", () => {
  const params = { loanAsset: LOAN, collateralAsset: COLLATERAL, oracle: ORACLE, staleAfterSeconds: 1, lltv: LLTV, owner: OWNER, feeRecipient: OWNER }
  const open = (given: object) => () => World.make({ accounts: {}, actors: [actor(MARKET, IsolatedMarket, { ...params, ...given })] })

  it("is refused by name", () => {
    expect(open({})).not.toThrow()
    expect(open({ collateralAsset: LOAN })).toThrow("loan asset and collateral are both usd")
    expect(open({ lltv: WAD })).toThrow("an lltv of 1000000000000000000 is not below 1000000000000000000")
    expect(open({ lltv: -1n })).toThrow("lltv")
    expect(open({ oracle: "not an address" })).toThrow("oracle")
  })
})

it("the tests' people, oracle and rounding are what they say", () => {
  expect(PEOPLE).toHaveLength(5)
  const world = openMarket(LLTV, PRICE, TIME)
  world.send("alice", ORACLE, Say, { price: 3n, updatedAt: 4 })
  world.step()
  expect(world.view(PriceView, ORACLE)).toEqual({ base: COLLATERAL, quote: LOAN, price: 3n, updatedAt: 4, sources: 1 })
  expect(toAssetsUp(1n, 0n, 0n)).toBe(1n)
})
