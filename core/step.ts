import type { Address, AssetId } from "./address.ts"
import type { AnyContinuation, Continuation, Saved } from "./continuation.ts"
import type { AnyEvent, Emitted } from "./event.ts"
import { Funds, type FundsLike } from "./funds.ts"
import { Message, type AnyMessage, type Payload } from "./message.ts"
import type { AnyDefinition, ParamsOf } from "./actor.ts"

/** Moves value and says nothing more. Accounts accept it; other actors accept it if they handle it. */
export const Payment = Message.make("core/Payment", {})

/** A message on its way out of a handling. */
export interface Send {
  readonly to: Address
  readonly message: AnyMessage
  readonly payload: any
  readonly funds: Funds
  /** Last block height in which it may be handled. */
  readonly deadline: number | undefined
  readonly then: AnyContinuation | undefined
  readonly saved: any
}

/** A message of the actor's own type to itself, due a number of blocks later. */
export interface Timer {
  readonly blocks: number
  readonly message: AnyMessage
  readonly payload: any
}

/** A new actor at `<self>/<name>`, alive from the next block. */
export interface Spawn {
  readonly name: string
  readonly definition: AnyDefinition
  readonly params: any
}

/** What one handling did, all of it at once or, when it is refused, nothing. */
export interface Step<S, E extends AnyEvent = AnyEvent> {
  readonly state: S
  /** Messages out, in order; a reply leaves after them. */
  readonly sends?: readonly Send[] | undefined
  readonly events?: readonly Emitted<E>[] | undefined
  /** Amounts of own assets created into the actor's balance, before the sends take from it. */
  readonly mints?: FundsLike | undefined
  /** Amounts of own assets destroyed out of the actor's balance, before the sends take from it. */
  readonly burns?: FundsLike | undefined
  readonly spawns?: readonly Spawn[] | undefined
  readonly timers?: readonly Timer[] | undefined
}

/** What a plain payment says. */
export const NO_PAYLOAD: {} = Object.freeze({})

export interface SendOptions {
  readonly funds?: FundsLike | undefined
  /** Last block height in which the message may be handled; later it comes back as `Expired`. */
  readonly deadline?: number | undefined
}

/** A message without a continuation: a refusal of it comes to the actor's `bounced` handler, if it has one. */
export const send = <M extends AnyMessage>(to: Address, message: M, payload: Payload<M>, options?: SendOptions): Send => ({
  to,
  message,
  payload,
  funds: options?.funds === undefined ? Funds.none : Funds.from(options.funds),
  deadline: options?.deadline,
  then: undefined,
  saved: undefined,
})

/** A message whose end, reply or refusal, comes to the continuation `then`, together with the `saved` fields. */
export const request = <M extends AnyMessage, C extends Continuation<string, M, any, any>>(
  to: Address,
  message: M,
  payload: Payload<M>,
  options: SendOptions & { readonly then: C; readonly saved: Saved<C> },
): Send => ({
  to,
  message,
  payload,
  funds: options.funds === undefined ? Funds.none : Funds.from(options.funds),
  deadline: options.deadline,
  then: options.then,
  saved: options.saved,
})

/** A plain payment. */
export const pay = (to: Address, funds: FundsLike): Send => ({
  to,
  message: Payment,
  payload: NO_PAYLOAD,
  funds: Funds.from(funds),
  deadline: undefined,
  then: undefined,
  saved: undefined,
})

/** A plain payment of one asset; nothing is sent along when the amount is 0. */
export const payOne = (to: Address, asset: AssetId, amount: bigint): Send => pay(to, Funds.of(asset, amount))

/** A timer: `message` comes back to the actor itself, `blocks` (at least 1) blocks from now. */
export const after = <M extends AnyMessage>(blocks: number, message: M, payload: Payload<M>): Timer => ({ blocks, message, payload })

/** A new actor at `<self>/<name>`. */
export const spawn = <D extends AnyDefinition>(name: string, definition: D, params: ParamsOf<D>): Spawn => ({ name, definition, params })
