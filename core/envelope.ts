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

/**
 * A message inside the engine. One object from its emission to its end, and one shape for all kinds, since the hot loops read it.
 * `payload` is the reply's value in a reply, and the returned message's payload in a bounce. All numbers are small integers where they
 * can be, since JavaScript engines box the others. Fields are declared and not defined: definitions would set each of them once more, and make the
 * constructor too long to be compiled into the two places where most messages are made.
 */
export class Envelope {
  declare kind: number
  declare from: Address
  declare fromCell: Cell | undefined
  declare to: Address
  /** Where it goes, if somebody lived there when it was emitted. */
  declare toCell: Cell | undefined
  declare message: AnyMessage
  declare payload: any
  declare funds: Funds
  /** The asset of the first entry of `funds`, once it was looked up. */
  declare asset: Asset | undefined
  declare causeBlock: number
  declare causeIndex: number
  declare positionBlock: number
  declare positionIndex: number
  /** The sender's sequence; the nonce of a transaction. */
  declare sequence: number
  declare hop: number
  /** Last height in which it may be handled; `NO_DEADLINE` where there is none. */
  declare deadline: number
  declare then: AnyContinuation | undefined
  declare saved: any
  declare reason: Failure | undefined
  /** Identity of the message that caused it, in two parts that are only joined when somebody asks. */
  declare parentFrom: string
  declare parentSequence: number
  /** Slot of the sender, noted while its cell is at hand; -1 where nobody lives. What answers this message needs not visit the cell for it. */
  declare fromSlot: number
  /** Slot of the receiver, where it was known without visiting its cell; else -1. */
  declare toSlot: number
  /** Emitted by an address where nobody lives. */
  declare ghost: boolean

  declare outcome: number
  /** Height of its end; while a timer waits, the height in which it is due. */
  declare endedAt: number
  declare result: any
  declare events: readonly Emitted[] | undefined
  /** The reason of a bounce, or the failure of a reply's, bounce's handler. */
  declare refusal: Failure | undefined
  declare defect: Defect | undefined
  /** Links messages of one bucket while they are being put in order. */
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
    this.from = from
    this.fromCell = fromCell
    this.fromSlot = fromCell === undefined ? -1 : fromCell.slot
    this.to = to
    this.toCell = toCell
    this.message = message
    this.payload = payload
    this.funds = funds
    this.causeBlock = causeBlock
    this.causeIndex = causeIndex
    this.positionBlock = causeBlock
    this.positionIndex = causeIndex
    this.sequence = sequence
    this.hop = hop
    this.deadline = deadline
    this.then = then
    this.saved = saved
    this.reason = reason
    this.parentFrom = parentFrom
    this.parentSequence = parentSequence
    this.asset = undefined
    this.toSlot = -1
    this.ghost = false
    this.outcome = PENDING
    this.endedAt = 0
    this.result = undefined
    this.events = undefined
    this.refusal = undefined
    this.defect = undefined
    this.next = undefined
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
    copy.positionBlock = this.positionBlock
    copy.positionIndex = this.positionIndex
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
