import { hashText } from "./address.ts"
import { Struct, type Codec, type Fields, type Values } from "./codec.ts"
import type { AnyFailureClass } from "./failure.ts"

/** A message type: what a caller says, what it may hear back, and which refusals it must expect. */
export interface Message<
  Name extends string = string,
  P extends Fields = Fields,
  R extends Fields | undefined = Fields | undefined,
  F extends readonly AnyFailureClass[] = readonly AnyFailureClass[],
> {
  readonly name: Name
  readonly payload: Codec<Values<P>>
  readonly reply: R extends Fields ? Codec<Values<R>> : undefined
  readonly failures: F
  /** 32-bit hash of the name; stands for the type in headers. */
  readonly code: number
}

export type AnyMessage = Message<string, any, any, readonly AnyFailureClass[]>
export type Payload<M extends AnyMessage> = M extends Message<any, infer P, any, any> ? Values<P> : never
export type Reply<M extends AnyMessage> = M extends Message<any, any, infer R, any> ? (R extends Fields ? Values<R> : undefined) : never
export type FailureOf<M extends AnyMessage> = InstanceType<M["failures"][number]>

export const Message = {
  /** Declares a message type. The name is unique in a program: `protocol/Verb`. */
  make<const Name extends string, P extends Fields = {}, R extends Fields | undefined = undefined, const F extends readonly AnyFailureClass[] = []>(
    name: Name,
    declaration: { readonly payload?: P; readonly reply?: R; readonly failures?: F },
  ): Message<Name, P, R, F> {
    return {
      name,
      payload: Struct(declaration.payload ?? {}),
      reply: declaration.reply === undefined ? undefined : Struct(declaration.reply),
      failures: declaration.failures ?? [],
      code: hashText(name),
    } as unknown as Message<Name, P, R, F>
  },
}
