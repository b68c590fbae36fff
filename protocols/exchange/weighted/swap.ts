import { Failure, pay, payOne, type AnyMessage, type AssetId, type Handler } from "../../../core/index.ts"
import { passOn, type Hop, type RouteCompleted } from "../router/messages.ts"
import { MaximumExceeded, NotOffered, PoolEmpty, SlippageExceeded, type MaxInRatio, type MaxOutRatio, type WrongAsset } from "./failures.ts"
import { downscaledDown, downscaledUp, inGivenOutUp, lessFee, outGivenInDown, plusFee, upscaled } from "./math.ts"
import { Swapped, type Swap, type SwapForExact } from "./messages.ts"
import type { PoolState } from "./state.ts"
import { wrongAsset } from "./tokens.ts"

type Trade<M extends AnyMessage, E extends typeof Swapped | typeof RouteCompleted = typeof Swapped> = Handler<PoolState, M, E>

/** What a trade depends on: what the pool publishes. */
type Trading = Pick<PoolState, "assets" | "decimals" | "weightsE18" | "balances" | "shares" | "feeE18">

/** The two tokens of a trade as the formulas take them: indexes, balances with 18 decimals, weights. */
const sides = (pool: Trading, assetIn: AssetId, assetOut: AssetId) => {
  const sold = pool.assets.indexOf(assetIn)
  const bought = pool.assets.indexOf(assetOut)
  if (sold < 0) return wrongAsset(pool, assetIn)
  if (bought < 0 || bought === sold) return new NotOffered({ asset: assetOut })
  if (pool.shares === 0n) return new PoolEmpty()
  const at = (token: number) => ({
    token,
    balance: upscaled(pool.balances[token] as bigint, pool.decimals[token] as number),
    weight: pool.weightsE18[token] as bigint,
    decimals: pool.decimals[token] as number,
  })
  return { sold: at(sold), bought: at(bought) }
}

/** What selling `amountIn` of `assetIn` for `assetOut` pays. The same function decides the execution. */
export const quoteOut = (pool: Trading, assetIn: AssetId, amountIn: bigint, assetOut: AssetId): bigint | WrongAsset | NotOffered | PoolEmpty | MaxInRatio => {
  const given = sides(pool, assetIn, assetOut)
  if (given instanceof Failure) return given
  const { sold, bought } = given
  const amount = upscaled(lessFee(amountIn, pool.feeE18), sold.decimals)
  const amountOut = outGivenInDown(sold.balance, sold.weight, bought.balance, bought.weight, amount)
  return typeof amountOut === "bigint" ? downscaledDown(amountOut, bought.decimals) : amountOut
}

/** What buying `amountOut` of `assetOut` with `assetIn` costs. */
export const quoteIn = (pool: PoolState, assetIn: AssetId, assetOut: AssetId, amountOut: bigint): bigint | WrongAsset | NotOffered | PoolEmpty | MaxOutRatio => {
  const given = sides(pool, assetIn, assetOut)
  if (given instanceof Failure) return given
  const { sold, bought } = given
  const amountIn = inGivenOutUp(sold.balance, sold.weight, bought.balance, bought.weight, upscaled(amountOut, bought.decimals))
  return typeof amountIn === "bigint" ? plusFee(downscaledUp(amountIn, sold.decimals), pool.feeE18) : amountIn
}

/** The pool after a trade. */
const traded = (pool: PoolState, assetIn: AssetId, amountIn: bigint, assetOut: AssetId, amountOut: bigint): PoolState => ({
  ...pool,
  balances: pool.balances.map((balance, token) => {
    const asset = pool.assets[token]
    return asset === assetIn ? balance + amountIn : asset === assetOut ? balance - amountOut : balance
  }),
})

export const swap: Trade<typeof Swap> = (pool, { assetOut, minimumOut }, { funds, sender }) => {
  const { asset: assetIn, amount: amountIn } = funds
  if (funds.rest !== undefined || funds.isEmpty) return wrongAsset(pool, funds.isEmpty ? "" : String(funds))
  const amountOut = quoteOut(pool, assetIn, amountIn, assetOut)
  if (typeof amountOut !== "bigint") return amountOut
  if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
  return {
    state: traded(pool, assetIn, amountIn, assetOut, amountOut),
    reply: { amountOut },
    sends: [payOne(sender, assetOut, amountOut)],
    events: [Swapped.make({ sender, assetIn, amountIn, assetOut, amountOut })],
  }
}

/** A leg of a route: a `Swap` whose proceeds go on. */
export const hop: Trade<typeof Hop, typeof Swapped | typeof RouteCompleted> = (pool, route, context) =>
  passOn(route, swap(pool, { assetOut: route.assetOut, minimumOut: route.minimumOut }, context))

export const swapForExact: Trade<typeof SwapForExact> = (pool, { assetOut, amountOut }, { funds, sender }) => {
  const { asset: assetIn, amount: maximumIn } = funds
  if (funds.rest !== undefined || funds.isEmpty) return wrongAsset(pool, funds.isEmpty ? "" : String(funds))
  const amountIn = quoteIn(pool, assetIn, assetOut, amountOut)
  if (typeof amountIn !== "bigint") return amountIn
  if (amountIn > maximumIn) return new MaximumExceeded({ asset: assetIn, amountIn, maximumIn })
  return {
    state: traded(pool, assetIn, amountIn, assetOut, amountOut),
    reply: { amountIn },
    sends: [pay(sender, { [assetOut]: amountOut, [assetIn]: maximumIn - amountIn })],
    events: [Swapped.make({ sender, assetIn, amountIn, assetOut, amountOut })],
  }
}
