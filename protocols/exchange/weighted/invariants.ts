import { OutOfRange, type Claims, type Invariant } from "../../../core/index.ts"
import { invariantOrZeroDown, SHARES_LOCKED } from "./math.ts"
import type { PoolState } from "./state.ts"
import { scaledBalances } from "./tokens.ts"

/** Each gives the values that break it, or undefined. */

/** The pool holds at least its balances of every token. */
const balancesCovered: Invariant<PoolState> = ({ state, balance }) => {
  const short = state.assets.findIndex((asset, token) => balance(asset) < (state.balances[token] as bigint))
  return short < 0 ? undefined : { asset: state.assets[short], held: balance(state.assets[short] as string), balance: state.balances[short] }
}

/** The shares that the pool counts are the shares in existence. */
const sharesAreSupply: Invariant<PoolState> = ({ state, supply }) =>
  state.shares === supply(state.assetShares) ? undefined : { shares: state.shares, supply: supply(state.assetShares) }

/** The first 1,000,000 shares stay with the pool. */
const sharesLocked: Invariant<PoolState> = ({ state, balance }) =>
  state.shares === 0n || balance(state.assetShares) >= SHARES_LOCKED ? undefined : { locked: balance(state.assetShares) }

/** What the contract's power leaves open of the invariant: a few 10^-14 for each token, and a few units of 10^-18. */
const ROUNDING_PART = 10n ** 12n
const ROUNDING_UNITS = 10n ** 3n

/** While no protocol fee is taken, the invariant per share does not fall but by the rounding of the contract's fixed-point power. */
const shareHardlyFalls: Invariant<PoolState> = ({ state }, before) => {
  if (before === undefined || before.state.shares === 0n || state.shares === 0n || state.collector !== null) return undefined
  const invariantWas = knownInvariant(before.state)
  const invariantIs = knownInvariant(state)
  if (invariantWas === undefined || invariantIs === undefined) return undefined
  const allowed = invariantWas - invariantWas / ROUNDING_PART - ROUNDING_UNITS
  return invariantIs * before.state.shares >= allowed * state.shares ? undefined : { invariantWas, sharesWas: before.state.shares, invariantIs, shares: state.shares }
}

/** Undefined where a balance is beyond the domain of the contract's power, as trades can take it there. */
const knownInvariant = (pool: PoolState): bigint | undefined => {
  try {
    return invariantOrZeroDown(pool.weightsE18, scaledBalances(pool))
  } catch (error) {
    if (error instanceof OutOfRange) return undefined
    throw error
  }
}

/** What every block of a pool keeps. */
export const invariants = { balancesCovered, sharesAreSupply, sharesLocked, shareHardlyFalls }

/** The pool owes its balances to the shares. No price is declared: by the power's rounding it can fall by some 10^-14. */
export const claims: Claims<PoolState> = ({ state }) => Object.fromEntries(state.assets.map((asset, token) => [asset, state.balances[token] as bigint]))
