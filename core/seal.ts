import { hash } from "node:crypto"
import type { ByteWriter } from "./bytes.ts"
import type { Cell, Holding } from "./cell.ts"
import { writeChange, type Codec } from "./codec.ts"
import { blockOf, BOUNCE, indexOf, REPLY, type Envelope } from "./envelope.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"
import type { Header } from "./header.ts"
import type { Kernel } from "./kernel.ts"
import { slotOf } from "./address.ts"
import { LIMITS } from "./limits.ts"

/** Phase 4b of a block: hashes what came in, what changed and what was said, in proportion to that, slot by slot. */

export const sha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer")
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

export const NO_ROOT = "0".repeat(64)

/** The header over digests; the only place that knows how a root comes about. */
export const headerOf = (fields: Omit<Header, "root">): Header => {
  const text = [fields.height, fields.time, fields.parent, fields.inputs, fields.changes, fields.messages].join("\n")
  return { ...fields, root: hash("sha256", text) }
}

export const seal = (kernel: Kernel, opened: readonly string[], admitted: readonly Envelope[], reconciled: readonly Envelope[]): Header => {
  const bySlot = groupBySlot(kernel.touched)
  return headerOf({
    height: kernel.height,
    time: kernel.time,
    parent: kernel.header.root,
    inputs: inputsDigest(kernel, opened, admitted),
    changes: changesDigest(kernel, bySlot),
    messages: messagesDigest(kernel, bySlot, reconciled),
  })
}

const inputsDigest = (kernel: Kernel, opened: readonly string[], admitted: readonly Envelope[]): string => {
  const { writer } = kernel
  writer.reset()
  writer.varint(kernel.time)
  writer.varint(opened.length)
  for (const address of opened) writer.text(address)
  for (let index = 0; index < admitted.length; index++) writeEnvelope(writer, admitted[index] as Envelope)
  return toHex(sha256(writer.bytes.subarray(0, writer.length)))
}

/** Touched actors by slot, ascending by (hash, address) within each. */
const groupBySlot = (touched: readonly Cell[]): (Cell[] | undefined)[] => {
  const slots = new Array<Cell[] | undefined>(touched.length === 0 ? 0 : LIMITS.slots).fill(undefined)
  for (let index = 0; index < touched.length; index++) {
    const cell = touched[index] as Cell
    const slot = slots[cell.slot]
    if (slot === undefined) slots[cell.slot] = [cell]
    else slot.push(cell)
  }
  for (const slot of slots) if (slot !== undefined && slot.length > 1) slot.sort(compareCells)
  return slots
}

const compareCells = (left: Cell, right: Cell): number =>
  left.hash !== right.hash ? left.hash - right.hash : left.address < right.address ? -1 : left.address > right.address ? 1 : 0

/** Hashes each slot's segment of one stream, then the list of (slot, digest). */
class SlotDigests {
  private readonly writer: ByteWriter
  private readonly list: Uint8Array[] = []
  private readonly slots: number[] = []
  private start = 0

  constructor(writer: ByteWriter) {
    this.writer = writer
    writer.reset()
  }

  endSlot(slot: number): void {
    const { writer, start } = this
    if (writer.length === start) return
    this.list.push(sha256(writer.bytes.subarray(start, writer.length)))
    this.slots.push(slot)
    this.start = writer.length
  }

  digest(): string {
    const { writer } = this
    const from = writer.length
    for (let index = 0; index < this.list.length; index++) {
      writer.u32(this.slots[index] as number)
      writer.raw(this.list[index] as Uint8Array)
    }
    return toHex(sha256(writer.bytes.subarray(from, writer.length)))
  }
}

const changesDigest = (kernel: Kernel, bySlot: readonly (Cell[] | undefined)[]): string => {
  const digests = new SlotDigests(kernel.writer)
  for (let slot = 0; slot < bySlot.length; slot++) {
    const cells = bySlot[slot]
    if (cells === undefined) continue
    for (let index = 0; index < cells.length; index++) writeCellChange(kernel.writer, cells[index] as Cell)
    digests.endSlot(slot)
  }
  return digests.digest()
}

export const compareHoldings = (left: Holding, right: Holding): number =>
  left.asset.name < right.asset.name ? -1 : left.asset.name > right.asset.name ? 1 : 0

const BORN = 1
const NONCE = 2
const SEQUENCE = 4
const BALANCES = 8
const STATE = 16
const VIEW = 32
const TIMERS = 64

/** What of an actor differs from the start of the block; nothing at all where nothing does. */
const writeCellChange = (writer: ByteWriter, cell: Cell): void => {
  const { definition, changed } = cell
  let balances = 0
  for (let index = 0; index < changed.length; index++) {
    const holding = changed[index] as Holding
    if (holding.amount !== holding.before) balances++
  }
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
  writer.text(cell.address)
  writer.u8(mark)
  if (cell.born) {
    writer.text(definition.name)
    stateCodec.write(writer, cell.state)
  }
  if ((mark & NONCE) !== 0) writer.varint(cell.nonce)
  if ((mark & SEQUENCE) !== 0) writer.varint(cell.sequence)
  if (balances > 0) {
    writer.varint(balances)
    if (changed.length > 1) changed.sort(compareHoldings)
    for (let index = 0; index < changed.length; index++) {
      const holding = changed[index] as Holding
      if (holding.amount === holding.before) continue
      writer.text(holding.asset.name)
      writer.uint(holding.amount)
    }
  }
  if (stateChanged) writeChange(stateCodec, writer, cell.stateBefore, cell.state)
  if (cell.viewChanged) definition.view?.codec.write(writer, cell.view)
  if (cell.timersSet !== undefined) {
    writer.varint(cell.timersSet.length)
    for (const timer of cell.timersSet) {
      writer.varint(timer.endedAt)
      writeEnvelope(writer, timer)
    }
  }
}

const messagesDigest = (kernel: Kernel, bySlot: readonly (Cell[] | undefined)[], reconciled: readonly Envelope[]): string => {
  const { writer } = kernel
  const digests = new SlotDigests(writer)
  const heads: (Envelope | undefined)[] = new Array(reconciled.length === 0 && bySlot.length === 0 ? 0 : LIMITS.slots).fill(undefined)
  for (let index = reconciled.length - 1; index >= 0; index--) {
    const envelope = reconciled[index] as Envelope
    const slot = envelope.fromCell?.address === envelope.to ? envelope.fromCell.slot : (kernel.cells.get(envelope.to)?.slot ?? slotOf(envelope.to))
    envelope.next = heads[slot]
    heads[slot] = envelope
  }
  for (let slot = 0; slot < heads.length; slot++) {
    const cells = bySlot[slot]
    if (cells !== undefined) for (let index = 0; index < cells.length; index++) writeAnswers(kernel, cells[index] as Cell)
    for (let envelope = heads[slot]; envelope !== undefined; envelope = envelope.next) writeEnvelope(writer, envelope)
    digests.endSlot(slot)
  }
  return digests.digest()
}

/** The replies and events of what an actor handled in this block. */
const writeAnswers = (kernel: Kernel, cell: Cell): void => {
  const { writer, ended } = kernel
  for (let index = cell.endedFrom; index < cell.endedTo; index++) {
    const { result, events, message } = ended[index] as Envelope
    if (result === undefined && events === undefined) continue
    writer.varint(index - cell.endedFrom)
    if (result !== undefined) (message.reply as Codec<any>).write(writer, result)
    if (events === undefined) continue
    for (let at = 0; at < events.length; at++) {
      const { event, fields } = events[at] as (typeof events)[number]
      writer.u32(event.code)
      event.codec.write(writer, fields as never)
    }
  }
}

/** A message in a header: a bounce names the message that it returns instead of repeating its payload. */
const writeEnvelope = (writer: ByteWriter, envelope: Envelope): void => {
  const { kind, message, then, reason } = envelope
  writer.u8(kind)
  writer.text(envelope.from)
  writer.text(envelope.to)
  writer.varint(envelope.sequence)
  writer.varint(blockOf(envelope.cause))
  writer.varint(indexOf(envelope.cause))
  writer.varint(envelope.hop)
  writer.u32(message.code)
  if (kind === BOUNCE) {
    writer.text(envelope.parentId)
    writeFailure(writer, reason as Failure)
  } else payloadCodec(envelope).write(writer, envelope.payload)
  writeFunds(writer, envelope.funds)
  writer.varint(envelope.deadline === Infinity ? 0 : envelope.deadline + 1)
  if (then === undefined) writer.u8(0)
  else {
    writer.u8(1)
    writer.u32(then.code)
    then.saved.write(writer, envelope.saved)
  }
}

const REPLY_WITHOUT_VALUE = { write: () => undefined }

/** The codec of what an envelope carries: a reply's value or a message's payload. */
const payloadCodec = (envelope: Envelope): Pick<Codec<any>, "write"> =>
  envelope.kind === REPLY ? ((envelope.message.reply as Codec<any> | undefined) ?? REPLY_WITHOUT_VALUE) : envelope.message.payload

export const writeFunds = (writer: ByteWriter, funds: Funds): void => {
  for (let entry: Funds | undefined = funds; entry !== undefined && entry.amount !== 0n; entry = entry.rest) {
    writer.text(entry.asset)
    writer.uint(entry.amount)
  }
  writer.u8(0)
}

export const writeFailure = (writer: ByteWriter, failure: Failure): void => {
  const { code, codec } = failure.constructor as AnyFailureClass
  writer.u32(code)
  codec.write(writer, failure)
}
