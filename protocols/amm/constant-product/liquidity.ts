import { Failure, Funds, pay, payOne, type AnyMessage, type AssetId, type Handler } from "../../../core/index.ts"
import { InsufficientSharesBurned, InsufficientSharesMinted, SlippageExceeded, WrongAsset } from "./failures.ts"
import { atRatioDown, firstSharesDown, protocolSharesDown, SHARES_LOCKED, sharesDown } from "./math.ts"
import { LiquidityAdded, LiquidityRemoved, type AddLiquidity, type RemoveLiquidity } from "./messages.ts"
import { attachesOther, wrongAsset } from "./quote.ts"
import { withReserves } from "./reserves.ts"
import type { PoolState } from "./state.ts"

/** The verbs that make and burn shares. `messages.ts` says what they promise. */
type Provision<M extends AnyMessage> = Handler<PoolState, M, typeof LiquidityAdded | typeof LiquidityRemoved>

export const addLiquidity: Provision<typeof AddLiquidity> = (pool, { minimumX, minimumY, minimumShares }, context) => {
  const { funds, sender } = context
  const { assetX, assetY, assetShares } = pool
  if (attachesOther(pool, funds)) return wrongAsset(pool, String(funds))
  const used = depositAtRatio(pool, funds)
  const changeX = funds.get(assetX) - used.amountX
  const changeY = funds.get(assetY) - used.amountY
  // As in the contract, what was donated before counts as this deposit's.
  const amountX = context.balance(assetX) - changeX - pool.reserveX
  const amountY = context.balance(assetY) - changeY - pool.reserveY
  const charged = withProtocolFee(pool)
  const first = charged.shares === 0n
  const minted = first ? firstSharesDown(amountX, amountY) : sharesDown(amountX, amountY, pool.reserveX, pool.reserveY, charged.shares)
  const shares = first ? minted - SHARES_LOCKED : minted
  if (shares <= 0n) return new InsufficientSharesMinted()
  if (used.amountX < minimumX) return tooLittle(assetX, used.amountX, minimumX)
  if (used.amountY < minimumY) return tooLittle(assetY, used.amountY, minimumY)
  if (shares < minimumShares) return tooLittle(assetShares, shares, minimumShares)
  const state = withReserves({ ...pool, shares: charged.shares + minted }, pool.reserveX + amountX, pool.reserveY + amountY, context.time)
  if (state instanceof Failure) return state
  return {
    state: withKLast(state),
    reply: { ...used, shares },
    mints: Funds.of(assetShares, minted + charged.fee),
    sends: [pay(sender, { [assetShares]: shares, [assetX]: changeX, [assetY]: changeY }), ...feePayment(pool, charged.fee)],
    events: [LiquidityAdded.make({ sender, amountX, amountY, shares })],
  }
}

export const removeLiquidity: Provision<typeof RemoveLiquidity> = (pool, { minimumX, minimumY }, context) => {
  const { funds, sender } = context
  const { assetX, assetY, assetShares } = pool
  const shares = funds.get(assetShares)
  if (funds.rest !== undefined || shares === 0n) return new WrongAsset({ expected: assetShares, given: String(funds).slice(0, 600) })
  const charged = withProtocolFee(pool)
  const balanceX = context.balance(assetX)
  const balanceY = context.balance(assetY)
  const amountX = (shares * balanceX) / charged.shares
  const amountY = (shares * balanceY) / charged.shares
  if (amountX === 0n || amountY === 0n) return new InsufficientSharesBurned()
  if (amountX < minimumX) return tooLittle(assetX, amountX, minimumX)
  if (amountY < minimumY) return tooLittle(assetY, amountY, minimumY)
  const state = withReserves({ ...pool, shares: charged.shares - shares }, balanceX - amountX, balanceY - amountY, context.time)
  if (state instanceof Failure) return state
  return {
    state: withKLast(state),
    reply: { amountX, amountY },
    mints: Funds.of(assetShares, charged.fee),
    burns: Funds.of(assetShares, shares),
    sends: [pay(sender, { [assetX]: amountX, [assetY]: amountY }), ...feePayment(pool, charged.fee)],
    events: [LiquidityRemoved.make({ sender, amountX, amountY, shares })],
  }
}

/** What of the attached amounts goes in at the pool's ratio; all of it while a reserve is empty. */
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

const feePayment = ({ feeTo, assetShares }: PoolState, fee: bigint) => (fee === 0n || feeTo === null ? [] : [payOne(feeTo, assetShares, fee)])

const withKLast = (pool: PoolState): PoolState => ({ ...pool, kLast: pool.feeTo === null ? 0n : pool.reserveX * pool.reserveY })

const tooLittle = (asset: AssetId, amountOut: bigint, minimumOut: bigint): SlippageExceeded => new SlippageExceeded({ asset, amountOut, minimumOut })
