import { describe, expect, it } from "vitest"
import {
  actor,
  Funds,
  MailboxFull,
  NoSuchActor,
  Payment,
  payOne,
  testContext,
  World,
  type AnyMessage,
  type EndedMessage,
  type Failure,
  type FundsLike,
} from "../../../core/index.ts"
import { ConstantProductPool } from "../../../protocols/amm/constant-product/index.ts"
import { Collect } from "../../../protocols/lending/isolated-market/index.ts"
import { Liquidator, minimumOutUp, profitOf, ROUTES_MAX } from "../../../protocols/lending/liquidator/index.ts"
import { COLLATERAL, LOAN, MARKET } from "../lending/ours.ts"
import { CAPITAL, DUST, eventsOf, FLOODER, KEEPER, LIQUIDATOR, openRoute, POOL, sayPrice, type RouteWorld } from "./route-world.ts"

const { StartRoute, WithdrawFunds, Recover, Continue } = Liquidator.messages
const ALL = { borrower: "bob", seizedAssets: 500_000n, repaidShares: 0n, repaidAssetsMax: 2_000_000_000n, minimumOut: 900_000_000n }

/** A fallen price: everybody may be liquidated. */
const crashed = (settings?: Parameters<typeof openRoute>[0]): RouteWorld => {
  const route = openRoute(settings)
  sayPrice(route.world, 950_000)
  route.world.step()
  return route
}

const start = (route: RouteWorld, payload: Partial<typeof ALL> = {}): void => route.world.send(KEEPER, LIQUIDATOR, StartRoute, { ...ALL, ...payload })

const settle = ({ world }: RouteWorld): readonly EndedMessage[] => world.settle({ blocksMax: 500 }).flatMap((block) => block.ended)

const inHand = ({ world }: RouteWorld) => ({ loan: world.balance(LIQUIDATOR, LOAN), collateral: world.balance(LIQUIDATOR, COLLATERAL) })

describe("a route", () => {
  it("takes five blocks, and holds at each what messages.ts says", () => {
    const route = crashed()
    const { world } = route
    start(route)
    const seen: unknown[] = []
    const ended: EndedMessage[] = []
    for (let block = 0; block <= 6; block++) {
      ended.push(...world.step().ended)
      seen.push({ ...inHand(route), under: [world.underWay(LOAN), world.underWay(COLLATERAL)], routes: route.liquidator().routes.size })
    }
    const [{ repaidAssets, seizedAssets, amountOut, profit }] = eventsOf(ended, "liquidator/RouteEnded") as any
    const M = ALL.repaidAssetsMax
    const rest = CAPITAL - M
    expect(seizedAssets).toBe(500_000n)
    expect(seen).toEqual([
      { loan: rest, collateral: 0n, under: [M, 0n], routes: 1 },
      { loan: rest, collateral: 0n, under: [M - repaidAssets, seizedAssets], routes: 1 },
      { loan: CAPITAL - repaidAssets, collateral: seizedAssets, under: [0n, 0n], routes: 1 },
      { loan: CAPITAL - repaidAssets, collateral: 0n, under: [0n, seizedAssets], routes: 1 },
      { loan: CAPITAL - repaidAssets, collateral: 0n, under: [amountOut, 0n], routes: 1 },
      { loan: CAPITAL, collateral: 0n, under: [profit, 0n], routes: 0 },
      { loan: CAPITAL, collateral: 0n, under: [0n, 0n], routes: 0 },
    ])
    expect(profit).toBe(amountOut - repaidAssets)
    expect(profit).toBeGreaterThan(0n)
    expect(world.balance(KEEPER, LOAN)).toBe(profit)
  })

  it("ends at once where the market refuses, with everything back", () => {
    const route = openRoute()
    start(route)
    const ended = settle(route)
    expect(eventsOf(ended, "liquidator/RouteRefused")).toEqual([{ route: 0, borrower: "bob", reason: "lending/PositionHealthy" }])
    expect([inHand(route), route.liquidator().routes.size]).toEqual([{ loan: CAPITAL, collateral: 0n }, 0])
  })

  it("ends at once where the market does not live", () => {
    const assets = { loanAsset: LOAN, collateralAsset: COLLATERAL }
    const params = { ...assets, owner: KEEPER, market: "nowhere", pool: POOL, attemptsMax: 1, retryBlocks: 1, deadlineBlocks: 1 }
    const world = World.make({ accounts: { [KEEPER]: {} }, actors: [actor(LIQUIDATOR, Liquidator, params, { [LOAN]: CAPITAL })] })
    world.send(KEEPER, LIQUIDATOR, StartRoute, ALL)
    const ended = world.settle().flatMap((block) => block.ended)
    expect(eventsOf(ended, "liquidator/RouteRefused")).toMatchObject([{ reason: "core/NoSuchActor" }])
    expect(world.balance(LIQUIDATOR, LOAN)).toBe(CAPITAL)
  })

  it("tries a sale below its minimum again, gives up, and keeps the collateral for its owner", () => {
    const route = crashed({ attemptsMax: 3, retryBlocks: 2 })
    start(route, { minimumOut: 10n ** 12n })
    const ended = settle(route)
    expect(eventsOf(ended, "liquidator/AttemptFailed").map(({ attempts, reason }) => [attempts, reason])).toEqual([
      [1, "amm/SlippageExceeded"],
      [2, "amm/SlippageExceeded"],
      [3, "amm/SlippageExceeded"],
    ])
    expect(eventsOf(ended, "liquidator/RouteEnded")).toMatchObject([{ seizedAssets: 500_000n, soldAssets: 0n, amountOut: 0n, profit: 0n }])
    expect(inHand(route).collateral).toBe(500_000n)
    route.world.send(KEEPER, LIQUIDATOR, WithdrawFunds, { asset: COLLATERAL, amount: 500_000n })
    settle(route)
    expect([route.world.balance(KEEPER, COLLATERAL), inHand(route).collateral]).toEqual([500_000n, 0n])
  })

  it("sells what there is when its owner took collateral out, at the minimum's part", () => {
    const route = crashed()
    start(route, { minimumOut: 900_000_001n })
    for (let block = 0; block < 3; block++) route.world.step()
    // Taken out just before the sale leaves.
    route.world.hold(({ type, to }) => type === "liquidator/Continue" && to === LIQUIDATOR)
    route.world.send(KEEPER, LIQUIDATOR, WithdrawFunds, { asset: COLLATERAL, amount: 200_000n })
    route.world.step()
    route.world.deliver()
    const ended = settle(route)
    const [sale] = ended.filter(({ type, to, kind }) => type === "amm/Swap" && to === POOL && kind === "call")
    expect([sale?.funds.get(COLLATERAL), (sale?.payload as { minimumOut: bigint }).minimumOut]).toEqual([300_000n, 540_000_001n])
    expect(eventsOf(ended, "liquidator/RouteEnded")).toMatchObject([{ soldAssets: 300_000n, seizedAssets: 500_000n, profit: 0n }])
    expect(route.liquidator().routes.size).toBe(0)
  })

  it("pays the owner nothing of a sale at a loss", () => {
    const route = crashed()
    const pool = route.world
    // Somebody sells before: the pool pays about half of what it did.
    pool.send("alice", POOL, route.world.definitionOf(POOL).messages["Swap"] as AnyMessage, { minimumOut: 0n }, { funds: { [COLLATERAL]: 50_000_000n } })
    pool.step()
    start(route, { minimumOut: 0n })
    const ended = settle(route)
    const [{ amountOut, repaidAssets, profit }] = eventsOf(ended, "liquidator/RouteEnded") as any
    expect(amountOut).toBeLessThan(repaidAssets)
    expect([profit, route.world.balance(KEEPER, LOAN), inHand(route).loan]).toEqual([0n, 0n, CAPITAL - repaidAssets + amountOut])
  })

  it("runs beside others; their collateral is one heap", () => {
    const route = crashed()
    for (const borrower of ["bob", "carol", "dave"]) start(route, { borrower, repaidAssetsMax: 1_000_000_000n })
    const ended = settle(route)
    expect(eventsOf(ended, "liquidator/RouteEnded").map(({ route: number, borrower, soldAssets }) => [number, borrower, soldAssets])).toEqual([
      [0, "bob", 500_000n],
      [1, "carol", 500_000n],
      [2, "dave", 500_000n],
    ])
    expect([inHand(route), route.liquidator().started]).toEqual([{ loan: CAPITAL, collateral: 0n }, 3])
  })
})

interface Case {
  readonly name: keyof typeof Liquidator.messages
  readonly failure: string
  readonly payload?: object
  readonly from?: string
  readonly funds?: FundsLike
  readonly routes?: number
}

const take = (amount: bigint) => ({ asset: LOAN, amount })
/** Each declared failure; then two faults each, of which the one declared first is returned. */
const CASES: readonly Case[] = [
  { name: "StartRoute", failure: "liquidator/FundsAttached", funds: { [DUST]: 1n }, from: FLOODER },
  { name: "StartRoute", failure: "liquidator/NotOwner", from: "alice" },
  { name: "StartRoute", failure: "liquidator/TooManyRoutes", routes: ROUTES_MAX },
  { name: "StartRoute", failure: "liquidator/InsufficientHoldings", payload: { ...ALL, repaidAssetsMax: CAPITAL + 1n } },
  { name: "WithdrawFunds", failure: "liquidator/FundsAttached", payload: take(1n), funds: { [DUST]: 1n }, from: FLOODER },
  { name: "WithdrawFunds", failure: "liquidator/NotOwner", payload: take(1n), from: "alice" },
  { name: "WithdrawFunds", failure: "liquidator/InsufficientHoldings", payload: take(CAPITAL + 1n) },
  { name: "Recover", failure: "liquidator/FundsAttached", payload: {}, funds: { [DUST]: 1n }, from: FLOODER },
  { name: "Continue", failure: "liquidator/NotSelf", payload: { route: 0 } },
  { name: "StartRoute", failure: "liquidator/NotOwner", from: "alice", routes: ROUTES_MAX },
  { name: "StartRoute", failure: "liquidator/TooManyRoutes", routes: ROUTES_MAX, payload: { ...ALL, repaidAssetsMax: CAPITAL + 1n } },
  { name: "WithdrawFunds", failure: "liquidator/NotOwner", payload: take(CAPITAL + 1n), from: "alice" },
]

describe("a refused message", () => {
  const seen = new Set<string>()
  for (const { name, failure, payload = ALL, from = KEEPER, funds = {}, routes = 0 } of CASES) {
    it(`${name} from ${from} with ${JSON.stringify(Object.keys(funds))}, ${routes} routes under way: ${failure}, and nothing happened`, () => {
      const route = openRoute()
      const { world } = route
      if (routes > 0) {
        world.hold(({ to }) => to === MARKET)
        for (let count = 0; count < routes; count++) start(route, { repaidAssetsMax: 1n })
        world.step()
      }
      const [before, state] = [inHand(route), route.liquidator()]
      world.send(from, LIQUIDATOR, Liquidator.messages[name] as AnyMessage, payload as never, { funds })
      const { receipts, defects } = world.step()
      expect([receipts, defects]).toMatchObject([[{ refusal: { _tag: failure } }], []])
      expect([inHand(route), route.liquidator()]).toEqual([before, state])
      seen.add(`${name} ${failure}`)
    })
  }

  it("has shown every declared failure", () => {
    const declared = Object.entries(Liquidator.messages).flatMap(([name, { failures }]) => failures.map(({ tag }) => `${name} ${tag}`))
    expect([...seen].sort()).toEqual(declared.sort())
  })

  it("names the longest asset without a defect", () => {
    const asset = `${"a".repeat(120)}:${"b".repeat(40)}`
    const context = testContext({ sender: KEEPER, funds: { [asset]: 1n } })
    expect(Liquidator.handlers.Recover(openRoute().liquidator(), {}, context)).toMatchObject({ _tag: "liquidator/FundsAttached" })
  })
})

describe("small things", () => {
  it("are rounded for the owner: the minimum up, a loss to nothing", () => {
    expect([minimumOutUp(10n, 1n, 3n), minimumOutUp(10n, 3n, 3n), minimumOutUp(0n, 1n, 3n)]).toEqual([4n, 10n, 0n])
    expect([profitOf(5n, 3n), profitOf(3n, 5n), profitOf(3n, 3n)]).toEqual([2n, 0n, 0n])
  })

  it("refuse one asset on both sides", () => {
    const params = { owner: KEEPER, market: MARKET, pool: POOL, loanAsset: LOAN, collateralAsset: LOAN, attemptsMax: 1, retryBlocks: 1, deadlineBlocks: 1 }
    expect(() => Liquidator.create(params, LIQUIDATOR)).toThrow(`loan asset and collateral are both ${LOAN}`)
  })

  it("recover what came back from the market", () => {
    const route = openRoute()
    route.world.send(FLOODER, LIQUIDATOR, Recover, {})
    const ended = settle(route)
    expect(ended.find(({ type, kind }) => type === Collect.name && kind === "call")?.refusal).toMatchObject({ _tag: "lending/NothingUnpaid" })
    expect(route.liquidator().routes.size).toBe(0)
  })

  it("accept a payment from anybody, for the owner", () => {
    const route = openRoute()
    route.world.send(FLOODER, LIQUIDATOR, Payment, {}, { funds: { [DUST]: 7n } })
    route.world.step()
    route.world.send(KEEPER, LIQUIDATOR, WithdrawFunds, { asset: DUST, amount: 7n })
    settle(route)
    expect(route.world.balance(KEEPER, DUST)).toBe(7n)
  })

  it("are paid again by the pool where a mailbox was full, and nowhere else", () => {
    const pool = openRoute().pool()
    const bounce = { message: Payment, payload: {}, refund: Funds.of(LOAN, 5n), by: LIQUIDATOR }
    const back = (reason: Failure) => ConstantProductPool.bounced?.(pool, { ...bounce, reason }, testContext({ self: POOL }))
    expect(back(new MailboxFull({ maximum: 1n }))).toEqual({ state: pool, sends: [payOne(LIQUIDATOR, LOAN, 5n)] })
    expect(back(new NoSuchActor({ address: LIQUIDATOR }))).toEqual({ state: pool, sends: [] })
  })

  it("ignore a timer of a route that is no more", () => {
    const state = openRoute().liquidator()
    expect(Liquidator.handlers.Continue(state, { route: 5 }, testContext({ self: LIQUIDATOR, sender: LIQUIDATOR }))).toEqual({ state })
    expect(Continue.failures.map(({ tag }) => tag)).toEqual(["liquidator/NotSelf"])
  })
})
