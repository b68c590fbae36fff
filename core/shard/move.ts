import { issuerOf, slotOf, type Address } from "../address.ts"
import { Arrivals } from "../arrivals.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import { compareCanonically } from "../canonical-order.ts"
import type { Cell } from "../cell.ts"
import type { Envelope } from "../envelope.ts"
import type { Kernel } from "../kernel.ts"
import { restoreCell, restoreEnvelope, settled, storeCell, storeEnvelope } from "../snapshot.ts"
import type { Abroad } from "./abroad.ts"
import type { Job } from "./exchange.ts"
import { MOVE } from "./orders.ts"
import type { Shard } from "./shard.ts"

/** Between two blocks slots go from shard to shard: their actors with all that waits for them, in the bytes of a snapshot. */

/** Which slots go where. */
export type Moves = ReadonlyMap<number, number>

export const moveOrder = (moves: Moves): Uint8Array => {
  const writer = new ByteWriter(16 + moves.size * 4)
  writer.u8(MOVE)
  writer.varint(moves.size)
  for (const [slot, to] of moves) {
    writer.varint(slot)
    writer.varint(to)
  }
  return writer.toBytes()
}

export function* moveSlots({ kernel, abroad, exchange }: Shard, reader: ByteReader): Job {
  const shards = abroad.departures.length
  const leaving = new Map<number, number>()
  for (let count = reader.varint(); count > 0; count--) {
    const slot = reader.varint()
    const to = reader.varint()
    if (abroad.isHere(slot) && to !== abroad.self) leaving.set(slot, to)
    abroad.owners[slot] = to
  }
  for (let to = 0; to < shards; to++) {
    if (to === abroad.self) continue
    const packed = pack(kernel, abroad, (address) => leaving.get(slotOf(address)) === to)
    exchange.put(to, packed.bytes, packed.length)
  }
  takeOut(kernel, abroad)
  yield
  for (let from = 0; from < shards; from++) {
    if (from !== abroad.self) unpack(kernel, abroad, new ByteReader(exchange.take(from)))
  }
  return new Uint8Array(0)
}

const pack = (kernel: Kernel, abroad: Abroad, goes: (address: Address) => boolean): ByteWriter => {
  const writer = new ByteWriter(1 << 12)
  const list = <T>(items: readonly T[], write: (item: T) => void): void => {
    writer.varint(items.length)
    for (const item of items) write(item)
  }
  list([...kernel.assets.values()].filter(({ name, issued }) => issued && goes(issuerOf(name))), ({ name, supply }) => {
    writer.text(name)
    writer.uint(supply)
  })
  const cells = kernel.cells.values()
  list(cells.filter(({ address }) => goes(address)), (cell) => storeCell(writer, cell))
  list([...kernel.arrivals].filter(({ to }) => goes(to)), (envelope) => storeEnvelope(writer, envelope))
  list([...kernel.timers].flatMap(([due, timers]) => timers.filter(({ to }) => goes(to)).map((timer) => ({ due, timer }))), ({ due, timer }) => {
    writer.varint(due)
    storeEnvelope(writer, timer)
  })
  // Their parents must go on knowing that these addresses are taken.
  const known = [...cells.map(({ address }) => address), ...abroad.children]
  list(known.filter((address) => address.includes("/") && goes(address.slice(0, address.lastIndexOf("/")))), (address) => writer.text(address))
  return writer
}

/** Lets go of what has been packed. */
const takeOut = (kernel: Kernel, abroad: Abroad): void => {
  const hasLeft = ({ slot }: Cell): boolean => !abroad.isHere(slot)
  kernel.leftovers = kernel.leftovers.filter((cell) => !hasLeft(cell))
  kernel.arrivals = Arrivals.from([...kernel.arrivals].filter(({ to }) => abroad.isHere(slotOf(to))))
  for (const [due, timers] of kernel.timers) {
    const rest = timers.filter(({ to }) => abroad.isHere(slotOf(to)))
    if (rest.length === 0) kernel.timers.delete(due)
    else if (rest.length < timers.length) kernel.timers.set(due, rest)
  }
  for (const cell of kernel.cells.remove(hasLeft)) {
    abroad.settle(cell)
    for (const holding of cell.holdings()) kernel.amounts.release(holding.at)
  }
  // Nobody may answer an actor by the object that it was here.
  const unlink = (envelope: Envelope): void => {
    if (envelope.fromCell !== undefined && hasLeft(envelope.fromCell)) envelope.fromCell = undefined
  }
  for (const envelope of kernel.arrivals) unlink(envelope)
  for (const cell of kernel.leftovers) for (let envelope = cell.first; envelope !== undefined; envelope = envelope.next) unlink(envelope)
}

const unpack = (kernel: Kernel, abroad: Abroad, reader: ByteReader): void => {
  for (let count = reader.varint(); count > 0; count--) kernel.asset(reader.name()).supply = reader.uint()
  const mailboxes: (readonly [Cell, Envelope[]])[] = []
  for (let count = reader.varint(); count > 0; count--) {
    const [cell, waiting] = restoreCell(reader, kernel)
    kernel.cells.add(cell)
    abroad.forgetView(cell.address)
    mailboxes.push([cell, waiting])
  }
  for (const [cell, waiting] of mailboxes) {
    for (const envelope of waiting) cell.enqueue(settled(kernel, envelope))
    if (waiting.length > 0) kernel.leftovers.push(cell)
  }
  const arrivals: Envelope[] = [...kernel.arrivals]
  for (let count = reader.varint(); count > 0; count--) arrivals.push(settled(kernel, restoreEnvelope(reader, kernel)))
  kernel.arrivals = Arrivals.from(arrivals.sort(compareCanonically))
  for (let count = reader.varint(); count > 0; count--) {
    const due = reader.varint()
    const timer = settled(kernel, restoreEnvelope(reader, kernel))
    timer.endedAt = due
    ;(timer.toCell as Cell).timersPending++
    kernel.timers.set(due, [...(kernel.timers.get(due) ?? []), timer])
  }
  for (let count = reader.varint(); count > 0; count--) abroad.children.add(reader.text())
  const newcomers = new Map(mailboxes.map(([cell]) => [cell.address, cell]))
  for (const { issuer, issued } of kernel.assets.values()) {
    const cell = issued ? newcomers.get(issuer) : undefined
    if (cell !== undefined) cell.assetsIssued++
  }
}
