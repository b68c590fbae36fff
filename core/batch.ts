import type { Address } from "./address.ts"
import { finishAll, giveBack, leavesByStep, spelledOut, type Answered, type Paying, type Settled } from "./answers.ts"
import { prepareStep, type Ahead } from "./apply.ts"
import type { Cell } from "./cell.ts"
import type { Codec } from "./codec.ts"
import type { Context } from "./context.ts"
import { DefectFound, defectOf } from "./defect.ts"
import type { Envelope } from "./envelope.ts"
import type { AnyEvent } from "./event.ts"
import { GROUP } from "./directory.ts"
import { failureProblem, holdingsRefusal } from "./execute.ts"
import { Defective, Failure } from "./failure.ts"
import { deepFreeze } from "./freeze.ts"
import type { Funds } from "./funds.ts"
import type { Turn } from "./handling-context.ts"
import type { Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import type { AnyMessage, FailureOf, Message, Payload, Reply } from "./message.ts"
import type { Fields } from "./codec.ts"
import { show } from "./show.ts"
import type { Step } from "./step.ts"

/** One message of a batch. */
export interface Call<M extends AnyMessage = AnyMessage> {
  /** Identity: `sender#sequence`, or `account@nonce` of a transaction. */
  readonly id: string
  readonly sender: Address
  readonly payload: Payload<M>
  /** Attached to this message; already part of the actor's balance. */
  readonly funds: Funds
  /** Place, in the batch, of the first message of the same sender. */
  readonly first: number
}

type ReplyPart<M extends AnyMessage> = M extends Message<any, any, infer R, any>
  ? R extends Fields ? { readonly reply: Reply<M> } : { readonly reply?: never }
  : never

/** What becomes of one message of a batch: all that a step may hold but the state, what its sender is paid, or a failure that sends it back with its funds. */
export type Answer<M extends AnyMessage, E extends AnyEvent = AnyEvent> = (Omit<Step<unknown, E>, "state"> & ReplyPart<M> & Paying) | FailureOf<M>

/** The context of a whole batch; sender, funds and identity are those of each call. */
export type BatchContext = Omit<Context, "sender" | "funds" | "id">

/** One state for the whole batch, and one answer for each of its calls, in their order. */
export interface BatchStep<S, M extends AnyMessage, E extends AnyEvent = AnyEvent> {
  readonly state: S
  readonly answers: readonly Answer<M, E>[]
}

/**
 * A pure function of state, messages and context: `calls` are all messages of one type that the actor takes in this block, in canonical order.
 * The funds of all of them are in the balance while it runs; those of a refused one leave it again before the first send. A defect, a failure
 * that is thrown, or an answer that cannot be applied refuses the whole batch.
 */
export type BatchHandler<S, M extends AnyMessage, E extends AnyEvent> = (
  state: S,
  calls: readonly Call<M>[],
  context: BatchContext,
) => BatchStep<S, M, E>

/**
 * Handles the first `count` of a list, messages of one type, together: one state at the end, every message answered for itself. The list is used up.
 * `first` is the count of what ended before. What is done for each message is a function of its own: called so often, it is compiled long before a
 * loop that runs once in a block.
 */
export const handleBatch = (kernel: Kernel, turn: Turn, calls: Envelope[], count: number, first: number): void => {
  const { cell } = turn
  const { totals, senders } = kernel
  kernel.undo.begin()
  totals.clear()
  senders.begin()
  const given = new Array<Call>(count)
  let taken = 0
  for (let index = 0; index < count; index++) {
    if (index % GROUP === 0) senders.readAhead(calls, index, count)
    const envelope = calls[index] as Envelope
    const call = take(kernel, cell, envelope, taken, first)
    if (call === undefined) continue
    given[taken] = call
    calls[taken++] = envelope
  }
  calls.length = given.length = taken
  if (taken === 0) return
  totals.credit(kernel, cell)
  const settled = answer(kernel, turn, calls, given, first)
  if (settled instanceof Failure) {
    kernel.undo.rollBack(cell)
    for (const envelope of calls) giveBack(kernel, cell, envelope, settled, first)
    return
  }
  if (kernel.config.strict) deepFreeze(settled.state)
  finishAll(kernel, cell, calls, settled, first)
  cell.state = settled.state
}

/** Adds what a message brings to the batch, where it has this place; or gives it back, if the actor cannot hold that. */
const take = (kernel: Kernel, cell: Cell, envelope: Envelope, place: number, first: number): Call | undefined => {
  const { totals, senders } = kernel
  // Only where the actor holds nearly as many assets as it may are its balances asked.
  if (cell.holdingsCount + totals.count + LIMITS.fundsAssetsMax > LIMITS.holdingsMax) totals.credit(kernel, cell)
  const refusal = holdingsRefusal(cell, envelope)
  if (refusal !== undefined) {
    giveBack(kernel, cell, envelope, refusal, first)
    return undefined
  }
  if (kernel.config.strict) deepFreeze(envelope.payload)
  totals.add(envelope.funds)
  return new GivenCall(envelope, senders.firstOf(kernel, envelope, place))
}

/** What a handler sees of an envelope. The identity is a text of its own, which few ask for. */
class GivenCall implements Call {
  readonly sender: Address
  readonly payload: any
  readonly funds: Funds
  readonly first: number
  readonly #envelope: Envelope

  constructor(envelope: Envelope, first: number) {
    this.sender = envelope.from
    this.payload = envelope.payload
    this.funds = envelope.funds
    this.first = first
    this.#envelope = envelope
  }

  get id(): string {
    return this.#envelope.id
  }
}

/** Runs the handler and moves the money of all answers. A failure means that the whole batch is refused; the caller takes everything back. */
const answer = (kernel: Kernel, turn: Turn, calls: readonly Envelope[], given: readonly Call[], first: number): Settled | Failure => {
  const { cell } = turn
  const { message } = calls[0] as Envelope
  const handler = cell.definition.batchRoutes.get(message) as BatchHandler<any, any, any>
  kernel.context.point(turn, calls[0])
  try {
    if (kernel.config.strict) Object.freeze(given)
    return settle(kernel, cell, calls, handler(cell.state, given, kernel.context), first)
  } catch (thrown) {
    if (thrown instanceof Failure) {
      const problem = failureProblem(thrown, message.failures)
      if (problem === undefined) return thrown
      return defective(calls, new DefectFound(problem))
    }
    return defective(calls, thrown instanceof DefectFound ? thrown : defectOf(thrown))
  } finally {
    kernel.context.point(turn, undefined)
  }
}

/** The defect stands on the receipt of the first call. */
const defective = (calls: readonly Envelope[], { problem, stack }: DefectFound): Failure => {
  ;(calls[0] as Envelope).defect = { problem, stack }
  return new Defective()
}

const settle = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], given: unknown, first: number): Settled | Failure => {
  if (typeof given !== "object" || given === null) throw new DefectFound(`the batch handler returned ${show(given)} instead of a state and answers`)
  const { state, answers } = given as BatchStep<unknown, AnyMessage>
  if (!Array.isArray(answers) || answers.length !== calls.length) {
    throw new DefectFound(`the batch handler must give ${calls.length} answers, but gave ${Array.isArray(answers) ? answers.length : show(answers)}`)
  }
  checkState(cell, state)
  if (settleTogether(kernel, cell, calls, answers, kernel.ended.length - first)) return { state, answers: answers as Settled["answers"], born: undefined }
  return settleInTurn(kernel, cell, calls, answers.map((one, index) => spelledOut(one, calls[index] as Envelope)), state)
}

/** Checks one answer after the other and moves its money. */
const settleInTurn = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], answers: readonly unknown[], state: unknown): Settled | Failure => {
  for (let index = 0; index < answers.length; index++) {
    const one = answers[index]
    if (one instanceof Failure) takeBack(kernel, cell, calls[index] as Envelope, one)
  }
  const ahead: Ahead = { born: [], timers: 0 }
  const bornBy = new Map<number, readonly Cell[]>()
  for (let index = 0; index < answers.length; index++) {
    const one = answers[index]
    if (one instanceof Failure) continue
    if (typeof one !== "object" || one === null) throw new DefectFound(`answer ${index} of the batch is ${show(one)}`)
    const born = prepareStep(kernel, cell, calls[index] as Envelope, one, ahead)
    if (born instanceof Failure) return born
    if (born.length > 0) {
      bornBy.set(index, born)
      ahead.born.push(...born)
    }
    const { timers } = one as Answered
    if (timers !== undefined) ahead.timers += timers.length
  }
  return { state, answers: answers as Settled["answers"], born: bornBy }
}

/**
 * Checks all answers and moves their money at once. Where no answer gets the actor anything and its balances cover all that leaves them, they
 * cover every part of it, in whatever order. What each replies and publishes is written as it was checked, while it is in the processor's caches;
 * `place` is that of the first among what ended. False: nothing was moved, and one by one the answers will show which is the first that cannot be applied.
 */
const settleTogether = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], answers: readonly unknown[], place: number): boolean => {
  const { totals, answerWriter } = kernel
  const { message } = calls[0] as Envelope
  const start = answerWriter.length
  let covered = false
  try {
    for (let index = 0; index < answers.length; index++) {
      if (!leaves(kernel, cell, message, calls[index] as Envelope, answers[index], place + index)) return false
    }
    return (covered = totals.take(kernel, cell))
  } catch {
    return false
  } finally {
    totals.clear()
    if (!covered) answerWriter.length = start
  }
}

/** Adds what leaves the actor by an answer, and writes the answer. False: it is no plain one. */
const leaves = (kernel: Kernel, cell: Cell, message: AnyMessage, envelope: Envelope, one: unknown, place: number): boolean => {
  if (!(one instanceof Failure)) return leavesByStep(kernel, cell, message, envelope, one, place)
  if (failureProblem(one, message.failures) !== undefined) return false
  kernel.totals.add(envelope.funds)
  return true
}

const checkState = (cell: Cell, state: unknown): void => {
  if (state === cell.state) return
  const codec = cell.definition.stateCodec as Codec<any>
  const issue = codec.checkChange === undefined ? codec.check(state) : codec.checkChange(cell.state, state)
  if (issue === undefined) return
  throw new DefectFound(`the batch's state${issue.path === "" ? "" : `.${issue.path}`} must be ${issue.expected}, but is ${show(issue.value)}`)
}

/** The funds of a refused message leave the balance before anything is sent, so that nobody is paid with them. */
const takeBack = (kernel: Kernel, cell: Cell, envelope: Envelope, refusal: Failure): void => {
  const problem = failureProblem(refusal, envelope.message.failures)
  if (problem !== undefined) throw new DefectFound(problem)
  for (const [asset, amount] of envelope.funds) kernel.take(cell, cell.holding(asset) as NonNullable<ReturnType<Cell["holding"]>>, amount)
}
