import { ByteWriter } from "./bytes.ts"
import { LIMITS } from "./limits.ts"

/**
 * The bytes of what each touched actor changed, written while the actor is at hand, and where they stand. An actor that changes again in the
 * same block is written again, and only its last bytes count. So the seal walks through flat arrays and visits no actor a second time: with a
 * million accounts every visit is a miss of the processor's caches.
 */
export class ChangeLog {
  readonly writer = new ByteWriter(1 << 16)
  private count = 0
  private slots = new Int32Array(1024)
  private hashes = new Uint32Array(1024)
  private starts = new Int32Array(1024)
  private ends = new Int32Array(1024)
  private answerStarts = new Int32Array(1024)
  private answerEnds = new Int32Array(1024)

  clear(): void {
    this.count = 0
    this.writer.reset()
  }

  /** Makes room for the actor at `place`; places are counted up from 0. */
  begin(place: number, slot: number, hash: number): void {
    if (place === this.slots.length) this.grow()
    this.count = place + 1
    this.slots[place] = slot
    this.hashes[place] = hash
    this.starts[place] = this.ends[place] = this.answerStarts[place] = this.answerEnds[place] = 0
  }

  /** Notes that the actor's changes stand from `start` to the end of what is written. */
  note(place: number, start: number): void {
    this.starts[place] = start
    this.ends[place] = this.writer.length
  }

  /** Notes where the actor's replies and events stand among the block's answers. */
  noteAnswers(place: number, start: number, end: number): void {
    this.answerStarts[place] = start
    this.answerEnds[place] = end
  }

  copyChanges(place: number, writer: ByteWriter): void {
    writer.copy(this.writer.bytes, this.starts[place] as number, this.ends[place] as number)
  }

  copyAnswers(place: number, writer: ByteWriter, answers: ByteWriter): void {
    writer.copy(answers.bytes, this.answerStarts[place] as number, this.answerEnds[place] as number)
  }

  /** The places of each slot in ascending order of hash, ties by `compare`; undefined where a slot has none. */
  bySlot(compare: (left: number, right: number) => number): (number[] | undefined)[] {
    const slots = new Array<number[] | undefined>(this.count === 0 ? 0 : LIMITS.slots).fill(undefined)
    for (let place = 0; place < this.count; place++) {
      const number = this.slots[place] as number
      const slot = slots[number]
      if (slot === undefined) slots[number] = [place]
      else slot.push(place)
    }
    const ascending = (left: number, right: number): number =>
      (this.hashes[left] as number) - (this.hashes[right] as number) || compare(left, right)
    for (const slot of slots) if (slot !== undefined && slot.length > 1) slot.sort(ascending)
    return slots
  }

  private grow(): void {
    const size = this.slots.length * 2
    const signed = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(size)
      next.set(array)
      return next
    }
    const hashes = new Uint32Array(size)
    hashes.set(this.hashes)
    this.hashes = hashes
    this.slots = signed(this.slots)
    this.starts = signed(this.starts)
    this.ends = signed(this.ends)
    this.answerStarts = signed(this.answerStarts)
    this.answerEnds = signed(this.answerEnds)
  }
}
