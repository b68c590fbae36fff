import { Address, Amount, failure, Text } from "../../../core/index.ts"

/** Returned when the attached funds are not what the message takes: another asset, several, none, or any where none are taken. */
export class WrongAsset extends failure("payments/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when the account is another member's: which one is responsible depends on the account's name alone. */
export class WrongMember extends failure("payments/WrongMember", { account: Address, member: Address }, ({ account, member }) =>
  `${account} is kept by ${member}`) {}

/** Returned when somebody else than the member that keeps the payer brings a credit. */
export class NotMember extends failure("payments/NotMember", { sender: Address, from: Address }, ({ sender, from }) =>
  `${sender} does not keep ${from}`) {}

/** Returned when an account has less than shall leave it. */
export class InsufficientBalance extends failure(
  "payments/InsufficientBalance",
  { account: Address, balance: Amount, needed: Amount },
  ({ account, balance, needed }) => `${needed} needed, ${account} has ${balance}`,
) {}
