import {
  Actor, Amount, AssetId, Continuation, Count, Event, failure, List, Message, Nullable, Text, View,
  type AnyDefinition, type Bounce, type Context, type Emitted, type Outcome, type Step,
} from "../../core/index.ts"

/** An actor without a will of its own: each test says what its handlers answer. What it heard stands in its log. */

/** Returned when the test wants a refusal. */
export class Refused extends failure("test/Refused", { code: Count }, ({ code }) => `refused with code ${code}`) {}
/** Declared by nobody. */
export class Undeclared extends failure("test/Undeclared", {}, () => "nobody declared this") {}

/** Without a reply. */
export const Tell = Message.make("test/Tell", { payload: { number: Count }, failures: [Refused] })
/** With a reply. */
export const Ask = Message.make("test/Ask", { payload: { number: Count }, reply: { answer: Count }, failures: [Refused] })
/** One field of each kind that a malformed payload can miss. */
export const Order = Message.make("test/Order", { payload: { amount: Amount, asset: AssetId, memo: Nullable(Text(100_000)), parts: List(Count, 3) } })
/** Handled by no actor of a puppet's world. */
export const Unheard = Message.make("test/Unheard", { payload: {} })
export const Noted = Event.make("test/Noted", { number: Count })
export const Unlisted = Event.make("test/Unlisted", { number: Count })
export const Level = View.make("test/Level", { level: Count })
export const Answered = Continuation.make("test/Answered", { of: Ask, saved: { tag: Text(100) }, failures: [Refused] })

export interface PuppetState {
  readonly log: readonly string[]
  readonly level: number
}

type PuppetStep = Step<PuppetState> & { readonly reply?: unknown }
type Answer = PuppetStep | Refused
type Tellings = (state: PuppetState, payload: { readonly number: number }, context: Context) => Answer

export interface Behaviour {
  readonly name?: string
  readonly capacity?: number
  readonly tell?: Tellings
  readonly ask?: Tellings
  readonly order?: (state: PuppetState, payload: { readonly amount: bigint }, context: Context) => Answer
  readonly answered?: (state: PuppetState, outcome: Outcome<typeof Ask>, saved: { readonly tag: string }, context: Context) => Answer
  readonly bounced?: (state: PuppetState, bounce: Bounce, context: Context) => Answer
}

/** A state with one more line in its log. */
export const heard = (state: PuppetState, line: string): PuppetState => ({ ...state, log: [...state.log, line] })

/** A step that does nothing but to note. */
export const notes = (state: PuppetState, line: string, rest: Omit<PuppetStep, "state"> = {}): PuppetStep => ({ state: heard(state, line), ...rest })

export const noted = (number: number): Emitted<typeof Noted> => Noted.make({ number })

const tellNoted: Tellings = (state, { number }, { sender }) => notes(state, `${sender} ${number}`)
const askNoted: Tellings = (state, { number }, { sender }) => notes(state, `${sender} ${number}`, { reply: { answer: number } })
const answerNoted: NonNullable<Behaviour["answered"]> = (state, outcome, { tag }) =>
  notes(state, `${tag} ${outcome._tag === "Success" ? `answer ${outcome.reply.answer}` : outcome.reason._tag}`)

/** By default each message is noted as `sender number` and asked questions are answered with the number. No bounce handler unless given. */
export const puppet = (behaviour: Behaviour = {}): AnyDefinition =>
  Actor.make(behaviour.name ?? "test/Puppet", {
    params: { level: Count },
    state: { log: List(Text(400), 10_000), level: Count },
    messages: { Tell, Ask, Order },
    continuations: { Answered },
    events: [Noted],
    view: Level,
    ...(behaviour.capacity !== undefined && { capacity: behaviour.capacity }),
    create: ({ level }) => ({ log: [], level }),
    publish: ({ level }) => ({ level }),
    handlers: {
      Tell: (behaviour.tell ?? tellNoted) as never,
      Ask: (behaviour.ask ?? askNoted) as never,
      Order: (behaviour.order ?? ((state: PuppetState) => ({ state }))) as never,
    },
    resume: {
      Answered: (behaviour.answered ?? answerNoted) as never,
    },
    ...(behaviour.bounced !== undefined && { bounced: behaviour.bounced as never }),
  })
