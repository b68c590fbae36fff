import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Actor, actor, Message, testContext, WAD, World } from "../../../core/index.ts"
import { AddLiquidity, ConstantProductPool, PoolView, Swap } from "../../../protocols/amm/constant-product/index.ts"
import {
  Observe,
  Observed,
  PriceUpdated,
  PriceView,
  readPrice,
  StalePrice,
  Tick,
  TimeWeightedOracle,
  type BaseSide,
  type TimeWeightedState,
} from "../../../protocols/oracle/index.ts"

const TWO_112 = 2n ** 112n

interface Setting {
  readonly baseSide: BaseSide
  readonly periodBlocks: number
  readonly windowObservations: number
}

const paramsOf = ({ baseSide, ...rest }: Setting) =>
  baseSide === "X" ? { base: "x", quote: "y", pool: "pool", baseSide, ...rest } : { base: "y", quote: "x", pool: "pool", baseSide, ...rest }

const worldOf = (setting: Setting, time = 1_000): World =>
  World.make(
    {
      time,
      blockSeconds: 12,
      accounts: { alice: { x: 10n ** 30n, y: 10n ** 30n }, bob: {} },
      actors: [
        actor("pool", ConstantProductPool, { assetX: "x", assetY: "y", feePips: 3_000, feeTo: null, feeSetter: null }),
        actor("oracle", TimeWeightedOracle, paramsOf(setting)),
      ],
    },
    { strict: true },
  )

const deposit = (world: World, x: bigint, y: bigint): void =>
  world.send("alice", "pool", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: { x, y } })
const swap = (world: World, asset: "x" | "y", amount: bigint): void => world.send("alice", "pool", Swap, { minimumOut: 0n }, { funds: { [asset]: amount } })
const viewOf = (world: World) => world.view(PriceView, "oracle") as NonNullable<ReturnType<typeof world.view<typeof PriceView>>>
const oracleOf = (world: World): TimeWeightedState => world.state(TimeWeightedOracle, "oracle")

describe("in a world with a real pool", () => {
  it("is what a calculation by hand gives", () => {
    const world = worldOf({ baseSide: "X", periodBlocks: 2, windowObservations: 2 }, 0)
    deposit(world, 10_000n, 20_000n)
    world.step([], { time: 100 })
    world.send("bob", "oracle", Observe, {})
    world.step([], { time: 110 })
    expect(viewOf(world)).toEqual({ base: "x", quote: "y", price: 0n, updatedAt: 0, sources: 0 })
    swap(world, "y", 20_000n)
    world.step([], { time: 130 })
    const { reserveX, reserveY } = world.view(PoolView, "pool") as NonNullable<ReturnType<typeof world.view<typeof PoolView>>>
    expect([reserveX, reserveY]).toEqual([5_008n, 40_000n])
    world.step([], { time: 200 })
    // 20 seconds at 20,000 / 10,000 and 70 seconds at 40,000 / 5,008, over 90 seconds
    const uq = (20n * 2n * TWO_112 + 70n * ((40_000n * TWO_112) / 5_008n)) * WAD
    expect(viewOf(world)).toEqual({ base: "x", quote: "y", price: uq / (90n * TWO_112), updatedAt: 200, sources: 2 })
    expect(viewOf(world).price).toBe(6_656727014554490592n)
  })

  it("is the average over the seconds of the window, of what the pool's reserves were, for any trades, times and periods", () => {
    const action = fc.record({
      seconds: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 5_000 })),
      asset: fc.constantFrom("x" as const, "y" as const),
      amount: fc.oneof(fc.constant(0n), fc.bigInt(1n, 10n ** 20n)),
      poke: fc.boolean(),
    })
    const setting = fc.record({
      baseSide: fc.constantFrom("X" as const, "Y" as const),
      periodBlocks: fc.integer({ min: 1, max: 4 }),
      windowObservations: fc.integer({ min: 2, max: 5 }),
    })
    const start = fc.constantFrom(0, 1_000, 2 ** 32 - 500)
    fc.assert(
      fc.property(setting, start, fc.array(action, { minLength: 5, maxLength: 40 }), (given, genesisTime, actions) => {
        const world = worldOf(given, genesisTime)
        deposit(world, 10n ** 19n, 3n * 10n ** 19n)
        world.step()
        /** For each block: its time, and the price from then on. */
        const history: { time: number; price: bigint }[] = []
        const note = () => {
          const pool = world.view(PoolView, "pool") as NonNullable<ReturnType<typeof world.view<typeof PoolView>>>
          const [base, quote] = given.baseSide === "X" ? [pool.reserveX, pool.reserveY] : [pool.reserveY, pool.reserveX]
          history.push({ time: world.time, price: (quote * TWO_112) / base })
        }
        note()
        let dueNext = 0
        const times: number[] = []
        for (const { seconds, asset, amount, poke } of actions) {
          const before = world.observe("oracle")
          const height = world.height + 1
          const time = world.time + seconds
          const observes = dueNext === 0 ? poke : height === dueNext
          if (amount > 0n) swap(world, asset, amount)
          if (poke) world.send("bob", "oracle", Observe, {})
          const block = world.step([], { time })
          expect(block.defects).toEqual([])
          expect(world.check("oracle", before)).toEqual([])
          if (observes) {
            dueNext = height + given.periodBlocks
            if (times.at(-1) !== time) times.push(time)
          }
          note()
          expect(world.pendingTimers).toBe(dueNext === 0 || dueNext === height + 1 ? 0 : 1)
          const last = times.at(-1)
          const first = times.at(-given.windowObservations)
          if (last === undefined || first === undefined) {
            expect(viewOf(world).price).toBe(0n)
            continue
          }
          let sum = 0n
          for (let index = 1; index < history.length; index++) {
            const [from, to] = [history[index - 1], history[index]] as [(typeof history)[0], (typeof history)[0]]
            if (from.time >= first && to.time <= last) sum += from.price * BigInt(to.time - from.time)
          }
          const average = (sum * WAD) / (TWO_112 * BigInt(last - first))
          expect(viewOf(world)).toMatchObject({ price: average, updatedAt: last, sources: given.windowObservations })
        }
        world.audit()
      }),
      { numRuns: 200 },
    )
  })

  it("cannot be moved within one block: what is bought and sold back before its end leaves no trace but the fees", () => {
    const run = (attack: boolean): bigint => {
      const world = worldOf({ baseSide: "X", periodBlocks: 3, windowObservations: 2 })
      deposit(world, 10n ** 18n, 10n ** 18n)
      world.step()
      world.send("bob", "oracle", Observe, {})
      world.step()
      world.step()
      if (attack) {
        swap(world, "y", 10n ** 18n) // up to four times the price
        swap(world, "x", 499248873309964947n)
      }
      world.step()
      world.step()
      expect(viewOf(world).updatedAt).toBe(world.time)
      return viewOf(world).price
    }
    expect(run(false)).toBe(WAD)
    const moved = run(true) - WAD
    expect(moved > 0n && 200n * moved < WAD).toBe(true)
  })
})

describe("the timer", () => {
  it("starts with the first observation from anybody, and never stops", () => {
    const world = worldOf({ baseSide: "X", periodBlocks: 3, windowObservations: 2 })
    expect(world.settle()).toEqual([])
    deposit(world, 10_000n, 20_000n)
    world.step()
    world.send("bob", "oracle", Observe, {})
    world.send("alice", "oracle", Observe, {})
    expect(world.step().receipts.map(({ status }) => status)).toEqual(["handled", "bounced"])
    for (let block = 0; block < 20; block++) {
      world.step()
      expect(world.pendingTimers + world.pending).toBeGreaterThanOrEqual(1)
      expect(oracleOf(world).tickDue).toBe(5 + 3 * Math.trunc((world.height - 2) / 3))
    }
    expect(readPrice(viewOf(world), world.time, 36)).toBe(2n * WAD)
  })

  it("is not started by an empty pool, and outlives one that is emptied", () => {
    const SetReserves = Message.make("test/SetReserves", { payload: { reserves: PoolView.codec } })
    const Pool = Actor.make("test/Pool", {
      params: {},
      state: { view: PoolView.codec },
      messages: { SetReserves },
      view: PoolView,
      publish: ({ view }) => view,
      create: () => ({ view: { reserveX: 0n, reserveY: 0n, shares: 0n, priceXCumulative: 0n, priceYCumulative: 0n, timeLast: 0, feePips: 0 } }),
      handlers: { SetReserves: (_, { reserves }) => ({ state: { view: reserves } }) },
    })
    const world = World.make({
      accounts: { bob: {} },
      actors: [actor("pool", Pool, {}), actor("oracle", TimeWeightedOracle, paramsOf({ baseSide: "Y", periodBlocks: 1, windowObservations: 2 }))],
    }, { strict: true })
    const become = (reserveX: bigint, reserveY: bigint) =>
      world.send("bob", "pool", SetReserves, { reserves: { reserveX, reserveY, shares: 0n, priceXCumulative: 0n, priceYCumulative: 0n, timeLast: world.time + 1, feePips: 0 } })

    world.send("bob", "oracle", Observe, {})
    expect(world.step().receipts[0]).toMatchObject({ status: "bounced", refusal: { _tag: "oracle/EmptyPool" } })
    expect(world.pendingTimers + world.pending).toBe(1) // the bounce
    become(6n, 3n)
    world.step()
    world.send("bob", "oracle", Observe, {})
    world.step()
    world.step()
    expect(viewOf(world)).toMatchObject({ price: 2n * WAD, updatedAt: 4, sources: 2 })
    become(0n, 0n)
    for (let block = 0; block < 4; block++) world.step()
    expect(oracleOf(world).observations).toEqual([])
    expect(viewOf(world)).toMatchObject({ price: 2n * WAD, updatedAt: 5 })
    expect(readPrice(viewOf(world), world.time, 3)).toBe(2n * WAD)
    expect(readPrice(viewOf(world), world.time, 2)).toBeInstanceOf(StalePrice)
    become(9n, 3n)
    for (let block = 0; block < 3; block++) world.step()
    expect(viewOf(world)).toMatchObject({ price: 3n * WAD, updatedAt: 11 })
  })

  it("is never doubled: an overdue tick is replaced by anybody's Observe, and does nothing when it comes", () => {
    const world = worldOf({ baseSide: "X", periodBlocks: 2, windowObservations: 2 })
    deposit(world, 10_000n, 20_000n)
    world.step()
    world.send("bob", "oracle", Observe, {})
    world.step()
    world.hold(({ kind }) => kind === "timer")
    world.step()
    world.step()
    expect(world.held.map(({ type }) => type)).toEqual(["oracle/Tick"])
    world.send("bob", "oracle", Observe, {})
    world.step()
    expect(oracleOf(world)).toMatchObject({ tickDue: 7, updatedAt: world.time })
    const state = oracleOf(world)
    world.deliver()
    expect(world.step().ended.map(({ type, end }) => [type, end])).toEqual([["oracle/Tick", "handled"]])
    expect(oracleOf(world)).toBe(state)
    for (let block = 0; block < 9; block++) {
      world.step()
      expect(world.pendingTimers + world.pending).toBe(1)
    }
  })

  it("survives a snapshot", () => {
    const world = worldOf({ baseSide: "X", periodBlocks: 2, windowObservations: 3 })
    deposit(world, 10_000n, 20_000n)
    world.step()
    world.send("bob", "oracle", Observe, {})
    for (let block = 0; block < 5; block++) world.step()
    const restored = World.restore([ConstantProductPool, TimeWeightedOracle], world.snapshot())
    for (let block = 0; block < 5; block++) expect(restored.step().header).toEqual(world.step().header)
    expect(viewOf(restored).price).toBe(2n * WAD)
  })
})

describe("without an engine", () => {
  const pool = { reserveX: 1n, reserveY: 2n, shares: 1n, priceXCumulative: 0n, priceYCumulative: 0n, timeLast: 0, feePips: 0 }
  const views = [[PoolView, "pool", pool]] as const
  const fresh = TimeWeightedOracle.create(paramsOf({ baseSide: "X", periodBlocks: 5, windowObservations: 2 }), "oracle")
  const tick = (oracle: TimeWeightedState, height: number, time: number) => {
    const answer = TimeWeightedOracle.handlers.Tick(oracle, { due: height }, testContext({ self: "oracle", sender: "oracle", height, time, views }))
    if (!("state" in answer)) throw new TypeError(String(answer))
    return answer
  }

  it("observes, publishes and sets one timer", () => {
    const first = TimeWeightedOracle.handlers.Observe(fresh, {}, testContext({ self: "oracle", height: 4, time: 10, views }))
    const observation = { time: 10, cumulative: 20n * TWO_112 }
    expect(first).toEqual({
      state: { ...fresh, observations: [observation], tickDue: 9 },
      timers: [{ blocks: 5, message: Tick, payload: { due: 9 } }],
      events: [Observed.make(observation)],
    })
    const second = tick({ ...fresh, observations: [observation], tickDue: 9 }, 9, 20)
    expect(second.events?.[1]).toEqual(PriceUpdated.make({ price: 2n * WAD, updatedAt: 20, sources: 2 }))
  })
  it("records nothing in a block of the same time, but waits for the next tick", () => {
    const oracle = { ...fresh, observations: [{ time: 10, cumulative: 1n }], tickDue: 9 }
    expect(tick(oracle, 9, 10)).toEqual({ state: { ...oracle, tickDue: 14 }, timers: [{ blocks: 5, message: Tick, payload: { due: 14 } }] })
  })
  it("forgets observations that are 2^32 seconds old, where the gain of a sum may have wrapped", () => {
    const oracle = { ...fresh, observations: [{ time: 10, cumulative: 1n }], tickDue: 9 }
    expect(tick(oracle, 9, 10 + 2 ** 32).state).toMatchObject({ price: 0n, observations: [{ time: 10 + 2 ** 32 }] })
    expect(tick(oracle, 9, 9 + 2 ** 32).state.observations.length).toBe(2)
  })
})
