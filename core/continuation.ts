import { hashText } from "./address.ts"
import { Struct, type Codec, type Fields, type Values } from "./codec.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"
import type { AnyMessage, Reply } from "./message.ts"

/** Where an actor goes on when a request ends: data, so that a world can be stored while the request is under way. */
export interface Continuation<
  Name extends string = string,
  M extends AnyMessage = AnyMessage,
  S extends Fields = Fields,
  F extends readonly AnyFailureClass[] = readonly AnyFailureClass[],
> {
  readonly name: Name
  readonly of: M
  readonly saved: Codec<Values<S>>
  readonly failures: F
  /** 32-bit hash of the name; stands for the continuation in headers. */
  readonly code: number
}

export type AnyContinuation = Continuation<string, any, any, readonly AnyFailureClass[]>
export type Saved<C extends AnyContinuation> = C extends Continuation<any, any, infer S, any> ? Values<S> : never

/** How a request ended. The refund is already in the actor's balance when the continuation runs. */
export type Outcome<M extends AnyMessage = AnyMessage> =
  | { readonly _tag: "Success"; readonly reply: Reply<M> }
  | { readonly _tag: "Failed"; readonly reason: Failure; readonly refund: Funds }

export const Continuation = {
  /** Declares a continuation of requests `of` one message type, with the fields that the actor saves for it. */
  make<const Name extends string, M extends AnyMessage, S extends Fields = {}, const F extends readonly AnyFailureClass[] = []>(
    name: Name,
    declaration: { readonly of: M; readonly saved?: S; readonly failures?: F },
  ): Continuation<Name, M, S, F> {
    return { name, of: declaration.of, saved: Struct(declaration.saved ?? {}) as never, failures: (declaration.failures ?? []) as F, code: hashText(name) }
  },
}
