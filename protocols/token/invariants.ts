import type { Invariant } from "../../core/index.ts"
import type { TokenState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** The balances, summed up anew, are the total supply. */
const balancesSumToSupply: Invariant<TokenState> = ({ state }) => {
  let sum = 0n
  for (const balance of state.balances.values()) sum += balance
  return sum === state.totalSupply ? undefined : { sum, totalSupply: state.totalSupply }
}

/** No entry holds a zero, so that equal ledgers are equal states. */
const noZeros: Invariant<TokenState> = ({ state }) => {
  for (const amounts of [state.balances, state.allowances]) {
    for (const [key, amount] of amounts.entries()) if (amount === 0n) return { key }
  }
  return undefined
}

/** The owner never changes. */
const ownerStays: Invariant<TokenState> = ({ state }, before) =>
  before === undefined || before.state.owner === state.owner ? undefined : { before: before.state.owner, after: state.owner }

export const invariants = { balancesSumToSupply, noZeros, ownerStays }
