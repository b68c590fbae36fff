import { send, type Send } from "../../core/index.ts"
import { Swap as SwapConstantProduct } from "../../protocols/amm/constant-product/index.ts"
import { Swap as SwapConcentrated } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { MarketOrder } from "../../protocols/exchange/order-book/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { sizeOf } from "../market-day/traders.ts"
import { estimate } from "./estimates.ts"
import { accounts, BOOK, ETH, inEthDown, inUsdDown, publishedPrice, USD, V2, V3 } from "./market.ts"

/** Probability that a trader trades in a block. */
const CHANCE = 0.3
/** A venue that pays so much less than the published price is not taken. */
const DISTANCE_PIPS_MAX = 20_000n
const VENUES = [V2.address, V3.address, BOOK.address] as const

/** Sides and sizes that have nothing to do with the price. A quarter of them always goes to the same venue; the others where it pays best. */
const noiseTrader = (account: string, index: number): Agent => ({
  account,
  group: "noise traders",
  act: (sight, random) => {
    if (!random.chance(CHANCE)) return []
    const price = publishedPrice(sight)
    if (price === undefined) return []
    const size = sizeOf(random, 0.2)
    const usd = inUsdDown(size, price)
    const sellsEth = random.chance(0.5) ? sight.balance(ETH) >= size : sight.balance(USD) < usd
    const [assetIn, wanted] = sellsEth ? [ETH, size] : [USD, usd]
    const held = sight.balance(assetIn)
    const amountIn = wanted < held ? wanted : held
    const slippagePips = random.chance(0.2) ? 300n : 5_000n
    const home = index % 4 === 0 ? VENUES[(index / 4) % VENUES.length] : undefined
    const best = bestOf(sight, assetIn, amountIn, home === undefined ? VENUES : [home])
    const fair = sellsEth ? inUsdDown(amountIn, price) : inEthDown(amountIn, price)
    if (best === undefined || best.amountOut * 1_000_000n < fair * (1_000_000n - DISTANCE_PIPS_MAX)) return []
    return [swapAt(best.venue, assetIn, amountIn, (best.amountOut * (1_000_000n - slippagePips)) / 1_000_000n, sight.block + 2)]
  },
})

const bestOf = (sight: Sight, assetIn: string, amountIn: bigint, venues: readonly string[]) => {
  let best: { readonly venue: string; readonly amountOut: bigint } | undefined
  for (const venue of venues) {
    const amountOut = estimate(sight, [{ venue, assetOut: assetIn === ETH ? USD : ETH }], assetIn, amountIn)
    if (amountOut > (best?.amountOut ?? 0n)) best = { venue, amountOut }
  }
  return best
}

/** Sells eth or usd for the other at one of the three venues that take orders of one. */
const swapAt = (venue: string, assetIn: string, amountIn: bigint, minimumOut: bigint, deadline: number): Send => {
  const options = { funds: { [assetIn]: amountIn }, deadline }
  if (venue === V2.address) return send(venue, SwapConstantProduct, { minimumOut }, options)
  if (venue === V3.address) return send(venue, SwapConcentrated, { sqrtPriceLimitX96: null, amountOutMin: minimumOut }, options)
  return send(venue, MarketOrder, { minimumOut, selfTrade: "cancel-taking" }, options)
}

export const NOISE_TRADERS: readonly string[] = accounts("noise", 36)
export const noiseTraders: readonly Agent[] = NOISE_TRADERS.map(noiseTrader)
