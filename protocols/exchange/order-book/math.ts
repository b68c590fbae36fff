import { Integer } from "../../../core/index.ts"

/** Prices, quantities and fees of an order book, and when a timer wakes it. */

/** Largest price, in ticks. */
export const PRICE_MAX = 2 ** 40
/** Most lots of one order. */
export const LOTS_MAX = 2 ** 50
/** Resting orders that one message touches at most: each may need a payment and an event. */
export const MATCHES_MAX = 200
/** Levels of each side that are published. */
export const DEPTH_LEVELS = 10
/** Largest fee. */
export const FEE_PIPS_MAX = 500_000
/** Farthest that a timer is set; a later waking takes more than one. */
export const WAKE_BLOCKS_MAX = 100_000_000

export const Price = Integer(1, PRICE_MAX)
export const Lots = Integer(0, LOTS_MAX)
/** What an order asks for: never nothing. */
export const OrderLots = Integer(1, LOTS_MAX)

const PIPS = 1_000_000n

/** Smallest units of quote for `lots` at `price` ticks: exact. */
export const quoteAmount = (lots: number, price: number, tick: bigint): bigint => BigInt(lots) * BigInt(price) * tick

/** Smallest units of base in `lots`: exact. */
export const baseAmount = (lots: number, lot: bigint): bigint => BigInt(lots) * lot

/** A fee of so many pips, rounded up. */
export const feeUp = (amount: bigint, pips: number): bigint => (pips === 0 ? 0n : (amount * BigInt(pips) + PIPS - 1n) / PIPS)

/** Whole lots that `amount` contains or pays for at `each` per lot, at most LOTS_MAX. */
export const lotsDown = (amount: bigint, each: bigint): number => {
  const lots = amount / each
  return lots > BigInt(LOTS_MAX) ? LOTS_MAX : Number(lots)
}

/**
 * When to look next for what expires in block `due`: of the blocks after `height` up to it, the one whose number has the most trailing zeros in
 * binary. Different `due` then share their timers: of the numbers with k trailing zeros only one can be outstanding, so however orders come, no
 * more than 31 timers wait at a time, and a due block is reached in at most as many steps.
 */
export const wakeHeight = (height: number, due: number): number => {
  const last = due - height > WAKE_BLOCKS_MAX ? height + WAKE_BLOCKS_MAX : due
  if (last <= height + 1) return height + 1
  let step = 1
  while (Math.floor(last / (step * 2)) * step * 2 > height) step *= 2
  return Math.floor(last / step) * step
}
