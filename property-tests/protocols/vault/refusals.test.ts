import { describe, expect, it } from "vitest"
import { actor, Payment, World, type AnyMessage, type FundsLike } from "../../../core/index.ts"
import * as vaults from "../../../protocols/vault/index.ts"
import { ReserveStrategy, sharesOf, Vault } from "../../../protocols/vault/index.ts"

const SHARES = sharesOf("vault")
const MILLION = 1_000_000n
const { Allocate, Deposit, Invest, Redeem, SetStrategy } = vaults

type Start = "lent" | "waiting" | "crowded" | "surplus"

/**
 * `lent`: alice has 500,000 and bob 500,000 of a million shares at a price of 1; 400,000 are idle, 600,000 lent to the reserve.
 * `waiting`: besides, the reserve has no cash, and 100,000 of bob's shares wait under ticket 0, which is all that may wait.
 */
const worldAt = (start: Start): World => {
  const world = World.make({
    accounts: { alice: { usd: 10n ** 12n, x: 10n }, bob: {}, admin: { usd: 100n }, keeper: { usd: 9n }, borrower: {}, stranger: { usd: 100n } },
    actors: [
      actor("vault", Vault, {
        asset: "usd", decimalsOffset: 0, entryFeeBps: 0, exitFeeBps: 0, feeRecipient: null, manager: "admin", allocator: "admin",
        assetsMax: 10n ** 9n, queuedAssetsMin: 1n, waitingMax: 1, recallBlocks: 5,
      }),
      actor("reserve", ReserveStrategy, { vault: "vault", asset: "usd", keeper: "keeper" }),
    ],
  })
  const say = <M extends AnyMessage>(from: string, to: string, message: M, payload: any, funds: FundsLike = {}): void => {
    world.send(from, to, message, payload, { funds })
    world.settle()
  }
  say("admin", "vault", SetStrategy, { strategy: "reserve", lentMax: 700_000n })
  say("alice", "vault", Deposit, { minimumShares: 0n }, { usd: MILLION })
  say("alice", "bob", Payment, {}, { [SHARES]: 500_000n })
  say("admin", "vault", Allocate, { strategy: "reserve", assets: 600_000n })
  if (start === "waiting") {
    say("keeper", "reserve", Invest, { borrower: "borrower", assets: 600_000n })
    say("bob", "vault", Redeem, { minimumAssets: 0n, mayQueue: true }, { [SHARES]: 500_000n })
  }
  if (start === "crowded") for (let count = 1; count < vaults.STRATEGIES_MAX; count++) say("admin", "vault", SetStrategy, { strategy: `s${count}`, lentMax: 0n })
  if (start === "surplus") {
    say("stranger", "reserve", Payment, {}, { usd: 50n })
    world.send("bob", "reserve", vaults.Harvest, {})
  }
  return world
}

interface Case {
  readonly by: string
  readonly to?: string
  readonly message: AnyMessage
  readonly payload?: object
  readonly funds?: FundsLike
  readonly failure: string
  readonly start?: Start
}

const x = { x: 1n }
const of = (message: AnyMessage, by: string, payload: object, rows: readonly (readonly [failure: string, change?: Partial<Case>])[]): readonly Case[] =>
  rows.map(([failure, change]) => ({ by, message, payload, failure: `vault/${failure}`, ...change }))

/** One or more for each declared failure, in the order of declaration; each breaks as many later rules as it can. */
const CASES: readonly Case[] = [
  ...of(Deposit, "alice", { minimumShares: 10n ** 13n }, [
    ["WrongAsset", { funds: { usd: 10n ** 10n, x: 1n } }],
    ["WrongAsset", { funds: { [SHARES]: 1n } }],
    ["DepositLimitExceeded", { funds: { usd: 10n ** 9n - MILLION + 1n } }],
    ["SlippageExceeded", { funds: { usd: 5n } }],
  ]),
  ...of(vaults.Mint, "alice", { shares: 10n ** 9n }, [
    ["WrongAsset", { funds: x }],
    ["MintLimitExceeded"],
    ["MaximumExceeded", { payload: { shares: 1000n }, funds: { usd: 999n } }],
  ]),
  ...of(vaults.Withdraw, "alice", { assets: 500_001n, mayQueue: false }, [
    ["WrongAsset", { funds: { usd: 1n } }],
    ["WithdrawLimitExceeded", { funds: { [SHARES]: 500_000n } }],
    ["InsufficientIdle", { payload: { assets: 400_001n, mayQueue: false }, funds: { [SHARES]: 500_000n } }],
    ["InsufficientIdle", { payload: { assets: 1n, mayQueue: false }, funds: { [SHARES]: 500_000n }, start: "waiting" }],
    ["QueueFull", { payload: { assets: 1n, mayQueue: true }, funds: { [SHARES]: 500_000n }, start: "waiting" }],
  ]),
  ...of(Redeem, "alice", { minimumAssets: 500_001n, mayQueue: false }, [
    ["WrongAsset", { funds: { usd: 1n } }],
    ["SlippageExceeded", { funds: { [SHARES]: 500_000n } }],
    ["InsufficientIdle", { payload: { minimumAssets: 500_000n, mayQueue: false }, funds: { [SHARES]: 500_000n } }],
    ["QueueFull", { payload: { minimumAssets: 1n, mayQueue: true }, funds: { [SHARES]: 1n }, start: "waiting" }],
  ]),
  ...of(vaults.CancelWithdrawal, "alice", { ticket: 1 }, [
    ["WrongAsset", { funds: x, start: "waiting" }],
    ["NoSuchWithdrawal", { start: "waiting" }],
    ["NotOwner", { payload: { ticket: 0 }, start: "waiting" }],
  ]),
  ...of(vaults.Collect, "alice", {}, [["WrongAsset", { funds: x }], ["NothingToCollect"]]),
  ...of(vaults.Serve, "alice", {}, [["WrongAsset", { funds: x }]]),
  ...of(SetStrategy, "admin", { strategy: "vault", lentMax: 5n }, [
    ["WrongAsset", { by: "alice", funds: x }],
    ["NotManager", { by: "alice" }],
    ["StrategyIsVault", { start: "crowded" }],
    ["TooManyStrategies", { payload: { strategy: "another", lentMax: 5n }, start: "crowded" }],
  ]),
  ...of(vaults.RemoveStrategy, "admin", { strategy: "nobody" }, [
    ["WrongAsset", { by: "alice", funds: x }],
    ["NotManager", { by: "alice" }],
    ["NotStrategy"],
    ["StrategyOwes", { payload: { strategy: "reserve" } }],
  ]),
  ...of(vaults.WriteOff, "admin", { strategy: "nobody", assets: 600_001n }, [
    ["WrongAsset", { by: "alice", funds: x }],
    ["NotManager", { by: "alice" }],
    ["NotStrategy"],
    ["MoreThanLent", { payload: { strategy: "reserve", assets: 600_001n } }],
  ]),
  ...of(Allocate, "admin", { strategy: "nobody", assets: 400_001n }, [
    ["WrongAsset", { by: "alice", funds: x }],
    ["NotAllocator", { by: "alice" }],
    ["NotStrategy"],
    ["InsufficientIdle", { payload: { strategy: "reserve", assets: 400_001n } }],
    ["InsufficientIdle", { payload: { strategy: "reserve", assets: 0n }, start: "waiting" }],
    ["LentLimitExceeded", { payload: { strategy: "reserve", assets: 100_001n } }],
  ]),
  ...of(vaults.Deallocate, "admin", { strategy: "nobody", assets: 600_001n }, [
    ["WrongAsset", { by: "alice", funds: x }],
    ["NotAllocator", { by: "alice" }],
    ["NotStrategy"],
    ["MoreThanLent", { payload: { strategy: "reserve", assets: 600_001n } }],
  ]),
  ...of(vaults.Repay, "alice", { short: 0n }, [["WrongAsset", { funds: x }], ["NotStrategy", { funds: { usd: 5n } }]]),
  ...of(vaults.Report, "alice", { gain: 5n, loss: 0n }, [["WrongAsset", { funds: x }], ["NotStrategy"]]),
]

const STRATEGY_CASES: readonly Case[] = [
  ...of(vaults.Lend, "alice", {}, [["WrongAsset", { funds: x }], ["NotVault", { funds: { usd: 5n } }]]),
  ...of(vaults.Recall, "alice", { assets: 5n }, [["WrongAsset", { funds: x }], ["NotVault"]]),
  ...of(Invest, "keeper", { borrower: "borrower", assets: 600_001n }, [["WrongAsset", { by: "alice", funds: x }], ["NotKeeper", { by: "alice" }], ["InsufficientCash"]]),
  ...of(vaults.WriteDown, "keeper", { borrower: "borrower", assets: 1n }, [["WrongAsset", { by: "alice", funds: x }], ["NotKeeper", { by: "alice" }], ["MoreThanInvested"]]),
  ...of(vaults.Harvest, "alice", {}, [["WrongAsset", { funds: x, start: "surplus" }], ["ReportUnderWay", { start: "surplus" }]]),
].map((given) => ({ ...given, to: "reserve" }))

const ADDRESSES = ["alice", "bob", "admin", "keeper", "borrower", "stranger", "vault", "reserve"]
const words = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item))

describe("a refused message", () => {
  const seen = new Set<string>()
  for (const { by, to = "vault", message, payload = {}, funds = {}, failure, start = "lent" } of [...CASES, ...STRATEGY_CASES]) {
    it(`${message.name} by ${by} ${words(payload)} with ${words(funds)}, ${start}: ${failure}, and all comes back`, () => {
      // In a fork without it, everything goes as it goes with it.
      const world = worldAt(start)
      const without = world.fork()
      world.send(by, to, message, payload as any, { funds })
      const { receipts, defects } = world.step()
      expect(receipts.at(-1)).toMatchObject({ refusal: { _tag: failure } })
      expect(defects).toEqual([])
      without.step()
      world.settle()
      without.settle()
      for (const address of ADDRESSES) expect([address, ...world.balances(address)]).toEqual([address, ...without.balances(address)])
      expect(Vault.stateCodec.equal(world.state(Vault, "vault"), without.state(Vault, "vault"))).toBe(true)
      expect(world.state(ReserveStrategy, "reserve")).toEqual(without.state(ReserveStrategy, "reserve"))
      seen.add(`${message.name} ${failure}`)
    })
  }

  it("has shown every declared failure", () => {
    const all = { ...Vault.messages, ...ReserveStrategy.messages }
    const declared = Object.values(all).flatMap(({ name, failures }) => failures.map(({ tag }) => `${name} ${tag}`))
    // Strategies of other kinds return it; the reserve always can.
    expect([...seen, "vault/Lend vault/StrategyUnable", "vault/Recall vault/StrategyUnable"].sort()).toEqual(declared.sort())
  })
})

describe("a deadline", () => {
  for (const [name, payload, funds] of [
    ["Deposit", { minimumShares: 0n }, { usd: 5n }],
    ["Mint", { shares: 5n }, { usd: 5n }],
    ["Withdraw", { assets: 5n, mayQueue: true }, { [SHARES]: 5n }],
    ["Redeem", { minimumAssets: 0n, mayQueue: true }, { [SHARES]: 5n }],
  ] as const) {
    it(`holds for ${name}: accepted up to it, whole back after it`, () => {
      const world = worldAt("lent")
      const late = world.fork()
      world.send("alice", "vault", Vault.messages[name] as AnyMessage, payload, { funds, deadline: world.height + 1 })
      expect(world.step().receipts).toMatchObject([{ status: "handled" }])
      const before = [...late.balances("alice")]
      late.send("alice", "vault", Vault.messages[name] as AnyMessage, payload, { funds, deadline: late.height })
      expect(late.step().receipts).toMatchObject([{ status: "expired" }])
      late.settle()
      expect([...late.balances("alice")]).toEqual(before)
    })
  }
})

describe("a vault that cannot be", () => {
  const params = {
    asset: "usd", decimalsOffset: 0, entryFeeBps: 0, exitFeeBps: 0, feeRecipient: null, manager: null, allocator: null,
    assetsMax: 0n, queuedAssetsMin: 0n, waitingMax: 1, recallBlocks: 1,
  }
  it("is refused by name", () => {
    expect(() => World.make({ actors: [actor("vault", Vault, { ...params, asset: SHARES })] })).toThrow("must not be its own shares")
    expect(() => World.make({ actors: [actor("vault", Vault, { ...params, feeRecipient: "vault" })] })).toThrow("recipient of null")
    expect(() => World.make({ actors: [actor("vault", Vault, { ...params, exitFeeBps: 10_001 })] })).toThrow("exitFeeBps")
    expect(() => World.make({ actors: [actor("vault", Vault, { ...params, decimalsOffset: 25 })] })).toThrow("decimalsOffset")
  })

  it("lets nobody manage it where there is no manager, and takes nothing above a limit of nothing", () => {
    const world = World.make({ accounts: { alice: { usd: 9n } }, actors: [actor("vault", Vault, params)] })
    world.send("alice", "vault", SetStrategy, { strategy: "s", lentMax: 1n })
    world.send("alice", "vault", Allocate, { strategy: "s", assets: 0n })
    world.send("alice", "vault", Deposit, { minimumShares: 0n }, { funds: { usd: 1n } })
    expect(world.step().receipts.map((receipt) => "refusal" in receipt && receipt.refusal._tag)).toEqual(["vault/NotManager", "vault/NotAllocator", "vault/DepositLimitExceeded"])
  })
})
