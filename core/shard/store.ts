import { issuerOf, slotOf } from "../address.ts"
import type { Arrivals } from "../arrivals.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import { digestOf } from "../digests.ts"
import type { Envelope } from "../envelope.ts"
import type { Kernel } from "../kernel.ts"
import { MAGIC, storeCell, storeConfig, storeEnvelope } from "../snapshot.ts"
import type { Abroad } from "./abroad.ts"

/** The snapshot of a world, put together from what its shards store: the same bytes as of one kernel. */

/** A message with what it is sorted by. */
interface Stored {
  readonly positionBlock: number
  readonly positionIndex: number
  readonly from: string
  readonly sequence: number
  readonly bytes: Uint8Array
}

/** A shard's part: everything of its slots. */
export const storePart = (kernel: Kernel): Uint8Array => {
  const writer = new ByteWriter(1 << 16)
  const { isHere } = hereOf(kernel)
  const assets = [...kernel.assets.values()].filter(({ issued, name }) => issued && isHere(issuerOf(name)))
  writer.varint(assets.length)
  for (const { name, supply } of assets) {
    writer.text(name)
    writer.uint(supply)
  }
  const addresses = kernel.cells.addresses()
  writer.varint(addresses.length)
  for (const address of addresses) {
    writer.text(address)
    sized(writer, (into) => storeCell(into, kernel.cells.get(address) as Cell))
  }
  writer.varint(kernel.leftovers.length)
  for (const { address } of kernel.leftovers) writer.text(address)
  storeMessages(writer, kernel.arrivals)
  writer.varint(kernel.timers.size)
  for (const [due, timers] of kernel.timers) {
    writer.varint(due)
    storeMessages(writer, timers)
  }
  return writer.toBytes()
}

const hereOf = (kernel: Kernel): { readonly isHere: (address: string) => boolean } => {
  const abroad = kernel.abroad as Abroad
  return { isHere: (address) => abroad.isHere(slotOf(address)) }
}

const sized = (writer: ByteWriter, write: (writer: ByteWriter) => void): void => {
  const at = writer.length
  writer.u32(0)
  write(writer)
  writer.setU32(at, writer.length - at - 4)
}

const storeMessages = (writer: ByteWriter, envelopes: Arrivals | readonly Envelope[]): void => {
  writer.varint(envelopes.length)
  for (const envelope of envelopes) {
    writer.varint(envelope.positionBlock)
    writer.varint(envelope.positionIndex)
    writer.text(envelope.from)
    writer.varint(envelope.sequence)
    sized(writer, (into) => storeEnvelope(into, envelope))
  }
}

/** Everything together, for a world whose settings are those of `kernel`. */
export const joinParts = (kernel: Kernel, parts: readonly Uint8Array[]): Uint8Array => {
  const assets: (readonly [name: string, supply: bigint])[] = []
  const cells: (readonly [address: string, bytes: Uint8Array])[] = []
  const leftovers: string[] = []
  const arrivals: Stored[] = []
  const timers = new Map<number, Stored[]>()
  for (const part of parts) {
    const reader = new ByteReader(part)
    for (let count = reader.varint(); count > 0; count--) assets.push([reader.text(), reader.uint()])
    for (let count = reader.varint(); count > 0; count--) cells.push([reader.text(), reader.raw(reader.u32())])
    for (let count = reader.varint(); count > 0; count--) leftovers.push(reader.text())
    for (const message of readMessages(reader)) arrivals.push(message)
    for (let count = reader.varint(); count > 0; count--) {
      const due = reader.varint()
      timers.set(due, [...(timers.get(due) ?? []), ...readMessages(reader)])
    }
  }
  const writer = new ByteWriter(1 << 16)
  writer.text(MAGIC)
  storeConfig(writer, kernel)
  writer.varint(assets.length)
  for (const [name, supply] of assets.sort(byName)) {
    writer.text(name)
    writer.uint(supply)
  }
  writer.varint(cells.length)
  for (const [, bytes] of cells.sort(byName)) writer.raw(bytes)
  writer.varint(leftovers.length)
  for (const address of leftovers.sort()) writer.text(address)
  writeMessages(writer, arrivals)
  writer.varint(timers.size)
  for (const [due, set] of [...timers].sort(([left], [right]) => left - right)) {
    writer.varint(due)
    writeMessages(writer, set)
  }
  writer.latin1(digestOf(writer.toBytes()))
  return writer.toBytes()
}

const byName = (left: readonly [string, unknown], right: readonly [string, unknown]): number => (left[0] < right[0] ? -1 : 1)

const readMessages = (reader: ByteReader): Stored[] =>
  Array.from({ length: reader.varint() }, () => ({
    positionBlock: reader.varint(),
    positionIndex: reader.varint(),
    from: reader.name(),
    sequence: reader.varint(),
    bytes: reader.raw(reader.u32()),
  }))

const writeMessages = (writer: ByteWriter, messages: Stored[]): void => {
  writer.varint(messages.length)
  for (const { bytes } of messages.sort(canonically)) writer.raw(bytes)
}

const canonically = (left: Stored, right: Stored): number => {
  if (left.positionBlock !== right.positionBlock) return left.positionBlock - right.positionBlock
  if (left.positionIndex !== right.positionIndex) return left.positionIndex - right.positionIndex
  if (left.from !== right.from) return left.from < right.from ? -1 : 1
  return left.sequence - right.sequence
}
