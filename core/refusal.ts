import { Amount, Count, Operation } from "./fields.ts"
import { failure, type Failure } from "./failure.ts"

/** Why a transaction was not admitted. In order of precedence; a refused transaction changes nothing. */

/** Returned when a field of the transaction has not the form that it must have. */
export class InvalidTransaction extends failure(
  "core/InvalidTransaction",
  { field: Operation, expected: Operation, value: Operation },
  ({ field, expected, value }) => `${field} must be ${expected}, but is ${value}`,
) {}

/** Returned when no account lives at `from`. */
export class UnknownAccount extends failure("core/UnknownAccount", { address: Operation }, ({ address }) => `no account lives at ${address}`) {}

/** Returned when the host's check of the sender refuses. */
export class Unauthenticated extends failure("core/Unauthenticated", { address: Operation, problem: Operation }, ({ address, problem }) =>
  `the transaction is not from ${address}: ${problem}`) {}

/** Returned when the nonce is not the account's next one: replayed when `given` is below `expected`. */
export class NonceMismatch extends failure("core/NonceMismatch", { address: Operation, expected: Count, given: Count }, (fields) =>
  `nonce ${fields.given} of ${fields.address} ${fields.given < fields.expected ? "was used before" : "comes too early"}; the next one is ${fields.expected}`) {}

/** Returned when an attached asset was never issued. */
export class UnknownAsset extends failure("core/UnknownAsset", { asset: Operation }, ({ asset }) => `nobody ever issued ${asset}`) {}

/** Returned when the account holds less than is attached. */
export class InsufficientBalance extends failure(
  "core/InsufficientBalance",
  { address: Operation, asset: Operation, available: Amount, needed: Amount },
  ({ address, asset, available, needed }) => `${address} holds ${available} of ${asset}, ${needed} attached`,
) {}

export const REFUSALS = [InvalidTransaction, UnknownAccount, Unauthenticated, NonceMismatch, UnknownAsset, InsufficientBalance] as const
export type Refusal = Failure & InstanceType<(typeof REFUSALS)[number]>
