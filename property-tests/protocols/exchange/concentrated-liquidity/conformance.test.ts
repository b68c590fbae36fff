import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import type { Receipt, World } from "../../../../core/index.ts"
import {
  cumulativesInside,
  Exchange,
  IncreaseObservationCardinality,
  Initialize,
  Mint,
  Observe,
  sqrtPriceX96AtTick,
  type PoolState,
} from "../../../../protocols/exchange/concentrated-liquidity/index.ts"
import { openUniswapV3, TIERS, type Outcome, type UniswapV3, type UniswapV3Pool } from "../../../evm/uniswap-v3.ts"
import { scenarioOf, type OperationBlock, type Scenario } from "./operations.ts"
import { endOf, openPool, OWNER, POOL, poolOf, stepSoundly, TRADERS } from "./ours.ts"
import { planOf, type Plan } from "./plan.ts"

/**
 * Our pool against the published bytecode of Uniswap v3, operation by operation: the same are refused, for the same reason, all amounts are the
 * same, and so are price, tick, liquidity, fee growth and protocol fees after each block, and every tick, position, observation and purse in the end.
 * Intended differences: an empty position is forgotten; whoever calls is paid; ticks beside the spacing are refused before the liquidity is looked at.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_105)
const SEQUENCES = Number(process.env["BLOCKSTEP_SEQUENCES"] ?? (process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 200))
/** The last allows swaps through the whole range in few words, where the arithmetic comes closest to 256 bits. */
const POOLS = [...TIERS, { fee: 999_999, tickSpacing: 16_383 }]

/** What must occur at least once. */
const WANTED: readonly string[] = Object.entries({
  Initialize: ["accepted", "clmm/AlreadyInitialized", "clmm/PriceOutOfRange"],
  Mint: ["accepted", "clmm/NotInitialized", "clmm/NothingAsked", "clmm/TicksInvalid", "clmm/LiquidityTooLarge", "clmm/MaximumExceeded"],
  Burn: ["accepted", "clmm/TicksInvalid", "clmm/InsufficientPosition"],
  Collect: ["accepted"],
  Exchange: ["accepted", "clmm/NotInitialized", "clmm/NothingAsked", "clmm/PriceLimitInvalid", "clmm/MaximumExceeded"],
  SetFeeProtocol: ["accepted", "clmm/FeeProtocolInvalid"],
  CollectProtocol: ["accepted"],
  IncreaseObservationCardinality: ["accepted"],
  Observe: ["accepted", "clmm/ObservationTooOld"],
  seen: ["a tick crossed", "ten ticks crossed", "no liquidity on the way", "protocol fee", "clock wrapped", "a ring gone round", "fees collected"],
}).flatMap(([kind, ends]) => ends.map((end) => `${kind} ${end}`))

let v3: UniswapV3
beforeAll(async () => {
  v3 = await openUniswapV3({ tiers: POOLS })
})

describe(`the pool and the bytecode of Uniswap v3 (seed ${SEED}, ${SEQUENCES} sequences)`, () => {
  it("agree on every operation", { timeout: 3_600_000 }, async () => {
    const counts = new Map(WANTED.map((name) => [name, 0]))
    const saw = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
    await fc.assert(fc.asyncProperty(scenarioOf(POOLS.length, 8), (scenario) => compare(scenario, saw)), { seed: SEED, numRuns: SEQUENCES })
    const operations = [...counts].reduce((sum, [name, count]) => (name.startsWith("seen ") ? sum : sum + count), 0)
    console.log(`${SEQUENCES} sequences, ${operations} operations: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}`)
    expect([...counts].filter(([, count]) => count === 0)).toEqual([])
  })
})

describe("a swap without liquidity", () => {
  // The contract walks word by word, ours goes at once: where it ends at a word's edge, the tick must be the contract's all the same.
  const words = 2 * 256 * 10
  const ends = [0, 1, -1, 10, -10, words, words + 1, words - 1, -words, -words + 1, -words - 1].flatMap((tick) => [0n, 1n, -1n].map((off) => ({ tick, off })))
  it.each(ends)("ends where the contract's ends: at $off beside the price of tick $tick", async ({ tick, off }) => {
    const original = v3.pools[1] as UniswapV3Pool
    for (const begin of [words * 2 + 5, -words * 2 - 5]) {
      await v3.reset()
      const world = openPool(original.fee, original.tickSpacing)
      const price = sqrtPriceX96AtTick(begin)
      const limit = sqrtPriceX96AtTick(tick) + off
      world.send("alice", POOL, Initialize, { sqrtPriceX96: price })
      world.send("alice", POOL, Exchange, { zeroForOne: limit < price, amountSpecified: 5n, sqrtPriceLimitX96: limit }, { funds: { x: 5n, y: 5n } })
      expect(stepSoundly(world, 1_700_000_000).map(endOf)).toEqual(["accepted", "accepted"])
      await original.initialize(price)
      expect(await original.swap(0, limit < price, 5n, limit)).toMatchObject({ ok: true, amount0: 0n, amount1: 0n })
      await sameStorage(poolOf(world), original, `from ${begin}`)
    }
  })
})

describe("the oracle at the end of its clock", () => {
  it("is the contract's at every second that it reaches", async () => {
    await v3.reset()
    const original = v3.pools[1] as UniswapV3Pool
    const start = 2 ** 32 - 45
    const world = openPool(original.fee, original.tickSpacing, start)
    v3.evm.setTime(BigInt(start))
    const range = { tickLower: -1_000, tickUpper: 1_000 }
    world.send("alice", POOL, Initialize, { sqrtPriceX96: 2n ** 96n })
    world.send("alice", POOL, IncreaseObservationCardinality, { cardinalityNext: 7 })
    world.send("alice", POOL, Mint, { ...range, liquidity: 10n ** 12n, amount0Min: 0n, amount1Min: 0n }, { funds: { x: 10n ** 15n, y: 10n ** 15n } })
    stepSoundly(world, start)
    await original.initialize(2n ** 96n)
    await original.increaseObservationCardinalityNext(7)
    await original.mint(0, range.tickLower, range.tickUpper, 10n ** 12n)
    const ended = new Set<string>()
    for (let turn = 1; turn <= 14; turn++) {
      const time = start + 9 * turn
      v3.evm.setTime(BigInt(time))
      const limit = sqrtPriceX96AtTick(turn % 2 === 0 ? -40 * turn : 37 * turn)
      world.send("bob", POOL, Exchange, { zeroForOne: turn % 2 === 0, amountSpecified: 10n ** 15n, sqrtPriceLimitX96: limit }, { funds: { x: 10n ** 15n, y: 10n ** 15n } })
      for (let secondsAgo = 0; secondsAgo < 75; secondsAgo++) world.send("carol", POOL, Observe, { secondsAgos: [secondsAgo] })
      const receipts = stepSoundly(world, time)
      await original.swap(1, turn % 2 === 0, 10n ** 15n, limit)
      for (let secondsAgo = 0; secondsAgo < 75; secondsAgo++) {
        const answer = await original.observe([secondsAgo])
        const receipt = receipts[secondsAgo + 1] as Receipt
        const ours = receipt.status === "handled" ? receipt.reply : endOf(receipt)
        expect(ours, `turn ${turn}, ${secondsAgo} seconds ago`).toEqual("reason" in answer ? "clmm/ObservationTooOld" : answer)
        ended.add(`${endOf(receipt)} ${time < 2 ** 32 ? "before" : "after"}`)
      }
    }
    expect([...ended].sort()).toEqual(["accepted after", "accepted before", "clmm/ObservationTooOld after", "clmm/ObservationTooOld before"])
  })
})

const compare = async (scenario: Scenario, saw: (end: string) => void): Promise<void> => {
  await v3.reset()
  const original = v3.pools[scenario.tier] as UniswapV3Pool
  const world = openPool(original.fee, original.tickSpacing, scenario.time)
  let time = scenario.time
  for (const [index, block] of scenario.blocks.entries()) {
    time += block.later
    await compareBlock(world, original, block, time, `block ${index}`, saw)
  }
  await sameEverywhere(world, original)
}

const compareBlock = async (world: World, original: UniswapV3Pool, block: OperationBlock, time: number, where: string, saw: (end: string) => void): Promise<void> => {
  v3.evm.setTime(BigInt(time))
  const before = poolOf(world)
  const plans = block.operations.map((operation) => planOf(operation, before))
  const outcomes: Outcome<unknown>[] = []
  for (const plan of plans) {
    outcomes.push(await plan.ask(original))
    world.send(plan.from, POOL, plan.message, plan.payload, { funds: plan.funds })
  }
  stepSoundly(world, time).forEach((receipt, index) => {
    const [plan, outcome] = [plans[index] as Plan, outcomes[index] as Outcome<object>]
    const end = endOf(receipt)
    const label = `${where}, ${plan.kind} ${index}`
    if (outcome.ok) {
      expect(end, label).toBe("accepted")
      sameReply(plan, receipt, outcome, label)
    } else expect(plan.tags[outcome.reason] ?? [outcome.reason], `${label}: ${outcome.reason}`).toContain(end)
    saw(`${plan.kind} ${end}`)
  })
  const after = poolOf(world)
  sights(before, after, plans).forEach((sight) => saw(`seen ${sight}`))
  await sameStorage(after, original, where)
}

const sights = (before: PoolState, after: PoolState, plans: readonly Plan[]): readonly string[] => {
  const [from, to] = before.tick < after.tick ? [before.tick, after.tick] : [after.tick, before.tick]
  const crossed = plans.some(({ kind }) => kind === "Exchange") ? [...before.ticks.range(from + 1, to)].length : 0
  const time = (pool: PoolState) => pool.observations.get(pool.observationIndex)?.time ?? 0
  return [
    ...(crossed > 0 ? ["a tick crossed"] : []),
    ...(crossed >= 10 ? ["ten ticks crossed"] : []),
    ...(crossed > 0 && before.liquidity === 0n ? ["no liquidity on the way"] : []),
    ...(after.protocolFees0 > before.protocolFees0 || after.protocolFees1 > before.protocolFees1 ? ["protocol fee"] : []),
    ...(time(after) < time(before) ? ["clock wrapped"] : []),
    ...(after.observationCardinality > 1 && after.observationIndex < before.observationIndex ? ["a ring gone round"] : []),
    ...(plans.some(({ kind }) => kind === "Collect") && after.positions !== before.positions ? ["fees collected"] : []),
  ]
}

const sameReply = (plan: Plan, receipt: Receipt, outcome: object, label: string): void => {
  const { reply } = receipt as { readonly reply?: { readonly [name: string]: unknown } | undefined }
  for (const name of ["amount0", "amount1", "tickCumulatives", "secondsPerLiquidityCumulativeX128s"]) {
    if (name in outcome) expect(reply?.[name], `${label}, ${name}`).toEqual((outcome as { readonly [name: string]: unknown })[name])
  }
  expect(plan.kind === "Initialize" || plan.kind === "SetFeeProtocol" || plan.kind === "IncreaseObservationCardinality" || reply !== undefined, label).toBe(true)
}

const sameStorage = async (pool: PoolState, original: UniswapV3Pool, where: string): Promise<void> => {
  const storage = await original.storage()
  const ours = Object.fromEntries(Object.keys(storage).map((name) => [name, pool[name as keyof typeof storage]]))
  expect(ours, where).toEqual(storage)
}

const sameEverywhere = async (world: World, original: UniswapV3Pool): Promise<void> => {
  const pool = poolOf(world)
  for (const [tick, info] of pool.ticks) expect(info, `tick ${tick}`).toEqual(await original.tick(tick))
  for (const { owner, tickLower, tickUpper, ...rest } of pool.positions.values()) {
    expect(rest, `${owner} ${tickLower} ${tickUpper}`).toEqual(await original.position(TRADERS.indexOf(owner as (typeof TRADERS)[number]), tickLower, tickUpper))
    const inside = await original.snapshotCumulativesInside(tickLower, tickUpper)
    const ours = cumulativesInside(pool, tickLower, tickUpper, world.time)
    if ("reason" in inside) expect(ours).toBeUndefined()
    else expect(ours).toEqual({ tickCumulative: inside[0], secondsPerLiquidityX128: inside[1], seconds: inside[2] })
  }
  for (let index = 0; index < pool.observationCardinality; index++) {
    const { initialized, ...rest } = await original.observation(index)
    expect(pool.observations.get(index), `observation ${index}`).toEqual(initialized ? rest : undefined)
  }
  for (const [index, name] of TRADERS.entries()) await sameHoldings(world, name, original, index)
  await sameHoldings(world, OWNER, original, "owner")
  await sameHoldings(world, POOL, original, "pool")
}

const sameHoldings = async (world: World, name: string, original: UniswapV3Pool, whose: number | "owner" | "pool"): Promise<void> => {
  expect({ amount0: world.balance(name, "x"), amount1: world.balance(name, "y") }, `purse of ${name}`).toEqual(await original.holdings(whose))
}
