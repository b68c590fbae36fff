import { ByteReader, ByteWriter } from "../bytes.ts"
import { OrderBroken } from "../errors.ts"

/** Why a shard cannot go on, as bytes for the thread that gave the order. */

const BROKEN_ORDER = 1
const THROWN = 2

export const words = (thrown: unknown): Uint8Array => {
  const writer = new ByteWriter(256)
  if (thrown instanceof OrderBroken) {
    writer.u8(BROKEN_ORDER)
    writer.varint(thrown.height)
    for (const text of [thrown.policy, thrown.actor, thrown.problem]) writer.text(text.toWellFormed())
  } else {
    writer.u8(THROWN)
    writer.text((thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).toWellFormed())
  }
  return writer.toBytes()
}

/** An ordering policy's own error, or what was thrown in words. */
export const readWords = (bytes: Uint8Array): OrderBroken | string => {
  const reader = new ByteReader(bytes)
  if (reader.u8() === THROWN) return reader.text()
  const height = reader.varint()
  const [policy, actor, problem] = [reader.text(), reader.text(), reader.text()]
  return new OrderBroken({ policy, height, actor, problem })
}
