import { Failure, type AssetId, type Funds } from "../../../core/index.ts"
import { NotInitialized, NothingAsked, PriceLimitInvalid, WrongAsset } from "./failures.ts"
import type { PoolState } from "./state.ts"
import { swapSteps, type SwapOutcome } from "./swap-steps.ts"
import { MAX_SQRT_PRICE_X96, MIN_SQRT_PRICE_X96 } from "./tick-math.ts"

/** What a swap takes and gives. */
export interface Quote {
  readonly amountIn: bigint
  readonly amountOut: bigint
}

type Refusal = WrongAsset | NothingAsked | NotInitialized | PriceLimitInvalid

/**
 * What selling at most `amountIn` of `assetIn`, up to a price limit, takes and pays. The same steps decide the execution, so a quote is exact
 * for the state that it is given.
 */
export const quoteOut = (pool: PoolState, assetIn: AssetId, amountIn: bigint, sqrtPriceLimitX96: bigint | null = null): Quote | Refusal => {
  if (!isPoolAsset(pool, assetIn)) return wrongAsset(pool, assetIn)
  const outcome = trySwap(pool, assetIn === pool.asset0, amountIn, sqrtPriceLimitX96)
  return outcome instanceof Failure ? outcome : quoteOf(pool, assetIn, outcome)
}

/** What buying at most `amountOut` with `assetIn`, up to a price limit, takes and pays. */
export const quoteIn = (pool: PoolState, assetIn: AssetId, amountOut: bigint, sqrtPriceLimitX96: bigint | null = null): Quote | Refusal => {
  if (!isPoolAsset(pool, assetIn)) return wrongAsset(pool, assetIn)
  const outcome = trySwap(pool, assetIn === pool.asset0, -amountOut, sqrtPriceLimitX96)
  return outcome instanceof Failure ? outcome : quoteOf(pool, assetIn, outcome)
}

/** The guards of the contract's swap, in its order, then its steps. */
export const trySwap = (
  pool: PoolState,
  zeroForOne: boolean,
  amountSpecified: bigint,
  sqrtPriceLimitX96: bigint | null,
): SwapOutcome | NothingAsked | NotInitialized | PriceLimitInvalid => {
  if (amountSpecified === 0n) return new NothingAsked()
  const { sqrtPriceX96 } = pool
  if (sqrtPriceX96 === 0n) return new NotInitialized()
  const limitX96 = sqrtPriceLimitX96 ?? (zeroForOne ? MIN_SQRT_PRICE_X96 + 1n : MAX_SQRT_PRICE_X96 - 1n)
  const possible = zeroForOne ? limitX96 < sqrtPriceX96 && limitX96 > MIN_SQRT_PRICE_X96 : limitX96 > sqrtPriceX96 && limitX96 < MAX_SQRT_PRICE_X96
  if (!possible) return new PriceLimitInvalid({ sqrtPriceX96, sqrtPriceLimitX96: limitX96 })
  return swapSteps(pool, zeroForOne, amountSpecified, limitX96)
}

/** The amounts of a swap as the trader sees them. */
export const quoteOf = (pool: PoolState, assetIn: AssetId, { amount0, amount1 }: SwapOutcome): Quote =>
  assetIn === pool.asset0 ? { amountIn: amount0, amountOut: -amount1 } : { amountIn: amount1, amountOut: -amount0 }

const isPoolAsset = ({ asset0, asset1 }: PoolState, asset: AssetId): boolean => asset === asset0 || asset === asset1

/** Whether anything is attached besides the pool's two assets. */
export const attachesOther = (pool: PoolState, funds: Funds): boolean => {
  for (const [asset] of funds) if (!isPoolAsset(pool, asset)) return true
  return false
}

/** The failure for what was given in place of one of the pool's assets. */
export const wrongAsset = ({ asset0, asset1 }: PoolState, given: string): WrongAsset =>
  new WrongAsset({ expected: `${asset0} or ${asset1}`, given: given === "" ? "nothing" : given.slice(0, 600) })

/** The failure for what was attached to a message that costs nothing. */
export const nothingExpected = (funds: Funds): WrongAsset => new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
