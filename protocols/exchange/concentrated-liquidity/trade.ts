import { Failure, pay, payOne, type AnyMessage, type Context, type Handler, type Send } from "../../../core/index.ts"
import { legRefused, passOn, type Hop, type RouteCompleted } from "../router/messages.ts"
import { MaximumExceeded, SlippageExceeded } from "./failures.ts"
import { Swapped, type Exchange, type Swap, type SwapForExact } from "./messages.ts"
import { attachesOther, quoteOf, trySwap, wrongAsset } from "./quote.ts"
import type { PoolState } from "./state.ts"
import { afterSwap, type SwapOutcome } from "./swap-steps.ts"

/** The verbs that trade: guards in the order of the declared failures, compute, check, pay. `messages.ts` says what they promise. */
type Trade<M extends AnyMessage> = Handler<PoolState, M, typeof Swapped>

export const swap: Trade<typeof Swap> = (pool, { sqrtPriceLimitX96, amountOutMin }, context) => {
  const { funds } = context
  const sells0 = funds.asset === pool.asset0
  if (funds.rest !== undefined || (!sells0 && funds.asset !== pool.asset1)) return wrongAsset(pool, String(funds))
  const outcome = trySwap(pool, sells0, funds.amount, sqrtPriceLimitX96)
  if (outcome instanceof Failure) return outcome as Exclude<typeof outcome, SwapOutcome | { readonly _tag: "clmm/NothingAsked" }>
  const quote = quoteOf(pool, funds.asset, outcome)
  if (quote.amountOut < amountOutMin) {
    return new SlippageExceeded({ asset: sells0 ? pool.asset1 : pool.asset0, amount: quote.amountOut, minimum: amountOutMin })
  }
  return { ...executed(pool, sells0, outcome, context), reply: quote }
}

/** A leg of a route: a `Swap` without a price limit whose proceeds go on. What the pool's liquidity is too little for goes to the trader. */
export const hop: Handler<PoolState, typeof Hop, typeof Swapped | typeof RouteCompleted> = (pool, route, context) => {
  const { asset, amount } = context.funds
  const assetOut = asset === pool.asset0 ? pool.asset1 : pool.asset0
  if (route.assetOut !== assetOut) return legRefused(wrongAsset(pool, route.assetOut))
  const traded = swap(pool, { sqrtPriceLimitX96: null, amountOutMin: route.minimumOut }, context)
  const step = passOn(route, traded)
  if (traded instanceof Failure || step instanceof Failure || traded.reply.amountIn === amount) return step
  return { ...step, sends: [payOne(route.to, asset, amount - traded.reply.amountIn), ...(step.sends ?? [])] }
}

export const swapForExact: Trade<typeof SwapForExact> = (pool, { amountOut, sqrtPriceLimitX96 }, context) => {
  const { funds } = context
  const sells0 = funds.asset === pool.asset0
  if (funds.rest !== undefined || (!sells0 && funds.asset !== pool.asset1)) return wrongAsset(pool, String(funds))
  const outcome = trySwap(pool, sells0, -amountOut, sqrtPriceLimitX96)
  if (outcome instanceof Failure) return outcome
  const quote = quoteOf(pool, funds.asset, outcome)
  // As in v3-periphery's router: who gives a price limit takes what there is up to it.
  if (sqrtPriceLimitX96 === null && quote.amountOut < amountOut) {
    return new SlippageExceeded({ asset: sells0 ? pool.asset1 : pool.asset0, amount: quote.amountOut, minimum: amountOut })
  }
  if (quote.amountIn > funds.amount) return new MaximumExceeded({ asset: funds.asset, amount: quote.amountIn, maximum: funds.amount })
  return { ...executed(pool, sells0, outcome, context), reply: quote }
}

export const exchange: Trade<typeof Exchange> = (pool, { zeroForOne, amountSpecified, sqrtPriceLimitX96 }, context) => {
  const { funds } = context
  if (attachesOther(pool, funds)) return wrongAsset(pool, String(funds))
  const outcome = trySwap(pool, zeroForOne, amountSpecified, sqrtPriceLimitX96)
  if (outcome instanceof Failure) return outcome
  const { amount0, amount1 } = outcome
  const asset = zeroForOne ? pool.asset0 : pool.asset1
  const amount = zeroForOne ? amount0 : amount1
  const maximum = funds.get(asset)
  if (amount > maximum) return new MaximumExceeded({ asset, amount, maximum })
  return { ...executed(pool, zeroForOne, outcome, context), reply: { amount0, amount1 } }
}

/** The step of a swap, without the reply: what was attached and is not taken goes back together with what was bought. */
const executed = (pool: PoolState, zeroForOne: boolean, outcome: SwapOutcome, context: Context) => {
  const { sender, time } = context
  const { amount0, amount1, sqrtPriceX96, liquidity, tick } = outcome
  return {
    state: afterSwap(pool, zeroForOne, outcome, time),
    sends: change(pool, context, amount0, amount1),
    events: [Swapped.make({ sender, amount0, amount1, sqrtPriceX96, liquidity, tick })],
  }
}

/** Pays the sender what was attached less what was taken; what was taken is negative where something goes out. */
export const change = ({ asset0, asset1 }: PoolState, { funds, sender }: Context, taken0: bigint, taken1: bigint): readonly Send[] => {
  const back0 = funds.get(asset0) - taken0
  const back1 = funds.get(asset1) - taken1
  return back0 === 0n && back1 === 0n ? [] : [pay(sender, { [asset0]: back0, [asset1]: back1 })]
}
