import { ByteWriter } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import type { Kernel } from "../kernel.ts"
import { changesBySlot, compareAddresses, sealChanges, writeCellChange, type BySlot } from "../seal.ts"

/**
 * What a block changed in a shard, as it is hashed. Its bytes are kept until all shards have met: who was born into this shard from elsewhere is
 * known then, and belongs among the others, of whom the next block may have changed something by that time.
 */
export class Changed {
  bySlot: BySlot = { places: new Int32Array(0), starts: new Int32Array(0) }
  private readonly writer = new ByteWriter(1 << 16)
  private readonly again = new ByteWriter(1 << 12)
  private ends = new Int32Array(1024)

  /** The digests of what changed so far. */
  seal(kernel: Kernel): void {
    this.bySlot = changesBySlot(kernel)
    const { length } = this.bySlot.places
    if (this.ends.length < length) this.ends = new Int32Array(length * 2)
    sealChanges(kernel, this.writer, this.bySlot, this.ends)
  }

  /** The digests of the slots into which somebody was born, anew. The kernel is at the end of the same block. */
  join(kernel: Kernel, born: readonly Cell[]): void {
    const newcomers = [...born].sort(ascending)
    for (let at = 0; at < newcomers.length; ) {
      const { slot } = newcomers[at] as Cell
      let end = at
      while (end < newcomers.length && (newcomers[end] as Cell).slot === slot) end++
      this.sealSlot(kernel, slot, newcomers.slice(at, end))
      at = end
    }
  }

  private sealSlot({ cells, digests, touched }: Kernel, slot: number, newcomers: readonly Cell[]): void {
    const { again, writer, ends } = this
    const { places, starts } = this.bySlot
    again.reset()
    let next = 0
    for (let at = starts[slot] ?? 0, end = starts[slot + 1] ?? 0; at < end; at++) {
      const cell = touched[places[at] as number] as Cell
      while (next < newcomers.length && ascending(newcomers[next] as Cell, cell) < 0) writeCellChange(again, newcomers[next++] as Cell, cells.names)
      again.append(writer, at === 0 ? 0 : (ends[at - 1] as number), ends[at] as number)
    }
    while (next < newcomers.length) writeCellChange(again, newcomers[next++] as Cell, cells.names)
    digests.changes.seal(slot, again, 0)
  }
}

/** By slot, and in a slot as a header has them. */
const ascending = (left: Cell, right: Cell): number => left.slot - right.slot || left.hash - right.hash || compareAddresses(left, right)
