import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { actor, World, type AnyMessage, type Receipt } from "../../../core/index.ts"
import {
  AddLiquidity,
  AddLiquidityProportional,
  AddLiquiditySingle,
  quoteDeposit,
  quoteExact,
  quoteIn,
  quoteOneToken,
  quoteOut,
  quoteProportional,
  quoteSingle,
  quoteWithdrawal,
  RemoveLiquidity,
  RemoveLiquidityExact,
  RemoveLiquiditySingle,
  sharesOf,
  Swap,
  SwapForExact,
  WeightedPool,
  type PoolState,
} from "../../../protocols/exchange/weighted/index.ts"
import { endOf } from "../refused.ts"
import { openBalancer, type Ask } from "./balancer.ts"

/**
 * Random sequences through the engine. For every operation the library's bytecode is asked with the pool's state before it; the scaling of decimals,
 * the fee and the protocol's part around it are written here once more, from BaseWeightedPool.sol. Accepted and refused are the same, and so are all
 * amounts and the whole state after it; and what a quote says is what happens.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const SEQUENCES = process.env["BLOCKSTEP_LONG"] === "1" ? 3_000 : 60
const ONE = 10n ** 18n
const POOL = "pool"
const SHARES = sharesOf(POOL)
const PEOPLE = ["alice", "bob"] as const

let ask: Ask
beforeAll(async () => {
  ask = await openBalancer()
}, 60_000)

type Kind = "Swap" | "SwapForExact" | "Add" | "AddProportional" | "AddSingle" | "Remove" | "RemoveSingle" | "RemoveExact"
interface Operation {
  readonly kind: Kind
  readonly by: (typeof PEOPLE)[number]
  readonly a: number
  readonly b: number
  /** Thousandths of a balance, of the supply or of what the sender holds. */
  readonly parts: readonly bigint[]
  readonly plus: bigint
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom<Kind>("Swap", "Swap", "Swap", "SwapForExact", "SwapForExact", "Add", "AddProportional", "AddSingle", "Remove", "RemoveSingle", "RemoveExact"),
  by: fc.constantFrom("alice", "alice", "bob"),
  a: fc.nat(7),
  b: fc.nat(7),
  parts: fc.array(fc.oneof({ weight: 5, arbitrary: fc.bigInt(0n, 250n) }, { weight: 1, arbitrary: fc.constantFrom(0n, 300n, 301n, 900n) }), { minLength: 8, maxLength: 8 }),
  plus: fc.constantFrom(0n, 1n, 1n, 7n),
})
const scenario = fc.integer({ min: 2, max: 5 }).chain((count) =>
  fc.record({
    decimals: fc.array(fc.constantFrom(18, 18, 6, 8), { minLength: count, maxLength: count }),
    parts: fc.array(fc.bigInt(1n, 20n), { minLength: count, maxLength: count }),
    first: fc.array(fc.bigInt(1_000n, 10n ** 7n), { minLength: count, maxLength: count }),
    feeE18: fc.constantFrom(10n ** 12n, 3n * 10n ** 15n, 10n ** 17n),
    protocolFeeE18: fc.constantFrom(0n, 5n * 10n ** 17n),
    operations: fc.array(operation, { minLength: 3, maxLength: 8 }),
  }),
)
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

class Reverted extends Error {}
const u = async <T>(asked: Promise<T | string>): Promise<T> => {
  const result = await asked
  if (typeof result === "string") throw new Reverted(result)
  return result
}

/** What the contracts would do: the state after it, and the amounts. */
interface Expected {
  readonly balances: readonly bigint[]
  readonly shares: bigint
  readonly lastInvariant: bigint
  readonly reply: object
}

const ceil = (x: bigint, y: bigint): bigint => (x === 0n ? 0n : (x - 1n) / y + 1n)

const expected = async (pool: PoolState, given: Operation, plan: Plan): Promise<Expected> => {
  const { decimals, weightsE18: w, feeE18: fee, shares: supply } = pool
  const scale = decimals.map((digits) => 10n ** BigInt(18 - digits))
  const up = (amounts: readonly bigint[]) => amounts.map((amount, token) => amount * (scale[token] as bigint))
  const scaled = up(pool.balances)
  const at = (list: readonly bigint[], token: number) => list[token] as bigint
  const moved = (change: readonly bigint[]) => pool.balances.map((balance, token) => balance + at(change, token))
  const { sold, bought } = plan
  if (given.kind === "Swap") {
    const less = plan.amount - ceil(plan.amount * fee, ONE)
    const out = (await u(ask("outGivenIn", at(scaled, sold), at(w, sold), at(scaled, bought), at(w, bought), less * at(scale, sold)))) / at(scale, bought)
    const balances = moved(pool.balances.map((_, token) => (token === sold ? plan.amount : token === bought ? -out : 0n)))
    return { balances, shares: supply, lastInvariant: pool.lastInvariant, reply: { amountOut: out } }
  }
  if (given.kind === "SwapForExact") {
    const cost = ceil(await u(ask("inGivenOut", at(scaled, sold), at(w, sold), at(scaled, bought), at(w, bought), plan.amount * at(scale, bought))), at(scale, sold))
    const amountIn = ceil(cost * ONE, ONE - fee)
    const balances = moved(pool.balances.map((_, token) => (token === sold ? amountIn : token === bought ? -plan.amount : 0n)))
    return { balances, shares: supply, lastInvariant: pool.lastInvariant, reply: { amountIn } }
  }
  const before = await u(ask("invariant", w, scaled))
  const top = w.indexOf(w.reduce((most, weight) => (weight > most ? weight : most), 0n))
  const due = pool.collector === null ? 0n : await u(ask("protocolFee", at(scaled, top), at(w, top), pool.lastInvariant, before, pool.protocolFeeE18))
  const left = scaled.map((balance, token) => (token === top ? balance - due : balance))
  const dueOf = (token: number) => (token === top ? due / at(scale, top) : 0n)
  const only = (token: number, amount: bigint) => scaled.map((_, other) => (other === token ? amount : 0n))
  const done = async (change: readonly bigint[], sign: 1n | -1n, minted: bigint, reply: (amounts: readonly bigint[]) => object): Promise<Expected> => {
    const amounts = change.map((amount, token) => (sign === 1n ? ceil(amount, at(scale, token)) : amount / at(scale, token)))
    const after = left.map((balance, token) => balance + sign * at(change, token))
    if (after.some((balance) => balance < 0n)) throw new Reverted("sub")
    return {
      balances: pool.balances.map((balance, token) => balance - dueOf(token) + sign * at(amounts, token)),
      shares: supply + sign * minted,
      lastInvariant: await u(ask("invariant", w, after)),
      reply: reply(amounts),
    }
  }
  const { shares, amounts } = plan
  switch (given.kind) {
    case "Add": {
      const minted = await u(ask("sharesForExactIn", left, w, up(amounts), supply, fee))
      return done(up(amounts), 1n, minted, () => ({ shares: minted }))
    }
    case "AddProportional":
      return done(await u(ask("allForExactShares", left, shares, supply)), 1n, shares, (paid) => ({ amounts: paid }))
    case "AddSingle":
      return done(only(sold, await u(ask("tokenForExactShares", at(left, sold), at(w, sold), shares, supply, fee))), 1n, shares, (paid) => ({ amountIn: at(paid, sold) }))
    case "Remove":
      return done(await u(ask("allForShares", left, shares, supply)), -1n, shares, (paid) => ({ amounts: paid }))
    case "RemoveSingle":
      return done(only(sold, await u(ask("tokenForShares", at(left, sold), at(w, sold), shares, supply, fee))), -1n, shares, (paid) => ({ amountOut: at(paid, sold) }))
    default: {
      const burned = await u(ask("sharesForExactOut", left, w, up(amounts), supply, fee))
      return done(up(amounts), -1n, burned, () => ({ shares: burned }))
    }
  }
}

interface Plan {
  readonly sold: number
  readonly bought: number
  readonly amount: bigint
  readonly amounts: readonly bigint[]
  readonly shares: bigint
  readonly message: AnyMessage
  readonly payload: { readonly [field: string]: unknown }
  readonly funds: { readonly [asset: string]: bigint }
  readonly quote: () => unknown
}

const planOf = (pool: PoolState, given: Operation, held: bigint): Plan => {
  const count = pool.assets.length
  const sold = given.a % count
  const bought = (sold + 1 + (given.b % (count - 1))) % count
  const part = (index: number, whole: bigint) => (whole * (given.parts[index] as bigint)) / 1_000n + given.plus
  const amounts = pool.balances.map((balance, token) => part(token, balance))
  const [assetIn, assetOut] = [pool.assets[sold] as string, pool.assets[bought] as string]
  const plenty = Object.fromEntries(pool.assets.map((asset) => [asset, 10n ** 40n]))
  const ofHeld = part(0, held)
  const base = { sold, bought, amount: 0n, amounts, shares: ofHeld }
  switch (given.kind) {
    case "Swap": {
      const amount = part(0, pool.balances[sold] as bigint) + 1n
      return { ...base, amount, message: Swap, payload: { assetOut, minimumOut: 0n }, funds: { [assetIn]: amount }, quote: () => ({ amountOut: quoteOut(pool, assetIn, amount, assetOut) }) }
    }
    case "SwapForExact": {
      const amount = part(0, pool.balances[bought] as bigint)
      return { ...base, amount, message: SwapForExact, payload: { assetOut, amountOut: amount }, funds: { [assetIn]: 10n ** 40n }, quote: () => ({ amountIn: quoteIn(pool, assetIn, assetOut, amount) }) }
    }
    case "Add": {
      const some = amounts.map((amount, token) => (token === 0 ? amount + 1n : amount))
      const funds = Object.fromEntries(pool.assets.map((asset, token) => [asset, some[token] as bigint]))
      return { ...base, amounts: some, message: AddLiquidity, payload: { minimumShares: 0n }, funds, quote: () => ({ shares: quoteDeposit(pool, some) }) }
    }
    case "AddProportional": {
      const shares = part(0, pool.shares)
      return { ...base, shares, message: AddLiquidityProportional, payload: { shares }, funds: plenty, quote: () => ({ amounts: quoteProportional(pool, shares) }) }
    }
    case "AddSingle": {
      const shares = part(0, pool.shares) * (given.b === 7 ? 10n : 1n)
      return { ...base, shares, message: AddLiquiditySingle, payload: { shares }, funds: { [assetIn]: 10n ** 40n }, quote: () => ({ amountIn: quoteSingle(pool, assetIn, shares) }) }
    }
    case "Remove":
      return { ...base, message: RemoveLiquidity, payload: { minimumAmounts: pool.balances.map(() => 0n) }, funds: { [SHARES]: ofHeld }, quote: () => ({ amounts: quoteWithdrawal(pool, ofHeld) }) }
    case "RemoveSingle":
      return { ...base, message: RemoveLiquiditySingle, payload: { assetOut: assetIn, minimumOut: 0n }, funds: { [SHARES]: ofHeld }, quote: () => ({ amountOut: quoteOneToken(pool, ofHeld, assetIn) }) }
    default:
      return { ...base, message: RemoveLiquidityExact, payload: { amounts }, funds: { [SHARES]: held }, quote: () => ({ shares: quoteExact(pool, amounts) }) }
  }
}

const run = async ({ decimals, parts, first, feeE18, protocolFeeE18, operations }: Scenario, saw: (end: string) => void): Promise<void> => {
  const sum = parts.reduce((total, part) => total + part, 0n)
  const spread = parts.map((part) => ONE / 100n + (part * (ONE - (ONE / 100n) * BigInt(parts.length))) / sum)
  const weights = spread.map((weight, token) => (token === 0 ? weight + ONE - spread.reduce((total, other) => total + other, 0n) : weight))
  const tokens = decimals.map((digits, token) => ({ asset: `t${token}`, decimals: digits, weightE18: weights[token] as bigint }))
  const purse = Object.fromEntries(tokens.map(({ asset }) => [asset, 10n ** 60n]))
  const collector = protocolFeeE18 === 0n ? null : "collector"
  const world = World.make({ accounts: { alice: purse, bob: purse, collector: {} }, actors: [actor(POOL, WeightedPool, { tokens, feeE18, protocolFeeE18, collector, owner: null })] }, { strict: true })
  const funds = Object.fromEntries(first.map((whole, token) => [`t${token}`, whole * 10n ** BigInt(decimals[token] as number)]))
  world.send("alice", POOL, AddLiquidity, { minimumShares: 0n }, { funds })
  world.settle()
  const invariant = await u(ask("invariant", weights, first.map((whole) => whole * ONE)))
  expect(world.state(WeightedPool, POOL)).toMatchObject({ shares: invariant * BigInt(first.length), lastInvariant: invariant })
  for (const [index, given] of operations.entries()) {
    const pool = world.state(WeightedPool, POOL)
    const plan = planOf(pool, given, world.balance(given.by, SHARES))
    if ((plan.funds[SHARES] ?? 1n) > world.balance(given.by, SHARES) || plan.funds[SHARES] === 0n) continue
    const label = `operation ${index}, ${given.kind}`
    const before = world.observe(POOL)
    world.send(given.by, POOL, plan.message, plan.payload, { funds: plan.funds })
    const { receipts, defects } = world.step()
    expect(defects).toEqual([])
    const told = await expected(pool, given, plan).catch((error: unknown) => {
      if (error instanceof Reverted) return undefined
      throw error
    })
    const [receipt] = receipts as readonly [Receipt]
    const tooDear = given.kind === "RemoveExact" && told !== undefined && (told.reply as { readonly shares: bigint }).shares > (plan.funds[SHARES] as bigint)
    expect(receipt.status === "handled", `${label}: ${endOf(receipt)}`).toBe(told !== undefined && !tooDear)
    saw(`${given.kind} ${endOf(receipt)}`)
    if (receipt.status === "handled" && told !== undefined) {
      const { reply, ...state } = told
      expect(receipt.reply, label).toEqual(reply)
      expect(plan.quote(), label).toEqual(reply)
      expect(world.state(WeightedPool, POOL), label).toMatchObject(state)
    }
    world.settle()
    world.audit()
    expect(world.check(POOL, before), label).toEqual([])
    const after = world.state(WeightedPool, POOL)
    expect(after.assets.map((asset) => world.balance(POOL, asset)), label).toEqual(after.balances)
  }
}

describe(`the weighted pool and Balancer's library (seed ${SEED}, ${SEQUENCES} sequences)`, () => {
  it("agree on every operation", { timeout: 3_600_000 }, async () => {
    const counts = new Map<string, number>()
    await fc.assert(fc.asyncProperty(scenario, (given) => run(given, (end) => void counts.set(end, (counts.get(end) ?? 0) + 1))), { seed: SEED, numRuns: SEQUENCES })
    console.log([...counts].sort().map(([end, count]) => `${end} ${count}`).join(", "))
    const wanted = ["Swap", "SwapForExact", "Add", "AddProportional", "AddSingle", "Remove", "RemoveSingle", "RemoveExact"].map((kind) => `${kind} accepted`)
    expect([...wanted, "Swap weighted/MaxInRatio", "SwapForExact weighted/MaxOutRatio"].filter((end) => !counts.has(end))).toEqual([])
  })
})
