import { putUint, UINT_BYTES, type ByteReader, type ByteWriter } from "./bytes.ts"
import type { Codec, Issue } from "./codec.ts"
import { uintMaximum } from "./fields.ts"

/** The loops over a struct's fields, unrolled: what messages, states and events go through on every handling. */
export interface StructCode {
  readonly check: (value: any) => Issue | undefined
  readonly checkChange: (before: any, after: any) => Issue | undefined
  readonly write: (writer: ByteWriter, value: any) => void
  readonly read: (reader: ByteReader) => any
  readonly equal: (left: any, right: any) => boolean
}

/**
 * Writes the field loops of one struct out as straight code, so that every field access has a place of its own that the JavaScript engine
 * can specialise; in a shared loop each of them is a look-up by name. Measured with swaps over 64 pools: about a tenth less time a transaction.
 * A bigint from 0 to a maximum is checked and written on the spot (some 2 % more); what fails there goes to its codec, which names what is wrong.
 * The generated text contains nothing but field names (as string literals) and places in `codecs`.
 */
export const structCode = (
  names: readonly string[],
  codecs: readonly Codec<any>[],
  within: (step: string, issue: Issue) => Issue,
  surplus: (value: any) => Issue | undefined,
): StructCode => {
  const maxima = codecs.map(uintMaximum)
  const fields = names.map((name, place) => ({ key: JSON.stringify(name), codec: `c${place}`, place }))
  const lines = (line: (field: (typeof fields)[number]) => string): string => fields.map(line).join("\n")
  /** The field's value, in `field`, does not pass at once. */
  const doubtful = (place: number): string => (maxima[place] === undefined ? "" : `!(typeof field === "bigint" && field >= 0n && field <= m${place}) && `)
  const issueOf = (codec: string, place: number, before: string): string =>
    codecs[place]?.checkChange === undefined ? `${codec}.check(field)` : `${codec}.checkChange(${before}, field)`
  /** A zero does not differ from its negative, which no codec takes. */
  const mayBeZero = (place: number): boolean => ["integer", "nullable", undefined].includes(codecs[place]?.shape?.kind)
  const differs = (key: string, place: number): string => (mayBeZero(place) ? `(before[${key}] !== field || Object.is(field, -0))` : `before[${key}] !== field`)
  const source = `"use strict"
const [${fields.map(({ codec }) => codec).join(", ")}] = codecs
const [${fields.map(({ place }) => `m${place}`).join(", ")}] = maxima
return {
  check(value) {
    let field, issue
    ${lines(({ key, codec, place }) => `field = value[${key}]
    if (${doubtful(place)}(issue = ${codec}.check(field)) !== undefined) return within(${key}, issue)`)}
    return surplus(value)
  },
  checkChange(before, after) {
    let field, issue
    ${lines(({ key, codec, place }) => `field = after[${key}]
    if (${differs(key, place)} && ${doubtful(place)}(issue = ${issueOf(codec, place, `before[${key}]`)}) !== undefined) return within(${key}, issue)`)}
    return surplus(after)
  },
  write(writer, value) {
    ${writes(fields.map(({ key, codec, place }) => ({ key, codec, isUint: maxima[place] !== undefined })))}
  },
  read(reader) {
    return {${fields.map(({ key, codec }) => `[${key}]: ${codec}.read(reader)`.replace(/^\[("[A-Za-z0-9]+")\]/, "$1")).join(", ")}}
  },
  equal(left, right) {
    return ${fields.length === 0 ? "true" : fields.map(({ key, codec }) => `${codec}.equal(left[${key}], right[${key}])`).join(" && ")}
  },
}`
  try {
    return new Function("codecs", "maxima", "within", "surplus", "putUint", source)(codecs, maxima, within, surplus, putUint) as StructCode
  } catch {
    return structLoops(names, codecs, within, surplus)
  }
}

/** How fields are written: bigints that stand together with room made once, and with the place counted outside of the writer. */
const writes = (fields: readonly { readonly key: string; readonly codec: string; readonly isUint: boolean }[]): string => {
  const lines: string[] = []
  for (let index = 0; index < fields.length; ) {
    const { key, codec, isUint } = fields[index] as (typeof fields)[number]
    const next = fields.findIndex((field, place) => place > index && !field.isUint)
    const end = !isUint ? index + 1 : next < 0 ? fields.length : next
    if (isUint) {
      const run = fields.slice(index, end).reduce((at, field) => `putUint(writer.view, ${at}, value[${field.key}])`, "writer.length")
      lines.push(`writer.reserve(${(end - index) * UINT_BYTES})`, `writer.length = ${run}`)
    } else lines.push(`${codec}.write(writer, value[${key}])`)
    index = end
  }
  return lines.join("\n    ")
}

/** The same as loops, for hosts that forbid generated code. */
export const structLoops: typeof structCode = (names, codecs, within, surplus) => {
  const fields = names.map((name, place) => ({ name, codec: codecs[place] as Codec<any> }))
  return {
    check(value) {
      for (const { name, codec } of fields) {
        const issue = codec.check(value[name])
        if (issue !== undefined) return within(name, issue)
      }
      return surplus(value)
    },
    checkChange(before, after) {
      for (const { name, codec } of fields) {
        if (Object.is(before[name], after[name])) continue
        const issue = codec.checkChange === undefined ? codec.check(after[name]) : codec.checkChange(before[name], after[name])
        if (issue !== undefined) return within(name, issue)
      }
      return surplus(after)
    },
    write(writer, value) {
      for (const { name, codec } of fields) codec.write(writer, value[name])
    },
    read(reader) {
      const value: { [name: string]: unknown } = {}
      for (const { name, codec } of fields) value[name] = codec.read(reader)
      return value
    },
    equal: (left, right) => fields.every(({ name, codec }) => codec.equal(left[name], right[name])),
  }
}
