import { DivisionByZero, OutOfRange, type Claims, type Invariant } from "../../../core/index.ts"
import { A_LIMIT, ADMIN_FEE_MAX_E10, FEE_MAX_E10, getD, scaledBalances } from "./math.ts"
import type { PoolState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** The pool holds at least its balances of every coin. */
const balancesCovered: Invariant<PoolState> = ({ state, balance }) => {
  const short = state.assets.findIndex((asset, coin) => balance(asset) < (state.balances[coin] as bigint))
  return short < 0 ? undefined : { asset: state.assets[short], held: balance(state.assets[short] as string), balance: state.balances[short] }
}

/** The shares that the pool counts are the shares in existence. */
const sharesAreSupply: Invariant<PoolState> = ({ state, supply }) =>
  state.shares === supply(state.assetShares) ? undefined : { shares: state.shares, supply: supply(state.assetShares) }

/** A and the fees stay in their ranges, and a ramp does not run backwards. */
const settingsInRange: Invariant<PoolState> = ({ state }) => {
  const { initialA, futureA, initialATime, futureATime, feeE10, adminFeeE10 } = state
  const ofA = initialA > 0n && initialA < A_LIMIT && futureA > 0n && futureA < A_LIMIT && initialATime <= futureATime
  return ofA && feeE10 <= FEE_MAX_E10 && adminFeeE10 <= ADMIN_FEE_MAX_E10 ? undefined : { initialA, futureA, initialATime, futureATime, feeE10, adminFeeE10 }
}

/**
 * How far D may fall short in one block by what the contract's iterations leave open: 10^-10 of D, and a millionth of a millionth of a unit, of
 * the pool as it was or as it is, whichever is larger: who burns almost all shares leaves the error of the whole to those who stay.
 */
const ROUNDING_PART = 10n ** 10n
const ROUNDING_UNITS = 10n ** 6n

/**
 * While A stays, D per share does not fall but by rounding. The contract's own iterations end up to thousands of 10^-18 units beside the roots in
 * a pool of which a coin is almost gone, so no price can be declared that never falls at all.
 */
const shareHardlyFalls: Invariant<PoolState> = ({ state }, before) => {
  if (before === undefined || before.state.shares === 0n || state.shares === 0n) return undefined
  const was = before.state
  if (was.initialA !== was.futureA || state.initialA !== state.futureA || was.futureA !== state.futureA) return undefined
  const invariantWas = knownD(was)
  const invariantIs = knownD(state)
  if (invariantWas === undefined || invariantIs === undefined) return undefined
  const sharesMost = was.shares > state.shares ? was.shares : state.shares
  const open = (invariantWas / ROUNDING_PART + ROUNDING_UNITS) * sharesMost
  return invariantIs * was.shares + open >= invariantWas * state.shares ? undefined : { invariantWas, sharesWas: was.shares, invariantIs, shares: state.shares }
}

/** D; undefined where the contract's iteration leaves 256 bits, or divides by a coin of which the last share's holder took all. */
const knownD = ({ balances, decimals, futureA }: PoolState): bigint | undefined => {
  try {
    return getD(scaledBalances(balances, decimals), futureA)
  } catch (error) {
    if (error instanceof OutOfRange || error instanceof DivisionByZero) return undefined
    throw error
  }
}

/** What every block of a pool keeps. */
export const invariants = { balancesCovered, sharesAreSupply, settingsInRange, shareHardlyFalls }

/** The pool owes its balances to the shares. */
export const claims: Claims<PoolState> = ({ state }) => Object.fromEntries(state.assets.map((asset, coin) => [asset, state.balances[coin] as bigint]))
