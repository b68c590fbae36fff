import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { Payment, type Receipt, type World } from "../../../core/index.ts"
import { AccrueInterest, Borrow, Liquidate, Supply, SupplyCollateral, type MarketState } from "../../../protocols/lending/isolated-market/index.ts"
import { openMorphoBlue, PURSE, type MorphoBlue, type Outcome } from "../../evm/morpho-blue.ts"
import { PEOPLE, scenarioOf, type OperationBlock, type Scenario } from "./operations.ts"
import { COLLATERAL, endOf, LOAN, MARKET, marketOf, openMarket, ORACLE, purseOf, Say, soundOrThrow, STALE_AFTER_SECONDS } from "./ours.ts"
import { addressOf, planOf, TAGS, type Plan, type Seen } from "./plan.ts"

/**
 * Our market against the original Morpho Blue, compiled from its package, operation by operation: the same are refused, for the same reason; what
 * moves, what is told of interest and liquidations, and after each block every total, position, setting, rate and holding is the same.
 *
 * Its rate model, morpho-blue-irm, is on no package registry: in the machine runs a model of our own wording (morpho-blue.sol), made from the
 * documentation; adaptive-curve.test.ts holds ours against it, and both against the exact function.
 *
 * Intended differences, which these sequences leave out: a price of 0 is no price, here and in the oracle of the contract's side; markets whose
 * two assets are one; a plain payment to the market, which ours refuses.
 */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_261_125)
const SEQUENCES = process.env["BLOCKSTEP_LONG"] === "1" ? 10_000 : 200
const TIME = 1_700_000_000

/** What must occur at least once. */
const WANTED: readonly string[] = Object.entries({
  Supply: ["accepted", "lending/InconsistentInput", "lending/Exceeds128Bits", "lending/InsufficientPayment"],
  Withdraw: ["accepted", "lending/InconsistentInput", "lending/Unauthorized", "lending/InsufficientPosition", "lending/InsufficientLiquidity"],
  Borrow: [
    "accepted",
    "lending/InconsistentInput",
    "lending/Unauthorized",
    "lending/Exceeds128Bits",
    "oracle/NoPrice",
    "oracle/StalePrice",
    "lending/InsufficientCollateral",
    "lending/InsufficientLiquidity",
  ],
  Repay: ["accepted", "lending/InconsistentInput", "lending/InsufficientPosition", "lending/InsufficientPayment", "lending/Exceeds128Bits"],
  SupplyCollateral: ["accepted", "lending/ZeroAssets", "lending/Exceeds128Bits"],
  WithdrawCollateral: [
    "accepted",
    "lending/ZeroAssets",
    "lending/Unauthorized",
    "lending/Exceeds128Bits",
    "lending/InsufficientPosition",
    "oracle/NoPrice",
    "oracle/StalePrice",
    "lending/InsufficientCollateral",
  ],
  Liquidate: [
    "accepted",
    "lending/InconsistentInput",
    "oracle/NoPrice",
    "oracle/StalePrice",
    "lending/PositionHealthy",
    "lending/InsufficientPosition",
    "lending/InsufficientPayment",
    "lending/Exceeds128Bits",
  ],
  AccrueInterest: ["accepted"],
  SetAuthorization: ["accepted", "lending/AlreadySet"],
  SetFee: ["accepted", "lending/NotOwner", "lending/AlreadySet", "lending/FeeTooHigh"],
  SetFeeRecipient: ["accepted", "lending/NotOwner", "lending/AlreadySet"],
  SetOwner: ["accepted", "lending/NotOwner", "lending/AlreadySet"],
  seen: ["bad debt", "fee shares", "acted for another", "change sent back", "several in a block", "everything repaid", "a unit more repaid than was owed", "borrowed to the unit", "everything seized"],
}).flatMap(([kind, ends]) => ends.map((end) => `${kind} ${end}`))

let morpho: MorphoBlue
beforeAll(async () => {
  morpho = await openMorphoBlue()
}, 120_000)

describe(`the market and the contract of Morpho Blue (seed ${SEED}, ${SEQUENCES} sequences)`, () => {
  it("agree on every operation", { timeout: 7_200_000 }, async () => {
    const counts = new Map(WANTED.map((name) => [name, 0]))
    const saw = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
    await fc.assert(fc.asyncProperty(scenarioOf(2, 8), (scenario) => compare(scenario, saw)), { seed: SEED, numRuns: SEQUENCES })
    const operations = [...counts].reduce((sum, [name, count]) => (name.startsWith("seen ") ? sum : sum + count), 0)
    console.log(`${SEQUENCES} sequences, ${operations} operations: ${[...counts].map(([name, count]) => `${name} ${count}`).join(", ")}`)
    expect([...counts].filter(([, count]) => count === 0)).toEqual([])
  })
})

const compare = async ({ lltv, price, blocks }: Scenario, saw: (end: string) => void): Promise<void> => {
  await morpho.reset(lltv, BigInt(TIME))
  const world = openMarket(lltv, price, TIME)
  world.send("alice", MARKET, AccrueInterest, {})
  world.step([], { time: TIME })
  let time = TIME
  for (const [index, block] of blocks.entries()) {
    time += block.later
    await compareBlock(world, { lltv, price }, block, time, `block ${index}`, saw)
  }
  world.settle()
  const { purses } = await morpho.state()
  for (const [index, person] of PEOPLE.entries()) expect(purseOf(world, person), `purse of ${person}`).toEqual(purses[index])
}

const compareBlock = async (
  world: World,
  { lltv, price: first }: { readonly lltv: bigint; readonly price: bigint },
  block: OperationBlock,
  time: number,
  where: string,
  saw: (end: string) => void,
): Promise<void> => {
  const price = typeof block.price === "number" ? (first * BigInt(block.price)) / 1_000_000n || 1n : 0n
  morpho.evm.setTime(BigInt(time))
  await morpho.setPrice(price * 10n ** 18n, typeof block.price === "number" ? "" : block.price)
  const told = { price: block.price === "stale" ? first : price, updatedAt: block.price === "stale" ? time - STALE_AFTER_SECONDS - 1 : time }
  world.step([{ from: "alice", nonce: world.nonce("alice"), to: ORACLE, message: Say, payload: told }], { time })

  const asked: { readonly plan: Plan; readonly outcome: Outcome; readonly seen: Seen }[] = []
  for (const operation of block.operations) {
    const seen: Seen = { state: await morpho.state(), now: time, price, lltv }
    const plan = planOf(operation, seen)
    asked.push({ plan, outcome: await plan.ask(morpho), seen })
  }
  const before = world.observe<MarketState>(MARKET)
  for (const { plan } of asked) world.send(plan.by, MARKET, plan.message, plan.payload, { funds: plan.funds })
  const { receipts, defects } = world.step([], { time })
  expect(defects).toEqual([])
  for (const [index, receipt] of receipts.entries()) {
    const { plan, outcome, seen } = asked[index] as (typeof asked)[0]
    const end = endOf(receipt)
    const label = `${where}, ${plan.kind} ${index}`
    if (outcome.ok) {
      expect(end, label).toBe("accepted")
      sameAmounts(plan, receipt, outcome, label)
    } else expect(TAGS[outcome.reason] ?? [outcome.reason], `${label}: ${outcome.reason}`).toContain(end)
    saw(`${plan.kind} ${end}`)
    for (const sight of sights(plan, receipt, seen)) saw(`seen ${sight}`)
  }
  if (receipts.length > 1) saw("seen several in a block")
  soundOrThrow(world, before)
  await sameState(world, where)
}

const sights = ({ kind, by, payload, funds }: Plan, receipt: Receipt, { state, price, lltv }: Seen): readonly string[] => {
  if (receipt.status !== "handled") return []
  const reply = (receipt.reply ?? {}) as { readonly [field: string]: bigint }
  const cost = kind === "Liquidate" ? reply["repaidAssets"] : reply["assets"]
  const borrower = PEOPLE.findIndex((person) => person === payload["onBehalf"])
  const collateral = state.positions[borrower]?.collateral ?? 0n
  return [
    ...(kind === "Liquidate" && (reply["badDebtAssets"] as bigint) > 0n ? ["bad debt"] : []),
    ...(receipt.events.some(({ event, fields }) => event.name === "lending/InterestAccrued" && (fields as { feeShares: bigint }).feeShares > 0n) ? ["fee shares"] : []),
    ...(kind === "Liquidate" && reply["seizedAssets"] === state.positions[PEOPLE.findIndex((person) => person === payload["borrower"])]?.collateral
      ? ["everything seized"]
      : []),
    ...((kind === "Withdraw" || kind === "Borrow") && by !== payload["onBehalf"] ? ["acted for another"] : []),
    ...(LOAN in funds && (funds[LOAN] as bigint) > (cost as bigint) ? ["change sent back"] : []),
    ...(kind === "Repay" && reply["assets"] === 1n && state.totalBorrowAssets === 0n ? ["a unit more repaid than was owed"] : []),
    ...(kind === "Repay" && reply["shares"] === state.totalBorrowShares ? ["everything repaid"] : []),
    ...(kind === "Borrow" && state.positions[borrower]?.borrowShares === 0n && reply["assets"] === (((collateral * price) / 10n ** 18n) * lltv) / 10n ** 18n
      ? ["borrowed to the unit"]
      : []),
  ]
}

const wordsOf = (data: string): readonly bigint[] => (data.slice(2).match(/.{64}/g) ?? []).map((word) => BigInt(`0x${word}`))

/** What moved, what the contract told of it, and what both told of the interest. */
const sameAmounts = (plan: Plan, receipt: Receipt, outcome: Outcome, label: string): void => {
  if (receipt.status !== "handled" || !outcome.ok) throw new Error("only for what both accept")
  const { kind } = plan
  const reply = receipt.reply as { readonly [field: string]: bigint }
  if (kind === "Liquidate") expect([reply["seizedAssets"], reply["repaidAssets"]], label).toEqual(outcome.amounts)
  else if (reply !== undefined) expect([reply["assets"], reply["shares"]], label).toEqual(outcome.amounts)
  const logs = outcome.logs.filter(({ address }) => address === morpho.morpho).map(({ data }) => wordsOf(data))
  const told = receipt.events.map(({ event, fields }) => ({ name: event.name, fields: fields as { readonly [field: string]: bigint } }))
  const interest = told.find(({ name }) => name === "lending/InterestAccrued")?.fields
  if (interest !== undefined) expect([interest["borrowRate"], interest["interest"], interest["feeShares"]], label).toEqual(logs[0])
  const liquidated = told.find(({ name }) => name === "lending/Liquidated")?.fields
  if (liquidated === undefined) return
  const { repaidAssets, repaidShares, seizedAssets, badDebtAssets, badDebtShares } = liquidated
  expect([repaidAssets, repaidShares, seizedAssets, badDebtAssets, badDebtShares], label).toEqual(logs.at(-1))
}

const sameState = async (world: World, where: string): Promise<void> => {
  const market = marketOf(world)
  const { purses: _, ...state } = await morpho.state()
  const nothing = { supplyShares: 0n, borrowShares: 0n, collateral: 0n }
  expect(
    {
      totalSupplyAssets: market.totalSupplyAssets,
      totalSupplyShares: market.totalSupplyShares,
      totalBorrowAssets: market.totalBorrowAssets,
      totalBorrowShares: market.totalBorrowShares,
      lastUpdate: BigInt(market.lastUpdate ?? 0),
      fee: market.fee,
      rateAtTarget: market.rateAtTarget,
      owner: addressOf(morpho, market.owner as (typeof PEOPLE)[number]),
      feeRecipient: addressOf(morpho, market.feeRecipient as (typeof PEOPLE)[number]),
      loan: world.balance(MARKET, LOAN),
      collateral: world.balance(MARKET, COLLATERAL),
      positions: PEOPLE.map((person) => market.positions.get(person) ?? nothing),
    },
    where,
  ).toEqual(state)
}

describe("the intended differences", () => {
  const [WAD, unit] = [10n ** 18n, 10n ** 18n]
  const lltv = (8n * WAD) / 10n

  /** Alice supplies two units, bob borrows one against two units of collateral, each worth one. */
  const lent = async (): Promise<World> => {
    await morpho.reset(lltv, BigInt(TIME))
    await morpho.setPrice(10n ** 36n)
    const [alice, bob] = [addressOf(morpho, "alice"), addressOf(morpho, "bob")]
    await morpho.supply(alice, { assets: 2n * unit, shares: 0n, onBehalf: alice, attached: 2n * unit })
    await morpho.supplyCollateral(bob, { assets: 2n * unit, onBehalf: bob })
    expect((await morpho.borrow(bob, { assets: unit, shares: 0n, onBehalf: bob, receiver: bob })).ok).toBe(true)
    const world = openMarket(lltv, WAD, TIME)
    world.send("alice", MARKET, Supply, { assets: 2n * unit, shares: 0n, onBehalf: "alice" }, { funds: { [LOAN]: 2n * unit } })
    world.send("bob", MARKET, SupplyCollateral, { onBehalf: "bob" }, { funds: { [COLLATERAL]: 2n * unit } })
    world.send("bob", MARKET, Borrow, { assets: unit, shares: 0n, onBehalf: "bob", receiver: "bob" })
    expect(world.step([], { time: TIME }).receipts.map(endOf)).toEqual(["accepted", "accepted", "accepted"])
    return world
  }

  it("give nobody's collateral away at a price of 0, where the contract lets it go for nothing", async () => {
    const world = await lent()
    await morpho.setPrice(0n)
    const [carol, bob] = [addressOf(morpho, "carol"), addressOf(morpho, "bob")]
    const given = await morpho.liquidate(carol, { borrower: bob, seizedAssets: 2n * unit, repaidShares: 0n, attached: 0n })
    expect(given.ok && given.amounts).toEqual([2n * unit, 0n])
    world.send("carol", ORACLE, Say, { price: 0n, updatedAt: TIME })
    world.step([], { time: TIME })
    world.send("carol", MARKET, Liquidate, { borrower: "bob", seizedAssets: 2n * unit, repaidShares: 0n })
    expect(world.step([], { time: TIME }).receipts.map(endOf)).toEqual(["oracle/NoPrice"])
  })

  it("return a plain payment to the market, which the contract's token would keep there for ever", async () => {
    const world = await lent()
    world.send("carol", MARKET, Payment, {}, { funds: { [LOAN]: 5n } })
    expect(world.step([], { time: TIME }).receipts.map(endOf)).toEqual(["core/UnknownMessage"])
    world.settle()
    expect(world.balance("carol", LOAN)).toBe(PURSE)
  })

  it("start the clock with the first message that needs it, where the contract starts it with the market", async () => {
    const world = openMarket(lltv, WAD, TIME)
    expect(marketOf(world)).toMatchObject({ lastUpdate: null, rateAtTarget: 0n })
    world.send("alice", MARKET, AccrueInterest, {})
    world.step([], { time: TIME + 9 })
    expect(marketOf(world).lastUpdate).toBe(TIME + 9)
  })
})
