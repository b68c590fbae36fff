import type { Address, World } from "../../core/index.ts"
import { ConcentratedLiquidityPool, worthOf as worthOfPosition } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { OrderBook } from "../../protocols/exchange/order-book/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import { sharesOf as sharesOfStable, StablePool } from "../../protocols/exchange/stableswap/index.ts"
import { sharesOf as sharesOfWeighted, WeightedPool } from "../../protocols/exchange/weighted/index.ts"
import { marketOf, NOTHING, plus, type Amounts, type Under } from "../metrics/portfolio.ts"
import { BOOK, ETH, STABLE, USD, USDC, V2, V3, WEIGHTED } from "./market.ts"

/** What counts as wealth in exchange-day: eth and usd wherever they are, a usdc as a usd, shares of pools, ranges of the v3 pool, and orders that rest. */

const ofShares = (world: World, amount: bigint): Amounts => {
  if (amount === 0n) return NOTHING
  const { balances, shares } = world.state(StablePool, STABLE.address)
  return { base: 0n, quote: balances.reduce((sum, balance) => sum + (balance * amount) / shares, 0n) }
}

const ofWeightedShares = (world: World, amount: bigint): Amounts => {
  if (amount === 0n) return NOTHING
  const { balances, shares } = world.state(WeightedPool, WEIGHTED.address)
  const [eth = 0n, usdc = 0n] = balances
  return { base: (eth * amount) / shares, quote: (usdc * amount) / shares }
}

/** Ranges with their fees until now, rounded down; orders that rest; payments that the book keeps for a claim. */
const elsewhere = (world: World, account: Address): Amounts => {
  let owned = NOTHING
  const pool = world.state(ConcentratedLiquidityPool, V3.address)
  for (const position of pool.positions.values()) {
    if (position.owner !== account) continue
    const { amount0, amount1 } = worthOfPosition(pool, position)
    owned = plus(owned, { base: amount0, quote: amount1 })
  }
  const { orders, unclaimed } = world.state(OrderBook, BOOK.address)
  for (const { owner, side, lots, price } of orders.values()) {
    if (owner !== account) continue
    owned = plus(owned, side === "buy" ? { base: 0n, quote: BigInt(lots) * BigInt(price) * BOOK.tick } : { base: BigInt(lots) * BOOK.lot, quote: 0n })
  }
  return plus(owned, unclaimed.get(account) ?? NOTHING)
}

const nothing = (): Amounts => NOTHING

/** A leg of a route belongs to whom the route pays, on its way there and back. */
export const ownerOf = ({ message, payload, to }: Under): Address => (message === Hop ? (payload as { readonly to: Address }).to : to)

export const market = marketOf({
  base: ETH,
  quote: USD,
  baseDecimals: 18,
  quoteDecimals: 6,
  pools: [{ name: "v2 pool", address: V2.address, feePips: V2.feePips }],
  claims: [
    { owned: elsewhere },
    { owned: nothing, shares: { asset: USDC, worth: (_, amount) => ({ base: 0n, quote: amount }) } },
    { owned: nothing, shares: { asset: sharesOfStable(STABLE.address), worth: ofShares } },
    { owned: nothing, shares: { asset: sharesOfWeighted(WEIGHTED.address), worth: ofWeightedShares } },
  ],
  ownerOf,
})
