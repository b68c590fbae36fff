import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { Payment, type Receipt, type World } from "../../../core/index.ts"
import { RemoveLiquidity } from "../../../protocols/amm/constant-product/index.ts"
import { openUniswapV2, type Outcome, type UniswapV2, zeroAddress } from "../../evm/uniswap-v2.ts"
import { PEOPLE, scenarioOf, SETTER, type Operation, type OperationBlock, type Person, type Scenario, type Side } from "./operations.ts"
import { endOf, execute, openPool, poolOf, purseOf } from "./ours.ts"
import { addressOf, leavesProduct, planOf, POOL, SHARES, type Market, type Plan, type Purse } from "./plan.ts"

/**
 * Our pool against the published bytecode of Uniswap v2, operation by operation: the same are refused, for the same reason, and after each block
 * every reserve, share, price sum, timestamp and purse is the same. Three differences are intended; the last tests show them:
 * shares that are paid to the pair are burnt by the next burn, in ours they are lost; whoever calls is paid, there is no `to`; the first 1,000
 * shares lie with the pool, not with address zero.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_124)
const SEQUENCES = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 250
const FEE_PIPS = 3_000

/** What must occur at least once. */
const WANTED: readonly string[] = Object.entries({
  AddLiquidity: ["accepted", "amm/InsufficientSharesMinted", "amm/ReserveOverflow", "core/OutOfRange", "core/InsufficientBalance"],
  RemoveLiquidity: ["accepted", "amm/WrongAsset", "amm/InsufficientSharesBurned", "amm/ReserveOverflow", "core/UnknownAsset", "core/InsufficientBalance"],
  Swap: ["accepted", "amm/WrongAsset", "amm/PoolEmpty", "amm/InsufficientOutput", "amm/SlippageExceeded", "amm/ReserveOverflow", "core/InsufficientBalance"],
  SwapForExact: [
    "accepted",
    "amm/WrongAsset",
    "amm/InsufficientOutput",
    "amm/PoolEmpty",
    "amm/InsufficientLiquidity",
    "amm/MaximumExceeded",
    "amm/ReserveOverflow",
    "core/InsufficientBalance",
  ],
  Exchange: ["accepted", "amm/InsufficientOutput", "amm/InsufficientLiquidity", "amm/InsufficientInput", "amm/ProductDecreased", "amm/ReserveOverflow", "core/InsufficientBalance"],
  Payment: ["accepted", "core/InsufficientBalance"],
  Skim: ["accepted"],
  Sync: ["accepted", "amm/ReserveOverflow"],
  SetFeeTo: ["accepted", "amm/NotFeeSetter"],
  seen: ["one unit more than k allows", "exactly what k allows", "k unchanged to the unit", "protocol fee", "clock wrapped", "several in a block", "donation taken"],
}).flatMap(([kind, ends]) => ends.map((end) => `${kind} ${end}`))

let v2: UniswapV2
beforeAll(async () => {
  v2 = await openUniswapV2()
})

describe(`the pool and the bytecode of Uniswap v2 (seed ${SEED}, ${SEQUENCES} sequences)`, () => {
  it("agree on every operation", { timeout: 3_600_000 }, async () => {
    const counts = new Map(WANTED.map((name) => [name, 0]))
    const saw = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
    await fc.assert(fc.asyncProperty(scenarioOf(6, 14), (scenario) => compare(scenario, saw)), { seed: SEED, numRuns: SEQUENCES })
    const operations = [...counts].reduce((sum, [name, count]) => (name.startsWith("seen ") ? sum : sum + count), 0)
    console.log(`${SEQUENCES} sequences, ${operations} operations: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}`)
    expect([...counts].filter(([, count]) => count === 0)).toEqual([])
    expect([...counts.keys()].filter((name) => !WANTED.includes(name))).toEqual([])
  })
})

const compare = async (scenario: Scenario, saw: (end: string) => void): Promise<void> => {
  await v2.reset()
  const world = openPool(FEE_PIPS, scenario.time)
  let market = await marketOfPair()
  let time = scenario.time
  for (const [index, block] of scenario.blocks.entries()) {
    time += block.later
    market = await compareBlock(world, market, block, time, `block ${index}`, saw)
  }
  for (const person of PEOPLE) expect(purseOf(world, person), `purse of ${person}`).toEqual(await purseOfPair(person))
}

const compareBlock = async (world: World, before: Market, block: OperationBlock, time: number, where: string, saw: (end: string) => void): Promise<Market> => {
  v2.evm.setTime(BigInt(time))
  let market = before
  const asked: Asked[] = []
  for (const operation of block.operations) {
    const answer = await ask(operation, block.operations.length > 1 ? withAttached(market, before, asked) : market, market)
    asked.push(answer)
    market = answer.after
  }
  const timeBefore = poolOf(world).timeLast
  const receipts = execute(world, asked.map(({ plan }) => plan), time)
  receipts.forEach((receipt, index) => {
    const { plan, outcome, before, after } = asked[index] as Asked
    const end = endOf(receipt)
    const label = `${where}, ${plan.kind} ${index}`
    expect(end, label).toBe(outcome.ok ? "accepted" : (plan.tags[outcome.reason] ?? outcome.reason))
    if (outcome.ok) samePayments(plan, receipt, outcome, before.purses[plan.by], after.purses[plan.by], label)
    saw(`${plan.kind} ${end}`)
    sights(block.operations[index] as Operation, asked[index] as Asked).forEach((sight) => saw(`seen ${sight}`))
  })
  if (receipts.length > 1) saw("seen several in a block")
  if (poolOf(world).timeLast < timeBefore) saw("seen clock wrapped")
  await sameState(world, market, asked.map(({ plan }) => plan.by), where)
  return market
}

interface Asked {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly before: Market
  readonly after: Market
}

const sights = (operation: Operation, { plan, outcome, before, after }: Asked): readonly string[] => {
  const edge = operation.kind === "Exchange" ? operation.edge : null
  const excess = before.balance.x > before.reserve.x || before.balance.y > before.reserve.y
  return [
    ...(edge?.plus === 0n && outcome.ok ? ["exactly what k allows"] : []),
    ...(edge?.plus === 1n && !outcome.ok && outcome.reason === "UniswapV2: K" ? ["one unit more than k allows"] : []),
    ...(edge?.plus === 0n && outcome.ok && leavesProduct(plan, before) ? ["k unchanged to the unit"] : []),
    // The setter never deposits.
    ...(after.purses[SETTER].shares > before.purses[SETTER].shares ? ["protocol fee"] : []),
    ...(excess && outcome.ok && plan.kind !== "Skim" && after.balance.x === after.reserve.x && after.balance.y === after.reserve.y ? ["donation taken"] : []),
  ]
}

/**
 * In ours, a block's payments arrive in the next block: within one, the purse is what it was at the start, less what was attached since.
 * Nobody attaches more than that, since a transaction that is not covered is not admitted, and neither are its sender's later ones.
 */
const withAttached = (market: Market, start: Market, asked: readonly Asked[]): Market => {
  const purses: Record<string, Record<string, bigint>> = Object.fromEntries(PEOPLE.map((person) => [person, { ...start.purses[person] }]))
  for (const { plan } of asked) {
    const purse = purses[plan.by] as Record<string, bigint>
    for (const [asset, amount] of Object.entries(plan.funds)) {
      const key = asset === SHARES ? "shares" : asset
      purse[key] = (purse[key] as bigint) - amount
    }
  }
  return { ...market, purses: purses as unknown as Market["purses"], withinPurse: true }
}

const ask = async (operation: Operation, seen: Market, before: Market): Promise<Asked> => {
  const plan = planOf(operation, seen)
  const outcome: Outcome = typeof plan.ask === "string" ? { ok: false, reason: plan.ask, raw: "0x" } : await plan.ask(v2)
  return { plan, outcome, before, after: outcome.ok ? await marketOfPair(before, [plan.by, SETTER, "bob"]) : before }
}

const marketOfPair = async (before?: Market, people: readonly Person[] = PEOPLE): Promise<Market> => {
  const { reserve0, reserve1, totalSupply } = await v2.state()
  const pair = await v2.balancesOf(v2.pair)
  const purses = { ...before?.purses } as Record<Person, Purse>
  for (const person of new Set(people)) purses[person] = await purseOfPair(person)
  return {
    feePips: BigInt(FEE_PIPS),
    reserve: { x: reserve0, y: reserve1 },
    balance: { x: pair.token0, y: pair.token1 },
    shares: totalSupply,
    purses,
    withinPurse: false,
  }
}

const purseOfPair = async (person: Person): Promise<Purse> => {
  const { token0, token1, shares } = await v2.balancesOf(addressOf(v2, person))
  return { x: token0, y: token1, shares }
}

const samePayments = (plan: Plan, receipt: Receipt, outcome: Outcome, before: Purse, after: Purse, label: string): void => {
  const paid = { x: after.x - before.x, y: after.y - before.y }
  expect(paidByOurs(plan, receipt), label).toEqual(paid)
  const { reply, events } = receipt as Extract<Receipt, { readonly status: "handled" }>
  if ("shares" in outcome) expect((reply as { readonly shares: bigint }).shares, label).toBe(outcome.shares)
  // The pair's own event comes last; its amounts in the order of our fields.
  const event = events[0]
  if (event === undefined || !outcome.ok) return
  const words = (outcome.logs.at(-1)?.data.slice(2).match(/.{64}/g) ?? []).map((word) => BigInt(`0x${word}`))
  const { amountX, amountY, amountXIn, amountYIn, amountXOut, amountYOut } = event.fields as Record<string, bigint>
  expect([amountX, amountY, amountXIn, amountYIn, amountXOut, amountYOut].filter((amount) => amount !== undefined), label).toEqual(words)
}

/** By our reply and the attached funds: what the sender is richer by. */
const paidByOurs = ({ kind, payload, funds }: Plan, receipt: Receipt): Readonly<Record<Side, bigint>> => {
  const reply = (receipt as { readonly reply?: Readonly<Record<string, bigint>> }).reply ?? {}
  const given = payload as Readonly<Record<string, bigint>>
  const gain = { x: -(funds["x"] ?? 0n), y: -(funds["y"] ?? 0n) }
  const bought = "x" in funds ? "y" : "x"
  switch (kind) {
    case "Swap":
      return { ...gain, [bought]: reply["amountOut"] }
    case "SwapForExact":
      return { [bought]: given["amountOut"], [bought === "x" ? "y" : "x"]: -(reply["amountIn"] as bigint) } as Record<Side, bigint>
    case "Exchange":
      return { x: gain.x + (given["amountXOut"] as bigint), y: gain.y + (given["amountYOut"] as bigint) }
    case "AddLiquidity":
      return { x: -(reply["amountX"] as bigint), y: -(reply["amountY"] as bigint) }
    case "RemoveLiquidity":
    case "Skim":
      return { x: reply["amountX"] as bigint, y: reply["amountY"] as bigint }
    default:
      return gain
  }
}

const sameState = async (world: World, market: Market, involved: readonly Person[], where: string): Promise<void> => {
  const pool = poolOf(world)
  const pair = await v2.state()
  expect(
    {
      reserve0: pool.reserveX,
      reserve1: pool.reserveY,
      blockTimestampLast: BigInt(pool.timeLast),
      price0CumulativeLast: pool.priceXCumulative,
      price1CumulativeLast: pool.priceYCumulative,
      kLast: pool.kLast,
      totalSupply: pool.shares,
    },
    where,
  ).toEqual(pair)
  expect({ x: world.balance(POOL, "x"), y: world.balance(POOL, "y") }, where).toEqual(market.balance)
  expect(world.balance(POOL, SHARES), where).toBe(pair.totalSupply === 0n ? 0n : 1_000n)
  for (const person of new Set([...involved, SETTER, "bob"] as const)) expect(purseOf(world, person), `${where}, purse of ${person}`).toEqual(market.purses[person])
}

describe("the intended differences", () => {
  const unit = 10n ** 18n
  const size = (amount: bigint) => ({ of: "units", part: amount * 1_000_000n, plus: 0n }) as const

  const withDeposit = async (): Promise<World> => {
    const world = openPool(FEE_PIPS, 1_700_000_000)
    await v2.reset()
    const market = await marketOfPair()
    await compareBlock(world, market, { later: 0, operations: [{ kind: "AddLiquidity", by: "alice", x: size(unit), y: size(unit) }] }, 1_700_000_000, "deposit", () => undefined)
    return world
  }

  it("lock the first 1,000 shares at the pool instead of address zero", async () => {
    const world = await withDeposit()
    expect((await v2.balancesOf(zeroAddress)).shares).toBe(1_000n)
    expect((await v2.balancesOf(v2.pair)).shares).toBe(0n)
    expect(world.balance(POOL, SHARES)).toBe(1_000n)
  })

  it("keep shares that were paid to the pool, where the pair burns them for the next who burns", async () => {
    const world = await withDeposit()
    world.send("alice", POOL, Payment, {}, { funds: { [SHARES]: 5_000n } })
    world.send("alice", POOL, RemoveLiquidity, { minimumX: 0n, minimumY: 0n }, { funds: { [SHARES]: 2_000n } })
    const [, burnt] = world.step().receipts
    expect(burnt).toMatchObject({ reply: { amountX: 2_000n, amountY: 2_000n } })
    world.step()
    expect(world.balance(POOL, SHARES)).toBe(6_000n)
    expect(world.check(POOL)).toEqual([])

    const [alice] = v2.actors
    await v2.transfer("shares", alice, v2.pair, 5_000n)
    expect(await v2.burn(alice, 2_000n)).toMatchObject({ amount0: 7_000n, amount1: 7_000n })
  })

  it("pay the sender, where the pair pays whom the sender names", async () => {
    await withDeposit()
    const [alice, bob] = v2.actors
    await v2.swap(alice, { amount0In: 10n ** 6n, amount1Out: 996_998n, to: bob })
    expect((await v2.balancesOf(bob)).token1).toBe(2n ** 128n + 996_998n)
  })
})
