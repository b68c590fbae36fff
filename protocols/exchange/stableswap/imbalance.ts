import { absDiff, subChecked } from "../../../core/index.ts"
import { InsufficientLiquidity } from "./failures.ts"
import { feeDown, imbalanceFeeE10Down, partDown } from "./math.ts"
import type { PoolState } from "./state.ts"

/** What a change beside the pool's ratio pays, by coin. */
export interface ImbalanceFees {
  readonly fees: readonly bigint[]
  /** The balances that the pool keeps: less the admin's part of the fees. */
  readonly balances: readonly bigint[]
  /** The balances that count for the sender: less the whole fees. */
  readonly lessFees: readonly bigint[]
}

/**
 * The fees on a change of the balances to `changed`, which takes D from `before` to `after`: for each coin a part of its distance from its old
 * balance, grown or shrunk like D. A coin can owe more than there is of it.
 */
export const imbalanceFees = (pool: PoolState, changed: readonly bigint[], before: bigint, after: bigint): ImbalanceFees | InsufficientLiquidity => {
  const feeE10 = imbalanceFeeE10Down(pool.feeE10, changed.length)
  const fees = changed.map((balance, coin) => feeDown(feeE10, absDiff(partDown(after, pool.balances[coin] as bigint, before), balance)))
  const balances: bigint[] = []
  const lessFees: bigint[] = []
  for (const [coin, fee] of fees.entries()) {
    const balance = changed[coin] as bigint
    if (fee > balance) return new InsufficientLiquidity({ asset: pool.assets[coin] as string, reserve: balance, wanted: fee })
    balances.push(subChecked(balance, feeDown(pool.adminFeeE10, fee)))
    lessFees.push(balance - fee)
  }
  return { fees, balances, lessFees }
}
