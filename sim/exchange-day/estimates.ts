import { quoteOut as quoteConstantProduct, PoolView as ConstantProductView } from "../../protocols/amm/constant-product/index.ts"
import { amount0Down, amount1Down, PoolView as ConcentratedView } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { BookView, feeUp } from "../../protocols/exchange/order-book/index.ts"
import { quoteOut as quoteStable, StablePoolView } from "../../protocols/exchange/stableswap/index.ts"
import { quoteOut as quoteWeighted, WeightedPoolView } from "../../protocols/exchange/weighted/index.ts"
import type { Sight } from "../agent.ts"
import { lotsOf } from "./book-view.ts"
import { BOOK, ETH, STABLE, USD, USDC, V2, V3, WEIGHTED } from "./market.ts"

/**
 * What agents expect venues to pay, from what these publish. Of the pools after v2, Curve and Balancer exact, if nobody comes between; of the book
 * as deep as it publishes its levels; of the v3 pool as if its present liquidity went on.
 */

/** One leg of a way. */
export interface Step {
  readonly venue: string
  readonly assetOut: string
}

/** The amount of the last asset for `amountIn` of the first, all legs after each other; 0 where a leg cannot be done. */
export const estimate = (sight: Sight, steps: readonly Step[], assetIn: string, amountIn: bigint): bigint => {
  let [asset, amount] = [assetIn, amountIn]
  for (const { venue, assetOut } of steps) {
    if (amount === 0n) return 0n
    amount = ESTIMATES[venue]?.(sight, asset, amount, assetOut) ?? 0n
    asset = assetOut
  }
  return amount
}

type Estimate = (sight: Sight, assetIn: string, amountIn: bigint, assetOut: string) => bigint | undefined

const atConstantProduct: Estimate = (sight, assetIn, amountIn) => {
  const view = sight.view(ConstantProductView, V2.address)
  return view === undefined ? undefined : amountOf(quoteConstantProduct({ assetX: ETH, assetY: USD, ...view }, assetIn, amountIn))
}

const atConcentrated: Estimate = (sight, assetIn, amountIn) => {
  const view = sight.view(ConcentratedView, V3.address)
  if (view === undefined || view.liquidity === 0n) return undefined
  const { sqrtPriceX96, liquidity } = view
  const kept = (amountIn * BigInt(1_000_000 - V3.feePips)) / 1_000_000n
  if (assetIn === USD) return amount0Down(sqrtPriceX96, sqrtPriceX96 + (kept << 96n) / liquidity, liquidity)
  return amount1Down(((liquidity << 96n) * sqrtPriceX96) / ((liquidity << 96n) + kept * sqrtPriceX96), sqrtPriceX96, liquidity)
}

const atBook: Estimate = (sight, assetIn, amountIn) => {
  const view = sight.view(BookView, BOOK.address)
  if (view === undefined) return undefined
  const { lots, quote, enough } = lotsOf(view, assetIn === USD, amountIn)
  if (!enough || lots === 0n) return undefined
  const gross = assetIn === USD ? lots * BOOK.lot : quote
  return gross - feeUp(gross, BOOK.takerFeePips)
}

const atStable: Estimate = (sight, assetIn, amountIn, assetOut) => {
  const view = sight.view(StablePoolView, STABLE.address)
  return view === undefined || view.shares === 0n ? undefined : amountOf(quoteStable({ ...view, adminFeeE10: 0n }, assetIn, amountIn, assetOut, sight.time))
}

const atWeighted: Estimate = (sight, assetIn, amountIn, assetOut) => {
  const view = sight.view(WeightedPoolView, WEIGHTED.address)
  return view === undefined ? undefined : amountOf(quoteWeighted(view, assetIn, amountIn, assetOut))
}

const amountOf = (quoted: unknown): bigint | undefined => (typeof quoted === "bigint" ? quoted : undefined)

const ESTIMATES: { readonly [venue: string]: Estimate } = {
  [V2.address]: atConstantProduct,
  [V3.address]: atConcentrated,
  [BOOK.address]: atBook,
  [STABLE.address]: atStable,
  [WEIGHTED.address]: atWeighted,
}

/** Ways from one asset to another, by at most three legs. */
export const ways = (from: string, to: string): readonly (readonly Step[])[] => WAYS[`${from} ${to}`] ?? []

const direct = (to: string): readonly (readonly Step[])[] => [V2, V3, BOOK].map(({ address }) => [{ venue: address, assetOut: to }])
const stableTo = (assetOut: string): Step => ({ venue: STABLE.address, assetOut })
const weightedTo = (assetOut: string): Step => ({ venue: WEIGHTED.address, assetOut })

const WAYS: { readonly [pair: string]: readonly (readonly Step[])[] } = {
  [`${ETH} ${USD}`]: [...direct(USD), [weightedTo(USDC), stableTo(USD)]],
  [`${USD} ${ETH}`]: [...direct(ETH), [stableTo(USDC), weightedTo(ETH)]],
  [`${ETH} ${USDC}`]: [[weightedTo(USDC)], ...direct(USD).map((legs) => [...legs, stableTo(USDC)])],
  [`${USDC} ${ETH}`]: [[weightedTo(ETH)], ...direct(ETH).map((legs) => [stableTo(USD), ...legs])],
}
