import { Failure, Funds, pay, type AnyMessage, type AssetId, type Context, type Handler } from "../../../core/index.ts"
import { InsufficientLiquidity, MaximumExceeded, NotOffered, SlippageExceeded, type MinInvariantRatio, type WrongCount } from "./failures.ts"
import { allTokensForSharesDown, sharesForExactTokensUp, tokenForSharesDown, upscaled } from "./math.ts"
import { LiquidityRemoved, type RemoveLiquidity, type RemoveLiquidityExact, type RemoveLiquiditySingle } from "./messages.ts"
import { afterWithdrawal, charged, feePayments, type Charged } from "./protocol-fee.ts"
import type { PoolState } from "./state.ts"
import { attachedShares, fundsOf, wrongCount } from "./tokens.ts"

type Withdrawal<M extends AnyMessage> = Handler<PoolState, M, typeof LiquidityRemoved>

/** What a withdrawal pays, burns and pays to the protocol, and the pool after it. */
export interface WithdrawalOutcome {
  readonly state: PoolState
  readonly amounts: readonly bigint[]
  readonly shares: bigint
  readonly charge: Charged
}

/** A withdrawal of all tokens for exactly these shares. */
export const withdrawalOutcome = (pool: PoolState, shares: bigint): WithdrawalOutcome => {
  const charge = charged(pool)
  return { ...afterWithdrawal(pool, charge, allTokensForSharesDown(charge.scaled, shares, pool.shares), shares), shares, charge }
}

/** A withdrawal of one token for exactly these shares. */
export const oneTokenOutcome = (pool: PoolState, shares: bigint, assetOut: AssetId): WithdrawalOutcome | NotOffered | MinInvariantRatio => {
  const token = pool.assets.indexOf(assetOut)
  if (token < 0) return new NotOffered({ asset: assetOut })
  const charge = charged(pool)
  const amount = tokenForSharesDown(charge.scaled[token] as bigint, pool.weightsE18[token] as bigint, shares, pool.shares, pool.feeE18)
  if (amount instanceof Failure) return amount
  const scaledOut = pool.assets.map((_, other) => (other === token ? amount : 0n))
  return { ...afterWithdrawal(pool, charge, scaledOut, shares), shares, charge }
}

/** A withdrawal of exactly these amounts. */
export const exactOutcome = (pool: PoolState, amounts: readonly bigint[]): WithdrawalOutcome | WrongCount | InsufficientLiquidity => {
  const wrong = wrongCount(pool, amounts)
  if (wrong !== undefined) return wrong
  const drained = amounts.findIndex((amount, token) => amount > (pool.balances[token] as bigint))
  if (drained >= 0) {
    const [reserve, wanted] = [pool.balances[drained] as bigint, amounts[drained] as bigint]
    return new InsufficientLiquidity({ asset: pool.assets[drained] as string, reserve, wanted })
  }
  const charge = charged(pool)
  const scaledOut = amounts.map((amount, token) => upscaled(amount, pool.decimals[token] as number))
  const shares = sharesForExactTokensUp(charge.scaled, pool.weightsE18, scaledOut, pool.shares, pool.feeE18)
  return { ...afterWithdrawal(pool, charge, scaledOut, shares), shares, charge }
}

export const removeLiquidity: Withdrawal<typeof RemoveLiquidity> = (pool, { minimumAmounts }, context) => {
  const shares = attachedShares(pool, context.funds)
  if (shares instanceof Failure) return shares
  const wrong = wrongCount(pool, minimumAmounts)
  if (wrong !== undefined) return wrong
  const outcome = withdrawalOutcome(pool, shares)
  const { amounts } = outcome
  const short = amounts.findIndex((amount, token) => amount < (minimumAmounts[token] as bigint))
  if (short >= 0) {
    const [amountOut, minimumOut] = [amounts[short] as bigint, minimumAmounts[short] as bigint]
    return new SlippageExceeded({ asset: pool.assets[short] as string, amountOut, minimumOut })
  }
  return { ...stepOf(pool, outcome, context), reply: { amounts } }
}

export const removeLiquiditySingle: Withdrawal<typeof RemoveLiquiditySingle> = (pool, { assetOut, minimumOut }, context) => {
  const shares = attachedShares(pool, context.funds)
  if (shares instanceof Failure) return shares
  const outcome = oneTokenOutcome(pool, shares, assetOut)
  if (outcome instanceof Failure) return outcome
  const amountOut = outcome.amounts[pool.assets.indexOf(assetOut)] as bigint
  if (amountOut < minimumOut) return new SlippageExceeded({ asset: assetOut, amountOut, minimumOut })
  return { ...stepOf(pool, outcome, context), reply: { amountOut } }
}

export const removeLiquidityExact: Withdrawal<typeof RemoveLiquidityExact> = (pool, { amounts }, context) => {
  const maximumIn = attachedShares(pool, context.funds)
  if (maximumIn instanceof Failure) return maximumIn
  const outcome = exactOutcome(pool, amounts)
  if (outcome instanceof Failure) return outcome
  const { shares } = outcome
  if (shares > maximumIn) return new MaximumExceeded({ asset: pool.assetShares, amountIn: shares, maximumIn })
  return { ...stepOf(pool, outcome, context), reply: { shares } }
}

/** The amounts, and what is left of the attached shares, go to the sender. */
const stepOf = (pool: PoolState, { state, amounts, shares, charge }: WithdrawalOutcome, { funds, sender }: Context) => ({
  state,
  burns: Funds.of(pool.assetShares, shares),
  sends: [pay(sender, { ...fundsOf(pool, amounts), [pool.assetShares]: funds.amount - shares }), ...feePayments(pool, charge)],
  events: [LiquidityRemoved.make({ sender, amounts, shares, protocolFees: charge.fees })],
})
