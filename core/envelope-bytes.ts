import type { Address } from "./address.ts"
import { putUint, UINT_BYTES, type ByteWriter } from "./bytes.ts"
import type { Codec } from "./codec.ts"
import type { Asset, Cell } from "./cell.ts"
import { BOUNCE, CALL, NO_DEADLINE, REPLY, type Envelope } from "./envelope.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"
import { NAME_BYTES, type NameBytes } from "./name-bytes.ts"
import type { Payments } from "./payments.ts"
import { Payment } from "./step.ts"

/** A message in a header: a bounce names the message that it returns instead of repeating its payload. `names` are those of the kernel whose cells it knows. */
export const writeEnvelope = (writer: ByteWriter, envelope: Envelope, names: NameBytes): void => {
  const { kind, then } = envelope
  writeHead(writer, envelope, names)
  if (kind === BOUNCE) {
    writer.text(envelope.parentId)
    writeFailure(writer, envelope.reason as Failure)
  } else payloadCodec(envelope).write(writer, envelope.payload)
  const { funds, asset, deadline } = envelope
  if (asset !== undefined && asset.namePlace >= 0 && funds.rest === undefined) {
    writer.reserve(NAME_BYTES + UINT_BYTES + 3)
    const { view } = writer
    const end = putUint(view, names.put(view, writer.length, asset.namePlace), funds.amount)
    view.setUint8(end, 0)
    if (then === undefined && deadline === NO_DEADLINE) {
      view.setUint16(end + 1, 0)
      writer.length = end + 3
      return
    }
    writer.length = end + 1
  } else writeFunds(writer, funds)
  writer.varint(deadline === NO_DEADLINE ? 0 : deadline + 1)
  if (then === undefined) writer.u8(0)
  else {
    writer.u8(1)
    writer.u32(then.code)
    then.saved.write(writer, envelope.saved)
  }
}

/**
 * A plain payment as `writeEnvelope` writes it. Its sender is an actor of this kernel, which has a place among the names, and so have its assets.
 * `toPlace`: where the receiver's address is kept, or -1.
 */
export const writePayment = (writer: ByteWriter, names: NameBytes, payments: Payments, place: number, to: Address, toPlace: number): void => {
  writer.reserve(HEAD_BYTES + 2 * (NAME_BYTES + UINT_BYTES) + 3)
  const { view } = writer
  const other = payments.others[place]
  let at = writer.length
  view.setUint8(at, CALL)
  at = names.put(view, at + 1, (payments.senders[place] as Cell).namePlace)
  at = toPlace >= 0 ? names.put(view, at, toPlace) : putAddress(view, at, to)
  at = putNumbers(view, at, payments.sequenceOf(place), payments.causeBlockOf(place), payments.causeIndexOf(place), payments.hopOf(place))
  view.setUint32(at, Payment.code, true)
  at = putUint(view, names.put(view, at + 4, (payments.assets[place] as Asset).namePlace), payments.amountOf(place))
  if (other !== undefined) at = putUint(view, names.put(view, at, other.namePlace), payments.otherAmountOf(place))
  // No other asset, no deadline, no continuation.
  view.setUint8(at, 0)
  view.setUint16(at + 1, 0)
  writer.length = at + 3
}

/** Longest head: a kind, two addresses, four numbers, and a code. */
const HEAD_BYTES = 1 + 2 * NAME_BYTES + 4 * 8 + 4

/** What every message begins with. All of it at once: room is made once, and the place is counted outside of the writer (a third of the time). */
const writeHead = (writer: ByteWriter, envelope: Envelope, names: NameBytes): void => {
  const { fromCell, toCell } = envelope
  writer.reserve(HEAD_BYTES)
  const { view } = writer
  let at = writer.length
  view.setUint8(at++, envelope.kind)
  at = fromCell !== undefined && fromCell.namePlace >= 0 ? names.put(view, at, fromCell.namePlace) : putAddress(view, at, envelope.from)
  // The cell of whom a message answers is not at hand.
  at = toCell !== undefined && envelope.toSlot < 0 && toCell.namePlace >= 0 ? names.put(view, at, toCell.namePlace) : putAddress(view, at, envelope.to)
  at = putNumbers(view, at, envelope.sequence, envelope.causeBlock, envelope.causeIndex, envelope.hop)
  view.setUint32(at, envelope.message.code, true)
  writer.length = at + 4
}

const putNumbers = (view: DataView, start: number, sequence: number, causeBlock: number, causeIndex: number, hop: number): number => {
  let at = putVarint(view, start, sequence)
  at = putVarint(view, at, causeBlock)
  at = putVarint(view, at, causeIndex)
  return putVarint(view, at, hop)
}

/** The same bytes as `ByteWriter.text` of an address, which is short and ASCII. */
const putAddress = (view: DataView, start: number, address: Address): number => {
  let at = start
  view.setUint8(at++, address.length)
  for (let index = 0; index < address.length; index++) view.setUint8(at++, address.charCodeAt(index))
  return at
}

/** The same bytes as `ByteWriter.varint`, those of short numbers at once; what that writes behind them is written over. */
const putVarint = (view: DataView, at: number, value: number): number => {
  if (value < 0x80) {
    view.setUint8(at, value)
    return at + 1
  }
  if (value < 0x4000) {
    view.setUint16(at, (value & 127) | 128 | ((value >>> 7) << 8), true)
    return at + 2
  }
  if (value < 0x20_0000) {
    view.setUint32(at, (value & 127) | 128 | (((value >>> 7) & 127 | 128) << 8) | ((value >>> 14) << 16), true)
    return at + 3
  }
  return putLong(view, at, value)
}

const putLong = (view: DataView, start: number, value: number): number => {
  let at = start
  let rest = value
  while (rest >= 128) {
    view.setUint8(at++, (rest % 128) | 128)
    rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 128)
  }
  view.setUint8(at, rest)
  return at + 1
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
  codec.write(writer, failure.fields)
}
