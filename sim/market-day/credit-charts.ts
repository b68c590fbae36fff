import { PriceView, readPrice } from "../../protocols/oracle/index.ts"
import { Vault } from "../../protocols/vault/index.ts"
import type { World } from "../../core/index.ts"
import type { Chart, Mark } from "../report/chart.ts"
import { readable } from "../decimal.ts"
import { healthWad, marketAt, owingOf, RESERVE, STALE_SECONDS, STRATEGY, VAULT } from "./credit.ts"
import { forEachLiquidation, lendingMarket } from "./lending-events.ts"
import { borrowRate, sharePrice, supplyRate, utilization, waitingWorth } from "./lending-metrics.ts"
import { inUsdDown, ORACLE } from "./market.ts"

const LENDING = "Lending"
const DEPOSITS = "The vault"
const WAD = 10n ** 18n
const DOLLARS = { name: "USD", decimals: 6, places: 0 }
const PERCENT = { name: "%", decimals: 16, places: 2 }

/** Above 3 nobody is in danger, and a loan that is nearly paid back would hide the others. */
const HEALTH_MAX = 3n * 10n ** 18n

/** Of all who owe; nobody while there is no price that the market would take. */
const healthFactors = (world: World): readonly bigint[] => {
  const price = readPrice(world.view(PriceView, ORACLE), world.time, STALE_SECONDS)
  if (typeof price !== "bigint") return []
  const stored = lendingMarket(world)
  const owing = owingOf(stored)
  if (owing.length === 0) return []
  const market = marketAt(stored, world.time)
  return owing.map(([, position]) => {
    const health = healthWad(market, position, price)
    return health > HEALTH_MAX ? HEALTH_MAX : health
  })
}

const lentTo = (world: World, strategy: string): bigint => world.state(Vault, VAULT).strategies.get(strategy)?.lent ?? 0n

export const lendingCharts: { readonly [name: string]: Chart } = {
  utilization: {
    kind: "lines",
    section: LENDING,
    title: "Utilization",
    note: "The lent part of what is supplied. Towards 100 % lenders cannot leave any more, and the rate model makes loans dearer by the hour.",
    unit: { ...PERCENT, places: 1 },
    limits: [{ name: "target", value: (90n * WAD) / 100n }],
    lines: [{ name: "utilization", read: ({ world }) => utilization(world) }],
  },
  rates: {
    kind: "lines",
    section: LENDING,
    title: "Interest rates",
    note: "For a year, at the rate of the moment, not compounded.",
    unit: PERCENT,
    lines: [
      { name: "borrowers pay", read: ({ world }) => borrowRate(world) },
      { name: "lenders get", read: ({ world }) => supplyRate(world) },
    ],
  },
  health: {
    kind: "spread",
    section: LENDING,
    title: "Health factors",
    note: "What a borrower's collateral allows to owe, in parts of what it owes. Whoever falls below 1 may be liquidated; above 3 is drawn as 3. Nothing is drawn while the oracle's price is stale and nobody can be.",
    unit: { name: "", decimals: 18, places: 3 },
    limits: [{ name: "liquidation", value: WAD }],
    read: ({ world }) => healthFactors(world),
  },
  liquidated: {
    kind: "flows",
    section: LENDING,
    title: "Liquidated",
    note: "Debt that was repaid, and by how much the collateral seized for it was worth more, at the outside price of its block: the liquidators' incentive.",
    unit: DOLLARS,
    flows: [
      { name: "repaid", read: (block) => summed(block, ({ repaidAssets }) => repaidAssets) },
      { name: "incentive", read: (block, { price }) => summed(block, ({ seizedAssets, repaidAssets }) => inUsdDown(seizedAssets, price) - repaidAssets) },
    ],
  },
  badDebt: {
    kind: "lines",
    section: LENDING,
    title: "Bad debt",
    note: "Written off since the beginning, from all who lend, in proportion.",
    unit: DOLLARS,
    lines: [{ name: "written off", read: ({ world }) => lendingMarket(world).badDebtAssets }],
  },
  liquidations: {
    kind: "marks",
    section: LENDING,
    title: "Liquidations",
    read: (block) => {
      const marks: Mark[] = []
      forEachLiquidation(block, ({ borrower, seizedAssets, badDebtAssets }, message) => {
        const bad = badDebtAssets > 0n ? `, bad debt ${readable(badDebtAssets, 6, 0)} USD` : ""
        marks.push({ label: `${borrower} loses ${readable(seizedAssets, 18, 1)} eth${bad}`, message })
      })
      return marks
    },
  },
}

const summed = (block: Parameters<typeof forEachLiquidation>[0], amount: (fields: Parameters<Parameters<typeof forEachLiquidation>[1]>[0]) => bigint): bigint => {
  let sum = 0n
  forEachLiquidation(block, (fields) => void (sum += amount(fields)))
  return sum
}

export const vaultCharts: { readonly [name: string]: Chart } = {
  sharePrice: {
    kind: "lines",
    section: DEPOSITS,
    title: "Share price",
    note: "Dollars for a share. It rises with each harvest of interest, and falls when bad debt is reported.",
    unit: { name: "USD", decimals: 18, places: 6 },
    lines: [{ name: "a share", read: ({ world }) => sharePrice(world) }],
  },
  assets: {
    kind: "lines",
    section: DEPOSITS,
    title: "Where the deposits are",
    note: "At book value. What is lent to the market comes back only as far as borrowers leave something.",
    unit: DOLLARS,
    stacked: true,
    lines: [
      { name: "lending market", read: ({ world }) => lentTo(world, STRATEGY) },
      { name: "reserve", read: ({ world }) => lentTo(world, RESERVE) },
      { name: "idle", read: ({ world }) => world.state(Vault, VAULT).idle },
    ],
  },
  queue: {
    kind: "lines",
    section: DEPOSITS,
    title: "Queue of withdrawals",
    note: "What the shares are worth that wait for cash.",
    unit: DOLLARS,
    lines: [{ name: "waiting", read: ({ world }) => waitingWorth(world) }],
  },
}
