import { addChecked, Failure, mulChecked, payOne, subChecked, type AssetId, type Handler } from "../../../core/index.ts"
import { passOn, type Hop, type RouteCompleted } from "../router/messages.ts"
import { emptyCoin, replaced, wrongAsset } from "./coins.ts"
import { InsufficientOutput, NotOffered, PoolEmpty, SlippageExceeded, type WrongAsset } from "./failures.ts"
import { feeDown, getY, PRECISION, rateOf, scaledBalances } from "./math.ts"
import { Swapped, type Swap } from "./messages.ts"
import { amplificationAt, type PoolState } from "./state.ts"

/** What a trade pays, and the pool's balances after it. */
export interface SwapOutcome {
  readonly amountOut: bigint
  readonly balances: readonly bigint[]
}

/** What a trade depends on. */
type Trading = Pick<PoolState, "assets" | "decimals" | "balances" | "feeE10" | "adminFeeE10" | "initialA" | "futureA" | "initialATime" | "futureATime">

/** What a trade does: the contract's `exchange`. `time` in seconds. */
export const swapOutcome = (
  pool: Trading,
  assetIn: AssetId,
  amountIn: bigint,
  assetOut: AssetId,
  time: number,
): SwapOutcome | WrongAsset | NotOffered | PoolEmpty | InsufficientOutput => {
  const sold = pool.assets.indexOf(assetIn)
  const bought = pool.assets.indexOf(assetOut)
  if (sold < 0 || amountIn === 0n) return wrongAsset(pool, amountIn === 0n ? "" : assetIn)
  if (bought < 0 || bought === sold) return new NotOffered({ asset: assetOut })
  const empty = emptyCoin(pool)
  if (empty !== undefined) return new PoolEmpty({ asset: empty })
  const rateOut = rateOf(pool.decimals[bought] as number)
  const xp = scaledBalances(pool.balances, pool.decimals)
  const x = addChecked(xp[sold] as bigint, mulChecked(amountIn, rateOf(pool.decimals[sold] as number)) / PRECISION)
  const y = getY(sold, bought, x, xp, amplificationAt(pool, time))
  if (y >= (xp[bought] as bigint)) return new InsufficientOutput()
  // One unit less, in case of rounding errors.
  const scaledOut = (xp[bought] as bigint) - y - 1n
  const scaledFee = feeDown(pool.feeE10, scaledOut)
  const amountOut = mulChecked(scaledOut - scaledFee, PRECISION) / rateOut
  const adminFee = mulChecked(feeDown(pool.adminFeeE10, scaledFee), PRECISION) / rateOut
  const balanceIn = addChecked(pool.balances[sold] as bigint, amountIn)
  const balanceOut = subChecked(pool.balances[bought] as bigint, amountOut + adminFee)
  return { amountOut, balances: replaced(replaced(pool.balances, sold, balanceIn), bought, balanceOut) }
}

/** What selling `amountIn` of `assetIn` for `assetOut` pays at `time` (seconds). The same function decides the execution, so it is exact. */
export const quoteOut = (
  pool: Trading,
  assetIn: AssetId,
  amountIn: bigint,
  assetOut: AssetId,
  time: number,
): bigint | WrongAsset | NotOffered | PoolEmpty | InsufficientOutput => {
  const outcome = swapOutcome(pool, assetIn, amountIn, assetOut, time)
  return outcome instanceof Failure ? outcome : outcome.amountOut
}

/**
 * What the contract's own view `get_dy` answers: it takes the fee from the amount in the coin's units, where `exchange` takes it from 18-decimals
 * units, so it can be a unit beside what a trade pays. `quoteOut` is what a trade pays.
 */
export const getDy = (pool: PoolState, sold: number, bought: number, amountIn: bigint, time: number): bigint => {
  const xp = scaledBalances(pool.balances, pool.decimals)
  const x = addChecked(xp[sold] as bigint, mulChecked(amountIn, rateOf(pool.decimals[sold] as number)) / PRECISION)
  const y = getY(sold, bought, x, xp, amplificationAt(pool, time))
  const dy = mulChecked(subChecked(subChecked(xp[bought] as bigint, y), 1n), PRECISION) / rateOf(pool.decimals[bought] as number)
  return dy - feeDown(pool.feeE10, dy)
}

export const swap: Handler<PoolState, typeof Swap, typeof Swapped> = (pool, { assetOut, minimumOut }, { funds, sender, time }) => {
  if (funds.rest !== undefined) return wrongAsset(pool, String(funds))
  const outcome = swapOutcome(pool, funds.asset, funds.amount, assetOut, time)
  if (outcome instanceof Failure) return outcome
  const { amountOut, balances } = outcome
  if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
  return {
    state: { ...pool, balances },
    reply: { amountOut },
    sends: [payOne(sender, assetOut, amountOut)],
    events: [Swapped.make({ sender, assetIn: funds.asset, amountIn: funds.amount, assetOut, amountOut })],
  }
}

/** A leg of a route: a `Swap` whose proceeds go on. */
export const hop: Handler<PoolState, typeof Hop, typeof Swapped | typeof RouteCompleted> = (pool, route, context) =>
  passOn(route, swap(pool, { assetOut: route.assetOut, minimumOut: route.minimumOut }, context))
