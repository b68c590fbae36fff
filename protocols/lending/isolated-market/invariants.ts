import { Failure, type Aggregates, type Claims, type Health, type Invariant, type Prices } from "../../../core/index.ts"
import { PriceView, readPrice } from "../../oracle/messages.ts"
import { MAX_RATE_AT_TARGET, MIN_RATE_AT_TARGET } from "./adaptive-curve.ts"
import { accrued } from "./interest.ts"
import { FEE_MAX, VIRTUAL_ASSETS, VIRTUAL_SHARES } from "./math.ts"
import { debtOf } from "./position.ts"
import type { MarketState } from "./state.ts"

/** Each gives the values that break it, or undefined. */

/** No more is lent than was supplied. */
const borrowedWithinSupplied: Invariant<MarketState> = ({ state: { totalBorrowAssets, totalSupplyAssets } }) =>
  totalBorrowAssets <= totalSupplyAssets ? undefined : { totalBorrowAssets, totalSupplyAssets }

/** The market holds what is supplied and not lent, the collateral, and what came back. */
const claimsCovered: Invariant<MarketState> = (observed) => {
  const { state, balance } = observed
  const owed = claimsOf(state)
  const held = { loan: balance(state.loanAsset), collateral: balance(state.collateralAsset) }
  return held.loan >= owed.loan && held.collateral >= owed.collateral ? undefined : { held, owed }
}

/** Who owes has collateral: what is owed without any was written off. */
const debtIsSecured: Invariant<MarketState> = ({ state }) => {
  for (const [account, { borrowShares, collateral }] of state.positions.entries()) {
    if (borrowShares > 0n && collateral === 0n) return { account, borrowShares }
  }
  return undefined
}

/** No entry is of zeros throughout, so that equal markets are equal states. */
const noZeros: Invariant<MarketState> = ({ state }) => {
  for (const [account, { supplyShares, borrowShares, collateral }] of state.positions.entries()) {
    if (supplyShares === 0n && borrowShares === 0n && collateral === 0n) return { account }
  }
  for (const [account, { loan, collateral }] of state.unpaid.entries()) if (loan === 0n && collateral === 0n) return { account }
  return undefined
}

/** The fee and the rate stay within their bounds, and time does not run back. */
const withinBounds: Invariant<MarketState> = ({ state }, before) => {
  const { fee, rateAtTarget, lastUpdate } = state
  const rateBounded = lastUpdate === null ? rateAtTarget === 0n : rateAtTarget >= MIN_RATE_AT_TARGET && rateAtTarget <= MAX_RATE_AT_TARGET
  const lastBefore = before?.state.lastUpdate ?? null
  const forward = lastBefore === null || (lastUpdate !== null && lastUpdate >= lastBefore)
  return fee <= FEE_MAX && rateBounded && forward ? undefined : { fee, rateAtTarget, lastUpdate, lastBefore }
}

/** What is written off, is written off for good, and only by as much as both totals fall. */
const badDebtOnlyGrows: Invariant<MarketState> = ({ state }, before) =>
  before === undefined || state.badDebtAssets >= before.state.badDebtAssets
    ? undefined
    : { before: before.state.badDebtAssets, after: state.badDebtAssets }

export const invariants = { borrowedWithinSupplied, claimsCovered, debtIsSecured, noZeros, withinBounds, badDebtOnlyGrows }

const claimsOf = (state: MarketState): { readonly loan: bigint; readonly collateral: bigint } => {
  let loan = state.totalSupplyAssets - state.totalBorrowAssets
  let collateral = state.totalCollateral
  for (const unpaid of state.unpaid.values()) {
    loan += unpaid.loan
    collateral += unpaid.collateral
  }
  return { loan, collateral }
}

/** What is supplied and not lent, all collateral, and what came back. */
export const claims: Claims<MarketState> = ({ state }) => {
  const { loan, collateral } = claimsOf(state)
  return { [state.loanAsset]: loan > 0n ? loan : 0n, [state.collateralAsset]: collateral }
}

/** A supply share never loses value but by debt that is written off. */
export const prices: Prices<MarketState> = ({ state }) => ({
  supplyShare: {
    numerator: state.totalSupplyAssets + VIRTUAL_ASSETS,
    denominator: state.totalSupplyShares + VIRTUAL_SHARES,
    losses: state.badDebtAssets,
  },
})

/** The totals are the sums of the positions. */
export const aggregates: Aggregates<MarketState> = ({ state }) => {
  const sums = { supplyShares: 0n, borrowShares: 0n, collateral: 0n }
  for (const position of state.positions.values()) {
    sums.supplyShares += position.supplyShares
    sums.borrowShares += position.borrowShares
    sums.collateral += position.collateral
  }
  return {
    supplyShares: { stored: state.totalSupplyShares, recomputed: sums.supplyShares },
    borrowShares: { stored: state.totalBorrowShares, recomputed: sums.borrowShares },
    collateral: { stored: state.totalCollateral, recomputed: sums.collateral },
  }
}

/**
 * Everybody who owes, with the interest up to `time`; nobody while there is no price that counts. Who cannot be judged, since a product would leave
 * 256 bits, is left out; so is everybody where the interest itself does not fit.
 */
export const health: Health<MarketState> = ({ state }, view, time) => {
  const published = view(PriceView, state.oracle)
  if (published === undefined || published.base !== state.collateralAsset || published.quote !== state.loanAsset) return []
  const price = readPrice(published, time, state.staleAfterSeconds)
  if (price instanceof Failure) return []
  const market = unlessRefused(() => accrued(state, time).market)
  if (market === undefined) return []
  const owing: (readonly [string, boolean])[] = []
  for (const [account, position] of market.positions.entries()) {
    if (position.borrowShares === 0n) continue
    const debt = unlessRefused(() => debtOf(market, position, price))
    if (debt !== undefined) owing.push([account, debt.borrowed <= debt.borrowedMax])
  }
  return owing
}

const unlessRefused = <T>(compute: () => T): T | undefined => {
  try {
    return compute()
  } catch (problem) {
    if (problem instanceof Failure) return undefined
    throw problem
  }
}
