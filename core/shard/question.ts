import type { AnyDefinition } from "../actor.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import type { Codec } from "../codec.ts"
import type { Kernel } from "../kernel.ts"
import type { AnyView } from "../view.ts"
import { READ } from "./orders.ts"

/** What may be asked of the shard where an actor or an asset's issuer lives, between two blocks. */
const BALANCE = 1
const NONCE = 2
const STATE = 3
const VIEW = 4
const SUPPLY = 5
const LIVES = 6

const NOBODY = 0
const FOUND = 1
const OTHER = 2

const question = (kind: number, ...words: readonly string[]): Uint8Array => {
  const writer = new ByteWriter(128)
  writer.u8(READ)
  writer.u8(kind)
  for (const word of words) writer.text(word)
  return writer.toBytes()
}

/** Orders for the shard of the address (or of the asset's issuer). */
export const Ask = {
  balance: (address: string, asset: string) => question(BALANCE, address, asset),
  nonce: (address: string) => question(NONCE, address),
  state: (address: string, definition: AnyDefinition) => question(STATE, address, definition.name),
  view: (address: string, view: AnyView) => question(VIEW, address, view.name),
  supply: (asset: string) => question(SUPPLY, asset),
  lives: (address: string) => question(LIVES, address),
} as const

export const answerQuestion = (kernel: Kernel, reader: ByteReader): Uint8Array => {
  const writer = new ByteWriter(64)
  const kind = reader.u8()
  const subject = reader.text()
  if (kind === SUPPLY) {
    writer.u8(FOUND)
    writer.uint(kernel.assets.get(subject)?.supply ?? 0n)
    return writer.toBytes()
  }
  const cell = kernel.cells.get(subject)
  if (cell === undefined) writer.u8(NOBODY)
  else answer(writer, cell, kind, reader)
  return writer.toBytes()
}

const answer = (writer: ByteWriter, cell: Cell, kind: number, reader: ByteReader): void => {
  const { definition } = cell
  const name = reader.done ? "" : reader.text()
  if (kind === STATE && definition.name !== name) return writer.u8(OTHER)
  if (kind === VIEW && (definition.view?.name !== name || cell.view === undefined)) return writer.u8(OTHER)
  writer.u8(FOUND)
  if (kind === BALANCE) writer.uint(cell.balance(name))
  else if (kind === NONCE) writer.varint(cell.nonce)
  else if (kind === STATE) (definition.stateCodec as Codec<any>).write(writer, cell.state)
  else if (kind === VIEW) (definition.view?.codec as Codec<any>).write(writer, cell.view)
}

/** An answer: nobody lives there; what lives there is something else; or the value. */
export type Found<A> = "nobody" | "other" | { readonly value: A }

export const readAnswer = <A>(bytes: Uint8Array, read: (reader: ByteReader) => A): Found<A> => {
  const reader = new ByteReader(bytes)
  const mark = reader.u8()
  return mark === NOBODY ? "nobody" : mark === OTHER ? "other" : { value: read(reader) }
}
