import type { ByteReader, ByteWriter } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import { GROUP, type Directory } from "../directory.ts"
import { NAMES } from "../names.ts"

/**
 * Messages of another shard, a group at a time. Before each stand its length and the hashes of its sender and receiver, so that the receivers
 * of a group are looked for together: one after the other, each would be waited for (measured for payments: a tenth of a shard's time).
 */
export class Bag {
  readonly starts = new Int32Array(GROUP)
  readonly ends = new Int32Array(GROUP)
  readonly fromHashes = new Uint32Array(GROUP)
  readonly toHashes = new Int32Array(GROUP)
  /** The first actor with the hash of each receiver, whether it is the one or not. */
  readonly receivers: (Cell | undefined)[] = []
  private readonly cells: Directory

  constructor(cells: Directory) {
    this.cells = cells
  }

  /** Takes the next messages out of a reader, and reads ahead what their receivers have. Gives their number, 0 at the end. */
  next(reader: ByteReader): number {
    let count = 0
    for (; count < GROUP && !reader.done; count++) {
      const length = reader.u32()
      this.fromHashes[count] = reader.u32()
      this.toHashes[count] = reader.u32()
      this.starts[count] = reader.offset
      reader.offset += length
      this.ends[count] = reader.offset
    }
    this.cells.likely(this.toHashes, count, this.receivers)
    NAMES.readAhead(this.fromHashes, count)
    return count
  }
}

/** Begins a message, with the hashes that spare the other shard to make them anew. Gives what `endPacked` must know. */
export const beginPacked = (writer: ByteWriter, fromHash: number, toHash: number): number => {
  writer.u32(0)
  writer.u32(fromHash)
  writer.u32(toHash)
  return writer.length
}

export const endPacked = (writer: ByteWriter, start: number): void => writer.setU32(start - HEAD_BYTES, writer.length - start)

const HEAD_BYTES = 12
