import { Failure, pay, payOne, type Address, type AnyMessage, type AssetId, type Context, type Emitted, type FailureOf, type Handler } from "../../../core/index.ts"
import { completion, forward, legRefused, type Hop, type RouteCompleted } from "../../exchange/router/messages.ts"
import { InsufficientInput, InsufficientLiquidity, InsufficientOutput, MaximumExceeded, ProductDecreased, SlippageExceeded } from "./failures.ts"
import { productHolds } from "./math.ts"
import { Swapped, type Exchange, type Swap, type SwapForExact } from "./messages.ts"
import { attachesOther, quoteIn, quoteOut, wrongAsset } from "./quote.ts"
import { afterPaying, withReserves } from "./reserves.ts"
import type { PoolState } from "./state.ts"

/** The verbs that trade: guards in the order of the declared failures, compute, check, pay. `messages.ts` says what they promise. */
type Trade<M extends AnyMessage> = Handler<PoolState, M, typeof Swapped>

export const swap: Trade<typeof Swap> = (pool, { minimumOut }, context) => {
  const sold = sell(pool, minimumOut, context)
  if (sold instanceof Failure) return sold
  const { state, assetOut, amountOut } = sold
  return { state, reply: { amountOut }, sends: [payOne(context.sender, assetOut, amountOut)], events: [sold.event] }
}

/** A leg of a route: a `Swap` whose proceeds go on. */
export const hop: Handler<PoolState, typeof Hop, typeof Swapped | typeof RouteCompleted> = (pool, route, context) => {
  const { asset } = context.funds
  const assetOut = asset === pool.assetX ? pool.assetY : pool.assetX
  if (route.assetOut !== assetOut) return legRefused(wrongAsset(pool, route.assetOut))
  const sold = sell(pool, route.minimumOut, context)
  if (sold instanceof Failure) return legRefused(sold)
  // The pool's own text of the name: the same object for all of its messages, which compares faster.
  const { state, amountOut, event } = sold
  const sends = [forward(route, amountOut, assetOut)]
  return { state, sends, events: route.rest.length > 0 ? [event] : [event, ...completion(route, amountOut, assetOut)] }
}

interface Sold {
  readonly state: PoolState
  readonly assetOut: AssetId
  /** At least 1. */
  readonly amountOut: bigint
  readonly event: Emitted<typeof Swapped>
}

/** What a sale of the attached funds does but pay, or the first of the failures of `Swap`. */
const sell = (pool: PoolState, minimumOut: bigint, context: Context): Sold | FailureOf<typeof Swap> => {
  const { funds } = context
  if (funds.rest !== undefined) return wrongAsset(pool, String(funds))
  const amountOut = quoteOut(pool, funds.asset, funds.amount)
  if (typeof amountOut !== "bigint") return amountOut
  const sellsX = funds.asset === pool.assetX
  const assetOut = sellsX ? pool.assetY : pool.assetX
  if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
  // As in the contract, what was donated before comes in with it.
  const balanceX = context.balance(pool.assetX)
  const balanceY = context.balance(pool.assetY)
  const state = sellsX ? withReserves(pool, balanceX, balanceY - amountOut, context.time) : withReserves(pool, balanceX - amountOut, balanceY, context.time)
  if (state instanceof Failure) return state
  const event = Swapped.make({
    sender: context.sender,
    amountXIn: excess(balanceX, pool.reserveX),
    amountYIn: excess(balanceY, pool.reserveY),
    amountXOut: sellsX ? 0n : amountOut,
    amountYOut: sellsX ? amountOut : 0n,
  })
  return { state, assetOut, amountOut, event }
}

/** What a balance exceeds a reserve. Mostly the two are the same number on the side that is bought, and a comparison is cheaper than a difference. */
const excess = (balance: bigint, reserve: bigint): bigint => (balance === reserve ? 0n : balance - reserve)

export const swapForExact: Trade<typeof SwapForExact> = (pool, { amountOut }, context) => {
  const { funds, sender } = context
  if (funds.rest !== undefined) return wrongAsset(pool, String(funds))
  const amountIn = quoteIn(pool, funds.asset, amountOut)
  if (typeof amountIn !== "bigint") return amountIn
  if (amountIn > funds.amount) return new MaximumExceeded({ asset: funds.asset, amountIn, maximumIn: funds.amount })
  const sellsX = funds.asset === pool.assetX
  const change = funds.amount - amountIn
  const state = sellsX ? afterPaying(pool, context, change, amountOut) : afterPaying(pool, context, amountOut, change)
  if (state instanceof Failure) return state
  return {
    state,
    reply: { amountIn },
    sends: [pay(sender, { [sellsX ? pool.assetY : pool.assetX]: amountOut, [funds.asset]: change })],
    events: [traded(pool, state, sender, sellsX ? 0n : amountOut, sellsX ? amountOut : 0n)],
  }
}

export const exchange: Trade<typeof Exchange> = (pool, { amountXOut, amountYOut }, context) => {
  const { assetX, assetY, reserveX, reserveY } = pool
  const { funds, sender } = context
  if (attachesOther(pool, funds)) return wrongAsset(pool, String(funds))
  if (amountXOut === 0n && amountYOut === 0n) return new InsufficientOutput()
  if (amountXOut >= reserveX) return new InsufficientLiquidity({ asset: assetX, reserve: reserveX, wanted: amountXOut })
  if (amountYOut >= reserveY) return new InsufficientLiquidity({ asset: assetY, reserve: reserveY, wanted: amountYOut })
  // Whatever the pool holds beyond its reserves came in, attached or donated.
  const amountXIn = context.balance(assetX) - reserveX
  const amountYIn = context.balance(assetY) - reserveY
  if (amountXIn === 0n && amountYIn === 0n) return new InsufficientInput()
  const balanceX = reserveX + amountXIn - amountXOut
  const balanceY = reserveY + amountYIn - amountYOut
  if (!productHolds(balanceX, balanceY, amountXIn, amountYIn, reserveX, reserveY, pool.feePips)) return new ProductDecreased()
  const state = withReserves(pool, balanceX, balanceY, context.time)
  if (state instanceof Failure) return state
  return {
    state,
    reply: { amountXIn, amountYIn },
    sends: [pay(sender, { [assetX]: amountXOut, [assetY]: amountYOut })],
    events: [Swapped.make({ sender, amountXIn, amountYIn, amountXOut, amountYOut })],
  }
}

const traded = (before: PoolState, after: PoolState, sender: Address, amountXOut: bigint, amountYOut: bigint) =>
  Swapped.make({
    sender,
    amountXIn: after.reserveX - before.reserveX + amountXOut,
    amountYIn: after.reserveY - before.reserveY + amountYOut,
    amountXOut,
    amountYOut,
  })
