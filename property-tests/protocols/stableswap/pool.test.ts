import { describe, expect, it } from "vitest"
import { actor, Payment, testContext, World, type FundsLike } from "../../../core/index.ts"
import { AddLiquidity, ApplyFee, CommitFee, RampA, RemoveLiquidityOneCoin, sharesOf, StablePool, StablePoolView, type PoolState } from "../../../protocols/exchange/stableswap/index.ts"
import { endOf, refusals, type Refused } from "../refused.ts"

const POOL = "pool"
const SHARES = sharesOf(POOL)
const START = 1_700_000_000
const DAY = 86_400
const UNIT = 10n ** 18n
const PARAMS = { coins: [{ asset: "dai", decimals: 18 }, { asset: "usdc", decimals: 6 }], amplification: 100n, feeE10: 4_000_000n, adminFeeE10: 5n * 10n ** 9n, owner: "owner" }
const MILLION = { dai: 10n ** 6n * UNIT, usdc: 10n ** 12n }

/**
 * "usual": a million of each coin; "empty"; "ramped": a ramp began just now; "committed": fees wait; "costly": half of everything is fee;
 * "odd": an A that ten does not divide; "tiny" and "lopsided": almost no usdc; "drained": all shares but one were burned for dai, and all of their fee went to the admin.
 */
const OTHER_PARAMS: { readonly [start: string]: Partial<typeof PARAMS> } = {
  costly: { feeE10: 5n * 10n ** 9n },
  odd: { amplification: 25n },
  tiny: { amplification: 1n },
  lopsided: { amplification: 2_000n, feeE10: 5n * 10n ** 9n },
  drained: { adminFeeE10: 10n ** 10n },
}
const FIRST: { readonly [start: string]: FundsLike } = {
  tiny: { dai: 1_577_327_060_818_368n, usdc: 1n },
  lopsided: { dai: 16_621_967_579_379_833_723_944_961n, usdc: 150_712n },
}
const worldWith = (start: string): World => {
  const accounts = Object.fromEntries(["alice", "bob", "owner"].map((name) => [name, { dai: 2n ** 200n, usdc: 2n ** 200n, eth: 9n }]))
  const world = World.make({ accounts, actors: [actor(POOL, StablePool, { ...PARAMS, ...OTHER_PARAMS[start] })], time: START })
  if (start !== "empty") world.send("alice", POOL, AddLiquidity, { minimumShares: 0n }, { funds: FIRST[start] ?? MILLION })
  if (start === "ramped") world.send("owner", POOL, RampA, { futureA: 200n, futureTime: START + 10 * DAY })
  if (start === "committed") world.send("owner", POOL, CommitFee, { feeE10: 1n, adminFeeE10: 1n })
  world.settle()
  if (start === "drained") {
    world.send("alice", POOL, RemoveLiquidityOneCoin, { assetOut: "dai", minimumOut: 0n }, { funds: { [SHARES]: world.balance("alice", SHARES) - 1n } })
    world.settle()
  }
  return world
}

const swap = (assetOut: string, minimumOut: bigint, funds: Refused["funds"], failure: string, start?: string): Refused => ({ name: "Swap", payload: { assetOut, minimumOut }, ...(funds && { funds }), failure: `stableswap/${failure}`, ...(start && { start }) })
const verb = (name: string) => (payload: { readonly [field: string]: unknown }, funds: Refused["funds"], failure: string, rest: Partial<Refused> = {}): Refused => ({ name, payload, ...(funds && { funds }), failure: `stableswap/${failure}`, ...rest })
const add = verb("AddLiquidity")
const remove = verb("RemoveLiquidity")
const imbalance = verb("RemoveLiquidityImbalance")
const oneCoin = verb("RemoveLiquidityOneCoin")
const ramp = verb("RampA")
const commit = verb("CommitFee")
const owner = { from: "owner" }
const none = { minimumShares: 0n }

const CASES: readonly Refused[] = [
  swap("usdc", 0n, {}, "WrongAsset"),
  swap("usdc", 0n, { eth: 1n }, "WrongAsset"),
  swap("usdc", 0n, { dai: 1n, usdc: 1n }, "WrongAsset"),
  swap("eth", 0n, { dai: UNIT }, "NotOffered"),
  swap("dai", 0n, { dai: UNIT }, "NotOffered"),
  swap("usdc", 0n, { dai: UNIT }, "PoolEmpty", "empty"),
  swap("usdc", 0n, { dai: 1n }, "InsufficientOutput", "tiny"),
  swap("usdc", 1_000_000n, { dai: UNIT }, "SlippageExceeded"),

  add(none, { eth: 1n, dai: 1n }, "WrongAsset"),
  add(none, { dai: UNIT }, "FirstDepositIncomplete", { start: "empty" }),
  add(none, {}, "InsufficientDeposit"),
  add(none, { dai: 100n * MILLION.dai }, "InsufficientLiquidity", { start: "costly" }),
  add({ minimumShares: 2n * UNIT + 1n }, { dai: UNIT, usdc: 1_000_000n }, "SlippageExceeded"),

  remove({ minimumAmounts: [0n, 0n] }, { dai: 1n }, "WrongAsset"),
  remove({ minimumAmounts: [0n] }, { [SHARES]: UNIT }, "WrongCount"),
  remove({ minimumAmounts: [0n, 500_001n] }, { [SHARES]: UNIT }, "SlippageExceeded"),

  imbalance({ amounts: [0n, 1n] }, {}, "WrongAsset"),
  imbalance({ amounts: [1n] }, { [SHARES]: UNIT }, "WrongCount"),
  imbalance({ amounts: [0n, MILLION.usdc] }, { [SHARES]: UNIT }, "InsufficientLiquidity"),
  imbalance({ amounts: [0n, 0n] }, { [SHARES]: UNIT }, "NothingBurned"),
  imbalance({ amounts: [UNIT, 0n] }, { [SHARES]: UNIT }, "MaximumExceeded"),

  oneCoin({ assetOut: "dai", minimumOut: 0n }, {}, "WrongAsset"),
  oneCoin({ assetOut: "eth", minimumOut: 0n }, { [SHARES]: UNIT }, "NotOffered"),
  oneCoin({ assetOut: "dai", minimumOut: 0n }, { [SHARES]: 1n }, "PoolEmpty", { start: "drained" }),
  oneCoin({ assetOut: "usdc", minimumOut: 0n }, { [SHARES]: 1n }, "InsufficientOutput", { start: "lopsided" }),
  oneCoin({ assetOut: "dai", minimumOut: UNIT }, { [SHARES]: UNIT }, "SlippageExceeded"),

  ramp({ futureA: 200n, futureTime: START + DAY }, { dai: 1n }, "WrongAsset", owner),
  ramp({ futureA: 200n, futureTime: START + 9 * DAY }, {}, "NotOwner"),
  ramp({ futureA: 300n, futureTime: START + 9 * DAY }, {}, "RampTooSoon", { ...owner, start: "ramped" }),
  ramp({ futureA: 200n, futureTime: START + DAY }, {}, "RampTooShort", owner),
  ramp({ futureA: 1_001n, futureTime: START + 9 * DAY }, {}, "AmplificationOutOfRange", owner),
  ramp({ futureA: 9n, futureTime: START + 9 * DAY }, {}, "AmplificationOutOfRange", owner),
  ramp({ futureA: 2n, futureTime: START + 9 * DAY }, {}, "AmplificationOutOfRange", { ...owner, start: "odd" }),

  { name: "StopRampA", funds: { dai: 1n }, failure: "stableswap/WrongAsset", from: "owner" },
  { name: "StopRampA", failure: "stableswap/NotOwner" },
  commit({ feeE10: 1n, adminFeeE10: 1n }, { dai: 1n }, "WrongAsset", owner),
  commit({ feeE10: 1n, adminFeeE10: 1n }, {}, "NotOwner"),
  commit({ feeE10: 1n, adminFeeE10: 1n }, {}, "ChangePending", { ...owner, start: "committed" }),
  commit({ feeE10: 5n * 10n ** 9n + 1n, adminFeeE10: 0n }, {}, "FeeTooHigh", owner),
  commit({ feeE10: 0n, adminFeeE10: 10n ** 10n + 1n }, {}, "FeeTooHigh", owner),
  { name: "ApplyFee", funds: { dai: 1n }, failure: "stableswap/WrongAsset", from: "owner" },
  { name: "ApplyFee", failure: "stableswap/NotOwner" },
  { name: "ApplyFee", failure: "stableswap/NoChangePending", from: "owner" },
  { name: "ApplyFee", failure: "stableswap/ChangeNotDue", from: "owner", start: "committed" },
  { name: "RevertFee", funds: { dai: 1n }, failure: "stableswap/WrongAsset", from: "owner" },
  { name: "RevertFee", failure: "stableswap/NotOwner" },
  { name: "WithdrawAdminFees", funds: { dai: 1n }, failure: "stableswap/WrongAsset", from: "owner" },
  { name: "WithdrawAdminFees", failure: "stableswap/NotOwner" },
  { name: "DonateAdminFees", funds: { dai: 1n }, failure: "stableswap/WrongAsset", from: "owner" },
  { name: "DonateAdminFees", failure: "stableswap/NotOwner" },
  { name: "Hop", payload: { assetOut: "usdc", minimumOut: 1_000_000n, to: "bob", rest: [], deadline: 99 }, funds: { dai: UNIT }, failure: "router/LegRefused" },
]

const PRECEDENCE: readonly Refused[] = [
  swap("eth", 0n, { eth: 1n }, "WrongAsset"),
  swap("eth", 0n, { dai: UNIT }, "NotOffered", "empty"),
  add({ minimumShares: 1n }, { dai: UNIT }, "FirstDepositIncomplete", { start: "empty" }),
  imbalance({ amounts: [1n] }, {}, "WrongAsset"),
  imbalance({ amounts: [UNIT, MILLION.usdc] }, { [SHARES]: 1n }, "InsufficientLiquidity"),
  ramp({ futureA: 5n, futureTime: 0 }, {}, "RampTooShort", owner),
  ramp({ futureA: 5n, futureTime: 0 }, {}, "NotOwner"),
  commit({ feeE10: 10n ** 11n, adminFeeE10: 0n }, {}, "ChangePending", { ...owner, start: "committed" }),
]

refusals(StablePool, POOL, worldWith, CASES, PRECEDENCE)

const usual: PoolState = {
  ...StablePool.create(PARAMS, POOL),
  balances: [MILLION.dai, MILLION.usdc],
  shares: 2n * MILLION.dai,
}

describe("a handler without an engine", () => {
  it("Swap pays the sender, less the fee, of which the admin's part leaves the balances", () => {
    const context = testContext({ self: POOL, sender: "bob", time: START, funds: { dai: 1_000n * UNIT } })
    const step = StablePool.handlers.Swap(usual, { assetOut: "usdc", minimumOut: 0n }, context)
    // 1,000 in, 999.99... before the fee of 0.04 %, half of which is the admin's.
    expect(step).toMatchObject({
      reply: { amountOut: 999_590_103n },
      state: { balances: [MILLION.dai + 1_000n * UNIT, MILLION.usdc - 999_590_103n - 199_998n] },
      sends: [{ to: "bob", message: Payment, funds: { asset: "usdc", amount: 999_590_103n } }],
      events: [{ fields: { sender: "bob", assetIn: "dai", amountIn: 1_000n * UNIT, assetOut: "usdc", amountOut: 999_590_103n } }],
    })
  })
})

describe("the owner's times, to the second", () => {
  const endAt = (world: World, time: number, message: typeof RampA | typeof ApplyFee, payload: object): string => {
    world.send("owner", POOL, message as typeof RampA, payload as never)
    return endOf(world.step([], { time }).receipts[0])
  }

  it("let A be ramped again a day after the last ramp began", () => {
    const world = worldWith("ramped")
    const { initialATime } = world.state(StablePool, POOL)
    const again = { futureA: 150n, futureTime: initialATime + 9 * DAY }
    expect(endAt(world, initialATime + DAY - 1, RampA, again)).toBe("stableswap/RampTooSoon")
    expect(endAt(world, initialATime + DAY, RampA, again)).toBe("accepted")
  })

  it("let fees be applied when they are due", () => {
    const world = worldWith("committed")
    const { adminActionsDeadline } = world.state(StablePool, POOL)
    expect(endAt(world, adminActionsDeadline - 1, ApplyFee, {})).toBe("stableswap/ChangeNotDue")
    expect(endAt(world, adminActionsDeadline, ApplyFee, {})).toBe("accepted")
    expect(world.state(StablePool, POOL)).toMatchObject({ feeE10: 1n, adminFeeE10: 1n, adminActionsDeadline: 0 })
  })

  it("let A fall to a tenth of itself, rounded up", () => {
    const world = worldWith("odd")
    expect(endAt(world, START + 2 * DAY, RampA, { futureA: 3n, futureTime: START + 9 * DAY })).toBe("accepted")
  })
})

describe("the pool", () => {
  it("publishes what a quote needs", () => {
    const world = worldWith("ramped")
    const { assets, decimals, balances, shares, initialA, futureA, initialATime, futureATime, feeE10 } = world.state(StablePool, POOL)
    expect(world.view(StablePoolView, POOL)).toEqual({ assets, decimals, balances, shares, initialA, futureA, initialATime, futureATime, feeE10 })
    expect([initialA, futureA, initialATime, futureATime]).toEqual([100n, 200n, START + 1, START + 10 * DAY])
  })

  it("owes its balances, and no more than it holds", () => {
    const world = worldWith("usual")
    world.send("bob", POOL, Payment, {}, { funds: { dai: 5n } })
    world.settle()
    expect(StablePool.claims?.(world.observe(POOL))).toEqual(MILLION)
    expect(world.check(POOL)).toEqual([])
  })

  it("refuses parameters that make no pool, by name", () => {
    const wrong = (params: Partial<typeof PARAMS>) => () => StablePool.create({ ...PARAMS, ...params }, POOL)
    expect(wrong({ coins: [{ asset: "dai", decimals: 18 }] })).toThrow("two to eight different coins")
    expect(wrong({ coins: [PARAMS.coins[0], PARAMS.coins[0]] as never })).toThrow("dai, dai")
    expect(wrong({ amplification: 0n })).toThrow("A must be from 1 to 999999, not 0")
    expect(wrong({ feeE10: 10n ** 10n })).toThrow("the fees of 10000000000")
  })

  it("notices a coin that it does not hold, shares that do not exist, and a price that falls", () => {
    const observed = (state: PoolState, dai: bigint, supply: bigint) => ({ address: POOL, state, balance: (asset: string) => (asset === "dai" ? dai : MILLION.usdc), supply: () => supply })
    const fine = observed(usual, MILLION.dai, usual.shares)
    const broken = (is: typeof fine, was?: typeof fine) => Object.entries(StablePool.invariants ?? {}).filter(([, holds]) => holds(is, was) !== undefined).map(([name]) => name)
    expect(broken(fine, fine)).toEqual([])
    expect(broken(observed(usual, MILLION.dai - 1n, usual.shares))).toEqual(["balancesCovered"])
    expect(broken(observed(usual, MILLION.dai, 1n))).toEqual(["sharesAreSupply"])
    expect(broken(observed({ ...usual, futureA: 0n }, MILLION.dai, usual.shares))).toEqual(["settingsInRange"])
    expect(broken(observed({ ...usual, balances: [MILLION.dai - 10n ** 15n, MILLION.usdc] }, MILLION.dai, usual.shares), fine)).toEqual(["shareHardlyFalls"])
  })
})
