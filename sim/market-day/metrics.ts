import type { World } from "../../core/index.ts"
import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { PriceView } from "../../protocols/oracle/index.ts"
import type { Metric } from "../metric.ts"
import { marketOf } from "../metrics/portfolio.ts"
import { pricesMetric, type PriceSource } from "../metrics/prices.ts"
import { providersMetric } from "../metrics/providers.ts"
import { resultsMetric } from "../metrics/results.ts"
import { tradesMetric } from "../metrics/trades.ts"
import { claims } from "./claims.ts"
import { costMetric } from "./cost.ts"
import { lendingMetric } from "./lending-metrics.ts"
import { PROVIDERS } from "./liquidity-providers.ts"
import { ETH, fromOraclePrice, ORACLE, POOL_30, POOL_5, priceInside, USD } from "./market.ts"

const pool30 = { name: "pool 0.30 %", address: POOL_30.address, feePips: POOL_30.feePips }
const pool5 = { name: "pool 0.05 %", address: POOL_5.address, feePips: POOL_5.feePips }

export const market = marketOf({ base: ETH, quote: USD, baseDecimals: 18, quoteDecimals: 6, pools: [pool30, pool5], claims })

const providers = PROVIDERS.map(({ account, pool, style }) => {
  const place = pool === POOL_30 ? pool30 : pool5
  return { name: `${style}, ${place.name.slice("pool ".length)}`, account, pool: place }
})

const priceOfPool = (world: World, address: string): bigint | undefined => {
  const pool = world.state(ConstantProductPool, address)
  return pool.reserveX === 0n ? undefined : priceInside(pool)
}

export const oracleSource: PriceSource = {
  name: "oracle",
  read: (world) => {
    const price = world.view(PriceView, ORACLE)?.price ?? 0n
    return price === 0n ? undefined : fromOraclePrice(price)
  },
}

export const priceSources: readonly PriceSource[] = [
  ...market.pools.map(({ name, address }) => ({ name, read: (world: World) => priceOfPool(world, address) })),
  oracleSource,
]

export const metrics: { readonly [name: string]: Metric } = {
  prices: pricesMetric("USD", priceSources),
  trades: tradesMetric("USD", market),
  lending: lendingMetric("USD"),
  results: resultsMetric("USD", market),
  cost: costMetric("USD", market),
  providers: providersMetric("USD", market, providers),
}
