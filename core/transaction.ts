import type { Address } from "./address.ts"
import type { FundsLike } from "./funds.ts"
import type { AnyMessage, Payload } from "./message.ts"

/** An account's message to an actor: the only way in which anything begins. */
export interface Transaction<M extends AnyMessage = AnyMessage> {
  readonly from: Address
  /** The account's next nonce: 0 for its first transaction. */
  readonly nonce: number
  readonly to: Address
  readonly message: M
  readonly payload: Payload<M>
  readonly funds?: FundsLike | undefined
  /** Last block height in which it may be handled. */
  readonly deadline?: number | undefined
}

/** Checks the types of a transaction at compile time; changes nothing. */
export const transaction = <M extends AnyMessage>(fields: Transaction<M>): Transaction<M> => fields
