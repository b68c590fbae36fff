import { Actor, Address, Bool, Integer, Message, Nullable, Payment, send, Struct, Union, type AnyDefinition, type AnyMessage, type Codec, type Fields } from "../../core/index.ts"

/** Reactions of one armed user, at most. */
const TIMES_MAX = 8

/**
 * A user that is an actor: it sends what accounts tell it to, and once armed it answers each payment (or bounce) with another message, as a
 * contract does that is called back. Its messages: `Act` sends at once, with the funds that are attached; `Arm` prepares the answer.
 *
 *     const { definition, Act, Arm } = reactiveUser("zoo03/User", [Timeout, Send])
 *     actors: [actor("mallory", definition, {})], actions: [action(Act, "mallory", { payload: { to: ["escrow"] } }), action(Arm, "mallory", ...)]
 */
export const reactiveUser = (name: string, messages: readonly AnyMessage[]): ReactiveUser => {
  const byTag = new Map(messages.map((message) => [message.name, message]))
  const said = Union(Object.fromEntries(messages.map((message) => [message.name, fieldsOf(message)]))) as Codec<Said>
  const Act = Message.make(`${name}/Act`, { payload: { to: Address, say: said } })
  const Arm = Message.make(`${name}/Arm`, { payload: { to: Address, say: said, times: Integer(1, TIMES_MAX), forward: Bool } })
  const sending = (to: Address, { _tag, ...payload }: Said, funds: Parameters<typeof send>[3]) => send(to, byTag.get(_tag) as AnyMessage, payload as never, funds)
  const Armed = Struct({ to: Address, say: said, forward: Bool, left: Integer(1, TIMES_MAX) })
  const definition = Actor.make(name, {
    params: {},
    state: { armed: Nullable(Armed) },
    messages: { Act, Arm, Payment },
    create: () => ({ armed: null }),
    handlers: {
      Act: (user, { to, say }, { funds }) => ({ state: user, sends: [sending(to, say, { funds })] }),
      Arm: (_, { to, say, times, forward }) => ({ state: { armed: { to, say, forward, left: times } } }),
      Payment: ({ armed }, _, { funds }) => {
        if (armed === null) return { state: { armed } }
        const state = { armed: armed.left === 1 ? null : { ...armed, left: armed.left - 1 } }
        return { state, sends: [sending(armed.to, armed.say, armed.forward ? { funds } : {})] }
      },
    },
    bounced: ({ armed }) => {
      if (armed === null) return { state: { armed } }
      const state = { armed: armed.left === 1 ? null : { ...armed, left: armed.left - 1 } }
      return { state, sends: [sending(armed.to, armed.say, {})] }
    },
  })
  return { definition: definition as never, Act, Arm }
}

type Said = { readonly _tag: string } & { readonly [field: string]: unknown }

export interface ReactiveUser {
  readonly definition: AnyDefinition
  readonly Act: Message<string, { readonly to: Codec<string>; readonly say: Codec<Said> }, undefined, readonly []>
  readonly Arm: Message<string, { readonly to: Codec<string>; readonly say: Codec<Said>; readonly times: Codec<number>; readonly forward: Codec<boolean> }, undefined, readonly []>
}

const fieldsOf = (message: AnyMessage): Fields => (message.payload as unknown as { readonly fields: Fields }).fields
