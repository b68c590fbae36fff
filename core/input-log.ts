import { ByteWriter } from "./bytes.ts"
import { LIMITS } from "./limits.ts"
import { appendChain } from "./spans.ts"

/** The bytes of the admitted transactions in their order, and the slot of each sender, so that each slot's can be hashed for itself. */
export class InputLog {
  readonly writer = new ByteWriter(1 << 16)
  private count = 0
  private slots = new Int32Array(1024)
  private ends = new Int32Array(1024)
  private links = new Int32Array(1024)

  clear(): void {
    this.count = 0
    this.writer.reset()
  }

  /** Notes that what was written last is a transaction of this slot. */
  note(slot: number): void {
    if (this.count === this.slots.length) this.grow()
    this.slots[this.count] = slot
    this.ends[this.count++] = this.writer.length
  }

  /** The place of each slot's first transaction, -1 where it has none. For `writeSlot`. */
  bySlot(): Int32Array {
    const heads = new Int32Array(LIMITS.slots).fill(-1)
    const { links, slots } = this
    for (let at = this.count - 1; at >= 0; at--) {
      const slot = slots[at] as number
      links[at] = heads[slot] as number
      heads[slot] = at
    }
    return heads
  }

  /** Writes the bytes of a slot's transactions, beginning with the one at `head`. */
  writeSlot(writer: ByteWriter, head: number): void {
    appendChain(writer, this.writer, this.ends, this.links, head)
  }

  /** Copies the transaction that was noted last. */
  copyLast(writer: ByteWriter): void {
    const from = this.count === 1 ? 0 : (this.ends[this.count - 2] as number)
    const to = this.ends[this.count - 1] as number
    writer.append(this.writer, from, to)
  }

  private grow(): void {
    const longer = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(array.length * 2)
      next.set(array)
      return next
    }
    this.slots = longer(this.slots)
    this.ends = longer(this.ends)
    this.links = longer(this.links)
  }
}
