import { hash } from "node:crypto"
import type { ByteWriter } from "./bytes.ts"
import { compareHoldings, type Cell, type Holding } from "./cell.ts"
import { writeChange, type Codec } from "./codec.ts"
import type { ChangeLog } from "./change-log.ts"
import { GROUP, readAhead } from "./directory.ts"
import type { Envelope } from "./envelope.ts"
import type { Emitted } from "./event.ts"
import { writeEnvelope } from "./envelope-bytes.ts"
import type { Header } from "./header.ts"
import type { Kernel } from "./kernel.ts"
import { LIMITS } from "./limits.ts"
import type { AnyMessage } from "./message.ts"
import type { NameBytes } from "./name-bytes.ts"

/** Phase 4b of a block: hashes what came in, what changed and what was said, in proportion to that, slot by slot. */

export const NO_ROOT = "0".repeat(64)

/** The header over digests; the only place that knows how a root comes about. */
export const headerOf = (fields: Omit<Header, "root">): Header => {
  const text = [fields.height, fields.time, fields.parent, fields.inputs, fields.changes, fields.messages].join("\n")
  return { ...fields, root: hash("sha256", text) }
}

/** The header's digests in a world that makes none. */
export const UNSEALED = { parent: NO_ROOT, inputs: "", changes: "", messages: "", root: NO_ROOT }

/** The digests of what changed and what was said in the slots that this kernel has, after those of its inputs. */
export const sealSlots = (kernel: Kernel, order: Int32Array): void => {
  const bySlot = changesBySlot(kernel)
  // What was written last is hashed first: it is still in the processor's caches.
  sealMessages(kernel, bySlot, order)
  sealChanges(kernel, kernel.writer, bySlot)
}

export const compareAddresses = (left: Cell, right: Cell): number => (left.address < right.address ? -1 : left.address > right.address ? 1 : 0)

/** The digests of the admitted transactions, for as soon as all are admitted: their bytes are still in the processor's caches then. */
export const sealInputs = ({ writer, inputs, digests, config }: Kernel): void => {
  if (!config.sealed || inputs.writer.length === 0) return
  const heads = inputs.bySlot()
  for (let slot = 0; slot < LIMITS.slots; slot++) {
    writer.reset()
    inputs.writeSlot(writer, heads[slot] as number)
    digests.inputs.seal(slot, writer, 0)
  }
}

export type BySlot = ReturnType<ChangeLog["bySlot"]>

/** The actors that this block touched, slot by slot. */
export const changesBySlot = ({ changes, touched }: Kernel): BySlot =>
  changes.bySlot((left, right) => compareAddresses(touched[left] as Cell, touched[right] as Cell))

/**
 * The digests of what changed. What each actor changed is written now that nothing comes after, a group of actors at a time: they may have left
 * the caches since. `ends`, where given, is told where what each actor changed ends in `writer`.
 */
export const sealChanges = ({ cells, digests, touched }: Kernel, writer: ByteWriter, { places, starts }: BySlot, ends?: Int32Array): void => {
  writer.reset()
  for (let slot = 0; places.length > 0 && slot < LIMITS.slots; slot++) {
    // What nobody asks for again is written over, so that it stays in the processor's caches.
    if (ends === undefined) writer.reset()
    const start = writer.length
    const end = starts[slot + 1] as number
    for (let at = starts[slot] as number; at < end; at++) {
      if (at % GROUP === 0) readTouched(touched, places, at, cells.names)
      writeCellChange(writer, CELLS[at % GROUP] as Cell, cells.names)
      if (ends !== undefined) ends[at] = writer.length
    }
    digests.changes.seal(slot, writer, start)
  }
}

/** Scratch of `readTouched`. */
const CELLS: Cell[] = []

const readTouched = (touched: readonly Cell[], places: Int32Array, start: number, names: NameBytes): void => {
  const count = Math.min(GROUP, places.length - start)
  for (let at = 0; at < count; at++) CELLS[at] = touched[places[start + at] as number] as Cell
  readAhead(CELLS, count, names)
}

/** Scratch of `takeChanges`. */
const CHANGES: Holding[] = []

/** Lists the changed balances of an actor, ascending by asset. */
const takeChanges = (cell: Cell): number => {
  let count = 0
  for (let holding = cell.firstChanged; holding !== undefined; holding = holding.nextChanged) {
    if (!holding.changed) continue
    let place = count++
    for (; place > 0 && compareHoldings(CHANGES[place - 1] as Holding, holding) > 0; place--) CHANGES[place] = CHANGES[place - 1] as Holding
    CHANGES[place] = holding
  }
  return count
}

const BORN = 1
const NONCE = 2
const SEQUENCE = 4
const BALANCES = 8
const STATE = 16
const VIEW = 32
const TIMERS = 64

/** What of an actor differs from the start of the block; nothing at all where nothing does. */
export const writeCellChange = (writer: ByteWriter, cell: Cell, names: NameBytes): void => {
  const { definition } = cell
  const balances = takeChanges(cell)
  const stateCodec = definition.stateCodec as Codec<any>
  const stateChanged = !cell.born && cell.state !== cell.stateBefore && !stateCodec.equal(cell.stateBefore, cell.state)
  const mark =
    (cell.born ? BORN : 0) |
    (cell.nonce !== cell.nonceBefore ? NONCE : 0) |
    (cell.sequence !== cell.sequenceBefore ? SEQUENCE : 0) |
    (balances > 0 ? BALANCES : 0) |
    (stateChanged ? STATE : 0) |
    (cell.viewChanged ? VIEW : 0) |
    (cell.timersSet !== undefined ? TIMERS : 0)
  if (mark === 0) return
  names.write(writer, cell.namePlace, cell.address)
  writer.u8(mark)
  if (cell.born) {
    writer.text(definition.name)
    stateCodec.write(writer, cell.state)
  }
  if ((mark & NONCE) !== 0) writer.varint(cell.nonce)
  if ((mark & SEQUENCE) !== 0) writer.varint(cell.sequence)
  if (balances > 0) {
    writer.varint(balances)
    for (let index = 0; index < balances; index++) {
      const holding = CHANGES[index] as Holding
      names.write(writer, holding.asset.namePlace, holding.asset.name)
      holding.asset.amounts.write(writer, holding.at)
    }
  }
  if (stateChanged) writeChange(stateCodec, writer, cell.stateBefore, cell.state)
  if (cell.viewChanged) definition.view?.codec.write(writer, cell.view)
  if (cell.timersSet !== undefined) {
    writer.varint(cell.timersSet.length)
    for (const timer of cell.timersSet) {
      writer.varint(timer.endedAt)
      writeEnvelope(writer, timer, names)
    }
  }
}

/** The digests of what was said. */
export const sealMessages = ({ writer, answerWriter, outbox, changes, digests }: Kernel, { places, starts }: BySlot, order: Int32Array): void => {
  const heads = order.length === 0 ? undefined : outbox.bySlot(order)
  const slots = heads === undefined && places.length === 0 ? 0 : LIMITS.slots
  for (let slot = 0; slot < slots; slot++) {
    writer.reset()
    const end = starts[slot + 1] as number
    for (let at = starts[slot] as number; at < end; at++) changes.copyAnswers(places[at] as number, writer, answerWriter)
    if (heads !== undefined) outbox.writeSlot(writer, heads[slot] as number)
    digests.messages.seal(slot, writer, 0)
  }
}

/** The reply and the events of a message that was handled, the n-th that ended at its actor in this block. */
export const writeAnswer = (writer: ByteWriter, place: number, { result, events, message }: Envelope): void => writeResult(writer, place, message, result, events)

/** The same for who has these at hand, and not the message. */
export const writeResult = (writer: ByteWriter, place: number, message: AnyMessage, result: unknown, events: readonly Emitted[] | undefined): void => {
  if (result === undefined && events === undefined) return
  writer.varint(place)
  if (result !== undefined) (message.reply as Codec<any>).write(writer, result)
  if (events === undefined) return
  for (let at = 0; at < events.length; at++) {
    const { event, fields } = events[at] as (typeof events)[number]
    writer.u32(event.code)
    event.codec.write(writer, fields as never)
  }
}
