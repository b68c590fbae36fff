import type { Address, AssetId } from "./address.ts"
import { Struct, type Codec, type Fields, type Values } from "./codec.ts"
import type { Context } from "./context.ts"
import type { BatchHandler } from "./batch.ts"
import type { AnyContinuation, Continuation, Outcome, Saved } from "./continuation.ts"
import type { AnyEvent } from "./event.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import type { Expectations } from "./expectations.ts"
import type { Funds } from "./funds.ts"
import type { AnyMessage, FailureOf, Message, Payload, Reply } from "./message.ts"
import type { AnySeriesHandler, SeriesHandler } from "./series.ts"
import type { Step } from "./step.ts"
import type { AnyView, Published } from "./view.ts"

type ReplyPart<M extends AnyMessage> = M extends Message<any, any, infer R, any>
  ? R extends Fields ? { readonly reply: Reply<M> } : { readonly reply?: never }
  : never

/** A pure function of state, message and context. It must answer with a Step (with the reply that the message declares) or a declared failure. */
export type Handler<S, M extends AnyMessage, E extends AnyEvent> = (
  state: S,
  payload: Payload<M>,
  context: Context,
) => (Step<S, E> & ReplyPart<M>) | FailureOf<M>

/** Runs when a request that named the continuation has ended. Its own refusal leaves the state as it was; a refund stays. */
export type Resumption<S, C extends AnyContinuation, E extends AnyEvent> = C extends Continuation<any, infer M, any, infer F>
  ? (state: S, outcome: Outcome<M>, saved: Saved<C>, context: Context) => Step<S, E> | InstanceType<F[number]>
  : never

/** A message of the actor's own that came back and that named no continuation. */
export interface Bounce {
  readonly message: AnyMessage
  readonly payload: any
  readonly reason: Failure
  /** Already in the actor's balance. */
  readonly refund: Funds
  /** Where the message could not be handled. */
  readonly by: Address
}

/** An actor as an invariant sees it, between two blocks. */
export interface Observed<S> {
  readonly address: Address
  readonly state: S
  readonly balance: (asset: AssetId) => bigint
  readonly supply: (asset: AssetId) => bigint
}

/** The values that break an invariant, or undefined where it holds. `before` is the actor as of the previous block, if it lived. */
export type Invariant<S> = (actor: Observed<S>, before: Observed<S> | undefined) => { readonly [name: string]: unknown } | undefined

type Messages = { readonly [name: string]: AnyMessage }
type Continuations = { readonly [name: string]: AnyContinuation }

export interface Declaration<
  P extends Fields,
  SF extends Fields,
  M extends Messages,
  C extends Continuations,
  E extends readonly AnyEvent[],
  V extends AnyView | undefined,
  B extends Messages = {},
> extends Expectations<Values<SF>> {
  /** What `create` needs; checked before the actor comes to life. */
  readonly params: P
  readonly state: SF
  readonly messages: M
  readonly continuations?: C
  readonly events?: E
  readonly view?: V
  /** The published view of a state; runs at the end of each block in which the state changed. */
  readonly publish?: (state: Values<SF>, self: Address) => V extends AnyView ? Published<V> : never
  /** Messages handled per block; the rest stays first in line. Absent: all. */
  readonly capacity?: number
  readonly create: (params: Values<P>, self: Address) => Values<SF>
  readonly handlers: { readonly [Name in keyof M]: Handler<Values<SF>, M[Name], E[number]> }
  /** Messages that are handled together: all of one type that the actor takes in a block, after everything else that it takes. */
  readonly batched?: B
  readonly batches?: { readonly [Name in keyof B]: BatchHandler<Values<SF>, B[Name], E[number]> }
  /** Faster forms of handlers, for messages of one type that follow one another. What they say is what the handlers say. */
  readonly series?: { readonly [Name in keyof M]?: SeriesHandler<Values<SF>, M[Name], E[number]> | undefined }
  readonly resume?: { readonly [Name in keyof C]: Resumption<Values<SF>, C[Name], E[number]> }
  readonly bounced?: (state: Values<SF>, bounce: Bounce, context: Context) => Step<Values<SF>, E[number]>
  readonly invariants?: { readonly [name: string]: Invariant<Values<SF>> }
}

/** A declared actor: the value that genesis, spawns, tests and tools take. Its handlers can be called without an engine. */
export interface Definition<
  Name extends string = string,
  P extends Fields = Fields,
  SF extends Fields = Fields,
  M extends Messages = Messages,
  C extends Continuations = Continuations,
  E extends readonly AnyEvent[] = readonly AnyEvent[],
  V extends AnyView | undefined = AnyView | undefined,
  B extends Messages = Messages,
> extends Declaration<P, SF, M, C, E, V, B> {
  readonly name: Name
  readonly paramsCodec: Codec<Values<P>>
  readonly stateCodec: Codec<Values<SF>>
  /** By message declaration: how the engine finds a handler. */
  readonly routes: ReadonlyMap<AnyMessage, Handler<any, any, any>>
  readonly batchRoutes: ReadonlyMap<AnyMessage, BatchHandler<any, any, any>>
  readonly seriesRoutes: ReadonlyMap<AnyMessage, AnySeriesHandler>
  readonly resumptions: ReadonlyMap<AnyContinuation, (state: any, outcome: Outcome, saved: any, context: Context) => any>
  readonly failures: readonly AnyFailureClass[]
}

export type AnyDefinition = Definition<string, any, any, any, any, any, any, any>
export type ParamsOf<D extends AnyDefinition> = D extends Definition<any, infer P, any, any, any, any, any, any> ? Values<P> : never
export type StateOf<D extends AnyDefinition> = D extends Definition<any, any, infer SF, any, any, any, any, any> ? Values<SF> : never

export const Actor = {
  /** Declares an actor definition; every type of its handlers follows from the declaration. The name is unique in a program. */
  make<
    const Name extends string,
    P extends Fields,
    SF extends Fields,
    M extends Messages,
    C extends Continuations = {},
    const E extends readonly AnyEvent[] = readonly [],
    V extends AnyView | undefined = undefined,
    B extends Messages = {},
  >(name: Name, declaration: Declaration<P, SF, M, C, E, V, B>): Definition<Name, P, SF, M, C, E, V, B> {
    const routes = new Map<AnyMessage, Handler<any, any, any>>()
    const failures = new Set<AnyFailureClass>()
    for (const key of Object.keys(declaration.messages)) {
      const message = declaration.messages[key] as AnyMessage
      const handler = declaration.handlers[key]
      if (handler === undefined) throw new TypeError(`actor ${name} has no handler for ${key}`)
      routes.set(message, handler as Handler<any, any, any>)
      for (const declared of message.failures) failures.add(declared)
    }
    const batchRoutes = new Map<AnyMessage, BatchHandler<any, any, any>>()
    for (const [key, message] of Object.entries(declaration.batched ?? {})) {
      const handler = declaration.batches?.[key]
      if (handler === undefined) throw new TypeError(`actor ${name} has no batch handler for ${key}`)
      if (routes.has(message)) throw new TypeError(`actor ${name} handles ${key} both alone and in batches`)
      batchRoutes.set(message, handler as BatchHandler<any, any, any>)
      for (const declared of message.failures) failures.add(declared)
    }
    const seriesRoutes = new Map<AnyMessage, AnySeriesHandler>()
    for (const [key, handler] of Object.entries(declaration.series ?? {})) {
      const message = declaration.messages[key]
      if (message === undefined) throw new TypeError(`actor ${name} has a handler for a series of ${key}, but none for one`)
      if (handler !== undefined) seriesRoutes.set(message, handler as AnySeriesHandler)
    }
    const resumptions = new Map<AnyContinuation, any>()
    for (const [key, continuation] of Object.entries(declaration.continuations ?? {})) {
      const resumption = declaration.resume?.[key]
      if (resumption === undefined) throw new TypeError(`actor ${name} has no resumption for ${key}`)
      resumptions.set(continuation, resumption)
      for (const declared of [...continuation.failures, ...continuation.of.failures]) failures.add(declared)
    }
    return {
      ...declaration,
      name,
      paramsCodec: Struct(declaration.params),
      stateCodec: Struct(declaration.state),
      routes,
      batchRoutes,
      seriesRoutes,
      resumptions,
      failures: [...failures],
    }
  },
}
