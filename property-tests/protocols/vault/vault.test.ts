import { describe, expect, it } from "vitest"
import { actor, LIMITS, MAX_UINT256, Payment, SortedTable, testContext, World, type AnyMessage, type FundsLike } from "../../../core/index.ts"
import {
  Allocate, CancelWithdrawal, Collect, Deallocate, Deposit, Harvest, Invest, Redeem, RemoveStrategy, ReserveStrategy, Serve, SERVED_MAX, SetStrategy,
  sharesOf, STRATEGIES_MAX, Vault, VaultView, Withdraw, WriteDown, WriteOff, type VaultState,
} from "../../../protocols/vault/index.ts"
import { Act, Command, Fund, LossyStrategy, type Mood } from "./actors.ts"

const SHARES = sharesOf("vault")

interface Setting {
  readonly moods?: readonly Mood[]
  readonly exitFeeBps?: number
}

/** A vault with 1,000 of alice, 1,000 of bob and 500 of the fund, a share at 1 each; the strategies `a` (lossy), `b` and `c` (reserves) owe nothing yet. */
const open = ({ moods = ["honest"], exitFeeBps = 0 }: Setting = {}) => {
  const accounts = { alice: { usd: 1_000n }, bob: { usd: 1_000n }, admin: {}, borrower: {}, donor: { usd: 10_000n }, fees: {} }
  const reserve = { vault: "vault", asset: "usd", keeper: "admin" }
  const world = World.make(
    {
      accounts,
      actors: [
        actor("vault", Vault, {
          asset: "usd", decimalsOffset: 0, entryFeeBps: 0, exitFeeBps, feeRecipient: "fees", manager: "admin", allocator: "admin",
          assetsMax: MAX_UINT256, queuedAssetsMin: 5n, waitingMax: 1_000, recallBlocks: 8,
        }),
        actor("a", LossyStrategy, { vault: "vault", moods }),
        actor("b", ReserveStrategy, reserve),
        actor("c", ReserveStrategy, reserve),
        actor("fund", Fund, { vault: "vault" }, { usd: 500n }),
      ],
    },
    { trace: true, strict: true },
  )
  const say = <M extends AnyMessage>(from: string, to: string, message: M, payload: any, funds: FundsLike = {}) => {
    world.send(from, to, message, payload, { funds })
    const { receipts } = world.step()
    return receipts[0] as { readonly status: string; readonly reply?: any; readonly refusal?: any }
  }
  const done: typeof say = (...given) => {
    const receipt = say(...given)
    world.settle()
    expect(world.check("vault")).toEqual([])
    world.audit()
    return receipt
  }
  for (const strategy of ["a", "b", "c", "nobody"]) done("admin", "vault", SetStrategy, { strategy, lentMax: 10_000n })
  done("alice", "vault", Deposit, { minimumShares: 0n }, { usd: 1_000n })
  done("bob", "vault", Deposit, { minimumShares: 0n }, { usd: 1_000n })
  done("admin", "fund", Act, { verb: "deposit", amount: 500n })
  return { world, say, done, vault: (): VaultState => world.state(Vault, "vault"), lent: (name: string) => world.state(Vault, "vault").strategies.get(name)?.lent }
}

const redeemAll = (world: World, who: string) => ["vault", Redeem, { minimumAssets: 0n, mayQueue: true }, { [SHARES]: world.balance(who, SHARES) }] as const

describe("a withdrawal that has to wait", () => {
  it("leaves the shares in escrow under a ticket, and pays when the recalled cash is back", () => {
    const { world, say, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_300n })
    const receipt = say("alice", ...redeemAll(world, "alice"))
    // 200 are idle: they are paid at once, for 200 shares; the recall is under way.
    expect(receipt.reply).toEqual({ assets: 1_000n, paid: 200n, ticket: 0 })
    expect(vault()).toMatchObject({ idle: 0n, lent: 2_300n, escrowed: 800n, supply: 2_300n })
    expect([world.balance("vault", SHARES), world.balance("alice", SHARES)]).toEqual([800n, 0n])
    expect(world.view(VaultView, "vault")).toMatchObject({ totalAssets: 2_300n, waiting: 1, escrowed: 800n, assetsPerShare: 10n ** 18n })
    const blocks = world.settle()
    expect(blocks.length).toBeLessThanOrEqual(4)
    expect(vault()).toMatchObject({ idle: 1n, lent: 1_499n, escrowed: 0n, supply: 1_500n })
    expect(world.balance("alice", "usd")).toBe(1_000n)
  })

  it("pays in the order of tickets, and nobody past them, whatever comes in", () => {
    const { world, say, done, vault } = open({ moods: ["refuse"] })
    // Nothing can be recalled: the reserve's cash is invested.
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("admin", "b", Invest, { borrower: "borrower", assets: 2_500n })
    expect(done("bob", ...redeemAll(world, "bob")).reply).toMatchObject({ paid: 0n, ticket: 0 })
    expect(done("alice", ...redeemAll(world, "alice")).reply).toMatchObject({ paid: 0n, ticket: 1 })
    // 900 in cash are less than bob's ticket, but more than a sixteenth.
    done("donor", "vault", Payment, {}, { usd: 900n })
    // (2,500 + 900 + 1) assets for (2,500 + 1) shares: 900 buy 661 shares, which are worth 898.
    expect([world.balance("bob", "usd"), world.balance("alice", "usd")]).toEqual([898n, 0n])
    expect(vault().waiting.get(0)).toEqual({ owner: "bob", shares: 339n })
    expect(say("donor", "vault", Deposit, { minimumShares: 0n }, { usd: 1_000n }).status).toBe("handled")
    world.settle()
    expect(vault().waiting.first()?.[0]).toBe(1)
    expect([world.balance("bob", "usd"), world.balance("alice", "usd")]).toEqual([1_359n, 540n])
    // The donor's cash is in, yet the donor waits behind alice.
    expect(done("donor", "vault", Redeem, { minimumAssets: 0n, mayQueue: true }, { [SHARES]: 100n }).reply).toMatchObject({ paid: 0n, ticket: 2 })
  })

  it("is not ground down by dust: less than a sixteenth of a ticket is kept until there is more", () => {
    const { world, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("admin", "b", Invest, { borrower: "borrower", assets: 2_500n })
    done("bob", ...redeemAll(world, "bob"))
    for (let count = 0; count < 10; count++) done("donor", "vault", Payment, {}, { usd: 6n })
    expect(vault()).toMatchObject({ idle: 60n, escrowed: 1_000n })
    // Nor does it pay anybody who comes later.
    expect(done("alice", "vault", Redeem, { minimumAssets: 0n, mayQueue: false }, { [SHARES]: 1n }).refusal).toMatchObject({ _tag: "vault/InsufficientIdle", waiting: 1 })
    done("donor", "vault", Payment, {}, { usd: 6n })
    // 66 buy 64 shares, which are worth 65.
    expect(vault()).toMatchObject({ idle: 1n, escrowed: 936n })
    expect(world.balance("bob", "usd")).toBe(65n)
  })

  it("can be cancelled until it is paid: the shares come back, and the next is served", () => {
    const { world, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("admin", "b", Invest, { borrower: "borrower", assets: 2_500n })
    done("bob", ...redeemAll(world, "bob"))
    done("alice", "vault", Withdraw, { assets: 30n, mayQueue: true }, { [SHARES]: 100n })
    expect([world.balance("alice", SHARES), vault().waiting.get(1)?.shares]).toEqual([970n, 30n])
    done("donor", "vault", Payment, {}, { usd: 50n })
    expect(vault()).toMatchObject({ idle: 50n, escrowed: 1_030n })
    expect(done("bob", "vault", CancelWithdrawal, { ticket: 0 }).reply).toEqual({ shares: 1_000n })
    expect([world.balance("bob", SHARES), world.balance("alice", "usd")]).toEqual([1_000n, 30n])
    expect(done("bob", "vault", CancelWithdrawal, { ticket: 0 }).refusal).toMatchObject({ _tag: "vault/NoSuchWithdrawal" })
  })

  it("shares a loss that is booked while it waits, like everybody else", () => {
    const { world, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("admin", "b", Invest, { borrower: "borrower", assets: 2_500n })
    done("bob", ...redeemAll(world, "bob"))
    done("admin", "b", WriteDown, { borrower: "borrower", assets: 1_250n })
    expect(done("alice", "b", Harvest, {}).reply).toEqual({ gain: 0n, loss: 1_250n })
    done("borrower", "b", Payment, {}, { usd: 1_250n })
    for (let blocks = 0; blocks < 9; blocks++) world.step()
    done("alice", "vault", Serve, {})
    expect(world.balance("bob", "usd")).toBe(500n)
    expect(vault()).toMatchObject({ losses: 1_250n, escrowed: 0n, supply: 1_500n })
  })

  it("is not queued where it is dust", () => {
    const { world, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("admin", "b", Invest, { borrower: "borrower", assets: 2_500n })
    expect(done("bob", "vault", Redeem, { minimumAssets: 0n, mayQueue: true }, { [SHARES]: 4n }).refusal).toMatchObject({ _tag: "vault/InsufficientIdle", needed: 4n })
    expect(done("bob", "vault", Redeem, { minimumAssets: 0n, mayQueue: true }, { [SHARES]: 5n }).reply).toMatchObject({ ticket: 0 })
    expect([world.balance("bob", SHARES), vault().escrowed]).toEqual([995n, 5n])
  })

  it("survives being stored and restored at every block of it", () => {
    const { world, done, say } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_300n })
    say("alice", ...redeemAll(world, "alice"))
    let restored = world.fork()
    while (world.pending > 0) {
      restored = World.restore([Vault, ReserveStrategy, LossyStrategy, Fund], restored.snapshot())
      restored.step()
      world.step()
      expect(restored.header).toEqual(world.header)
    }
    expect(restored.balance("alice", "usd")).toBe(1_000n)
  })

  it("goes on by itself after as many payments as one handling may make", () => {
    const { world, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("admin", "b", Invest, { borrower: "borrower", assets: 2_500n })
    const tickets = 2 * SERVED_MAX + 5
    for (let count = 0; count < tickets; count++) world.send("bob", "vault", Redeem, { minimumAssets: 0n, mayQueue: true }, { funds: { [SHARES]: 5n } })
    world.settle()
    expect(vault().waiting.size).toBe(tickets)
    world.send("donor", "vault", Payment, {}, { funds: { usd: 5_000n } })
    // While the vault's own timer is set, a second one is not.
    world.send("alice", "vault", Payment, {})
    const { sent } = world.step()
    expect([vault().waiting.size, vault().continuing, sent.filter(({ kind }) => kind === "timer").length]).toEqual([5, true, 1])
    world.step()
    expect([vault().waiting.size, vault().continuing]).toEqual([0, false])
    expect(vault().ticketNext).toBe(tickets)
    done("alice", ...redeemAll(world, "alice"))
  })

  it("pays the exit fee on top, to whom it belongs", () => {
    const { world, done, vault } = open({ exitFeeBps: 100 })
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("bob", ...redeemAll(world, "bob"))
    // A thousand, of which 1,000 * 100 / 10,100 is the fee, rounded up.
    expect([world.balance("bob", "usd"), world.balance("fees", "usd"), vault().supply]).toEqual([990n, 10n, 1_500n])
  })
})

describe("a strategy that fails", () => {
  it("to take a loan leaves it idle", () => {
    for (const [strategy, moods] of [["a", ["refuse"]], ["a", ["throw"]], ["nobody", ["honest"]]] as const) {
      const { world, say, vault, lent } = open({ moods })
      say("admin", "vault", Allocate, { strategy, assets: 700n })
      expect([vault().idle, lent(strategy)]).toEqual([1_800n, 700n])
      world.settle()
      expect([vault().idle, vault().lent, lent(strategy), world.balance("vault", "usd")]).toEqual([2_500n, 0n, 0n, 2_500n])
    }
  })

  it("to answer a recall makes the vault ask the next, at once, and itself again after its time", () => {
    for (const mood of ["refuse", "throw"] as const) {
      const { world, done, vault, lent } = open({ moods: [mood, "honest", "honest", "honest", "honest", "honest", "honest", "honest", "honest", "honest"] })
      while (world.height % 10 === 9 || world.height % 10 === 0) world.step()
      done("admin", "vault", Allocate, { strategy: "a", assets: 1_500n })
      done("admin", "vault", Allocate, { strategy: "b", assets: 1_000n })
      expect([lent("a"), lent("b")]).toEqual([1_500n, 1_000n])
      // The recall arrives in the one block of ten in which the strategy fails.
      while (world.height % 10 !== 8) world.step()
      done("bob", ...redeemAll(world, "bob"))
      expect([world.balance("bob", "usd"), lent("a"), lent("b")]).toEqual([1_000n, 1_500n, 0n])
      done("alice", ...redeemAll(world, "alice"))
      if (vault().waiting.size > 0) {
        for (let blocks = 0; blocks < 8; blocks++) world.step()
        done("donor", "vault", Serve, {})
      }
      expect(world.balance("alice", "usd")).toBe(1_000n)
    }
  })

  it("to send all that it said makes the vault ask the next, at once, when it says so", () => {
    const { world, done, vault, lent } = open({ moods: ["short"] })
    done("admin", "vault", Allocate, { strategy: "a", assets: 1_500n })
    done("admin", "vault", Allocate, { strategy: "b", assets: 1_000n })
    done("bob", ...redeemAll(world, "bob"))
    // `a` was asked for 1,001, sent 500 and said that the rest would not come.
    expect([world.balance("bob", "usd"), lent("a"), lent("b"), vault().waiting.size]).toEqual([1_000n, 1_000n, 499n, 0])
  })

  it("to be asked for enough is asked again at once after it sent all that was asked", () => {
    const { world, done, vault } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_500n })
    done("bob", ...redeemAll(world, "bob"))
    expect(vault().strategies.get("b")).toMatchObject({ asked: 0n, askedUntil: 0 })
    done("alice", ...redeemAll(world, "alice"))
    expect(world.balance("alice", "usd")).toBe(1_000n)
  })

  it("to keep a promise is asked again when its time is over", () => {
    const { world, say, done, vault } = open({ moods: ["promise"] })
    done("admin", "vault", Allocate, { strategy: "a", assets: 2_500n })
    done("bob", ...redeemAll(world, "bob"))
    const asked = vault().strategies.get("a")
    expect(asked).toMatchObject({ asked: 1_001n, lent: 2_500n })
    say("donor", "vault", Serve, {})
    world.settle()
    expect(vault().strategies.get("a")).toEqual(asked)
    while (world.height < (asked?.askedUntil ?? 0)) world.step()
    say("donor", "vault", Serve, {})
    expect(vault().strategies.get("a")?.askedUntil).toBe(world.height + 8)
    // The manager books what will not come; those who wait are paid what is left.
    world.settle()
    done("donor", "vault", Payment, {}, { usd: 2n })
    done("admin", "vault", WriteOff, { strategy: "a", assets: 2_499n })
    expect(vault()).toMatchObject({ lent: 1n, losses: 2_499n, escrowed: 0n, idle: 1n })
    expect(world.balance("bob", "usd")).toBe(1n)
  })

  it("for good can be written off and removed; what it sends after that bounces to it", () => {
    const { world, done, vault, lent } = open({ moods: ["refuse", "honest"] })
    while (world.height % 2 === 0) world.step()
    done("admin", "vault", Allocate, { strategy: "b", assets: 1_000n })
    done("admin", "vault", WriteOff, { strategy: "b", assets: 400n })
    expect([lent("b"), vault().losses]).toEqual([600n, 400n])
    // More than it owes by the vault's book is a gain.
    done("admin", "vault", Deallocate, { strategy: "b", assets: 600n })
    expect([lent("b"), world.state(ReserveStrategy, "b").owed]).toEqual([0n, 400n])
    expect(done("admin", "vault", RemoveStrategy, { strategy: "b" }).status).toBe("handled")
    expect(lent("b")).toBeUndefined()
    expect(vault().strategies.size).toBe(3)
    expect(world.balance("b", "usd")).toBe(400n)
    done("donor", "b", Payment, {}, { usd: 70n })
    // Its report is refused, so it was not made.
    done("donor", "b", Harvest, {})
    expect(world.state(ReserveStrategy, "b")).toMatchObject({ owed: 400n, reporting: false })
  })
})

describe("a strategy that earns", () => {
  it("reports it, and a share is worth more", () => {
    const { world, done, vault, lent } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 2_000n })
    done("donor", "b", Payment, {}, { usd: 250n })
    expect(done("donor", "b", Harvest, {}).reply).toEqual({ gain: 250n, loss: 0n })
    expect([lent("b"), vault().gains, world.state(ReserveStrategy, "b").owed]).toEqual([2_250n, 250n, 2_250n])
    expect(done("donor", "b", Harvest, {}).reply).toEqual({ gain: 0n, loss: 0n })
    done("bob", ...redeemAll(world, "bob"))
    // 1,000 * 2,751 / 2,501
    expect(world.balance("bob", "usd")).toBe(1_099n)
    done("admin", "b", Invest, { borrower: "borrower", assets: 100n })
    expect(world.state(ReserveStrategy, "b").invested).toBe(100n)
    done("borrower", "b", Payment, {}, { usd: 100n })
    expect(world.state(ReserveStrategy, "b").invested).toBe(0n)
    expect(done("donor", "b", Harvest, {}).reply).toEqual({ gain: 0n, loss: 0n })
  })

  it("may send more than it owes, which is a gain, and cannot claim more than can be counted", () => {
    const { world, done, vault, lent } = open()
    done("donor", "a", Payment, {}, { usd: 50n })
    done("admin", "a", Command, { gain: 0n, loss: 0n, repay: 50n, honest: false })
    expect([lent("a"), vault().idle, vault().gains]).toEqual([0n, 2_550n, 50n])
    done("admin", "a", Command, { gain: MAX_UINT256 - 2_550n, loss: 0n, repay: 0n, honest: false })
    expect([vault().lent, vault().gains]).toEqual([0n, 50n])
    // A loss beyond what it owes takes what it owes.
    done("admin", "a", Command, { gain: 5n, loss: 9n, repay: 0n, honest: false })
    expect([vault().lent, vault().gains, vault().losses]).toEqual([0n, 55n, 5n])
    expect(done("bob", ...redeemAll(world, "bob")).status).toBe("handled")
  })

  it("counts cash that a borrower does not take as returned", () => {
    const { world, done } = open()
    done("admin", "vault", Allocate, { strategy: "b", assets: 500n })
    done("admin", "b", Invest, { borrower: "nobody", assets: 200n })
    expect([world.state(ReserveStrategy, "b").invested, world.balance("b", "usd")]).toEqual([0n, 500n])
  })
})

describe("a payment that comes back", () => {
  it("is kept apart for its owner, outside of the total assets, and can be collected once", () => {
    const { world, done, vault } = open()
    done("admin", "fund", Act, { verb: "refuse", amount: 0n })
    done("admin", "fund", Act, { verb: "redeem", amount: 500n })
    expect(vault()).toMatchObject({ idle: 2_000n, supply: 2_000n, unclaimedAssets: 500n })
    expect(world.view(VaultView, "vault")).toMatchObject({ totalAssets: 2_000n })
    expect(world.balance("vault", "usd")).toBe(2_500n)
    // Collecting while still refusing changes nothing.
    done("admin", "fund", Act, { verb: "collect", amount: 0n })
    expect(vault().unclaimedAssets).toBe(500n)
    done("admin", "fund", Act, { verb: "accept", amount: 0n })
    done("admin", "fund", Act, { verb: "collect", amount: 0n })
    expect([world.balance("fund", "usd"), vault().unclaimedAssets, vault().unclaimed.size]).toEqual([500n, 0n, 0])
    expect(done("alice", "vault", Collect, {}).refusal).toMatchObject({ _tag: "vault/NothingToCollect" })
  })

  it("is kept also where it is shares", () => {
    const { world, done, vault } = open()
    done("donor", "fund", Payment, {}, { usd: 100n })
    done("admin", "fund", Act, { verb: "refuse", amount: 0n })
    done("admin", "fund", Act, { verb: "deposit", amount: 100n })
    expect(vault()).toMatchObject({ unclaimedShares: 100n, unclaimedAssets: 0n, supply: 2_600n })
    done("admin", "fund", Act, { verb: "accept", amount: 0n })
    done("admin", "fund", Act, { verb: "collect", amount: 0n })
    expect(world.balance("fund", SHARES)).toBe(600n)
  })
})

describe("the limits of one handling", () => {
  it("have room for all that serving the queue may send and tell, besides what the message itself does", () => {
    expect(SERVED_MAX + STRATEGIES_MAX + 4).toBeLessThanOrEqual(LIMITS.sendsMax)
    expect(SERVED_MAX + STRATEGIES_MAX + 2).toBeLessThanOrEqual(LIMITS.eventsMax)
  })
})

describe("a vault at the end of its range", () => {
  it("lets the queue wait while shares have no price, and takes back what returns", () => {
    const base = Vault.create(
      { asset: "usd", decimalsOffset: 0, entryFeeBps: 0, exitFeeBps: 0, feeRecipient: null, manager: null, allocator: null, assetsMax: MAX_UINT256, queuedAssetsMin: 0n, waitingMax: 9, recallBlocks: 3 },
      "vault",
    )
    const waiting = SortedTable.from<number, { owner: string; shares: bigint }>([[0, { owner: "alice", shares: 5n }]])
    const full = { ...base, idle: 7n, supply: MAX_UINT256, waiting, escrowed: 5n, ticketNext: 1 } as VaultState
    const step = Vault.handlers.Payment(full, {}, testContext({ self: "vault", funds: { usd: 3n } }))
    expect(step).toMatchObject({ state: { idle: 10n, escrowed: 5n }, sends: [] })
    const priced = Vault.handlers.Payment({ ...full, supply: 5n }, {}, testContext({ self: "vault", funds: { usd: 3n } }))
    expect(priced).toMatchObject({ state: { escrowed: 0n, supply: 0n } })
  })
})
