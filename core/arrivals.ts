import type { Cell } from "./cell.ts"
import type { Envelope } from "./envelope.ts"
import type { Payments } from "./payments.ts"
import { Pile } from "./pile.ts"

/**
 * What arrives in the next block, in canonical order: messages, and places of plain payments. Who walks through it sees messages only, and what it has
 * seen of a payment is the message from then on.
 */
export class Arrivals {
  readonly items: Pile<Envelope | number>
  /** Those that have places in `items`. */
  payments: Payments | undefined

  constructor(items = new Pile<Envelope | number>(), payments?: Payments) {
    this.items = items
    this.payments = payments
  }

  static from(messages: Iterable<Envelope>): Arrivals {
    return new Arrivals(Pile.from<Envelope | number>(messages))
  }

  get length(): number {
    return this.items.length
  }

  push(message: Envelope): void {
    this.items.push(message)
  }

  *[Symbol.iterator](): Iterator<Envelope> {
    for (const piece of this.items.pieces) {
      for (let at = 0; at < piece.length; at++) yield (piece[at] = messageOf(piece[at] as Envelope | number, this.payments))
    }
  }

  toArray(): Envelope[] {
    return [...this]
  }
}

export const messageOf = (item: Envelope | number, payments: Payments | undefined): Envelope => {
  if (typeof item !== "number") return item
  if (payments === undefined) throw new TypeError("a world that tells totals tells what is under way only until it steps on")
  return payments.envelope(item)
}

/** Where an item goes, if somebody lived there when it was sent. */
export const receiverOf = (item: Envelope | number, payments: Payments | undefined): Cell | undefined =>
  typeof item === "number" ? (payments as Payments).to[item] : item.toCell
