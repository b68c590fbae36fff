import type { Block } from "../../core/index.ts"
import type { FlowChart } from "../report/chart.ts"
import { worthOf, type Market, type MarketPool } from "./portfolio.ts"
import { forEachSwap } from "./trades.ts"

/** What was sold to each pool, at the outside price of its block. */
export const volumesChart = (section: string, unit: string, market: Market): FlowChart => ({
  kind: "flows",
  section,
  title: "Volume",
  note: "What was sold to each pool, at the outside price of its block.",
  unit: { name: unit, decimals: market.quoteDecimals, places: 0 },
  flows: market.pools.map((pool) => ({ name: pool.name, read: (block, { price }) => traded(block, price, market, pool, "volume") })),
})

/** Fees that each pool took, at the outside price of their block. */
export const feesChart = (section: string, unit: string, market: Market): FlowChart => ({
  kind: "flows",
  section,
  title: "Fees",
  note: "Taken by each pool for its liquidity providers, at the outside price of the block.",
  unit: { name: unit, decimals: market.quoteDecimals, places: 2 },
  flows: market.pools.map((pool) => ({ name: pool.name, read: (block, { price }) => traded(block, price, market, pool, "fees") })),
})

const traded = (block: Block, price: bigint, market: Market, pool: MarketPool, what: "volume" | "fees"): bigint => {
  let sum = 0n
  forEachSwap(block, pool, (swap, fee) => {
    sum += worthOf(what === "fees" ? fee : { base: swap.amountXIn, quote: swap.amountYIn }, price, market)
  })
  return sum
}
