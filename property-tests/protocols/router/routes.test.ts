import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Orderings, type EndedMessage, type World } from "../../../core/index.ts"
import { ConstantProductPool } from "../../../protocols/amm/constant-product/index.ts"
import { OrderBook } from "../../../protocols/exchange/order-book/index.ts"
import { claimsOf, ConcentratedLiquidityPool } from "../../../protocols/exchange/concentrated-liquidity/index.ts"
import { Hop, Route, Router } from "../../../protocols/exchange/router/index.ts"
import { StablePool } from "../../../protocols/exchange/stableswap/index.ts"
import { WeightedPool } from "../../../protocols/exchange/weighted/index.ts"
import { openStreets, ROUTERS, UNIT, VENUES } from "./streets.ts"

/**
 * Random routes over venues of every kind, among them one that does not live, one that knows no routes and one that keeps everything, with refusals,
 * deadlines, slow actors, full mailboxes and other orders of delivery. When all is quiet, what `messages.ts` says holds: every part of every route has
 * come to exactly one end, and every trader holds exactly what those ends say; nothing is left with a router or a venue.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const TOWNS = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 150
const TRADERS = ["t0", "t1", "t2", "t3", "t4", "t5"] as const
const ASSETS = ["a", "b", "c", "d"] as const
const START = 10n ** 20n

const leg = fc.record({
  /** Which of the venues that trade what arrives; now and then one of all. */
  venue: fc.nat(999),
  anyVenue: fc.constantFrom(false, false, false, false, false, true),
  /** Which of the venue's other assets; now and then one that it may not have. */
  pick: fc.nat(3),
  astray: fc.constantFrom(false, false, false, false, false, false, false, true),
  minimum: fc.constantFrom(0n, 0n, 0n, 0n, 0n, 1n, UNIT, 10n ** 25n),
})
const part = fc.record({ legs: fc.array(leg, { minLength: 1, maxLength: 4 }), amount: fc.oneof({ weight: 1, arbitrary: fc.bigInt(1n, 2_000n) }, { weight: 4, arbitrary: fc.bigInt(UNIT, 40n * UNIT) }) })
const town = fc.record({
  capacity: fc.constantFrom(1, 2, 1_000),
  mailboxMax: fc.constantFrom(2, 4, 1_000, 1_000),
  ordering: fc.constantFrom(...Object.values(Orderings)),
  routes: fc.array(
    fc.record({
      by: fc.constantFrom(...TRADERS),
      router: fc.constantFrom(...ROUTERS, null),
      from: fc.constantFrom(...ASSETS),
      parts: fc.array(part, { minLength: 1, maxLength: 3 }),
      blocks: fc.constantFrom(0, 1, 2, 5, 60),
      pause: fc.constantFrom(0, 0, 0, 1, 3),
    }),
    { minLength: 1, maxLength: 10 },
  ),
})
type Town = typeof town extends fc.Arbitrary<infer T> ? T : never
type Part = Town["routes"][number]["parts"][number]

/** Legs that fit to each other, but for those that go astray. */
const legsOf = ({ legs }: Part, from: string) => {
  let asset = from
  return legs.map(({ venue: index, anyVenue, pick, astray, minimum }) => {
    const fitting = Object.keys(VENUES).filter((name) => anyVenue || (/\//.test(name) && VENUES[name]?.includes(asset)))
    const venue = fitting[index % fitting.length] as string
    const offered = (astray ? ASSETS : (VENUES[venue] as readonly string[])).filter((other) => other !== asset)
    asset = offered[pick % offered.length] as string
    return { venue, assetOut: asset, minimumOut: minimum }
  })
}

const send = (world: World, { by, router, from, parts, blocks }: Town["routes"][number]): void => {
  const deadline = world.height + 1 + blocks
  if (router === null) {
    const [only] = parts as [Part]
    const [first, ...rest] = legsOf(only, from)
    const { venue, assetOut, minimumOut } = first as NonNullable<typeof first>
    world.send(by, venue, Hop, { assetOut, minimumOut, to: by, rest, deadline }, { funds: { [from]: only.amount }, deadline })
    return
  }
  const funds = { [from]: parts.reduce((sum, { amount }) => sum + amount, 0n) }
  world.send(by, router, Route, { parts: parts.map((given) => ({ amountIn: given.amount, legs: legsOf(given, from) })), minimumOut: 0n, deadline }, { funds, deadline })
}

/** What one part came to, from the messages that ended. */
const follow = (root: EndedMessage, next: ReadonlyMap<string, EndedMessage>): readonly EndedMessage[] => {
  const chain = [root]
  for (let hop = next.get(root.id); hop !== undefined; hop = next.get(hop.id)) chain.push(hop)
  return chain
}

const run = (given: Town, saw: (end: string) => void): void => {
  const { capacity, mailboxMax, ordering, routes } = given
  const world = openStreets(TRADERS, { limits: { capacity, mailboxMax }, ordering })
  const ended: EndedMessage[] = []
  const step = () => {
    const block = world.step()
    expect(block.defects).toEqual([])
    ended.push(...block.ended)
  }
  for (const route of routes) {
    send(world, route)
    for (let pause = 0; pause < route.pause; pause++) step()
  }
  for (let blocks = 0; blocks === 0 || world.pending > 0; blocks++) {
    if (blocks > 500) throw new Error("the town does not become quiet")
    step()
  }
  const holdings = new Map<string, bigint>(TRADERS.flatMap((name) => ASSETS.map((asset) => [`${name} ${asset}`, START] as const)))
  const credit = (name: string, asset: string, amount: bigint) => holdings.set(`${name} ${asset}`, (holdings.get(`${name} ${asset}`) as bigint) + amount)
  const hops = ended.filter(({ type, kind }) => type === "router/Hop" && (kind === "call" || kind === "transaction"))
  const byParent = new Map(hops.filter(({ parent }) => parent !== undefined).map((hop) => [hop.parent as string, hop]))
  const splits = ended.filter(({ type, kind, end }) => type === "router/Route" && kind === "transaction" && end === "handled")
  const kept = new Map<string, bigint>()
  const roots = hops.filter(({ kind, parent }) => kind === "transaction" || splits.some(({ id }) => id === parent))
  let followed = 0
  for (const root of roots) {
    const chain = follow(root, root.kind === "transaction" ? byParent : new Map([...byParent].filter(([, hop]) => !roots.includes(hop))))
    followed += chain.length
    const { to } = root.payload as { readonly to: string }
    credit(to, root.funds.asset, -root.funds.amount)
    for (const [index, { end, funds, to: venue, events, payload }] of chain.entries()) {
      const last = index === chain.length - 1
      const { assetOut, minimumOut, rest } = payload as { readonly assetOut: string; readonly minimumOut: bigint; readonly rest: readonly unknown[] }
      const completed = events.filter(({ event }) => event.name === "router/RouteCompleted")
      if (end !== "handled") {
        expect(last).toBe(true)
        credit(to, funds.asset, funds.amount)
        saw(`leg ${index + 1} ${end}`)
        continue
      }
      if (venue === "hostile") {
        kept.set(funds.asset, (kept.get(funds.asset) ?? 0n) + funds.amount)
        saw("kept by a hostile venue")
        continue
      }
      const trades = events.filter(({ event }) => event.name === "order-book/Traded").map(({ fields }) => fields as { readonly price: number; readonly lots: number; readonly takerSide: string })
      if (trades.length > 0) {
        const spent = trades.reduce((sum, { price, lots, takerSide }) => sum + BigInt(lots) * (takerSide === "buy" ? BigInt(price) * 10n : 1_000n), 0n)
        credit(to, funds.asset, funds.amount - spent)
      }
      const ranged = events.find(({ event }) => event.name === "clmm/Swapped")?.fields as { readonly amount0: bigint; readonly amount1: bigint } | undefined
      if (ranged !== undefined) {
        const left = funds.amount - (ranged.amount0 > 0n ? ranged.amount0 : ranged.amount1)
        credit(to, funds.asset, left)
        if (left > 0n) saw("paid back what the liquidity was too little for")
      }
      // A leg that is done goes on, or it is the end and pays at least its minimum.
      expect([last, completed.length]).toEqual([rest.length === 0, rest.length === 0 ? 1 : 0])
      if (!last) continue
      const { amountOut } = completed[0]?.fields as { readonly amountOut: bigint }
      expect(amountOut).toBeGreaterThanOrEqual(minimumOut)
      credit(to, assetOut, amountOut)
      saw(`completed after ${chain.length}`)
    }
  }
  expect(followed).toBe(hops.length)
  const owed = (name: string, asset: string): bigint => (["book/cd", "book/ab"] as const).reduce((sum, at) => {
    const { base, quote, unclaimed } = world.state(OrderBook, at)
    const waiting = unclaimed.get(name)
    return sum + (waiting === undefined ? 0n : asset === base ? waiting.base : asset === quote ? waiting.quote : 0n)
  }, 0n)
  for (const name of TRADERS) for (const asset of ASSETS) expect(`${name} ${asset} ${world.balance(name, asset) + owed(name, asset)}`).toBe(`${name} ${asset} ${holdings.get(`${name} ${asset}`)}`)
  nothingLocked(world, kept)
}

const nothingLocked = (world: World, kept: ReadonlyMap<string, bigint>): void => {
  world.audit()
  for (const address of ROUTERS) expect([...world.balances(address)]).toEqual([])
  expect(new Map(world.balances("hostile"))).toEqual(new Map([...kept].sort(([left], [right]) => (left < right ? -1 : 1))))
  for (const address of ["cp/ab", "cp/bc"]) {
    const { assetX, assetY, reserveX, reserveY } = world.state(ConstantProductPool, address)
    expect([world.balance(address, assetX), world.balance(address, assetY)]).toEqual([reserveX, reserveY])
  }
  const { assets, balances } = world.state(StablePool, "stable/bcd")
  expect(assets.map((asset) => world.balance("stable/bcd", asset))).toEqual(balances)
  const weighted = world.state(WeightedPool, "weighted/acd")
  expect(weighted.assets.map((asset) => world.balance("weighted/acd", asset))).toEqual(weighted.balances)
  const ranged = world.state(ConcentratedLiquidityPool, "v3/bd")
  const { claim0, claim1 } = claimsOf(ranged)
  // What rounding left in the pool, and no more.
  for (const [asset, claim] of [["b", claim0], ["d", claim1]] as const) expect(world.balance("v3/bd", asset) - claim).toBeLessThan(200n)
  for (const address of ["v3/bd", "book/cd", "book/ab", "stable/bcd", "weighted/acd", "cp/ab", "cp/bc"]) expect(world.check(address)).toEqual([])
}

describe(`routes (seed ${SEED}, ${TOWNS} towns)`, () => {
  it("come to exactly one end each, and leave the traders with exactly that", { timeout: 3_600_000 }, () => {
    const counts = new Map<string, number>()
    fc.assert(fc.property(town, (given) => run(given, (end) => void counts.set(end, (counts.get(end) ?? 0) + 1))), { seed: SEED, numRuns: TOWNS })
    console.log([...counts].sort().map(([end, count]) => `${end} ${count}`).join(", "))
    const wanted = ["completed after 1", "completed after 2", "completed after 3", "kept by a hostile venue", "leg 1 bounced", "leg 2 bounced", "leg 3 bounced", "leg 1 expired", "leg 2 expired", "leg 3 expired", "paid back what the liquidity was too little for"]
    expect(wanted.filter((end) => !counts.has(end))).toEqual([])
  })
})

describe("a router", () => {
  it("is one of many that share nothing", () => {
    const world = openStreets(TRADERS, {})
    const legs = [{ venue: "cp/ab", assetOut: "b", minimumOut: 1n }, { venue: "cp/bc", assetOut: "c", minimumOut: 1n }, { venue: "book/cd", assetOut: "d", minimumOut: 1n }]
    for (const [index, router] of ROUTERS.entries()) world.send(TRADERS[index] as string, router, Route, { parts: [{ amountIn: UNIT, legs }], minimumOut: 1n, deadline: 999 }, { funds: { a: UNIT } })
    let messages = 0
    for (const block of [world.step(), ...world.settle()]) messages += block.ended.length
    // Each: the route, three legs, the payment, and what the order book pays its maker and pays back.
    expect(messages).toBeLessThanOrEqual(2 * 7)
    for (const name of TRADERS.slice(0, 2)) expect(world.balance(name, "d")).toBeGreaterThan(START)
    for (const router of ROUTERS) expect(world.state(Router, router)).toEqual({ stopped: 0 })
  })
})
