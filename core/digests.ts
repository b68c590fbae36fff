import { hash } from "node:crypto"
import { ByteWriter } from "./bytes.ts"
import { LIMITS } from "./limits.ts"

/** SHA-256 as 32 characters of one byte each: a third cheaper than a buffer, and copied into streams as it is. */
export const digestOf = (bytes: Uint8Array): string => hash("sha256", bytes, "binary")

const DIGEST_LENGTH = 32
/** A slot and its digest, as they are listed. */
const ENTRY_LENGTH = 4 + DIGEST_LENGTH

const PART_BYTES = LIMITS.slots * (ENTRY_LENGTH + 1)
const PARTS = 3

/** Memory for the digests of two blocks in turn, which threads may share: each writes those of its own slots. */
export const DIGESTS_BYTES = 2 * PARTS * PART_BYTES

/** What some slots did in a block, each as one digest. Shards seal their own slots; whoever has those of all makes the header of them. */
export class SlotDigests {
  /** An entry for each slot, and whether it has a digest. */
  private readonly bytes: Uint8Array
  private readonly present: Uint8Array

  constructor(memory: ArrayBufferLike, part: number) {
    this.bytes = new Uint8Array(memory, part * PART_BYTES, LIMITS.slots * ENTRY_LENGTH)
    this.present = new Uint8Array(memory, part * PART_BYTES + LIMITS.slots * ENTRY_LENGTH, LIMITS.slots)
    const view = new DataView(memory, part * PART_BYTES)
    for (let slot = 0; slot < LIMITS.slots; slot++) view.setUint32(slot * ENTRY_LENGTH, slot, true)
  }

  /** Forgets the digests of all slots, or of those that are somebody's. */
  clear(isOwn: ((slot: number) => boolean) | undefined): void {
    if (isOwn === undefined) this.present.fill(0)
    else for (let slot = 0; slot < LIMITS.slots; slot++) if (isOwn(slot)) this.present[slot] = 0
  }

  /** Hashes the segment of a stream that belongs to a slot; an empty one has no digest. */
  seal(slot: number, writer: ByteWriter, start: number): void {
    if (writer.length === start) return
    const digest = digestOf(writer.bytes.subarray(start, writer.length))
    for (let at = 0, into = (slot + 1) * ENTRY_LENGTH - DIGEST_LENGTH; at < DIGEST_LENGTH; at++, into++) this.bytes[into] = digest.charCodeAt(at)
    this.present[slot] = 1
  }

  /** Appends the list of (slot, digest), ascending by slot. */
  list(writer: ByteWriter): void {
    for (let slot = 0; slot < LIMITS.slots; slot++) {
      if (this.present[slot] === 0) continue
      // In a large block every slot has one, and all are copied at once.
      const first = slot
      while (this.present[slot + 1] === 1) slot++
      writer.copy(this.bytes, first * ENTRY_LENGTH, (slot + 1) * ENTRY_LENGTH)
    }
  }
}

/** The digests of one block, part by part. */
export class BlockDigests {
  readonly inputs: SlotDigests
  readonly changes: SlotDigests
  readonly messages: SlotDigests
  private readonly writer = new ByteWriter(1 << 16)

  private readonly isOwn: ((slot: number) => boolean) | undefined

  /** `isOwn` tells the slots whose digests are made here, where memory is shared; `turn`, 0 or 1, which part of it this block has. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(DIGESTS_BYTES), isOwn?: (slot: number) => boolean, turn = 0) {
    this.isOwn = isOwn
    this.inputs = new SlotDigests(memory, turn * PARTS)
    this.changes = new SlotDigests(memory, turn * PARTS + 1)
    this.messages = new SlotDigests(memory, turn * PARTS + 2)
  }

  clear(): void {
    const { isOwn } = this
    this.inputs.clear(isOwn)
    this.changes.clear(isOwn)
    this.messages.clear(isOwn)
  }

  /** The three digests of a header, in hexadecimal. */
  combine(time: number, opened: readonly string[]): { readonly inputs: string; readonly changes: string; readonly messages: string } {
    const { writer } = this
    const digest = (part: SlotDigests): string => {
      part.list(writer)
      const combined = hash("sha256", writer.bytes.subarray(0, writer.length))
      writer.reset()
      return combined
    }
    writer.reset()
    writer.varint(time)
    writer.varint(opened.length)
    for (const address of opened) writer.text(address)
    return { inputs: digest(this.inputs), changes: digest(this.changes), messages: digest(this.messages) }
  }
}
