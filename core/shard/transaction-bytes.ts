import { ByteReader, ByteWriter, MalformedBytes } from "../bytes.ts"
import type { Codec } from "../codec.ts"
import { writeFunds } from "../envelope-bytes.ts"
import { Funds } from "../funds.ts"
import type { Registry } from "../registry.ts"
import type { Transaction } from "../transaction.ts"
import { Codes } from "./codes.ts"
import { readFunds } from "./packet.ts"

/** A transaction as bytes: what a host stores, receives or hands to another thread. */

/** Appends a transaction whose form was checked. */
export const writeTransaction = (writer: ByteWriter, { from, nonce, to, message, payload, funds, deadline }: Transaction): void => {
  writer.text(from)
  writer.varint(nonce)
  writer.text(to)
  writer.u32(message.code)
  ;(message.payload as Codec<any>).write(writer, payload)
  writeFunds(writer, funds === undefined ? Funds.none : Funds.from(funds))
  writer.varint(deadline === undefined ? 0 : deadline + 1)
}

export const readTransaction = (reader: ByteReader, codes: Codes): Transaction => {
  const from = reader.name()
  const nonce = reader.varint()
  const to = reader.name()
  const message = codes.message(reader)
  const payload: unknown = (message.payload as Codec<any>).read(reader)
  const funds = readFunds(reader)
  const deadline = reader.varint()
  return { from, nonce, to, message, payload: payload as never, funds, deadline: deadline === 0 ? undefined : deadline - 1 }
}

const WRITER = new ByteWriter(1 << 10)

/** A transaction as bytes. Its form must be right: what a codec cannot write throws. */
export const encodeTransaction = (transaction: Transaction): Uint8Array => {
  WRITER.reset()
  writeTransaction(WRITER, transaction)
  return WRITER.toBytes()
}

/** The transaction in these bytes, or why there is none. */
export const decodeTransaction = (bytes: Uint8Array, registry: Registry): Transaction | MalformedBytes => {
  try {
    const reader = new ByteReader(bytes)
    const transaction = readTransaction(reader, new Codes(registry))
    return reader.done ? transaction : new MalformedBytes(reader.offset, "bytes after the end")
  } catch (problem) {
    if (problem instanceof MalformedBytes) return problem
    throw problem
  }
}
