import { sharesOf } from "../../protocols/amm/constant-product/index.ts"
import type { Ratio } from "./optimum.ts"

/** Who and what is where in market-day. eth has 18 decimals, usd 6. */

export const ETH = "eth"
export const USD = "usd"
export const ORACLE = "oracle/eth-usd"

export const ETHER = 10n ** 18n
export const DOLLAR = 10n ** 6n

export interface PoolPlace {
  readonly address: string
  readonly feePips: number
  /** What its liquidity providers bring in, in eth and the worth of it in usd. */
  readonly depth: bigint
}

export const POOL_30: PoolPlace = { address: "amm/eth-usd-30", feePips: 3_000, depth: 6_000n * ETHER }
export const POOL_5: PoolPlace = { address: "amm/eth-usd-5", feePips: 500, depth: 4_000n * ETHER }
export const POOLS: readonly PoolPlace[] = [POOL_30, POOL_5]
export const SHARES_30 = sharesOf(POOL_30.address)
export const SHARES_5 = sharesOf(POOL_5.address)

/** 10^30: a wad price is usd per eth times 10^18, and a dollar has 10^6, an ether 10^18 units. */
const SCALE = 10n ** 30n

/** Smallest units of usd for one of eth, from a wad price. */
export const usdForEth = (price: bigint): Ratio => ({ numerator: price, denominator: SCALE })
/** Smallest units of eth for one of usd, from a wad price. */
export const ethForUsd = (price: bigint): Ratio => ({ numerator: SCALE, denominator: price })

/** The worth of eth in usd, both in smallest units, rounded down. */
export const inUsdDown = (eth: bigint, price: bigint): bigint => (eth * price) / SCALE
/** The eth that usd is worth, both in smallest units, rounded down. */
export const inEthDown = (usd: bigint, price: bigint): bigint => (usd * SCALE) / price

/** What the median oracle wants: usd units for 10^18 eth units, which are one ether. */
export const oraclePrice = (price: bigint): bigint => price / 10n ** 12n
/** An oracle's price as an outside price: in wad. */
export const fromOraclePrice = (price: bigint): bigint => price * 10n ** 12n
/** A pool's price in wad. */
export const priceInside = ({ reserveX, reserveY }: { readonly reserveX: bigint; readonly reserveY: bigint }): bigint => (reserveY * SCALE) / reserveX
