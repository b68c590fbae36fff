import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { writeChange } from "../../core/codec.ts"
import {
  Address, Amount, AssetId, Bool, ByteReader, ByteWriter, Count, Height, Integer, LIMITS, List, MalformedBytes, Nullable, OneOf, Pips, SignedInteger, SortedTable,
  SortedTableOf, Struct, Table, TableOf, Text, Uint, Union, type Codec,
} from "../../core/index.ts"
import { NameBytes } from "../../core/name-bytes.ts"

/** One value has one byte form; every other bytes and every other value are refused. */

const bytesOf = <A>(codec: Codec<A>, value: A): Uint8Array => {
  const writer = new ByteWriter(1)
  codec.write(writer, value)
  return writer.toBytes()
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const read = <A>(codec: Codec<A>, bytes: Uint8Array): A => {
  const reader = new ByteReader(bytes)
  const value = codec.read(reader)
  if (!reader.done) reader.fail("bytes after the end")
  return value
}
const readHex = <A>(codec: Codec<A>, digits: string): A => read(codec, Uint8Array.from(Buffer.from(digits, "hex")))

const uint = (bits: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.bigInt(0n, 2n ** BigInt(bits) - 1n),
    fc.nat(bits - 1).chain((shift) => fc.constantFrom(-1n, 0n, 1n).map((near) => 2n ** BigInt(shift) + near)),
    fc.constantFrom(0n, 1n, 2n ** BigInt(bits) - 1n),
  )
const count = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.constantFrom(127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER))
const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/)
const address = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join("/"))
/** Text of all planes, with the characters that text codecs tend to get wrong. */
const text = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 4 }), fc.constantFrom("\ufeff", "\0", "\u{10ffff}", "é", "e\u0301", "\ufffd", "\u2028")), { maxLength: 6 }).map((parts) => parts.join(""))

const Shape = Union({ Circle: { radius: Amount }, Point: {}, Path: { points: List(Count, 4) } })
const shape = fc.oneof(
  fc.record({ _tag: fc.constant("Circle" as const), radius: uint(256) }),
  fc.record({ _tag: fc.constant("Point" as const) }),
  fc.record({ _tag: fc.constant("Path" as const), points: fc.array(count, { maxLength: 4 }) }),
)
const Nested = Struct({ name: Text(40), inner: Struct({ amount: Amount, shape: Nullable(Shape) }), on: Bool })
const nested = fc.record({ name: text, inner: fc.record({ amount: uint(256), shape: fc.option(shape) }), on: fc.boolean() })
const entries = <K>(key: fc.Arbitrary<K>) => fc.uniqueArray(fc.tuple(key, uint(256)), { selector: ([name]) => name, maxLength: 12 })

const CASES: readonly (readonly [name: string, codec: Codec<any>, values: fc.Arbitrary<any>])[] = [
  ["Amount", Amount, uint(256)],
  ["Uint(8)", Uint(8), uint(8)],
  ["SignedInteger", SignedInteger, fc.tuple(uint(256), fc.boolean()).map(([value, negative]) => (negative ? -value : value))],
  ["Count", Count, count],
  ["Integer(5, 9)", Integer(5, 9), fc.integer({ min: 5, max: 9 })],
  ["Bool", Bool, fc.boolean()],
  ["Text", Text(40), text],
  ["Address", Address, address],
  ["AssetId", AssetId, fc.tuple(address, fc.option(word)).map(([issuer, name]) => (name === null ? issuer : `${issuer}:${name}`))],
  ["OneOf", OneOf("buy", "sell", "hold"), fc.constantFrom("buy", "sell", "hold")],
  ["List", List(Amount, 9), fc.array(uint(256), { maxLength: 9 })],
  ["Nullable", Nullable(Nullable(Count)), fc.option(count)],
  ["Union", Shape, shape],
  ["Struct", Nested, nested],
  ["TableOf text", TableOf(Text(40), Amount), entries(text).map((given) => Table.from(given))],
  ["TableOf counts", TableOf(Count, Amount), entries(count).map((given) => Table.from(given))],
  ["TableOf amounts", TableOf(Amount, Nested), fc.uniqueArray(fc.tuple(uint(256), nested), { selector: ([key]) => key, maxLength: 4 }).map((given) => Table.from(given))],
  ["SortedTableOf", SortedTableOf(SignedInteger, Amount), entries(uint(256).map((key) => key - 2n ** 100n)).map((given) => SortedTable.from(given))],
]
const each = it.each(CASES)
const holds = <A>(values: fc.Arbitrary<A>, law: (value: A, other: A) => void): void =>
  fc.assert(fc.property(values, values, (value, other) => law(value, other)), { seed: 1, numRuns: 150 })

describe("every codec", () => {
  each("%s reads what it wrote, within its bound", (_, codec, values) => {
    holds(values, (value) => {
      expect(codec.check(value)).toBeUndefined()
      const bytes = bytesOf(codec, value)
      expect(bytes.length).toBeLessThanOrEqual(codec.bytesMax)
      const back = read(codec, bytes)
      expect(codec.equal(back, value) && codec.equal(value, back)).toBe(true)
      expect(codec.check(back)).toBeUndefined()
      expect(hex(bytesOf(codec, back))).toBe(hex(bytes))
    })
  })

  each("%s gives equal values equal bytes, and different values different bytes", (_, codec, values) => {
    holds(values, (value, other) => {
      expect(codec.equal(value, other)).toBe(hex(bytesOf(codec, value)) === hex(bytesOf(codec, other)))
    })
  })

  each("%s goes through JSON and back", (_, codec, values) => {
    holds(values, (value) => {
      const back = codec.fromJson(JSON.parse(JSON.stringify(codec.toJson(value))))
      expect(codec.check(back)).toBeUndefined()
      expect(hex(bytesOf(codec, back))).toBe(hex(bytesOf(codec, value)))
    })
  })

  each("%s refuses values of any other form, and passes unfit JSON on to its check", (_, codec) => {
    for (const value of [undefined, NaN, -1, 0.5, -0, Symbol("x"), () => 0, new Date(0), {}, { _tag: "None" }, "\ud800", -(2n ** 256n), 2n ** 256n, [[null, 1], [null, 2]], [["a", "1"], ["a", "2"]], [["a", "1"], [1, "2"]]]) {
      const isValid = codec.check(value) === undefined
      if (!isValid) expect(codec.check(value)?.expected).not.toBe("")
      else expect(codec.equal(read(codec, bytesOf(codec, value)), value)).toBe(true)
      const passed = codec.fromJson(value)
      expect(() => codec.check(passed)).not.toThrow()
    }
  })

  each("%s refuses bytes that end early, and reads nothing that it would not write", (_, codec, values) => {
    holds(values, (value) => {
      const bytes = bytesOf(codec, value)
      for (let length = 0; length < Math.min(bytes.length, 40); length++) expect(() => read(codec, bytes.subarray(0, length))).toThrow(MalformedBytes)
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let value: unknown
        try {
          value = read(codec, bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytes)
          return
        }
        expect(codec.check(value)).toBeUndefined()
        expect(hex(bytesOf(codec, value))).toBe(hex(bytes))
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  each("%s tells a change from none: same bytes for the same change, and a check of the change that agrees with the check of the whole", (_, codec, values) => {
    holds(values, (before, after) => {
      expect(codec.checkChange === undefined ? codec.check(after) : codec.checkChange(before, after)).toBeUndefined()
      const change = (from: unknown, to: unknown) => {
        const writer = new ByteWriter(1)
        writeChange(codec, writer, from, to)
        return hex(writer.toBytes())
      }
      const copy = read(codec, bytesOf(codec, after))
      expect(change(before, copy)).toBe(change(before, after))
      if (!codec.equal(before, after)) expect(change(before, after)).not.toBe(change(before, before))
    })
  })
})

describe("golden bytes:", () => {
  const GOLDEN: readonly (readonly [name: string, codec: Codec<any>, value: unknown, bytes: string])[] = [
    ["amount 0", Amount, 0n, "00"],
    ["amount 1", Amount, 1n, "010100000000000000"],
    ["amount 2^64 - 1", Amount, 2n ** 64n - 1n, "01ffffffffffffffff"],
    ["amount 2^64", Amount, 2n ** 64n, "0200000000000000000100000000000000"],
    ["amount 2^128", Amount, 2n ** 128n, "03000000000000000000000000000000000100000000000000"],
    ["amount 2^256 - 1", Amount, 2n ** 256n - 1n, `04${"ff".repeat(32)}`],
    ["signed 0", SignedInteger, 0n, "0000"],
    ["signed -1", SignedInteger, -1n, "01010100000000000000"],
    ["count 0", Count, 0, "00"],
    ["count 127", Count, 127, "7f"],
    ["count 128", Count, 128, "8001"],
    ["count 2^32", Count, 2 ** 32, "8080808010"],
    ["count 2^53 - 1", Count, Number.MAX_SAFE_INTEGER, "ffffffffffffff0f"],
    ["pips", Pips, 3_000, "b817"],
    ["height", Height, LIMITS.heightMax, hex(bytesOf(Count, LIMITS.heightMax))],
    ["true", Bool, true, "01"],
    ["false", Bool, false, "00"],
    ["empty text", Text(9), "", "00"],
    ["text", Text(9), "é\u{1f600}a", "07c3a9f09f988061"],
    ["address", Address, "amm/eth", "07616d6d2f657468"],
    ["asset", AssetId, "amm:s", "05616d6d3a73"],
    ["null", Nullable(Count), null, "00"],
    ["not null", Nullable(Count), 5, "0105"],
    ["list", List(Count), [1, 2], "020102"],
    ["word", OneOf("buy", "sell"), "sell", "01"],
    ["struct, by field name", Struct({ b: Count, a: Count }), { b: 1, a: 2 }, "0201"],
    ["union, by tag name", Shape, { _tag: "Point" }, "0200"],
    ["table, by key", TableOf(Count, Bool), Table.from([[9, true], [2, false]]), "0202000901"],
    ["sorted table", SortedTableOf(Count, Bool), SortedTable.from([[9, true], [2, false]]), "0202000901"],
  ]
  it.each(GOLDEN)("%s", (_, codec, value, bytes) => {
    expect(hex(bytesOf(codec, value))).toBe(bytes)
    expect(codec.equal(readHex(codec, bytes), value)).toBe(true)
  })
})

describe("malformed bytes are refused:", () => {
  const MALFORMED: readonly (readonly [name: string, codec: Codec<any>, bytes: string, problem: string])[] = [
    ["an amount of five limbs", Amount, `05${"01".repeat(40)}`, "5 limbs"],
    ["an amount with a needless limb", Amount, `02${"01".repeat(8)}${"00".repeat(8)}`, "needless limbs"],
    ["a zero with a limb", Amount, `01${"00".repeat(8)}`, "needless limbs"],
    ["an amount beyond its bits", Uint(8), "010001000000000000", "256 is above 2^8 - 1"],
    ["minus zero", SignedInteger, "0100", "sign 1 before 0"],
    ["a sign of two", SignedInteger, "02010100000000000000", "sign 2"],
    ["a count with a needless byte", Count, "8000", "needless bytes"],
    ["a count of 2^53", Count, "8080808080808010", "safe integers"],
    ["a count without an end", Count, "ff".repeat(30), "safe integers"],
    ["a count below its range", Integer(5, 9), "04", "4 is not from 5 to 9"],
    ["a truth of two", Bool, "02", "mark 2"],
    ["text that is no UTF-8", Text(9), "02c328", "not UTF-8"],
    ["a surrogate in UTF-8", Text(9), "03eda080", "not UTF-8"],
    ["an overlong character", Text(9), "02c0af", "not UTF-8"],
    ["text that is too long", Text(2), "03616161", "at most 2 characters"],
    ["text that is no address", Address, "02612f", "not an address"],
    ["a mark of two before a nullable", Nullable(Count), "0205", "mark 2"],
    ["a list that is too long", List(Count, 1), "020101", "at most 1"],
    ["an unknown word", OneOf("buy", "sell"), "02", "unknown word"],
    ["an unknown variant", Shape, "03", "unknown variant"],
    ["table keys out of order", TableOf(Count, Bool), "0209010200", "key 2 after 9"],
    ["a table key twice", TableOf(Count, Bool), "0202000200", "key 2 after 2"],
    ["a table with the largest count", TableOf(Count, Bool), "ffffffffffffff0f0200", "more bytes expected"],
  ]
  it.each(MALFORMED)("%s", (_, codec, bytes, problem) => {
    expect(() => readHex(codec, bytes)).toThrow(MalformedBytes)
    expect(() => readHex(codec, bytes)).toThrow(problem)
  })
})

describe("a check names where, what and which value:", () => {
  const Order = Struct({ amount: Amount, parts: List(Struct({ to: Address }), 3), shape: Shape })
  const good = { amount: 1n, parts: [{ to: "a" }], shape: { _tag: "Circle", radius: 1n } }
  const CASES_OF_CHECK: readonly (readonly [value: unknown, path: string, expected: string, found: unknown])[] = [
    [5, "", "an object with amount, parts, shape", 5],
    [{ ...good, amount: -1n }, "amount", "a bigint from 0 to 2^256 - 1", -1n],
    [{ ...good, parts: [{ to: "a" }, { to: "b c" }] }, "parts[1].to", "an address, such as amm/eth-usdc", "b c"],
    [{ ...good, parts: [{ to: "a", x: 1 }] }, "parts[0].x", "no such field", 1],
    [{ ...good, shape: { _tag: "Circle", radius: 2 } }, "shape.radius", "a bigint from 0 to 2^256 - 1", 2],
    [{ ...good, shape: { _tag: "Square" } }, "shape", "an object whose _tag is one of Circle, Path, Point", { _tag: "Square" }],
    [{ parts: [], shape: good.shape }, "amount", "a bigint from 0 to 2^256 - 1", undefined],
    [{ ...good, more: 1 }, "more", "no such field", 1],
  ]
  it.each(CASES_OF_CHECK)("%o", (value, path, expected, found) => {
    expect(Order.check(value)).toEqual({ path, expected, value: found })
    if (typeof value === "object") expect(Order.checkChange?.(good as never, value)).toEqual({ path, expected, value: found })
  })

  it("of a list against one that passed, as of the whole list", () => {
    const codec = Struct({ parts: List(Struct({ count: Count }), 4) })
    const part = fc.record({ count: fc.nat(2) })
    const flaw = fc.constantFrom<unknown>(undefined, null, {}, { count: -1 }, { count: -0 }, { count: 1, more: 1 })
    let refused = 0
    const property = fc.property(fc.array(part, { maxLength: 4 }), fc.nat(4), fc.array(fc.oneof(part, flaw), { maxLength: 5 }), fc.nat(5), (parts, from, others, at) => {
      const kept: unknown[] = parts.slice(from)
      const after = { parts: [...kept.slice(0, at), ...others, ...kept.slice(at)] }
      const issue = codec.check(after)
      expect(codec.checkChange?.({ parts }, after)).toEqual(issue)
      if (issue !== undefined) refused++
    })
    fc.assert(property)
    expect(refused).toBeGreaterThan(10)
    expect(List(Count, 2).checkChange?.([0], [-0])).toMatchObject({ path: "[0]" })
    expect(List(Count, 2).checkChange?.([0], { length: 1, 0: 0 })).toMatchObject({ path: "" })
  })

  it("tables name the key", () => {
    const codec = Struct({ book: TableOf(Text(9), Struct({ amount: Amount })) })
    const book = Table.from<string, { amount: unknown }>([["a", { amount: 1n }], ["b", { amount: 2 }]])
    expect(codec.check({ book })).toEqual({ path: "book[b].amount", expected: Amount.expected, value: 2 })
    const before = { book: Table.from([["a", { amount: 1n }]]) }
    expect(codec.checkChange?.(before, { book: before.book.set("c", { amount: "x" as never }) })).toMatchObject({ path: "book[c].amount" })
    expect(codec.check({ book: new Map() })).toMatchObject({ path: "book", expected: expect.stringContaining("a table of") })
    expect(SortedTableOf(Count, Bool).check(Table.empty())).toMatchObject({ path: "" })
  })
})

describe("a change costs what it changes:", () => {
  const codec = Struct({ balances: TableOf(Count, Amount), total: Amount, name: Text(99) })
  const changeBytes = (before: any, after: any): string => {
    const writer = new ByteWriter()
    writeChange(codec, writer, before, after)
    return hex(writer.toBytes())
  }
  const balances = Table.from(Array.from({ length: 10_000 }, (_, key) => [key, BigInt(key)] as const))
  const before = { balances, total: 5n, name: "bank" }

  it("one entry of ten thousand is a dozen bytes, twenty entries twenty times that", () => {
    expect(changeBytes(before, { ...before, balances: balances.set(7, 9n) })).toBe("0101070101090000000000000000")
    let many = balances
    for (let key = 100; key < 120; key++) many = many.set(key, 1n)
    expect(changeBytes(before, { ...before, balances: many }).length / 2).toBe(20 * 11 + 3)
  })

  it("a deleted entry is its key and a mark, a field that did not change is nothing", () => {
    expect(changeBytes(before, { ...before, balances: balances.delete(7) })).toBe("0101070000")
    expect(changeBytes(before, { ...before, balances: balances.set(7, 1n).set(7, 7n), name: "bank" })).toBe("00")
    expect(changeBytes(before, { ...before, total: 6n })).toBe("0301060000000000000000")
  })
})

describe("byte streams", () => {
  it("grow from any capacity, and give copies", () => {
    for (const capacity of [1, 2, 7, 1024]) {
      const writer = new ByteWriter(capacity)
      for (let value = 0; value < 300; value++) writer.u8(value)
      writer.u32(0xdeadbeef)
      writer.raw(new Uint8Array(5_000).fill(7))
      const bytes = writer.toBytes()
      writer.reset()
      writer.u8(99)
      expect([bytes.length, bytes[0], bytes[299], hex(bytes.subarray(300, 304)), writer.length]).toEqual([5_304, 0, 43, "efbeadde", 1])
      const reader = new ByteReader(bytes.subarray(300))
      expect([reader.u32(), reader.raw(5_000).length, reader.done]).toEqual([0xdeadbeef, 5_000, true])
    }
  })

  it("append spans of one another as they are, wherever these begin and end", () => {
    const span = fc.tuple(fc.nat(1500), fc.nat(1500))
    fc.assert(fc.property(fc.uint8Array({ minLength: 0, maxLength: 1500 }), fc.array(span, { maxLength: 20 }), (bytes, spans) => {
      const source = new ByteWriter(1)
      source.raw(bytes)
      const [target, passed] = [new ByteWriter(1), new ByteWriter(1)]
      // A part of a larger buffer, of which nothing else may come along.
      const reader = new ByteReader(Uint8Array.from([9, 9, 9, ...bytes, 9, 9]).subarray(3, 3 + bytes.length))
      const expected: number[] = []
      for (const [one, other] of spans) {
        const [from, to] = [Math.min(one, other, bytes.length), Math.min(Math.max(one, other), bytes.length)]
        target.append(source, from, to)
        passed.passOn(reader, from, to)
        expected.push(...bytes.subarray(from, to))
      }
      expect([...target.toBytes()]).toEqual(expected)
      expect([...passed.toBytes()]).toEqual(expected)
    }), { numRuns: 200 })
    // Buffers that are full to their last byte, when they are made and after they grew.
    for (const size of [64, 128, 4096]) {
      const full = new ByteWriter(64)
      full.raw(new Uint8Array(size).fill(7))
      expect(full.bytes.length).toBe(size)
      const target = new ByteWriter(64)
      for (let left = size; left > 0; left -= 3) target.append(full, size - Math.min(left, 3), size)
      expect([...target.toBytes()]).toEqual(new Array(size).fill(7))
    }
  })

  it("have the same bytes for a name that is kept as for any other text", () => {
    const name = fc.oneof(fc.constantFrom("", "eth", "amm/pool", "x".repeat(127), "x".repeat(128), "\u00e9t\u00e9"), fc.string({ maxLength: 130 }))
    fc.assert(fc.property(fc.array(fc.tuple(name, fc.boolean()), { maxLength: 40 }), (given) => {
      const names = new NameBytes()
      const kept = given.map(([one, leaves]) => {
        const place = names.add(one)
        if (!leaves) return { one, place }
        names.release(place)
        return undefined
      })
      const plain = new ByteWriter(1)
      const copied = new ByteWriter(1)
      for (const known of kept) {
        if (known === undefined) continue
        plain.text(known.one)
        names.write(copied, known.place, known.one)
        expect(known.place >= 0).toBe(/^[\0-\x7f]{0,127}$/.test(known.one))
      }
      expect(copied.toBytes()).toEqual(plain.toBytes())
    }), { numRuns: 300 })
  })

  it("varints are minimal at each of their boundaries", () => {
    for (let bits = 7; bits <= 53; bits += 7) {
      for (const value of [2 ** bits - 1, 2 ** bits, 2 ** bits + 1].filter(Number.isSafeInteger)) {
        const writer = new ByteWriter()
        writer.varint(value)
        expect(writer.length).toBe(Math.ceil(value.toString(2).length / 7))
        const reader = new ByteReader(writer.toBytes())
        expect([reader.varint(), reader.done]).toEqual([value, true])
      }
    }
  })

  it("refuse amounts out of range when writing", () => {
    for (const value of [-1n, 2n ** 256n, -(2n ** 256n)]) expect(() => new ByteWriter().uint(value)).toThrow(RangeError)
  })

  it("name the offset of what is malformed", () => {
    const reader = new ByteReader(Uint8Array.of(1, 2))
    reader.u8()
    expect(() => reader.u32()).toThrow("malformed bytes at offset 1: 4 more bytes expected")
  })

  it("read the part of a larger buffer that they are given", () => {
    const reader = new ByteReader(Uint8Array.of(9, 9, 1, 5, 0, 0, 0, 0, 0, 0, 0, 9).subarray(2, 11))
    expect([reader.uint(), reader.done]).toEqual([5n, true])
  })
})
