import { Account } from "./account.ts"
import { Arrivals, messageOf, receiverOf } from "./arrivals.ts"
import { addFlight } from "./book.ts"
import { GROUP, readAhead } from "./directory.ts"
import type { Cell } from "./cell.ts"
import { BOUNCE, BOUNCED, CALL, Envelope, fromAsParent, HANDLED, NO_DEADLINE, sequenceAsParent, TRANSACTION } from "./envelope.ts"
import { OrderBroken } from "./errors.ts"
import { HopLimit, MailboxFull, NoSuchActor, type Failure } from "./failure.ts"
import { lift, remember, type Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import type { NameBytes } from "./name-bytes.ts"
import { arrangementProblem } from "./ordering.ts"
import { takePayment, type Payments } from "./payments.ts"
import { Payment } from "./step.ts"

/** Phase 2 of a block: everything that arrives goes to the end of its receiver's mailbox, or back to its sender. Returns the actors with mail. */
export const deliver = (kernel: Kernel, admitted: readonly Envelope[]): Cell[] => deliverAdmitted(kernel, deliverArrivals(kernel), admitted)

/** The first part: what was under way, behind what is left over. A policy that arranges mailboxes must see all, so its part is the second. */
export const deliverArrivals = (kernel: Kernel): Cell[] => {
  const active: Cell[] = []
  for (const cell of kernel.leftovers) {
    kernel.touch(cell)
    active.push(cell)
  }
  kernel.leftovers = []
  if (isArranged(kernel)) return active
  placeArrivals(kernel, active)
  return active
}

/** The second part: the transactions of this block. `active` are the actors with mail so far. */
export const deliverAdmitted = (kernel: Kernel, active: Cell[], admitted: readonly Envelope[]): Cell[] => {
  if (isArranged(kernel)) {
    const { arrivals } = kernel
    kernel.arrivals = new Arrivals()
    for (const envelope of arranged(kernel, withoutHeld(kernel, [...arrivals, ...admitted]))) place(kernel, envelope, active)
  } else placeInTurn(kernel, admitted, active)
  kernel.undelivered = kernel.ended.length
  return active
}

const isArranged = ({ config, holds, held }: Kernel): boolean => config.ordering.arrange !== undefined || holds.length > 0 || held.length > 0

const placeArrivals = (kernel: Kernel, active: Cell[]): void => {
  const { arrivals } = kernel
  const { items, payments } = arrivals
  kernel.arrivals = new Arrivals()
  for (const piece of items.pieces) placePiece(kernel, piece, payments, active)
  arrivals.payments = undefined
  if (payments !== undefined) kernel.outbox.reuse(payments)
}

const placePiece = (kernel: Kernel, piece: readonly (Envelope | number)[], payments: Payments | undefined, active: Cell[]): void => {
  const receivers: (Cell | undefined)[] = []
  for (let index = 0; index < piece.length; index++) {
    if (index % GROUP === 0) {
      const count = Math.min(GROUP, piece.length - index)
      readItems(piece, index, count, payments)
      for (let at = 0; at < count; at++) receivers[at] = receiverOf(piece[index + at] as Envelope | number, payments)
      readAhead(receivers, count, kernel.cells.names)
    }
    const item = piece[index] as Envelope | number
    if (typeof item !== "number") place(kernel, item, active)
    else if (!takePayment(kernel, payments as Payments, item)) place(kernel, messageOf(item, payments), active)
  }
}

const placeInTurn = (kernel: Kernel, messages: readonly Envelope[], active: Cell[]): void => {
  const receivers: (Cell | undefined)[] = []
  for (let index = 0; index < messages.length; index++) {
    if (index % GROUP === 0) readReceivers(messages, index, receivers, kernel.cells.names)
    place(kernel, messages[index] as Envelope, active)
  }
}

/** Where the sums of what was read ahead go, so that no compiler drops the reading. */
let sink = 0

/** Reads a group of what was sent a block ago, all at once. */
const readItems = (items: readonly (Envelope | number)[], start: number, count: number, payments: Payments | undefined): void => {
  let sum = 0
  for (let at = start; at < start + count; at++) {
    const item = items[at] as Envelope | number
    sum += typeof item === "number" ? (payments as Payments).peek(item) : item.kind + item.sequence
  }
  for (let at = start; at < start + count; at++) {
    const item = items[at] as Envelope | number
    if (typeof item !== "number" && item.funds.amount === 0n) sum++
  }
  sink = (sink + sum) | 0
}

const readReceivers = (messages: readonly Envelope[], start: number, receivers: (Cell | undefined)[], names: NameBytes): void => {
  const count = Math.min(GROUP, messages.length - start)
  for (let at = 0; at < count; at++) receivers[at] = (messages[start + at] as Envelope).toCell
  readAhead(receivers, count, names)
}

const place = (kernel: Kernel, envelope: Envelope, active: Cell[]): void => {
  const cell = envelope.toCell ?? kernel.cells.get(envelope.to)
  if (cell === undefined) return returnFromNowhere(kernel, envelope)
  if (cell.touched !== kernel.height) kernel.touch(cell)
  if (envelope.kind === TRANSACTION || envelope.kind === CALL) {
    const { hopsMax, mailboxMax } = kernel.config.limits
    if (envelope.hop > hopsMax) return returnUnhandled(kernel, cell, envelope, new HopLimit({ maximum: BigInt(hopsMax) }))
    if (cell.waiting + cell.taken >= mailboxMax) return returnUnhandled(kernel, cell, envelope, new MailboxFull({ maximum: BigInt(mailboxMax) }))
    if (envelope.message === Payment && envelope.deadline >= kernel.height && cell.holdingsCount < LIMITS.holdingsMax) {
      if (takeAtOnce(kernel, cell, envelope)) return
    }
  } else if (envelope.kind === BOUNCE && takeAtOnce(kernel, cell, envelope)) return
  if (cell.waiting === 0) active.push(cell)
  cell.enqueue(envelope)
}

/**
 * Credits a plain payment or a bounce to an account with an empty mailbox as it arrives. Nobody can tell this from executing it with all the
 * others, since accounts emit nothing; it saves one more visit to the account.
 */
const takeAtOnce = (kernel: Kernel, cell: Cell, envelope: Envelope): boolean => {
  if (!kernel.paysAtOnce || cell.waiting > 0 || cell.definition !== Account || envelope.then !== undefined) return false
  if (cell.taken >= kernel.config.limits.capacity) return false
  kernel.deposit(cell, envelope)
  envelope.outcome = HANDLED
  envelope.endedAt = kernel.height
  kernel.end(envelope, kernel.credited)
  cell.taken++
  return true
}

/** Ends a message without handling it and sends it back with its funds, as the receiver's own emission. */
export const returnUnhandled = (kernel: Kernel, cell: Cell, envelope: Envelope, reason: Failure, end = BOUNCED): void => {
  endUnhandled(kernel, envelope, reason, end)
  kernel.emit(cell, bounceOf(envelope, cell, cell.sequence++, reason))
}

const returnFromNowhere = (kernel: Kernel, envelope: Envelope): void => {
  const reason = new NoSuchActor({ address: envelope.to })
  endUnhandled(kernel, envelope, reason, BOUNCED)
  kernel.ghosts ??= new Map()
  const ghost = kernel.ghosts.get(envelope.to) ?? { latestBlock: -1, latestIndex: -1, count: 0 }
  kernel.ghosts.set(envelope.to, ghost)
  const bounce = bounceOf(envelope, undefined, ghost.count++, reason)
  bounce.ghost = true
  lift(bounce, ghost)
  kernel.dispatch(bounce)
  if (kernel.trace !== undefined) remember(kernel.trace, bounce)
}

const endUnhandled = (kernel: Kernel, envelope: Envelope, reason: Failure, end: number): void => {
  envelope.outcome = end
  envelope.endedAt = kernel.height
  envelope.refusal = reason
  kernel.end(envelope)
}

const bounceOf = (envelope: Envelope, cell: Cell | undefined, sequence: number, reason: Failure): Envelope => {
  const bounce = new Envelope(
    BOUNCE, envelope.to, cell, envelope.from, envelope.fromCell, envelope.message, envelope.payload, envelope.funds, envelope.causeBlock,
    envelope.causeIndex, sequence, envelope.hop + 1, NO_DEADLINE, envelope.then, envelope.saved, reason, fromAsParent(envelope),
    sequenceAsParent(envelope),
  )
  bounce.toSlot = envelope.fromSlot
  return bounce
}

/** Takes out what the tests' `hold` keeps back; a sender's later messages to the same receiver wait behind it. */
const withoutHeld = (kernel: Kernel, arrivals: readonly Envelope[]): readonly Envelope[] => {
  if (kernel.holds.length === 0 && kernel.held.length === 0) return arrivals
  const pair = (envelope: Envelope) => `${envelope.from} ${envelope.to}`
  const waiting = new Set(kernel.held.map(pair))
  const through: Envelope[] = []
  for (const envelope of arrivals) {
    const wanted = !kernel.released.has(envelope) && kernel.holds.some((hold) => hold(envelope))
    if (wanted || (!kernel.released.has(envelope) && waiting.has(pair(envelope)))) {
      waiting.add(pair(envelope))
      kernel.held.push(envelope)
      if (envelope.kind === TRANSACTION && envelope.causeBlock === kernel.height) addFlight(kernel, envelope, 1)
    } else through.push(envelope)
  }
  return through
}

/** Applies the ordering policy to each mailbox's arrivals. */
const arranged = (kernel: Kernel, arrivals: readonly Envelope[]): readonly Envelope[] => {
  const { arrange, name } = kernel.config.ordering
  if (arrange === undefined) return arrivals
  const mailboxes = new Map<string, Envelope[]>()
  for (const envelope of arrivals) {
    const mailbox = mailboxes.get(envelope.to)
    if (mailbox === undefined) mailboxes.set(envelope.to, [envelope])
    else mailbox.push(envelope)
  }
  const result: Envelope[] = []
  for (const [actor, mailbox] of mailboxes) {
    const shown = mailbox.map((envelope) => ({ id: envelope.id, from: envelope.from, to: envelope.to, type: envelope.message.name }))
    const order = arrange(shown, { height: kernel.height, actor })
    const problem = arrangementProblem(shown, order)
    if (problem !== undefined) throw new OrderBroken({ policy: name, height: kernel.height, actor, problem })
    const index = new Map(shown.map((arrival, position) => [arrival, position]))
    for (const arrival of order) result.push(mailbox[index.get(arrival) as number] as Envelope)
  }
  return result
}
