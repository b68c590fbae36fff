import { hashText } from "./address.ts"
import { Struct, type Codec, type Fields, type Values } from "./codec.ts"

/** Something that an actor tells the outside world. Events are on receipts; no actor reads them. */
export interface Event<Name extends string = string, F extends Fields = Fields> {
  readonly name: Name
  readonly codec: Codec<Values<F>>
  /** 32-bit hash of the name; stands for the event in headers. */
  readonly code: number
  make(fields: Values<F>): Emitted<this>
}

export type AnyEvent = Event<string, any>

/** One event as it was emitted. */
export interface Emitted<E extends AnyEvent = AnyEvent> {
  readonly event: E
  readonly fields: E extends Event<any, infer F> ? Values<F> : never
}

export const Event = {
  /** Declares an event type. The name is unique in a program: `protocol/PastTense`. */
  make<const Name extends string, F extends Fields>(name: Name, fields: F): Event<Name, F> {
    const event: Event<Name, F> = {
      name,
      codec: Struct(fields),
      code: hashText(name),
      make: (values) => ({ event, fields: values }) as Emitted<any>,
    }
    return event
  },
}
