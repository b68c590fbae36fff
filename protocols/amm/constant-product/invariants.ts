import { sqrtDown, type Invariant } from "../../../core/index.ts"
import { protocolSharesDown, SHARES_LOCKED } from "./math.ts"
import type { PoolState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** The pool holds at least its reserves. */
const reservesCovered: Invariant<PoolState> = ({ state, balance }) => {
  const balanceX = balance(state.assetX)
  const balanceY = balance(state.assetY)
  return balanceX >= state.reserveX && balanceY >= state.reserveY
    ? undefined
    : { balanceX, reserveX: state.reserveX, balanceY, reserveY: state.reserveY }
}

/** The shares that the pool counts are the shares in existence. */
const sharesAreSupply: Invariant<PoolState> = ({ state, supply }) =>
  state.shares === supply(state.assetShares) ? undefined : { shares: state.shares, supply: supply(state.assetShares) }

/** The first 1,000 shares stay with the pool. */
const sharesLocked: Invariant<PoolState> = ({ state, balance }) =>
  state.shares === 0n || balance(state.assetShares) >= SHARES_LOCKED ? undefined : { locked: balance(state.assetShares) }

/** While no protocol fee is counted, a share's part of sqrt(k) never falls from block to block: k / shares^2 by whole numbers. */
const shareNeverLoses: Invariant<PoolState> = ({ state }, before) => {
  if (before === undefined || before.state.shares === 0n || before.state.kLast !== 0n || state.kLast !== 0n) return undefined
  const was = before.state.reserveX * before.state.reserveY * state.shares ** 2n
  const is = state.reserveX * state.reserveY * before.state.shares ** 2n
  return is >= was ? undefined : { before: before.state, after: state }
}

/** Otherwise the same holds with the shares that the protocol is owed counted in, to the unit that integer roots leave open. */
const shareNeverLosesToFee: Invariant<PoolState> = ({ state }, before) => {
  if (before === undefined || before.state.shares === 0n || (before.state.kLast === 0n && state.kLast === 0n)) return undefined
  const was = owedIncluded(before.state)
  const is = owedIncluded(state)
  return (is.root + 1n) * (was.shares + 1n) >= was.root * is.shares ? undefined : { before: before.state, after: state }
}

interface OwedIncluded {
  readonly root: bigint
  readonly shares: bigint
}

/** A state is compared twice, with the one before and with the one after it: its roots are taken once. */
const KNOWN = new WeakMap<PoolState, OwedIncluded>()

const owedIncluded = (pool: PoolState): OwedIncluded => {
  const known = KNOWN.get(pool)
  if (known !== undefined) return known
  const { reserveX, reserveY, kLast, shares } = pool
  const owed = { root: sqrtDown(reserveX * reserveY), shares: shares + protocolSharesDown(reserveX, reserveY, kLast, shares) }
  KNOWN.set(pool, owed)
  return owed
}

/** What every block of a pool keeps. */
export const invariants = { reservesCovered, sharesAreSupply, sharesLocked, shareNeverLoses, shareNeverLosesToFee }
