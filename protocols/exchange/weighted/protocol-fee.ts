import { addChecked, payOne, subChecked, type Send } from "../../../core/index.ts"
import { downscaledDown, downscaledUp, invariantDown, protocolFeeDown } from "./math.ts"
import type { PoolState } from "./state.ts"
import { scaledBalances } from "./tokens.ts"

/** What every deposit and withdrawal begins and ends with: the protocol's part, and the invariant that the next one is measured from. */

/** Balances with 18 decimals after the protocol took its part, and that part, by token in its own units. */
export interface Charged {
  readonly scaled: readonly bigint[]
  readonly fees: readonly bigint[]
}

export const charged = (pool: PoolState): Charged => {
  const scaled = scaledBalances(pool)
  const none = scaled.map(() => 0n)
  const invariant = invariantDown(pool.weightsE18, scaled)
  if (pool.collector === null || pool.protocolFeeE18 === 0n) return { scaled, fees: none }
  const token = heaviest(pool)
  const fee = protocolFeeDown(scaled[token] as bigint, pool.weightsE18[token] as bigint, pool.lastInvariant, invariant, pool.protocolFeeE18)
  return {
    scaled: scaled.map((balance, index) => (index === token ? subChecked(balance, fee) : balance)),
    fees: none.map((_, index) => (index === token ? downscaledDown(fee, pool.decimals[token] as number) : 0n)),
  }
}

/** The token of the greatest weight, the first of several. */
const heaviest = ({ weightsE18 }: PoolState): number => weightsE18.reduce((best, weight, token) => (weight > (weightsE18[best] as bigint) ? token : best), 0)

/** The pool after a deposit: amounts with 18 decimals, which are rounded up to units. */
export const afterDeposit = (pool: PoolState, { scaled, fees }: Charged, scaledIn: readonly bigint[], shares: bigint): { readonly state: PoolState; readonly amounts: readonly bigint[] } => {
  const amounts = scaledIn.map((amount, token) => downscaledUp(amount, pool.decimals[token] as number))
  const after = scaled.map((balance, token) => addChecked(balance, scaledIn[token] as bigint))
  return {
    amounts,
    state: {
      ...pool,
      balances: pool.balances.map((balance, token) => addChecked(subChecked(balance, fees[token] as bigint), amounts[token] as bigint)),
      shares: addChecked(pool.shares, shares),
      lastInvariant: invariantDown(pool.weightsE18, after),
    },
  }
}

/** The pool after a withdrawal: amounts with 18 decimals, which are rounded down to units. */
export const afterWithdrawal = (pool: PoolState, { scaled, fees }: Charged, scaledOut: readonly bigint[], shares: bigint): { readonly state: PoolState; readonly amounts: readonly bigint[] } => {
  const amounts = scaledOut.map((amount, token) => downscaledDown(amount, pool.decimals[token] as number))
  const after = scaled.map((balance, token) => subChecked(balance, scaledOut[token] as bigint))
  return {
    amounts,
    state: {
      ...pool,
      balances: pool.balances.map((balance, token) => subChecked(subChecked(balance, fees[token] as bigint), amounts[token] as bigint)),
      shares: subChecked(pool.shares, shares),
      lastInvariant: invariantDown(pool.weightsE18, after),
    },
  }
}

/** What the collector is paid. */
export const feePayments = ({ assets, collector }: PoolState, { fees }: Charged): readonly Send[] =>
  collector === null ? [] : fees.flatMap((fee, token) => (fee === 0n ? [] : [payOne(collector, assets[token] as string, fee)]))
