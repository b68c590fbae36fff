import { wrapAdd256, wrapSub256, type Table } from "../../../core/index.ts"
import type { LedgerState } from "./state.ts"

type Balances = Table<string, bigint>

/** What an account has; 0 where there is no entry. */
export const balanceIn = ({ balances }: Pick<LedgerState, "balances">, account: string): bigint => balances.get(account) ?? 0n

const withBalance = (balances: Balances, account: string, amount: bigint): Balances =>
  amount === 0n ? balances.delete(account) : balances.set(account, amount)

const withBalances = (ledger: LedgerState, balances: Balances, total: bigint): LedgerState => ({ ...ledger, balances, total, accounts: balances.size })

/** The ledger with `amount` more for an account. The total is backed by what the member holds, so it stays below 2^256. */
export const credited = (ledger: LedgerState, account: string, amount: bigint): LedgerState =>
  amount === 0n ? ledger : withBalances(ledger, withBalance(ledger.balances, account, balanceIn(ledger, account) + amount), ledger.total + amount)

/** The ledger with `amount` less for an account that has it. */
export const debited = (ledger: LedgerState, account: string, amount: bigint): LedgerState =>
  amount === 0n ? ledger : withBalances(ledger, withBalance(ledger.balances, account, balanceIn(ledger, account) - amount), ledger.total - amount)

/** The ledger after a transfer within it that `from` can afford. The payee's balance is read after the debit, so that one to oneself changes nothing. */
export const moved = (ledger: LedgerState, from: string, to: string, amount: bigint): LedgerState => {
  if (amount === 0n) return ledger
  const balances = withBalance(ledger.balances, from, balanceIn(ledger, from) - amount)
  const after = withBalance(balances, to, (balances.get(to) ?? 0n) + amount)
  return { ...ledger, balances: after, accounts: after.size }
}

/** The ledger after `amount` left for another member. */
export const sentOut = (ledger: LedgerState, from: string, amount: bigint): LedgerState => {
  const less = debited(ledger, from, amount)
  return { ...less, sent: wrapAdd256(less.sent, amount) }
}

/** The ledger after `amount` arrived from another member. */
export const takenIn = (ledger: LedgerState, to: string, amount: bigint): LedgerState => {
  const more = credited(ledger, to, amount)
  return { ...more, received: wrapAdd256(more.received, amount) }
}

/** The ledger after `amount` that had left for another member came back. */
export const takenBack = (ledger: LedgerState, from: string, amount: bigint): LedgerState => {
  const more = credited(ledger, from, amount)
  return { ...more, sent: wrapSub256(more.sent, amount) }
}
