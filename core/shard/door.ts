import { admit, type Admission } from "../admission.ts"
import { slotOfHash } from "../address.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import type { Codes } from "../codes.ts"
import { GROUP } from "../directory.ts"
import { Envelope } from "../envelope.ts"
import type { Kernel } from "../kernel.ts"
import { findEnds } from "../run-block.ts"
import type { Transaction } from "../transaction.ts"
import type { Abroad } from "./abroad.ts"
import { Bag, beginPacked, endPacked } from "./bag.ts"
import { unpackTransaction } from "./packet.ts"
import { Takings } from "./takings.ts"

/** What came of the transactions that begin in a shard. */
export class AtTheDoor {
  given = 0
  refused = 0
  /** One for each of them, where they are told, and their places in the block. */
  readonly admissions: Admission[] = []
  readonly indexes: number[] = []
  /** Those to actors of this shard. */
  readonly staying: Envelope[] = []
}

/** Where transactions enter a shard: those of its own accounts, of which some leave for other shards, and those that come from there. */
export class Door {
  private readonly kernel: Kernel
  private readonly abroad: Abroad
  /** What leaves for each shard. */
  readonly leaving: readonly ByteWriter[]
  /** Transactions that wait until there are enough to be looked up together, and their places in the block. */
  private readonly group: Transaction[] = []
  private readonly indexes: number[] = []
  private waiting = 0
  private block = new AtTheDoor()
  private told = false
  private readonly senders: (Cell | undefined)[] = []
  private readonly receivers: (Cell | undefined)[] = []
  /** Of the receivers' addresses. */
  private readonly hashes = new Int32Array(GROUP)
  private readonly takings: Takings
  private readonly bag: Bag

  constructor(kernel: Kernel, abroad: Abroad) {
    this.kernel = kernel
    this.abroad = abroad
    this.leaving = abroad.departures.map(() => new ByteWriter(1 << 12))
    this.takings = new Takings(kernel)
    this.bag = new Bag(kernel.cells)
  }

  /** Begins a block. `told`: whether somebody wants to hear of each transaction. */
  begin(told: boolean): void {
    for (const writer of this.leaving) writer.reset()
    this.block = new AtTheDoor()
    this.told = told
  }

  /** Takes the next transaction of the block that begins in this shard. */
  take(index: number, transaction: Transaction): void {
    this.group[this.waiting] = transaction
    this.indexes[this.waiting++] = index
    if (this.waiting === GROUP) this.admitGroup()
  }

  /** All of them are admitted, in their order. */
  end(): AtTheDoor {
    if (this.waiting > 0) this.admitGroup()
    return this.block
  }

  /** What goes to another shard is packed while it is at hand. */
  private admitGroup(): void {
    const { kernel, block, told, group, indexes, senders, receivers, hashes, waiting } = this
    this.waiting = 0
    findEnds(kernel, group, 0, waiting, senders, receivers)
    kernel.cells.lastHashes(hashes)
    block.given += waiting
    for (let at = 0; at < waiting; at++) {
      const index = indexes[at] as number
      const admission = admit(kernel, group[at] as Transaction, index, senders[at], receivers[at])
      if (told) {
        block.admissions.push(admission)
        block.indexes.push(index)
      }
      if (!(admission instanceof Envelope)) block.refused++
      else if (this.stays(admission, (hashes[at] as number) >>> 0)) block.staying.push(admission)
    }
  }

  private stays(envelope: Envelope, hash: number): boolean {
    const { kernel, abroad } = this
    const slot = (envelope.toSlot = slotOfHash(hash))
    abroad.traffic?.count(envelope.fromSlot, slot)
    const owner = abroad.owners[slot] as number
    if (owner === abroad.self) return true
    const writer = this.leaving[owner] as ByteWriter
    const start = beginPacked(writer, (envelope.fromCell as Cell).hash, hash)
    kernel.inputs.copyLast(writer)
    endPacked(writer, start)
    return false
  }

  /** Payments that were credited without having been made a message. */
  get taken(): number {
    return this.takings.count
  }

  /**
   * All transactions to actors of this shard, in the order of the block, but for those that were credited at once. `taken`: what each shard sent;
   * `arrivals`: how many messages arrive besides.
   */
  meet({ staying }: AtTheDoor, taken: readonly Uint8Array[], arrivals: number, codes: Codes, told: boolean): Envelope[] {
    const { kernel, bag, takings } = this
    const lists: Envelope[][] = []
    const takes = takings.begin(taken.reduce((sum, bytes) => sum + bytes.length, 0), staying.length + arrivals) && !told
    for (const bytes of taken) {
      if (bytes.length === 0) continue
      const list: Envelope[] = []
      const reader = new ByteReader(bytes)
      for (let count = bag.next(reader); count > 0; count = bag.next(reader)) {
        const { offset } = reader
        for (let at = 0; at < count; at++) if (!takes || !takings.credit(reader, bag, at)) list.push(unpackTransaction(reader, bag, at, kernel, codes))
        reader.offset = offset
      }
      lists.push(list)
    }
    return inOrder([staying, ...lists])
  }
}

/** One list of ascending ones. */
const inOrder = (lists: readonly Envelope[][]): Envelope[] => {
  let rest = lists.filter((list) => list.length > 0)
  while (rest.length > 1) {
    const next: Envelope[][] = []
    for (let at = 0; at < rest.length; at += 2) next.push(at + 1 < rest.length ? merged(rest[at] as Envelope[], rest[at + 1] as Envelope[]) : (rest[at] as Envelope[]))
    rest = next
  }
  return rest[0] ?? []
}

const merged = (left: readonly Envelope[], right: readonly Envelope[]): Envelope[] => {
  const all: Envelope[] = []
  let at = 0
  for (let index = 0; index < left.length; index++) {
    const next = left[index] as Envelope
    while (at < right.length && (right[at] as Envelope).causeIndex < next.causeIndex) all.push(right[at++] as Envelope)
    all.push(next)
  }
  while (at < right.length) all.push(right[at++] as Envelope)
  return all
}
