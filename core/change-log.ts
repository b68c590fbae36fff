import type { ByteWriter } from "./bytes.ts"
import { LIMITS } from "./limits.ts"

/** Longer runs than this are sorted, shorter ones inserted: a slot has a handful of actors. */
const INSERTED_MAX = 32

const insert = (places: Int32Array, start: number, end: number, ascending: (left: number, right: number) => number): void => {
  for (let next = start + 1; next < end; next++) {
    const place = places[next] as number
    let at = next
    for (; at > start && ascending(places[at - 1] as number, place) > 0; at--) places[at] = places[at - 1] as number
    places[at] = place
  }
}

/**
 * The actors that a block touched, in flat arrays by their places: what puts them in order for the seal, and where their replies and events stand
 * among the block's answers.
 */
export class ChangeLog {
  private count = 0
  private readonly slotStarts = new Int32Array(LIMITS.slots + 1)
  private readonly filled = new Int32Array(LIMITS.slots + 1)
  private slots = new Int32Array(1024)
  private hashes = new Uint32Array(1024)
  private namePlaces = new Int32Array(1024)
  private answerStarts = new Int32Array(1024)
  private answerEnds = new Int32Array(1024)

  clear(): void {
    this.count = 0
  }

  /** Makes room for the actor at `place`; places are counted up from 0. `namePlace`: where its kernel keeps the bytes of its address. */
  begin(place: number, slot: number, hash: number, namePlace: number): void {
    if (place === this.slots.length) this.grow()
    this.count = place + 1
    this.slots[place] = slot
    this.hashes[place] = hash
    this.namePlaces[place] = namePlace
    this.answerStarts[place] = this.answerEnds[place] = 0
  }

  /** Where the bytes of an actor's address are kept, for who needs not visit it for that. */
  namePlace(place: number): number {
    return this.namePlaces[place] as number
  }

  /** Notes where the actor's replies and events stand among the block's answers. */
  noteAnswers(place: number, start: number, end: number): void {
    this.answerStarts[place] = start
    this.answerEnds[place] = end
  }

  copyAnswers(place: number, writer: ByteWriter, answers: ByteWriter): void {
    writer.append(answers, this.answerStarts[place] as number, this.answerEnds[place] as number)
  }

  /** All places by slot, in a slot in ascending order of hash, ties by `compare`; `starts` has one more entry than there are slots. */
  bySlot(compare: (left: number, right: number) => number): { readonly places: Int32Array; readonly starts: Int32Array } {
    const { count, slots } = this
    const { slotStarts: starts, filled } = this
    starts.fill(0)
    for (let place = 0; place < count; place++) starts[(slots[place] as number) + 1]!++
    for (let slot = 0; slot < LIMITS.slots; slot++) starts[slot + 1]! += starts[slot] as number
    const places = new Int32Array(count)
    filled.set(starts)
    for (let place = 0; place < count; place++) places[filled[slots[place] as number]!++] = place
    const ascending = (left: number, right: number): number =>
      (this.hashes[left] as number) - (this.hashes[right] as number) || compare(left, right)
    for (let slot = 0; slot < LIMITS.slots; slot++) {
      const start = starts[slot] as number
      const end = starts[slot + 1] as number
      if (end - start > INSERTED_MAX) places.subarray(start, end).sort(ascending)
      else if (end - start > 1) insert(places, start, end, ascending)
    }
    return { places, starts }
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
    this.namePlaces = signed(this.namePlaces)
    this.answerStarts = signed(this.answerStarts)
    this.answerEnds = signed(this.answerEnds)
  }
}
