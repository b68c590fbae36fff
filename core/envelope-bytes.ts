import type { Address } from "./address.ts"
import type { ByteWriter } from "./bytes.ts"
import type { Codec } from "./codec.ts"
import { BOUNCE, NO_DEADLINE, REPLY, TRANSACTION, type Envelope } from "./envelope.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"

/** A message in a header: a bounce names the message that it returns instead of repeating its payload. */
export const writeEnvelope = (writer: ByteWriter, envelope: Envelope): void => {
  const { kind, then, reason } = envelope
  writeHead(writer, envelope)
  if (kind === BOUNCE) {
    writer.text(envelope.parentId)
    writeFailure(writer, reason as Failure)
  } else payloadCodec(envelope).write(writer, envelope.payload)
  writeFunds(writer, envelope.funds)
  writer.varint(envelope.deadline === NO_DEADLINE ? 0 : envelope.deadline + 1)
  if (then === undefined) writer.u8(0)
  else {
    writer.u8(1)
    writer.u32(then.code)
    then.saved.write(writer, envelope.saved)
  }
}

/** Longest head but for its addresses: a kind, two lengths, four numbers, and a code. */
const HEAD_BYTES = 1 + 2 * 8 + 4 * 8 + 4

/** What every message begins with. All of it at once: room is made once, and the place is counted outside of the writer (a third of the time). */
const writeHead = (writer: ByteWriter, envelope: Envelope): void => {
  const { kind, from, to, message } = envelope
  writer.reserve(HEAD_BYTES + from.length + to.length)
  const { bytes } = writer
  bytes[writer.length++] = kind
  // Many accounts come to one actor, and one actor has much to say.
  if (kind === TRANSACTION) {
    writer.length = putAddress(bytes, writer.length, from)
    writer.name(to)
  } else {
    writer.name(from)
    writer.length = putAddress(bytes, writer.length, to)
  }
  let at = writer.length
  at = putVarint(bytes, at, envelope.sequence)
  at = putVarint(bytes, at, envelope.causeBlock)
  at = putVarint(bytes, at, envelope.causeIndex)
  at = putVarint(bytes, at, envelope.hop)
  const { code } = message
  bytes[at] = code
  bytes[at + 1] = code >>> 8
  bytes[at + 2] = code >>> 16
  bytes[at + 3] = code >>> 24
  writer.length = at + 4
}

/** The same bytes as `ByteWriter.text` of an address, which is short and ASCII. */
const putAddress = (bytes: Uint8Array, start: number, address: Address): number => {
  let at = start
  bytes[at++] = address.length
  for (let index = 0; index < address.length; index++) bytes[at++] = address.charCodeAt(index)
  return at
}

/** The same bytes as `ByteWriter.varint`. */
const putVarint = (bytes: Uint8Array, start: number, value: number): number => {
  let at = start
  let rest = value
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 128
    rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 128)
  }
  bytes[at++] = rest
  return at
}

const REPLY_WITHOUT_VALUE = { write: () => undefined }

/** The codec of what an envelope carries: a reply's value or a message's payload. */
const payloadCodec = (envelope: Envelope): Pick<Codec<any>, "write"> =>
  envelope.kind === REPLY ? ((envelope.message.reply as Codec<any> | undefined) ?? REPLY_WITHOUT_VALUE) : envelope.message.payload

export const writeFunds = (writer: ByteWriter, funds: Funds): void => {
  for (let entry: Funds | undefined = funds; entry !== undefined && entry.amount !== 0n; entry = entry.rest) {
    writer.name(entry.asset)
    writer.uint(entry.amount)
  }
  writer.u8(0)
}

export const writeFailure = (writer: ByteWriter, failure: Failure): void => {
  const { code, codec } = failure.constructor as AnyFailureClass
  writer.u32(code)
  codec.write(writer, failure.fields)
}
