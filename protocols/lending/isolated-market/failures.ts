import { Address, Amount, failure, OneOf, Text, Wad } from "../../../core/index.ts"

/** Returned when what is attached is not what the message takes: another asset, several, or anything where nothing is expected. */
export class WrongAsset extends failure("lending/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when not exactly one of an amount and its alternative is zero: say one of the two. */
export class InconsistentInput extends failure(
  "lending/InconsistentInput",
  { assets: Amount, shares: Amount },
  ({ assets, shares }) => `exactly one of assets ${assets} and shares ${shares} must be zero`,
) {}

/** Returned when an amount of zero is asked for or attached. */
export class ZeroAssets extends failure("lending/ZeroAssets", {}, () => "the amount is zero") {}

/** Returned when somebody acts on a position that is neither its own nor one that it is authorised for. */
export class Unauthorized extends failure(
  "lending/Unauthorized",
  { sender: Address, onBehalf: Address },
  ({ sender, onBehalf }) => `${sender} may not act on behalf of ${onBehalf}`,
) {}

/** Returned when somebody else than the owner sets the owner, the fee or its recipient. */
export class NotOwner extends failure("lending/NotOwner", { sender: Address }, ({ sender }) => `${sender} is not the market's owner`) {}

/** Returned when a setting already is what it shall become. */
export class AlreadySet extends failure(
  "lending/AlreadySet",
  { setting: OneOf("owner", "fee", "feeRecipient", "authorization") },
  ({ setting }) => `the ${setting} is already that`,
) {}

/** Returned when the fee is above a quarter of the interest. */
export class FeeTooHigh extends failure("lending/FeeTooHigh", { fee: Wad, feeMax: Wad }, ({ fee, feeMax }) => `fee ${fee} is above ${feeMax}`) {}

/** Returned when an amount, a total or a position's part would not fit into 128 bits; also by interest alone, whatever the message. */
export class Exceeds128Bits extends failure(
  "lending/Exceeds128Bits",
  { quantity: Text(40), value: Amount },
  ({ quantity, value }) => `${quantity} of ${value} does not fit into 128 bits`,
) {}

/** Returned when more is taken off a position than it has. */
export class InsufficientPosition extends failure(
  "lending/InsufficientPosition",
  { account: Address, part: OneOf("supplyShares", "borrowShares", "collateral"), held: Amount, needed: Amount },
  ({ account, part, held, needed }) => `${needed} ${part} needed, ${account} has ${held}`,
) {}

/** Returned when a position would owe more than its collateral allows, at the published price. Amounts in units of the loan asset. */
export class InsufficientCollateral extends failure(
  "lending/InsufficientCollateral",
  { account: Address, borrowed: Amount, borrowedMax: Amount },
  ({ account, borrowed, borrowedMax }) => `${account} would owe ${borrowed}, its collateral allows ${borrowedMax}`,
) {}

/** Returned when more would be lent out than is supplied. Amounts in units of the loan asset, after the message. */
export class InsufficientLiquidity extends failure(
  "lending/InsufficientLiquidity",
  { borrowed: Amount, supplied: Amount },
  ({ borrowed, supplied }) => `${borrowed} would be lent out of ${supplied} supplied`,
) {}

/** Returned when a position is to be liquidated whose collateral covers its debt, or that has none. */
export class PositionHealthy extends failure(
  "lending/PositionHealthy",
  { account: Address, borrowed: Amount, borrowedMax: Amount },
  ({ account, borrowed, borrowedMax }) => `${account} owes ${borrowed}, its collateral allows ${borrowedMax}`,
) {}

/** Returned when less is attached than the message costs. */
export class InsufficientPayment extends failure(
  "lending/InsufficientPayment",
  { needed: Amount, attached: Amount },
  ({ needed, attached }) => `${needed} needed, ${attached} attached`,
) {}

/** Returned when there is nothing that came back for the account. */
export class NothingUnpaid extends failure("lending/NothingUnpaid", { account: Address }, ({ account }) => `nothing is unpaid to ${account}`) {}
