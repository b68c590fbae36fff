/** A lending market after Morpho Blue, and the interest mathematics of Morpho and Aave. */
export {
  ADJUSTMENT_SPEED,
  borrowRateOf,
  CURVE_STEEPNESS,
  curveRate,
  distanceOf,
  expApproximated,
  INITIAL_RATE_AT_TARGET,
  MAX_RATE_AT_TARGET,
  MIN_RATE_AT_TARGET,
  TARGET_UTILIZATION,
} from "./adaptive-curve.ts"
export type { BorrowRate } from "./adaptive-curve.ts"
export * from "./failures.ts"
export { spotBorrowRate } from "./interest.ts"
export { IsolatedMarket } from "./market.ts"
export {
  borrowedMaxDown,
  FEE_MAX,
  incentiveFactorDown,
  repaidSharesUp,
  seizedAssetsDown,
  sharePriceDown,
  taylorCompoundedDown,
  toAssetsUp,
  toSharesDown,
  toSharesUp,
  UINT128_MAX,
  utilizationDown,
  VIRTUAL_ASSETS,
  VIRTUAL_SHARES,
} from "./math.ts"
export * from "./messages.ts"
export { authorizationKey, debtOf, positionOf } from "./position.ts"
export { compoundedInterest, linearInterestDown } from "./ray-interest.ts"
export type { MarketState, Position, Unpaid } from "./state.ts"
