import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { BatchAuction } from "../../protocols/exchange/batch-auction/index.ts"
import { ConcentratedLiquidityPool } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { WeightedPool } from "../../protocols/exchange/weighted/index.ts"
import { priceInside } from "../market-day/market.ts"
import { oracleSource } from "../market-day/metrics.ts"
import type { Metric } from "../metric.ts"
import { pricesMetric, type PriceSource } from "../metrics/prices.ts"
import { resultsMetric, type EachGain } from "../metrics/results.ts"
import { middleOf } from "./depth.ts"
import { AUCTION, BOOK, priceOfLimit, priceOfSqrt, priceOfTicks, V2, V3, WEIGHTED } from "./market.ts"
import { gainOf, paymentsMetric } from "./payments.ts"
import { routesMetric } from "./routes.ts"
import { forEachTrade } from "./trades.ts"
import { venuesMetric } from "./venues.ts"
import { market } from "./wealth.ts"

/** Prices of one eth at the venues, in wad, and the published one. */
export const priceSources: readonly PriceSource[] = [
  {
    name: "v2 pool",
    read: (world) => {
      const pool = world.state(ConstantProductPool, V2.address)
      return pool.reserveX === 0n ? undefined : priceInside(pool)
    },
  },
  {
    name: "v3 pool",
    read: (world) => {
      const { sqrtPriceX96 } = world.state(ConcentratedLiquidityPool, V3.address)
      return sqrtPriceX96 === 0n ? undefined : priceOfSqrt(sqrtPriceX96)
    },
  },
  {
    name: "order book",
    read: (world) => {
      const middle = middleOf(world)
      return middle === undefined ? undefined : priceOfTicks(middle) / 2n
    },
  },
  {
    // Only of blocks in which it cleared.
    name: "auction",
    read: (world) => {
      const { price, height } = world.state(BatchAuction, AUCTION.address)
      return price === 0n || height !== world.height ? undefined : priceOfLimit(price)
    },
  },
  {
    name: "weighted pool",
    read: (world) => {
      const [reserveX = 0n, reserveY = 0n] = world.state(WeightedPool, WEIGHTED.address).balances
      return reserveX === 0n ? undefined : priceInside({ reserveX, reserveY })
    },
  },
  oracleSource,
]

/** Of both sides of every trade, where both are accounts. */
const eachGain: EachGain = (block, price, visit) =>
  forEachTrade(block, (trade) => {
    const gain = gainOf(trade, price)
    visit(trade.taker, gain)
    if (trade.maker !== BOOK.address) visit(trade.maker, -gain)
  })

export const metrics: { readonly [name: string]: Metric } = {
  prices: pricesMetric("USD", priceSources),
  venues: venuesMetric,
  routes: routesMetric,
  results: resultsMetric("USD", market, eachGain),
  payments: paymentsMetric,
}
