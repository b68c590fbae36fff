import { Account } from "./account.ts"
import type { Cell } from "./cell.ts"
import { addFlight } from "./book.ts"
import { returnUnhandled } from "./deliver.ts"
import { BOUNCE, EXPIRED, HANDLED, REPLY, TRANSACTION, type Envelope } from "./envelope.ts"
import { BUILT_IN_FAILURES, Defective, Expired, Failure, LimitReached, UnknownMessage, type AnyFailureClass } from "./failure.ts"
import { handleBatch } from "./batch.ts"
import { DefectFound, defectOf } from "./defect.ts"
import { deepFreeze } from "./freeze.ts"
import type { AnyHandler, Turn } from "./handling-context.ts"
import { isIntercepted } from "./intercept.ts"
import type { AnyMessage } from "./message.ts"
import type { Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import { applyStep } from "./apply.ts"
import { writeAnswer } from "./seal.ts"
import { handleSeries, seriesLength } from "./series.ts"
import { Payment } from "./step.ts"

const BUILT_IN: ReadonlySet<unknown> = new Set(BUILT_IN_FAILURES)
const NO_FAILURES: readonly AnyFailureClass[] = []

/** Phase 3 of a block, for one actor: its mailbox in order, up to its capacity. */
export const execute = (kernel: Kernel, cell: Cell): void => {
  const capacity = (cell.definition.capacity ?? kernel.config.limits.capacity) - cell.taken
  let count = cell.waiting < capacity ? cell.waiting : capacity
  const { answerWriter } = kernel
  const { intercept } = kernel.config
  const answersFrom = answerWriter.length
  const first = kernel.ended.length
  const { batchRoutes, seriesRoutes } = cell.definition
  const hasSeries = seriesRoutes.size > 0 && intercept === undefined
  const batches = batchRoutes.size === 0 ? undefined : new Map<AnyMessage, Batch>()
  const turn = kernel.context.begin(cell)
  let latest: AnyMessage | undefined = undefined
  let batch: Batch | undefined = undefined
  for (; count > 0; count--) {
    // What waits for its batch is read when that is handled.
    if (batches === undefined && count % AHEAD === 0) readMailAhead(cell.first)
    const length = hasSeries ? seriesLength(kernel, turn, count) : 1
    if (length > 1) {
      handleSeries(kernel, turn, length, first)
      count -= length - 1
      continue
    }
    const envelope = cell.dequeue()
    if (intercept !== undefined && isIntercepted(kernel, intercept, cell, envelope)) continue
    if (batches !== undefined && isCall(envelope) && envelope.deadline >= kernel.height) {
      if (envelope.message !== latest) {
        latest = envelope.message
        batch = batchRoutes.has(latest) ? batchOf(batches, latest, count) : undefined
      }
      if (batch !== undefined) {
        batch.envelopes[batch.count++] = envelope
        continue
      }
    }
    if (envelope.kind === REPLY || envelope.kind === BOUNCE) handleReturn(kernel, turn, envelope)
    else handleCall(kernel, turn, envelope)
    writeAnswer(answerWriter, kernel.ended.length - 1 - first, envelope)
  }
  // By the first message of each type.
  if (batches !== undefined) for (const { envelopes, count: together } of batches.values()) handleBatch(kernel, turn, envelopes, together, first)
  kernel.changes.noteAnswers(cell.place, answersFrom, answerWriter.length)
  if (cell.state !== cell.stateBefore) kernel.publishers.push(cell)
  if (cell.waiting > 0) markPending(kernel, cell)
}

/** Messages of one type that wait to be handled together. */
interface Batch {
  /** With room for all that the actor takes: a list that grows costs a copy of itself again and again. */
  readonly envelopes: Envelope[]
  count: number
}

const batchOf = (batches: Map<AnyMessage, Batch>, message: AnyMessage, countMax: number): Batch => {
  const known = batches.get(message)
  if (known !== undefined) return known
  const batch = { envelopes: new Array<Envelope>(countMax), count: 0 }
  batches.set(message, batch)
  return batch
}

/** How many messages of a mailbox are brought into the caches together. */
const AHEAD = 8
/** Where the sums of what was read ahead go, so that no compiler drops the reading. */
let sink = 0

/**
 * Reads the messages that are next in a mailbox, and what they bring, before the first of them is handled: in a large block they have left the
 * processor's caches since they were made, and misses that stand together are waited for together (measured: 3 % of a swap over 64 pools).
 */
const readMailAhead = (first: Envelope | undefined): void => {
  let sum = 0
  let count = 0
  for (let envelope = first; envelope !== undefined && count < AHEAD; envelope = envelope.next, count++) {
    sum += envelope.hop + envelope.sequence + envelope.from.length
    if (envelope.funds.amount === 0n) sum++
    if (typeof envelope.payload === "object") sum++
  }
  sink = (sink + sum) | 0
}

const isCall = ({ kind }: Envelope): boolean => kind !== REPLY && kind !== BOUNCE

/** What does not fit into the capacity stays; transactions among it are under way from now on. */
const markPending = (kernel: Kernel, cell: Cell): void => {
  kernel.leftovers.push(cell)
  for (let envelope = cell.first; envelope !== undefined; envelope = envelope.next) {
    if (envelope.kind === TRANSACTION && envelope.causeBlock === kernel.height) addFlight(kernel, envelope, 1)
  }
}

/** A transaction, a call or a timer: handled, or sent back with its funds. */
export const handleCall = (kernel: Kernel, turn: Turn, envelope: Envelope): void => {
  const { cell } = turn
  if (envelope.deadline < kernel.height) {
    return returnUnhandled(kernel, cell, envelope, new Expired({ deadline: BigInt(envelope.deadline) }), EXPIRED)
  }
  kernel.undo.begin()
  if (cell.definition === Account && envelope.message === Payment && envelope.then === undefined && cell.holdingsCount < LIMITS.holdingsMax) {
    kernel.credit(cell, envelope)
    return endHandled(kernel, envelope)
  }
  const handler = turn.handlerOf(envelope.message)
  if (handler === undefined) return returnUnhandled(kernel, cell, envelope, new UnknownMessage({ type: envelope.message.name }))
  const tooMany = holdingsRefusal(cell, envelope)
  if (tooMany !== undefined) return returnUnhandled(kernel, cell, envelope, tooMany)
  if (kernel.config.strict) deepFreeze(envelope.payload)
  kernel.credit(cell, envelope)
  const refusal = run(kernel, turn, envelope, envelope.message.failures, handler, envelope.payload, undefined)
  if (refusal !== undefined) return returnUnhandled(kernel, cell, envelope, refusal)
  endHandled(kernel, envelope)
}

/** A reply or a bounce: its credit stays whatever its handler does, and it always ends handled. */
const handleReturn = (kernel: Kernel, turn: Turn, envelope: Envelope): void => {
  const { cell } = turn
  const { then, kind, reason } = envelope
  const definition = cell.definition
  kernel.credit(cell, envelope)
  kernel.undo.begin()
  if (envelope.hop <= kernel.config.limits.hopsReturnMax) {
    if (then !== undefined) {
      const outcome =
        kind === REPLY
          ? { _tag: "Success" as const, reply: envelope.payload }
          : { _tag: "Failed" as const, reason: reason as Failure, refund: envelope.funds }
      if (kernel.config.strict) deepFreeze([outcome, envelope.saved])
      const resumption = definition.resumptions.get(then) as AnyHandler
      envelope.refusal = run(kernel, turn, envelope, then.failures, resumption, outcome, envelope.saved)
    } else if (kind === BOUNCE && definition.bounced !== undefined) {
      if (kernel.config.strict) deepFreeze(envelope.payload)
      const bounce = { message: envelope.message, payload: envelope.payload, reason: reason as Failure, refund: envelope.funds, by: envelope.from }
      envelope.refusal = run(kernel, turn, envelope, NO_FAILURES, definition.bounced as AnyHandler, bounce, undefined)
    }
  }
  endHandled(kernel, envelope)
}

export const endHandled = (kernel: Kernel, envelope: Envelope): void => {
  envelope.outcome = HANDLED
  envelope.endedAt = kernel.height
  kernel.end(envelope)
}

/**
 * Runs a handler (of a message or bounce: state, subject, context; of a continuation: state, outcome, saved, context) and applies its step.
 * On a refusal everything since `undo.begin` is taken back.
 */
const run = (
  kernel: Kernel,
  turn: Turn,
  envelope: Envelope,
  declared: readonly AnyFailureClass[],
  handler: AnyHandler,
  subject: unknown,
  saved: unknown,
): Failure | undefined => {
  const { cell } = turn
  kernel.context.point(turn, envelope)
  let answer: unknown
  try {
    answer = saved === undefined ? handler(cell.state, subject, kernel.context) : handler(cell.state, subject, saved, kernel.context)
    turn.answer = answer
    if (!(answer instanceof Failure)) answer = applyStep(kernel, cell, envelope, answer)
  } catch (thrown) {
    answer = thrown instanceof Failure || thrown instanceof DefectFound ? thrown : defectOf(thrown)
  }
  kernel.context.point(turn, undefined)
  if (answer === undefined) return undefined
  kernel.undo.rollBack(cell)
  if (answer instanceof Failure) {
    const problem = failureProblem(answer, declared)
    if (problem === undefined) return answer
    answer = new DefectFound(problem)
  }
  const defect = answer as DefectFound
  envelope.defect = { problem: defect.problem, stack: defect.stack }
  return new Defective()
}

/** A failure must be declared by the message (or built in), and its fields must fit. */
export const failureProblem = (failure: Failure, declared: readonly AnyFailureClass[]): string | undefined => {
  const type = failure.constructor as AnyFailureClass
  if (!BUILT_IN.has(type) && !declared.includes(type)) return `the failure ${failure._tag} is not declared by the message`
  const issue = type.codec.check(failure.fields)
  return issue === undefined ? undefined : `the failure's ${issue.path} must be ${issue.expected}`
}

/** Why the actor cannot hold what the message brings, if it cannot. */
export const holdingsRefusal = (cell: Cell, envelope: Envelope): LimitReached | undefined => {
  if (cell.holdingsCount + LIMITS.fundsAssetsMax <= LIMITS.holdingsMax) return undefined
  let held = 0
  for (const holding of cell.holdings()) if (holding.amount > 0n) held++
  for (const [asset] of envelope.funds) if (cell.balance(asset) === 0n) held++
  return held > LIMITS.holdingsMax ? new LimitReached({ limit: "holdingsMax", maximum: BigInt(LIMITS.holdingsMax) }) : undefined
}

