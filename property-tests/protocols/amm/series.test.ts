import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, Funds, Payment, testContext, World, type AnyDefinition, type AnyMessage, type Transaction } from "../../../core/index.ts"
import { ConstantProductPool } from "../../../protocols/amm/constant-product/index.ts"
import { TRADERS } from "./operations.ts"
import { POOL } from "./plan.ts"

/** Swaps and legs of routes, several at once: as one after the other, to the unit. */

const { AddLiquidity, Hop, Swap } = ConstantProductPool.messages
const RESERVE_MAX = 2n ** 112n - 1n
const START_TIME = 1_700_000_000
const LONG = process.env["BLOCKSTEP_LONG"] === "1"

/** The pool, which counts what it handles alone; with its series handlers or without. */
const counted = (withSeries: boolean): { readonly definition: AnyDefinition; readonly count: () => number } => {
  let count = 0
  const routes = new Map([...ConstantProductPool.routes].map(([message, handler]) => [message, message !== Swap && message !== Hop ? handler : (...given: Parameters<typeof handler>) => {
    count++
    return handler(...given)
  }] as const))
  return { definition: { ...ConstantProductPool, routes, ...(!withSeries && { seriesRoutes: new Map() }) }, count: () => count }
}

const worldOf = (definition: AnyDefinition, deposit: readonly [bigint, bigint] | undefined, donated: bigint, strict: boolean): World => {
  const world = World.make({
    accounts: Object.fromEntries(TRADERS.map((name) => [name, { x: 2n ** 128n, y: 2n ** 128n, oil: 100n }])),
    actors: [actor(POOL, definition, { assetX: "x", assetY: "y", feePips: 3_000, feeTo: null, feeSetter: null } as never)],
    time: START_TIME,
  }, { strict })
  if (deposit !== undefined) {
    const [x, y] = deposit
    world.send("alice", POOL, AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: { x, y } })
  }
  if (donated > 0n) world.send("alice", POOL, Payment, {}, { funds: { x: donated } })
  world.settle()
  return world
}

type Order = Pick<Transaction, "from" | "message" | "payload"> & { readonly funds: { readonly [asset: string]: bigint } }

const amount = fc.oneof({ weight: 6, arbitrary: fc.bigInt(0n, 10n ** 6n) }, { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 112n) })
const side = fc.constantFrom("x", "y")
const other = (asset: string): string => (asset === "x" ? "y" : "x")
const funds = fc.oneof(
  { weight: 12, arbitrary: fc.record({ asset: side, amount }).map(({ asset, amount: given }) => ({ [asset]: given })) },
  { weight: 1, arbitrary: fc.constantFrom({}, { oil: 1n }, { x: 5n, y: 5n }) },
)
const order: fc.Arbitrary<Order> = fc.record({ from: fc.constantFrom(...TRADERS), funds, minimum: fc.oneof(fc.constant(0n), amount), what: fc.nat(9), wrong: fc.nat(9) })
  .map(({ from, funds: given, minimum, what, wrong }): Order => {
    const asset = Object.keys(given)[0] ?? "x"
    if (what === 0) return { from, message: Payment, payload: {}, funds: given }
    if (what < 6) return { from, message: Swap, payload: { minimumOut: minimum }, funds: given }
    const rest = what === 6 ? [{ venue: POOL, assetOut: asset, minimumOut: 0n }] : []
    return { from, message: Hop, payload: { assetOut: wrong === 0 ? asset : other(asset), minimumOut: minimum, to: "bob", rest, deadline: 99 }, funds: given }
  })
const start = fc.constantFrom<readonly [bigint, bigint] | undefined>([10n ** 6n, 4n * 10n ** 6n], [10n ** 24n, 10n ** 22n], [RESERVE_MAX, RESERVE_MAX - 5n], [2_000n, 1_000n], undefined)

describe("a series of swaps or of legs", () => {
  it("leaves what one after the other leaves: receipts, events, payments, reserves, price sums", () => {
    let [alone, together] = [0, 0]
    const blocks = fc.array(fc.tuple(fc.array(order, { maxLength: 14 }), fc.nat(20)), { minLength: 1, maxLength: 4 })
    fc.assert(fc.property(blocks, start, fc.constantFrom(0n, 0n, 7n, 10n ** 9n), (inputs, deposit, donated) => {
      const [series, single, both] = [counted(true), counted(false), counted(true)]
      const worlds = [worldOf(series.definition, deposit, donated, false), worldOf(single.definition, deposit, donated, false), worldOf(both.definition, deposit, donated, true)]
      let time = START_TIME + 100
      for (const [orders, seconds] of [...inputs, [[], 0] as const]) {
        time += seconds
        const [first, ...others] = worlds.map((world) => {
          for (const { from, message, payload, funds: given } of orders) world.send(from, POOL, message as AnyMessage, payload as never, { funds: given })
          const { receipts, header, defects } = world.step([], { time })
          world.audit()
          return { receipts, header, defects, state: world.state(world.definitionOf(POOL), POOL) }
        })
        expect(first?.defects).toEqual([])
        for (const one of others) expect(one).toEqual(first)
      }
      alone += series.count()
      together += single.count() - series.count()
    }), { seed: 20261126, numRuns: LONG ? 10_000 : 120 })
    expect(together).toBeGreaterThan(alone)
  })

  it("that are all refused leave the very state that was there", () => {
    const pool = { ...ConstantProductPool.create({ assetX: "x", assetY: "y", feePips: 3_000, feeTo: null, feeSetter: null }, POOL), reserveX: 1_000n, reserveY: 1_000n }
    const call = { id: "alice@0", sender: "alice", payload: { minimumOut: 10n }, funds: Funds.of("x", 10n) }
    const step = ConstantProductPool.series?.Swap?.(pool, [call, call], testContext({ balances: { x: 1_000n, y: 1_000n }, time: 60 }))
    expect(step?.answers).toMatchObject([{ _tag: "amm/SlippageExceeded" }, { _tag: "amm/SlippageExceeded" }])
    expect(step?.state).toBe(pool)
  })
})
