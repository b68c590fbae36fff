import type { ByteReader, ByteWriter } from "../bytes.ts"
import type { Codec } from "../codec.ts"
import { PENDING, type Envelope } from "../envelope.ts"
import type { Emitted } from "../event.ts"
import type { AnyFailureClass, Failure } from "../failure.ts"
import { REFUSALS } from "../refusal.ts"
import type { Registry } from "../registry.ts"

/** How messages ended, as bytes for a report. */

export const writeFailed = (writer: ByteWriter, failure: Failure | undefined): void => {
  if (failure === undefined) return writer.text("")
  const { tag, codec } = failure.constructor as AnyFailureClass
  writer.text(tag)
  codec.write(writer, failure.fields)
}

const AT_THE_DOOR = new Map<string, AnyFailureClass>(REFUSALS.map((type) => [type.tag, type]))

export const readFailed = (reader: ByteReader, { failures }: Registry): Failure | undefined => {
  const tag = reader.name()
  if (tag === "") return undefined
  const type = AT_THE_DOOR.get(tag) ?? failures.get(tag) ?? reader.fail(`a failure ${tag} that no definition declares`)
  return new type(type.codec.read(reader))
}

const RESULT = 1
const EVENTS = 2
const DEFECT = 4
const STACK = 8

export const writeEnd = (writer: ByteWriter, { outcome, endedAt, refusal, defect, result, events, message }: Envelope): void => {
  writer.u8(outcome)
  if (outcome === PENDING) return
  writer.varint(endedAt)
  writeFailed(writer, refusal)
  const stack = defect?.stack
  writer.u8((result === undefined ? 0 : RESULT) | (events === undefined ? 0 : EVENTS) | (defect === undefined ? 0 : DEFECT) | (stack === undefined ? 0 : STACK))
  if (result !== undefined) (message.reply as Codec<any>).write(writer, result)
  if (events !== undefined) {
    writer.varint(events.length)
    for (const { event, fields } of events) {
      writer.text(event.name)
      event.codec.write(writer, fields as never)
    }
  }
  if (defect !== undefined) writer.text(defect.problem.toWellFormed())
  if (stack !== undefined) writer.text(stack.toWellFormed())
}

export const readEnd = (reader: ByteReader, envelope: Envelope, registry: Registry): void => {
  envelope.outcome = reader.u8()
  if (envelope.outcome === PENDING) return
  envelope.endedAt = reader.varint()
  envelope.refusal = readFailed(reader, registry)
  const parts = reader.u8()
  if ((parts & RESULT) !== 0) envelope.result = (envelope.message.reply as Codec<any>).read(reader)
  if ((parts & EVENTS) !== 0) {
    envelope.events = Array.from({ length: reader.varint() }, () => {
      const event = registry.events.get(reader.name()) ?? reader.fail("an event that no definition declares")
      return event.make(event.codec.read(reader)) as Emitted
    })
  }
  if ((parts & DEFECT) !== 0) envelope.defect = { problem: reader.text(), stack: (parts & STACK) !== 0 ? reader.text() : undefined }
}
