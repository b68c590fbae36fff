import type { Address } from "./address.ts"
import { finishAll, isRefusal, leavesByStep, spelledOut, type Answered, type Settled } from "./answers.ts"
import { checkState } from "./apply.ts"
import type { BatchStep } from "./batch.ts"
import type { Cell } from "./cell.ts"
import type { Context } from "./context.ts"
import { BOUNCE, REPLY, type Envelope } from "./envelope.ts"
import { DefectFound, defectOf } from "./defect.ts"
import type { AnyEvent } from "./event.ts"
import { failureProblem, handleCall } from "./execute.ts"
import { Failure } from "./failure.ts"
import { deepFreeze } from "./freeze.ts"
import type { Funds } from "./funds.ts"
import type { Turn } from "./handling-context.ts"
import type { Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import type { AnyMessage, Payload } from "./message.ts"
import { writeAnswer } from "./seal.ts"
import { show } from "./show.ts"
import { compareAnswers, compareStates, differs } from "./series-law.ts"

/** One message of a series. */
export interface SeriesCall<M extends AnyMessage = AnyMessage> {
  /** Identity: `sender#sequence`, or `account@nonce` of a transaction. */
  readonly id: string
  readonly sender: Address
  readonly payload: Payload<M>
  /** Attached to this message; no part of the actor's balance yet. */
  readonly funds: Funds
}

/** The context of a whole series. `balance` is what the actor held before the first of its messages. */
export type SeriesContext = Omit<Context, "sender" | "funds" | "id" | "random">

/**
 * The handler of a message type once more, for several of them that follow one another in the mailbox: a pure function that says at once what the
 * handler would say to one after the other, each on the state and the balances that the one before it left. It is there for speed: what the actor
 * reads and checks for each message it can read and check for all. It answers as a batch handler does, with replies, sends and events, or failures;
 * where it cannot (a step that mints, say, or a case that is too rare to be written twice), it gives undefined, and the messages are handled one by
 * one. So they are where the engine cannot take all answers as they are: when one is malformed, or the balance before the series does not cover all
 * that they send. Nobody can tell a series from single messages; a strict world handles both ways, and throws `SeriesDiffers` where they differ.
 */
export type SeriesHandler<S, M extends AnyMessage, E extends AnyEvent> = (
  state: S,
  calls: readonly SeriesCall<M>[],
  context: SeriesContext,
) => BatchStep<S, M, E> | undefined

export type AnySeriesHandler = SeriesHandler<any, any, any>

/** Messages that are handled together at most: all that is made for them stays in the processor's caches. */
const LENGTH_MAX = 256

/**
 * How many messages at the front of a mailbox are a series, at most `countMax`; 1 where the first of them is handled alone. Looks at all of them, and
 * what they bring, at once: in a large block they have left the processor's caches since they were made.
 */
export const seriesLength = (kernel: Kernel, turn: Turn, countMax: number): number => {
  const first = turn.cell.first as Envelope
  if (turn.seriesOf(first.message) === undefined) return 1
  const { height } = kernel
  const { message } = first
  const most = countMax < LENGTH_MAX ? countMax : LENGTH_MAX
  let length = 0
  let sum = 0
  for (let envelope: Envelope | undefined = first; envelope !== undefined && length < most; envelope = envelope.next, length++) {
    const { kind } = envelope
    if (envelope.message !== message || kind === REPLY || kind === BOUNCE || envelope.deadline < height) break
    if (envelope.funds.amount === 0n) sum++
    if (typeof envelope.payload === "object") sum += envelope.from.length
  }
  sink = (sink + sum) | 0
  return length > 1 ? length : 1
}

/** Where the sums of what was read ahead go, so that no compiler drops the reading. */
let sink = 0

/** Handles the first messages of a mailbox, which are a series. `first` is the count of what ended before. */
export const handleSeries = (kernel: Kernel, turn: Turn, length: number, first: number): void => {
  const { cell } = turn
  const calls = new Array<Envelope>(length)
  const given = new Array<SeriesCall>(length)
  for (let index = 0; index < length; index++) {
    const envelope = cell.dequeue()
    calls[index] = envelope
    given[index] = new OneOfSeries(envelope)
  }
  if (kernel.config.strict) return handleBothWays(kernel, turn, calls, given, first)
  const step = stepOf(kernel, turn, calls, given, first)
  if (step === undefined || typeof step === "string") return handleEach(kernel, turn, calls, first)
  commit(kernel, cell, calls, step, first)
}

/** What a handler sees of an envelope. The identity is a text of its own, which few ask for. */
class OneOfSeries implements SeriesCall {
  readonly sender: Address
  readonly payload: any
  readonly funds: Funds
  readonly #envelope: Envelope

  constructor(envelope: Envelope) {
    this.sender = envelope.from
    this.payload = envelope.payload
    this.funds = envelope.funds
    this.#envelope = envelope
  }

  get id(): string {
    return this.#envelope.id
  }
}

/**
 * What the handler says, if it can be taken as it is: then all answers are written already. Or what is wrong with it, in words that a strict world may
 * show. Moves nothing.
 */
const stepOf = (kernel: Kernel, turn: Turn, calls: readonly Envelope[], given: readonly SeriesCall[], first: number): Settled | string | undefined => {
  const { cell } = turn
  const { answerWriter } = kernel
  const start = answerWriter.length
  const handler = turn.seriesOf((calls[0] as Envelope).message) as AnySeriesHandler
  let taken = false
  kernel.context.point(turn, calls[0])
  try {
    const step: unknown = handler(cell.state, given, kernel.context)
    if (step === undefined) return undefined
    if (!isStep(step, calls.length)) return `its handler gave ${show(step)} instead of a state and ${calls.length} answers`
    taken = canBeTaken(kernel, cell, calls, step, kernel.ended.length - first)
    return taken ? { state: step.state, answers: step.answers } : undefined
  } catch (thrown) {
    // A failure that a helper throws is one of a single message, which it meets again.
    return thrown instanceof Failure ? undefined : (thrown instanceof DefectFound ? thrown : defectOf(thrown)).problem
  } finally {
    if (!taken) answerWriter.length = start
    kernel.context.point(turn, undefined)
  }
}

const isStep = (step: unknown, count: number): step is Settled =>
  typeof step === "object" && step !== null && Array.isArray((step as Settled).answers) && (step as Settled).answers.length === count

/**
 * Whether all answers are plain, and each would be applied if it came alone: when what the actor had before covers all that it sends, it covers
 * each part of it. Adds up what is sent and what is brought, and writes the answers; `place` is that of the first among what ended. May throw a defect.
 */
const canBeTaken = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], { state, answers }: Settled, place: number): boolean => {
  const { totals, brought } = kernel
  const { message } = calls[0] as Envelope
  totals.clear()
  brought.clear()
  checkState(cell, state)
  for (let index = 0; index < answers.length; index++) {
    const envelope = calls[index] as Envelope
    const one = answers[index] as unknown
    if (one instanceof Failure) {
      if (failureProblem(one, message.failures) !== undefined) return false
      continue
    }
    if (!leavesByStep(kernel, cell, message, envelope, one, place + index)) return false
    brought.add(envelope.funds)
  }
  return cell.holdingsCount + brought.count + LIMITS.fundsAssetsMax <= LIMITS.holdingsMax && totals.isCovered(kernel, cell)
}

/** Makes a step true that can be taken. Its money was added up when that was found. */
const commit = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], step: Settled, first: number): void => {
  kernel.undo.begin()
  kernel.brought.credit(kernel, cell)
  kernel.totals.take(kernel, cell)
  finishAll(kernel, cell, calls, step, first)
  // Who refuses everything has the very state that it had, and publishes nothing anew.
  if (!isRefusal(step)) cell.state = step.state
}

const handleEach = (kernel: Kernel, turn: Turn, calls: readonly Envelope[], first: number, then?: (index: number) => void): void => {
  for (let index = 0; index < calls.length; index++) {
    const envelope = calls[index] as Envelope
    handleCall(kernel, turn, envelope)
    writeAnswer(kernel.answerWriter, kernel.ended.length - 1 - first, envelope)
    then?.(index)
  }
}

/** What a strict world does: the messages are handled one by one, and what the series would have come to is compared with that. */
const handleBothWays = (kernel: Kernel, turn: Turn, calls: readonly Envelope[], given: readonly SeriesCall[], first: number): void => {
  const { cell } = turn
  Object.freeze(given)
  for (const { payload } of calls) deepFreeze(payload)
  const written = kernel.answerWriter.length
  const step = stepOf(kernel, turn, calls, given, first)
  kernel.answerWriter.length = written
  const known = typeof step === "object" ? step : undefined
  handleEach(kernel, turn, calls, first, (index) => {
    const envelope = calls[index] as Envelope
    if (known !== undefined) compareAnswers(kernel, cell, envelope, spelledOut(known.answers[index], envelope) as Failure | Answered, turn.answer)
  })
  if (known !== undefined) compareStates(kernel, cell, calls, known)
  // What is a defect in a series may be one alone.
  else if (step !== undefined && calls.every(({ defect }) => defect === undefined)) throw differs(kernel, cell, calls[0] as Envelope, step as string)
}
