import { sqrtPriceX96AtTick, type PoolState } from "../../../protocols/exchange/concentrated-liquidity/index.ts"

/**
 * What the hardware can do for a swap on concentrated liquidity with an exact input: the formulas of v3-core in a plain loop over one mutable
 * object and an array of ticks, with no messages, accounts, oracle, book or hashing, and no look at bitmap words but their edges.
 */

interface BareTick {
  readonly tick: number
  readonly priceX96: bigint
  readonly net: bigint
  outside0X128: bigint
  outside1X128: bigint
}

export interface BarePool {
  sqrtPriceX96: bigint
  liquidity: bigint
  feeGrowth0X128: bigint
  feeGrowth1X128: bigint
  readonly feePips: bigint
  readonly ticks: readonly BareTick[]
  /** Index of the first tick above the price. */
  above: number
}

export const barePoolOf = (pool: PoolState): BarePool => {
  const ticks = [...pool.ticks].map(([tick, { liquidityNet, feeGrowthOutside0X128, feeGrowthOutside1X128 }]) => ({
    tick,
    priceX96: sqrtPriceX96AtTick(tick),
    net: liquidityNet,
    outside0X128: feeGrowthOutside0X128,
    outside1X128: feeGrowthOutside1X128,
  }))
  return {
    sqrtPriceX96: pool.sqrtPriceX96,
    liquidity: pool.liquidity,
    feeGrowth0X128: pool.feeGrowthGlobal0X128,
    feeGrowth1X128: pool.feeGrowthGlobal1X128,
    feePips: BigInt(pool.feePips),
    ticks,
    above: ticks.findIndex(({ tick }) => tick > pool.tick),
  }
}

const divUp = (x: bigint, y: bigint): bigint => (x + y - 1n) / y
const amount0 = (low: bigint, high: bigint, liquidity: bigint, up: boolean): bigint =>
  up ? divUp(divUp((liquidity << 96n) * (high - low), high), low) : ((liquidity << 96n) * (high - low)) / high / low
const amount1 = (low: bigint, high: bigint, liquidity: bigint, up: boolean): bigint =>
  up ? divUp(liquidity * (high - low), 1n << 96n) : (liquidity * (high - low)) >> 96n

/** Sells up to `amount`, down (zeroForOne) or up to a price; returns what was bought and what of the amount is left. Prices stay within one bitmap word. */
export const bareExchange = (pool: BarePool, zeroForOne: boolean, amount: bigint, limitX96: bigint): { readonly bought: bigint; readonly left: bigint } => {
  let remaining = amount
  let bought = 0n
  while (remaining > 0n && pool.sqrtPriceX96 !== limitX96) {
    const next = pool.ticks[zeroForOne ? pool.above - 1 : pool.above] as BareTick
    const { sqrtPriceX96: price, liquidity, feePips } = pool
    const target = (zeroForOne ? next.priceX96 < limitX96 : next.priceX96 > limitX96) ? limitX96 : next.priceX96
    const spendable = (remaining * (1_000_000n - feePips)) / 1_000_000n
    let amountIn = zeroForOne ? amount0(target, price, liquidity, true) : amount1(price, target, liquidity, true)
    let fee = divUp(amountIn * feePips, 1_000_000n - feePips)
    let reached = target
    if (spendable < amountIn) {
      const shifted = liquidity << 96n
      reached = zeroForOne ? divUp(shifted * price, shifted + spendable * price) : price + (spendable << 96n) / liquidity
      amountIn = zeroForOne ? amount0(reached, price, liquidity, true) : amount1(price, reached, liquidity, true)
      fee = remaining - amountIn
    }
    bought += zeroForOne ? amount1(reached, price, liquidity, false) : amount0(price, reached, liquidity, false)
    remaining -= amountIn + fee
    const growth = (fee << 128n) / liquidity
    if (zeroForOne) pool.feeGrowth0X128 += growth
    else pool.feeGrowth1X128 += growth
    pool.sqrtPriceX96 = reached
    if (reached !== next.priceX96) continue
    next.outside0X128 = pool.feeGrowth0X128 - next.outside0X128
    next.outside1X128 = pool.feeGrowth1X128 - next.outside1X128
    pool.liquidity += zeroForOne ? -next.net : next.net
    pool.above += zeroForOne ? -1 : 1
  }
  return { bought, left: remaining }
}
