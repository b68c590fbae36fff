import type { ByteReader, ByteWriter } from "./bytes.ts"
import { structCode } from "./struct-code.ts"

/** Why a value does not belong to a codec: where in it, what was expected, and what stood there. */
export interface Issue {
  readonly path: string
  readonly expected: string
  readonly value: unknown
}

/** What a codec is made of, for tools that make up values: campaigns, forms. */
export type Shape =
  | { readonly kind: "uint"; readonly maximum: bigint }
  | { readonly kind: "signed"; readonly maximum: bigint }
  | { readonly kind: "integer"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "bool" }
  | { readonly kind: "text"; readonly lengthMax: number }
  | { readonly kind: "address" }
  | { readonly kind: "asset" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "struct"; readonly fields: Fields }
  | { readonly kind: "list"; readonly element: Codec<any>; readonly countMax: number }
  | { readonly kind: "nullable"; readonly of: Codec<any> }
  | { readonly kind: "union"; readonly variants: ReadonlyMap<string, Codec<any>> }

/**
 * A type that the engine can check, store, hash and print: the field types of messages, states, views, events and failures.
 * One value has exactly one byte form, on every machine.
 */
export interface Codec<A> {
  /** What a valid value is, in the words of an error: "an amount from 0 to 2^256 - 1". */
  readonly expected: string
  /** Upper bound of the bytes of any value; Infinity where there is none. */
  readonly bytesMax: number
  /** Absent: no tool can make up a value. */
  readonly shape?: Shape
  check(value: unknown): Issue | undefined
  /** Checks only what differs from a value that is known to be valid. Absent: checks the whole. */
  readonly checkChange?: (before: A, after: unknown) => Issue | undefined
  write(writer: ByteWriter, value: A): void
  read(reader: ByteReader): A
  equal(left: A, right: A): boolean
  /** What makes `after` out of `before`, in bytes in proportion to the difference. Absent: the whole of `after`. */
  readonly writeChange?: (writer: ByteWriter, before: A, after: A) => void
  /** A plain JSON value; bigints become decimal strings. */
  toJson(value: A): unknown
  /** The reverse of `toJson`; what does not fit is passed on as it is, so that `check` can name it. */
  fromJson(json: unknown): unknown
}

export type Fields = { readonly [name: string]: Codec<any> }
export type Value<C> = C extends Codec<infer A> ? A : never
export type Values<F extends Fields> = { readonly [Name in keyof F]: Value<F[Name]> }

/** The bytes by which a change differs from a whole value. */
export const writeChange = <A>(codec: Codec<A>, writer: ByteWriter, before: A, after: A): void =>
  codec.writeChange === undefined ? codec.write(writer, after) : codec.writeChange(writer, before, after)

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const within = (step: string, issue: Issue): Issue => ({
  ...issue,
  path: issue.path === "" ? step : issue.path.startsWith("[") ? step + issue.path : `${step}.${issue.path}`,
})

/** An object with exactly these fields, stored in the order of their names. */
export const Struct = <F extends Fields>(fields: F): Codec<Values<F>> & { readonly fields: F } => {
  const names = Object.keys(fields).sort()
  const codecs = names.map((name) => fields[name] as Codec<any>)
  const count = names.length
  /** Called when all fields are there: then there is a surplus only if there are more names than fields. */
  const surplus = (value: { readonly [name: string]: unknown }): Issue | undefined => {
    let found = 0
    for (const _ in value) found++
    if (found === count) return undefined
    for (const name in value) {
      if (!Object.hasOwn(fields, name)) return { path: name, expected: "no such field", value: value[name] }
    }
    return undefined
  }
  const code = structCode(names, codecs, within, surplus)
  return {
    fields,
    shape: { kind: "struct", fields },
    expected: count === 0 ? "an empty object" : `an object with ${names.join(", ")}`,
    bytesMax: codecs.reduce((sum, codec) => sum + codec.bytesMax, 0),
    check(value) {
      return isObject(value) ? code.check(value) : { path: "", expected: this.expected, value }
    },
    checkChange(before, after) {
      if (before === after) return undefined
      return isObject(after) ? code.checkChange(before, after) : { path: "", expected: this.expected, value: after }
    },
    write: code.write,
    read: code.read,
    equal: (left, right) => left === right || code.equal(left, right),
    writeChange(writer, before, after) {
      for (let index = 0; index < count; index++) {
        const name = names[index] as string
        const codec = codecs[index] as Codec<any>
        const was = (before as any)[name]
        const is = (after as any)[name]
        if (was === is || codec.equal(was, is)) continue
        writer.varint(index + 1)
        writeChange(codec, writer, was, is)
      }
      writer.u8(0)
    },
    toJson(value) {
      return Object.fromEntries(names.map((name, index) => [name, (codecs[index] as Codec<any>).toJson((value as any)[name])]))
    },
    fromJson(json) {
      if (!isObject(json)) return json
      const value: { [name: string]: unknown } = { ...json }
      for (let index = 0; index < count; index++) {
        const name = names[index] as string
        if (name in json) value[name] = (codecs[index] as Codec<any>).fromJson(json[name])
      }
      return value
    },
  }
}

/** A list of at most `countMax` elements. */
export const List = <A>(element: Codec<A>, countMax = 1024): Codec<readonly A[]> => ({
  expected: `a list of at most ${countMax} elements, each ${element.expected}`,
  bytesMax: 8 + countMax * element.bytesMax,
  shape: { kind: "list", element, countMax },
  check(value) {
    if (!Array.isArray(value) || value.length > countMax) return { path: "", expected: this.expected, value }
    for (let index = 0; index < value.length; index++) {
      const issue = element.check(value[index])
      if (issue !== undefined) return within(`[${index}]`, issue)
    }
    return undefined
  },
  checkChange(before, after) {
    if (before === after) return undefined
    if (!Array.isArray(after) || after.length > countMax) return { path: "", expected: this.expected, value: after }
    // Mostly elements were added at the end, or taken from the front.
    const shift = Math.max(before.length - after.length, 0)
    for (let index = 0; index < after.length; index++) {
      const item = after[index]
      if (index + shift < before.length && Object.is(before[index + shift], item)) continue
      const issue = element.check(item)
      if (issue !== undefined) return within(`[${index}]`, issue)
    }
    return undefined
  },
  write(writer, value) {
    writer.varint(value.length)
    for (const item of value) element.write(writer, item)
  },
  read(reader) {
    const count = reader.varint()
    if (count > countMax) reader.fail(`${count} elements in a list of at most ${countMax}`)
    return Array.from({ length: count }, () => element.read(reader))
  },
  equal(left, right) {
    return left === right || (left.length === right.length && left.every((item, index) => element.equal(item, right[index] as A)))
  },
  toJson: (value) => value.map((item) => element.toJson(item)),
  fromJson: (json) => (Array.isArray(json) ? json.map((item) => element.fromJson(item)) : json),
})

/** A value or `null`. */
export const Nullable = <A>(codec: Codec<A>): Codec<A | null> => ({
  expected: `${codec.expected}, or null`,
  bytesMax: 1 + codec.bytesMax,
  shape: { kind: "nullable", of: codec },
  check: (value) => (value === null ? undefined : codec.check(value)),
  write(writer, value) {
    writer.u8(value === null ? 0 : 1)
    if (value !== null) codec.write(writer, value)
  },
  read(reader) {
    const mark = reader.u8()
    if (mark > 1) reader.fail(`mark ${mark} before a nullable value`)
    return mark === 0 ? null : codec.read(reader)
  },
  equal: (left, right) => left === right || (left !== null && right !== null && codec.equal(left, right)),
  toJson: (value) => (value === null ? null : codec.toJson(value)),
  fromJson: (json) => (json === null ? null : codec.fromJson(json)),
})

/** One of several objects, told apart by their field `_tag`. */
export const Union = <V extends { readonly [tag: string]: Fields }>(
  variants: V,
): Codec<{ readonly [T in keyof V & string]: { readonly _tag: T } & Values<V[T]> }[keyof V & string]> => {
  const tags = Object.keys(variants).sort()
  const codecs = new Map(tags.map((tag) => [tag, Struct({ _tag: OneOf(tag), ...variants[tag] })]))
  const codecOf = (tag: unknown) => codecs.get(tag as string) as Codec<any>
  const expected = `an object whose _tag is one of ${tags.join(", ")}`
  return {
    expected,
    bytesMax: 8 + Math.max(...[...codecs.values()].map((codec) => codec.bytesMax)),
    shape: { kind: "union", variants: codecs },
    check(value) {
      const codec = isObject(value) ? codecs.get(value["_tag"] as string) : undefined
      return codec === undefined ? { path: "", expected, value } : codec.check(value)
    },
    write(writer, value) {
      writer.varint(tags.indexOf(value._tag))
      codecOf(value._tag).write(writer, value)
    },
    read(reader) {
      const tag = tags[reader.varint()]
      return tag === undefined ? reader.fail("an unknown variant") : codecOf(tag).read(reader)
    },
    equal: (left, right) => left === right || (left._tag === right._tag && codecOf(left._tag).equal(left, right)),
    toJson: (value) => codecOf(value._tag).toJson(value),
    fromJson: (json) => (isObject(json) ? (codecOf(json["_tag"])?.fromJson(json) ?? json) : json),
  }
}

/** One of these words. */
export const OneOf = <const W extends readonly [string, ...string[]]>(...words: W): Codec<W[number]> => ({
  expected: words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`,
  bytesMax: 8,
  shape: { kind: "words", words },
  check(value) {
    return words.includes(value as string) ? undefined : { path: "", expected: this.expected, value }
  },
  write: (writer, value) => writer.varint(words.indexOf(value)),
  read: (reader) => words[reader.varint()] ?? reader.fail("an unknown word"),
  equal: (left, right) => left === right,
  toJson: (value) => value,
  fromJson: (json) => json,
})
