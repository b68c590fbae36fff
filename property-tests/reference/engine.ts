/** The engine in the words of the interpreter: the script actors as core definitions, and the engine's blocks as the interpreter's. */
import {
  Account, Actor, after, Amount, AssetId, Continuation, Count, Event, failure, Funds as CoreFunds, Message, OutOfRange, Payment, send, spawn, Table, TableOf, Text, Uint, View, World,
  type AnyContinuation, type AnyDefinition, type AnyMessage, type BatchContext, type BatchStep, type Block as CoreBlock, type BlockInput, type Bounce, type Call, type Context, type Failure,
  type Genesis as CoreGenesis, type Ordering, type Outcome, type SeriesCall, type SeriesContext, type Step as CoreStep, type Transaction as CoreTransaction, type WorldOptions,
} from "../../core/index.ts"
import type { Envelope } from "../../core/envelope.ts"
import type { Block, Change, Ended, Genesis, Inputs, Message as Letter, Receipt, TimerSet, Transaction } from "./shapes.ts"
import {
  ACCOUNT, behave, behaveTogether, continuationOf, DECLINED, DO, INITIAL_STATE, KINDS, kindOf, MESSAGE_TYPES, PAYMENT, TICK, UNKNOWN,
  type Continuation as Resumption, type Defect, type Funds, type Input, type Kind, type MessageType, type Noted, type Payload, type Refusal, type Reply, type State, type Step, type View as Shown,
} from "./script.ts"

// --- Declarations ----------------------------------------------------------------------------------------------------

export class Declined extends failure(DECLINED, { code: Count }, ({ code }) => `declined with code ${code}`) {}
class Undeclared extends failure("script/UndeclaredFailure", {}, () => "nobody declared this") {}

const Program = Text(60_000)
const Do = Message.make(DO, { payload: { program: Program }, reply: { checksum: Count }, failures: [Declined] })
const Tick = Message.make(TICK, { payload: { program: Program }, failures: [Declined] })
const Unknown = Message.make(UNKNOWN, { payload: { program: Program } })
const MESSAGES: { readonly [Type in MessageType]: AnyMessage } = { [DO]: Do, [TICK]: Tick, [UNKNOWN]: Unknown, [PAYMENT]: Payment }

const CONTINUATIONS = Object.fromEntries(
  MESSAGE_TYPES.map((type) => [
    type,
    Continuation.make(continuationOf(type), { of: MESSAGES[type], saved: { success: Program, failure: Program }, failures: [Declined] }) as AnyContinuation,
  ]),
) as { readonly [Type in MessageType]: AnyContinuation }

const NotedEvent = Event.make("script/Noted", { note: Count })
export const ShownView = View.make("script/View", { value: Amount })

const STATE = { checksum: Count, handled: Count, pending: Count, received: TableOf(AssetId, Uint(128)), published: Amount, program: Program }
type CoreState = Omit<State, "received"> & { readonly received: Table<string, bigint> }

/** The definitions by kind. Two casts of the same kinds are different values that must give the same headers. */
export type Cast = ReadonlyMap<string, AnyDefinition>

export const castOf = (kinds: readonly Kind[] = KINDS): Cast => {
  const cast = new Map<string, AnyDefinition>()
  for (const kind of kinds) cast.set(kind.name, kind.name === ACCOUNT ? Account : definitionOf(kind, cast))
  return cast
}

const definitionOf = (kind: Kind, cast: Cast): AnyDefinition => {
  const handler = (type: MessageType) => (state: CoreState, payload: Payload, context: Context) => play(kind, cast, state, { on: "message", type, payload }, context)
  const together = (type: MessageType) => (state: CoreState, calls: readonly Call[], context: BatchContext) => playTogether(kind, cast, state, type, calls, context)
  const inSeries = (type: MessageType) => (state: CoreState, calls: readonly SeriesCall[], context: SeriesContext) => playSeries(kind, cast, state, type, calls, context)
  const resumption = (type: MessageType) => (state: CoreState, outcome: Outcome, saved: Saved, context: Context) => {
    const then = { name: continuationOf(type), saved: savedOf(saved) }
    const input: Input =
      outcome._tag === "Success"
        ? { on: "reply", then, reply: outcome.reply as Reply | undefined }
        : { on: "failed", then, reason: outcome.reason._tag, refund: plain(outcome.refund) }
    return play(kind, cast, state, input, context)
  }
  const bounced = (state: CoreState, { message, payload, reason, refund, by }: Bounce, context: Context) =>
    play(kind, cast, state, { on: "bounced", type: message.name as MessageType, payload: payload as Payload, reason: reason._tag, refund: plain(refund), by }, context)
  const declaration = {
    params: {},
    state: STATE,
    messages: Object.fromEntries(kind.handles.map((type) => [type, MESSAGES[type]])),
    continuations: CONTINUATIONS,
    events: [NotedEvent],
    create: () => toCore(INITIAL_STATE, Table.empty<string, bigint>()),
    handlers: Object.fromEntries(kind.handles.map((type) => [type, handler(type)])),
    series: Object.fromEntries(kind.series.map((type) => [type, inSeries(type)])),
    batched: Object.fromEntries(kind.batches.map((type) => [type, MESSAGES[type]])),
    batches: Object.fromEntries(kind.batches.map((type) => [type, together(type)])),
    resume: Object.fromEntries(MESSAGE_TYPES.map((type) => [type, resumption(type)])),
    ...(kind.capacity !== Infinity && { capacity: kind.capacity }),
    ...(kind.bounced !== undefined && { bounced }),
    ...(kind.publishes && { view: ShownView, publish: ({ published }: CoreState) => ({ value: published }) }),
  }
  return Actor.make(kind.name, declaration as never) as unknown as AnyDefinition
}

// --- One handling ----------------------------------------------------------------------------------------------------

type Saved = Resumption["saved"]
/** In this order of fields: a stored world does not keep the order in which they were written, and the script looks at their text. */
const savedOf = ({ success, failure }: Saved): Saved => ({ success, failure })

const plain = (funds: CoreFunds): Funds => Object.fromEntries(funds)

const toCore = (state: State, received: Table<string, bigint>): CoreState => {
  let table = received
  for (const asset of received.keys()) if (state.received[asset] === undefined) table = table.delete(asset)
  for (const [asset, amount] of Object.entries(state.received)) if (table.get(asset) !== amount) table = table.set(asset, amount)
  return { ...state, received: table }
}

const fromCore = (state: CoreState): State => ({ ...state, received: Object.fromEntries(state.received.entries()) })

const play = (kind: Kind, cast: Cast, before: CoreState, input: Input, context: Context): unknown => {
  const { self, sender, id, height, time, balance, supply } = context
  const result = behave(kind, fromCore(before), input, {
    self, sender, id, height, time, balance, supply, funds: plain(context.funds), view: (address) => context.view(ShownView, address),
  })
  if ("step" in result) return stepOf(result.step, before, cast)
  if ("defect" in result) return broken(result.defect, before, self, input.on === "message" && input.type === DO)
  if (result.failure.tag === DECLINED) return new Declined({ code: result.failure.fields["code"] as number })
  throw new OutOfRange({ operation: "script", value: -1n })
}

const playTogether = (kind: Kind, cast: Cast, before: CoreState, type: MessageType, calls: readonly Call[], context: BatchContext): BatchStep<CoreState, AnyMessage> => {
  const { self, height, time, balance, supply } = context
  const called = calls.map(({ id, sender, payload, funds }) => ({ id, sender, payload: payload as Payload, funds: plain(funds) }))
  const env = { self, height, time, balance, supply, view: (address: string) => context.view(ShownView, address) }
  let state = before
  const answers = behaveTogether(kind, fromCore(before), type, called, env).map((result) => {
    if ("failure" in result && result.failure.tag !== DECLINED) throw new OutOfRange({ operation: "script", value: -1n })
    if ("failure" in result) return new Declined({ code: result.failure.fields["code"] as number })
    const step = ("defect" in result ? broken(result.defect, state, self, type === DO) : stepOf(result.step, state, cast)) as CoreStep<CoreState>
    if (step instanceof Undeclared) return step
    const { state: left, ...answer } = step
    state = left
    return answer
  })
  return { state, answers: answers as never }
}

/** Each call on the state and the balances that the ones before it left; undefined where one of them is more than a series may be. */
const playSeries = (
  kind: Kind, cast: Cast, before: CoreState, type: MessageType, calls: readonly SeriesCall[], context: SeriesContext,
): BatchStep<CoreState, AnyMessage> | undefined => {
  const { self, height, time, supply } = context
  const moved = new Map<string, bigint>()
  const move = (funds: CoreFunds, sign: bigint): void => {
    for (const [asset, amount] of funds) moved.set(asset, (moved.get(asset) ?? 0n) + sign * amount)
  }
  const balance = (asset: string): bigint => context.balance(asset) + (moved.get(asset) ?? 0n)
  const env = { self, height, time, balance, supply, view: (address: string) => context.view(ShownView, address) }
  const answers: unknown[] = []
  let state = before
  for (const { id, sender, payload, funds } of calls) {
    move(funds, 1n)
    const result = behave(kind, fromCore(state), { on: "message", type, payload: payload as Payload }, { ...env, id, sender, funds: plain(funds) })
    if ("failure" in result && result.failure.tag === DECLINED) {
      move(funds, -1n)
      answers.push(new Declined({ code: result.failure.fields["code"] as number }))
      continue
    }
    if (!("step" in result)) return undefined
    const { spawns, timers, mints, burns } = result.step
    if (spawns.length + timers.length + Object.keys(mints).length + Object.keys(burns).length > 0) return undefined
    const { state: left, reply, sends = [], events } = stepOf(result.step, state, cast)
    for (const sent of sends) move(sent.funds, -1n)
    answers.push({ sends, events, ...(reply !== undefined && { reply }) })
    state = left
  }
  return { state, answers: answers as never }
}

const stepOf = (step: Step, before: CoreState, cast: Cast): CoreStep<CoreState> & { readonly reply?: Reply } => ({
  state: toCore(step.state as State, before.received),
  ...(step.reply !== undefined && { reply: step.reply }),
  sends: step.sends.map(({ to, type, payload, funds, deadline, then }) => ({
    to, message: MESSAGES[type], payload, funds: CoreFunds.from(funds), deadline, then: then === undefined ? undefined : CONTINUATIONS[type], saved: then?.saved,
  })),
  events: step.events.map((noted) => NotedEvent.make(noted)) as never,
  mints: step.mints,
  burns: step.burns,
  spawns: step.spawns.map(({ name, kind }) => spawn(name, cast.get(kind) as AnyDefinition, {} as never)),
  timers: step.timers.map(({ blocks, type, payload }) => after(blocks, MESSAGES[type], payload as never)),
})

/** The broken part only; all the rest of the step is in order. */
const broken = (defect: Defect, state: CoreState, self: string, replies: boolean): unknown => {
  const whole = replies ? { state, reply: { checksum: 0 } } : { state }
  switch (defect) {
    case "throw":
      throw new Error("a broken script")
    case "missingReply":
      return { state }
    case "undeclaredFailure":
      return new Undeclared()
    case "badPayload":
      return { ...whole, sends: [send(self, Do, { program: 5 } as never)] }
    case "negativeMint":
      return { ...whole, mints: { [`${self}:gold`]: -1n } }
    case "timerNow":
      return { ...whole, timers: [after(0, Tick, { program: "[]" })] }
  }
}

// --- Worlds and inputs -----------------------------------------------------------------------------------------------

const CAST = castOf()
/** Constructed in the opposite order. */
const OTHER_CAST = castOf([...KINDS].reverse())

export interface Options {
  readonly ordering?: Ordering
  /** Whether everything in the genesis is listed in the opposite order, and the definitions constructed so. */
  readonly reversed?: boolean
  /** Called at the door for each transaction that has its form. */
  readonly authenticate?: () => void
}

export const worldOf = (genesis: Genesis, options: Options = {}): World => World.make(...genesisOf(genesis, options))

/** What a world is made of. */
export const genesisOf = (genesis: Genesis, { ordering, reversed = false, authenticate }: Options = {}): [CoreGenesis, WorldOptions] => {
  const cast = reversed ? OTHER_CAST : CAST
  const turn = <T>(list: readonly T[]): readonly T[] => (reversed ? [...list].reverse() : list)
  const funds = (balances: Funds): Funds => Object.fromEntries(turn(Object.entries(balances)))
  return [
    {
      accounts: turn(genesis.actors.filter(({ kind }) => kind === ACCOUNT)).map(({ address, balances }) => [address, funds(balances)] as const),
      actors: turn(genesis.actors.filter(({ kind }) => kind !== ACCOUNT)).map(({ address, kind, balances }) => ({
        address, definition: cast.get(kind) as AnyDefinition, params: {}, balances: funds(balances),
      })),
      definitions: turn([...cast.values()]),
      time: genesis.time,
      blockSeconds: genesis.blockSeconds,
      limits: Object.fromEntries(turn(Object.entries(genesis.limits))),
      ordering,
    },
    { strict: !reversed, authenticate: authenticate === undefined ? undefined : () => (authenticate(), undefined) },
  ]
}

export const restore = (snapshot: Uint8Array): World => World.restore([...OTHER_CAST.values()], snapshot)

/** A message type that no actor of the world knows. */
const strangers = new Map<string, AnyMessage>()
const messageOf = (type: string): AnyMessage => {
  const known = MESSAGES[type as MessageType] ?? strangers.get(type)
  if (known !== undefined) return known
  const stranger = Message.make(type, { payload: { program: Program } })
  strangers.set(type, stranger)
  return stranger
}

export const transactionOf = ({ from, nonce, to, type, payload, funds, deadline }: Transaction): CoreTransaction => ({
  from, nonce, to, message: messageOf(type), payload, funds, deadline,
})

export const stepWorld = (world: World, { transactions, time, open }: Inputs): CoreBlock =>
  world.step(transactions.map(transactionOf), { ...(time !== undefined && { time }), ...(open !== undefined && { open }) } satisfies BlockInput)

// --- Blocks in the interpreter's words -------------------------------------------------------------------------------

/** The fields that the model fixes; all others are the engine's own words. */
const FIELDS: { readonly [tag: string]: readonly string[] } = {
  [DECLINED]: ["code"],
  "core/Defective": [],
  "core/Expired": ["deadline"],
  "core/HopLimit": ["maximum"],
  "core/InsufficientBalance": ["address", "asset", "available", "needed"],
  "core/InsufficientFunds": ["asset", "available", "needed"],
  "core/InvalidTransaction": ["field"],
  "core/LimitReached": ["limit", "maximum"],
  "core/MailboxFull": ["maximum"],
  "core/NonceMismatch": ["address", "expected", "given"],
  "core/NoSuchActor": ["address"],
  "core/NotIssuer": ["asset"],
  "core/OutOfRange": [],
  "core/SpawnRefused": ["address"],
  "core/UnknownAccount": ["address"],
  "core/UnknownAsset": ["asset"],
  "core/UnknownMessage": ["type"],
}

const refusalOf = (failed: Failure): Refusal => {
  const names = FIELDS[failed._tag]
  if (names === undefined) throw new Error(`no rule of the model gives ${failed._tag}`)
  const fields = Object.fromEntries(names.map((name) => [name, (failed as unknown as Refusal["fields"])[name] as string]))
  if (failed._tag !== "core/InvalidTransaction") return { tag: failed._tag, fields }
  const field = (fields["field"] as string).split(".")[0] as string
  return { tag: failed._tag, fields: { field: field === "message" ? "type" : field } }
}

const letterOf = (envelope: Envelope, { id, kind, from, to, type, payload, funds, cause, hop, deadline, reason, parent }: CoreBlock["sent"][number]): Letter => ({
  id, kind, from, to, hop, deadline, parent,
  type: type as MessageType,
  payload: payload as Payload,
  funds: plain(funds),
  cause: [cause.block, cause.index],
  then: envelope.then === undefined ? undefined : { name: envelope.then.name, saved: savedOf(envelope.saved) },
  reason: reason === undefined ? undefined : refusalOf(reason),
})

const endedOf = ({ id, kind, from, to, type, end, refusal, events, reply }: CoreBlock["ended"][number]): Ended => {
  const why = refusal === undefined ? undefined : refusalOf(refusal)
  return {
    id, kind, from, to,
    type: type as MessageType,
    outcome: end,
    reason: end === "handled" ? undefined : why,
    handlerFailure: end === "handled" ? why : undefined,
    events: events.map(({ fields }) => fields as unknown as Noted),
    reply: reply as Reply | undefined,
  }
}

const byAddress = (left: { readonly to: string }, right: { readonly to: string }): number => (left.to < right.to ? -1 : left.to > right.to ? 1 : 0)

/** What the changes of all blocks so far make of an actor. */
export interface Shadow {
  kind: string
  nonce: number
  sequence: number
  balances: Record<string, bigint>
  state: State | undefined
  view: Shown | undefined
}

/** Follows a world by nothing but the changes that its blocks list. */
export class Follower {
  readonly shadows = new Map<string, Shadow>()

  constructor(genesis: Genesis) {
    for (const { address, kind, balances } of genesis.actors) {
      const held = Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount > 0n))
      const state = kind === ACCOUNT ? undefined : INITIAL_STATE
      this.shadows.set(address, { kind, nonce: 0, sequence: 0, balances: held, state, view: kindOf(kind).publishes ? { value: INITIAL_STATE.published } : undefined })
    }
  }

  /** The block in the interpreter's words; the world must still stand at it. */
  read(block: CoreBlock): Block {
    const receipts = block.receipts.map((receipt): Receipt =>
      receipt.status === "refused" ? { status: "refused", reason: refusalOf(receipt.refusal) } : { status: "admitted", id: receipt.id })
    const { sent, raw } = block
    return {
      height: block.height,
      time: block.header.time,
      receipts,
      ended: block.ended.map(endedOf).sort(byAddress),
      sent: sent.map((record, index) => letterOf(raw.reconciled[index] as Envelope, record)),
      changes: block.changes.map((change) => this.#follow(change)),
    }
  }

  #follow({ address, born, nonce, sequence, balances = {}, state, view, timers = [] }: CoreBlock["changes"][number]): Change {
    const shadow = this.shadows.get(address) ?? { kind: born ?? "nobody", nonce: 0, sequence: 0, balances: {}, state: undefined, view: undefined }
    this.shadows.set(address, shadow)
    if (nonce !== undefined) shadow.nonce = nonce
    if (sequence !== undefined) shadow.sequence = sequence
    for (const [asset, amount] of Object.entries(balances)) {
      if (amount === 0n) delete shadow.balances[asset]
      else shadow.balances[asset] = amount
    }
    const stateNow = state === undefined || shadow.kind === ACCOUNT ? undefined : fromCore(state as CoreState)
    if (stateNow !== undefined) shadow.state = stateNow
    if (view !== undefined) shadow.view = view as Shown
    return {
      address, born,
      nonce: shadow.nonce,
      sequence: shadow.sequence,
      balances: Object.entries(balances),
      state: stateNow,
      view: view as Shown | undefined,
      timers: timers.map(({ due, message }): TimerSet => ({ id: message.id, due, type: message.type as MessageType, payload: message.payload as Payload })),
    }
  }
}

/** Every actor as the world itself tells. */
export const shadowsOf = (world: World): ReadonlyMap<string, Shadow> =>
  new Map(
    world.addresses.map((address) => {
      const definition = world.definitionOf(address)
      const kind = definition.name
      return [address, {
        kind,
        nonce: world.nonce(address),
        sequence: world.sequence(address),
        balances: Object.fromEntries(world.balances(address)),
        state: kind === ACCOUNT ? undefined : fromCore(world.state(definition, address) as CoreState),
        view: world.view(ShownView, address),
      }]
    }),
  )
