import { MAX_UINT256, type Table } from "../../core/index.ts"

/** The allowance that is never used up. */
export const ALLOWANCE_INFINITE = MAX_UINT256

export type Amounts = Table<string, bigint>

/** The key of an allowance: holder, space, spender. No address has a space in it, so no two pairs share a key. */
export const allowanceKey = (holder: string, spender: string): string => `${holder} ${spender}`

/** What stands under a key; 0 where there is no entry. */
export const amountAt = (amounts: Amounts, key: string): bigint => amounts.get(key) ?? 0n

/** The table with `amount` under `key`; zeros are not kept. */
export const withAmount = (amounts: Amounts, key: string, amount: bigint): Amounts => (amount === 0n ? amounts.delete(key) : amounts.set(key, amount))

/** The balances after a transfer that `from` can afford. The receiver's balance is read after the debit, so a transfer to itself changes nothing. */
export const moved = (balances: Amounts, from: string, to: string, amount: bigint): Amounts => {
  const debited = withAmount(balances, from, amountAt(balances, from) - amount)
  return withAmount(debited, to, amountAt(debited, to) + amount)
}
