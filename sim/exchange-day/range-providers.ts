import { send, type Send } from "../../core/index.ts"
import { amountsUp, Burn, Collect, Deposit, Initialize, liquidityDown, Mint, PoolView, sqrtPriceX96AtTick, Swap, tickAtSqrtPriceX96 } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { ETH, ETHER, inEthDown, inUsdDown, sqrtOfPrice, USD, V3 } from "./market.ts"

/** Those who provide the v3 pool's liquidity, each between two ticks of its own. */

export interface RangeProvider {
  readonly account: string
  /** What it begins with, in eth, and the worth of it in usd. */
  readonly eth: bigint
  /** Its range reaches so many ticks below and above the price: 100 are about 1 %. */
  readonly ticks: number
  /** Moves its range to the price once in so many blocks; 0: never. */
  readonly moveBlocks: number
}

export const RANGE_PROVIDERS: readonly RangeProvider[] = [
  { account: "v3/founder", eth: 800n * ETHER, ticks: 6_000, moveBlocks: 0 },
  { account: "v3/steady", eth: 300n * ETHER, ticks: 1_000, moveBlocks: 0 },
  { account: "v3/hourly", eth: 300n * ETHER, ticks: 400, moveBlocks: 300 },
  { account: "v3/nimble", eth: 200n * ETHER, ticks: 150, moveBlocks: 60 },
]

/** Fees of a range that stays are collected once in so many blocks. */
const COLLECT_BLOCKS = 600
const ALL = { amount0Max: 2n ** 128n - 1n, amount1Max: 2n ** 128n - 1n }
const NO_MINIMA = { amount0Min: 0n, amount1Min: 0n }

/** The range around a price, in whole spacings. */
const rangeAround = (price: bigint, ticks: number) => {
  const centre = Math.floor(tickAtSqrtPriceX96(sqrtOfPrice(price)) / V3.tickSpacing) * V3.tickSpacing
  return { tickLower: centre - ticks, tickUpper: centre + ticks }
}

const firstPrice = (sight: Sight): bigint => sight.priceBefore(sight.block)

/** Deposits all that it has around the first price, and stays; its fees it collects. */
const staying = ({ account, ticks }: RangeProvider, founds: boolean): Agent => ({
  account,
  group: "range providers",
  act: (sight) => {
    const range = rangeAround(firstPrice(sight), ticks)
    const start = founds ? [send(V3.address, Initialize, { sqrtPriceX96: sqrtOfPrice(sight.price) })] : []
    if (sight.block === 1) return [...start, send(V3.address, Deposit, { ...range, ...NO_MINIMA }, { funds: { [ETH]: sight.balance(ETH), [USD]: sight.balance(USD) } })]
    return sight.block % COLLECT_BLOCKS === 0 ? leave(range, 0n) : []
  },
})

/** Counts the fees and takes `liquidity` out, and has all of it paid. */
const leave = (range: { readonly tickLower: number; readonly tickUpper: number }, liquidity: bigint): readonly Send[] => [
  send(V3.address, Burn, { ...range, liquidity, ...NO_MINIMA }),
  send(V3.address, Collect, { ...range, ...ALL }),
]

/** Blocks from leaving a range to evening out what was paid, and to the next range: payments have to arrive. */
const EVEN_BLOCKS = 2
const PAUSE_BLOCKS = 4
/** Holdings are evened out where one is so many percent of both or less. */
const SMALLER_PERCENT = 40n

/** Sells half of what it holds more of one asset than of the other, at the pool itself, for at least 98 % of its worth. */
const even = (sight: Sight): readonly Send[] => {
  const [eth, usd] = [sight.balance(ETH), sight.balance(USD)]
  const worth = inUsdDown(eth, sight.price)
  const [assetIn, surplus] = worth > usd ? [ETH, worth - usd] : [USD, usd - worth]
  if ((worth < usd ? worth : usd) * 100n > (worth + usd) * SMALLER_PERCENT) return []
  const [amountIn, fair] = assetIn === ETH ? [inEthDown(surplus / 2n, sight.price), surplus / 2n] : [surplus / 2n, inEthDown(surplus / 2n, sight.price)]
  return [send(V3.address, Swap, { sqrtPriceLimitX96: null, amountOutMin: (fair * 98n) / 100n }, { funds: { [assetIn]: amountIn }, deadline: sight.block })]
}

/**
 * Holds a third of what it has around the price of the last full period, always with the same liquidity; so it knows its range and its liquidity by
 * the outside prices alone. Where it cannot pay for it any more, it stays out for a period.
 */
const moving = ({ account, eth, ticks, moveBlocks }: RangeProvider): Agent => ({
  account,
  group: "range providers",
  act: (sight) => {
    const since = sight.block % moveBlocks
    const liquidity = liquidityOf(firstPrice(sight), eth / 3n, ticks)
    if (since === 0) return leave(rangeAround(sight.priceBefore(moveBlocks), ticks), liquidity)
    if (since === EVEN_BLOCKS) return even(sight)
    if (since !== PAUSE_BLOCKS) return []
    const range = rangeAround(sight.priceBefore(since), ticks)
    const price = sight.view(PoolView, V3.address)?.sqrtPriceX96 ?? 0n
    const cost = amountsUp(price, sqrtPriceX96AtTick(range.tickLower), sqrtPriceX96AtTick(range.tickUpper), liquidity)
    const [held0, held1] = [sight.balance(ETH), sight.balance(USD)]
    if (price === 0n || cost.amount0 > held0 || cost.amount1 > held1) return []
    return [send(V3.address, Mint, { ...range, liquidity, ...NO_MINIMA }, { funds: { [ETH]: held0, [USD]: held1 } })]
  },
})

const liquidityOf = (price: bigint, eth: bigint, ticks: number): bigint => {
  const { tickLower, tickUpper } = rangeAround(price, ticks)
  return liquidityDown(sqrtOfPrice(price), sqrtPriceX96AtTick(tickLower), sqrtPriceX96AtTick(tickUpper), { amount0: eth, amount1: inUsdDown(eth, price) })
}

export const rangeProviders: readonly Agent[] = RANGE_PROVIDERS.map((provider, index) => (provider.moveBlocks === 0 ? staying(provider, index === 0) : moving(provider)))
