import { Failure, Funds, pay, type AnyMessage, type Context, type Handler } from "../../../core/index.ts"
import { InsufficientInitialDeposit, MaximumExceeded, PoolEmpty, SlippageExceeded, type MaxInvariantRatio } from "./failures.ts"
import { allTokensForSharesUp, firstShares, invariantOrZeroDown, SHARES_LOCKED, sharesForExactTokensDown, tokenForExactSharesUp, upscaled } from "./math.ts"
import { LiquidityAdded, type AddLiquidity, type AddLiquidityProportional, type AddLiquiditySingle } from "./messages.ts"
import { afterDeposit, charged, feePayments, type Charged } from "./protocol-fee.ts"
import type { PoolState } from "./state.ts"
import { attachedAmounts, fundsOf, wrongAsset } from "./tokens.ts"

type Deposit<M extends AnyMessage> = Handler<PoolState, M, typeof LiquidityAdded>

/** What a deposit takes, mints and pays to the protocol, and the pool after it. */
export interface DepositOutcome {
  readonly state: PoolState
  readonly amounts: readonly bigint[]
  readonly shares: bigint
  readonly charge: Charged
}

/** A deposit of exactly these amounts. */
export const depositOutcome = (pool: PoolState, amounts: readonly bigint[]): DepositOutcome | InsufficientInitialDeposit => {
  const scaledIn = amounts.map((amount, token) => upscaled(amount, pool.decimals[token] as number))
  if (pool.shares === 0n) {
    const invariant = invariantOrZeroDown(pool.weightsE18, scaledIn)
    const minted = firstShares(invariant, amounts.length)
    if (minted < SHARES_LOCKED) return new InsufficientInitialDeposit({ shares: minted, locked: SHARES_LOCKED })
    const state = { ...pool, balances: amounts, shares: minted, lastInvariant: invariant }
    return { state, amounts, shares: minted - SHARES_LOCKED, charge: { scaled: scaledIn, fees: amounts.map(() => 0n) } }
  }
  const charge = charged(pool)
  const shares = sharesForExactTokensDown(charge.scaled, pool.weightsE18, scaledIn, pool.shares, pool.feeE18)
  return { ...afterDeposit(pool, charge, scaledIn, shares), shares, charge }
}

/** A deposit of all tokens at the pool's ratio for exactly these shares. */
export const proportionalOutcome = (pool: PoolState, shares: bigint): DepositOutcome | PoolEmpty => {
  if (pool.shares === 0n) return new PoolEmpty()
  const charge = charged(pool)
  return { ...afterDeposit(pool, charge, allTokensForSharesUp(charge.scaled, shares, pool.shares), shares), shares, charge }
}

/** A deposit of one token for exactly these shares. */
export const singleOutcome = (pool: PoolState, token: number, shares: bigint): DepositOutcome | PoolEmpty | MaxInvariantRatio => {
  if (pool.shares === 0n) return new PoolEmpty()
  const charge = charged(pool)
  const amount = tokenForExactSharesUp(charge.scaled[token] as bigint, pool.weightsE18[token] as bigint, shares, pool.shares, pool.feeE18)
  if (amount instanceof Failure) return amount
  const scaledIn = pool.assets.map((_, other) => (other === token ? amount : 0n))
  return { ...afterDeposit(pool, charge, scaledIn, shares), shares, charge }
}

export const addLiquidity: Deposit<typeof AddLiquidity> = (pool, { minimumShares }, context) => {
  const amounts = attachedAmounts(pool, context.funds)
  if (amounts instanceof Failure) return amounts
  const outcome = depositOutcome(pool, amounts)
  if (outcome instanceof Failure) return outcome
  const { shares } = outcome
  if (shares < minimumShares) return new SlippageExceeded({ asset: pool.assetShares, amountOut: shares, minimumOut: minimumShares })
  return { ...stepOf(pool, outcome, context), reply: { shares } }
}

export const addLiquidityProportional: Deposit<typeof AddLiquidityProportional> = (pool, { shares }, context) => {
  const maxima = attachedAmounts(pool, context.funds)
  if (maxima instanceof Failure) return maxima
  const outcome = proportionalOutcome(pool, shares)
  if (outcome instanceof Failure) return outcome
  const { amounts } = outcome
  return beyond(pool, amounts, maxima) ?? { ...stepOf(pool, outcome, context), reply: { amounts } }
}

export const addLiquiditySingle: Deposit<typeof AddLiquiditySingle> = (pool, { shares }, context) => {
  const { funds } = context
  const token = pool.assets.indexOf(funds.asset)
  if (funds.rest !== undefined || token < 0) return wrongAsset(pool, funds.isEmpty ? "" : String(funds))
  const outcome = singleOutcome(pool, token, shares)
  if (outcome instanceof Failure) return outcome
  const maxima = outcome.amounts.map((_, other) => (other === token ? funds.amount : 0n))
  return beyond(pool, outcome.amounts, maxima) ?? { ...stepOf(pool, outcome, context), reply: { amountIn: outcome.amounts[token] as bigint } }
}

const beyond = ({ assets }: PoolState, amounts: readonly bigint[], maxima: readonly bigint[]): MaximumExceeded | undefined => {
  const token = amounts.findIndex((amount, index) => amount > (maxima[index] as bigint))
  return token < 0 ? undefined : new MaximumExceeded({ asset: assets[token] as string, amountIn: amounts[token] as bigint, maximumIn: maxima[token] as bigint })
}

/** The new shares and what is left of the attached amounts go to the sender; the locked shares of the first deposit stay. */
const stepOf = (pool: PoolState, { state, amounts, shares, charge }: DepositOutcome, { funds, sender }: Context) => {
  const change = fundsOf(pool, amounts.map((amount, token) => funds.get(pool.assets[token] as string) - amount))
  return {
    state,
    mints: Funds.of(pool.assetShares, state.shares - pool.shares),
    sends: [pay(sender, { ...change, [pool.assetShares]: shares }), ...feePayments(pool, charge)],
    events: [LiquidityAdded.make({ sender, amounts, shares, protocolFees: charge.fees })],
  }
}
