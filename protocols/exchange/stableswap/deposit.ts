import { addChecked, Failure, Funds, payOne, type Handler } from "../../../core/index.ts"
import { attachedAmounts } from "./coins.ts"
import { FirstDepositIncomplete, InsufficientDeposit, type InsufficientLiquidity, SlippageExceeded } from "./failures.ts"
import { imbalanceFees } from "./imbalance.ts"
import { getD, partDown, scaledBalances } from "./math.ts"
import { LiquidityAdded, type AddLiquidity } from "./messages.ts"
import { amplificationAt, type PoolState } from "./state.ts"

/** What a deposit mints, its fees by coin, D with the whole of it, and the pool's balances after it. */
export interface DepositOutcome {
  readonly shares: bigint
  readonly fees: readonly bigint[]
  readonly invariant: bigint
  readonly balances: readonly bigint[]
}

/** What a deposit of these amounts does: the contract's `add_liquidity`. `time` in seconds. */
export const depositOutcome = (
  pool: PoolState,
  amounts: readonly bigint[],
  time: number,
): DepositOutcome | FirstDepositIncomplete | InsufficientDeposit | InsufficientLiquidity => {
  const first = pool.shares === 0n
  const missing = first ? amounts.indexOf(0n) : -1
  if (missing >= 0) return new FirstDepositIncomplete({ asset: pool.assets[missing] as string })
  const amplification = amplificationAt(pool, time)
  const invariantOf = (balances: readonly bigint[]): bigint => getD(scaledBalances(balances, pool.decimals), amplification)
  const before = first ? 0n : invariantOf(pool.balances)
  const deposited = pool.balances.map((balance, coin) => addChecked(balance, amounts[coin] as bigint))
  const invariant = invariantOf(deposited)
  if (invariant <= before) return new InsufficientDeposit({ before, after: invariant })
  if (first) return { shares: invariant, fees: amounts.map(() => 0n), invariant, balances: deposited }
  const charged = imbalanceFees(pool, deposited, before, invariant)
  if (charged instanceof Failure) return charged
  const after = invariantOf(charged.lessFees)
  if (after < before) return new InsufficientDeposit({ before, after })
  return { shares: partDown(pool.shares, after - before, before), fees: charged.fees, invariant, balances: charged.balances }
}

/** What depositing these amounts, in the order of the pool's coins, mints at `time` (seconds). The same function decides the execution. */
export const quoteDeposit = (
  pool: PoolState,
  amounts: readonly bigint[],
  time: number,
): bigint | FirstDepositIncomplete | InsufficientDeposit | InsufficientLiquidity => {
  const outcome = depositOutcome(pool, amounts, time)
  return outcome instanceof Failure ? outcome : outcome.shares
}

export const addLiquidity: Handler<PoolState, typeof AddLiquidity, typeof LiquidityAdded> = (pool, { minimumShares }, { funds, sender, time }) => {
  const { assetShares } = pool
  const amounts = attachedAmounts(pool, funds)
  if (amounts instanceof Failure) return amounts
  const outcome = depositOutcome(pool, amounts, time)
  if (outcome instanceof Failure) return outcome
  const { shares, fees, invariant, balances } = outcome
  if (shares < minimumShares) return new SlippageExceeded({ asset: assetShares, amountOut: shares, minimumOut: minimumShares })
  const supply = addChecked(pool.shares, shares)
  return {
    state: { ...pool, balances, shares: supply },
    reply: { shares },
    mints: Funds.of(assetShares, shares),
    sends: [payOne(sender, assetShares, shares)],
    events: [LiquidityAdded.make({ sender, amounts, fees, invariant, shares, supply })],
  }
}
