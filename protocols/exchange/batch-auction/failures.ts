import { Address, Amount, failure, Text } from "../../../core/index.ts"

/** Returned when neither the base nor the quote asset alone is attached. */
export class WrongAsset extends failure("auction/WrongAsset", { expected: Text(800), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when an order is for no lots, or at a limit of zero. */
export class EmptyOrder extends failure("auction/EmptyOrder", { field: Text(10) }, ({ field }) => `${field} must be at least 1, but is 0`) {}

/** Returned when the attached amount is not what the order can cost at most: a seller's lots, or a buyer's lots at the limit. */
export class WrongAmount extends failure(
  "auction/WrongAmount",
  { asset: Text(400), expected: Text(160), given: Amount },
  ({ asset, expected, given }) => `exactly ${expected} of ${asset} expected, ${given} attached`,
) {}

/** Returned when nothing is kept for the sender of a claim. */
export class NothingKept extends failure("auction/NothingKept", { owner: Address }, ({ owner }) => `nothing is kept for ${owner}`) {}
