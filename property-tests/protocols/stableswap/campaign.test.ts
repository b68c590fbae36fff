import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, Payment, World, type AnyMessage } from "../../../core/index.ts"
import {
  AddLiquidity,
  ApplyFee,
  CommitFee,
  DonateAdminFees,
  quoteDeposit,
  quoteImbalance,
  quoteOneCoin,
  quoteOut,
  quoteWithdrawal,
  RampA,
  RemoveLiquidity,
  RemoveLiquidityImbalance,
  RemoveLiquidityOneCoin,
  RevertFee,
  sharesOf,
  StablePool,
  StopRampA,
  Swap,
  WithdrawAdminFees,
  type PoolState,
} from "../../../protocols/exchange/stableswap/index.ts"
import { Curve, Reverted } from "./curve.ts"
import { amountOf, PEOPLE, scenario, type Operation, type Scenario } from "./operations.ts"

/** The pool beside an independent model of Curve's contract: the same operations are refused, and after each the whole state is the same. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const SEQUENCES = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 400
const POOL = "pool"
const SHARES = sharesOf(POOL)
const PURSE = 10n ** 60n
const START = 1_700_000_000

interface Plan {
  readonly message: AnyMessage
  readonly payload: { readonly [field: string]: unknown }
  readonly funds: { readonly [asset: string]: bigint }
  /** What the model answers; throws `Reverted`. */
  readonly ask: (curve: Curve) => unknown
  /** What the pure quote gives, where there is one. */
  readonly quote?: unknown
}

const coinsOf = (amounts: readonly bigint[]) => Object.fromEntries(amounts.map((amount, coin) => [`c${coin}`, amount]))

const planOf = (operation: Operation, pool: PoolState, shares: bigint, time: number): Plan => {
  const { by } = operation
  const balance = (coin: number): bigint => pool.balances[coin] as bigint
  switch (operation.kind) {
    case "Swap": {
      const amount = amountOf(operation.size, balance(operation.sold))
      const [assetIn, assetOut] = [`c${operation.sold}`, `c${operation.bought}`]
      const quote = quoted(() => quoteOut(pool, assetIn, amount, assetOut, time))
      const beyond = operation.minimumBeyond
      const minimumOut = beyond === null || typeof quote !== "bigint" || quote + beyond < 0n ? 0n : quote + beyond
      const ask = (curve: Curve) => {
        // The contract has no asset names: selling a coin for itself it refuses too, and selling nothing is worth nothing.
        if (operation.sold === operation.bought || amount === 0n) throw new Reverted()
        return { amountOut: curve.exchange(operation.sold, operation.bought, amount, minimumOut) }
      }
      return { message: Swap, payload: { assetOut, minimumOut }, funds: { [assetIn]: amount }, ask, ...(beyond !== 1n && typeof quote === "bigint" && { quote: { amountOut: quote } }) }
    }
    case "AddLiquidity": {
      const amounts = operation.sizes.map((size, coin) => amountOf(size, balance(coin)))
      const quote = quoted(() => quoteDeposit(pool, amounts, time))
      return { message: AddLiquidity, payload: { minimumShares: 0n }, funds: coinsOf(amounts), ask: (curve) => ({ shares: curve.addLiquidity(by, amounts, 0n) }), quote: { shares: quote } }
    }
    case "RemoveLiquidity": {
      const burned = amountOf(operation.size, shares)
      const minimumAmounts = pool.balances.map(() => 0n)
      const ask = (curve: Curve) => (burned === 0n ? revert() : { amounts: curve.removeLiquidity(by, burned, minimumAmounts) })
      return { message: RemoveLiquidity, payload: { minimumAmounts }, funds: { [SHARES]: burned }, ask, quote: { amounts: quoted(() => quoteWithdrawal(pool, burned)) } }
    }
    case "RemoveLiquidityImbalance": {
      const amounts = operation.sizes.map((size, coin) => amountOf(size, balance(coin)))
      const maximum = amountOf(operation.maximum, shares)
      const quote = quoted(() => quoteImbalance(pool, amounts, time))
      const ask = (curve: Curve) => ({ shares: curve.removeImbalance(by, amounts, maximum) })
      return { message: RemoveLiquidityImbalance, payload: { amounts }, funds: { [SHARES]: maximum }, ask, quote: { shares: quote } }
    }
    case "RemoveLiquidityOneCoin": {
      const burned = amountOf(operation.size, shares)
      const assetOut = `c${operation.coin}`
      const quote = quoted(() => quoteOneCoin(pool, burned, assetOut, time))
      const ask = (curve: Curve) => (burned === 0n ? revert() : { amountOut: curve.removeOneCoin(by, burned, operation.coin, 0n) })
      return { message: RemoveLiquidityOneCoin, payload: { assetOut, minimumOut: 0n }, funds: { [SHARES]: burned }, ask, quote: { amountOut: quote } }
    }
    case "Donation": {
      const amount = amountOf(operation.size, balance(operation.coin))
      const ask = (curve: Curve) => void (curve.held[operation.coin] = (curve.held[operation.coin] as bigint) + amount)
      return { message: Payment, payload: {}, funds: { [`c${operation.coin}`]: amount }, ask }
    }
    default:
      return ownersPlan(operation, pool, time)
  }
}

const ownersPlan = (operation: Operation, pool: PoolState, time: number): Plan => {
  const { by } = operation
  switch (operation.kind) {
    case "RampA": {
      const futureA = (pool.futureA * operation.factorE3) / 1_000n
      const futureTime = time + operation.seconds
      return { message: RampA, payload: { futureA, futureTime }, funds: {}, ask: (curve) => curve.rampA(by, futureA, BigInt(futureTime)) }
    }
    case "CommitFee": {
      const { feeE10, adminFeeE10 } = operation
      return { message: CommitFee, payload: { feeE10, adminFeeE10 }, funds: {}, ask: (curve) => curve.commitFee(by, feeE10, adminFeeE10) }
    }
    case "StopRampA":
      return { message: StopRampA, payload: {}, funds: {}, ask: (curve) => curve.stopRampA(by) }
    case "ApplyFee":
      return { message: ApplyFee, payload: {}, funds: {}, ask: (curve) => curve.applyFee(by) }
    case "RevertFee":
      return { message: RevertFee, payload: {}, funds: {}, ask: (curve) => curve.revertFee(by) }
    case "WithdrawAdminFees":
      return { message: WithdrawAdminFees, payload: {}, funds: {}, ask: (curve) => ({ amounts: curve.withdrawAdminFees(by) }) }
    default:
      return { message: DonateAdminFees, payload: {}, funds: {}, ask: (curve) => ({ amounts: curve.donateAdminFees(by) }) }
  }
}

const revert = (): never => {
  throw new Reverted()
}

/** A quote throws what the handler would throw. */
const quoted = <T>(call: () => T): T | "thrown" => {
  try {
    return call()
  } catch {
    return "thrown"
  }
}

/** The model's answer, or "refused", in which case it is left as it was. */
const asked = (curve: Curve, plan: Plan): unknown => {
  const before = structuredClone({ ...curve })
  try {
    return plan.ask(curve) ?? "done"
  } catch (error) {
    if (!(error instanceof Reverted)) throw error
    Object.assign(curve, before)
    return "refused"
  }
}

const expectSame = (world: World, curve: Curve, label: string): void => {
  const pool = world.state(StablePool, POOL)
  const ours = {
    balances: pool.balances,
    supply: pool.shares,
    initialA: pool.initialA,
    futureA: pool.futureA,
    initialATime: BigInt(pool.initialATime),
    futureATime: BigInt(pool.futureATime),
    fee: pool.feeE10,
    adminFee: pool.adminFeeE10,
    futureFee: pool.futureFeeE10,
    futureAdminFee: pool.futureAdminFeeE10,
    deadline: BigInt(pool.adminActionsDeadline),
    held: pool.balances.map((_, coin) => world.balance(POOL, `c${coin}`)),
  }
  const theirs = Object.fromEntries(Object.keys(ours).map((name) => [name, (curve as unknown as { [name: string]: unknown })[name]]))
  expect(ours, label).toEqual(theirs)
  for (const person of PEOPLE) expect(world.balance(person, SHARES), `${label}, shares of ${person}`).toBe(curve.sharesOf.get(person) ?? 0n)
}

const compare = ({ decimals, amplification, feeE10, adminFeeE10, first, operations }: Scenario, saw: (end: string) => void): void => {
  const purse = Object.fromEntries(decimals.map((_, coin) => [`c${coin}`, PURSE]))
  const coins = decimals.map((digits, coin) => ({ asset: `c${coin}`, decimals: digits }))
  const world = World.make(
    { accounts: Object.fromEntries(PEOPLE.map((person) => [person, purse])), actors: [actor(POOL, StablePool, { coins, amplification, feeE10, adminFeeE10, owner: "owner" })], time: START },
    { strict: true },
  )
  const curve = new Curve(decimals, amplification, feeE10, adminFeeE10, "owner")
  const units = first.map((whole, coin) => ({ part: 0n, plus: whole * 10n ** BigInt(decimals[coin] as number) }))
  let time = START
  for (const [index, operation] of [{ kind: "AddLiquidity", by: "alice", later: 0, sizes: units } as const, ...operations].entries()) {
    time += operation.later
    curve.now = BigInt(time)
    const pool = world.state(StablePool, POOL)
    const plan = planOf(operation, pool, world.balance(operation.by, SHARES), time)
    const before = world.observe(POOL)
    const known = world.supply(SHARES) > 0n || !(SHARES in plan.funds) || plan.funds[SHARES] === 0n
    if (!known) continue
    world.send(operation.by, POOL, plan.message, plan.payload, { funds: plan.funds })
    const { receipts, defects } = world.step([], { time })
    const [receipt] = receipts
    const label = `operation ${index}, ${operation.kind}`
    const answer = asked(curve, plan)
    expect(defects, label).toEqual([])
    const end = receipt?.status === "handled" ? (receipt.reply ?? "done") : "refused"
    expect(end, label).toEqual(answer)
    if (receipt?.status === "handled" && plan.quote !== undefined) expect(receipt.reply, label).toEqual(plan.quote)
    saw(`${operation.kind} ${receipt?.status === "handled" ? "accepted" : (receipt as { readonly refusal: { readonly _tag: string } }).refusal._tag}`)
    world.step([], { time })
    world.audit()
    expect(world.check(POOL, before), label).toEqual([])
    expectSame(world, curve, label)
  }
}

const WANTED = [
  ...["Swap", "AddLiquidity", "RemoveLiquidity", "RemoveLiquidityImbalance", "RemoveLiquidityOneCoin", "Donation", "RampA", "StopRampA", "CommitFee", "ApplyFee", "RevertFee", "WithdrawAdminFees", "DonateAdminFees"].map((kind) => `${kind} accepted`),
  "Swap stableswap/SlippageExceeded",
  "RampA stableswap/AmplificationOutOfRange",
  "RampA stableswap/RampTooShort",
  "CommitFee stableswap/FeeTooHigh",
  "ApplyFee stableswap/NoChangePending",
  "RemoveLiquidityImbalance stableswap/InsufficientLiquidity",
  "RemoveLiquidityImbalance stableswap/MaximumExceeded",
]

describe(`the stable pool and the model of Curve's contract (seed ${SEED}, ${SEQUENCES} sequences)`, () => {
  it("agree on every operation; what a quote says is what happens", { timeout: 3_600_000 }, () => {
    const counts = new Map<string, number>()
    const saw = (end: string): void => void counts.set(end, (counts.get(end) ?? 0) + 1)
    fc.assert(fc.property(scenario, (given) => compare(given, saw)), { seed: SEED, numRuns: SEQUENCES })
    console.log([...counts].sort().map(([end, count]) => `${end} ${count}`).join(", "))
    expect(WANTED.filter((end) => !counts.has(end))).toEqual([])
  })
})
