import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Failure, WAD } from "../../../core/index.ts"
import {
  accrued,
  AccrueInterest,
  Borrow,
  IsolatedMarket,
  MAX_RATE_AT_TARGET,
  Repay,
  Supply,
  taylorCompoundedDown,
  toAssetsDown,
  toAssetsUp,
  Withdraw,
  type Accruing,
  type MarketState,
} from "../../../protocols/lending/isolated-market/index.ts"
import { PriceView } from "../../../protocols/oracle/index.ts"
import { handle, heldMarket, observed, published, seenOf, type Held } from "./hand-held.ts"
import { logUniform, scenarioOf, type Scenario } from "./operations.ts"
import { LOAN } from "./ours.ts"
import { planOf, type Plan } from "./plan.ts"

/** What Morpho proves of its contract, restated for our market, and checked on it alone: thousands of sequences, without an engine. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const RUNS = process.env["BLOCKSTEP_LONG"] === "1" ? 50_000 : 500
const TIME = 1_700_000_000

interface Moment {
  readonly held: Held
  readonly time: number
  readonly price: bigint
}

/** Plays a scenario; `check` sees every accepted message with the market just before and just after it. */
const play = ({ lltv, price: first, blocks }: Scenario, check: (before: Moment, plan: Plan, after: Held, reply: any) => void): Moment => {
  let held = heldMarket(lltv)
  let time = TIME
  let price = first
  for (const block of blocks) {
    time += block.later
    price = typeof block.price === "number" ? (first * BigInt(block.price)) / 1_000_000n || 1n : 0n
    for (const operation of block.operations) {
      const plan = planOf(operation, seenOf(held, time, price))
      const done = handle(held, plan, time, price)
      if (done instanceof Failure) continue
      check({ held, time, price }, plan, done.held, done.reply)
      held = done.held
    }
  }
  return { held, time, price }
}

const healthOf = (market: MarketState, { time, price }: Moment): ReadonlyMap<string, boolean> => {
  const view: any = (wanted: unknown) => (wanted === PriceView ? published(price, time) : undefined)
  return new Map(IsolatedMarket.health?.(observed({ market, loan: 0n, collateral: 0n }), view, time))
}

/** A totals' accrual, or undefined where it leaves 128 bits. */
const accruedOr = <T extends Accruing>(market: T, now: number): T | undefined => {
  try {
    return accrued(market, now).market
  } catch (problem) {
    if (problem instanceof Failure) return undefined
    throw problem
  }
}

const assertProperty = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void => fc.assert(fc.property(arbitrary, property), { seed: SEED, numRuns: RUNS })

describe(`after every message (seed ${SEED}, ${RUNS} sequences each)`, () => {
  it("no more is borrowed than supplied, shares sum up, what is owed is held, every declared invariant holds", () => {
    let messages = 0
    assertProperty(scenarioOf(3, 10), (scenario) => {
      play(scenario, (before, _, after) => {
        messages++
        expect(after.market.totalBorrowAssets <= after.market.totalSupplyAssets).toBe(true)
        for (const [name, invariant] of Object.entries(IsolatedMarket.invariants ?? {})) {
          expect(invariant(observed(after), observed(before.held)), name).toBe(undefined)
        }
        for (const [name, { stored, recomputed }] of Object.entries(IsolatedMarket.aggregates?.(observed(after)) ?? {})) expect(stored, name).toBe(recomputed)
        for (const [asset, owed] of Object.entries(IsolatedMarket.claims?.(observed(after)) ?? {})) expect(observed(after).balance(asset) >= owed, asset).toBe(true)
      })
    })
    expect(messages).toBeGreaterThan(RUNS)
  })

  it("who was healthy stays healthy, at the same price and time", () => {
    let owing = 0
    assertProperty(scenarioOf(3, 10), (scenario) => {
      play(scenario, (before, plan, after) => {
        if (before.price === 0n) return
        const was = healthOf(before.held.market, before)
        for (const [account, healthy] of healthOf(after.market, before)) {
          owing++
          // Who owed nothing before was healthy.
          if (was.get(account) ?? true) expect(healthy, `${account} by ${plan.kind}`).toBe(true)
        }
      })
    })
    expect(owing).toBeGreaterThan(RUNS)
  })

  it("a supply share never loses but by bad debt, which leaves both totals and the borrower's position exactly once", () => {
    const counts = { liquidations: 0, badDebts: 0 }
    assertProperty(scenarioOf(3, 10), (scenario) => {
      play(scenario, (before, plan, after, reply) => {
        // Some messages leave the interest for later.
        const accrues = after.market.lastUpdate !== before.held.market.lastUpdate
        const [was, is] = [accrues ? accrued(before.held.market, before.time).market : before.held.market, after.market]
        const lost = is.badDebtAssets - was.badDebtAssets
        if (lost === 0n) {
          expect((is.totalSupplyAssets + 1n) * (was.totalSupplyShares + 1_000_000n) >= (was.totalSupplyAssets + 1n) * (is.totalSupplyShares + 1_000_000n)).toBe(true)
        }
        if (plan.kind !== "Liquidate") return void expect(lost).toBe(0n)
        counts.liquidations++
        const borrower = plan.payload["borrower"] as string
        const left = after.market.positions.get(borrower)
        expect([lost, was.totalSupplyAssets - is.totalSupplyAssets]).toEqual([reply.badDebtAssets, reply.badDebtAssets])
        const paid = was.totalBorrowAssets > reply.repaidAssets ? reply.repaidAssets : was.totalBorrowAssets
        expect(was.totalBorrowAssets - is.totalBorrowAssets).toBe(paid + reply.badDebtAssets)
        expect(was.totalBorrowShares - is.totalBorrowShares).toBe(reply.repaidShares + reply.badDebtShares)
        if (left !== undefined && left.collateral > 0n) return void expect([reply.badDebtAssets, reply.badDebtShares]).toEqual([0n, 0n])
        if (reply.badDebtShares > 0n) counts.badDebts++
        expect(left?.borrowShares ?? 0n).toBe(0n)
        const again = handle(after, { ...plan, payload: { ...plan.payload, seizedAssets: 0n, repaidShares: 1n } }, before.time, before.price)
        expect(again).toMatchObject({ _tag: "lending/PositionHealthy" })
      })
    })
    expect(counts.liquidations).toBeGreaterThan(RUNS / 10)
    expect(counts.badDebts).toBeGreaterThan(RUNS / 100)
  })

  it("a liquidator gets at most the incentive on what it repays, and a unit of collateral", () => {
    assertProperty(scenarioOf(3, 10), (scenario) => {
      play(scenario, (before, plan, _, reply) => {
        if (plan.kind !== "Liquidate") return
        const seizedWorth = (reply.seizedAssets * before.price) / WAD
        expect(seizedWorth <= (reply.repaidAssets * 115n) / 100n).toBe(true)
      })
    })
  })
})

describe(`a round trip at one moment (${RUNS} states each)`, () => {
  const amounts = fc.tuple(scenarioOf(2, 6), logUniform(124), fc.boolean(), fc.constantFrom("alice", "bob", "dave"))
  const NONE = 10n ** 60n

  const trip = (there: (amount: bigint, byShares: boolean, who: string) => Omit<Plan, "kind" | "ask">, back: (reply: any, who: string) => Omit<Plan, "kind" | "ask">) => {
    let trips = 0
    assertProperty(amounts, ([scenario, amount, byShares, who]) => {
      const { held, time, price } = play(scenario, () => undefined)
      const out = handle(held, there(amount, byShares, who), time, price)
      if (out instanceof Failure) return
      const home = handle(out.held, back(out.reply, who), time, price)
      if (home instanceof Failure) return
      trips++
      expect(home.held.loan >= held.loan, "the market holds less than before").toBe(true)
      expect(home.held.collateral).toBe(held.collateral)
    })
    expect(trips).toBeGreaterThan(RUNS / 10)
  }
  const either = (amount: bigint, byShares: boolean) => (byShares ? { assets: 0n, shares: amount } : { assets: amount, shares: 0n })

  it("brings no profit: supply, and withdraw the shares", () =>
    trip(
      (amount, byShares, by) => ({ by: by as Plan["by"], message: Supply, payload: { ...either(amount, byShares), onBehalf: by }, funds: { [LOAN]: NONE } }),
      ({ shares }, by) => ({ by: by as Plan["by"], message: Withdraw, payload: { assets: 0n, shares, onBehalf: by, receiver: by }, funds: {} }),
    ))

  it("brings no profit: supply, and withdraw the amount, if that is to be had at all", () => {
    let refused = 0
    assertProperty(amounts, ([scenario, amount, , by]) => {
      const { held: stored, time, price } = play(scenario, () => undefined)
      const upToDate = handle(stored, { by: "alice", message: AccrueInterest, payload: {}, funds: {} }, time, price)
      if (upToDate instanceof Failure) return
      const { held } = upToDate
      const supplied = handle(held, { by: by as Plan["by"], message: Supply, payload: { assets: amount, shares: 0n, onBehalf: by }, funds: { [LOAN]: amount } }, time, price)
      if (supplied instanceof Failure) return
      const sharesBefore = held.market.positions.get(by)?.supplyShares ?? 0n
      const home = handle(supplied.held, { by: by as Plan["by"], message: Withdraw, payload: { assets: amount, shares: 0n, onBehalf: by, receiver: by }, funds: {} }, time, price)
      if (home instanceof Failure) return void refused++
      expect((home.held.market.positions.get(by)?.supplyShares ?? 0n) <= sharesBefore).toBe(true)
    })
    expect(refused).toBeGreaterThan(0)
  })

  it("brings no profit: borrow, and repay the shares", () =>
    trip(
      (amount, byShares, by) => ({ by: by as Plan["by"], message: Borrow, payload: { ...either(amount % 10n ** 9n || 1n, byShares), onBehalf: "bob", receiver: by }, funds: {} }),
      ({ shares }, by) => ({ by: by as Plan["by"], message: Repay, payload: { assets: 0n, shares, onBehalf: "bob" }, funds: { [LOAN]: NONE } }),
    ))
})

describe(`accrual (${RUNS} cases each)`, () => {
  const ratesPerSecond = fc.bigInt(0n, 4n * MAX_RATE_AT_TARGET)
  const spans = fc.integer({ min: 0, max: 60_000_000 })

  /** For t = rate * seconds, wads: what three terms of the series leave out is below t^4 / 24 * e^t; e^t < 3^(t + 1). */
  const remainderUp = (t: bigint): bigint => {
    const whole = t / WAD + 2n
    return (((((t * t) / WAD) * ((t * t) / WAD)) / WAD) * 3n ** whole) / 24n + 1n
  }

  it("of a constant rate, split in two: never less by more than rounding, never more by more than the series leaves out", () => {
    fc.assert(
      fc.property(ratesPerSecond, spans, spans, logUniform(100), (rate, first, second, debt) => {
        const grow = (assets: bigint, seconds: number) => assets + (assets * taylorCompoundedDown(rate, BigInt(seconds))) / WAD
        const whole = grow(debt, first + second)
        const split = grow(grow(debt, first), second)
        const t = rate * BigInt(first + second)
        // Each of three factors is short by less than 3 + t units of 10^-18, each of two amounts by less than a unit, which the second span grows.
        const rounding = ((whole + split) * (9n + (4n * t) / WAD)) / WAD + 3n + 2n * (grow(WAD, second) / WAD)
        expect(split >= whole - rounding).toBe(true)
        expect(split - whole <= (debt * remainderUp(t)) / WAD + rounding).toBe(true)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  const accruing = fc
    .record({ supplied: logUniform(90), lentPart: fc.bigInt(0n, WAD), rateAtTarget: fc.bigInt(31_709_791n, MAX_RATE_AT_TARGET), fee: fc.constantFrom(0n, WAD / 10n, WAD / 4n) })
    .map(({ supplied, lentPart, rateAtTarget, fee }): Accruing => ({
      totalSupplyAssets: supplied,
      totalSupplyShares: supplied * 1_000_000n,
      totalBorrowAssets: (supplied * lentPart) / WAD,
      totalBorrowShares: ((supplied * lentPart) / WAD) * 1_000_000n,
      lastUpdate: TIME,
      fee,
      rateAtTarget,
    }))

  it("of a market whose rate cannot move (all lent, the highest rate at target): the same bounds, to the market's own totals", () => {
    fc.assert(
      fc.property(logUniform(90), fc.integer({ min: 0, max: 4_000_000 }), fc.integer({ min: 0, max: 4_000_000 }), (lent, first, second) => {
        const start: Accruing = {
          totalSupplyAssets: lent,
          totalSupplyShares: lent * 1_000_000n,
          totalBorrowAssets: lent,
          totalBorrowShares: lent * 1_000_000n,
          lastUpdate: TIME,
          fee: 0n,
          rateAtTarget: MAX_RATE_AT_TARGET,
        }
        const whole = accrued(start, TIME + first + second).market
        const split = accrued(accrued(start, TIME + first).market, TIME + first + second).market
        const t = 4n * MAX_RATE_AT_TARGET * BigInt(first + second)
        const rounding = (4n * whole.totalBorrowAssets * (9n + (4n * t) / WAD)) / WAD + 40n
        const difference = split.totalBorrowAssets - whole.totalBorrowAssets
        expect(difference >= -rounding && difference <= (lent * remainderUp(t)) / WAD + rounding).toBe(true)
        expect(split.totalSupplyAssets - split.totalBorrowAssets).toBe(whole.totalSupplyAssets - whole.totalBorrowAssets)
        expect([split.rateAtTarget, split.lastUpdate]).toEqual([whole.rateAtTarget, whole.lastUpdate])
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  // The exponential is approximated to 1 % each time, the average by the trapezoidal rule (off by a^2 / 48 of the rate for an adaptation a, here
  // at most 0.35), and interest moves the utilization, which moves the rate by at most 30 times as much where all but a tenth is lent.
  it("of any market within two days: as much interest, split in two, within 6 % of it and thirty times what it is of the supply", () => {
    fc.assert(
      fc.property(accruing, fc.integer({ min: 0, max: 86_400 }), fc.integer({ min: 0, max: 86_400 }), (start, first, second) => {
        const whole = accrued(start, TIME + first + second)
        const split = accrued(accrued(start, TIME + first).market, TIME + first + second).market
        const interest = split.totalBorrowAssets - start.totalBorrowAssets
        const difference = interest > whole.interest ? interest - whole.interest : whole.interest - interest
        const bound = (whole.interest * 6n) / 100n + (30n * whole.interest * whole.interest) / (start.totalSupplyAssets + 1n) + 10n + start.totalBorrowAssets / 10n ** 12n
        expect(difference <= bound).toBe(true)
        // The fee's shares do not move what a lender's share is worth by more than rounding: value before fee times (1 - fee of the interest).
        expect(split.totalSupplyAssets - split.totalBorrowAssets).toBe(start.totalSupplyAssets - start.totalBorrowAssets)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  it("at the same time again is nothing, and is what AccrueInterest stores and a reader of the view computes", () => {
    assertProperty(fc.tuple(scenarioOf(2, 6), fc.integer({ min: 0, max: 10_000_000 })), ([scenario, later]) => {
      const { held, time, price } = play(scenario, () => undefined)
      const now = time + later
      const done = handle(held, { by: "alice", message: AccrueInterest, payload: {}, funds: {} }, now, price)
      if (done instanceof Failure) return void expect(accruedOr(held.market, now)).toBe(undefined)
      const stored = done.held.market
      expect(accrued(stored, now)).toEqual({ market: stored, borrowRate: 0n, interest: 0n, feeShares: 0n })
      const view = IsolatedMarket.publish?.(held.market, "market")
      if (view === undefined) throw new Error("a market publishes its view")
      const { totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares, lastUpdate, rateAtTarget } = accrued(view, now).market
      expect({ totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares, lastUpdate, rateAtTarget }).toEqual({
        totalSupplyAssets: stored.totalSupplyAssets,
        totalSupplyShares: stored.totalSupplyShares,
        totalBorrowAssets: stored.totalBorrowAssets,
        totalBorrowShares: stored.totalBorrowShares,
        lastUpdate: stored.lastUpdate,
        rateAtTarget: stored.rateAtTarget,
      })
    })
  })

  it("takes the fee from the lenders' interest, not from what they had", () => {
    fc.assert(
      fc.property(accruing, fc.integer({ min: 0, max: 10_000_000 }), (start, later) => {
        const { market, interest, feeShares } = accrued(start, TIME + later)
        const feeWorth = toAssetsDown(feeShares, market.totalSupplyAssets, market.totalSupplyShares)
        expect(feeWorth <= (interest * start.fee) / WAD).toBe(true)
        expect((interest * start.fee) / WAD - feeWorth <= market.totalSupplyAssets / market.totalSupplyShares + 2n).toBe(true)
        const before = toAssetsUp(start.totalSupplyShares, start.totalSupplyAssets, start.totalSupplyShares)
        expect(toAssetsUp(start.totalSupplyShares, market.totalSupplyAssets, market.totalSupplyShares) >= before).toBe(true)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

describe("everybody leaves", () => {
  // Interest on the virtual borrow shares is owed by nobody, as in Morpho: so much of the last lenders' shares cannot be paid.
  it("and the market is empty: debts repaid, collateral taken, supplies withdrawn but for what the virtual shares owe", () => {
    assertProperty(scenarioOf(2, 8), (scenario) => {
      const { time, ...end } = play(scenario, () => undefined)
      const price = end.price === 0n ? WAD : end.price
      let { held } = end
      if (accruedOr(held.market, time) === undefined) return
      const act = (plan: Omit<Plan, "kind" | "ask">): void => {
        const done = handle(held, plan, time, price)
        if (done instanceof Failure) throw new Error(String(done))
        held = done.held
      }
      const funds = { [LOAN]: 10n ** 60n }
      for (const [onBehalf, { borrowShares }] of held.market.positions) {
        if (borrowShares > 0n) act({ by: "carol", message: Repay, payload: { assets: 0n, shares: borrowShares, onBehalf }, funds })
      }
      for (const [account] of held.market.positions) {
        const by = account as Plan["by"]
        const { supplyShares, collateral } = held.market.positions.get(account) ?? { supplyShares: 0n, collateral: 0n }
        const { totalSupplyAssets, totalSupplyShares, totalBorrowAssets } = held.market
        const liquidity = totalSupplyAssets - totalBorrowAssets
        const all = toAssetsDown(supplyShares, totalSupplyAssets, totalSupplyShares) <= liquidity
        const amounts = all ? { assets: 0n, shares: supplyShares } : { assets: liquidity, shares: 0n }
        if (supplyShares > 0n && (all || liquidity > 0n)) act({ by, message: Withdraw, payload: { ...amounts, onBehalf: account, receiver: account }, funds: {} })
        const [message, payload] = [IsolatedMarket.messages.WithdrawCollateral, { assets: collateral, onBehalf: account, receiver: account }]
        if (collateral > 0n) act({ by, message, payload, funds: {} })
      }
      const { positions, totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares, totalCollateral } = held.market
      expect([totalBorrowShares, totalCollateral, held.collateral]).toEqual([0n, 0n, 0n])
      expect(held.loan >= totalSupplyAssets - totalBorrowAssets).toBe(true)
      if (totalBorrowAssets === 0n) expect([positions.size, totalSupplyShares]).toEqual([0, 0n])
      else expect(totalSupplyShares === 0n || totalSupplyAssets === totalBorrowAssets).toBe(true)
    })
  })
})

