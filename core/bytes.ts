import { interned } from "./interned.ts"
import { hashOf, NAMES } from "./names.ts"

/** Little-endian byte streams of the canonical codec: what headers hash and snapshots store. */

const ENCODER = new TextEncoder()
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const UINT_MAX = 2n ** 256n - 1n

/** Bytes behind the end of every writer's buffer, for what copies eight at a time. */
const SLACK = 8
/** Longer spans than this are copied by a call of the engine's own. */
const LONG = 1000

/** The longest form of an amount. */
export const UINT_BYTES = 33

/** Writes an amount as `ByteWriter.uint` does, where there is room, and gives its end. */
export const putUint = (view: DataView, at: number, value: bigint): number => {
  view.setBigUint64(at + 1, value, true)
  // A comparison of bigints is a call, and this is the only one that most amounts need.
  if (BigInt.asUintN(64, value) !== value) return putLimbs(view, at, value)
  if (view.getUint32(at + 1, true) === 0 && view.getUint32(at + 5, true) === 0) {
    view.setUint8(at, 0)
    return at + 1
  }
  view.setUint8(at, 1)
  return at + 9
}

/** An amount of several limbs. */
const putLimbs = (view: DataView, start: number, value: bigint): number => {
  if (value < 0n || value > UINT_MAX) throw new RangeError(`${value} is no amount`)
  let limbs = 0
  let at = start + 1
  for (let rest = value; rest !== 0n; rest >>= 64n, at += 8, limbs++) {
    // Stores the lowest 64 bits of what may be longer.
    view.setBigUint64(at, rest, true)
  }
  view.setUint8(start, limbs)
  return at
}

/** Appends values to one growing buffer. Reused block after block, so that sealing allocates nothing per message. */
export class ByteWriter {
  bytes: Uint8Array
  length = 0
  /** How many bytes there is room for: asked for at every value, so it stands here, and not only in `bytes`. */
  private room: number
  /** The same memory, and eight bytes behind it. */
  view: DataView

  constructor(capacity = 1024) {
    this.room = Math.max(64, capacity)
    const buffer = new ArrayBuffer(this.room + SLACK)
    this.bytes = new Uint8Array(buffer, 0, this.room)
    this.view = new DataView(buffer)
  }

  reset(): void {
    this.length = 0
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  /** Makes room for so many bytes, for who writes to `bytes` itself. */
  reserve(count: number): void {
    if (this.length + count > this.room) this.grow(count)
  }

  u8(value: number): void {
    if (this.length + 1 > this.room) this.grow(1)
    this.bytes[this.length++] = value
  }

  u32(value: number): void {
    if (this.length + 4 > this.room) this.grow(4)
    this.view.setUint32(this.length, value, true)
    this.length += 4
  }

  /** Replaces four bytes that were written before. */
  setU32(at: number, value: number): void {
    this.view.setUint32(at, value, true)
  }

  /** Text whose characters are single bytes, without its length. */
  latin1(value: string): void {
    if (this.length + value.length > this.room) this.grow(value.length)
    for (let index = 0; index < value.length; index++) this.bytes[this.length++] = value.charCodeAt(index)
  }

  /** A safe integer from 0, seven bits a byte. */
  varint(value: number): void {
    if (this.length + 8 > this.room) this.grow(8)
    let rest = value
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 128
      rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 128)
    }
    this.bytes[this.length++] = rest
  }

  /** A bigint from 0 to 2^256 - 1: the number of 64-bit limbs, then the limbs, lowest first; minimal, so one value has one form. */
  uint(value: bigint): void {
    if (this.length + UINT_BYTES > this.room) this.grow(UINT_BYTES)
    this.length = putUint(this.view, this.length, value)
  }

  /** A sum of amounts, which may be negative. */
  signed(value: bigint): void {
    this.u8(value < 0n ? 1 : 0)
    this.uint(value < 0n ? -value : value)
  }

  /** UTF-8 with its length in bytes before it. The text must be well formed (no lone surrogate). */
  text(value: string): void {
    const length = value.length
    if (this.length + 8 + length * 3 > this.room) this.grow(8 + length * 3)
    if (length < 128) {
      let at = this.length
      const bytes = this.bytes
      bytes[at++] = length
      let code = 0
      for (let index = 0; index < length; index++) {
        code = value.charCodeAt(index)
        if (code > 127) break
        bytes[at++] = code
      }
      if (code <= 127) {
        this.length = at
        return
      }
    }
    const encoded = ENCODER.encode(value)
    this.varint(encoded.length)
    this.raw(encoded)
  }

  /** Writes an amount of so many limbs that stand as pairs of 32-bit words at `at`; the same bytes as `uint`. */
  limbs(words: Uint32Array, at: number, limbs: number): void {
    if (this.length + UINT_BYTES > this.room) this.grow(UINT_BYTES)
    this.bytes[this.length++] = limbs
    for (let word = 0; word < limbs * 2; word++) {
      this.view.setUint32(this.length, words[at + word] as number, true)
      this.length += 4
    }
  }

  raw(value: Uint8Array): void {
    if (this.length + value.length > this.room) this.grow(value.length)
    this.bytes.set(value, this.length)
    this.length += value.length
  }

  /** Appends bytes from `from` (included) to `to` of another buffer. */
  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from
    if (this.length + count > this.room) this.grow(count)
    if (count > 200) this.bytes.set(source.subarray(from, to), this.length)
    else for (let at = from, into = this.length; at < to; at++, into++) this.bytes[into] = source[at] as number
    this.length += count
  }

  /**
   * Appends bytes from `from` (included) to `to` of another writer: eight at a time, since most spans are too short for a call of `set`. The last
   * eight may reach beyond both ends; what they bring along is overwritten by what is written next.
   */
  append(source: ByteWriter, from: number, to: number): void {
    const count = to - from
    if (this.length + count > this.room) this.grow(count)
    if (count > LONG) this.bytes.set(source.bytes.subarray(from, to), this.length)
    else {
      const { view, length } = this
      const there = source.view
      for (let at = 0; at < count; at += 8) view.setBigUint64(length + at, there.getBigUint64(from + at, true), true)
    }
    this.length += count
  }

  /** Appends bytes from `from` (included) to `to` of what a reader has: as `append`, where eight more bytes stand behind them. */
  passOn(source: ByteReader, from: number, to: number): void {
    const count = to - from
    if (to + SLACK > source.bytes.length || count > LONG) return this.copy(source.bytes, from, to)
    if (this.length + count > this.room) this.grow(count)
    const { view, length } = this
    const there = source.view
    for (let at = 0; at < count; at += 8) view.setBigUint64(length + at, there.getBigUint64(from + at, true), true)
    this.length += count
  }

  private grow(extra: number): void {
    let capacity = this.room * 2
    while (capacity < this.length + extra) capacity *= 2
    const buffer = new ArrayBuffer(capacity + SLACK)
    const next = new Uint8Array(buffer, 0, capacity)
    next.set(this.bytes.subarray(0, this.length))
    this.bytes = next
    this.room = capacity
    this.view = new DataView(buffer)
  }
}

/** Thrown when bytes end early or break a form that the writer would never produce. */
export class MalformedBytes extends Error {
  override readonly name = "MalformedBytes"
  readonly offset: number
  readonly problem: string

  constructor(offset: number, problem: string) {
    super(`malformed bytes at offset ${offset}: ${problem}`)
    this.offset = offset
    this.problem = problem
  }
}

/** Reads what a `ByteWriter` wrote; refuses everything else. */
export class ByteReader {
  offset = 0
  readonly bytes: Uint8Array
  readonly view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get done(): boolean {
    return this.offset === this.bytes.length
  }

  fail(problem: string): never {
    throw new MalformedBytes(this.offset, problem)
  }

  u8(): number {
    this.need(1)
    return this.view.getUint8(this.offset++)
  }

  /** Whether the next byte is 0, which is then passed. */
  skipZero(): boolean {
    if (this.bytes[this.offset] !== 0) return false
    this.offset++
    return true
  }

  u32(): number {
    this.need(4)
    const value = this.view.getUint32(this.offset, true)
    this.offset += 4
    return value
  }

  varint(): number {
    // Most numbers are short.
    const { bytes, offset } = this
    const first = bytes[offset] as number
    if (first < 128) {
      this.offset = offset + 1
      return first
    }
    const second = bytes[offset + 1] as number
    if (second > 0 && second < 128) {
      this.offset = offset + 2
      return (first & 127) | (second << 7)
    }
    return this.longVarint()
  }

  private longVarint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 127) * scale
      if (value > Number.MAX_SAFE_INTEGER) this.fail("a number beyond the safe integers")
      if (byte < 128) {
        if (byte === 0 && scale > 1) this.fail("a number with needless bytes")
        return value
      }
      scale *= 128
    }
  }

  uint(): bigint {
    const limbs = this.u8()
    if (limbs > 4) this.fail(`${limbs} limbs in an amount of at most 4`)
    this.need(limbs * 8)
    if (limbs === 1) {
      const only = this.view.getBigUint64(this.offset, true)
      if (only === 0n) this.fail("an amount with needless limbs")
      this.offset += 8
      return only
    }
    let value = 0n
    for (let limb = limbs - 1; limb >= 0; limb--) {
      const part = this.view.getBigUint64(this.offset + limb * 8, true)
      if (limb === limbs - 1 && part === 0n) this.fail("an amount with needless limbs")
      value = (value << 64n) | part
    }
    this.offset += limbs * 8
    return value
  }

  signed(): bigint {
    return this.u8() === 1 ? -this.uint() : this.uint()
  }

  text(): string {
    const length = this.varint()
    try {
      return DECODER.decode(this.raw(length))
    } catch {
      return this.fail("text that is not UTF-8")
    }
  }

  /** Short text that comes again and again, as the one object that the JavaScript engine keeps for it. */
  name(): string {
    const { bytes, offset } = this
    const length = bytes[offset] as number
    return this.nameOf(length < 128 && offset + length < bytes.length ? NAMES.get(bytes, offset + 1, length, hashOf(bytes, offset + 1, length)) : undefined, length)
  }

  /** The same where a hash of the name is known. */
  nameHashed(hash: number): string {
    const { bytes, offset } = this
    const length = bytes[offset] as number
    return this.nameOf(length < 128 && offset + length < bytes.length ? NAMES.get(bytes, offset + 1, length, hash) : undefined, length)
  }

  private nameOf(known: string | undefined, length: number): string {
    if (known === undefined) return interned(this.text())
    this.offset += 1 + length
    return known
  }

  raw(length: number): Uint8Array {
    this.need(length)
    const value = this.bytes.subarray(this.offset, this.offset + length)
    this.offset += length
    return value
  }

  private need(count: number): void {
    if (this.offset + count > this.bytes.length) this.fail(`${count} more bytes expected`)
  }
}
