import { send, type Send } from "../../core/index.ts"
import { PoolView as ConcentratedView, Swap as SwapConcentrated } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { BookView, LimitOrder } from "../../protocols/exchange/order-book/index.ts"
import { Swap as SwapStable } from "../../protocols/exchange/stableswap/index.ts"
import { Swap as SwapWeighted, WeightedPoolView } from "../../protocols/exchange/weighted/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { correct } from "../market-day/arbitrageurs.ts"
import { optimalSale, worthUp } from "../market-day/optimum.ts"
import { lotsWithin } from "./book-view.ts"
import { estimate } from "./estimates.ts"
import { BOOK, DOLLAR, ETH, ethForUsd, moved, sqrtOfPrice, STABLE, ticksOf, USD, USDC, usdForEth, V2, V3, WEIGHTED } from "./market.ts"

/** Below this a trade is not worth the trouble. */
const GAIN_MIN = DOLLAR / 2n
/** Probability that an arbitrageur looks in a block. */
const CHANCE = 0.6

/** Trades each venue against the outside price up to where the next unit would lose; so it closes the gaps between the venues, too. */
const arbitrageur = (account: string): Agent => ({
  account,
  group: "arbitrageurs",
  act: (sight, random) => (random.chance(CHANCE) ? [...correct(sight, V2), ...correctConcentrated(sight), ...correctBook(sight), ...correctWeighted(sight), ...correctStable(sight)] : []),
})

/** The least move that is worth it, beyond the fee, in pips. */
const MOVE_PIPS = 100

/** A swap with the outside price, less the fee, as its limit: no unit of it loses. What is not needed comes back. */
const correctConcentrated = (sight: Sight): readonly Send[] => {
  const view = sight.view(ConcentratedView, V3.address)
  if (view === undefined || view.sqrtPriceX96 === 0n) return []
  const sell = (asset: string, feePips: number) => {
    const sqrtPriceLimitX96 = sqrtOfPrice(moved(sight.price, feePips))
    const held = sight.balance(asset) / 2n
    return held === 0n ? [] : [send(V3.address, SwapConcentrated, { sqrtPriceLimitX96, amountOutMin: 1n }, { funds: { [asset]: held }, deadline: sight.block })]
  }
  if (view.sqrtPriceX96 > sqrtOfPrice(moved(sight.price, V3.feePips + MOVE_PIPS))) return sell(ETH, V3.feePips)
  if (view.sqrtPriceX96 < sqrtOfPrice(moved(sight.price, -V3.feePips - MOVE_PIPS))) return sell(USD, -V3.feePips)
  return []
}

/** Takes what rests beyond the outside price and the fee. */
const correctBook = (sight: Sight): readonly Send[] => {
  const view = sight.view(BookView, BOOK.address)
  if (view === undefined) return []
  const take = (side: "buy" | "sell", price: number): readonly Send[] => {
    const each = side === "buy" ? BigInt(price) * BOOK.tick : BOOK.lot
    const affordable = sight.balance(side === "buy" ? USD : ETH) / 2n / each
    const offered = BigInt(lotsWithin(view, side === "buy", price))
    const lots = offered < affordable ? offered : affordable
    if (lots === 0n) return []
    const order = { side, price, lots: Number(lots), kind: "immediate-or-cancel", goodTill: null, selfTrade: "cancel-taking" } as const
    return [send(BOOK.address, LimitOrder, order, { funds: { [side === "buy" ? USD : ETH]: lots * each }, deadline: sight.block })]
  }
  const buyBelow = ticksOf(moved(sight.price, -BOOK.takerFeePips))
  const sellAbove = ticksOf(moved(sight.price, BOOK.takerFeePips)) + 1
  return [...(buyBelow >= 1 ? take("buy", buyBelow) : []), ...take("sell", sellAbove)]
}

/** With equal weights the best sale is that to a constant-product pool; usdc counts as usd. */
const correctWeighted = (sight: Sight): readonly Send[] => {
  const view = sight.view(WeightedPoolView, WEIGHTED.address)
  const [eth = 0n, usdc = 0n] = view?.balances ?? []
  if (eth === 0n || usdc === 0n) return []
  return [[ETH, USDC, eth, usdc, usdForEth(sight.price)] as const, [USDC, ETH, usdc, eth, ethForUsd(sight.price)] as const].flatMap(([assetIn, assetOut, reserveIn, reserveOut, price]) => {
    const best = optimalSale(reserveIn, reserveOut, WEIGHTED.feePips, price)
    const held = sight.balance(assetIn)
    if (best === undefined || best.amountIn > held) return []
    const minimumOut = worthUp(best.amountIn, price)
    const gain = best.amountOut - minimumOut
    if ((assetOut === ETH ? (gain * price.denominator) / price.numerator : gain) < GAIN_MIN) return []
    return [send(WEIGHTED.address, SwapWeighted, { assetOut, minimumOut }, { funds: { [assetIn]: best.amountIn }, deadline: sight.block })]
  })
}

/** Parts of what it holds that it tries to change at the stable pool, largest first. */
const STABLE_PARTS = [2n, 8n, 32n] as const

/** Changes usd for usdc, or back, where the pool pays more than one for one. */
const correctStable = (sight: Sight): readonly Send[] => {
  for (const [assetIn, assetOut] of [[USD, USDC], [USDC, USD]] as const) {
    for (const part of STABLE_PARTS) {
      const amountIn = sight.balance(assetIn) / part
      if (amountIn === 0n || estimate(sight, [{ venue: STABLE.address, assetOut }], assetIn, amountIn) < amountIn + GAIN_MIN) continue
      return [send(STABLE.address, SwapStable, { assetOut, minimumOut: amountIn }, { funds: { [assetIn]: amountIn }, deadline: sight.block })]
    }
  }
  return []
}

export const ARBITRAGEURS: readonly string[] = ["arbitrageurs/lynx", "arbitrageurs/heron"]
export const arbitrageurs: readonly Agent[] = ARBITRAGEURS.map(arbitrageur)
