import type { AnyDefinition } from "./actor.ts"
import { interned, internedFields, isAddress, isAssetId, isChildName, issuerOf, type Address } from "./address.ts"
import { Cell, type Asset, type Holding } from "./cell.ts"
import type { Codec } from "./codec.ts"
import { BOUNCE, CALL, Envelope, fromAsParent, NO_DEADLINE, REPLY, sequenceAsParent, TIMER } from "./envelope.ts"
import type { AnyEvent, Emitted } from "./event.ts"
import { DefectFound } from "./defect.ts"
import { Failure, InsufficientFunds, LimitReached, NotIssuer, OutOfRange, SpawnRefused } from "./failure.ts"
import { deepFreeze } from "./freeze.ts"
import { Funds } from "./funds.ts"
import { remember, type Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import { payPlainly } from "./payments.ts"
import type { AnyMessage } from "./message.ts"
import { clip, show } from "./show.ts"
import { NO_PAYLOAD, Payment, type Send, type Spawn, type Step, type Timer } from "./step.ts"

type AnyStep = Step<any> & { readonly reply?: unknown }

/**
 * Makes a handler's answer true, all of it or nothing: first its form (a malformed step is thrown as a defect), then the money in the order
 * mints, burns, sends, then spawns and timers. Returns the first failure; the caller then takes everything back.
 */
export const applyStep = (kernel: Kernel, cell: Cell, envelope: Envelope, answer: unknown): Failure | undefined => {
  const born = prepareStep(kernel, cell, envelope, answer)
  if (born instanceof Failure) return born
  const step = answer as AnyStep
  const { state } = step
  if (kernel.config.strict) deepFreeze(state)
  cell.state = state
  commitStep(kernel, cell, envelope, step, born)
  return undefined
}

/** What other answers of the same batch will have added before this one. */
export interface Ahead {
  readonly born: Cell[]
  timers: number
}

export const NOBODY: readonly Cell[] = []

/**
 * Checks a step and moves its money, which the caller can take back; gives whom it spawns, or the first failure. An answer of a batch, which has
 * others `ahead`, has no state of its own. Each field is read once, here and when the step is committed: every handler's steps have a shape of their
 * own, and where a world has more than four, each reading is a look-up by name.
 */
export const prepareStep = (kernel: Kernel, cell: Cell, envelope: Envelope, answer: unknown, ahead?: Ahead): readonly Cell[] | Failure => {
  if (typeof answer !== "object" || answer === null) throw new DefectFound(`the handler returned ${show(answer)} instead of a step or a failure`)
  const { state, sends, events, mints, burns, spawns, timers, reply } = answer as AnyStep
  checkLists(sends, events, spawns, timers, mints, burns)
  const over = countsOver(kernel, sends, events, spawns, timers)
  if (over !== undefined) return over
  if (ahead === undefined) checkState(cell, state)
  checkForm(kernel, cell, envelope, sends, events, timers, reply)

  if (mints !== undefined) {
    const refusal = mint(kernel, cell, Funds.from(mints))
    if (refusal !== undefined) return refusal
  }
  if (burns !== undefined) {
    const refusal = burn(kernel, cell, Funds.from(burns))
    if (refusal !== undefined) return refusal
  }
  if (sends !== undefined) {
    for (let index = 0; index < sends.length; index++) {
      const refusal = spend(kernel, cell, (sends[index] as Send).funds)
      if (refusal !== undefined) return refusal
    }
  }
  const born = spawns === undefined || spawns.length === 0 ? NOBODY : bear(kernel, cell, spawns, ahead)
  if (born instanceof Failure) return born
  if (timers !== undefined && timers.length > 0) {
    const { timerBlocksMax, timersMax } = kernel.config.limits
    for (let index = 0; index < timers.length; index++) {
      if ((timers[index] as Timer).blocks > timerBlocksMax) return reached("timerBlocksMax", timerBlocksMax)
      if (cell.timersPending + (ahead?.timers ?? 0) + index + 1 > timersMax) return reached("timersMax", timersMax)
    }
  }
  return born
}

/**
 * Whether an answer of a batch has its form and does no more than to reply, publish events and send; what it sends is then added to what the batch
 * pays. Throws a defect.
 */
export const isPlain = (kernel: Kernel, cell: Cell, envelope: Envelope, answer: Omit<AnyStep, "state">): boolean => {
  const { sends, events, mints, burns, spawns, timers, reply } = answer
  if (mints !== undefined || burns !== undefined || spawns !== undefined || timers !== undefined) return false
  checkLists(sends, events, undefined, undefined, undefined, undefined)
  if (countsOver(kernel, sends, events, undefined, undefined) !== undefined) return false
  checkForm(kernel, cell, envelope, sends, events, undefined, reply)
  if (sends !== undefined) for (let index = 0; index < sends.length; index++) kernel.totals.add((sends[index] as Send).funds)
  return true
}

/** Lists that are none would pass for empty ones, and what was to be sent would be lost without a word. */
const checkLists = (
  sends: AnyStep["sends"],
  events: AnyStep["events"],
  spawns: AnyStep["spawns"],
  timers: AnyStep["timers"],
  mints: AnyStep["mints"],
  burns: AnyStep["burns"],
): void => {
  if (sends !== undefined && !Array.isArray(sends)) throw malformed("sends", "a list", sends)
  if (events !== undefined && !Array.isArray(events)) throw malformed("events", "a list", events)
  if (spawns !== undefined && !Array.isArray(spawns)) throw malformed("spawns", "a list", spawns)
  if (timers !== undefined && !Array.isArray(timers)) throw malformed("timers", "a list", timers)
  if (mints !== undefined && (typeof mints !== "object" || mints === null)) throw malformed("mints", "amounts by asset", mints)
  if (burns !== undefined && (typeof burns !== "object" || burns === null)) throw malformed("burns", "amounts by asset", burns)
}

const countsOver = (
  kernel: Kernel,
  sends: AnyStep["sends"],
  events: AnyStep["events"],
  spawns: AnyStep["spawns"],
  timers: AnyStep["timers"],
): LimitReached | undefined => {
  const limits = kernel.config.limits
  if (sends !== undefined && sends.length > limits.sendsMax) return reached("sendsMax", limits.sendsMax)
  if (events !== undefined && events.length > limits.eventsMax) return reached("eventsMax", limits.eventsMax)
  if (spawns !== undefined && spawns.length > limits.spawnsMax) return reached("spawnsMax", limits.spawnsMax)
  if (timers !== undefined && timers.length > limits.timersPerStepMax) return reached("timersPerStepMax", limits.timersPerStepMax)
  return undefined
}

const reached = (limit: string, maximum: number): LimitReached => new LimitReached({ limit, maximum: BigInt(maximum) })

export const checkState = (cell: Cell, state: unknown): void => {
  if (state === cell.state) return
  const codec = cell.definition.stateCodec as Codec<any>
  const issue = codec.checkChange === undefined ? codec.check(state) : codec.checkChange(cell.state, state)
  if (issue !== undefined) throw malformed(join("state", issue.path), issue.expected, issue.value)
}

const checkForm = (
  kernel: Kernel,
  cell: Cell,
  envelope: Envelope,
  sends: AnyStep["sends"],
  events: AnyStep["events"],
  timers: AnyStep["timers"],
  reply: unknown,
): void => {
  const { definition } = cell
  if (sends !== undefined) for (let index = 0; index < sends.length; index++) checkSend(kernel, cell, envelope, sends[index] as Send)
  if (events !== undefined) for (let index = 0; index < events.length; index++) checkEvent(kernel, definition, events[index] as Emitted)
  if (timers !== undefined) for (let index = 0; index < timers.length; index++) checkTimer(kernel, definition, timers[index] as Timer)
  checkReply(kernel, envelope.kind === REPLY || envelope.kind === BOUNCE ? undefined : envelope.message, reply)
}

/** Checks the reply to a message; a continuation replies to none. Throws a defect. */
export const checkReply = (kernel: Kernel, message: AnyMessage | undefined, reply: unknown): void => {
  const replyCodec = message?.reply as Codec<any> | undefined
  if (replyCodec !== undefined) checkFields(kernel, replyCodec, reply, "reply")
  else if (reply !== undefined) throw malformed("reply", "absent, since none is declared", reply)
}

const malformed = (field: string, expected: string, value: unknown): DefectFound =>
  new DefectFound(`the step's ${field} must be ${expected}, but is ${show(value)}`)

const join = (field: string, path: string): string => (path === "" ? field : `${field}.${path}`)

/** Of a message that is passed on, what it said already was checked when it was sent. */
const checkPayload = (kernel: Kernel, { kind, message: handled, payload: before }: Envelope, message: AnyMessage, payload: unknown): void => {
  // What `pay` makes is known in every world.
  if (message === Payment && payload === NO_PAYLOAD) return
  if (message === handled && kind !== REPLY) return checkFields(kernel, message.payload as Codec<any>, payload, "payload", before)
  if (!kernel.registry.knows(message)) throw malformed("message", "one that an actor of this world handles", message?.name)
  checkFields(kernel, message.payload as Codec<any>, payload, "payload")
}

const checkFields = (kernel: Kernel, codec: Codec<any>, value: unknown, field: string, before?: unknown): void => {
  const issue = before === undefined || codec.checkChange === undefined ? codec.check(value) : codec.checkChange(before, value)
  if (issue !== undefined) throw malformed(join(field, issue.path), issue.expected, issue.value)
  if (codec.bytesMax <= LIMITS.payloadBytesMax) return
  kernel.writer.reset()
  codec.write(kernel.writer, value)
  if (kernel.writer.length > LIMITS.payloadBytesMax) throw malformed(field, `at most ${LIMITS.payloadBytesMax} bytes`, kernel.writer.length)
}

const checkSend = (kernel: Kernel, cell: Cell, envelope: Envelope, send: Send): void => {
  const { to, message, payload, funds, deadline, then, saved } = send
  if (to !== envelope.from && kernel.cells.recall(to) === undefined && !isAddress(to)) throw malformed("receiver", "an address", to)
  checkPayload(kernel, envelope, message, payload)
  if (!(funds instanceof Funds)) throw malformed("funds", "made by Funds.of or Funds.from", funds)
  if (funds.rest !== undefined && funds.count > LIMITS.fundsAssetsMax) throw malformed("funds", `at most ${LIMITS.fundsAssetsMax} assets`, funds)
  if (deadline !== undefined && !(Number.isSafeInteger(deadline) && deadline >= 0 && deadline <= LIMITS.heightMax)) {
    throw malformed("deadline", "a block height", deadline)
  }
  if (then === undefined) return
  if (!cell.definition.resumptions.has(then)) throw malformed("continuation", `one of ${cell.definition.name}'s own`, then.name)
  if (then.of !== message) throw malformed("continuation", `one of ${message.name}`, then.name)
  checkFields(kernel, then.saved as Codec<any>, saved, "saved")
}

const checkEvent = (kernel: Kernel, definition: AnyDefinition, emitted: Emitted): void => {
  const declared = (definition.events ?? []) as readonly AnyEvent[]
  const event = emitted?.event
  if (event === undefined || (event !== declared[0] && !declared.includes(event))) throw malformed("event", `one that ${definition.name} declares`, emitted?.event?.name)
  checkFields(kernel, emitted.event.codec, emitted.fields, emitted.event.name)
}

const checkTimer = (kernel: Kernel, definition: AnyDefinition, timer: Timer): void => {
  if (!definition.routes.has(timer.message) && !definition.batchRoutes.has(timer.message)) throw malformed("timer", `a message that ${definition.name} handles`, timer.message?.name)
  checkFields(kernel, timer.message.payload as Codec<any>, timer.payload, "timer")
  if (!Number.isSafeInteger(timer.blocks) || timer.blocks < 1) throw malformed("timer", "at least 1 block ahead", timer.blocks)
}

const mint = (kernel: Kernel, cell: Cell, amounts: Funds): Failure | undefined => {
  for (const [name, amount] of amounts) {
    const asset = ownAsset(kernel, cell, name)
    if (asset === undefined) return new NotIssuer({ asset: name })
    if (!asset.issued && cell.assetsIssued >= LIMITS.issuedAssetsMax) return reached("issuedAssetsMax", LIMITS.issuedAssetsMax)
    const supply = asset.supply + amount
    if (supply > LIMITS.amountMax) return new OutOfRange({ operation: `supply of ${name}`, value: LIMITS.amountMax })
    kernel.begin(asset)
    kernel.undo.saveAsset(asset)
    asset.supply = supply
    if (!asset.issued) cell.assetsIssued++
    asset.issued = true
    const holding = cell.holdingOf(asset) ?? cell.addHolding(asset)
    kernel.add(cell, holding, amount)
  }
  return undefined
}

const ownAsset = (kernel: Kernel, cell: Cell, name: string): Asset | undefined => {
  if (issuerOf(name) !== cell.address) return undefined
  const known = kernel.assets.get(name)
  if (known !== undefined) return known
  if (!isAssetId(name)) throw malformed("mint", "an amount by asset", name)
  return kernel.asset(name)
}

const burn = (kernel: Kernel, cell: Cell, amounts: Funds): Failure | undefined => {
  for (const [name, amount] of amounts) {
    const asset = kernel.assets.get(name)
    if (asset === undefined ? issuerOf(name) !== cell.address : asset.issuer !== cell.address) return new NotIssuer({ asset: name })
    const holding = cell.holding(name)
    if (asset === undefined || holding === undefined || !kernel.amounts.covers(holding.at, amount)) return short(name, holding, amount)
    kernel.begin(asset)
    kernel.undo.saveAsset(asset)
    asset.supply -= amount
    kernel.take(cell, holding, amount)
  }
  return undefined
}

const spend = (kernel: Kernel, cell: Cell, funds: Funds): Failure | undefined => {
  if (funds.amount === 0n) return undefined
  for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
    const holding = cell.holding(entry.asset)
    if (holding === undefined || !kernel.amounts.covers(holding.at, entry.amount)) return short(entry.asset, holding, entry.amount)
    kernel.take(cell, holding, entry.amount)
  }
  return undefined
}

const short = (asset: string, holding: Holding | undefined, needed: bigint): InsufficientFunds =>
  new InsufficientFunds({ asset, available: holding?.amount ?? 0n, needed })

const bear = (kernel: Kernel, cell: Cell, spawns: readonly Spawn[], ahead: Ahead | undefined): readonly Cell[] | Failure => {
  const born: Cell[] = []
  for (const { name, definition, params } of spawns) {
    const address: Address = `${cell.address}/${name}`
    const refused = (problem: string) => new SpawnRefused({ address: clip(address), problem: clip(problem) })
    if (!isChildName(name) || !isAddress(address)) return refused("the name is not a word of letters, digits, dot, dash and underscore")
    if (kernel.registry.definitions.get(definition?.name) !== definition) throw malformed("spawn", "of a definition that this world knows", definition?.name)
    if (kernel.isTaken(address) || [...born, ...(ahead?.born ?? [])].some((other) => other.address === address)) {
      return refused("the address is taken")
    }
    if (kernel.population >= LIMITS.actorsMax) return reached("actorsMax", LIMITS.actorsMax)
    const issue = definition.paramsCodec.check(params)
    if (issue !== undefined) return refused(`${issue.path} must be ${issue.expected}`)
    const state = created(definition, params, address)
    if (state instanceof Failure) return refused(state.message)
    const flaw = definition.stateCodec.check(state)
    if (flaw !== undefined) throw malformed(join("spawned state", flaw.path), flaw.expected, flaw.value)
    if (kernel.config.strict) deepFreeze(state)
    born.push(new Cell(address, definition, state))
  }
  return born
}

const created = (definition: AnyDefinition, params: unknown, address: Address): unknown => {
  try {
    return definition.create(internedFields(params) as never, interned(address))
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}

/** Makes a prepared step true, all of it but the state: events, births, and everything that it sends. */
export const commitStep = (kernel: Kernel, cell: Cell, envelope: Envelope, step: Omit<AnyStep, "state">, born: readonly Cell[]): void => {
  const { reply, events, sends, timers } = step
  envelope.result = reply
  if (events !== undefined && events.length > 0) envelope.events = events
  for (let index = 0; index < born.length; index++) kernel.spawned.set((born[index] as Cell).address, born[index] as Cell)

  const parentFrom = fromAsParent(envelope)
  const parentSequence = sequenceAsParent(envelope)
  if (sends !== undefined) {
    for (let index = 0; index < sends.length; index++) {
      const send = sends[index] as Send
      if (!paysPlainly(kernel, cell, envelope, send)) kernel.emit(cell, sentBy(kernel, cell, envelope, send, parentFrom, parentSequence))
    }
  }
  if (envelope.kind === CALL && envelope.then !== undefined) {
    const { causeBlock, causeIndex, hop } = envelope
    const answer = new Envelope(
      REPLY, cell.address, cell, envelope.from, envelope.fromCell, envelope.message, reply, Funds.none, causeBlock, causeIndex,
      cell.sequence++, hop + 1, NO_DEADLINE, envelope.then, envelope.saved, undefined, parentFrom, parentSequence,
    )
    answer.toSlot = envelope.fromSlot
    kernel.emit(cell, answer)
  }
  if (timers !== undefined) for (let index = 0; index < timers.length; index++) setTimer(kernel, cell, envelope, timers[index] as Timer)
}

/** Sends a plain payment without making a message of it, where none is needed. */
const paysPlainly = (kernel: Kernel, cell: Cell, envelope: Envelope, { to, message, funds, deadline, then }: Send): boolean => {
  if (message !== Payment || deadline !== undefined || then !== undefined || !kernel.sparesMessages) return false
  if (to === envelope.from) return payPlainly(kernel, cell, envelope, to, envelope.fromCell, envelope.fromSlot, funds)
  const receiver = kernel.cells.recall(to)
  return payPlainly(kernel, cell, envelope, receiver === undefined ? to : receiver.address, receiver, -1, funds)
}

/**
 * The message that a send makes. A function of its own, so that the constructor is compiled into it: between all that `commitStep` calls, there was
 * no room for it in some runs (35 ns a message).
 */
const sentBy = (kernel: Kernel, cell: Cell, envelope: Envelope, send: Send, parentFrom: string, parentSequence: number): Envelope => {
  const { to, message, payload, funds, deadline, then, saved } = send
  // Mostly a message answers its sender, whose cell is at hand. Anybody else is named by the text that its own messages bear.
  const answers = to === envelope.from
  const receiver = answers ? envelope.fromCell : kernel.cells.recall(to)
  const sent = new Envelope(
    CALL, cell.address, cell, answers || receiver === undefined ? to : receiver.address, receiver, message, payload, funds, envelope.causeBlock,
    envelope.causeIndex, cell.sequence++, envelope.hop + 1, deadline ?? NO_DEADLINE, then, saved, undefined, parentFrom, parentSequence,
  )
  if (answers) sent.toSlot = envelope.fromSlot
  if (funds.amount !== 0n) sent.asset = (cell.holding(funds.asset) as Holding).asset
  return sent
}

const setTimer = (kernel: Kernel, cell: Cell, envelope: Envelope, { blocks, message, payload }: Timer): void => {
  const due = kernel.height + blocks
  const timer = new Envelope(
    TIMER, cell.address, cell, cell.address, cell, message, payload, Funds.none, envelope.causeBlock, envelope.causeIndex, cell.sequence++, 0,
    NO_DEADLINE, undefined, undefined, undefined, fromAsParent(envelope), sequenceAsParent(envelope),
  )
  cell.timersPending++
  cell.timersSet = [...(cell.timersSet ?? []), timer]
  timer.endedAt = due
  const others = kernel.timers.get(due)
  if (others === undefined) kernel.timers.set(due, [timer])
  else others.push(timer)
  if (kernel.trace !== undefined) remember(kernel.trace, timer)
}

