import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Payment, type EndedMessage, type MessageRecord } from "../../../core/index.ts"
import { Borrow, Collect, Liquidate, MarketView, PositionOf, Repay, Supply, Withdraw } from "../../../protocols/lending/isolated-market/index.ts"
import { Harvest, sharesWorthDown } from "../../../protocols/lending/market-strategy/index.ts"
import { Allocate, Deallocate, Deposit, Redeem, Repay as VaultRepay, Report, Serve } from "../../../protocols/vault/index.ts"
import { LOAN, MARKET, ORACLE, Say } from "../lending/ours.ts"
import { eventsOf, Flood, FLOOD, FLOODER, PRICE } from "../liquidator/route-world.ts"
import { ADMIN, BORROWER, HOLDERS, LENDER, openCredit, quiet, RECALL_BLOCKS, SHARES, STRATEGY, VAULT, type CreditWorld } from "./credit-world.ts"

/**
 * A vault that lends to a market through its strategy, disturbed at every leg: refusals by the market's own reasons and injected ones, messages that are
 * late, mailboxes that are full, a market without liquidity, bad debt. When all is quiet, both books agree and everything is where the answers say;
 * then the borrower pays, and every share can be redeemed.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_127)
const SCHEDULES = process.env["BLOCKSTEP_LONG"] === "1" ? 20_000 : 400
const BLOCKS = 16
/** Blocks of the credit world are counted from here. */
const FIRST_HEIGHT = 11

const at = fc.integer({ min: 0, max: BLOCKS })
const part = fc.bigInt(1n, 1000n)
const LEGS = [Supply.name, Withdraw.name, Withdraw.name, Collect.name, PositionOf.name, VaultRepay.name, Report.name]
/** Messages without disturbing whom nobody asked: those of the people stay refused by the market only. */
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("redeem" as const), by: fc.constantFrom(...HOLDERS), part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("deposit" as const), by: fc.constantFrom(...HOLDERS), part }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("allocate" as const, "deallocate" as const, "deallocate" as const), part }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("harvest" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("borrow" as const, "repay" as const, "lenderWithdraws" as const), part }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("gift" as const, "giftOfShares" as const), part }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("badDebt" as const), part }) },
)
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

const schedule = fc.record({
  limits: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: fc.record({ mailboxMax: fc.integer({ min: 2, max: 6 }), capacity: fc.integer({ min: 1, max: 3 }) }) },
  ),
  deeds: fc.array(fc.record({ at, deed }), { minLength: 4, maxLength: 14 }),
  floods: fc.array(
    fc.record({
      at,
      blocks: fc.integer({ min: 1, max: 6 }),
      to: fc.constantFrom(MARKET, VAULT, STRATEGY, STRATEGY),
      count: fc.integer({ min: 2, max: 8 }),
    }),
    { maxLength: 3 },
  ),
  refusals: fc.array(fc.record({ message: fc.constantFrom(...LEGS), from: at, blocks: fc.integer({ min: 1, max: 6 }) }), { maxLength: 3 }),
  holds: fc.array(
    fc.record({
      at,
      blocks: fc.integer({ min: 1, max: 5 }),
      to: fc.constantFrom(MARKET, VAULT, STRATEGY, STRATEGY),
      kinds: fc.subarray(["call", "reply", "bounce"] as const, { minLength: 1 }),
    }),
    { maxLength: 2 },
  ),
})
type Schedule = typeof schedule extends fc.Arbitrary<infer S> ? S : never

const WANTED = [
  "supplied",
  "freed",
  "gain reported",
  "loss reported",
  "supply failed: core/MailboxFull",
  "supply failed: core/OutOfRange",
  "withdrawal failed: core/MailboxFull",
  "withdrawal failed: core/OutOfRange",
  "withdrawal failed: lending/InsufficientLiquidity",
  "position failed: core/OutOfRange",
  "report failed: core/OutOfRange",
  "report failed: core/MailboxFull",
  "repayment failed: core/OutOfRange",
  "repayment failed: core/MailboxFull",
  "Lend refused: core/MailboxFull",
  "Recall refused: core/MailboxFull",
  "a payment kept by the market",
  "short",
  "nothing is coming",
  "bad debt",
  "a withdrawal waits",
  "a gift of shares",
]

const injected = ({ refusals }: Schedule): { readonly [message: string]: readonly number[] } => {
  const heights: { [message: string]: number[] } = {}
  for (const { message, from, blocks } of refusals) {
    const list = (heights[message] ??= [])
    for (let block = 0; block < blocks; block++) list.push(FIRST_HEIGHT + from + block)
  }
  return heights
}

const act = ({ world, vault, lent, market }: CreditWorld, what: Deed): void => {
  const of = (amount: bigint, parts: bigint): bigint => (amount * parts) / 1000n
  switch (what.do) {
    case "redeem":
      return world.send(what.by, VAULT, Redeem, { minimumAssets: 0n, mayQueue: true }, { funds: { [SHARES]: of(world.balance(what.by, SHARES), what.part) } })
    case "deposit":
      return world.send(what.by, VAULT, Deposit, { minimumShares: 0n }, { funds: { [LOAN]: what.part * 100_000n } })
    case "allocate":
      return world.send(ADMIN, VAULT, Allocate, { strategy: STRATEGY, assets: of(vault().idle, what.part) })
    case "deallocate":
      return world.send(ADMIN, VAULT, Deallocate, { strategy: STRATEGY, assets: of(lent(), what.part) })
    case "harvest":
      return world.send(FLOODER, STRATEGY, Harvest, {})
    case "borrow":
      return world.send(BORROWER, MARKET, Borrow, { assets: what.part * 60_000n, shares: 0n, onBehalf: BORROWER, receiver: BORROWER })
    case "repay":
      return world.send(BORROWER, MARKET, Repay, { assets: what.part * 500_000n, shares: 0n, onBehalf: BORROWER }, { funds: { [LOAN]: what.part * 500_000n } })
    case "lenderWithdraws":
      return world.send(LENDER, MARKET, Withdraw, { assets: what.part * 500_000n, shares: 0n, onBehalf: LENDER, receiver: LENDER })
    case "gift":
      return world.send(FLOODER, STRATEGY, Payment, {}, { funds: { [LOAN]: what.part } })
    case "giftOfShares":
      return world.send(FLOODER, MARKET, Supply, { assets: what.part, shares: 0n, onBehalf: STRATEGY }, { funds: { [LOAN]: what.part } })
    case "badDebt": {
      // The price falls to a half, and all of the collateral is taken for less than the debt.
      const collateral = market().positions.get(BORROWER)?.collateral ?? 0n
      if (collateral === 0n) return
      world.send(FLOODER, ORACLE, Say, { price: PRICE / 2n, updatedAt: world.time })
      return world.send(LENDER, MARKET, Liquidate, { borrower: BORROWER, seizedAssets: collateral, repaidShares: 0n }, { funds: { [LOAN]: 2_000_000_000n } })
    }
  }
}

const disturb = (credit: CreditWorld, plan: Schedule): readonly EndedMessage[] => {
  const { world, strategy } = credit
  const ended: EndedMessage[] = []
  for (const { at: from, ...flood } of plan.floods) world.send(FLOODER, FLOOD, Flood, { from, ...flood })
  for (let now = 0; now <= BLOCKS + 6; now++) {
    for (const { at: when, deed: what } of plan.deeds) if (when === now) act(credit, what)
    for (const { at: when, blocks, to, kinds } of plan.holds) {
      if (when === now) world.hold(({ kind, to: receiver }: MessageRecord) => receiver === to && kinds.some((held) => held === kind))
      if (when + blocks === now) world.deliver()
    }
    const before = world.observe(STRATEGY)
    const block = world.step()
    expect(block.defects).toEqual([])
    const breaches = [...world.check(STRATEGY, before), ...world.check(VAULT), ...world.check(MARKET)]
    if (breaches.length > 0) expect(breaches).toEqual([])
    // What the two books differ by is under way: in funds, or in a report.
    const { owed, gainPending, lossPending } = strategy()
    const distance = credit.lent() - owed
    if ((distance < 0n ? -distance : distance) > world.underWay(LOAN) + gainPending + lossPending + heldUp(world.held)) {
      expect({ block: block.height, lent: credit.lent(), owed, underWay: world.underWay(LOAN) }).toBe("within what is under way")
    }
    ended.push(...block.ended)
  }
  world.deliver()
  ended.push(...quiet(world))
  return ended
}

/** Funds of held messages are under way, too. */
const heldUp = (held: readonly MessageRecord[]): bigint => held.reduce((sum, { funds }) => sum + funds.get(LOAN), 0n)

/** Nothing is under way: both books agree, and all that the strategy has is in hand, at the market, or kept by the market in its name. */
const checkQuiet = ({ world, strategy, vault, market, lent }: CreditWorld): void => {
  world.audit()
  const { owed, due, supplying, withdrawing, withdrawn, received, collecting, harvesting, gainPending, lossPending } = strategy()
  expect({ pending: world.pending, supplying, withdrawing, collecting, harvesting, gainPending, lossPending }).toEqual({
    pending: 0, supplying: 0n, withdrawing: 0n, collecting: false, harvesting: false, gainPending: 0n, lossPending: 0n,
  })
  expect(owed).toBe(lent())
  expect(withdrawn - received).toBe(market().unpaid.get(STRATEGY)?.loan ?? 0n)
  expect(due <= withdrawn - received + world.balance(STRATEGY, LOAN)).toBe(true)
  expect(world.balance(VAULT, LOAN)).toBe(vault().idle + vault().unclaimedAssets)
}

/** The disturbances end, the debt is paid, and everybody leaves. */
const redeemAll = (credit: CreditWorld): void => {
  const { world, vault, market, strategy, lent } = credit
  const one = (...given: Parameters<typeof world.send>): void => {
    world.send(...given)
    expect(world.step().defects).toEqual([])
    quiet(world)
  }
  const debt = market().positions.get(BORROWER)?.borrowShares ?? 0n
  if (debt > 0n) one(BORROWER, MARKET, Repay, { assets: 0n, shares: debt, onBehalf: BORROWER }, { funds: { [LOAN]: 10n ** 11n } })
  // The first collects what came back and adopts gifts, the second says what all of it is worth.
  for (let round = 0; round < 3; round++) one(FLOODER, STRATEGY, Harvest, {})
  checkQuiet(credit)
  expect(strategy().shares).toBe(market().positions.get(STRATEGY)?.supplyShares ?? 0n)
  expect(strategy().withdrawn).toBe(strategy().received)
  expect(lent()).toBe(world.balance(STRATEGY, LOAN) + sharesWorthDown(strategy().shares, world.view(MarketView, MARKET) as never, world.time))
  for (const holder of HOLDERS) {
    const shares = world.balance(holder, SHARES)
    if (shares > 0n) one(holder, VAULT, Redeem, { minimumAssets: 0n, mayQueue: true }, { funds: { [SHARES]: shares } })
  }
  for (let round = 0; vault().waiting.size > 0 && round < 8; round++) {
    for (let blocks = 0; blocks <= RECALL_BLOCKS; blocks++) world.step()
    one(FLOODER, STRATEGY, Harvest, {})
    one(FLOODER, VAULT, Serve, {})
  }
  expect({ waiting: vault().waiting.size, supply: vault().supply, escrowed: vault().escrowed, due: strategy().due }).toEqual({ waiting: 0, supply: 0n, escrowed: 0n, due: 0n })
  checkQuiet(credit)
}


const LEG_NAMES: { readonly [leg: string]: string } = {
  [Supply.name]: "supply", [Withdraw.name]: "withdrawal", [Collect.name]: "collection", [PositionOf.name]: "position", [Report.name]: "report", [VaultRepay.name]: "repayment",
}

const sights = (all: readonly EndedMessage[]): readonly string[] => [
  ...eventsOf(all, "market-strategy/Placed").map(() => "supplied"),
  ...eventsOf(all, "market-strategy/Freed").map(() => "freed"),
  ...eventsOf(all, "market-strategy/Reported").flatMap(({ gain, loss }) => [...(gain > 0n ? ["gain reported"] : []), ...(loss > 0n ? ["loss reported"] : [])]),
  ...eventsOf(all, "market-strategy/LegFailed").map(({ leg, reason }) => `${LEG_NAMES[leg]} failed: ${reason}`),
  ...eventsOf(all, "lending/Returned").filter(({ account }) => account === STRATEGY).map(() => "a payment kept by the market"),
  ...eventsOf(all, "lending/Liquidated").flatMap(({ badDebtAssets }) => (badDebtAssets > 0n ? ["bad debt"] : [])),
  ...eventsOf(all, "vault/WithdrawalQueued").map(() => "a withdrawal waits"),
  ...eventsOf(all, "lending/Supplied").flatMap(({ sender, onBehalf }) => (sender === FLOODER && onBehalf === STRATEGY ? ["a gift of shares"] : [])),
  ...all.flatMap(({ type, to, from, refusal, payload, kind }) => [
    ...(to === STRATEGY && from === VAULT && kind === "call" && refusal !== undefined ? [`${type.slice("vault/".length)} refused: ${refusal._tag}`] : []),
    ...(type === VaultRepay.name && kind === "call" && (payload as { readonly short: bigint }).short > 0n ? ["short"] : []),
    ...(type === "vault/Recall" && kind === "reply" && (payload as { readonly coming: bigint }).coming === 0n ? ["nothing is coming"] : []),
  ]),
]

describe(`a vault that lends to a market, disturbed (seed ${SEED}, ${SCHEDULES} schedules)`, () => {
  it("locks nothing and loses nothing", { timeout: 3_600_000 }, () => {
    const counts = new Map(WANTED.map((name) => [name, 0]))
    fc.assert(
      fc.property(schedule, (plan) => {
        const credit = openCredit(injected(plan), plan.limits)
        expect(credit.world.height).toBeLessThanOrEqual(FIRST_HEIGHT + 3)
        const ended = disturb(credit, plan)
        checkQuiet(credit)
        redeemAll(credit)
        for (const sight of sights(ended)) counts.set(sight, (counts.get(sight) ?? 0) + 1)
      }),
      { seed: SEED, numRuns: SCHEDULES },
    )
    console.log(`${SCHEDULES} schedules: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}`)
    expect([...counts].filter(([name, count]) => count === 0 && WANTED.includes(name))).toEqual([])
  })
})
