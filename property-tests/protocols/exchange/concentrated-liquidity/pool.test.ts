import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, Failure, Payment, World, type AnyMessage, type FundsLike, type Observed } from "../../../../core/index.ts"
import {
  ConcentratedLiquidityPool,
  highestTick,
  liquidityDown,
  liquidityPerTickMax,
  lowestTick,
  MAX_SQRT_PRICE_X96,
  MIN_SQRT_PRICE_X96,
  PoolView,
  quoteIn,
  quoteOut,
  sqrtPriceX96AtTick,
  worthOf,
  type PoolState,
  type Quote,
} from "../../../../protocols/exchange/concentrated-liquidity/index.ts"
import { endOf, openPool, OWNER, POOL, poolOf, stepSoundly } from "./ours.ts"

const { Initialize, Swap, SwapForExact, Mint, Deposit, Burn, Collect, SetFeeProtocol, CollectProtocol } = ConcentratedLiquidityPool.messages
type MessageName = keyof typeof ConcentratedLiquidityPool.messages

const Q96 = 2n ** 96n
const UNIT = 10n ** 18n
const NO_MINIMA = { amount0Min: 0n, amount1Min: 0n }
const AROUND = { tickLower: -600, tickUpper: 600 }
const ALL = { amount0Max: 2n ** 128n - 1n, amount1Max: 2n ** 128n - 1n }

/** A pool at a price of 1 with 10^18 of liquidity around it, bob's; or one without a price. */
const worldWith = (start: "liquid" | "blank" = "liquid"): World => {
  const world = openPool(3_000, 60)
  if (start === "blank") return world
  world.send("alice", POOL, Initialize, { sqrtPriceX96: Q96 })
  world.send("bob", POOL, Mint, { ...AROUND, liquidity: UNIT, ...NO_MINIMA }, { funds: { x: UNIT, y: UNIT } })
  for (const receipt of stepSoundly(world)) expect(endOf(receipt)).toBe("accepted")
  return world
}

interface Sent {
  readonly payload?: { readonly [field: string]: unknown }
  readonly funds?: FundsLike
  readonly from?: string
}

const send = (world: World, name: MessageName, { payload = {}, funds = {}, from = "alice" }: Sent, deadline?: number): void =>
  world.send(from, POOL, ConcentratedLiquidityPool.messages[name] as AnyMessage, payload, { funds, deadline })

/** A message that the liquid pool accepts, or, of Initialize, the blank one. */
const ACCEPTED: { readonly [Name in MessageName]: Sent } = {
  Initialize: { payload: { sqrtPriceX96: Q96 } },
  Swap: { payload: { sqrtPriceLimitX96: null, amountOutMin: 996n }, funds: { x: 1_000n } },
  SwapForExact: { payload: { amountOut: 1_000n, sqrtPriceLimitX96: null }, funds: { y: 2_000n } },
  Exchange: { payload: { zeroForOne: true, amountSpecified: 1_000n, sqrtPriceLimitX96: Q96 / 2n }, funds: { x: 1_000n } },
  Mint: { payload: { ...AROUND, liquidity: 1_000n, ...NO_MINIMA }, funds: { x: 100n, y: 100n } },
  Deposit: { payload: { ...AROUND, ...NO_MINIMA }, funds: { x: 100n, y: 100n } },
  Burn: { payload: { ...AROUND, liquidity: UNIT, ...NO_MINIMA }, from: "bob" },
  Collect: { payload: { ...AROUND, ...ALL }, from: "bob" },
  SetFeeProtocol: { payload: { feeProtocol0: 4, feeProtocol1: 10 }, from: OWNER },
  CollectProtocol: { payload: ALL, from: OWNER },
  IncreaseObservationCardinality: { payload: { cardinalityNext: 5 } },
  Observe: { payload: { secondsAgos: [0] } },
  Hop: { payload: { assetOut: "y", minimumOut: 996n, to: "bob", rest: [], deadline: 99 }, funds: { x: 1_000n } },
}

interface Case extends Sent {
  readonly name: MessageName
  readonly failure: string
  readonly start?: "blank"
}

/** `change` is laid over the accepted message's payload. */
const refusal = (name: MessageName, failure: string, change: { readonly [field: string]: unknown }, rest: Partial<Case> = {}): Case => ({
  ...ACCEPTED[name],
  name,
  failure,
  ...rest,
  payload: { ...ACCEPTED[name].payload, ...change },
})
const names = Object.keys(ACCEPTED) as MessageName[]
/** A leg of a route is refused as such, for the pool's own reason. */
const ownNames = names.filter((name) => name !== "Hop")

/** In the order of precedence: each message has every fault below its own as well, where it can. */
const CASES: readonly Case[] = [
  ...ownNames.map((name) => refusal(name, "clmm/WrongAsset", {}, { funds: { z: 1n } })),
  ...(["Swap", "SwapForExact"] as const).flatMap((name) => [
    refusal(name, "clmm/WrongAsset", {}, { funds: { x: 1n, y: 1n } }),
    refusal(name, "clmm/WrongAsset", {}, { funds: {} }),
  ]),
  ...ownNames.filter((name) => name !== "Initialize").map((name) => refusal(name, "clmm/NotInitialized", {}, { start: "blank" })),
  refusal("Initialize", "clmm/AlreadyInitialized", { sqrtPriceX96: 0n }),
  refusal("Initialize", "clmm/PriceOutOfRange", { sqrtPriceX96: MIN_SQRT_PRICE_X96 - 1n }, { start: "blank" }),
  refusal("Initialize", "clmm/PriceOutOfRange", { sqrtPriceX96: MAX_SQRT_PRICE_X96 }, { start: "blank" }),
  refusal("SwapForExact", "clmm/NothingAsked", { amountOut: 0n }),
  refusal("Exchange", "clmm/NothingAsked", { amountSpecified: 0n, sqrtPriceLimitX96: Q96 }),
  refusal("Swap", "clmm/PriceLimitInvalid", { sqrtPriceLimitX96: Q96, amountOutMin: 10n ** 30n }),
  refusal("Swap", "clmm/PriceLimitInvalid", { sqrtPriceLimitX96: MIN_SQRT_PRICE_X96 }),
  refusal("SwapForExact", "clmm/PriceLimitInvalid", { sqrtPriceLimitX96: Q96, amountOut: 10n ** 30n }),
  refusal("Exchange", "clmm/PriceLimitInvalid", { sqrtPriceLimitX96: Q96 + 1n }),
  refusal("Swap", "clmm/SlippageExceeded", { amountOutMin: 997n }),
  refusal("SwapForExact", "clmm/SlippageExceeded", { amountOut: UNIT }, { funds: { y: 1n } }),
  refusal("SwapForExact", "clmm/MaximumExceeded", {}, { funds: { y: 1_004n } }),
  refusal("Exchange", "clmm/MaximumExceeded", {}, { funds: { x: 999n, y: 5_000n } }),
  refusal("Mint", "clmm/NothingAsked", { liquidity: 0n, tickLower: 600 }),
  ...(["Mint", "Deposit", "Burn"] as const).flatMap((name) => [
    refusal(name, "clmm/TicksInvalid", { tickLower: 600 }),
    refusal(name, "clmm/TicksInvalid", { tickLower: 660 }),
    refusal(name, "clmm/TicksInvalid", { tickLower: -601 }),
    refusal(name, "clmm/TicksInvalid", { tickUpper: 887_272 }),
  ]),
  refusal("Deposit", "clmm/NothingAsked", {}, { funds: { x: 100n } }),
  refusal("Mint", "clmm/LiquidityTooLarge", { liquidity: liquidityPerTickMax(60) - UNIT + 1n }),
  refusal("Mint", "clmm/LiquidityTooLarge", { liquidity: 2n ** 128n - 1n }),
  refusal("Deposit", "clmm/LiquidityTooLarge", {}, { funds: { x: 2n ** 200n, y: 2n ** 200n } }),
  refusal("Mint", "clmm/SlippageExceeded", { amount0Min: 31n }, { funds: {} }),
  refusal("Mint", "clmm/SlippageExceeded", { amount1Min: 31n }, { funds: {} }),
  refusal("Mint", "clmm/MaximumExceeded", {}, { funds: { x: 29n, y: 100n } }),
  refusal("Mint", "clmm/MaximumExceeded", {}, { funds: { x: 100n, y: 29n } }),
  refusal("Deposit", "clmm/SlippageExceeded", { amount1Min: 101n }),
  refusal("Burn", "clmm/InsufficientPosition", { liquidity: UNIT + 1n, amount0Min: UNIT }),
  refusal("Burn", "clmm/InsufficientPosition", {}, { from: "alice" }),
  refusal("Burn", "clmm/InsufficientPosition", { liquidity: 0n, tickUpper: 660 }),
  refusal("Burn", "clmm/SlippageExceeded", { amount1Min: UNIT }),
  refusal("SetFeeProtocol", "clmm/NotOwner", { feeProtocol0: 3 }, { from: "alice" }),
  refusal("CollectProtocol", "clmm/NotOwner", {}, { from: "alice" }),
  ...[1, 3, 11, 2 ** 40].map((part) => refusal("SetFeeProtocol", "clmm/FeeProtocolInvalid", { feeProtocol0: part })),
  refusal("SetFeeProtocol", "clmm/FeeProtocolInvalid", { feeProtocol1: 3 }),
  refusal("Observe", "clmm/ObservationTooOld", { secondsAgos: [0, 1] }),
  refusal("Hop", "router/LegRefused", {}, { funds: { z: 1n } }),
  refusal("Hop", "router/LegRefused", {}, { funds: { x: 1n, y: 1n } }),
  refusal("Hop", "router/LegRefused", {}, { funds: {} }),
  refusal("Hop", "router/LegRefused", { assetOut: "x" }),
  refusal("Hop", "router/LegRefused", { minimumOut: 997n }),
  refusal("Hop", "router/LegRefused", { minimumOut: 0n }, { funds: { x: 1n } }),
  refusal("Hop", "router/LegRefused", {}, { start: "blank" }),
]

describe("refusals", () => {
  it.each(CASES.map((one, index) => [index, one.name, one.failure, one] as const))("%i. %s: %s", (_, __, failure, { start: begun, name, ...sent }) => {
    const start = begun ?? "liquid"
    const world = worldWith(start)
    const account = sent.from ?? "alice"
    // An asset that nobody has is no asset; this one is there to be attached.
    const rich = "z" in (sent.funds ?? {}) ? withForeignAsset(start) : world
    const before = poolOf(rich)
    send(rich, name, sent)
    const held = rich.balances(account)
    const [receipt] = stepSoundly(rich)
    expect(endOf(receipt)).toBe(failure)
    expect(poolOf(rich)).toBe(before)
    expect(rich.balances(account)).toEqual(held)
  })

  it("were all seen that are declared", () => {
    const seen = new Set(CASES.map(({ name, failure }) => `${name} ${failure}`))
    const declared = names.flatMap((name) => ConcentratedLiquidityPool.messages[name].failures.map(({ tag }) => `${name} ${tag}`))
    expect(declared.filter((one) => !seen.has(one))).toEqual([])
  })

  it("never name what the pool accepts", () => {
    for (const name of names) {
      const world = worldWith(name === "Initialize" ? "blank" : "liquid")
      send(world, name, ACCEPTED[name])
      expect(endOf(stepSoundly(world)[0]), name).toBe("accepted")
    }
  })

  it.each([
    ["Mint", "tickLower", { tickLower: -887_273 }],
    ["Mint", "tickUpper", { tickUpper: 0.5 }],
    ["Burn", "liquidity", { liquidity: -1n }],
    ["Swap", "sqrtPriceLimitX96", { sqrtPriceLimitX96: 2n ** 160n }],
    ["Exchange", "zeroForOne", { zeroForOne: 1 }],
    ["Observe", "secondsAgos[0]", { secondsAgos: [-1] }],
  ] as const)("of a malformed %s name the field %s", (name, path, change) => {
    const world = worldWith()
    const { payload, ...rest } = ACCEPTED[name]
    send(world, name, { ...rest, payload: { ...payload, ...change } })
    expect(world.step().receipts[0]).toMatchObject({ status: "refused", refusal: { _tag: "core/InvalidTransaction", message: expect.stringContaining(path) } })
  })

  it("name a liquidity beyond 256 bits by the most that fits", () => {
    const world = openPool(3_000, 60)
    world.send("alice", POOL, Initialize, { sqrtPriceX96: Q96 })
    world.send("alice", POOL, Deposit, { tickLower: lowestTick(60), tickUpper: lowestTick(60) + 60, ...NO_MINIMA }, { funds: { x: 2n ** 252n, y: 2n ** 252n } })
    const [, receipt] = stepSoundly(world)
    expect(receipt).toMatchObject({ refusal: { _tag: "clmm/LiquidityTooLarge", liquidity: 2n ** 256n - 1n } })
    expect(world.balance("alice", "x")).toBe(2n ** 253n)
  })

  it("come whole and in time: too late, a message comes back", () => {
    const world = worldWith()
    send(world, "Swap", ACCEPTED.Swap, world.height)
    expect(world.step().receipts[0]).toMatchObject({ status: "expired" })
  })

  it("of a plain payment: it comes back, where the contract would keep it for ever", () => {
    const world = worldWith()
    const before = world.balance("alice", "x")
    world.send("alice", POOL, Payment, {}, { funds: { x: 5n } })
    world.settle()
    expect(world.balance("alice", "x")).toBe(before)
  })

  it("of a pool of one asset", () => {
    const params = { asset0: "x", asset1: "x", feePips: 500, tickSpacing: 10, owner: null }
    expect(() => World.make({ actors: [actor(POOL, ConcentratedLiquidityPool, params)] })).toThrow("a pool needs two assets, but has x twice")
  })
})

const withForeignAsset = (start: "liquid" | "blank"): World => {
  const world = World.make({
    accounts: { alice: { x: UNIT, y: UNIT, z: 9n }, bob: { x: UNIT, y: UNIT, z: 9n }, [OWNER]: { z: 9n } },
    actors: [actor(POOL, ConcentratedLiquidityPool, { asset0: "x", asset1: "y", feePips: 3_000, tickSpacing: 60, owner: OWNER })],
  })
  if (start === "liquid") {
    world.send("alice", POOL, Initialize, { sqrtPriceX96: Q96 })
    stepSoundly(world)
  }
  return world
}

/** A pool with some positions at random, moved about by some swaps. */
const pools = fc
  .record({
    tick: fc.integer({ min: -5_000, max: 5_000 }),
    ranges: fc.array(fc.record({ lower: fc.integer({ min: -100, max: 99 }), width: fc.integer({ min: 1, max: 60 }), bits: fc.nat(80) }), { minLength: 1, maxLength: 6 }),
    moves: fc.array(fc.record({ up: fc.boolean(), bits: fc.nat(90) }), { maxLength: 4 }),
    protocol: fc.boolean(),
  })

type Pools = typeof pools extends fc.Arbitrary<infer Plan> ? Plan : never

const worldOf = ({ tick, ranges, moves, protocol }: Pools): World => {
  const world = openPool(3_000, 60)
  world.send("alice", POOL, Initialize, { sqrtPriceX96: sqrtPriceX96AtTick(tick) + 7n })
  if (protocol) world.send(OWNER, POOL, SetFeeProtocol, { feeProtocol0: 4, feeProtocol1: 5 })
  for (const { lower, width, bits } of ranges) {
    const payload = { tickLower: lower * 60, tickUpper: (lower + width) * 60, liquidity: 1n << BigInt(bits), ...NO_MINIMA }
    world.send("bob", POOL, Mint, payload, { funds: { x: 2n ** 200n, y: 2n ** 200n } })
  }
  for (const { up, bits } of moves) world.send("carol", POOL, Swap, { sqrtPriceLimitX96: null, amountOutMin: 0n }, { funds: { [up ? "y" : "x"]: 1n << BigInt(bits) } })
  stepSoundly(world)
  return world
}
const amounts = fc.tuple(fc.nat(100), fc.nat(1_000)).map(([bits, more]) => (1n << BigInt(bits)) + BigInt(more))

describe("a quote", () => {
  it("is what the swap then does, in amounts and refusals", () => {
    const property = fc.property(pools, amounts, fc.boolean(), fc.boolean(), fc.option(fc.integer({ min: -8_000, max: 8_000 })), (plan, amount, sells0, exactIn, limitTick) => {
      const world = worldOf(plan)
      const pool = poolOf(world)
      const [assetIn, assetOut] = sells0 ? ["x", "y"] : ["y", "x"]
      const limit = limitTick === null ? null : sqrtPriceX96AtTick(limitTick)
      const quote = exactIn ? quoteOut(pool, assetIn, amount, limit) : quoteIn(pool, assetIn, amount, limit)
      const [in0, out0] = [world.balance("dave", assetIn), world.balance("dave", assetOut)]
      if (exactIn) world.send("dave", POOL, Swap, { sqrtPriceLimitX96: limit, amountOutMin: 0n }, { funds: { [assetIn]: amount } })
      else world.send("dave", POOL, SwapForExact, { amountOut: amount, sqrtPriceLimitX96: limit }, { funds: { [assetIn]: 2n ** 250n } })
      const [receipt] = stepSoundly(world)
      if (quote instanceof Failure) return void expect(endOf(receipt)).toBe(quote._tag)
      if (!exactIn && limit === null && quote.amountOut < amount) return void expect(endOf(receipt)).toBe("clmm/SlippageExceeded")
      expect(receipt).toMatchObject({ status: "handled", reply: quote })
      expect(world.balance("dave", assetIn)).toBe(in0 - quote.amountIn)
      expect(world.balance("dave", assetOut)).toBe(out0 + quote.amountOut)
    })
    fc.assert(property, { numRuns: 200 })
  })

  it("changes nothing, and is the same when asked again", () => {
    const world = worldWith()
    const pool = poolOf(world)
    const first = quoteOut(pool, "x", 10n ** 17n) as Quote
    expect(quoteOut(pool, "x", 10n ** 17n)).toEqual(first)
    expect(poolOf(world)).toBe(pool)
    expect(quoteOut(pool, "z", 1n)).toMatchObject({ _tag: "clmm/WrongAsset" })
    expect(quoteIn(pool, "z", 1n)).toMatchObject({ _tag: "clmm/WrongAsset" })
  })
})

describe("liquidity", () => {
  it("is no gain: what a deposit costs is at least what it is worth, and burning and collecting pays just that", () => {
    const property = fc.property(pools, fc.integer({ min: -90, max: 89 }), fc.integer({ min: 1, max: 40 }), amounts, amounts, (plan, lower, width, x, y) => {
      const world = worldOf(plan)
      const place = { tickLower: lower * 60, tickUpper: (lower + width) * 60 }
      const before = { x: world.balance("dave", "x"), y: world.balance("dave", "y") }
      const pool = poolOf(world)
      const most = liquidityDown(pool.sqrtPriceX96, sqrtPriceX96AtTick(place.tickLower), sqrtPriceX96AtTick(place.tickUpper), { amount0: x, amount1: y })
      world.send("dave", POOL, Deposit, { ...place, ...NO_MINIMA }, { funds: { x, y } })
      const [receipt] = stepSoundly(world)
      if (most === 0n) return void expect(endOf(receipt)).toBe("clmm/NothingAsked")
      const { reply } = receipt as unknown as { readonly reply: { readonly liquidity: bigint; readonly amount0: bigint; readonly amount1: bigint } }
      expect(reply.liquidity).toBe(most)
      expect([reply.amount0 <= x, reply.amount1 <= y]).toEqual([true, true])
      const paid = { x: before.x - world.balance("dave", "x"), y: before.y - world.balance("dave", "y") }
      expect(paid).toEqual({ x: reply.amount0, y: reply.amount1 })
      const position = poolOf(world).positions.get(`dave ${place.tickLower} ${place.tickUpper}`)
      const worth = worthOf(poolOf(world), position as NonNullable<typeof position>)
      expect([worth.amount0 <= paid.x, worth.amount1 <= paid.y]).toEqual([true, true])
      world.send("dave", POOL, Burn, { ...place, liquidity: most, ...NO_MINIMA })
      world.send("dave", POOL, Collect, { ...place, ...ALL })
      const [burned, collected] = stepSoundly(world)
      expect([endOf(burned), (collected as { readonly reply?: unknown }).reply]).toEqual(["accepted", worth])
      expect(poolOf(world).positions.has(`dave ${place.tickLower} ${place.tickUpper}`)).toBe(false)
    })
    fc.assert(property, { numRuns: 150 })
  })

  it("earns the fees of the swaps that it served, in its part, and the protocol takes its own", () => {
    const world = worldWith()
    world.send("carol", POOL, Mint, { ...AROUND, liquidity: 3n * UNIT, ...NO_MINIMA }, { funds: { x: UNIT, y: UNIT } })
    world.send(OWNER, POOL, SetFeeProtocol, { feeProtocol0: 5, feeProtocol1: 0 })
    world.send("alice", POOL, Swap, { sqrtPriceLimitX96: null, amountOutMin: 0n }, { funds: { x: 10n ** 15n } })
    world.send("bob", POOL, Burn, { ...AROUND, liquidity: 0n, ...NO_MINIMA })
    world.send("bob", POOL, Collect, { ...AROUND, ...ALL })
    world.send(OWNER, POOL, CollectProtocol, ALL)
    const receipts = stepSoundly(world)
    // 0.3 % of 10^15 is 3 * 10^12: a fifth for the protocol, of the rest a quarter for bob, rounded down.
    expect(receipts[4]).toMatchObject({ reply: { amount0: 599_999_999_999n, amount1: 0n } })
    expect(receipts[5]).toMatchObject({ reply: { amount0: 599_999_999_999n, amount1: 0n } })
    expect(poolOf(world).protocolFees0).toBe(1n)
  })

  it("may be the most that a tick may have, and no unit more", () => {
    const world = worldWith()
    const most = { payload: { ...AROUND, liquidity: liquidityPerTickMax(60) - UNIT, ...NO_MINIMA }, funds: { x: 2n ** 200n, y: 2n ** 200n } }
    send(world, "Mint", most)
    send(world, "Mint", { ...most, payload: { ...most.payload, liquidity: 1n } })
    expect(stepSoundly(world).map(endOf)).toEqual(["accepted", "clmm/LiquidityTooLarge"])
  })

  it("fills the whole range of ticks of a spacing and no more than 128 bits", () => {
    for (const spacing of [1, 10, 60, 200, 16_383]) {
      expect([lowestTick(spacing) - spacing < -887_272, highestTick(spacing) + spacing > 887_272]).toEqual([true, true])
      expect([Math.abs(lowestTick(spacing) % spacing), highestTick(spacing) % spacing]).toEqual([0, 0])
      const ticks = BigInt((highestTick(spacing) - lowestTick(spacing)) / spacing + 1)
      expect(liquidityPerTickMax(spacing) * ticks < 2n ** 128n).toBe(true)
      expect((liquidityPerTickMax(spacing) + 1n) * ticks >= 2n ** 128n).toBe(true)
    }
  })
})

describe("what a pool declares", () => {
  it("publishes its price and its oracle's sums", () => {
    const world = worldWith()
    send(world, "Swap", ACCEPTED.Swap)
    world.step([], { time: 1_700_000_100 })
    const { sqrtPriceX96, tick, liquidity } = poolOf(world)
    expect(world.view(PoolView, POOL)).toEqual({
      sqrtPriceX96,
      tick,
      liquidity,
      feePips: 3_000,
      tickCumulative: 0n,
      secondsPerLiquidityCumulativeX128: (100n << 128n) / UNIT,
      timeLast: 1_700_000_100,
    })
  })

  it("claims no more than it holds, and sums what its parts sum to", () => {
    const { claims, aggregates, prices } = ConcentratedLiquidityPool
    const property = fc.property(pools, (plan) => {
      const world = worldOf(plan)
      const seen = world.observe<PoolState>(POOL)
      for (const [asset, claim] of Object.entries(claims?.(seen) as { readonly [asset: string]: bigint })) {
        expect(seen.balance(asset) >= claim).toBe(true)
        // All but what roundings kept: at most a few units for each position and swap.
        expect(seen.balance(asset) - claim < 1_000n).toBe(true)
      }
      for (const { stored, recomputed } of Object.values(aggregates?.(seen) ?? {})) expect(stored).toBe(recomputed)
      const { feeGrowth0, feeGrowth1 } = prices?.(seen) ?? {}
      expect([feeGrowth0?.numerator, feeGrowth1?.numerator]).toEqual([seen.state.feeGrowthGlobal0X128, seen.state.feeGrowthGlobal1X128])
    })
    fc.assert(property, { numRuns: 60 })
  })

  it("has invariants that see what is wrong", () => {
    const world = worldWith()
    send(world, "Swap", ACCEPTED.Swap)
    stepSoundly(world)
    const seen = world.observe<PoolState>(POOL)
    const broken = (change: Partial<PoolState>, balance = seen.balance): readonly string[] => {
      const changed: Observed<PoolState> = { ...seen, state: { ...seen.state, ...change }, balance }
      return Object.entries(ConcentratedLiquidityPool.invariants ?? {}).filter(([, holds]) => holds(changed, undefined) !== undefined).map(([name]) => name)
    }
    const { ticks, tick, sqrtPriceX96 } = seen.state
    const lower = ticks.get(-600) as NonNullable<ReturnType<typeof ticks.get>>
    expect(broken({})).toEqual([])
    expect(broken({ liquidity: UNIT + 1n })).toEqual(["liquidityIsNetBelow"])
    expect(broken({ ticks: ticks.set(-600, { ...lower, liquidityNet: UNIT + 1n }) })).toEqual(["liquidityIsNetBelow", "netIsZero", "ticksHoldPositions"])
    expect(broken({ ticks: ticks.set(-600, { ...lower, liquidityGross: UNIT + 1n }) })).toEqual(["ticksHoldPositions"])
    expect(broken({ ticks: ticks.set(-1_200, { ...lower, liquidityGross: 0n, liquidityNet: 0n }) })).toEqual(["ticksHoldPositions"])
    expect(broken({ tick: tick + 1 })).toEqual(["tickIsOfPrice"])
    expect(broken({ sqrtPriceX96: sqrtPriceX96 * 2n })).toContain("tickIsOfPrice")
    expect(broken({ ticks: ticks.set(-600, { ...lower, feeGrowthOutside1X128: 1n }) })).toContain("outsideWithinGlobal")
    expect(broken({}, (asset) => seen.balance(asset) - 100n)).toEqual(["claimsCovered"])
    expect(broken({ observationIndex: 1 })).toEqual(["ringHolds"])
    expect(broken({ positions: seen.state.positions.delete(`bob -600 600`) })).toEqual(["ticksHoldPositions"])
  })
})
