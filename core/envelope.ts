import type { Address } from "./address.ts"
import type { Asset, Cell } from "./cell.ts"
import type { AnyContinuation } from "./continuation.ts"
import type { Emitted } from "./event.ts"
import type { Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"
import { LIMITS } from "./limits.ts"
import type { AnyMessage } from "./message.ts"

/** What a message is to its receiver. */
export type Kind = "transaction" | "call" | "reply" | "bounce" | "timer"
export const KINDS: readonly Kind[] = ["transaction", "call", "reply", "bounce", "timer"]
export const TRANSACTION = 0
export const CALL = 1
export const REPLY = 2
export const BOUNCE = 3
export const TIMER = 4

/** How a message ended. */
export type End = "handled" | "bounced" | "expired"
export const ENDS: readonly (End | "pending")[] = ["pending", "handled", "bounced", "expired"]
export const PENDING = 0
export const HANDLED = 1
export const BOUNCED = 2
export const EXPIRED = 3

/** What a handler threw that is no failure. The words may differ between engines, so they stay on the receipt. */
export interface Defect {
  readonly problem: string
  readonly stack: string | undefined
}

/** A deadline that never comes. */
export const NO_DEADLINE = LIMITS.heightMax + 1
/** As a parent's sequence: its `from` is the whole identity already. */
export const WHOLE = Number.MIN_SAFE_INTEGER

/** A cause as one number, for maps. */
export const causeKey = (block: number, index: number): number => block * LIMITS.transactionsMax + index

/** What few messages have: a deadline, a continuation, a reason, a position of their own, an end without success. */
class Particulars {
  readonly deadline: number
  readonly then: AnyContinuation | undefined
  readonly saved: any
  readonly reason: Failure | undefined
  /** -1: the position is the cause. */
  positionBlock = -1
  positionIndex = 0
  refusal: Failure | undefined = undefined
  defect: Defect | undefined = undefined

  constructor(deadline: number, then: AnyContinuation | undefined, saved: any, reason: Failure | undefined) {
    this.deadline = deadline
    this.then = then
    this.saved = saved
    this.reason = reason
  }
}

/** Slots are noted in `Envelope.marks` as numbers from 1, each in so many bits; 0 is nowhere. */
const SLOT_BITS = 11
const SLOT_MASK = (1 << SLOT_BITS) - 1
const TO_SHIFT = SLOT_BITS
const OUTCOME_SHIFT = 2 * SLOT_BITS
const OUTCOME_MASK = 3
const GHOST = 1 << (OUTCOME_SHIFT + 2)

/**
 * A message inside the engine. One object from its emission to its end, and one shape for all kinds, since the hot loops read it.
 * `payload` is the reply's value in a reply, and the returned message's payload in a bounce. All numbers are small integers where they
 * can be, since JavaScript engines box the others. What few messages have stands apart, and small things share a number: so the object fills three
 * lines of a cache, and each message is written, read and forgotten sooner. Fields are declared and not defined: definitions would set each
 * of them once more, and make the constructor too long to be compiled into the two places where most messages are made.
 */
export class Envelope {
  declare readonly kind: number
  declare readonly hop: number
  /** Slots of sender and receiver, outcome, ghost. */
  declare private marks: number
  /** Height of its end; while a timer waits, the height in which it is due; while a transaction waits, its sender's place among the actors of the block that admitted it. */
  declare endedAt: number
  declare private particulars: Particulars | undefined
  /** Where it goes, if somebody lived there when it was emitted. */
  declare toCell: Cell | undefined
  declare readonly message: AnyMessage
  declare readonly funds: Funds
  /** The asset of the first entry of `funds`, once it was looked up. */
  declare asset: Asset | undefined
  // A payment is delivered by what stands above; the rest is for who handles a message.
  declare payload: any
  declare readonly from: Address
  declare fromCell: Cell | undefined
  declare readonly to: Address
  declare readonly causeBlock: number
  declare readonly causeIndex: number
  /** The sender's sequence; the nonce of a transaction. */
  declare readonly sequence: number
  /** Identity of the message that caused it, in two parts that are only joined when somebody asks. */
  declare parentFrom: string
  declare parentSequence: number
  declare result: any
  declare events: readonly Emitted[] | undefined
  /** Links messages of one mailbox. */
  declare next: Envelope | undefined

  constructor(
    kind: number,
    from: Address,
    fromCell: Cell | undefined,
    to: Address,
    toCell: Cell | undefined,
    message: AnyMessage,
    payload: any,
    funds: Funds,
    causeBlock: number,
    causeIndex: number,
    sequence: number,
    hop: number,
    deadline: number,
    then: AnyContinuation | undefined,
    saved: any,
    reason: Failure | undefined,
    parentFrom: string,
    parentSequence: number,
  ) {
    this.kind = kind
    this.hop = hop
    this.marks = fromCell === undefined ? 0 : fromCell.slot + 1
    this.endedAt = 0
    this.particulars = deadline === NO_DEADLINE && then === undefined && reason === undefined ? undefined : new Particulars(deadline, then, saved, reason)
    // Once nothing, so that no compiler takes it for always a cell and looks at each that is stored: who is paid has left the caches (60 ns a swap).
    this.toCell = undefined
    this.message = message
    this.funds = funds
    this.asset = undefined
    this.payload = payload
    this.from = from
    this.fromCell = fromCell
    this.to = to
    this.causeBlock = causeBlock
    this.causeIndex = causeIndex
    this.sequence = sequence
    this.parentFrom = parentFrom
    this.parentSequence = parentSequence
    this.result = undefined
    this.events = undefined
    this.next = undefined
    this.toCell = toCell
  }

  private get own(): Particulars {
    return (this.particulars ??= new Particulars(NO_DEADLINE, undefined, undefined, undefined))
  }

  /** Last height in which it may be handled; `NO_DEADLINE` where there is none. */
  get deadline(): number {
    return this.particulars === undefined ? NO_DEADLINE : this.particulars.deadline
  }

  get then(): AnyContinuation | undefined {
    return this.particulars === undefined ? undefined : this.particulars.then
  }

  get saved(): any {
    return this.particulars === undefined ? undefined : this.particulars.saved
  }

  get reason(): Failure | undefined {
    return this.particulars === undefined ? undefined : this.particulars.reason
  }

  /** The position in the canonical order: the cause, unless it was lifted. */
  get positionBlock(): number {
    return this.particulars === undefined || this.particulars.positionBlock < 0 ? this.causeBlock : this.particulars.positionBlock
  }

  get positionIndex(): number {
    return this.particulars === undefined || this.particulars.positionBlock < 0 ? this.causeIndex : this.particulars.positionIndex
  }

  /** Gives it a position other than its cause. */
  moveTo(block: number, index: number): void {
    if (block === this.positionBlock && index === this.positionIndex) return
    const own = this.own
    own.positionBlock = block
    own.positionIndex = index
  }

  /** Slot of the sender, noted while its cell is at hand; -1 where nobody lives. What answers this message needs not visit the cell for it. */
  get fromSlot(): number {
    return (this.marks & SLOT_MASK) - 1
  }

  set fromSlot(slot: number) {
    this.marks = (this.marks & ~SLOT_MASK) | (slot + 1)
  }

  /** Slot of the receiver, where it was known without visiting its cell; else -1. */
  get toSlot(): number {
    return ((this.marks >>> TO_SHIFT) & SLOT_MASK) - 1
  }

  set toSlot(slot: number) {
    this.marks = (this.marks & ~(SLOT_MASK << TO_SHIFT)) | ((slot + 1) << TO_SHIFT)
  }

  get outcome(): number {
    return (this.marks >>> OUTCOME_SHIFT) & OUTCOME_MASK
  }

  set outcome(outcome: number) {
    this.marks = (this.marks & ~(OUTCOME_MASK << OUTCOME_SHIFT)) | (outcome << OUTCOME_SHIFT)
  }

  /** Emitted by an address where nobody lives. */
  get ghost(): boolean {
    return (this.marks & GHOST) !== 0
  }

  set ghost(ghost: boolean) {
    this.marks = ghost ? this.marks | GHOST : this.marks & ~GHOST
  }

  /** The reason of a bounce, or the failure of a reply's, bounce's handler. */
  get refusal(): Failure | undefined {
    return this.particulars === undefined ? undefined : this.particulars.refusal
  }

  set refusal(refusal: Failure | undefined) {
    if (refusal !== undefined || this.particulars !== undefined) this.own.refusal = refusal
  }

  get defect(): Defect | undefined {
    return this.particulars === undefined ? undefined : this.particulars.defect
  }

  set defect(defect: Defect | undefined) {
    if (defect !== undefined || this.particulars !== undefined) this.own.defect = defect
  }

  get id(): string {
    if (this.ghost) return `${this.parentId}!`
    return joinId(this.from, this.kind === TRANSACTION ? -1 - this.sequence : this.sequence)
  }

  get parentId(): string {
    return joinId(this.parentFrom, this.parentSequence)
  }

  /** For a fork: pending envelopes are the only ones that still change. */
  copy(cellOf: (address: Address) => Cell | undefined): Envelope {
    const copy = new Envelope(
      this.kind, this.from, this.fromCell === undefined ? undefined : cellOf(this.from), this.to, cellOf(this.to), this.message, this.payload,
      this.funds, this.causeBlock, this.causeIndex, this.sequence, this.hop, this.deadline, this.then, this.saved, this.reason, this.parentFrom, this.parentSequence,
    )
    copy.moveTo(this.positionBlock, this.positionIndex)
    copy.ghost = this.ghost
    return copy
  }
}

const joinId = (from: string, sequence: number): string =>
  sequence >= 0 ? `${from}#${sequence}` : sequence === WHOLE ? from : `${from}@${-1 - sequence}`

/** The two parts of an envelope's identity, for the messages that it causes. */
export const sequenceAsParent = (envelope: Envelope): number =>
  envelope.ghost ? WHOLE : envelope.kind === TRANSACTION ? -1 - envelope.sequence : envelope.sequence

export const fromAsParent = (envelope: Envelope): string => (envelope.ghost ? envelope.id : envelope.from)
