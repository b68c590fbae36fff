import { send, type Send } from "../../core/index.ts"
import { Hop, Route } from "../../protocols/exchange/router/index.ts"
import { Swap as SwapStable } from "../../protocols/exchange/stableswap/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { sizeOf } from "../market-day/traders.ts"
import { estimate, ways, type Step } from "./estimates.ts"
import { accounts, DOLLAR, ETH, inUsdDown, publishedPrice, ROUTER, STABLE, USD, USDC } from "./market.ts"

/** Probability that a trader trades in a block. */
const CHANCE = 0.25
/** Blocks until a route is given up. */
const PATIENCE_BLOCKS = 6
/** Left over in usd by a route that stopped: changed back from this amount on. */
const LEFT_MIN = 10n * DOLLAR

/**
 * Lives in eth and usdc, so every trade is a route: split over the two ways that pay best, or straight by one. Some accept little slippage, and their
 * routes stop half-way where the price moves; what they then hold in usd they change at the stable pool.
 */
const routeTrader = (account: string, index: number): Agent => ({
  account,
  group: "route traders",
  act: (sight, random) => {
    const left = sight.balance(USD)
    if (left >= LEFT_MIN) return [send(STABLE.address, SwapStable, { assetOut: USDC, minimumOut: (left * 99n) / 100n }, { funds: { [USD]: left } })]
    if (!random.chance(CHANCE)) return []
    const price = publishedPrice(sight)
    if (price === undefined) return []
    const size = sizeOf(random, 0.6)
    const usdc = inUsdDown(size, price)
    const sellsEth = random.chance(0.5) ? sight.balance(ETH) >= size : sight.balance(USDC) < usdc
    const [assetIn, wanted] = sellsEth ? [ETH, size] : [USDC, usdc]
    const held = sight.balance(assetIn)
    const slippagePips = random.chance(0.2) ? 200n : 3_000n
    const order = { account, assetIn, amountIn: wanted < held ? wanted : held, slippagePips }
    return index % 3 === 0 ? straight(sight, order) : split(sight, order)
  },
})

interface RouteOrder {
  readonly account: string
  readonly assetIn: string
  readonly amountIn: bigint
  readonly slippagePips: bigint
}

interface Way {
  readonly steps: readonly Step[]
  readonly amountOut: bigint
}

/** The ways that pay for `amountIn`, the best first; of equal ones the earlier. */
const ranked = (sight: Sight, assetIn: string, amountIn: bigint): readonly Way[] =>
  ways(assetIn, assetIn === ETH ? USDC : ETH)
    .map((steps, index) => ({ steps, index, amountOut: estimate(sight, steps, assetIn, amountIn) }))
    .filter(({ amountOut }) => amountOut > 0n)
    .sort((left, right) => (left.amountOut === right.amountOut ? left.index - right.index : left.amountOut < right.amountOut ? 1 : -1))

/** A minimum for the last leg only: what the legs before it pay is bounded by it. */
const legsOf = ({ steps, amountOut }: Way, slippagePips: bigint) =>
  steps.map((step, index) => ({ ...step, minimumOut: index === steps.length - 1 ? (amountOut * (1_000_000n - slippagePips)) / 1_000_000n : 0n }))

const straight = (sight: Sight, { account, assetIn, amountIn, slippagePips }: RouteOrder): readonly Send[] => {
  const [best] = ranked(sight, assetIn, amountIn)
  if (best === undefined) return []
  const deadline = sight.block + PATIENCE_BLOCKS
  const [first, ...rest] = legsOf(best, slippagePips)
  const { venue, assetOut, minimumOut } = first as NonNullable<typeof first>
  return [send(venue, Hop, { assetOut, minimumOut, to: account, rest, deadline }, { funds: { [assetIn]: amountIn }, deadline })]
}

const split = (sight: Sight, { assetIn, amountIn, slippagePips }: RouteOrder): readonly Send[] => {
  const halves = [amountIn / 2n, amountIn - amountIn / 2n] as const
  if (halves[0] === 0n) return []
  const best = ranked(sight, assetIn, halves[1]).slice(0, 2)
  if (best.length < 2) return []
  const deadline = sight.block + PATIENCE_BLOCKS
  const parts = best.map((way, index) => ({ amountIn: halves[index] as bigint, legs: legsOf(way, slippagePips) }))
  const minimumOut = parts.reduce((sum, { legs }) => sum + (legs.at(-1)?.minimumOut ?? 0n), 0n)
  return [send(ROUTER, Route, { parts, minimumOut, deadline }, { funds: { [assetIn]: amountIn }, deadline })]
}

export const ROUTE_TRADERS: readonly string[] = accounts("routes", 12)
export const routeTraders: readonly Agent[] = ROUTE_TRADERS.map(routeTrader)
