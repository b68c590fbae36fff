import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { World } from "../../../core/index.ts"
import * as cp from "../../../protocols/amm/constant-product/index.ts"
import * as clmm from "../../../protocols/exchange/concentrated-liquidity/index.ts"
import * as book from "../../../protocols/exchange/order-book/index.ts"
import { Hop, quoteRoute, type QuoteLeg } from "../../../protocols/exchange/router/index.ts"
import * as stable from "../../../protocols/exchange/stableswap/index.ts"
import * as weighted from "../../../protocols/exchange/weighted/index.ts"
import { openStreets, UNIT, VENUES } from "./streets.ts"

/** A route's quote, by its venues' own pure quotes, and what the route does when nobody comes between. Routes that visit a venue twice are no part of it. */

const quoteAt = (world: World): QuoteLeg => (venue, assetIn, amountIn, assetOut) => {
  if (venue.startsWith("cp/")) return cp.quoteOut(world.state(cp.ConstantProductPool, venue), assetIn, amountIn)
  if (venue.startsWith("stable/")) return stable.quoteOut(world.state(stable.StablePool, venue), assetIn, amountIn, assetOut, 0)
  if (venue.startsWith("weighted/")) return weighted.quoteOut(world.state(weighted.WeightedPool, venue), assetIn, amountIn, assetOut)
  if (venue.startsWith("v3/")) {
    const quote = clmm.quoteOut(world.state(clmm.ConcentratedLiquidityPool, venue), assetIn, amountIn)
    return "amountOut" in quote ? quote.amountOut : quote
  }
  const quote = book.quoteMarketOrder(world.state(book.OrderBook, venue), assetIn, amountIn, "cancel-taking", "t0", world.height + 1)
  return "amountOut" in quote ? quote.amountOut : quote
}

const routes = fc.record({
  from: fc.constantFrom("a", "b", "c", "d"),
  amount: fc.oneof(fc.bigInt(1n, 3_000n), fc.bigInt(UNIT, 100n * UNIT)),
  steps: fc.array(fc.record({ venue: fc.nat(99), pick: fc.nat(9), minimum: fc.constantFrom(0n, 0n, 0n, 0n, UNIT) }), { minLength: 1, maxLength: 4 }),
})

describe("a quoted route", () => {
  const world = openStreets(["t0"], {})

  it("pays what the quote says, or stops where it says with what it says", () => {
    const ends = new Map<string, number>()
    fc.assert(
      fc.property(routes, ({ from, amount, steps }) => {
        let asset: string = from
        const left = new Set(Object.keys(VENUES).filter((name) => name.includes("/")))
        const legs = steps.flatMap(({ venue, pick, minimum }) => {
          const fitting = [...left].filter((name) => VENUES[name]?.includes(asset))
          const chosen = fitting[venue % Math.max(fitting.length, 1)]
          if (chosen === undefined) return []
          left.delete(chosen)
          const offered = (VENUES[chosen] as readonly string[]).filter((other) => other !== asset)
          asset = offered[pick % offered.length] as string
          return [{ venue: chosen, assetOut: asset, minimumOut: minimum }]
        })
        const [first, ...rest] = legs as [(typeof legs)[0], ...typeof legs]
        const fork = world.fork()
        const quote = quoteRoute(legs, from, amount, quoteAt(fork))
        fork.send("t0", first.venue, Hop, { assetOut: first.assetOut, minimumOut: first.minimumOut, to: "t0", rest, deadline: 10 ** 6 }, { funds: { [from]: amount } })
        const before = fork.balance("t0", quote.asset)
        const completed = fork.settle().flatMap(({ ended }) => ended.flatMap(({ events }) => events.filter(({ event }) => event.name === "router/RouteCompleted")))
        if (quote.stoppedAt === null) expect(completed.map(({ fields }) => fields)).toEqual([{ to: "t0", assetOut: quote.asset, amountOut: quote.amount }])
        else expect(completed).toEqual([])
        // A book or a pool on the way may have paid back what it did not take, in an asset that the route comes to hold again.
        if (quote.asset !== from && quote.stoppedAt !== null && !legs.some(({ venue }) => /^(book|v3)/.test(venue))) expect(fork.balance("t0", quote.asset) - before).toBe(quote.amount)
        const end = quote.stoppedAt === null ? `completed after ${legs.length}` : `stopped at ${quote.stoppedAt}`
        ends.set(end, (ends.get(end) ?? 0) + 1)
      }),
      { seed: 20_261_125, numRuns: 200 },
    )
    expect(["completed after 1", "completed after 2", "completed after 3", "stopped at 0", "stopped at 1"].filter((end) => !ends.has(end))).toEqual([])
  })
})
