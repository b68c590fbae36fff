import { send, type Send } from "../../core/index.ts"
import { PoolView, quoteOut, Swap } from "../../protocols/amm/constant-product/index.ts"
import { borrowedMaxDown, Liquidate, repaidSharesUp, seizedAssetsDown, toAssetsUp, toSharesDown, type MarketState } from "../../protocols/lending/isolated-market/index.ts"
import { LiquidatorView, StartRoute } from "../../protocols/lending/liquidator/index.ts"
import type { Agent, Sight } from "../agent.ts"
import type { Random } from "../random.ts"
import { isCongested, KEEPER, LLTV, MARKET, marketAt, marketOf, oraclePriceNow, owingOf, ROUTE } from "./credit.ts"
import { DOLLAR, ETH, ETHER, fromOraclePrice, inUsdDown, POOLS, USD } from "./market.ts"

/** Liquidate with money of their own and sell what they seize. */
export const LIQUIDATORS: readonly string[] = ["shark", "pike", "eel"].map((name) => `liquidators/${name}`)

/** Seized at once: more would move the pools by more than the incentive. */
const SEIZED_MAX = 60n * ETHER
const REPAID_MIN = 20n * DOLLAR
/** What a sale must bring beyond what was repaid, in pips. */
const GAIN_MIN_PIPS = 2_000n
const PIPS = 1_000_000n

/** Probability to get into a block while everybody wants to. */
const CONGESTED = 0.1

/** A liquidation that pays at the pools' prices: exactly one of the first two is above zero. */
interface Chance {
  readonly borrower: string
  readonly seizedAssets: bigint
  readonly repaidShares: bigint
  readonly seized: bigint
  readonly repaid: bigint
}

/** Somebody who may be liquidated, the riskiest first, or one of the next; undefined while there is nobody, or no price. */
const find = (sight: Sight, random: Random, cash: bigint): Chance | undefined => {
  const stored = marketOf(sight)
  const owing = owingOf(stored)
  const price = oraclePriceNow(sight)
  if (owing.length === 0 || price === undefined || cash < REPAID_MIN) return undefined
  const market = marketAt(stored, sight.time)
  const ill = owing.slice(0, 8).filter(([, { borrowShares, collateral }]) =>
    toAssetsUp(borrowShares, market.totalBorrowAssets, market.totalBorrowShares) > borrowedMaxDown(collateral, price, LLTV))
  const chosen = ill[ill.length > 1 ? random.below(Math.min(ill.length, 4)) : 0]
  if (chosen === undefined) return undefined
  const [borrower, { borrowShares, collateral }] = chosen
  const most = collateral < SEIZED_MAX ? collateral : SEIZED_MAX
  return affordable(market, borrower, borrowShares, most, price, cash)
}

/** As much as the limits of the borrower, of the cash and of the pools allow. */
const affordable = (market: MarketState, borrower: string, owed: bigint, seizedMax: bigint, price: bigint, cash: bigint): Chance | undefined => {
  const { totalBorrowAssets, totalBorrowShares, lltv } = market
  const byCash = toSharesDown(cash - 1n, totalBorrowAssets, totalBorrowShares)
  const shares = owed < byCash ? owed : byCash
  const seized = seizedAssetsDown(shares, price, lltv, totalBorrowAssets, totalBorrowShares)
  if (seized <= seizedMax) {
    const repaid = toAssetsUp(shares, totalBorrowAssets, totalBorrowShares)
    return repaid < REPAID_MIN ? undefined : { borrower, seizedAssets: 0n, repaidShares: shares, seized, repaid }
  }
  const repaid = toAssetsUp(repaidSharesUp(seizedMax, price, lltv, totalBorrowAssets, totalBorrowShares), totalBorrowAssets, totalBorrowShares)
  return repaid > cash ? undefined : { borrower, seizedAssets: seizedMax, repaidShares: 0n, seized: seizedMax, repaid }
}

/** What eth brings at the better pool now. */
const bestSale = (sight: Sight, ether: bigint): { readonly pool: string; readonly amountOut: bigint } | undefined => {
  let best: { readonly pool: string; readonly amountOut: bigint } | undefined
  for (const { address, feePips } of POOLS) {
    const view = sight.view(PoolView, address)
    if (view === undefined) continue
    const amountOut = quoteOut({ assetX: ETH, assetY: USD, reserveX: view.reserveX, reserveY: view.reserveY, feePips }, ETH, ether)
    if (typeof amountOut === "bigint" && (best === undefined || amountOut > best.amountOut)) best = { pool: address, amountOut }
  }
  return best
}

const pays = (sight: Sight, { seized, repaid }: Chance): boolean => {
  const sale = bestSale(sight, seized)
  return sale !== undefined && sale.amountOut * PIPS > repaid * (PIPS + GAIN_MIN_PIPS)
}

const liquidator = (account: string): Agent => ({
  account,
  group: "liquidators",
  act: (sight, random) => {
    if (!random.chance(isCongested(sight) ? CONGESTED : 0.3)) return []
    const sales = sell(sight)
    const cash = sight.balance(USD)
    const chance = find(sight, random, cash)
    if (chance === undefined || !pays(sight, chance)) return sales
    const { borrower, seizedAssets, repaidShares, repaid } = chance
    // Interest of a block or two more; the change comes back.
    const attached = (repaid * 1_001n) / 1_000n
    return [...sales, send(MARKET, Liquidate, { borrower, seizedAssets, repaidShares }, { funds: { [USD]: attached < cash ? attached : cash }, deadline: sight.block })]
  },
})

/** Sold at once. */
const SOLD_MAX = 40n * ETHER
/** Nobody sells so far below the oracle's price, in percent of it: those who arbitrate will bring the pools back. */
const SALE_MIN_PERCENT = 98n

/** Sells what was seized, in parts that the pools can take. */
const sell = (sight: Sight): readonly Send[] => {
  const held = sight.balance(ETH)
  if (held < ETHER / 100n) return []
  const ether = held < SOLD_MAX ? held : SOLD_MAX
  const sale = bestSale(sight, ether)
  const price = oraclePriceNow(sight)
  if (sale === undefined || (price !== undefined && sale.amountOut * 100n < inUsdDown(ether, fromOraclePrice(price)) * SALE_MIN_PERCENT)) return []
  return [send(sale.pool, Swap, { minimumOut: (sale.amountOut * 995n) / 1_000n }, { funds: { [ETH]: ether }, deadline: sight.block + 1 })]
}

/** What a route may repay, in eth's worth, and how many run side by side. */
const ROUTE_ETHER = 100n
const ROUTES_MAX = 4
/** A sale below this part of what was repaid, in percent, is put off: the pool is deeper in the next block. */
const STOP_PERCENT = 92n

/** Starts routes of the liquidator that it owns, which sells by itself and pays the gain. */
const keeper: Agent = {
  account: KEEPER,
  group: "liquidators",
  act: (sight, random) => {
    if (!random.chance(isCongested(sight) ? CONGESTED : 0.3)) return []
    const view = sight.view(LiquidatorView, ROUTE)
    if (view === undefined || view.underWay >= ROUTES_MAX) return []
    const chance = find(sight, random, inUsdDown(ROUTE_ETHER * ETHER, sight.price))
    if (chance === undefined || !pays(sight, chance)) return []
    const { borrower, seizedAssets, repaidShares, repaid } = chance
    const minimumOut = (repaid * STOP_PERCENT) / 100n
    return [send(ROUTE, StartRoute, { borrower, seizedAssets, repaidShares, repaidAssetsMax: (repaid * 1_001n) / 1_000n, minimumOut })]
  },
}

export const liquidators: readonly Agent[] = [...LIQUIDATORS.map(liquidator), keeper]
