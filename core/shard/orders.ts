import type { ByteReader, ByteWriter } from "../bytes.ts"

/** What whoever drives shards may ask of them, each as packed bytes. */
export const BLOCK = 1
export const STORE = 2
export const READ = 3
export const MOVE = 4

/** What a block's report may hold besides its digests and totals. */
export const RECEIPTS = 1
/** All that happened, for a mirror of the world. */
export const EVERYTHING = 2
/** Messages between slots are counted in this block. */
export const TRAFFIC = 4
/** The transactions of the next block are admitted before the messages of this one are handed over, and go with them: its order is given by then. */
export const JOINED = 8

/** A block's order to one shard, without the transactions, which follow it. */
export interface BlockOrder {
  readonly time: number
  /** Actors alive everywhere at the end of the last block. */
  readonly population: number
  readonly opened: readonly string[]
  readonly flags: number
}

export const writeBlockOrder = (writer: ByteWriter, { time, population, opened, flags }: BlockOrder): void => {
  writer.varint(time)
  writer.varint(population)
  writer.u8(flags)
  writer.varint(opened.length)
  for (const address of opened) writer.text(address)
}

export const readBlockOrder = (reader: ByteReader): BlockOrder => {
  const time = reader.varint()
  const population = reader.varint()
  const flags = reader.u8()
  const opened = Array.from({ length: reader.varint() }, () => reader.name())
  return { time, population, opened, flags }
}
