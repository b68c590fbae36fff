import { sqrtDown } from "../../core/index.ts"
import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import type { Moment } from "../metric.ts"
import type { LineChart } from "../report/chart.ts"
import type { Market, MarketPool } from "./portfolio.ts"

const WAD = 10n ** 18n
const PIPS = 1_000_000n

/**
 * The quote that comes into a constant-product pool (or leaves it, below zero) when its price moves by so many pips from -10^6 on, in parts of
 * the quote that is in it, in wad, rounded down; fees are not counted. With x y = k and p = y / x, y = sqrt(k p): so sqrt(1 + move) - 1.
 */
export const depthWad = (pips: bigint): bigint => sqrtDown(((PIPS + pips) * WAD * WAD) / PIPS) - WAD

const MOVES = [
  ["up 2 %", depthWad(20_000n)],
  ["up 1 %", depthWad(10_000n)],
  ["down 1 %", depthWad(-10_000n)],
  ["down 2 %", depthWad(-20_000n)],
] as const

const depthIn = ({ world }: Moment, { address }: MarketPool, depth: bigint): bigint => (world.state(ConstantProductPool, address).reserveY * depth) / WAD

/** What it takes to move the price of all pools by 1 % and 2 %: quote to pay in, above zero, or quote to take out, below. */
export const depthChart = (section: string, unit: string, market: Market): LineChart => ({
  kind: "lines",
  section,
  title: "Depth of the market",
  note: `What it takes to move the price of all pools by 1 % and by 2 %: ${unit} paid in to push it up, ${unit} taken out (below zero) to push it down. Fees are not counted.`,
  unit: { name: unit, decimals: market.quoteDecimals, places: 0 },
  limits: [{ name: "", value: 0n }],
  lines: MOVES.map(([name, depth]) => ({ name, read: (moment) => market.pools.reduce((sum, pool) => sum + depthIn(moment, pool, depth), 0n) })),
})

/** The part of each pool in the depth: quote that it takes to move its price up by 2 %. */
export const poolDepthChart = (section: string, unit: string, market: Market): LineChart => ({
  kind: "lines",
  section,
  title: "Depth by pool",
  note: `${unit} that it takes to move a pool's price up by 2 %.`,
  unit: { name: unit, decimals: market.quoteDecimals, places: 0 },
  stacked: true,
  lines: market.pools.map((pool) => ({ name: pool.name, read: (moment) => depthIn(moment, pool, MOVES[0][1]) })),
})
