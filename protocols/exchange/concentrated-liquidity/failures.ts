import { Address, Amount, AssetId, Count, failure, Integer, OneOf, Text, Uint } from "../../../core/index.ts"
import { Tick } from "./tick.ts"

/** Returned when the pool has no price yet. */
export class NotInitialized extends failure("clmm/NotInitialized", {}, () => "the pool has no price yet") {}

/** Returned when a pool that has a price is given another first one. */
export class AlreadyInitialized extends failure("clmm/AlreadyInitialized", { sqrtPriceX96: Uint(160) }, ({ sqrtPriceX96 }) =>
  `the pool has the price ${sqrtPriceX96} already`) {}

/** Returned when the first price lies outside of what the ticks span. */
export class PriceOutOfRange extends failure("clmm/PriceOutOfRange", { sqrtPriceX96: Amount }, ({ sqrtPriceX96 }) =>
  `${sqrtPriceX96} lies outside of the prices of the ticks`) {}

/** Returned when the attached funds are not what the message asks for: another asset, both assets, or none. */
export class WrongAsset extends failure("clmm/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when a swap of nothing, or a position of no liquidity, is asked for. */
export class NothingAsked extends failure("clmm/NothingAsked", {}, () => "the amount is zero") {}

/** Returned when the price limit lies behind the price, or outside of the prices of the ticks. */
export class PriceLimitInvalid extends failure(
  "clmm/PriceLimitInvalid",
  { sqrtPriceX96: Uint(160), sqrtPriceLimitX96: Uint(160) },
  ({ sqrtPriceX96, sqrtPriceLimitX96 }) => `the price is ${sqrtPriceX96}, which cannot move to the limit ${sqrtPriceLimitX96}`,
) {}

/** Returned when the trade or the withdrawal would pay less than the sender's minimum. */
export class SlippageExceeded extends failure(
  "clmm/SlippageExceeded",
  { asset: AssetId, amount: Amount, minimum: Amount },
  ({ asset, amount, minimum }) => `${amount} of ${asset} is below the minimum of ${minimum}`,
) {}

/** Returned when a swap or a position costs more than is attached. */
export class MaximumExceeded extends failure(
  "clmm/MaximumExceeded",
  { asset: AssetId, amount: Amount, maximum: Amount },
  ({ asset, amount, maximum }) => `${amount} of ${asset} in is above the ${maximum} attached`,
) {}

/** Returned when two ticks span no position: out of order, or no multiples of the spacing. */
export class TicksInvalid extends failure(
  "clmm/TicksInvalid",
  { tickLower: Tick, tickUpper: Tick, problem: OneOf("order", "spacing") },
  ({ tickLower, tickUpper, problem }) => `the ticks ${tickLower} and ${tickUpper} are wrong in their ${problem}`,
) {}

/** Returned when more liquidity would begin or end at a tick than any tick may have. */
export class LiquidityTooLarge extends failure(
  "clmm/LiquidityTooLarge",
  { liquidity: Amount, maximum: Uint(128) },
  ({ liquidity, maximum }) => `a liquidity of ${liquidity} at one tick is above the maximum of ${maximum}`,
) {}

/** Returned when the position has no liquidity, or less than is burned. */
export class InsufficientPosition extends failure(
  "clmm/InsufficientPosition",
  { liquidity: Uint(128), wanted: Uint(128) },
  ({ liquidity, wanted }) => `${wanted} of liquidity wanted, the position has ${liquidity}`,
) {}

/** Returned when somebody else than the pool's owner sets or collects the protocol fee. */
export class NotOwner extends failure("clmm/NotOwner", { sender: Address }, ({ sender }) => `${sender} does not own the pool`) {}

/** Returned when the protocol's part of a fee is neither none nor a fourth to a tenth. */
export class FeeProtocolInvalid extends failure(
  "clmm/FeeProtocolInvalid",
  { feeProtocol0: Count, feeProtocol1: Count },
  ({ feeProtocol0, feeProtocol1 }) => `one of ${feeProtocol0} and one of ${feeProtocol1}: each must be 0 or from 4 to 10`,
) {}

/** Returned when the oracle does not reach back so far. */
export class ObservationTooOld extends failure(
  "clmm/ObservationTooOld",
  { secondsAgo: Integer(0, 2 ** 32 - 1), oldest: Integer(0, 2 ** 32 - 1) },
  ({ secondsAgo, oldest }) => `${secondsAgo} seconds ago lies before the oldest observation, ${oldest} seconds ago`,
) {}
