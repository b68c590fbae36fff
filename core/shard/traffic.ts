import type { ByteReader, ByteWriter } from "../bytes.ts"
import { LIMITS } from "../limits.ts"

/** Messages between slots, counted in some blocks: what the mover plans from. */
export class Traffic {
  /** Four megabytes, made when the first message is counted. */
  private table: Uint32Array | undefined = undefined
  private readonly pairs: number[] = []
  /** All that were counted since they were forgotten last. */
  messages = 0

  private get counts(): Uint32Array {
    return (this.table ??= new Uint32Array(LIMITS.slots * LIMITS.slots))
  }

  count(from: number, to: number): void {
    this.messages++
    const pair = from * LIMITS.slots + to
    if (this.counts[pair]!++ === 0) this.pairs.push(pair)
  }

  /** Writes what was counted and forgets it. */
  write(writer: ByteWriter): void {
    writer.varint(this.pairs.length)
    for (const pair of this.pairs) {
      writer.varint(pair)
      writer.varint(this.counts[pair] as number)
    }
    this.clear()
  }

  clear(): void {
    for (const pair of this.pairs) this.counts[pair] = 0
    this.pairs.length = 0
    this.messages = 0
  }

  /** Adds what another shard wrote. */
  read(reader: ByteReader): void {
    for (let left = reader.varint(); left > 0; left--) {
      const pair = reader.varint()
      const count = reader.varint()
      if (this.counts[pair] === 0) this.pairs.push(pair)
      this.counts[pair]! += count
      this.messages += count
    }
  }

  /** Every pair of slots between which messages went, with their number. */
  *entries(): Generator<readonly [from: number, to: number, count: number]> {
    for (const pair of [...this.pairs].sort((a, b) => a - b)) yield [Math.floor(pair / LIMITS.slots), pair % LIMITS.slots, this.counts[pair] as number]
  }
}
