import { Failure, Funds, pay, payOne, subChecked, type AssetId, type Handler } from "../../../core/index.ts"
import { attachedShares, emptyCoin, fundsOf, replaced } from "./coins.ts"
import {
  InsufficientLiquidity,
  InsufficientOutput,
  MaximumExceeded,
  NothingBurned,
  NotOffered,
  PoolEmpty,
  SlippageExceeded,
  WrongCount,
} from "./failures.ts"
import { imbalanceFees } from "./imbalance.ts"
import { balanceAtD, feeDown, getD, imbalanceFeeE10Down, partDown, precisionOf, scaledBalances } from "./math.ts"
import { LiquidityRemoved, type RemoveLiquidity, type RemoveLiquidityImbalance, type RemoveLiquidityOneCoin } from "./messages.ts"
import { amplificationAt, type PoolState } from "./state.ts"

type Withdrawal<M extends typeof RemoveLiquidity | typeof RemoveLiquidityImbalance | typeof RemoveLiquidityOneCoin> = Handler<PoolState, M, typeof LiquidityRemoved>

/** The part of each balance that belongs to these shares, rounded down: the contract's `remove_liquidity`. */
export const quoteWithdrawal = ({ balances, shares: supply }: PoolState, shares: bigint): readonly bigint[] =>
  balances.map((balance) => partDown(balance, shares, supply))

export const removeLiquidity: Withdrawal<typeof RemoveLiquidity> = (pool, { minimumAmounts }, { funds, sender }) => {
  const shares = attachedShares(pool, funds)
  if (shares instanceof Failure) return shares
  const wrong = wrongCount(pool, minimumAmounts)
  if (wrong !== undefined) return wrong
  const amounts = quoteWithdrawal(pool, shares)
  const short = amounts.findIndex((amount, coin) => amount < (minimumAmounts[coin] as bigint))
  if (short >= 0) {
    const [amountOut, minimumOut] = [amounts[short] as bigint, minimumAmounts[short] as bigint]
    return new SlippageExceeded({ asset: pool.assets[short] as string, amountOut, minimumOut })
  }
  const balances = pool.balances.map((balance, coin) => balance - (amounts[coin] as bigint))
  const supply = pool.shares - shares
  return {
    state: { ...pool, balances, shares: supply },
    reply: { amounts },
    burns: Funds.of(pool.assetShares, shares),
    sends: [pay(sender, fundsOf(pool, amounts))],
    events: [LiquidityRemoved.make({ sender, amounts, fees: amounts.map(() => 0n), shares, supply })],
  }
}

/** What taking exact amounts out costs, its fees by coin, and the pool's balances after it. */
export interface ImbalanceOutcome {
  readonly shares: bigint
  readonly fees: readonly bigint[]
  readonly balances: readonly bigint[]
}

/** What taking out these amounts does: the contract's `remove_liquidity_imbalance`. `time` in seconds. */
export const imbalanceOutcome = (
  pool: PoolState,
  amounts: readonly bigint[],
  time: number,
): ImbalanceOutcome | WrongCount | InsufficientLiquidity | NothingBurned => {
  const wrong = wrongCount(pool, amounts)
  if (wrong !== undefined) return wrong
  // Whoever takes the last unit of a coin, or of all, is refused by the contract as well: by a division by zero, or for a share too few.
  const drained = amounts.findIndex((amount, coin) => amount >= (pool.balances[coin] as bigint))
  if (drained >= 0) {
    const [reserve, wanted] = [pool.balances[drained] as bigint, amounts[drained] as bigint]
    return new InsufficientLiquidity({ asset: pool.assets[drained] as string, reserve, wanted })
  }
  const amplification = amplificationAt(pool, time)
  const invariantOf = (balances: readonly bigint[]): bigint => getD(scaledBalances(balances, pool.decimals), amplification)
  const before = invariantOf(pool.balances)
  const left = pool.balances.map((balance, coin) => balance - (amounts[coin] as bigint))
  const charged = imbalanceFees(pool, left, before, invariantOf(left))
  if (charged instanceof Failure) return charged
  const after = invariantOf(charged.lessFees)
  const worth = after < before ? partDown(before - after, pool.shares, before) : 0n
  return worth === 0n ? new NothingBurned() : { shares: worth + 1n, fees: charged.fees, balances: charged.balances }
}

/** The shares that taking out these amounts, in the order of the pool's coins, costs at `time` (seconds). The same function decides the execution. */
export const quoteImbalance = (
  pool: PoolState,
  amounts: readonly bigint[],
  time: number,
): bigint | WrongCount | InsufficientLiquidity | NothingBurned => {
  const outcome = imbalanceOutcome(pool, amounts, time)
  return outcome instanceof Failure ? outcome : outcome.shares
}

export const removeLiquidityImbalance: Withdrawal<typeof RemoveLiquidityImbalance> = (pool, { amounts }, { funds, sender, time }) => {
  const { assetShares } = pool
  const maximum = attachedShares(pool, funds)
  if (maximum instanceof Failure) return maximum
  const outcome = imbalanceOutcome(pool, amounts, time)
  if (outcome instanceof Failure) return outcome
  const { shares, fees, balances } = outcome
  if (shares > maximum) return new MaximumExceeded({ asset: assetShares, amountIn: shares, maximumIn: maximum })
  const supply = pool.shares - shares
  return {
    state: { ...pool, balances, shares: supply },
    reply: { shares },
    burns: Funds.of(assetShares, shares),
    sends: [pay(sender, { ...fundsOf(pool, amounts), [assetShares]: maximum - shares })],
    events: [LiquidityRemoved.make({ sender, amounts, fees, shares, supply })],
  }
}

/** What shares pay in one coin, what they would have paid more without fee, and the pool's balances afterwards. */
export interface OneCoinOutcome {
  readonly amountOut: bigint
  readonly fee: bigint
  readonly balances: readonly bigint[]
}

/** What burning `shares` for one coin does: the contract's `remove_liquidity_one_coin`. `time` in seconds. */
export const oneCoinOutcome = (
  pool: PoolState,
  shares: bigint,
  assetOut: AssetId,
  time: number,
): OneCoinOutcome | NotOffered | PoolEmpty | InsufficientOutput => {
  const coin = pool.assets.indexOf(assetOut)
  if (coin < 0) return new NotOffered({ asset: assetOut })
  const empty = emptyCoin(pool)
  if (empty !== undefined) return new PoolEmpty({ asset: empty })
  const amplification = amplificationAt(pool, time)
  const precision = precisionOf(pool.decimals[coin] as number)
  const feeE10 = imbalanceFeeE10Down(pool.feeE10, pool.assets.length)
  const xp = scaledBalances(pool.balances, pool.decimals)
  const before = getD(xp, amplification)
  const after = subChecked(before, partDown(shares, before, pool.shares))
  const balance = xp[coin] as bigint
  const y = balanceAtD(coin, xp, amplification, after)
  const withoutFee = subChecked(balance, y) / precision
  const reduced = xp.map((x, other) => {
    const part = partDown(x, after, before)
    return subChecked(x, feeDown(feeE10, other === coin ? subChecked(part, y) : subChecked(x, part)))
  })
  const scaledOut = (reduced[coin] as bigint) - balanceAtD(coin, reduced, amplification, after)
  if (scaledOut < 1n) return new InsufficientOutput()
  // One unit less, in case of rounding errors.
  const amountOut = (scaledOut - 1n) / precision
  const fee = subChecked(withoutFee, amountOut)
  const left = subChecked(pool.balances[coin] as bigint, amountOut + feeDown(pool.adminFeeE10, fee))
  return { amountOut, fee, balances: replaced(pool.balances, coin, left) }
}

/** What burning `shares` pays in one coin at `time` (seconds): `calc_withdraw_one_coin`. The same function decides the execution. */
export const quoteOneCoin = (
  pool: PoolState,
  shares: bigint,
  assetOut: AssetId,
  time: number,
): bigint | NotOffered | PoolEmpty | InsufficientOutput => {
  const outcome = oneCoinOutcome(pool, shares, assetOut, time)
  return outcome instanceof Failure ? outcome : outcome.amountOut
}

export const removeLiquidityOneCoin: Withdrawal<typeof RemoveLiquidityOneCoin> = (pool, { assetOut, minimumOut }, { funds, sender, time }) => {
  const shares = attachedShares(pool, funds)
  if (shares instanceof Failure) return shares
  const outcome = oneCoinOutcome(pool, shares, assetOut, time)
  if (outcome instanceof Failure) return outcome
  const { amountOut, fee, balances } = outcome
  if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
  const supply = pool.shares - shares
  const only = (amount: bigint): readonly bigint[] => pool.assets.map((asset) => (asset === assetOut ? amount : 0n))
  return {
    state: { ...pool, balances, shares: supply },
    reply: { amountOut },
    burns: Funds.of(pool.assetShares, shares),
    sends: [payOne(sender, assetOut, amountOut)],
    events: [LiquidityRemoved.make({ sender, amounts: only(amountOut), fees: only(fee), shares, supply })],
  }
}

const wrongCount = ({ assets }: PoolState, amounts: readonly bigint[]): WrongCount | undefined =>
  amounts.length === assets.length ? undefined : new WrongCount({ expected: assets.length, given: amounts.length })
