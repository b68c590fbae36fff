import { Account } from "../account.ts"
import { hashText, slotOfHash, type Address } from "../address.ts"
import type { ByteReader, ByteWriter } from "../bytes.ts"
import type { Asset, Cell } from "../cell.ts"
import { beginPacked, endPacked, type Bag } from "./bag.ts"
import type { Codec } from "../codec.ts"
import { BOUNCE, Envelope, NO_DEADLINE, REPLY, TRANSACTION, WHOLE } from "../envelope.ts"
import { writeEnvelope, writePayment } from "../envelope-bytes.ts"
import type { AnyFailureClass, Failure } from "../failure.ts"
import { readFunds } from "../transaction-bytes.ts"
import type { Kernel } from "../kernel.ts"
import type { NameBytes } from "../name-bytes.ts"
import type { Codes } from "../codes.ts"
import { Slip, type Payments } from "../payments.ts"
import { heldIn } from "./takings.ts"

/**
 * A message on its way from one shard to another: the bytes that a header hashes, which the receiver copies into its own outbox as they are,
 * and before them what a header does not say.
 */

const GHOST = 1
const PARENT_IS_RECEIVER = 2
const PARENT_IS_WHOLE = 4
const PARENT_IS_TRANSACTION = 8
/** A plain payment of one asset or two, amounts below 2^64, of which its sender made no message. */
const PLAIN_PAYMENT = 16

export const packMessage = (writer: ByteWriter, envelope: Envelope, names: NameBytes): void => {
  const { kind, parentFrom, parentSequence } = envelope
  const told = parentFrom === envelope.to
  const flags =
    (envelope.ghost ? GHOST : 0) | (told ? PARENT_IS_RECEIVER : 0) | (parentSequence === WHOLE ? PARENT_IS_WHOLE : parentSequence < 0 ? PARENT_IS_TRANSACTION : 0)
  const start = beginPacked(writer, senderHash(envelope), hashText(envelope.to))
  writer.u8(flags)
  writer.varint(envelope.fromSlot + 1)
  writer.varint(envelope.positionBlock)
  writer.varint(envelope.positionIndex)
  if (!told) writer.text(parentFrom)
  if (parentSequence !== WHOLE) writer.varint(parentSequence < 0 ? -1 - parentSequence : parentSequence)
  writeEnvelope(writer, envelope, names)
  // A header only names the message that comes back.
  if (kind === BOUNCE) envelope.message.payload.write(writer, envelope.payload as never)
  endPacked(writer, start)
}

/** A plain payment that no message is made of; the same bytes but for its mark. */
export const packPayment = (writer: ByteWriter, payments: Payments, place: number, to: Address, toPlace: number, names: NameBytes): void => {
  const sender = payments.senders[place] as Cell
  const parentFrom = payments.parents[place]
  const parent = payments.parentOf(place)
  const start = beginPacked(writer, sender.hash, hashText(to))
  writer.u8(PLAIN_PAYMENT | (parentFrom === undefined ? PARENT_IS_RECEIVER : 0) | (parent < 0 ? PARENT_IS_TRANSACTION : 0))
  writer.varint(sender.slot + 1)
  writer.varint(payments.blockOf(place))
  writer.varint(payments.indexOf(place))
  if (parentFrom !== undefined) writer.text(parentFrom)
  writer.varint(parent < 0 ? -1 - parent : parent)
  writePayment(writer, names, payments, place, to, toPlace)
  endPacked(writer, start)
}

const senderHash = ({ fromCell, from }: Envelope): number => (fromCell === undefined ? hashText(from) : fromCell.hash)

/** Where the reader found the hashed bytes of the message that it read last. */
export interface Span {
  from: number
  to: number
}

/** The message at a place of a bag. */
export const unpackMessage = (reader: ByteReader, bag: Bag, at: number, kernel: Kernel, codes: Codes, span: Span): Envelope => {
  reader.offset = bag.starts[at] as number
  const flags = reader.u8()
  const fromSlot = reader.varint() - 1
  const positionBlock = reader.varint()
  const positionIndex = reader.varint()
  const parentFrom = (flags & PARENT_IS_RECEIVER) === 0 ? reader.name() : undefined
  const number = (flags & PARENT_IS_WHOLE) === 0 ? reader.varint() : 0
  span.from = reader.offset
  const envelope = readEnvelope(reader, bag, at, kernel, codes)
  span.to = reader.offset
  if (envelope.kind === BOUNCE) envelope.payload = envelope.message.payload.read(reader)
  envelope.ghost = (flags & GHOST) !== 0
  envelope.fromSlot = fromSlot
  envelope.moveTo(positionBlock, positionIndex)
  envelope.parentFrom = parentFrom ?? envelope.to
  envelope.parentSequence = (flags & PARENT_IS_WHOLE) !== 0 ? WHOLE : (flags & PARENT_IS_TRANSACTION) !== 0 ? -1 - number : number
  return envelope
}

const SLIP = new Slip()

/** Takes a plain payment to an account into the outbox as it is. False: it is none, or needs a message; the reader then stands anywhere. */
export const unpackPayment = (reader: ByteReader, bag: Bag, at: number, kernel: Kernel): boolean => {
  const { bytes } = reader
  const begin = bag.starts[at] as number
  const flags = bytes[begin] as number
  if ((flags & PLAIN_PAYMENT) === 0) return false
  reader.offset = begin + 1
  reader.varint()
  SLIP.block = reader.varint()
  SLIP.index = reader.varint()
  const parentFrom = (flags & PARENT_IS_RECEIVER) === 0 ? reader.name() : undefined
  const number = reader.varint()
  SLIP.parent = (flags & PARENT_IS_TRANSACTION) === 0 ? number : -1 - number
  const start = reader.offset++
  const from = reader.nameHashed((bag.fromHashes[at] as number) | 0)
  const cell = receiverIn(reader, kernel, bag.toHashes[at] as number, bag.receivers[at])
  if (cell === undefined || cell.definition !== Account) return false
  SLIP.sequence = reader.varint()
  SLIP.causeBlock = reader.varint()
  SLIP.causeIndex = reader.varint()
  SLIP.hop = reader.varint()
  reader.offset += CODE_BYTES
  const asset = assetIn(reader, kernel, cell)
  const amount = reader.uint()
  const other = bytes[reader.offset] === 0 ? undefined : assetIn(reader, kernel, cell)
  const { outbox } = kernel
  const place = outbox.payments.add(SLIP, from, parentFrom, cell, asset, amount, other, other === undefined ? 0n : reader.uint())
  outbox.pushWrittenPayment(place, cell.slot, reader, start, bag.ends[at] as number)
  return true
}

/** The asset that the next text names, which the actor mostly has. */
const assetIn = (reader: ByteReader, kernel: Kernel, cell: Cell): Asset => {
  const { bytes, offset } = reader
  const length = bytes[offset] as number
  const held = heldIn(cell, bytes, offset + 1, length)
  if (held === undefined) return kernel.asset(reader.name())
  reader.offset = offset + 1 + length
  return held.asset
}

const CODE_BYTES = 4

/** An admitted transaction: the bytes that a header hashes. */
export const unpackTransaction = (reader: ByteReader, bag: Bag, at: number, kernel: Kernel, codes: Codes): Envelope => {
  reader.offset = bag.starts[at] as number
  const envelope = readEnvelope(reader, bag, at, kernel, codes)
  envelope.fromSlot = slotOfHash(bag.fromHashes[at] as number)
  return envelope
}

const readEnvelope = (reader: ByteReader, bag: Bag, at: number, kernel: Kernel, codes: Codes): Envelope => {
  const kind = reader.u8()
  const from = reader.nameHashed((bag.fromHashes[at] as number) | 0)
  const toHash = bag.toHashes[at] as number
  const toCell = receiverIn(reader, kernel, toHash, bag.receivers[at])
  const to = toCell === undefined ? reader.nameHashed(toHash) : toCell.address
  const sequence = reader.varint()
  const causeBlock = reader.varint()
  const causeIndex = reader.varint()
  const hop = reader.varint()
  const message = codes.message(reader)
  let payload: unknown
  let reason: Failure | undefined
  if (kind === BOUNCE) {
    reader.text()
    reason = readFailure(reader, codes.failure(reader))
  } else payload = payloadOf(reader, kind === REPLY ? (message.reply as Codec<any> | undefined) : message.payload)
  const funds = readFunds(reader)
  const deadline = reader.varint()
  const then = reader.u8() === 0 ? undefined : codes.continuation(reader)
  const saved: unknown = then?.saved.read(reader)
  return new Envelope(
    kind, from, undefined, to, toCell, message, payload, funds, causeBlock, causeIndex, sequence, hop,
    deadline === 0 ? NO_DEADLINE : deadline - 1, then, saved, reason, kind === TRANSACTION ? "" : from, 0,
  )
}

/** The actor that the next text names; passes the text when there is one. */
const receiverIn = (reader: ByteReader, { cells }: Kernel, hash: number, likely: Cell | undefined): Cell | undefined => {
  const cell = cells.spelled(hash, likely, reader, reader.offset)
  if (cell !== undefined) reader.offset += 1 + (reader.bytes[reader.offset] as number)
  return cell
}

const payloadOf = (reader: ByteReader, codec: Codec<any> | undefined): unknown => codec?.read(reader)

const readFailure = (reader: ByteReader, type: AnyFailureClass): Failure => new type(type.codec.read(reader))
