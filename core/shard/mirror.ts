import type { Admission } from "../admission.ts"
import { Arrivals } from "../arrivals.ts"
import type { ByteReader } from "../bytes.ts"
import { compareCanonically } from "../canonical-order.ts"
import type { Cell, Holding } from "../cell.ts"
import { TRANSACTION, type Envelope } from "../envelope.ts"
import type { Kernel } from "../kernel.ts"
import { Pile } from "../pile.ts"
import { restoreCell, restoreEnvelope, settled } from "../snapshot.ts"
import { readEnd } from "./ends.ts"
import type { Everything, PackedOutcome } from "./outcome.ts"
import { TOUCHED } from "./report.ts"

/** Makes a kernel that took no part in a block what it would be if it had executed it. The shards told everything. */
export const mirrorBlock = (kernel: Kernel, outcome: PackedOutcome): Everything => {
  const ended: Envelope[] = []
  const reconciled: Envelope[] = []
  const viewDefects: { readonly actor: string; readonly problem: string }[] = []
  const admissions = outcome.admissions as Admission[]
  kernel.leftovers = []
  for (const reader of outcome.rest) {
    for (let count = reader.varint(); count > 0; count--) ended.push(readEnded(reader, kernel, admissions))
    for (let count = reader.varint(); count > 0; count--) readTouched(reader, kernel)
    for (let count = reader.varint(); count > 0; count--) reconciled.push(restoreEnvelope(reader, kernel))
    for (let count = reader.varint(); count > 0; count--) viewDefects.push({ actor: reader.text(), problem: reader.text() })
  }
  // The shards listed each actor's in their order.
  ended.sort((left, right) => (left.to < right.to ? -1 : left.to > right.to ? 1 : 0))
  kernel.arrivals = Arrivals.from(reconciled.sort(compareCanonically))
  for (const envelope of reconciled) settled(kernel, envelope)
  for (const cell of kernel.leftovers) for (let next = cell.first; next !== undefined; next = next.next) settled(kernel, next)
  for (const timer of kernel.timers.get(kernel.height + 1) ?? []) (kernel.cells.get(timer.to) as Cell).timersPending--
  kernel.timers.delete(kernel.height + 1)
  kernel.ended = Pile.from(ended)
  kernel.credited = new Pile()
  return { ended, reconciled, touched: kernel.touched, viewDefects }
}

const readEnded = (reader: ByteReader, kernel: Kernel, admissions: Admission[]): Envelope => {
  const envelope = restoreEnvelope(reader, kernel)
  readEnd(reader, envelope, kernel.registry)
  if (envelope.kind === TRANSACTION && envelope.causeBlock === kernel.height) admissions[envelope.causeIndex] = envelope
  return envelope
}

const readTouched = (reader: ByteReader, kernel: Kernel): void => {
  const marks = reader.u8()
  const [told, waiting] = restoreCell(reader, kernel)
  const known = kernel.cells.get(told.address)
  const cell = known ?? kernel.addCell(told.address, told.definition, told.state)
  kernel.touch(cell)
  cell.born = (marks & TOUCHED.BORN) !== 0
  cell.viewChanged = (marks & TOUCHED.VIEW) !== 0
  update(kernel, cell, told)
  cell.first = cell.last = undefined
  cell.waiting = 0
  for (const envelope of waiting) cell.enqueue(envelope)
  if (waiting.length > 0) kernel.leftovers.push(cell)
  if ((marks & TOUCHED.TIMERS) !== 0) readTimers(reader, kernel, cell)
}

const update = (kernel: Kernel, cell: Cell, told: Cell): void => {
  cell.state = told.state
  cell.sequence = told.sequence
  cell.nonce = told.nonce
  cell.view = told.view
  for (const holding of cell.holdings()) setAmount(kernel, cell, holding, told.balance(holding.asset.name))
  for (const { asset, amount } of told.holdings()) if (cell.holdingOf(asset) === undefined) setAmount(kernel, cell, cell.addHolding(asset), amount)
  for (const { at } of told.holdings()) kernel.amounts.release(at)
}

const setAmount = (kernel: Kernel, cell: Cell, holding: Holding, amount: bigint): void => {
  const change = amount - holding.amount
  if (change === 0n) return
  kernel.undo.begin()
  if (change > 0n) kernel.add(cell, holding, change)
  else kernel.take(cell, holding, -change)
}

const readTimers = (reader: ByteReader, kernel: Kernel, cell: Cell): void => {
  cell.timersSet = []
  for (let count = reader.varint(); count > 0; count--) {
    const due = reader.varint()
    const timer = settled(kernel, restoreEnvelope(reader, kernel))
    timer.endedAt = due
    cell.timersPending++
    cell.timersSet.push(timer)
    kernel.timers.set(due, [...(kernel.timers.get(due) ?? []), timer])
  }
}
