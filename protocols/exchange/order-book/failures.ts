import { Address, Amount, AssetId, Count, failure, Height, Text } from "../../../core/index.ts"

/** Returned when the attached funds are not what the message asks for: another asset, several where one is wanted, or none. */
export class WrongAsset extends failure("order-book/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when the attached funds do not cover the order at its own price. */
export class Underfunded extends failure(
  "order-book/Underfunded",
  { asset: AssetId, attached: Amount, needed: Amount },
  ({ asset, attached, needed }) => `${needed} of ${asset} needed, ${attached} available`,
) {}

/** Returned when the last block in which an order would be good has passed already. */
export class GoodTillPast extends failure("order-book/GoodTillPast", { goodTill: Height, height: Height }, ({ goodTill, height }) =>
  `the order would be good till block ${goodTill}, this is block ${height}`) {}

/** Returned when a post-only order would trade at once. */
export class WouldMatch extends failure("order-book/WouldMatch", { price: Count, best: Count }, ({ price, best }) =>
  `an order at ${price} would match the best price of ${best}`) {}

/** Returned when a fill-or-kill order cannot be filled whole. */
export class NotFilled extends failure("order-book/NotFilled", { lots: Count, lotsFilled: Count }, ({ lots, lotsFilled }) =>
  `${lotsFilled} of ${lots} lots could be filled`) {}

/** Returned when more lots would rest at one price than 2^53 - 1. */
export class LevelFull extends failure("order-book/LevelFull", { price: Count, lotsResting: Count, lots: Count }, ({ price, lotsResting, lots }) =>
  `${lots} lots cannot be added to the ${lotsResting} that rest at ${price}`) {}

/** Returned when a market order buys or sells nothing: the other side is empty, or not one lot can be paid for. */
export class InsufficientOutput extends failure("order-book/InsufficientOutput", {}, () => "not one lot could be traded") {}

/** Returned when a market order would pay less than the sender's minimum. */
export class SlippageExceeded extends failure(
  "order-book/SlippageExceeded",
  { asset: AssetId, amountOut: Amount, minimumOut: Amount },
  ({ asset, amountOut, minimumOut }) => `${amountOut} of ${asset} out is below the minimum of ${minimumOut}`,
) {}

/** Returned when no such order rests: it was filled, cancelled, has expired, or never was. */
export class UnknownOrder extends failure("order-book/UnknownOrder", { order: Count }, ({ order }) => `no order ${order} rests in the book`) {}

/** Returned when somebody else than its owner cancels or replaces an order, or somebody else than the market's owner takes the fees. */
export class NotOwner extends failure("order-book/NotOwner", { sender: Address }, ({ sender }) => `${sender} is not the owner`) {}

/** Returned when the sender has nothing to claim. */
export class NothingToClaim extends failure("order-book/NothingToClaim", {}, () => "nothing waits to be claimed") {}
