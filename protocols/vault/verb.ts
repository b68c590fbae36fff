import type { AnyContinuation, AnyMessage, Handler, Resumption, Step } from "../../core/index.ts"
import {
  Deposited,
  Lent,
  LendRefused,
  PaymentReturned,
  Recalled,
  Repaid,
  Revalued,
  WithdrawalCancelled,
  WithdrawalQueued,
  Withdrawn,
} from "./messages.ts"
import type { VaultState } from "./state.ts"

/** All that a vault tells. */
export const EVENTS = [
  Deposited,
  Withdrawn,
  WithdrawalQueued,
  WithdrawalCancelled,
  PaymentReturned,
  Lent,
  LendRefused,
  Recalled,
  Repaid,
  Revalued,
] as const
export type VaultEvent = (typeof EVENTS)[number]

/** What a handling of the vault does. */
export type VaultStep = Step<VaultState, VaultEvent>
/** How the vault handles a message. */
export type Verb<M extends AnyMessage> = Handler<VaultState, M, VaultEvent>
/** How the vault goes on when a request has ended. */
export type Sequel<C extends AnyContinuation> = Resumption<VaultState, C, VaultEvent>
