import { ByteReader, ByteWriter } from "../bytes.ts"
import { OrderBroken, SeriesDiffers } from "../errors.ts"

/** Why a shard cannot go on, as bytes for the thread that gave the order. */

const BROKEN_ORDER = 1
const THROWN = 2
const BROKEN_SERIES = 3

export const words = (thrown: unknown): Uint8Array => {
  const writer = new ByteWriter(256)
  if (thrown instanceof OrderBroken) {
    writer.u8(BROKEN_ORDER)
    writer.varint(thrown.height)
    for (const text of [thrown.policy, thrown.actor, thrown.problem]) writer.text(text.toWellFormed())
  } else if (thrown instanceof SeriesDiffers) {
    writer.u8(BROKEN_SERIES)
    writer.varint(thrown.height)
    for (const text of [thrown.actor, thrown.id, thrown.type, thrown.problem]) writer.text(text.toWellFormed())
  } else {
    writer.u8(THROWN)
    writer.text((thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).toWellFormed())
  }
  return writer.toBytes()
}

/** The error of an ordering policy or of a series, or what was thrown in words. */
export const readWords = (bytes: Uint8Array): OrderBroken | SeriesDiffers | string => {
  const reader = new ByteReader(bytes)
  const what = reader.u8()
  if (what === THROWN) return reader.text()
  const height = reader.varint()
  if (what === BROKEN_SERIES) {
    const [actor, id, type, problem] = [reader.text(), reader.text(), reader.text(), reader.text()]
    return new SeriesDiffers({ height, actor, id, type, problem })
  }
  const [policy, actor, problem] = [reader.text(), reader.text(), reader.text()]
  return new OrderBroken({ policy, height, actor, problem })
}
