import { sqrtDown } from "../../core/index.ts"
import { PriceView, readPrice } from "../../protocols/oracle/index.ts"
import type { Sight } from "../agent.ts"
import { ETHER, fromOraclePrice, inUsdDown, ORACLE, type PoolPlace } from "../market-day/market.ts"

/** Who and what is where in exchange-day: eth for usd at four venues, and a way round by usdc. eth has 18 decimals, usd and usdc 6. */

export { DOLLAR, ETH, ETHER, ethForUsd, inEthDown, inUsdDown, ORACLE, USD, usdForEth } from "../market-day/market.ts"
export const USDC = "usdc"

/** After Uniswap v2, 0.30 %. */
export const V2: PoolPlace = { address: "amm/eth-usd", feePips: 3_000, depth: 3_000n * ETHER }
/** After Uniswap v3, 0.05 %. */
export const V3 = { address: "clmm/eth-usd", feePips: 500, tickSpacing: 10 } as const
/** Lots of a thousandth of an ether; a tick of price is a cent an ether. */
export const BOOK = { address: "book/eth-usd", lot: ETHER / 1_000n, tick: 10n, takerFeePips: 200 } as const
/** The same lots; prices in 0.001 usd an ether. */
export const AUCTION = { address: "auction/eth-usd", lot: ETHER / 1_000n } as const
/** After Balancer, half eth and half usdc, 0.10 %. */
export const WEIGHTED = { address: "weighted/eth-usdc", feePips: 1_000, depth: 1_500n * ETHER } as const
/** After Curve, usd and usdc, 0.01 %. */
export const STABLE = { address: "stable/usd-usdc", feeE10: 1_000_000n, amplification: 1_000n } as const
export const ROUTER = "router/main"

/** 10^30, as in market-day: a wad price is usd per eth times 10^18, and a dollar has 10^6, an ether 10^18 units. */
const SCALE = 10n ** 30n

/** The square root of a wad price in smallest units, as a Q64.96, rounded down. */
export const sqrtOfPrice = (price: bigint): bigint => sqrtDown((price << 192n) / SCALE)
/** The wad price of a Q64.96 square root, rounded down. */
export const priceOfSqrt = (sqrtPriceX96: bigint): bigint => (sqrtPriceX96 * sqrtPriceX96 * SCALE) >> 192n

/** A price of the book in ticks, rounded down, and its wad price: exact. */
export const ticksOf = (price: bigint): number => Number(inUsdDown(BOOK.lot, price) / BOOK.tick)
export const priceOfTicks = (ticks: number): bigint => (BigInt(ticks) * BOOK.tick * SCALE) / BOOK.lot
/** A limit of the auction, rounded down, and the wad price of one. */
export const limitOf = (price: bigint): bigint => inUsdDown(AUCTION.lot, price)
export const priceOfLimit = (limit: bigint): bigint => (limit * SCALE) / AUCTION.lot

/** A price moved by so many pips. */
export const moved = (price: bigint, pips: number): bigint => (price * BigInt(1_000_000 + pips)) / 1_000_000n

/** Prices older than this are no guide. */
const STALE_SECONDS = 600

/** The published outside price, in wad; undefined where there is none, or an old one. */
export const publishedPrice = (sight: Sight): bigint | undefined => {
  const reading = readPrice(sight.view(PriceView, ORACLE), sight.time, STALE_SECONDS)
  return typeof reading === "bigint" ? fromOraclePrice(reading) : undefined
}

export const accounts = (kind: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${kind}/${String(index + 1).padStart(2, "0")}`)
