import type { Asset, Cell } from "../cell.ts"
import { ByteWriter, type ByteReader } from "../bytes.ts"
import type { Codec } from "../codec.ts"
import type { Kernel } from "../kernel.ts"
import { viewOf } from "../reconcile.ts"
import { restoreCell, storeCell } from "../snapshot.ts"
import type { AnyView } from "../view.ts"
import type { Abroad } from "./abroad.ts"

/** What all shards hear of a block of one of them: new views and newly issued assets; and what one hears: actors that were born into its slots. */

/** Counts come before what they count, since the reader knows nothing else. */
export class News {
  private readonly views = new ByteWriter(1 << 12)
  private readonly scratch = new ByteWriter(1 << 10)
  private readonly issued: Asset[] = []
  private viewCount = 0
  private spawned = 0
  private readonly born: Cell[][]

  constructor(shards: number) {
    this.born = Array.from({ length: shards }, () => [])
  }

  /** Begins a block in which `spawned` actors came to life by those of this shard, wherever they live. */
  clear(spawned: number): void {
    this.spawned = spawned
    this.views.reset()
    this.viewCount = 0
    this.issued.length = 0
    for (const list of this.born) list.length = 0
  }

  issue(asset: Asset): void {
    this.issued.push(asset)
  }

  publish(address: string, view: AnyView, value: unknown): void {
    const { scratch, views } = this
    scratch.reset()
    ;(view.codec as Codec<any>).write(scratch, value)
    views.text(address)
    views.text(view.name)
    views.varint(scratch.length)
    views.copy(scratch.bytes, 0, scratch.length)
    this.viewCount++
  }

  /** An actor that an actor of this shard spawned into a slot of another one. Its view is published here, since all must hear of it now, this shard too. */
  bear(kernel: Kernel, abroad: Abroad, cell: Cell, owner: number): void {
    this.born[owner]?.push(cell)
    const { view, publish } = cell.definition
    if (view === undefined || publish === undefined) return
    const defects = kernel.viewDefects.length
    const value = viewOf(kernel, cell, publish)
    // The shard where it lives finds the same defects.
    kernel.viewDefects.length = defects
    if (value === undefined) return
    this.publish(cell.address, view, value)
    abroad.setView(cell.address, view, this.scratch.bytes.subarray(0, this.scratch.length))
  }

  write(writer: ByteWriter, to: number): void {
    writer.varint(this.spawned)
    writer.varint(this.issued.length)
    for (const { name } of this.issued) writer.text(name)
    const born = this.born[to] as readonly Cell[]
    writer.varint(born.length)
    for (const cell of born) storeCell(writer, cell)
    writer.varint(this.viewCount)
    writer.copy(this.views.bytes, 0, this.views.length)
  }
}

/** Reads what another shard wrote; `born` is called for each actor that came to life here. Gives how many its actors spawned. */
export const readNews = (reader: ByteReader, kernel: Kernel, abroad: Abroad, born: (cell: Cell) => void, issued: (asset: Asset) => void): number => {
  const spawned = reader.varint()
  for (let count = reader.varint(); count > 0; count--) {
    const asset = kernel.asset(reader.name())
    asset.issued = true
    issued(asset)
  }
  for (let count = reader.varint(); count > 0; count--) born(restoreCell(reader, kernel)[0])
  for (let count = reader.varint(); count > 0; count--) {
    const address = reader.name()
    const view = kernel.registry.views.get(reader.name()) ?? reader.fail("a view that no definition has")
    const bytes = reader.raw(reader.varint())
    if (!kernel.cells.has(address)) abroad.setView(address, view, bytes)
  }
  return spawned
}
