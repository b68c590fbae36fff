/**
 * The test actors' behaviour as plain data. A message carries a little program, and the actor that handles it runs the program:
 * so one random world exercises every rule of the model, and both the engine and the interpreter can run it.
 * Nothing here knows either of them.
 */

// --- What a program says ---------------------------------------------------------------------------------------------

/** Programs travel as JSON text (`JSON.stringify`), nested ones inside; amounts are decimal strings in smallest units. */
export type Program = readonly Instruction[]

/** An address or asset in a program may begin with `~`, the actor itself, or `^`, the sender: `~/c0`, `~:gold`. */
export type Word = string

/** Amounts by asset, as decimal strings. */
export type Amounts = { readonly [asset: Word]: string }

/** What a message to another actor consists of; `deadline` is in blocks from now. */
interface Letter {
  readonly to: Word
  readonly type: MessageType
  readonly funds: Amounts
  readonly program: Program
  readonly deadline?: number
}

export type Instruction =
  | ({ readonly do: "send" } & Letter)
  | ({ readonly do: "request"; readonly success: Program; readonly failure: Program } & Letter)
  /** Pays the balance divided by `divisor`, rounded down. */
  | { readonly do: "share"; readonly to: Word; readonly asset: Word; readonly divisor: string }
  | { readonly do: "timer"; readonly blocks: number; readonly type: typeof DO | typeof TICK | typeof UNKNOWN; readonly program: Program }
  | { readonly do: "spawn"; readonly name: string; readonly kind: string }
  | { readonly do: "mint"; readonly asset: Word; readonly amount: string }
  | { readonly do: "burn"; readonly asset: Word; readonly amount: string }
  | { readonly do: "event"; readonly note: number }
  | { readonly do: "publish"; readonly value: string }
  /** Reads the view of an actor into the checksum. */
  | { readonly do: "read"; readonly address: Word }
  /** Reads the own balance, and the supply, of an asset into the checksum. */
  | { readonly do: "observe"; readonly asset: Word }
  /** Deletes an entry of `received`. */
  | { readonly do: "forget"; readonly asset: Word }
  /** Keeps the program that the `bounced` handler runs. */
  | { readonly do: "onBounce"; readonly program: Program }
  /** Does a harmless thing `count` times, to reach the limit of one handling. */
  | { readonly do: "flood"; readonly what: "sends" | "events" | "spawns" | "timers"; readonly count: number; readonly to: Word }
  /** Returns `Declined`; in a `bounced` handler, which declares no failures, throws `OutOfRange`. */
  | { readonly do: "fail"; readonly code: number }
  /** Throws `OutOfRange`, as checked arithmetic does. */
  | { readonly do: "outOfRange" }
  /** Does something that no handler may do; see `Defect`. */
  | { readonly do: "break"; readonly how: Defect }

/**
 * How a handler breaks its promises. What else the program did is dropped: the step holds the broken part only.
 * `throw`: an `Error`. `missingReply`: a step without the reply that the message declares (`throw` where it declares none).
 * `undeclaredFailure`: a failure that the message does not declare. `badPayload`: a send whose payload does not fit its message.
 * `timerNow`: a timer of 0 blocks. `negativeMint`: a mint of -1 of an own asset, which the model refuses as `OutOfRange`; all others are `Defective`.
 */
export type Defect = "throw" | "missingReply" | "undeclaredFailure" | "badPayload" | "negativeMint" | "timerNow"
export const DEFECTS: readonly Defect[] = ["throw", "missingReply", "undeclaredFailure", "badPayload", "negativeMint", "timerNow"]

// --- Messages --------------------------------------------------------------------------------------------------------

/** Payload `{ program }`, reply `{ checksum }`, failure `Declined`. */
export const DO = "script/Do"
/** Payload `{ program }`, no reply, failure `Declined`. */
export const TICK = "script/Tick"
/** Payload `{ program }`, no reply. Declared, but no actor handles it. */
export const UNKNOWN = "script/Unknown"
/** Payload `{}`, no reply; accounts and some script actors handle it. */
export const PAYMENT = "core/Payment"
export const MESSAGE_TYPES = [DO, TICK, UNKNOWN, PAYMENT] as const
export type MessageType = (typeof MESSAGE_TYPES)[number]

export type Payload = { readonly program?: string }
/** The event `script/Noted`, with its only field. */
export type Noted = { readonly note: number }
export type Reply = { readonly checksum: number }
/** The view `script/View`. */
export type View = { readonly value: bigint }

/** One continuation for each message type, named `<type>.ended`, with these saved fields and the failure `Declined`. */
export interface Continuation {
  readonly name: string
  readonly saved: { readonly success: string; readonly failure: string }
}

/** A typed refusal as data: its tag and those fields that the model fixes (not, for instance, an error's words). */
export interface Refusal {
  readonly tag: string
  readonly fields: { readonly [name: string]: string | number | bigint }
}

/** The failure that DO, TICK and all continuations declare. */
export const DECLINED = "script/Declined"

// --- Kinds of actors -------------------------------------------------------------------------------------------------

export interface Kind {
  readonly name: string
  /** Messages handled per block. */
  readonly capacity: number
  readonly handles: readonly MessageType[]
  /** Those that it handles all together, after the others; no part of `handles`. */
  readonly batches: readonly MessageType[]
  /** Those of `handles` that the engine's definition can also handle in series; to the interpreter there is no such thing. */
  readonly series: readonly MessageType[]
  /** Whether there is a `bounced` handler, and what it does: run the kept program, or send everything again to where it came back from. */
  readonly bounced: "program" | "resend" | undefined
  /** Whether it publishes `published` as its view. */
  readonly publishes: boolean
}

export const ACCOUNT = "core/Account"

export const KINDS: readonly Kind[] = [
  { name: ACCOUNT, capacity: Infinity, handles: [PAYMENT], batches: [], series: [], bounced: undefined, publishes: false },
  { name: "script/Open", capacity: Infinity, handles: [DO, TICK, PAYMENT], batches: [], series: [DO, TICK, PAYMENT], bounced: undefined, publishes: true },
  { name: "script/Single", capacity: 1, handles: [DO, TICK, PAYMENT], batches: [], series: [], bounced: "program", publishes: true },
  { name: "script/Pair", capacity: 2, handles: [DO, TICK], batches: [], series: [DO], bounced: "resend", publishes: false },
  { name: "script/Mender", capacity: Infinity, handles: [DO, TICK], batches: [], series: [TICK], bounced: "program", publishes: true },
  { name: "script/Hall", capacity: Infinity, handles: [PAYMENT], batches: [DO, TICK], series: [], bounced: undefined, publishes: true },
  { name: "script/Booth", capacity: 3, handles: [TICK, PAYMENT], batches: [DO], series: [PAYMENT], bounced: "program", publishes: false },
]

export const SCRIPT_KINDS: readonly string[] = KINDS.slice(1).map(({ name }) => name)

export const kindOf = (name: string): Kind => {
  const kind = KINDS.find((candidate) => candidate.name === name)
  if (kind === undefined) throw new TypeError(`no kind of actor is called ${name}`)
  return kind
}

// --- What an actor is given, and what it answers ---------------------------------------------------------------------

export type Funds = { readonly [asset: string]: bigint }

/** A script actor's state; every field is a count below 2^53, an amount, a text, or (`received`) a table of amounts by asset. */
export interface State {
  /** Folds in everything that the actor ever saw: two actors that saw the same things in the same order agree. */
  readonly checksum: number
  readonly handled: number
  /** Requests without an end so far. */
  readonly pending: number
  /** Funds received, modulo 2^128, by asset. */
  readonly received: Funds
  readonly published: bigint
  /** What the `bounced` handler runs. */
  readonly program: string
}

/** The state at birth; `create` takes no parameters. Accounts have no state: `undefined` in the interpreter, `{}` in the engine. */
export const INITIAL_STATE: State = { checksum: 0, handled: 0, pending: 0, received: {}, published: 0n, program: "[]" }

/** Why a handler runs. */
export type Input =
  | { readonly on: "message"; readonly type: MessageType; readonly payload: Payload }
  | { readonly on: "reply"; readonly then: Continuation; readonly reply: Reply | undefined }
  | { readonly on: "failed"; readonly then: Continuation; readonly reason: string; readonly refund: Funds }
  | { readonly on: "bounced"; readonly type: MessageType; readonly payload: Payload; readonly reason: string; readonly refund: Funds; readonly by: string }

/** What a handler may know: the engine's context in plain words. */
export interface Environment {
  readonly self: string
  readonly sender: string
  readonly id: string
  readonly funds: Funds
  readonly height: number
  readonly time: number
  readonly balance: (asset: string) => bigint
  readonly supply: (asset: string) => bigint
  readonly view: (address: string) => View | undefined
  /** Told of each instruction that runs; for coverage. */
  readonly trace?: ((instruction: string) => void) | undefined
}

export interface Send {
  readonly to: string
  readonly type: MessageType
  readonly payload: Payload
  /** May contain zeros, which mean nothing. */
  readonly funds: Funds
  readonly deadline: number | undefined
  readonly then: Continuation | undefined
}

export interface Step {
  readonly state: State | undefined
  readonly reply: Reply | undefined
  readonly sends: readonly Send[]
  readonly events: readonly Noted[]
  readonly mints: Funds
  readonly burns: Funds
  readonly spawns: readonly { readonly name: string; readonly kind: string }[]
  readonly timers: readonly { readonly blocks: number; readonly type: MessageType; readonly payload: Payload }[]
}

/** Exactly one of three. A `failure` with the tag `core/OutOfRange` is thrown, any other returned. */
export type Result = { readonly step: Step } | { readonly failure: Refusal } | { readonly defect: Defect }

// --- The behaviour ---------------------------------------------------------------------------------------------------

export const continuationOf = (type: MessageType): string => `${type}.ended`

/** What a script actor (or an account) does with one input. Pure. */
export const behave = (kind: Kind, state: State | undefined, input: Input, env: Environment): Result => {
  if (state === undefined) return { step: { ...NOTHING, state } }
  const seen = look(state, input, env)
  switch (input.on) {
    case "message":
      return input.type === PAYMENT ? { step: { ...NOTHING, state: seen } } : run(seen, parse(input.payload), env, input.type)
    case "reply":
      return run(seen, JSON.parse(input.then.saved.success) as Program, env, "continuation")
    case "failed":
      return run(seen, JSON.parse(input.then.saved.failure) as Program, env, "continuation")
    case "bounced":
      if (kind.bounced === "program") return run(seen, JSON.parse(seen.program) as Program, env, "bounced")
      env.trace?.("resend")
      return { step: { ...NOTHING, state: seen, sends: [{ to: input.by, type: input.type, payload: input.payload, funds: input.refund, deadline: undefined, then: undefined }] } }
  }
}

/** One message of a batch. */
export interface Called {
  readonly id: string
  readonly sender: string
  readonly payload: Payload
  readonly funds: Funds
}

/** A batch's calls in their order: each runs its program on the state that the ones before it left; a refused one leaves none. */
export const behaveTogether = (kind: Kind, state: State, type: MessageType, calls: readonly Called[], env: Omit<Environment, "id" | "sender" | "funds">): readonly Result[] => {
  let left = state
  return calls.map(({ id, sender, payload, funds }) => {
    const result = behave(kind, left, { on: "message", type, payload }, { ...env, id, sender, funds })
    if ("step" in result) left = result.step.state as State
    return result
  })
}

const NOTHING: Step = { state: undefined, reply: undefined, sends: [], events: [], mints: {}, burns: {}, spawns: [], timers: [] }

/** The state after having seen an input, before any program runs. */
const look = (state: State, input: Input, env: Environment): State => {
  const received: Record<string, bigint> = { ...state.received }
  for (const [asset, amount] of entries(env.funds)) received[asset] = ((received[asset] ?? 0n) + amount) % 2n ** 128n
  return {
    ...state,
    received,
    handled: state.handled + 1,
    pending: state.pending - (input.on === "reply" || input.on === "failed" ? 1 : 0),
    checksum: fold(state.checksum, env.id, env.self, env.sender, env.height, env.time, text(env.funds), input.on, JSON.stringify(summary(input))),
  }
}

const summary = (input: Input): unknown => {
  switch (input.on) {
    case "message":
      return [input.type, input.payload]
    case "reply":
      return [input.then, input.reply?.checksum ?? "no reply"]
    case "failed":
      return [input.then, input.reason, text(input.refund)]
    case "bounced":
      return [input.type, input.payload, input.reason, text(input.refund), input.by]
  }
}

/** Runs a program in the role of a message's handler, a continuation or the `bounced` handler. */
const run = (seen: State, program: Program, env: Environment, role: MessageType | "continuation" | "bounced"): Result => {
  let state = seen
  const sends: Send[] = []
  const events: Noted[] = []
  const mints: Record<string, bigint> = {}
  const burns: Record<string, bigint> = {}
  const spawns: { name: string; kind: string }[] = []
  const timers: { blocks: number; type: MessageType; payload: Payload }[] = []
  const note = (...words: readonly unknown[]): void => {
    state = { ...state, checksum: fold(state.checksum, ...words) }
  }
  for (const instruction of program) {
    env.trace?.(instruction.do === "break" ? `break ${instruction.how}` : instruction.do)
    switch (instruction.do) {
      case "send":
        sends.push(letter(instruction, env, undefined))
        break
      case "request": {
        const saved = { success: JSON.stringify(instruction.success), failure: JSON.stringify(instruction.failure) }
        sends.push(letter(instruction, env, { name: continuationOf(instruction.type), saved }))
        state = { ...state, pending: state.pending + 1 }
        break
      }
      case "share": {
        const asset = resolve(instruction.asset, env)
        const funds = { [asset]: env.balance(asset) / BigInt(instruction.divisor) }
        sends.push({ to: resolve(instruction.to, env), type: PAYMENT, payload: {}, funds, deadline: undefined, then: undefined })
        break
      }
      case "timer":
        timers.push({ blocks: instruction.blocks, type: instruction.type, payload: payloadOf(instruction.type, instruction.program) })
        break
      case "spawn":
        spawns.push({ name: instruction.name, kind: instruction.kind })
        break
      case "mint":
      case "burn": {
        const amounts = instruction.do === "mint" ? mints : burns
        const asset = resolve(instruction.asset, env)
        amounts[asset] = (amounts[asset] ?? 0n) + BigInt(instruction.amount)
        // A sum above the largest amount would be a malformed step rather than a refused one.
        if (amounts[asset] > AMOUNT_MAX) amounts[asset] = AMOUNT_MAX
        break
      }
      case "event":
        events.push({ note: instruction.note })
        break
      case "publish":
        state = { ...state, published: BigInt(instruction.value) }
        break
      case "read":
        note("read", env.view(resolve(instruction.address, env))?.value ?? "nothing")
        break
      case "observe":
        note("observe", env.balance(resolve(instruction.asset, env)), env.supply(resolve(instruction.asset, env)))
        break
      case "forget": {
        const { [resolve(instruction.asset, env)]: _, ...received } = state.received
        state = { ...state, received }
        break
      }
      case "onBounce":
        state = { ...state, program: JSON.stringify(instruction.program) }
        break
      case "flood":
        for (let index = 0; index < instruction.count; index++) {
          const payload = { program: "[]" }
          if (instruction.what === "sends") sends.push({ to: resolve(instruction.to, env), type: DO, payload, funds: {}, deadline: undefined, then: undefined })
          if (instruction.what === "events") events.push({ note: index })
          if (instruction.what === "spawns") spawns.push({ name: `f${index}`, kind: "script/Open" })
          if (instruction.what === "timers") timers.push({ blocks: 1 + index, type: TICK, payload })
        }
        break
      case "fail":
        return { failure: role === "bounced" ? OUT_OF_RANGE : { tag: DECLINED, fields: { code: instruction.code } } }
      case "outOfRange":
        return { failure: OUT_OF_RANGE }
      case "break":
        return { defect: instruction.how === "missingReply" && role !== DO ? "throw" : instruction.how }
    }
  }
  return { step: { state, reply: role === DO ? { checksum: state.checksum } : undefined, sends, events, mints, burns, spawns, timers } }
}

/** Largest amount, in smallest units. */
export const AMOUNT_MAX = 2n ** 256n - 1n

/** Its fields, an operation's name and a value, are the engine's own words and are not compared. */
export const OUT_OF_RANGE: Refusal = { tag: "core/OutOfRange", fields: {} }

const letter = (instruction: Letter, env: Environment, then: Continuation | undefined): Send => {
  const funds: Record<string, bigint> = {}
  for (const [asset, amount] of Object.entries(instruction.funds)) funds[resolve(asset, env)] = BigInt(amount)
  return {
    to: resolve(instruction.to, env),
    type: instruction.type,
    payload: payloadOf(instruction.type, instruction.program),
    funds,
    deadline: instruction.deadline === undefined ? undefined : Math.max(0, env.height + instruction.deadline),
    then,
  }
}

export const payloadOf = (type: MessageType, program: Program): Payload => (type === PAYMENT ? {} : { program: JSON.stringify(program) })

const parse = (payload: Payload): Program => JSON.parse(payload.program ?? "[]") as Program

const resolve = (word: Word, env: Environment): string =>
  word.startsWith("~") ? env.self + word.slice(1) : word.startsWith("^") ? env.sender + word.slice(1) : word

/** Positive amounts, ascending by asset. */
export const entries = (funds: Funds): (readonly [string, bigint])[] =>
  Object.entries(funds)
    .filter(([, amount]) => amount !== 0n)
    .sort(([left], [right]) => (left < right ? -1 : 1))

const text = (funds: Funds): string => entries(funds).map(([asset, amount]) => `${amount} ${asset}`).join(" + ")

/** 32-bit FNV-1a over the words; any function that depends on every character would do. */
const fold = (checksum: number, ...words: readonly unknown[]): number => {
  let hash = checksum ^ 0x811c9dc5
  for (const character of words.map(String).join("|")) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
