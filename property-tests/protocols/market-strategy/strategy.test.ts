import { describe, expect, it } from "vitest"
import { actor, World, type Block } from "../../../core/index.ts"
import { Collect, Liquidate, Repay, Supply, Withdraw } from "../../../protocols/lending/isolated-market/index.ts"
import { Harvest, MarketStrategy, MarketStrategyView } from "../../../protocols/lending/market-strategy/index.ts"
import { Deallocate, Lend, Recall, Redeem, Serve } from "../../../protocols/vault/index.ts"
import { LOAN, MARKET, ORACLE, Say } from "../lending/ours.ts"
import { eventsOf, Flood, FLOOD, FLOODER, PRICE } from "../liquidator/route-world.ts"
import { ADMIN, BORROWER, HOLDERS, LENDER, openCredit, quiet, SHARES, STRATEGY, VAULT } from "./credit-world.ts"

/** Stories of one loan at a time, to the unit. */

const BILLION = 1_000_000_000n
const refusalOf = (block: Block) => block.ended.find(({ kind }) => kind === "transaction")?.refusal

describe("a market strategy refuses", () => {
  const ask = (...given: Parameters<World["send"]>) => {
    const { world } = openCredit()
    world.send(...given)
    return refusalOf(world.step())
  }

  it("a loan from anybody but its vault, after a wrong asset", () => {
    expect(ask(FLOODER, STRATEGY, Lend, {}, { funds: { [LOAN]: 5n } })).toMatchObject({ _tag: "vault/NotVault", sender: FLOODER })
    expect(ask(FLOODER, STRATEGY, Lend, {}, { funds: { eth: 5n } })).toMatchObject({ _tag: "vault/WrongAsset", expected: LOAN, given: "5 eth" })
    expect(ask(FLOODER, STRATEGY, Lend, {}, { funds: { eth: 5n, [LOAN]: 5n } })).toMatchObject({ _tag: "vault/WrongAsset" })
  })

  it("a recall from anybody but its vault, after anything attached", () => {
    expect(ask(FLOODER, STRATEGY, Recall, { assets: 5n })).toMatchObject({ _tag: "vault/NotVault" })
    expect(ask(FLOODER, STRATEGY, Recall, { assets: 5n }, { funds: { [LOAN]: 5n } })).toMatchObject({ _tag: "vault/WrongAsset", expected: "nothing" })
  })

  it("a harvest with something attached, and a second one before the first has ended", () => {
    expect(ask(FLOODER, STRATEGY, Harvest, {}, { funds: { [LOAN]: 5n } })).toMatchObject({ _tag: "market-strategy/FundsAttached" })
    const { world } = openCredit()
    world.send(FLOODER, STRATEGY, Harvest, {})
    expect(refusalOf(world.step())).toBeUndefined()
    world.send(FLOODER, STRATEGY, Harvest, {})
    expect(refusalOf(world.step())).toMatchObject({ _tag: "market-strategy/HarvestUnderWay" })
  })

  it("a loan while its market lends nothing, or something else", () => {
    for (const market of ["nobody", STRATEGY]) {
      const world = World.make({ accounts: { [VAULT]: { [LOAN]: 9n } }, actors: [actor(STRATEGY, MarketStrategy, { vault: VAULT, market, asset: LOAN })] }, { strict: true })
      world.send(VAULT, STRATEGY, Lend, {}, { funds: { [LOAN]: 9n } })
      expect(refusalOf(world.step())).toMatchObject({ _tag: "vault/StrategyUnable", problem: `${market} lends no ${LOAN}` })
      world.settle()
      expect(world.balance(VAULT, LOAN)).toBe(9n)
    }
  })
})

describe("a market strategy", () => {
  it("reports the interest, and nothing twice", () => {
    const { world, strategy, lent } = openCredit()
    expect([lent(), strategy().owed]).toEqual([BILLION, BILLION])
    for (let block = 0; block < 24; block++) world.step()
    world.send(FLOODER, STRATEGY, Harvest, {})
    const [reported] = eventsOf(quiet(world), "market-strategy/Reported")
    // 1.5 billion are supplied, a billion of it the strategy's; the loan earns about 4 % a year at first, and two thirds of a day's interest are its own.
    expect(reported?.["gain"] > 20_000n && reported?.["gain"] < 120_000n).toBe(true)
    expect(lent()).toBe(BILLION + reported?.["gain"])
    expect(strategy().owed).toBe(lent())
    expect(world.view(MarketStrategyView, STRATEGY)?.gainedAt).not.toBe(null)
  })

  it("sends what the market has, and the rest when there is more", () => {
    const { world, vault, lent, strategy } = openCredit()
    for (const holder of HOLDERS) world.send(holder, VAULT, Redeem, { minimumAssets: 0n, mayQueue: true }, { funds: { [SHARES]: BILLION } })
    quiet(world)
    // Half a billion was at hand in the market, a billion in the vault; the borrower has the rest.
    expect(vault().waiting.size).toBe(1)
    expect(strategy().due).toBe(0n)
    expect(lent()).toBeGreaterThan(400_000_000n)
    world.send(BORROWER, MARKET, Repay, { assets: 900_000_000n, shares: 0n, onBehalf: BORROWER }, { funds: { [LOAN]: 900_000_000n } })
    for (let block = 0; block < 6; block++) world.step()
    world.send(FLOODER, STRATEGY, Harvest, {})
    quiet(world)
    world.send(FLOODER, VAULT, Serve, {})
    quiet(world)
    expect([vault().waiting.size, vault().supply]).toEqual([0, 0n])
  })

  it("says what is short when others were faster, after it took what was left", () => {
    const { world, strategy, lent, vault } = openCredit()
    world.send(ADMIN, VAULT, Deallocate, { strategy: STRATEGY, assets: 400_000_000n })
    world.step()
    // The recall is handled now, by a view from before this withdrawal.
    world.send(LENDER, MARKET, Withdraw, { assets: 300_000_000n, shares: 0n, onBehalf: LENDER, receiver: LENDER })
    const ended = quiet(world)
    expect(eventsOf(ended, "market-strategy/LegFailed").map(({ reason }) => reason)).toEqual(["lending/InsufficientLiquidity"])
    const repays = ended.filter(({ type, kind }) => type === "vault/Repay" && kind === "call")
    const short = repays.reduce((sum, { payload }) => sum + (payload as { readonly short: bigint }).short, 0n)
    const sent = repays.reduce((sum, { funds }) => sum + funds.get(LOAN), 0n)
    expect(short + sent).toBe(400_000_000n)
    expect(sent >= 200_000_000n && sent < 201_000_000n).toBe(true)
    expect([strategy().due, lent(), strategy().owed, vault().strategies.get(STRATEGY)?.asked]).toEqual([0n, BILLION - sent, BILLION - sent, 0n])
  })

  it("has nothing to send when bad debt took a part of its shares' worth meanwhile, and reports it", () => {
    const { world, strategy, lent } = openCredit()
    world.send(LENDER, MARKET, Supply, { assets: 2n * BILLION, shares: 0n, onBehalf: LENDER }, { funds: { [LOAN]: 2n * BILLION } })
    world.send(FLOODER, ORACLE, Say, { price: PRICE / 2n, updatedAt: world.time })
    world.send(ADMIN, VAULT, Deallocate, { strategy: STRATEGY, assets: BILLION })
    world.step()
    world.send(LENDER, MARKET, Liquidate, { borrower: BORROWER, seizedAssets: 625_000n, repaidShares: 0n }, { funds: { [LOAN]: 2n * BILLION } })
    const ended = quiet(world)
    expect(eventsOf(ended, "market-strategy/LegFailed").map(({ reason }) => reason)).toEqual(["lending/InsufficientPosition"])
    expect([lent(), strategy().due]).toEqual([BILLION, 0n])
    world.send(FLOODER, STRATEGY, Harvest, {})
    quiet(world)
    const [{ badDebtAssets } = {}] = eventsOf(ended, "lending/Liquidated")
    const part = ((badDebtAssets as bigint) * 10n) / 35n
    // Two sevenths of the bad debt, but for the interest of some hours.
    expect(BILLION - lent() < part && BILLION - lent() > (part * 999n) / 1000n).toBe(true)
    expect(strategy().owed).toBe(lent())
  })

  it("collects a payment that met a full mailbox, as often as it takes", () => {
    const heights = Array.from({ length: 12 }, (_, index) => 12 + index)
    const { world, strategy, market, lent } = openCredit({ [Collect.name]: heights }, { mailboxMax: 2 })
    // The payment arrives three blocks after the order, together with the flood.
    world.send(FLOODER, FLOOD, Flood, { to: STRATEGY, count: 8, from: 1, blocks: 1 })
    world.send(ADMIN, VAULT, Deallocate, { strategy: STRATEGY, assets: 100_000_000n })
    const ended = quiet(world)
    expect(eventsOf(ended, "lending/Returned")).toEqual([{ account: STRATEGY, loan: 100_000_000n, collateral: 0n }])
    expect(eventsOf(ended, "market-strategy/LegFailed").filter(({ leg }) => leg === Collect.name).map(({ reason }) => reason)).toEqual(["core/OutOfRange"])
    expect([strategy().due, market().unpaid.get(STRATEGY)?.loan]).toEqual([100_000_000n, 100_000_000n])
    while (world.height <= 25) world.step()
    world.send(FLOODER, STRATEGY, Harvest, {})
    quiet(world)
    expect([strategy().due, market().unpaid.size, strategy().withdrawn - strategy().received]).toEqual([0n, 0, 0n])
    expect(lent()).toBeLessThan(901_000_000n)
    expect(strategy().owed).toBe(lent())
  })
})
