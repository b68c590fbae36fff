import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Failure, testContext } from "../../../core/index.ts"
import { amountInUp, amountOutDown, ConstantProductPool, quoteIn, quoteOut, type PoolState } from "../../../protocols/amm/constant-product/index.ts"
import { scenarioOf, type Kind } from "./operations.ts"
import { endOf, execute, marketOf, openPool, poolOf } from "./ours.ts"
import { mostOut, PIPS, planOf, POOL, type Market } from "./plan.ts"

/** Pools of every fee, against the rule that k, less the fee on what comes in, must hold, and against the pool's own invariants. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_124)
const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const RUNS = LONG ? 100_000 : 1_000
const SEQUENCES = LONG ? 20_000 : 200

const FEES = [0, 500, 3_000, 10_000, 999_999] as const
const feePips = fc.oneof(fc.constantFrom(...FEES), fc.integer({ min: 0, max: 999_999 }))
const reserve = fc.oneof(fc.bigInt(1n, 2n ** 112n - 1n), fc.bigInt(1n, 10_000n), fc.nat(111).map((bits) => 1n << BigInt(bits)))
const amount = fc.oneof(fc.bigInt(1n, 2n ** 112n), fc.bigInt(1n, 10_000n), fc.nat(112).map((bits) => 1n << BigInt(bits)))

const poolWith = (reserveX: bigint, reserveY: bigint, pips: number): PoolState => ({
  ...ConstantProductPool.create({ assetX: "x", assetY: "y", feePips: pips, feeTo: null, feeSetter: null }, POOL),
  reserveX,
  reserveY,
  shares: 1_000_000n,
})

const nobody = { x: 0n, y: 0n, shares: 0n }
const marketWith = ({ reserveX, reserveY, feePips: pips, shares }: PoolState): Market => ({
  feePips: BigInt(pips),
  reserve: { x: reserveX, y: reserveY },
  balance: { x: reserveX, y: reserveY },
  shares,
  purses: { alice: nobody, bob: nobody, carol: nobody, dave: nobody, setter: nobody },
  withinPurse: false,
})

/** A context in which these funds were attached. */
const attaching = (pool: PoolState, funds: { readonly x?: bigint; readonly y?: bigint }) =>
  testContext({ self: POOL, funds, balances: { x: pool.reserveX + (funds.x ?? 0n), y: pool.reserveY + (funds.y ?? 0n) } })

const k = ({ reserveX, reserveY }: PoolState): bigint => reserveX * reserveY

const check = (property: fc.IProperty<any>, numRuns = RUNS): void => void fc.assert(property, { seed: SEED, numRuns })

describe(`a pool of any fee (seed ${SEED}, ${RUNS} runs)`, () => {
  it("pays for an amount in the most that k allows, and Exchange refuses one unit more", () => {
    check(
      fc.property(reserve, reserve, feePips, amount, (reserveX, reserveY, pips, amountIn) => {
        const pool = poolWith(reserveX, reserveY, pips)
        const out = amountOutDown(amountIn, reserveX, reserveY, pips)
        expect(out).toBe(mostOut(marketWith(pool), { x: amountIn, y: 0n }, "y", 0n))
        if (out + 1n >= reserveY) return
        const more = ConstantProductPool.handlers.Exchange(pool, { amountXOut: 0n, amountYOut: out + 1n }, attaching(pool, { x: amountIn }))
        expect(more).toMatchObject({ _tag: "amm/ProductDecreased" })
      }),
    )
  })

  it("costs for an amount out the least that k allows, or one unit more", () => {
    check(
      fc.property(reserve, reserve, feePips, amount, (reserveX, reserveY, pips, wanted) => {
        fc.pre(reserveY > 1n)
        const out = (wanted % (reserveY - 1n)) + 1n
        const cost = amountInUp(out, reserveX, reserveY, pips)
        expect(amountOutDown(cost, reserveX, reserveY, pips)).toBeGreaterThanOrEqual(out)
        if (cost > 2n) expect(amountOutDown(cost - 2n, reserveX, reserveY, pips)).toBeLessThan(out)
      }),
    )
  })

  it("executes a swap exactly as quoted, either way, and never lowers k", () => {
    check(
      fc.property(reserve, reserve, feePips, amount, fc.boolean(), (reserveX, reserveY, pips, amountIn, sellsX) => {
        const pool = poolWith(reserveX, reserveY, pips)
        const [sold, bought] = sellsX ? ["x", "y"] : ["y", "x"]
        const answer = ConstantProductPool.handlers.Swap(pool, { minimumOut: 0n }, attaching(pool, { [sold as "x"]: amountIn }))
        const quote = quoteOut(pool, sold as string, amountIn)
        if (answer instanceof Failure) return void (typeof quote === "bigint" ? expect(answer._tag).toBe("amm/ReserveOverflow") : expect(answer).toEqual(quote))
        expect(answer.reply).toEqual({ amountOut: quote })
        expect(answer.sends).toMatchObject([{ to: "sender", funds: { asset: bought, amount: quote, rest: undefined } }])
        expect(k(answer.state)).toBeGreaterThanOrEqual(k(pool))
        expect([answer.state.reserveX - pool.reserveX, answer.state.reserveY - pool.reserveY]).toEqual(sellsX ? [amountIn, -(quote as bigint)] : [-(quote as bigint), amountIn])
      }),
    )
  })

  it("executes a swap for an exact amount as quoted, either way, and never lowers k", () => {
    check(
      fc.property(reserve, reserve, feePips, amount, amount, fc.boolean(), (reserveX, reserveY, pips, amountOut, maximum, sellsX) => {
        const pool = poolWith(reserveX, reserveY, pips)
        const [sold, bought] = sellsX ? ["x", "y"] : ["y", "x"]
        const answer = ConstantProductPool.handlers.SwapForExact(pool, { amountOut }, attaching(pool, { [sold as "x"]: maximum }))
        const quote = quoteIn(pool, sold as string, amountOut)
        if (typeof quote !== "bigint") return void expect(answer).toEqual(quote)
        if (answer instanceof Failure) return void expect(answer._tag).toBe(quote > maximum ? "amm/MaximumExceeded" : "amm/ReserveOverflow")
        expect(answer.reply).toEqual({ amountIn: quote })
        const paid = answer.sends?.[0]?.funds
        expect([paid?.get(bought as string), paid?.get(sold as string)]).toEqual([amountOut, maximum - quote])
        expect(k(answer.state)).toBeGreaterThanOrEqual(k(pool))
      }),
    )
  })

  it("gives no more for two swaps than for one of the same amount, without a fee", () => {
    check(
      fc.property(reserve, reserve, amount, amount, (reserveX, reserveY, first, second) => {
        const firstOut = amountOutDown(first, reserveX, reserveY, 0)
        fc.pre(firstOut < reserveY)
        const secondOut = amountOutDown(second, reserveX + first, reserveY - firstOut, 0)
        expect(firstOut + secondOut).toBeLessThanOrEqual(amountOutDown(first + second, reserveX, reserveY, 0))
      }),
    )
  })

  it(`keeps its invariants and the book through ${SEQUENCES} sequences of several users`, () => {
    const counts = new Map<Kind, number>()
    check(
      fc.property(scenarioOf(4, 12), feePips, (scenario, pips) => {
        const world = openPool(pips, scenario.time)
        let time = scenario.time
        for (const { later, operations } of scenario.blocks) {
          time += later
          const market = { ...marketOf(world), withinPurse: operations.length > 1 }
          // One of each person, so that the purses cover all.
          const plans = operations.map((operation) => planOf(operation, market)).filter((plan, index, all) => all.findIndex(({ by }) => by === plan.by) === index)
          const before = poolOf(world)
          const receipts = execute(world, plans, time)
          receipts.forEach((receipt, index) => {
            const kind = (plans[index] as (typeof plans)[0]).kind
            if (endOf(receipt) === "accepted") counts.set(kind, (counts.get(kind) ?? 0) + 1)
          })
          const withdrawn = plans.some(({ kind }) => kind === "RemoveLiquidity")
          if (!withdrawn) expect(k(poolOf(world))).toBeGreaterThanOrEqual(k(before))
        }
      }),
      SEQUENCES,
    )
    console.log(`${SEQUENCES} sequences with fees from 0 to ${Number(PIPS) - 1} pips, accepted: ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(", ")}`)
    expect(counts.size).toBe(9)
  })
})
