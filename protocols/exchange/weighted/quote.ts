import { Failure, type AssetId } from "../../../core/index.ts"
import { depositOutcome, proportionalOutcome, singleOutcome } from "./deposit.ts"
import type { InsufficientInitialDeposit, InsufficientLiquidity, MaxInvariantRatio, MinInvariantRatio, NotOffered, PoolEmpty, WrongAsset, WrongCount } from "./failures.ts"
import type { PoolState } from "./state.ts"
import { wrongAsset } from "./tokens.ts"
import { exactOutcome, oneTokenOutcome, withdrawalOutcome } from "./withdrawal.ts"

/** What deposits and withdrawals give and cost, by the functions that decide their execution. */

/** Shares for exactly these amounts. */
export const quoteDeposit = (pool: PoolState, amounts: readonly bigint[]): bigint | InsufficientInitialDeposit => {
  const outcome = depositOutcome(pool, amounts)
  return outcome instanceof Failure ? outcome : outcome.shares
}

/** Amounts of all tokens for exactly these shares. */
export const quoteProportional = (pool: PoolState, shares: bigint): readonly bigint[] | PoolEmpty => {
  const outcome = proportionalOutcome(pool, shares)
  return outcome instanceof Failure ? outcome : outcome.amounts
}

/** The amount of one token for exactly these shares. */
export const quoteSingle = (pool: PoolState, assetIn: AssetId, shares: bigint): bigint | WrongAsset | PoolEmpty | MaxInvariantRatio => {
  const token = pool.assets.indexOf(assetIn)
  if (token < 0) return wrongAsset(pool, assetIn)
  const outcome = singleOutcome(pool, token, shares)
  return outcome instanceof Failure ? outcome : (outcome.amounts[token] as bigint)
}

/** What these shares pay of all tokens. */
export const quoteWithdrawal = (pool: PoolState, shares: bigint): readonly bigint[] => withdrawalOutcome(pool, shares).amounts

/** What these shares pay of one token. */
export const quoteOneToken = (pool: PoolState, shares: bigint, assetOut: AssetId): bigint | NotOffered | MinInvariantRatio => {
  const outcome = oneTokenOutcome(pool, shares, assetOut)
  return outcome instanceof Failure ? outcome : (outcome.amounts[pool.assets.indexOf(assetOut)] as bigint)
}

/** Shares that exactly these amounts cost. */
export const quoteExact = (pool: PoolState, amounts: readonly bigint[]): bigint | WrongCount | InsufficientLiquidity => {
  const outcome = exactOutcome(pool, amounts)
  return outcome instanceof Failure ? outcome : outcome.shares
}
