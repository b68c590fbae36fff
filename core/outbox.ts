import { slotOf, type Address } from "./address.ts"
import { Arrivals } from "./arrivals.ts"
import { ByteWriter, type ByteReader } from "./bytes.ts"
import type { Envelope } from "./envelope.ts"
import { LIMITS } from "./limits.ts"
import type { NameBytes } from "./name-bytes.ts"
import { Payments } from "./payments.ts"
import { Pile } from "./pile.ts"
import { appendChain } from "./spans.ts"
import { writeEnvelope, writePayment } from "./envelope-bytes.ts"

const NOTHING = new Int32Array(0)
const FEW = 8
const SMALL = 64
const BUCKETS_PER_MESSAGE_MAX = 8

/**
 * The messages of one block on their way out. What ordering and hashing need is kept in flat arrays, and the bytes are written when the
 * message is at hand, so that the end of the block walks through kilobytes instead of through every message again.
 */
export class Outbox {
  /** Messages, and places of plain payments. */
  private items = new Pile<Envelope | number>()
  payments = new Payments()
  /** Payments that have arrived; their memory is used again. */
  private spare: Payments | undefined = undefined
  private readonly writer = new ByteWriter(1 << 16)
  private blocks = new Int32Array(1024)
  private indexes = new Int32Array(1024)
  private slots = new Int32Array(1024)
  private ends = new Int32Array(1024)
  private links = new Int32Array(1024)
  private buckets = new Int32Array(LIMITS.slots)

  get count(): number {
    return this.items.length
  }

  clear(): void {
    this.items = new Pile()
    this.payments.count = 0
    this.writer.reset()
  }

  /** Adds a message whose position is settled. What is never sealed need not be written. */
  push(envelope: Envelope, names: NameBytes, slot = slotOfReceiver(envelope), sealed = true): void {
    if (sealed) writeEnvelope(this.writer, envelope, names)
    this.note(envelope, envelope.positionBlock, envelope.positionIndex, slot)
  }

  /** Adds the payment at a place of `payments`, which no message is made of; the same bytes, where anything is sealed. */
  pushPayment(place: number, to: Address, toPlace: number, names: NameBytes, slot: number, sealed: boolean): void {
    if (sealed) writePayment(this.writer, names, this.payments, place, to, toPlace)
    this.note(place, this.payments.blockOf(place), this.payments.indexOf(place), slot)
  }

  /** Adds such a payment of another shard, with the bytes that its sender wrote. */
  pushWrittenPayment(place: number, slot: number, reader: ByteReader, from: number, to: number): void {
    this.writer.passOn(reader, from, to)
    this.note(place, this.payments.blockOf(place), this.payments.indexOf(place), slot)
  }

  /** Adds a message of another shard, with the bytes that its sender wrote. */
  pushWritten(envelope: Envelope, reader: ByteReader, from: number, to: number): void {
    this.writer.passOn(reader, from, to)
    this.note(envelope, envelope.positionBlock, envelope.positionIndex, slotOfReceiver(envelope))
  }

  private note(item: Envelope | number, block: number, index: number, slot: number): void {
    const at = this.items.length
    if (at === this.blocks.length) this.grow()
    this.items.push(item)
    this.blocks[at] = block
    this.indexes[at] = index
    this.slots[at] = slot
    this.ends[at] = this.writer.length
  }

  /**
   * The places of all messages in canonical order. Positions are dense within a block, so messages are dealt into one bucket per position,
   * which costs no comparisons; only messages of one position are compared. Few or sparse messages are sorted instead.
   */
  order(): Int32Array {
    const { count } = this
    if (count === 0) return NOTHING
    const order = new Int32Array(count)
    if (count < FEW) return this.insertInOrder(order)
    let filled = 0
    for (const block of this.distinctBlocks()) filled = this.orderBlock(block, order, filled)
    return order
  }

  private insertInOrder(order: Int32Array): Int32Array {
    for (let at = 1; at < order.length; at++) {
      let place = at
      for (; place > 0 && this.compare(order[place - 1] as number, at) > 0; place--) order[place] = order[place - 1] as number
      order[place] = at
    }
    return order
  }

  private distinctBlocks(): number[] {
    const blocks = new Set<number>()
    let last = -1
    for (let at = 0; at < this.count; at++) {
      const block = this.blocks[at] as number
      if (block !== last) blocks.add((last = block))
    }
    return [...blocks].sort((left, right) => left - right)
  }

  private orderBlock(block: number, order: Int32Array, from: number): number {
    let to = from
    let indexMax = 0
    for (let at = 0; at < this.count; at++) {
      if (this.blocks[at] !== block) continue
      order[to++] = at
      const index = this.indexes[at] as number
      if (index > indexMax) indexMax = index
    }
    if (to - from < SMALL || indexMax > (to - from) * BUCKETS_PER_MESSAGE_MAX) order.subarray(from, to).sort(this.compare)
    else this.deal(order, from, to, indexMax)
    return to
  }

  /** The canonical order of two places. */
  private readonly compare = (left: number, right: number): number => {
    const { blocks, indexes } = this
    if (blocks[left] !== blocks[right]) return (blocks[left] as number) - (blocks[right] as number)
    if (indexes[left] !== indexes[right]) return (indexes[left] as number) - (indexes[right] as number)
    const from = this.senderOf(left)
    const otherFrom = this.senderOf(right)
    return from !== otherFrom ? (from < otherFrom ? -1 : 1) : this.sequenceOf(left) - this.sequenceOf(right)
  }

  private senderOf(at: number): Address {
    const item = this.items.get(at)
    return typeof item === "number" ? this.payments.senderOf(item) : item.from
  }

  private sequenceOf(at: number): number {
    const item = this.items.get(at)
    return typeof item === "number" ? this.payments.sequenceOf(item) : item.sequence
  }

  /** Orders one block's messages by buckets. */
  private deal(order: Int32Array, from: number, to: number, indexMax: number): void {
    if (this.buckets.length <= indexMax) this.buckets = new Int32Array(indexMax * 2)
    const { buckets, links, indexes } = this
    buckets.fill(-1, 0, indexMax + 1)
    for (let rank = to - 1; rank >= from; rank--) {
      const at = order[rank] as number
      const index = indexes[at] as number
      links[at] = buckets[index] as number
      buckets[index] = at
    }
    let rank = from
    for (let index = 0; index <= indexMax; index++) {
      const start = rank
      for (let at = buckets[index] as number; at >= 0; at = links[at] as number) order[rank++] = at
      if (rank - start > 1) order.subarray(start, rank).sort(this.compare)
    }
  }

  /** Everything in the order that `order` gave; the payments among it are its own from now on. */
  inOrder(order: Int32Array): Arrivals {
    const items = new Pile<Envelope | number>()
    for (let rank = 0; rank < order.length; rank++) items.push(this.items.get(order[rank] as number))
    if (this.payments.count === 0) return new Arrivals(items)
    const arrivals = new Arrivals(items, this.payments)
    this.payments = this.spare ?? new Payments()
    this.payments.count = 0
    this.spare = undefined
    return arrivals
  }

  /** Takes back the memory of payments that have all arrived. */
  reuse(payments: Payments): void {
    this.spare = payments
  }

  /** Deals the messages, given in order, into one list per slot: the place of each slot's first, -1 where it has none. For `writeSlot`. */
  bySlot(order: Int32Array): Int32Array {
    const heads = new Int32Array(LIMITS.slots).fill(-1)
    const { links, slots } = this
    for (let rank = order.length - 1; rank >= 0; rank--) {
      const at = order[rank] as number
      const slot = slots[at] as number
      links[at] = heads[slot] as number
      heads[slot] = at
    }
    return heads
  }

  /** Writes the bytes of a slot's messages, beginning with the one at `head`. */
  writeSlot(writer: ByteWriter, head: number): void {
    appendChain(writer, this.writer, this.ends, this.links, head)
  }

  private grow(): void {
    const longer = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(array.length * 2)
      next.set(array)
      return next
    }
    this.blocks = longer(this.blocks)
    this.indexes = longer(this.indexes)
    this.slots = longer(this.slots)
    this.ends = longer(this.ends)
    this.links = longer(this.links)
  }
}

/** The slot that a message goes to. */
export const slotOfReceiver = ({ toSlot, toCell, to }: Envelope): number => (toSlot >= 0 ? toSlot : toCell === undefined ? slotOf(to) : toCell.slot)
