import { describe, expect, it } from "vitest"
import { actor, Payment, testContext, World } from "../../../core/index.ts"
import { AddLiquidity, SHARES_LOCKED, sharesOf, WeightedPool, WeightedPoolView, type PoolState } from "../../../protocols/exchange/weighted/index.ts"
import { endOf, refusals, type Refused } from "../refused.ts"

const POOL = "pool"
const SHARES = sharesOf(POOL)
const ONE = 10n ** 18n
const PARAMS = {
  tokens: [{ asset: "bal", decimals: 18, weightE18: (ONE * 8n) / 10n }, { asset: "usdc", decimals: 6, weightE18: (ONE * 2n) / 10n }],
  feeE18: 3n * 10n ** 15n,
  protocolFeeE18: 0n,
  collector: null as string | null,
  owner: "owner",
}
const FIRST = { bal: 1_000n * ONE, usdc: 1_000n * 10n ** 6n }

/** "usual": a thousand of each; "empty". */
const worldWith = (start: string, params: Partial<typeof PARAMS> = {}): World => {
  const accounts = Object.fromEntries(["alice", "bob", "owner", "collector"].map((name) => [name, { bal: 2n ** 120n, usdc: 2n ** 120n, eth: 9n }]))
  const world = World.make({ accounts, actors: [actor(POOL, WeightedPool, { ...PARAMS, ...params })] })
  if (start !== "empty") world.send("alice", POOL, AddLiquidity, { minimumShares: 0n }, { funds: FIRST })
  world.settle()
  return world
}

const verb = (name: string) => (payload: { readonly [field: string]: unknown }, funds: Refused["funds"], failure: string, rest: Partial<Refused> = {}): Refused => ({ name, payload, ...(funds && { funds }), failure: `weighted/${failure}`, ...rest })
const swap = verb("Swap")
const exact = verb("SwapForExact")
const add = verb("AddLiquidity")
const proportional = verb("AddLiquidityProportional")
const single = verb("AddLiquiditySingle")
const remove = verb("RemoveLiquidity")
const removeSingle = verb("RemoveLiquiditySingle")
const removeExact = verb("RemoveLiquidityExact")
const fee = verb("SetSwapFee")
const empty = { start: "empty" }
const out = { assetOut: "usdc", minimumOut: 0n }

const CASES: readonly Refused[] = [
  swap(out, {}, "WrongAsset"),
  swap(out, { eth: 1n }, "WrongAsset"),
  swap(out, { bal: 1n, usdc: 1n }, "WrongAsset"),
  swap({ ...out, assetOut: "bal" }, { bal: 1n }, "NotOffered"),
  swap({ ...out, assetOut: "eth" }, { bal: 1n }, "NotOffered"),
  swap(out, { bal: 1n }, "PoolEmpty", empty),
  swap(out, { bal: 301n * ONE }, "MaxInRatio"),
  swap({ ...out, minimumOut: 4n * 10n ** 6n }, { bal: ONE }, "SlippageExceeded"),

  exact({ assetOut: "usdc", amountOut: 1n }, {}, "WrongAsset"),
  exact({ assetOut: "usdc", amountOut: 1n }, { eth: 1n }, "WrongAsset"),
  exact({ assetOut: "bal", amountOut: 1n }, { bal: 1n }, "NotOffered"),
  exact({ assetOut: "usdc", amountOut: 1n }, { bal: 1n }, "PoolEmpty", empty),
  exact({ assetOut: "usdc", amountOut: 300_000_001n }, { bal: ONE }, "MaxOutRatio"),
  exact({ assetOut: "usdc", amountOut: 10n ** 8n }, { bal: ONE }, "MaximumExceeded"),

  add({ minimumShares: 0n }, {}, "WrongAsset"),
  add({ minimumShares: 0n }, { bal: 1n, eth: 1n }, "WrongAsset"),
  add({ minimumShares: 0n }, { bal: ONE }, "InsufficientInitialDeposit", empty),
  add({ minimumShares: 0n }, { bal: 1n, usdc: 1n }, "InsufficientInitialDeposit", empty),
  add({ minimumShares: 2n * ONE }, { bal: ONE }, "SlippageExceeded"),

  proportional({ shares: ONE }, { eth: 1n }, "WrongAsset"),
  proportional({ shares: ONE }, { bal: 1n }, "PoolEmpty", empty),
  proportional({ shares: ONE }, { bal: ONE }, "MaximumExceeded"),
  proportional({ shares: 4_000n * ONE }, FIRST, "MaximumExceeded"),

  single({ shares: ONE }, { bal: 1n, usdc: 1n }, "WrongAsset"),
  single({ shares: ONE }, { eth: 1n }, "WrongAsset"),
  single({ shares: ONE }, { bal: 1n }, "PoolEmpty", empty),
  single({ shares: 5_000n * ONE }, { bal: ONE }, "MaxInvariantRatio"),
  single({ shares: 10n * ONE }, { bal: ONE }, "MaximumExceeded"),

  remove({ minimumAmounts: [0n, 0n] }, {}, "WrongAsset"),
  remove({ minimumAmounts: [0n, 0n] }, { [SHARES]: 9n, bal: 1n }, "WrongAsset"),
  remove({ minimumAmounts: [0n] }, { [SHARES]: ONE }, "WrongCount"),
  remove({ minimumAmounts: [0n, 500_001n] }, { [SHARES]: ONE }, "SlippageExceeded"),

  removeSingle(out, { bal: 1n }, "WrongAsset"),
  removeSingle({ ...out, assetOut: "eth" }, { [SHARES]: ONE }, "NotOffered"),
  removeSingle(out, { [SHARES]: 601n * ONE }, "MinInvariantRatio"),
  removeSingle({ ...out, minimumOut: 10n ** 8n }, { [SHARES]: ONE }, "SlippageExceeded"),

  removeExact({ amounts: [0n, 1n] }, {}, "WrongAsset"),
  removeExact({ amounts: [1n] }, { [SHARES]: ONE }, "WrongCount"),
  removeExact({ amounts: [0n, 10n ** 9n + 1n] }, { [SHARES]: ONE }, "InsufficientLiquidity"),
  // All there is of a token is no more than there is, and beyond the contract's power.
  { name: "RemoveLiquidityExact", payload: { amounts: [0n, 10n ** 9n] }, funds: { [SHARES]: ONE }, failure: "core/OutOfRange" },
  removeExact({ amounts: [100n * ONE, 0n] }, { [SHARES]: ONE }, "MaximumExceeded"),

  fee({ feeE18: 10n ** 15n }, { bal: 1n }, "WrongAsset", { from: "owner" }),
  fee({ feeE18: 10n ** 15n }, {}, "NotOwner"),
  fee({ feeE18: 10n ** 12n - 1n }, {}, "FeeOutOfRange", { from: "owner" }),
  fee({ feeE18: 10n ** 17n + 1n }, {}, "FeeOutOfRange", { from: "owner" }),
  { name: "Hop", payload: { assetOut: "usdc", minimumOut: 4n * 10n ** 6n, to: "bob", rest: [], deadline: 99 }, funds: { bal: ONE }, failure: "router/LegRefused" },
]

const PRECEDENCE: readonly Refused[] = [
  swap({ ...out, assetOut: "eth" }, { eth: 1n }, "WrongAsset"),
  swap({ ...out, assetOut: "eth" }, { bal: 1n }, "NotOffered", empty),
  swap({ ...out, minimumOut: ONE }, { bal: 301n * ONE }, "MaxInRatio"),
  exact({ assetOut: "usdc", amountOut: 10n ** 9n }, { bal: 1n }, "MaxOutRatio"),
  single({ shares: 5_000n * ONE }, { bal: 1n }, "MaxInvariantRatio"),
  removeExact({ amounts: [1n] }, {}, "WrongAsset"),
  removeExact({ amounts: [2_000n * ONE, 0n] }, { [SHARES]: 1n }, "InsufficientLiquidity"),
]

refusals(WeightedPool, POOL, worldWith, CASES, PRECEDENCE)

describe("the pool", () => {
  it("locks its first shares, and mints two for each unit of the invariant", () => {
    const world = worldWith("usual")
    const { shares, lastInvariant } = world.state(WeightedPool, POOL)
    expect([shares, world.balance(POOL, SHARES), world.balance("alice", SHARES)]).toEqual([2n * lastInvariant, SHARES_LOCKED, shares - SHARES_LOCKED])
  })

  it("pays the collector a part of the fees with the next deposit, in the heaviest token", () => {
    const world = worldWith("usual", { collector: "collector", protocolFeeE18: ONE / 2n })
    const before = world.balance("collector", "bal")
    world.send("bob", POOL, WeightedPool.messages.Swap, out, { funds: { bal: 100n * ONE } })
    world.settle()
    expect(world.balance("collector", "bal")).toBe(before)
    world.send("bob", POOL, AddLiquidity, { minimumShares: 0n }, { funds: { bal: ONE } })
    world.settle()
    // Half of the fee of 0.3 on 100, and a little more, since the fee moved the price less than the trade.
    const paid = world.balance("collector", "bal") - before
    expect([paid > (14n * ONE) / 100n, paid < (16n * ONE) / 100n, world.balance("collector", "usdc")]).toEqual([true, true, 2n ** 120n])
    expect(world.check(POOL)).toEqual([])
  })

  it("pays the collector in the first of several tokens that are equally heavy", () => {
    const tokens = PARAMS.tokens.map((token) => ({ ...token, weightE18: ONE / 2n }))
    const world = worldWith("usual", { tokens, collector: "collector", protocolFeeE18: ONE / 2n })
    world.send("bob", POOL, WeightedPool.messages.Swap, out, { funds: { bal: 100n * ONE } })
    world.send("bob", POOL, AddLiquidity, { minimumShares: 0n }, { funds: { bal: ONE } })
    world.settle()
    expect([world.balance("collector", "bal") > 2n ** 120n, world.balance("collector", "usdc")]).toEqual([true, 2n ** 120n])
  })

  it("sends back what is left of a maximum", () => {
    const world = worldWith("usual")
    world.send("bob", POOL, WeightedPool.messages.AddLiquiditySingle, { shares: ONE }, { funds: { bal: 100n * ONE } })
    const [receipt] = world.step().receipts
    world.settle()
    expect(2n ** 120n - world.balance("bob", "bal")).toBe((receipt as { readonly reply: { readonly amountIn: bigint } }).reply.amountIn)
    expect(world.balance("bob", SHARES)).toBe(ONE)
  })

  it("refuses a plain payment, which would belong to nobody", () => {
    const world = worldWith("usual")
    world.send("bob", POOL, Payment, {}, { funds: { bal: 1n } })
    expect(world.step().receipts.map(endOf)).toEqual(["core/UnknownMessage"])
  })

  it("publishes what a quote needs, and owes its balances", () => {
    const world = worldWith("usual")
    const { assets, decimals, weightsE18, balances, shares, feeE18 } = world.state(WeightedPool, POOL)
    expect(world.view(WeightedPoolView, POOL)).toEqual({ assets, decimals, weightsE18, balances, shares, feeE18 })
    expect(WeightedPool.claims?.(world.observe(POOL))).toEqual(FIRST)
  })

  it("lets its owner set the fee, and nobody else", () => {
    const world = worldWith("usual")
    world.send("owner", POOL, WeightedPool.messages.SetSwapFee, { feeE18: 10n ** 17n })
    world.step()
    expect(world.state(WeightedPool, POOL).feeE18).toBe(10n ** 17n)
  })

  it("refuses parameters that make no pool, by name", () => {
    const wrong = (params: Partial<typeof PARAMS>) => () => WeightedPool.create({ ...PARAMS, ...params }, POOL)
    const [bal, usdc] = PARAMS.tokens as [(typeof PARAMS.tokens)[0], (typeof PARAMS.tokens)[0]]
    expect(wrong({ tokens: [bal] })).toThrow("two to eight different tokens")
    expect(wrong({ tokens: [bal, { ...bal, weightE18: usdc.weightE18 }] })).toThrow("bal, bal")
    expect(wrong({ tokens: [bal, { ...usdc, weightE18: 1n }] })).toThrow("weights must be at least 10000000000000000")
    expect(wrong({ feeE18: 0n })).toThrow("the fee must be from 1000000000000")
    expect(wrong({ protocolFeeE18: ONE })).toThrow("the protocol's part must be at most")
  })

  it("notices a token that it does not hold, shares that do not exist or are not locked, and a price that falls", () => {
    const usual: PoolState = worldWith("usual").state(WeightedPool, POOL)
    const observed = (state: PoolState, bal: bigint, supply: bigint, locked = SHARES_LOCKED) => ({
      address: POOL,
      state,
      balance: (asset: string) => (asset === "bal" ? bal : asset === SHARES ? locked : FIRST.usdc),
      supply: () => supply,
    })
    const fine = observed(usual, FIRST.bal, usual.shares)
    const broken = (is: typeof fine, was?: typeof fine) => Object.entries(WeightedPool.invariants ?? {}).filter(([, holds]) => holds(is, was) !== undefined).map(([name]) => name)
    expect(broken(fine, fine)).toEqual([])
    expect(broken(observed(usual, FIRST.bal - 1n, usual.shares))).toEqual(["balancesCovered"])
    expect(broken(observed(usual, FIRST.bal, 1n))).toEqual(["sharesAreSupply"])
    expect(broken(observed(usual, FIRST.bal, usual.shares, 1n))).toEqual(["sharesLocked"])
    expect(broken(observed({ ...usual, balances: [FIRST.bal - 10n ** 10n, FIRST.usdc] }, FIRST.bal, usual.shares), fine)).toEqual(["shareHardlyFalls"])
  })

  it("has handlers that need no engine", () => {
    const state: PoolState = { ...worldWith("usual").state(WeightedPool, POOL) }
    const step = WeightedPool.handlers.Swap(state, out, testContext({ sender: "bob", funds: { bal: ONE } }))
    // At 4 usdc for a bal, less 0.3 %, less the price of one in a thousand.
    expect(step).toMatchObject({ reply: { amountOut: 3_978_079n }, sends: [{ to: "bob", funds: { asset: "usdc", amount: 3_978_079n } }] })
  })
})
