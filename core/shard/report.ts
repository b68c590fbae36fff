import type { Admission } from "../admission.ts"
import { ByteReader, type ByteWriter } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import { Envelope, TRANSACTION } from "../envelope.ts"
import { allEnded, type Kernel } from "../kernel.ts"
import { storeCell, storeEnvelope } from "../snapshot.ts"
import { writeEnd, writeFailed } from "./ends.ts"
import type { Shard } from "./shard.ts"
import { readStretches, type Stopwatch, type Stretch } from "./stopwatch.ts"
import type { Traffic } from "./traffic.ts"

/** What a shard tells of a block: digests and totals always, what happened only where somebody asked. */

export interface Told {
  readonly given: number
  readonly refused: number
  readonly ended: number
  readonly births: number
  /** Of each transaction, where receipts are asked for, and its place in the block. */
  readonly admissions: readonly Admission[]
  readonly indexes: readonly number[]
}

export interface Asked {
  readonly receipts: boolean
  readonly everything: boolean
  readonly traffic: boolean
  readonly watch: Stopwatch
}

export const writeReport = (writer: ByteWriter, { kernel, traffic, book }: Shard, told: Told, asked: Asked): void => {
  writer.reset()
  for (const count of [told.births, told.given, told.refused, told.ended, pendingOf(kernel), timersOf(kernel)]) writer.varint(count)
  writer.copy(book.bytes, 0, book.length)
  asked.watch.write(writer)
  if (asked.traffic) traffic.write(writer)
  if (asked.receipts) writeAdmissions(writer, kernel, told.indexes, told.admissions)
  if (asked.everything) writeEverything(writer, kernel)
}

const pendingOf = ({ arrivals, leftovers }: Kernel): number => {
  let count = arrivals.length
  for (const cell of leftovers) count += cell.waiting
  return count
}

const timersOf = ({ timers }: Kernel): number => {
  let count = 0
  for (const due of timers.values()) count += due.length
  return count
}

/** The changes of all assets; for the end of the execution. */
export const writeBook = (writer: ByteWriter, { changedAssets }: Kernel): void => {
  writer.varint(changedAssets.length)
  for (const { name, issued, heldDelta, flightDelta, supply, supplyBefore } of changedAssets) {
    writer.text(name)
    writer.u8(issued ? 1 : 0)
    writer.signed(heldDelta.total)
    writer.signed(flightDelta.total)
    writer.signed(supply - supplyBefore)
  }
}

const writeAdmissions = (writer: ByteWriter, kernel: Kernel, indexes: readonly number[], admissions: readonly Admission[]): void => {
  writer.varint(admissions.length)
  for (const [at, admission] of admissions.entries()) {
    writer.varint(indexes[at] as number)
    writeFailed(writer, admission instanceof Envelope ? undefined : admission)
    if (admission instanceof Envelope) storeEnvelope(writer, admission)
  }
  const ended = allEnded(kernel).filter(({ kind, causeBlock }) => kind === TRANSACTION && causeBlock === kernel.height)
  writer.varint(ended.length)
  for (const envelope of ended) {
    writer.varint(envelope.causeIndex)
    const at = writer.length
    writer.u32(0)
    writeEnd(writer, envelope)
    writer.setU32(at, writer.length - at - 4)
  }
}

const BORN = 1
const VIEW = 2
const TIMERS = 4

const writeEverything = (writer: ByteWriter, kernel: Kernel): void => {
  const ended = allEnded(kernel)
  writer.varint(ended.length)
  for (const envelope of ended) {
    storeEnvelope(writer, envelope)
    writeEnd(writer, envelope)
  }
  writer.varint(kernel.touched.length)
  for (const cell of kernel.touched) writeTouched(writer, cell)
  writer.varint(kernel.arrivals.length)
  for (const envelope of kernel.arrivals) storeEnvelope(writer, envelope)
  writer.varint(kernel.viewDefects.length)
  for (const { actor, problem } of kernel.viewDefects) {
    writer.text(actor)
    writer.text(problem.toWellFormed())
  }
}

const writeTouched = (writer: ByteWriter, cell: Cell): void => {
  writer.u8((cell.born ? BORN : 0) | (cell.viewChanged ? VIEW : 0) | (cell.timersSet === undefined ? 0 : TIMERS))
  storeCell(writer, cell)
  if (cell.timersSet === undefined) return
  writer.varint(cell.timersSet.length)
  for (const timer of cell.timersSet) {
    writer.varint(timer.endedAt)
    storeEnvelope(writer, timer)
  }
}

export const TOUCHED = { BORN, VIEW, TIMERS } as const

/** One asset's changes in one shard's block. */
export interface AssetChange {
  readonly name: string
  readonly issued: boolean
  readonly held: bigint
  readonly underWay: bigint
  readonly supply: bigint
}

/** A report as far as it was read; what follows stands in `rest`. */
export interface Report {
  readonly births: number
  readonly given: number
  readonly refused: number
  readonly ended: number
  readonly pending: number
  readonly timers: number
  readonly book: readonly AssetChange[]
  readonly stretches: readonly Stretch[]
  readonly rest: ByteReader
}

export const readReport = (bytes: Uint8Array, traffic: Traffic | undefined): Report => {
  const reader = new ByteReader(bytes)
  const [births, given, refused, ended, pending, timers] = Array.from({ length: 6 }, () => reader.varint()) as [number, number, number, number, number, number]
  const book = Array.from({ length: reader.varint() }, () => ({
    name: reader.name(),
    issued: reader.u8() === 1,
    held: reader.signed(),
    underWay: reader.signed(),
    supply: reader.signed(),
  }))
  const stretches = readStretches(reader)
  traffic?.read(reader)
  return { births, given, refused, ended, pending, timers, book, stretches, rest: reader }
}
