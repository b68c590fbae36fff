import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { amount1Down, ConcentratedLiquidityPool, sqrtPriceX96AtTick } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { OrderBook } from "../../protocols/exchange/order-book/index.ts"
import { WeightedPool } from "../../protocols/exchange/weighted/index.ts"
import type { World } from "../../core/index.ts"
import { depthWad } from "../metrics/depth.ts"
import { BOOK, moved, priceOfSqrt, sqrtOfPrice, V2, V3, WEIGHTED } from "./market.ts"

/** What it takes to move a venue's price by so many pips, in quote: to pay in above zero, to take out below. Fees are not counted. */

const WAD = 10n ** 18n

const inConstantProduct = (world: World, pips: number): bigint => (world.state(ConstantProductPool, V2.address).reserveY * depthWad(BigInt(pips))) / WAD

/** With equal weights the curve is that of a constant product. */
const inWeighted = (world: World, pips: number): bigint => ((world.state(WeightedPool, WEIGHTED.address).balances[1] ?? 0n) * depthWad(BigInt(pips))) / WAD

/** From tick to tick, with the liquidity of each. */
const inConcentrated = (world: World, pips: number): bigint => {
  const pool = world.state(ConcentratedLiquidityPool, V3.address)
  if (pool.sqrtPriceX96 === 0n) return 0n
  const target = sqrtOfPrice(moved(priceOfSqrt(pool.sqrtPriceX96), pips))
  let [at, { liquidity }, depth] = [pool.sqrtPriceX96, pool, 0n]
  const up = pips > 0
  for (const [tick, { liquidityNet }] of up ? pool.ticks.range(pool.tick + 1) : pool.ticks.range(undefined, pool.tick, { reverse: true })) {
    const next = sqrtPriceX96AtTick(tick)
    if (up ? next >= target : next <= target) break
    depth += up ? amount1Down(at, next, liquidity) : -amount1Down(next, at, liquidity)
    liquidity += up ? liquidityNet : -liquidityNet
    at = next
  }
  return depth + (up ? amount1Down(at, target, liquidity) : -amount1Down(target, at, liquidity))
}

/** The middle between the best prices of the book, in half ticks; undefined while a side is empty. */
export const middleOf = (world: World): number | undefined => {
  const { bids, asks } = world.state(OrderBook, BOOK.address)
  const [bid, ask] = [bids.last()?.[0], asks.first()?.[0]]
  return bid === undefined || ask === undefined ? undefined : bid + ask
}

/** What rests between the middle and so far from it. */
const inBook = (world: World, pips: number): bigint => {
  const middle = middleOf(world)
  if (middle === undefined) return 0n
  const { bids, asks } = world.state(OrderBook, BOOK.address)
  const limit = Math.floor((middle * (1_000_000 + pips)) / 2_000_000)
  let depth = 0n
  for (const [price, { lots }] of pips > 0 ? asks.range(undefined, limit) : bids.range(limit + 1)) depth += BigInt(lots) * BigInt(price) * BOOK.tick
  return pips > 0 ? depth : -depth
}

/** The venues where something rests between two blocks. */
export const DEPTHS: readonly { readonly name: string; readonly read: (world: World, pips: number) => bigint }[] = [
  { name: "v2 pool", read: inConstantProduct },
  { name: "v3 pool", read: inConcentrated },
  { name: "order book", read: inBook },
  { name: "weighted pool", read: inWeighted },
]
