import type { ByteWriter } from "./bytes.ts"
import type { Codec } from "./codec.ts"
import { BOUNCE, NO_DEADLINE, REPLY, TRANSACTION, type Envelope } from "./envelope.ts"
import type { AnyFailureClass, Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"

/** A message in a header: a bounce names the message that it returns instead of repeating its payload. */
export const writeEnvelope = (writer: ByteWriter, envelope: Envelope): void => {
  const { kind, message, then, reason } = envelope
  writer.u8(kind)
  // Many accounts come to one actor, and one actor has much to say.
  if (kind === TRANSACTION) {
    writer.text(envelope.from)
    writer.name(envelope.to)
  } else {
    writer.name(envelope.from)
    writer.text(envelope.to)
  }
  writer.varint(envelope.sequence)
  writer.varint(envelope.causeBlock)
  writer.varint(envelope.causeIndex)
  writer.varint(envelope.hop)
  writer.u32(message.code)
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
