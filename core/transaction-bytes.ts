import { ByteReader, ByteWriter, MalformedBytes } from "./bytes.ts"
import type { Codec } from "./codec.ts"
import { writeFunds } from "./envelope-bytes.ts"
import { Funds } from "./funds.ts"
import type { Transaction } from "./transaction.ts"
import type { Codes } from "./codes.ts"

/** A transaction as bytes: what a host stores, receives or hands to another thread. */

/** A transaction, or the bytes that `encodeTransaction` made of one. */
export type AnyTransaction = Transaction | Uint8Array

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
export const decodeTransaction = (bytes: Uint8Array, codes: Codes): Transaction | MalformedBytes => {
  try {
    const reader = new ByteReader(bytes)
    const transaction = readTransaction(reader, codes)
    return reader.done ? transaction : new MalformedBytes(reader.offset, "bytes after the end")
  } catch (problem) {
    if (problem instanceof MalformedBytes) return problem
    throw problem
  }
}

export const readFunds = (reader: ByteReader): Funds => {
  const asset = reader.name()
  if (asset === "") return Funds.none
  const amount = reader.uint()
  if (reader.skipZero()) return Funds.of(asset, amount)
  const amounts: { [asset: string]: bigint } = { [asset]: amount }
  for (let name = reader.name(); name !== ""; name = reader.name()) amounts[name] = reader.uint()
  return Funds.from(amounts)
}
