import { memberOf, type Aggregates, type Claims, type Invariant } from "../../../core/index.ts"
import type { LedgerState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** The balances, summed up anew, are the total. */
const balancesSumToTotal: Invariant<LedgerState> = ({ state }) => {
  const sum = sumOf(state)
  return sum === state.total ? undefined : { sum, total: state.total }
}

/** What the member holds covers what its accounts have, and nothing stays with it besides: the surplus never changes. */
const custodyIsTotal: Invariant<LedgerState> = ({ state, balance }, before) => {
  const surplus = balance(state.asset) - state.total
  const surplusBefore = before === undefined ? surplus : before.balance(state.asset) - before.state.total
  return surplus >= 0n && surplus === surplusBefore ? undefined : { surplus, surplusBefore }
}

/** No entry holds a zero, so that equal ledgers are equal states, and the accounts are counted. */
const accountsAreCounted: Invariant<LedgerState> = ({ state: { balances, accounts } }) => {
  for (const [account, balance] of balances.entries()) if (balance === 0n) return { account }
  return balances.size === accounts ? undefined : { entries: balances.size, accounts }
}

/** Every account is kept by the member that its name hashes to, so no account is kept twice. */
const accountsAreOwn: Invariant<LedgerState> = ({ address, state: { family, size, balances } }) => {
  for (const account of balances.keys()) if (memberOf(family, size, account) !== address) return { account, member: memberOf(family, size, account) }
  return undefined
}

const sumOf = ({ balances }: LedgerState): bigint => {
  let sum = 0n
  for (const balance of balances.values()) sum += balance
  return sum
}

/** What every block of a member keeps. */
export const invariants = { balancesSumToTotal, custodyIsTotal, accountsAreCounted, accountsAreOwn }

/** A member owes its accounts what they have. */
export const claims: Claims<LedgerState> = ({ state: { asset, total } }) => ({ [asset]: total })

export const aggregates: Aggregates<LedgerState> = ({ state }) => ({
  total: { stored: state.total, recomputed: sumOf(state) },
  accounts: { stored: BigInt(state.accounts), recomputed: BigInt(state.balances.size) },
})
