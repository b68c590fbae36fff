import { Address, Amount, AssetId, Count, failure, Seconds, Text } from "../../../core/index.ts"

/** Returned when the attached funds are not what the message asks for: another asset, several where one is wanted, or none. */
export class WrongAsset extends failure("stableswap/WrongAsset", { expected: Text(1_600), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when the asset to be bought or withdrawn is no coin of the pool, or is the one that is sold. */
export class NotOffered extends failure("stableswap/NotOffered", { asset: AssetId }, ({ asset }) => `the pool does not give ${asset} for this`) {}

/** Returned when a list of amounts has not one for each coin. */
export class WrongCount extends failure("stableswap/WrongCount", { expected: Count, given: Count }, ({ expected, given }) =>
  `${expected} amounts expected, one for each coin, ${given} given`) {}

/** Returned when the pool holds nothing of one of its coins: no price is defined. */
export class PoolEmpty extends failure("stableswap/PoolEmpty", { asset: AssetId }, ({ asset }) => `the pool has no ${asset}`) {}

/** Returned when the first deposit lacks a coin. */
export class FirstDepositIncomplete extends failure("stableswap/FirstDepositIncomplete", { asset: AssetId }, ({ asset }) =>
  `the first deposit needs all coins, but has no ${asset}`) {}

/** Returned when a deposit, or what its fees leave of it, does not raise D. */
export class InsufficientDeposit extends failure("stableswap/InsufficientDeposit", { before: Amount, after: Amount }, ({ before, after }) =>
  `the deposit takes D from ${before} to ${after}`) {}

/** Returned when the amount sold or the shares burned are worth less than the unit that is kept against rounding. */
export class InsufficientOutput extends failure("stableswap/InsufficientOutput", {}, () => "the amount is too small to pay for") {}

/** Returned when more of a coin is taken, fees included, than would leave a unit of it. */
export class InsufficientLiquidity extends failure(
  "stableswap/InsufficientLiquidity",
  { asset: AssetId, reserve: Amount, wanted: Amount },
  ({ asset, reserve, wanted }) => `${wanted} of ${asset} wanted, the balance is ${reserve}`,
) {}

/** Returned when the amounts taken out are worth no share. */
export class NothingBurned extends failure("stableswap/NothingBurned", {}, () => "the amounts are worth no share") {}

/** Returned when the sender would get less than the minimum. */
export class SlippageExceeded extends failure(
  "stableswap/SlippageExceeded",
  { asset: AssetId, amountOut: Amount, minimumOut: Amount },
  ({ asset, amountOut, minimumOut }) => `${amountOut} of ${asset} out is below the minimum of ${minimumOut}`,
) {}

/** Returned when exact amounts cost more shares than are attached. */
export class MaximumExceeded extends failure(
  "stableswap/MaximumExceeded",
  { asset: AssetId, amountIn: Amount, maximumIn: Amount },
  ({ asset, amountIn, maximumIn }) => `${amountIn} of ${asset} in is above the ${maximumIn} attached`,
) {}

/** Returned when somebody else than the owner changes a setting or takes the admin fees. */
export class NotOwner extends failure("stableswap/NotOwner", { sender: Address }, ({ sender }) => `${sender} does not own the pool`) {}

/** Returned when the last ramp began less than a day ago. */
export class RampTooSoon extends failure("stableswap/RampTooSoon", { earliest: Seconds }, ({ earliest }) => `no ramp may begin before ${earliest}`) {}

/** Returned when a ramp would take less than a day. */
export class RampTooShort extends failure("stableswap/RampTooShort", { earliestEnd: Seconds, futureTime: Seconds }, ({ earliestEnd, futureTime }) =>
  `the ramp may end at ${earliestEnd} or later, not at ${futureTime}`) {}

/** Returned when a ramp would lead to an A outside 1 to 999,999, or to more than ten times or less than a tenth of the present one. */
export class AmplificationOutOfRange extends failure(
  "stableswap/AmplificationOutOfRange",
  { futureA: Amount, minimum: Amount, maximum: Amount },
  ({ futureA, minimum, maximum }) => `A may go to ${minimum} to ${maximum}, not to ${futureA}`,
) {}

/** Returned when a fee of more than a half, or an admin's part of more than the whole fee, is committed. */
export class FeeTooHigh extends failure("stableswap/FeeTooHigh", { feeE10: Amount, maximumE10: Amount }, ({ feeE10, maximumE10 }) =>
  `a fee of ${feeE10} is above ${maximumE10}, in units of 10^-10`) {}

/** Returned when fees are committed while others wait to be applied. */
export class ChangePending extends failure("stableswap/ChangePending", { deadline: Seconds }, ({ deadline }) =>
  `fees that can be applied from ${deadline} on are committed already`) {}

/** Returned when there are no committed fees to apply. */
export class NoChangePending extends failure("stableswap/NoChangePending", {}, () => "no fees are committed") {}

/** Returned when committed fees are applied less than three days later. */
export class ChangeNotDue extends failure("stableswap/ChangeNotDue", { deadline: Seconds }, ({ deadline }) =>
  `the committed fees can be applied from ${deadline} on`) {}
