import { Actor, Address, AssetId, Failure, Funds, Integer, Nullable, pay, payOne, Payment, type Context } from "../../../core/index.ts"
import {
  InsufficientInput,
  InsufficientLiquidity,
  InsufficientOutput,
  InsufficientSharesBurned,
  InsufficientSharesMinted,
  MaximumExceeded,
  NotFeeSetter,
  ProductDecreased,
  ReserveOverflow,
  SlippageExceeded,
  WrongAsset,
} from "./failures.ts"
import { invariants } from "./invariants.ts"
import { accumulated, atRatioDown, elapsedSince, firstSharesDown, fitsReserve, productHolds, protocolSharesDown, SHARES_LOCKED, sharesDown, timestamp32 } from "./math.ts"
import {
  AddLiquidity,
  Exchange,
  LiquidityAdded,
  LiquidityRemoved,
  PoolView,
  RemoveLiquidity,
  SetFeeTo,
  sharesOf,
  Skim,
  Swap,
  SwapForExact,
  Swapped,
  Sync,
} from "./messages.ts"
import { quoteIn, quoteOut, wrongAsset } from "./quote.ts"
import { PoolFields, type PoolState } from "./state.ts"

export const ConstantProductPool = Actor.make("amm/ConstantProductPool", {
  params: {
    assetX: AssetId,
    assetY: AssetId,
    feePips: Integer(0, 999_999),
    feeTo: Nullable(Address),
    feeSetter: Nullable(Address),
  },
  state: PoolFields,
  messages: { Swap, SwapForExact, Exchange, AddLiquidity, RemoveLiquidity, Skim, Sync, SetFeeTo, Payment },
  events: [Swapped, LiquidityAdded, LiquidityRemoved],
  view: PoolView,
  publish: ({ reserveX, reserveY, shares, priceXCumulative, priceYCumulative, timeLast, feePips }) => ({
    reserveX,
    reserveY,
    shares,
    priceXCumulative,
    priceYCumulative,
    timeLast,
    feePips,
  }),
  create: ({ assetX, assetY, feePips, feeTo, feeSetter }, self) => {
    if (assetX === assetY) throw new WrongAsset({ expected: "two different assets", given: assetX })
    return {
      assetX,
      assetY,
      assetShares: sharesOf(self),
      feePips,
      feeTo,
      feeSetter,
      reserveX: 0n,
      reserveY: 0n,
      shares: 0n,
      priceXCumulative: 0n,
      priceYCumulative: 0n,
      timeLast: 0,
      kLast: 0n,
    }
  },
  handlers: {
    Swap: (pool, { minimumOut }, context) => {
      const { funds, sender } = context
      if (funds.rest !== undefined) return wrongAsset(pool, String(funds))
      const amountOut = quoteOut(pool, funds.asset, funds.amount)
      if (typeof amountOut !== "bigint") return amountOut
      const sellsX = funds.asset === pool.assetX
      const assetOut = sellsX ? pool.assetY : pool.assetX
      if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
      const state = sellsX ? afterTrade(pool, context, 0n, amountOut) : afterTrade(pool, context, amountOut, 0n)
      if (state instanceof Failure) return state
      return { state, reply: { amountOut }, sends: [payOne(sender, assetOut, amountOut)], events: [traded(pool, state, sender, sellsX ? 0n : amountOut, sellsX ? amountOut : 0n)] }
    },

    SwapForExact: (pool, { amountOut }, context) => {
      const { funds, sender } = context
      if (funds.rest !== undefined) return wrongAsset(pool, String(funds))
      const amountIn = quoteIn(pool, funds.asset, amountOut)
      if (typeof amountIn !== "bigint") return amountIn
      if (amountIn > funds.amount) return new MaximumExceeded({ asset: funds.asset, amountIn, maximumIn: funds.amount })
      const sellsX = funds.asset === pool.assetX
      const change = funds.amount - amountIn
      const [outX, outY] = sellsX ? [0n, amountOut] : [amountOut, 0n]
      const state = sellsX ? afterTrade(pool, context, change, amountOut) : afterTrade(pool, context, amountOut, change)
      if (state instanceof Failure) return state
      return {
        state,
        reply: { amountIn },
        sends: [pay(sender, { [sellsX ? pool.assetY : pool.assetX]: amountOut, [funds.asset]: change })],
        events: [traded(pool, state, sender, outX, outY)],
      }
    },

    Exchange: (pool, { amountXOut, amountYOut }, context) => {
      const { assetX, assetY, reserveX, reserveY } = pool
      if (otherAsset(pool, context.funds)) return wrongAsset(pool, String(context.funds))
      if (amountXOut === 0n && amountYOut === 0n) return new InsufficientOutput()
      if (amountXOut >= reserveX) return new InsufficientLiquidity({ asset: assetX, reserve: reserveX, wanted: amountXOut })
      if (amountYOut >= reserveY) return new InsufficientLiquidity({ asset: assetY, reserve: reserveY, wanted: amountYOut })
      const balanceX = context.balance(assetX) - amountXOut
      const balanceY = context.balance(assetY) - amountYOut
      const amountXIn = balanceX > reserveX - amountXOut ? balanceX - (reserveX - amountXOut) : 0n
      const amountYIn = balanceY > reserveY - amountYOut ? balanceY - (reserveY - amountYOut) : 0n
      if (amountXIn === 0n && amountYIn === 0n) return new InsufficientInput()
      if (!productHolds(balanceX, balanceY, amountXIn, amountYIn, reserveX, reserveY, pool.feePips)) return new ProductDecreased()
      const state = withReserves(pool, balanceX, balanceY, context.time)
      if (state instanceof Failure) return state
      return {
        state,
        reply: { amountXIn, amountYIn },
        sends: [pay(context.sender, { [assetX]: amountXOut, [assetY]: amountYOut })],
        events: [Swapped.make({ sender: context.sender, amountXIn, amountYIn, amountXOut, amountYOut })],
      }
    },

    AddLiquidity: (pool, minimum, context) => {
      const { funds, sender } = context
      if (otherAsset(pool, funds)) return wrongAsset(pool, String(funds))
      const used = depositAtRatio(pool, funds)
      if (used.amountX < minimum.minimumX) return tooLittle(pool.assetX, used.amountX, minimum.minimumX)
      if (used.amountY < minimum.minimumY) return tooLittle(pool.assetY, used.amountY, minimum.minimumY)
      const balanceX = context.balance(pool.assetX) - (funds.get(pool.assetX) - used.amountX)
      const balanceY = context.balance(pool.assetY) - (funds.get(pool.assetY) - used.amountY)
      const amountX = balanceX - pool.reserveX
      const amountY = balanceY - pool.reserveY
      const charged = withProtocolFee(pool)
      const first = charged.shares === 0n
      const total = first ? firstSharesDown(amountX, amountY) : sharesDown(amountX, amountY, pool.reserveX, pool.reserveY, charged.shares)
      const shares = first ? total - SHARES_LOCKED : total
      if (shares <= 0n) return new InsufficientSharesMinted()
      if (shares < minimum.minimumShares) return tooLittle(pool.assetShares, shares, minimum.minimumShares)
      const state = withReserves({ ...pool, shares: charged.shares + total }, balanceX, balanceY, context.time)
      if (state instanceof Failure) return state
      const change = { [pool.assetX]: funds.get(pool.assetX) - used.amountX, [pool.assetY]: funds.get(pool.assetY) - used.amountY }
      return {
        state: withKLast(state),
        reply: { amountX: used.amountX, amountY: used.amountY, shares },
        mints: Funds.of(pool.assetShares, total + charged.fee),
        sends: [pay(sender, { [pool.assetShares]: shares, ...change }), ...feePayment(pool, charged.fee)],
        events: [LiquidityAdded.make({ sender, amountX, amountY, shares })],
      }
    },

    RemoveLiquidity: (pool, { minimumX, minimumY }, context) => {
      const { funds, sender } = context
      const shares = funds.get(pool.assetShares)
      if (funds.rest !== undefined || shares === 0n) {
        return new WrongAsset({ expected: pool.assetShares, given: String(funds).slice(0, 600) })
      }
      const charged = withProtocolFee(pool)
      const balanceX = context.balance(pool.assetX)
      const balanceY = context.balance(pool.assetY)
      const amountX = (shares * balanceX) / charged.shares
      const amountY = (shares * balanceY) / charged.shares
      if (amountX === 0n || amountY === 0n) return new InsufficientSharesBurned()
      if (amountX < minimumX) return tooLittle(pool.assetX, amountX, minimumX)
      if (amountY < minimumY) return tooLittle(pool.assetY, amountY, minimumY)
      const state = withReserves({ ...pool, shares: charged.shares - shares }, balanceX - amountX, balanceY - amountY, context.time)
      if (state instanceof Failure) return state
      return {
        state: withKLast(state),
        reply: { amountX, amountY },
        mints: Funds.of(pool.assetShares, charged.fee),
        burns: Funds.of(pool.assetShares, shares),
        sends: [pay(sender, { [pool.assetX]: amountX, [pool.assetY]: amountY }), ...feePayment(pool, charged.fee)],
        events: [LiquidityRemoved.make({ sender, amountX, amountY, shares })],
      }
    },

    Skim: (pool, _, context) => {
      if (!context.funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(context.funds).slice(0, 600) })
      const amountX = context.balance(pool.assetX) - pool.reserveX
      const amountY = context.balance(pool.assetY) - pool.reserveY
      return { state: pool, reply: { amountX, amountY }, sends: [pay(context.sender, { [pool.assetX]: amountX, [pool.assetY]: amountY })] }
    },

    Sync: (pool, _, context) => {
      if (!context.funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(context.funds).slice(0, 600) })
      const state = withReserves(pool, context.balance(pool.assetX), context.balance(pool.assetY), context.time)
      return state instanceof Failure ? state : { state }
    },

    SetFeeTo: (pool, { feeTo }, { sender, funds }) => {
      if (!funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
      if (sender !== pool.feeSetter) return new NotFeeSetter({ sender })
      return { state: { ...pool, feeTo } }
    },

    Payment: (pool) => ({ state: pool }),
  },
  invariants,
})

const tooLittle = (asset: AssetId, amountOut: bigint, minimumOut: bigint): SlippageExceeded => new SlippageExceeded({ asset, amountOut, minimumOut })

const otherAsset = (pool: PoolState, funds: Funds): boolean => {
  for (const [asset] of funds) if (asset !== pool.assetX && asset !== pool.assetY) return true
  return false
}

/** The reserves become the balances after paying out; the price sums take in the time at the old reserves. */
const withReserves = (pool: PoolState, reserveX: bigint, reserveY: bigint, time: number): PoolState | ReserveOverflow => {
  if (!fitsReserve(reserveX)) return new ReserveOverflow({ asset: pool.assetX, balance: reserveX })
  if (!fitsReserve(reserveY)) return new ReserveOverflow({ asset: pool.assetY, balance: reserveY })
  const elapsed = elapsedSince(pool.timeLast, time)
  if (elapsed === 0 || pool.reserveX === 0n || pool.reserveY === 0n) return { ...pool, reserveX, reserveY, timeLast: timestamp32(time) }
  return {
    ...pool,
    reserveX,
    reserveY,
    timeLast: timestamp32(time),
    priceXCumulative: accumulated(pool.priceXCumulative, pool.reserveX, pool.reserveY, elapsed),
    priceYCumulative: accumulated(pool.priceYCumulative, pool.reserveY, pool.reserveX, elapsed),
  }
}

const afterTrade = (pool: PoolState, context: Context, paidX: bigint, paidY: bigint): PoolState | ReserveOverflow =>
  withReserves(pool, context.balance(pool.assetX) - paidX, context.balance(pool.assetY) - paidY, context.time)

const traded = (before: PoolState, after: PoolState, sender: Address, amountXOut: bigint, amountYOut: bigint) =>
  Swapped.make({
    sender,
    amountXIn: after.reserveX - before.reserveX + amountXOut,
    amountYIn: after.reserveY - before.reserveY + amountYOut,
    amountXOut,
    amountYOut,
  })

/** What of the attached amounts goes in at the pool's ratio; all of it at the first deposit. */
const depositAtRatio = (pool: PoolState, funds: Funds): { readonly amountX: bigint; readonly amountY: bigint } => {
  const amountX = funds.get(pool.assetX)
  const amountY = funds.get(pool.assetY)
  if (pool.reserveX === 0n || pool.reserveY === 0n) return { amountX, amountY }
  const fittingY = atRatioDown(amountX, pool.reserveX, pool.reserveY)
  if (fittingY <= amountY) return { amountX, amountY: fittingY }
  return { amountX: atRatioDown(amountY, pool.reserveY, pool.reserveX), amountY }
}

/** Shares after the protocol took its part. */
const withProtocolFee = (pool: PoolState): { readonly shares: bigint; readonly fee: bigint } => {
  const fee = pool.feeTo === null ? 0n : protocolSharesDown(pool.reserveX, pool.reserveY, pool.kLast, pool.shares)
  return { shares: pool.shares + fee, fee }
}

const feePayment = (pool: PoolState, fee: bigint) => (fee === 0n || pool.feeTo === null ? [] : [payOne(pool.feeTo, pool.assetShares, fee)])

const withKLast = (pool: PoolState): PoolState => ({ ...pool, kLast: pool.feeTo === null ? 0n : pool.reserveX * pool.reserveY })
