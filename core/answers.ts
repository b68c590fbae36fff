import { checkReply, commitStep, isPlain, NOBODY } from "./apply.ts"
import type { Cell, Holding } from "./cell.ts"
import { returnUnhandled } from "./deliver.ts"
import { CALL, Envelope, fromAsParent, NO_DEADLINE, sequenceAsParent } from "./envelope.ts"
import { endHandled } from "./execute.ts"
import { Failure } from "./failure.ts"
import { Funds } from "./funds.ts"
import type { Kernel } from "./kernel.ts"
import type { AnyMessage } from "./message.ts"
import { payPlainly } from "./payments.ts"
import { writeAnswer, writeResult } from "./seal.ts"
import { NO_PAYLOAD, Payment, type Send, type Step } from "./step.ts"

/** What several messages that were handled together are answered: those of a batch, or of a series. */

export interface Paying {
  /**
   * What the sender of the message is paid: the same as a plain payment before all of `sends`. Most answers of a batch say nothing more, and so they need
   * neither a list nor a send (measured: some 2 % of an order of an auction).
   */
  readonly pays?: Funds | undefined
}

/** An answer that is no failure: a step without a state. */
export type Answered = Omit<Step<unknown>, "state"> & Paying & { readonly reply?: unknown }

export interface Settled {
  readonly state: unknown
  readonly answers: readonly (Failure | Answered)[]
  /** Whom the answers spawn, by their places; undefined where none can, and then all answers are written already. */
  readonly born?: ReadonlyMap<number, readonly Cell[]> | undefined
}

/** Whether it refuses every message. */
export const isRefusal = ({ answers }: Settled): boolean => answers.every((one) => one instanceof Failure)

/** Adds what leaves the actor by an answer that is no failure to `kernel.totals`, and writes the answer. False: it is no plain one. */
export const leavesByStep = (kernel: Kernel, cell: Cell, message: AnyMessage, envelope: Envelope, one: unknown, place: number): boolean => {
  if (typeof one !== "object" || one === null) return false
  const { reply, pays, sends, events, mints, burns, spawns, timers } = one as Answered
  if (pays !== undefined) {
    // What has further sends or assets is judged with them, as sends are.
    if (!(pays instanceof Funds) || pays.rest?.rest !== undefined || sends !== undefined) return false
    kernel.totals.add(pays)
  }
  if (sends !== undefined || events !== undefined) {
    if (!isPlain(kernel, cell, envelope, one)) return false
  } else if (mints !== undefined || burns !== undefined || spawns !== undefined || timers !== undefined) return false
  // Needs nothing of the envelope, which has left the caches.
  else checkReply(kernel, message, reply)
  writeResult(kernel.answerWriter, place, message, reply, events !== undefined && events.length > 0 ? events : undefined)
  return true
}

/** An answer with what it pays among its sends, which the rules for steps know of. */
export const spelledOut = (one: unknown, { from }: Envelope): unknown => {
  if (typeof one !== "object" || one === null || one instanceof Failure) return one
  const { pays, ...step } = one as Answered
  if (pays === undefined || (step.sends !== undefined && !Array.isArray(step.sends))) return one
  const payment: Send = { to: from, message: Payment, payload: NO_PAYLOAD, funds: pays, deadline: undefined, then: undefined, saved: undefined }
  return { ...step, sends: [payment, ...(step.sends ?? [])] }
}

/** Makes all answers true. `first` is the count of what ended before the actor's first message. */
export const finishAll = (kernel: Kernel, cell: Cell, calls: readonly Envelope[], { answers, born }: Settled, first: number): void => {
  for (let index = 0; index < calls.length; index++) {
    const envelope = calls[index] as Envelope
    const one = answers[index] as Failure | Answered
    if (one instanceof Failure) giveBack(kernel, cell, envelope, one, first)
    else {
      finish(kernel, cell, envelope, one, born?.get(index) ?? NOBODY)
      if (born !== undefined) writeAnswer(kernel.answerWriter, kernel.ended.length - 1 - first, envelope)
    }
  }
}

const finish = (kernel: Kernel, cell: Cell, envelope: Envelope, one: Answered, born: readonly Cell[]): void => {
  const { pays } = one
  if (pays !== undefined && !payPlainly(kernel, cell, envelope, envelope.from, envelope.fromCell, envelope.fromSlot, pays)) {
    kernel.emit(cell, paidBy(cell, envelope, pays))
  }
  commitStep(kernel, cell, envelope, one, born)
  endHandled(kernel, envelope)
}

/** The payment to the sender of a message. */
const paidBy = (cell: Cell, envelope: Envelope, funds: Funds): Envelope => {
  const { from, fromCell, causeBlock, causeIndex, hop } = envelope
  const payment = new Envelope(
    CALL, cell.address, cell, from, fromCell, Payment, NO_PAYLOAD, funds, causeBlock, causeIndex, cell.sequence++, hop + 1, NO_DEADLINE, undefined,
    undefined, undefined, fromAsParent(envelope), sequenceAsParent(envelope),
  )
  payment.toSlot = envelope.fromSlot
  if (funds.amount !== 0n) payment.asset = (cell.holding(funds.asset) as Holding).asset
  return payment
}

/** Sends a message back, with its funds. */
export const giveBack = (kernel: Kernel, cell: Cell, envelope: Envelope, reason: Failure, first: number): void => {
  returnUnhandled(kernel, cell, envelope, reason)
  writeAnswer(kernel.answerWriter, kernel.ended.length - 1 - first, envelope)
}
