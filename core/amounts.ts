import type { ByteWriter } from "./bytes.ts"

/** The first amount that needs more than one limb. */
const LIMB = 2n ** 64n
/** The high limb of an amount that is kept in `wide`; and its halves. */
const WIDE = LIMB - 1n
const WIDE_WORD = 0xffff_ffff
const WORD_MAX = 0xffff_ffff
/** Words of 32 bits of one balance: its amount now, low limb first, and the amount at the start of the block. */
const STRIDE = 8
const BEFORE = 4

/** High limbs of one word, moved to where they count, by their lowest bits: balances that are read often keep theirs for long. */
const HIGH_PARTS: bigint[] = []
const HIGH_PARTS_OF = new Uint32Array(1024)
for (let at = 0; at < HIGH_PARTS_OF.length; at++) HIGH_PARTS[at] = 0n

const highPart = (word: number): bigint => {
  const at = word % HIGH_PARTS_OF.length
  if (HIGH_PARTS_OF[at] !== word) {
    HIGH_PARTS_OF[at] = word
    HIGH_PARTS[at] = BigInt(word) << 64n
  }
  return HIGH_PARTS[at] as bigint
}

/**
 * The balances of all actors: pairs of 64-bit limbs in one flat array, read as halves where that spares a bigint (every supported machine has
 * the low half first). The few amounts from 2^128 - 2^64 on stand apart. A bigint in an actor's own field would be a new object at every change,
 * which an old object then points to, and the collector pays for each of those twice (measured for a change among 1,000,000 actors: 1.2 us so,
 * 0.5 us here).
 */
export class Amounts {
  private words = new Uint32Array(STRIDE * 256)
  private limbs = new BigUint64Array(this.words.buffer)
  private length = 0
  private readonly wide = new Map<number, bigint>()
  private readonly free: number[] = []

  /** Makes room for one more balance, which is 0, and gives its place. */
  begin(): number {
    const free = this.free.pop()
    if (free !== undefined) return free
    const place = this.length
    this.length += STRIDE
    if (this.length > this.words.length) {
      const words = new Uint32Array(this.words.length * 2)
      words.set(this.words)
      this.words = words
      this.limbs = new BigUint64Array(words.buffer)
    }
    return place
  }

  /** Gives a place back whose balance is needed no more. */
  release(place: number): void {
    this.set(place, 0n)
    this.set(place + BEFORE, 0n)
    this.free.push(place)
  }

  /** Reads as much as brings the balance into the processor's caches, and makes no bigint of it. */
  peek(place: number): number {
    return this.words[place] as number
  }

  isZero(place: number): boolean {
    const { words } = this
    return words[place] === 0 && words[place + 1] === 0 && words[place + 2] === 0 && words[place + 3] === 0
  }

  get(place: number): bigint {
    const { words, limbs } = this
    const low = limbs[place >>> 1] as bigint
    if (words[place + 2] === 0 && words[place + 3] === 0) return low
    if (this.isWide(place)) return this.wide.get(place) as bigint
    return words[place + 3] === 0 ? highPart(words[place + 2] as number) + low : ((limbs[(place >>> 1) + 1] as bigint) << 64n) | low
  }

  set(place: number, amount: bigint): void {
    if (this.isWide(place)) this.wide.delete(place)
    const high = amount >> 64n
    // Stores the lowest 64 bits of what may be longer.
    this.limbs[place >>> 1] = amount
    if (high < WIDE) {
      this.limbs[(place >>> 1) + 1] = high
      return
    }
    this.limbs[(place >>> 1) + 1] = WIDE
    this.wide.set(place, amount)
  }

  add(place: number, amount: bigint): void {
    const { words, limbs } = this
    if (amount < LIMB && !this.isWide(place)) {
      const at = place >>> 1
      const low = words[place] as number
      const high = words[place + 1] as number
      if ((words[place + 2] as number) < WIDE_WORD - 1) {
        limbs[at] = BigInt.asUintN(64, (limbs[at] as bigint) + BigInt.asUintN(64, amount))
        // Compared as halves: a comparison of whole limbs makes bigints of them.
        const now = words[place + 1] as number
        if (now < high || (now === high && (words[place] as number) < low)) this.carry(place)
        return
      }
    }
    this.set(place, this.get(place) + amount)
  }

  /** Adds an amount below 2^64, given in halves. Makes no bigint where none is needed. */
  addWords(place: number, low: number, high: number): void {
    const { words } = this
    if ((words[place + 2] as number) >= WIDE_WORD - 1) return this.set(place, this.get(place) + ((BigInt(high) << 32n) | BigInt(low)))
    const lower = (words[place] as number) + low
    const upper = (words[place + 1] as number) + high + (lower > WORD_MAX ? 1 : 0)
    words[place] = lower
    words[place + 1] = upper
    if (upper > WORD_MAX) this.carry(place)
  }

  /** Takes an amount that `covers` found to be there. */
  take(place: number, amount: bigint): void {
    const { words, limbs } = this
    if (amount < LIMB && !this.isWide(place)) {
      const at = place >>> 1
      const low = words[place] as number
      const high = words[place + 1] as number
      limbs[at] = BigInt.asUintN(64, (limbs[at] as bigint) - BigInt.asUintN(64, amount))
      const now = words[place + 1] as number
      if (now > high || (now === high && (words[place] as number) > low)) this.borrow(place)
      return
    }
    this.set(place, this.get(place) - amount)
  }

  covers(place: number, amount: bigint): boolean {
    const { words, limbs } = this
    if (amount < LIMB) return words[place + 2] !== 0 || words[place + 3] !== 0 || (limbs[place >>> 1] as bigint) >= BigInt.asUintN(64, amount)
    return this.get(place) >= amount
  }

  /** Begins a block for this balance: what it is now is what it was before. */
  keep(place: number): void {
    this.copy(place, this, place + BEFORE)
  }

  changed(place: number): boolean {
    const { words, wide } = this
    if (words[place] !== words[place + BEFORE] || words[place + 1] !== words[place + BEFORE + 1]) return true
    if (words[place + 2] !== words[place + BEFORE + 2] || words[place + 3] !== words[place + BEFORE + 3]) return true
    return this.isWide(place) && wide.get(place) !== wide.get(place + BEFORE)
  }

  /** Copies an amount to another place of this or of another list. */
  copy(from: number, to: Amounts, place: number): void {
    const { words } = this
    const target = to.words
    const apart = this.isWide(from) ? this.wide.get(from) : undefined
    if (to.isWide(place)) to.wide.delete(place)
    target[place] = words[from] as number
    target[place + 1] = words[from + 1] as number
    target[place + 2] = words[from + 2] as number
    target[place + 3] = words[from + 3] as number
    if (apart !== undefined) to.wide.set(place, apart)
  }

  /** Writes an amount as `ByteWriter.uint` does. */
  write(writer: ByteWriter, place: number): void {
    const { words } = this
    if (this.isWide(place)) return writer.uint(this.wide.get(place) as bigint)
    const limbs = words[place + 2] !== 0 || words[place + 3] !== 0 ? 2 : words[place] !== 0 || words[place + 1] !== 0 ? 1 : 0
    writer.limbs(words, place, limbs)
  }

  private isWide(place: number): boolean {
    return this.words[place + 3] === WIDE_WORD && this.words[place + 2] === WIDE_WORD
  }

  private carry(place: number): void {
    const { words } = this
    const low = (words[place + 2] as number) + 1
    words[place + 2] = low
    if (low > WIDE_WORD) words[place + 3] = (words[place + 3] as number) + 1
  }

  private borrow(place: number): void {
    const { words } = this
    if (words[place + 2] === 0) words[place + 3] = (words[place + 3] as number) - 1
    words[place + 2] = (words[place + 2] as number) - 1
  }
}
