import { Address, Amount, AssetId, Count, failure, Text } from "../../../core/index.ts"

/** Returned when the attached funds are not what the message asks for: another asset, several where one is wanted, or none. */
export class WrongAsset extends failure("weighted/WrongAsset", { expected: Text(1_600), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when the asset to be bought or withdrawn is no token of the pool, or is the one that is sold. */
export class NotOffered extends failure("weighted/NotOffered", { asset: AssetId }, ({ asset }) => `the pool does not give ${asset} for this`) {}

/** Returned when a list of amounts has not one for each token. */
export class WrongCount extends failure("weighted/WrongCount", { expected: Count, given: Count }, ({ expected, given }) =>
  `${expected} amounts expected, one for each token, ${given} given`) {}

/** Returned when nobody has deposited yet. */
export class PoolEmpty extends failure("weighted/PoolEmpty", {}, () => "the pool has no liquidity yet") {}

/** Returned when more than 30 % of a token's balance is sold at once. */
export class MaxInRatio extends failure("weighted/MaxInRatio", { amountInE18: Amount, maximumE18: Amount }, ({ amountInE18, maximumE18 }) =>
  `${amountInE18} in, less the fee, is above the ${maximumE18} that a trade may sell, in 10^-18`) {}

/** Returned when more than 30 % of a token's balance is bought at once. */
export class MaxOutRatio extends failure("weighted/MaxOutRatio", { amountOutE18: Amount, maximumE18: Amount }, ({ amountOutE18, maximumE18 }) =>
  `${amountOutE18} out is above the ${maximumE18} that a trade may buy, in 10^-18`) {}

/** Returned when a deposit of one token would make the invariant more than three times as large. */
export class MaxInvariantRatio extends failure("weighted/MaxInvariantRatio", { ratioE18: Amount }, ({ ratioE18 }) =>
  `the invariant would grow by ${ratioE18} / 10^18, at most 3 is allowed`) {}

/** Returned when a withdrawal of one token would leave less than 0.7 of the invariant. */
export class MinInvariantRatio extends failure("weighted/MinInvariantRatio", { ratioE18: Amount }, ({ ratioE18 }) =>
  `the invariant would shrink to ${ratioE18} / 10^18, at least 0.7 must stay`) {}

/** Returned when the first deposit is worth less than the shares that stay with the pool: an amount is missing, or all are tiny. */
export class InsufficientInitialDeposit extends failure("weighted/InsufficientInitialDeposit", { shares: Amount, locked: Amount }, ({ shares, locked }) =>
  `the first deposit is worth ${shares} shares, ${locked} stay locked`) {}

/** Returned when more of a token is taken than there is. */
export class InsufficientLiquidity extends failure(
  "weighted/InsufficientLiquidity",
  { asset: AssetId, reserve: Amount, wanted: Amount },
  ({ asset, reserve, wanted }) => `${wanted} of ${asset} wanted, the balance is ${reserve}`,
) {}

/** Returned when the sender would get less than the minimum. */
export class SlippageExceeded extends failure(
  "weighted/SlippageExceeded",
  { asset: AssetId, amountOut: Amount, minimumOut: Amount },
  ({ asset, amountOut, minimumOut }) => `${amountOut} of ${asset} out is below the minimum of ${minimumOut}`,
) {}

/** Returned when an exact amount out, or shares, cost more than is attached. */
export class MaximumExceeded extends failure(
  "weighted/MaximumExceeded",
  { asset: AssetId, amountIn: Amount, maximumIn: Amount },
  ({ asset, amountIn, maximumIn }) => `${amountIn} of ${asset} in is above the ${maximumIn} attached`,
) {}

/** Returned when somebody else than the owner sets the fee. */
export class NotOwner extends failure("weighted/NotOwner", { sender: Address }, ({ sender }) => `${sender} does not own the pool`) {}

/** Returned when a swap fee is below 0.0001 % or above 10 %. */
export class FeeOutOfRange extends failure("weighted/FeeOutOfRange", { feeE18: Amount, minimumE18: Amount, maximumE18: Amount }, ({ feeE18, minimumE18, maximumE18 }) =>
  `the fee may be ${minimumE18} to ${maximumE18}, in 10^-18, not ${feeE18}`) {}
