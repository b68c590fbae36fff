import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { LIMITS, type EndedMessage, type MessageRecord, type World } from "../../../core/index.ts"
import { Collect, Liquidate } from "../../../protocols/lending/isolated-market/index.ts"
import { Swap } from "../../../protocols/amm/constant-product/index.ts"
import { Liquidator } from "../../../protocols/lending/liquidator/index.ts"
import { COLLATERAL, LOAN, MARKET } from "../lending/ours.ts"
import { BORROWERS, CAPITAL, eventsOf, Flood, FLOOD, FLOODER, KEEPER, LIQUIDATOR, openRoute, POOL, sayPrice, type RouteWorld } from "./route-world.ts"

/**
 * Random disturbances of every leg of the liquidator's route: refusals, by the market's and the pool's own reasons and by injected ones, in any
 * block; messages, replies and bounces that are late; mailboxes that are full; deadlines that pass; a price that comes and goes. When all is quiet
 * again: no route is under way, nothing is left anywhere but with whom it belongs, what came back can be collected, all can be taken out, and the
 * money is what the told trades make it.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const SCHEDULES = process.env["BLOCKSTEP_LONG"] === "1" ? 20_000 : 1_000
const BLOCKS = 24

const { StartRoute, WithdrawFunds, Recover } = Liquidator.messages
const height = fc.integer({ min: 0, max: BLOCKS })
/** Blocks of the route world are counted from here. */
const FIRST_HEIGHT = 8

const schedule = fc.record({
  attemptsMax: fc.integer({ min: 1, max: 4 }),
  retryBlocks: fc.integer({ min: 1, max: 4 }),
  deadlineBlocks: fc.integer({ min: 1, max: 5 }),
  /** Messages that wait in a mailbox, and that an actor takes in a block. */
  limits: fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: fc.record({ mailboxMax: fc.integer({ min: 2, max: 6 }), capacity: fc.integer({ min: 1, max: 3 }) }) },
  ),
  starts: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 6 }),
      borrower: fc.constantFrom(...BORROWERS),
      seized: fc.constantFrom(1n, 300_000n, 700_000n, 870_000n, 2_000_000n),
      byShares: fc.boolean(),
      repaidMax: fc.constantFrom(1_700_000_000n, 1_700_000_000n, 10n),
      minimum: fc.constantFrom(0n, 0n, 500_000_000n, 10n ** 12n),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  prices: fc.array(fc.record({ at: fc.integer({ min: 1, max: 8 }), pips: fc.constantFrom(0, 700_000, 950_000, 1_100_000) }), { maxLength: 1 }),
  floods: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 12 }),
      blocks: fc.integer({ min: 1, max: 8 }),
      to: fc.constantFrom(MARKET, POOL, LIQUIDATOR, LIQUIDATOR, KEEPER),
      count: fc.integer({ min: 2, max: 8 }),
    }),
    { maxLength: 4 },
  ),
  refusals: fc.array(fc.record({ message: fc.constantFrom(Liquidate.name, Swap.name, Swap.name, Collect.name), from: height, blocks: fc.integer({ min: 1, max: 8 }) }), { maxLength: 4 }),
  holds: fc.array(
    fc.record({
      at: height,
      blocks: fc.integer({ min: 1, max: 6 }),
      to: fc.constantFrom(MARKET, POOL, LIQUIDATOR, LIQUIDATOR, KEEPER),
      kinds: fc.subarray(["call", "reply", "bounce"] as const, { minLength: 1 }),
    }),
    { maxLength: 3 },
  ),
  withdrawals: fc.array(fc.record({ at: height, amount: fc.constantFrom(1n, 200_000n) }), { maxLength: 1 }),
})
type Schedule = typeof schedule extends fc.Arbitrary<infer S> ? S : never

const WANTED = [
  "profit",
  "sold",
  "unsold",
  "sold in part",
  "liquidation refused: lending/PositionHealthy",
  "liquidation refused: lending/InsufficientPayment",
  "liquidation refused: oracle/NoPrice",
  "liquidation refused: core/MailboxFull",
  "liquidation refused: core/Expired",
  "liquidation refused: core/OutOfRange",
  "attempt failed: core/MailboxFull",
  "attempt failed: core/Expired",
  "attempt failed: core/OutOfRange",
  "attempt failed: amm/SlippageExceeded",
  "the market kept a payment",
  "a route collected it",
  "the pool paid again",
  "the owner's mailbox was full",
  "a late message",
  "several routes",
]

const injected = ({ refusals }: Schedule): { readonly [message: string]: readonly number[] } => {
  const heights: { [message: string]: number[] } = {}
  for (const { message, from, blocks } of refusals) {
    const list = (heights[message] ??= [])
    for (let block = 0; block < blocks; block++) list.push(FIRST_HEIGHT + from + block)
  }
  return heights
}

/** Runs a schedule; gives all that ended. */
const disturb = (route: RouteWorld, plan: Schedule): readonly EndedMessage[] => {
  const { world, liquidator } = route
  const ended: EndedMessage[] = []
  for (let at = 0; at <= BLOCKS; at++) {
    for (const { at: when, pips } of plan.prices) if (when === at) sayPrice(world, pips)
    for (const { at: when, borrower, seized, byShares, repaidMax, minimum } of plan.starts) {
      const amounts = byShares ? { seizedAssets: 0n, repaidShares: seized * 1_800n * 1_000_000n } : { seizedAssets: seized, repaidShares: 0n }
      if (when === at) world.send(KEEPER, LIQUIDATOR, StartRoute, { borrower, ...amounts, repaidAssetsMax: repaidMax, minimumOut: minimum })
    }
    for (const { at: when, amount } of plan.withdrawals) if (when === at) world.send(KEEPER, LIQUIDATOR, WithdrawFunds, { asset: COLLATERAL, amount })
    for (const { at: when, blocks, to, kinds } of plan.holds) {
      if (when === at) world.hold(({ kind, to: receiver }: MessageRecord) => receiver === to && kinds.some((held) => held === kind))
      if (when + blocks === at) world.deliver()
    }
    const block = world.step()
    expect(block.defects).toEqual([])
    ended.push(...block.ended)
    expect(liquidator().routes.size).toBeLessThanOrEqual(4)
  }
  world.deliver()
  ended.push(...quiet(world))
  return ended
}

const quiet = (world: World): readonly EndedMessage[] =>
  world.settle({ blocksMax: 1_000 }).flatMap((block) => {
    expect(block.defects).toEqual([])
    return block.ended
  })

const sum = (events: readonly { readonly [field: string]: any }[], field: string): bigint => events.reduce((total, event) => total + (event[field] as bigint), 0n)

/** What the owner, and any borrower or lender, can have once all is quiet. */
const redeem = ({ world, market, liquidator }: RouteWorld): readonly EndedMessage[] => {
  const ended: EndedMessage[] = []
  world.send(FLOODER, LIQUIDATOR, Recover, {})
  ended.push(...quiet(world))
  for (const asset of [LOAN, COLLATERAL]) {
    world.send(KEEPER, LIQUIDATOR, WithdrawFunds, { asset, amount: world.balance(LIQUIDATOR, asset) })
    ended.push(...quiet(world))
  }
  expect([market().unpaid.size, liquidator().routes.size, world.balance(LIQUIDATOR, LOAN), world.balance(LIQUIDATOR, COLLATERAL)]).toEqual([0, 0, 0n, 0n])
  return ended
}

describe(`the liquidator's route, disturbed (seed ${SEED}, ${SCHEDULES} schedules)`, () => {
  it("locks nothing and loses nothing", { timeout: 3_600_000 }, () => {
    const counts = new Map(WANTED.map((name) => [name, 0]))
    const saw = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
    fc.assert(
      fc.property(schedule, (plan) => {
        const route = openRoute({ ...plan, refusals: injected(plan) })
        const { world, market, pool, liquidator } = route
        expect(world.height).toBe(FIRST_HEIGHT)
        sayPrice(world, 950_000)
        for (const { at, ...flood } of plan.floods) world.send(FLOODER, FLOOD, Flood, { from: at, ...flood })
        const before = world.observe(LIQUIDATOR)
        const ended = disturb(route, plan)
        expect([world.pending, world.pendingTimers, liquidator().routes.size]).toEqual([0, 0, 0])
        expect([world.check(LIQUIDATOR, before), world.check(MARKET), world.check(POOL)]).toEqual([[], [], []])
        world.audit()
        const all = [...ended, ...redeem(route)]
        world.audit()

        // The pool holds its reserves and no gift; the market what it owes, and a unit of rounding for each liquidation at most.
        expect([world.balance(POOL, COLLATERAL), world.balance(POOL, LOAN)]).toEqual([pool().reserveX, pool().reserveY])
        const { totalSupplyAssets, totalBorrowAssets, totalCollateral } = market()
        const liquidations = eventsOf(all, "lending/Liquidated")
        const surplus = world.balance(MARKET, LOAN) - (totalSupplyAssets - totalBorrowAssets)
        expect([surplus >= 0n && surplus <= BigInt(liquidations.length), world.balance(MARKET, COLLATERAL)]).toEqual([true, totalCollateral])

        // What the owner has in the end is the capital, less what was repaid, and what was sold.
        const sales = eventsOf(all, "amm/Swapped").filter(({ sender }) => sender === LIQUIDATOR)
        expect(world.balance(KEEPER, LOAN)).toBe(CAPITAL - sum(liquidations, "repaidAssets") + sum(sales, "amountYOut"))
        expect(world.balance(KEEPER, COLLATERAL)).toBe(sum(liquidations, "seizedAssets") - sum(sales, "amountXIn"))

        // Every route that was started told of its end, once.
        const ends = [...eventsOf(all, "liquidator/RouteEnded"), ...eventsOf(all, "liquidator/RouteRefused")].map(({ route: number }) => number as number)
        expect(ends.sort((left, right) => left - right)).toEqual(Array.from({ length: liquidator().started }, (_, index) => index))
        for (const sight of sights(all)) saw(sight)
        if (plan.holds.length > 0) saw("a late message")
      }),
      { seed: SEED, numRuns: SCHEDULES },
    )
    console.log(`${SCHEDULES} schedules: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}`)
    expect([...counts].filter(([name, count]) => count === 0 && WANTED.includes(name))).toEqual([])
    expect(LIMITS.timersMax).toBeGreaterThanOrEqual(64)
  })
})

const sights = (all: readonly EndedMessage[]): readonly string[] => {
  const ends = eventsOf(all, "liquidator/RouteEnded")
  const full = ({ kind, reason }: EndedMessage): boolean => kind === "bounce" && reason?._tag === "core/MailboxFull"
  return [
    ...ends.flatMap(({ profit, soldAssets, seizedAssets }) => [
      ...(profit > 0n ? ["profit"] : []),
      ...(soldAssets === 0n ? ["unsold"] : soldAssets < seizedAssets ? ["sold in part"] : ["sold"]),
    ]),
    ...(ends.length > 1 ? ["several routes"] : []),
    ...eventsOf(all, "liquidator/RouteRefused").map(({ reason }) => `liquidation refused: ${reason}`),
    ...eventsOf(all, "liquidator/AttemptFailed").map(({ reason }) => `attempt failed: ${reason}`),
    ...eventsOf(all, "lending/Returned").map(() => "the market kept a payment"),
    ...all.flatMap((message) => [
      ...(message.kind === "reply" && message.type === Collect.name ? ["a route collected it"] : []),
      ...(full(message) && message.type === "core/Payment" && message.to === POOL ? ["the pool paid again"] : []),
      ...(full(message) && message.type === "core/Payment" && message.from === KEEPER ? ["the owner's mailbox was full"] : []),
    ]),
  ]
}
