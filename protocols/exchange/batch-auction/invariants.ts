import type { Claims, Invariant, Table } from "../../../core/index.ts"
import type { AuctionState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** Between two blocks the auction holds what it keeps for owners, and a surplus that never changes. */
const holdsWhatItKeeps: Invariant<AuctionState> = ({ state, balance }, before) => {
  const surplusBase = balance(state.base) - sumOf(state.keptBase)
  const surplusQuote = balance(state.quote) - sumOf(state.keptQuote)
  const wasBase = before === undefined ? surplusBase : before.balance(state.base) - sumOf(before.state.keptBase)
  const wasQuote = before === undefined ? surplusQuote : before.balance(state.quote) - sumOf(before.state.keptQuote)
  return surplusBase >= 0n && surplusQuote >= 0n && surplusBase === wasBase && surplusQuote === wasQuote
    ? undefined
    : { surplusBase, surplusQuote, wasBase, wasQuote }
}

/** The price lies between the limits of the last seller and the last buyer that it served, in the middle. */
const priceBetweenMargins: Invariant<AuctionState> = ({ state: { price, lots, marginBuy, marginSell } }) => {
  const fits = lots === 0n ? price === 0n && marginBuy === 0n && marginSell === 0n : marginSell >= 1n && marginSell <= price && price <= marginBuy
  return fits && price === (marginBuy + marginSell) / 2n ? undefined : { price, lots, marginBuy, marginSell }
}

/** A clearing is never replaced by an older one. */
const heightNeverFalls: Invariant<AuctionState> = ({ state }, before) =>
  before === undefined || state.height >= before.state.height ? undefined : { before: before.state.height, after: state.height }

/** Nothing is kept for somebody who has nothing here. */
const noZeros: Invariant<AuctionState> = ({ state: { keptBase, keptQuote } }) => {
  for (const kept of [keptBase, keptQuote]) for (const [owner, amount] of kept.entries()) if (amount === 0n) return { owner }
  return undefined
}

const sumOf = (kept: Table<string, bigint>): bigint => {
  let sum = 0n
  for (const amount of kept.values()) sum += amount
  return sum
}

/** What every block of an auction keeps. */
export const invariants = { holdsWhatItKeeps, priceBetweenMargins, heightNeverFalls, noZeros }

/** An auction owes what it keeps. */
export const claims: Claims<AuctionState> = ({ state: { base, quote, keptBase, keptQuote } }) => ({
  [base]: sumOf(keptBase),
  [quote]: sumOf(keptQuote),
})
