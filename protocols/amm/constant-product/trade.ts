import {
  Failure, Funds, pay, payOne,
  type Address, type Answer, type AnyMessage, type AssetId, type Context, type Emitted, type FailureOf, type Handler, type Payload,
  type SeriesCall, type SeriesContext, type SeriesHandler,
} from "../../../core/index.ts"
import { completion, forward, legRefused, type Hop, type RouteCompleted } from "../../exchange/router/messages.ts"
import { InsufficientInput, InsufficientLiquidity, InsufficientOutput, MaximumExceeded, ProductDecreased, SlippageExceeded } from "./failures.ts"
import { productHolds } from "./math.ts"
import { Swapped, type Exchange, type Swap, type SwapForExact } from "./messages.ts"
import { attachesOther, quoteIn, quoteOut, wrongAsset, type Sides } from "./quote.ts"
import { afterPaying, atReserves, reserveOverflow, withReserves } from "./reserves.ts"
import type { PoolState } from "./state.ts"

/** The verbs that trade: guards in the order of the declared failures, compute, check, pay. `messages.ts` says what they promise. */
type Trade<M extends AnyMessage> = Handler<PoolState, M, typeof Swapped>

export const swap: Trade<typeof Swap> = (pool, { minimumOut }, context) => {
  const sold = sellAlone(pool, minimumOut, context)
  if (sold instanceof Failure) return sold
  const { assetOut, amountOut, event } = sold
  return { state: tradedState(pool, sold, context.time), reply: { amountOut }, sends: [payOne(context.sender, assetOut, amountOut)], events: [event] }
}

/** A leg of a route: a `Swap` whose proceeds go on. */
export const hop: Handler<PoolState, typeof Hop, HopEvent> = (pool, route, context) => {
  if (namesOther(pool, route, context.funds)) return legRefused(wrongAsset(pool, route.assetOut))
  const sold = sellAlone(pool, route.minimumOut, context)
  if (sold instanceof Failure) return legRefused(sold)
  return { state: tradedState(pool, sold, context.time), ...hopped(route, sold) }
}

/** Several swaps in their order. */
export const swapSeries: SeriesHandler<PoolState, typeof Swap, typeof Swapped> = (pool, calls, context) => {
  const sales = new Sales(pool, context)
  const answers = new Array<Answer<typeof Swap, typeof Swapped>>(calls.length)
  for (let index = 0; index < calls.length; index++) {
    const call = calls[index] as SeriesCall<typeof Swap>
    const sold = sales.sell(call, call.payload.minimumOut)
    answers[index] = sold instanceof Failure ? sold : swapped(sold)
  }
  return { state: sales.state, answers }
}

/** Several legs of routes in their order. */
export const hopSeries: SeriesHandler<PoolState, typeof Hop, HopEvent> = (pool, calls, context) => {
  const sales = new Sales(pool, context)
  const answers = new Array<Answer<typeof Hop, HopEvent>>(calls.length)
  for (let index = 0; index < calls.length; index++) answers[index] = hopOf(pool, sales, calls[index] as SeriesCall<typeof Hop>)
  return { state: sales.state, answers }
}

const hopOf = (pool: PoolState, sales: Sales, call: SeriesCall<typeof Hop>): Answer<typeof Hop, HopEvent> => {
  const { payload: route, funds } = call
  if (namesOther(pool, route, funds)) return legRefused(wrongAsset(pool, route.assetOut))
  const sold = sales.sell(call, route.minimumOut)
  return sold instanceof Failure ? legRefused(sold) : hopped(route, sold)
}

type HopEvent = typeof Swapped | typeof RouteCompleted

/** Whether a leg wants anything else than what the pool gives for these funds. */
const namesOther = (pool: PoolState, { assetOut }: Payload<typeof Hop>, { asset }: Funds): boolean =>
  assetOut !== (asset === pool.assetX ? pool.assetY : pool.assetX)

const swapped = ({ assetOut, amountOut, event }: Sold) => ({ reply: { amountOut }, pays: Funds.of(assetOut, amountOut), events: [event] })

const hopped = (route: Payload<typeof Hop>, { assetOut, amountOut, event }: Sold) => {
  // The pool's own text of the name: the same object for all of its messages, which compares faster.
  const sends = [forward(route, amountOut, assetOut)]
  return { sends, events: route.rest.length > 0 ? [event] : [event, ...completion(route, amountOut, assetOut)] }
}

/** A sale that may be made. */
interface Sold {
  readonly assetOut: AssetId
  /** At least 1. */
  readonly amountOut: bigint
  /** Both reserves after it; each fits. */
  readonly reserveX: bigint
  readonly reserveY: bigint
  readonly event: Emitted<typeof Swapped>
}

type SaleFailure = FailureOf<typeof Swap>

/**
 * What a sale of these funds does, or the first of the failures of `Swap`. The amounts are what came in since the reserves were set: the funds, and
 * what was donated before, which as in the contract comes in with them.
 */
const sell = (pool: Sides, sender: Address, funds: Funds, amountXIn: bigint, amountYIn: bigint, minimumOut: bigint): Sold | SaleFailure => {
  if (funds.rest !== undefined) return wrongAsset(pool, String(funds))
  const amountOut = quoteOut(pool, funds.asset, funds.amount)
  if (typeof amountOut !== "bigint") return amountOut
  const sellsX = funds.asset === pool.assetX
  const assetOut = sellsX ? pool.assetY : pool.assetX
  if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
  const amountXOut = sellsX ? 0n : amountOut
  const amountYOut = sellsX ? amountOut : 0n
  const reserveX = moved(pool.reserveX, amountXIn, amountXOut)
  const reserveY = moved(pool.reserveY, amountYIn, amountYOut)
  const overflow = reserveOverflow(pool, reserveX, reserveY)
  if (overflow !== undefined) return overflow
  return { assetOut, amountOut, reserveX, reserveY, event: Swapped.make({ sender, amountXIn, amountYIn, amountXOut, amountYOut }) }
}

/** A reserve after what came in and went out. Mostly one of the two is 0, and a comparison of that is cheaper than a sum. */
const moved = (reserve: bigint, amountIn: bigint, amountOut: bigint): bigint => {
  const before = amountIn === 0n ? reserve : reserve + amountIn
  return amountOut === 0n ? before : before - amountOut
}

const sellAlone = (pool: PoolState, minimumOut: bigint, { balance, sender, funds }: Context): Sold | SaleFailure =>
  sell(pool, sender, funds, excess(balance(pool.assetX), pool.reserveX), excess(balance(pool.assetY), pool.reserveY), minimumOut)

/** What a balance exceeds a reserve. Mostly the two are the same number on the side that is bought, and a comparison is cheaper than a difference. */
const excess = (balance: bigint, reserve: bigint): bigint => (balance === reserve ? 0n : balance - reserve)

const tradedState = (pool: PoolState, { reserveX, reserveY }: Sold, time: number): PoolState => atReserves(pool, reserveX, reserveY, time)

/** Sales one after the other. */
class Sales {
  private readonly pool: PoolState
  private readonly time: number
  /** The pool as it is after the sales so far. */
  private readonly sides: { readonly assetX: AssetId; readonly assetY: AssetId; readonly feePips: number; reserveX: bigint; reserveY: bigint }
  /** Donated before the first: the first that is made takes it in. */
  private donatedX: bigint
  private donatedY: bigint
  private made = false

  constructor(pool: PoolState, { balance, time }: SeriesContext) {
    const { assetX, assetY, feePips, reserveX, reserveY } = pool
    this.pool = pool
    this.time = time
    this.sides = { assetX, assetY, feePips, reserveX, reserveY }
    this.donatedX = excess(balance(assetX), reserveX)
    this.donatedY = excess(balance(assetY), reserveY)
  }

  /** Makes a sale, or gives the first of the failures of `Swap`. */
  sell({ sender, funds }: SeriesCall, minimumOut: bigint): Sold | SaleFailure {
    const { sides } = this
    const { amount } = funds
    const sellsX = funds.asset === sides.assetX
    const amountX = sellsX ? amount : 0n
    const amountY = sellsX ? 0n : amount
    const sold = this.made
      ? sell(sides, sender, funds, amountX, amountY, minimumOut)
      : sell(sides, sender, funds, this.donatedX + amountX, this.donatedY + amountY, minimumOut)
    if (sold instanceof Failure) return sold
    sides.reserveX = sold.reserveX
    sides.reserveY = sold.reserveY
    this.made = true
    return sold
  }

  /** After all sales. No time passes between them, so the price sums take in the reserves before the first. */
  get state(): PoolState {
    return this.made ? atReserves(this.pool, this.sides.reserveX, this.sides.reserveY, this.time) : this.pool
  }
}

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
