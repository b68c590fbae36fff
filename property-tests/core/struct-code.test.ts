import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ByteWriter } from "../../core/bytes.ts"
import { Amount, Bool, Count, List, Nullable, Struct, Table, TableOf, Text, type Codec, type Issue } from "../../core/index.ts"
import { structCode, structLoops, type StructCode } from "../../core/struct-code.ts"

/** The generated code of a struct and the loops that stand in for it must answer alike, for right values and wrong ones. */

const codecs: readonly Codec<any>[] = [Amount, Struct({ deep: Bool }), Count, TableOf(Count, Amount), List(Text(5), 3)]
const names = ["amount", "b c", "count", "table", "texts"]
const within = (step: string, issue: Issue): Issue => ({ ...issue, path: `${step}/${issue.path}` })
const surplus = (value: object): Issue | undefined =>
  Object.keys(value).length > names.length ? { path: "", expected: "no more fields", value } : undefined
const both: readonly StructCode[] = [structCode(names, codecs, within, surplus), structLoops(names, codecs, within, surplus)]

const table = fc.uniqueArray(fc.nat(9)).map((keys) => Table.from(keys.map((key): [number, bigint] => [key, BigInt(key)])))
const right = fc.record({
  amount: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  "b c": fc.record({ deep: fc.boolean() }),
  count: fc.nat(),
  table,
  texts: fc.array(fc.constantFrom("", "a", "bc"), { maxLength: 3 }),
})
const wrong = fc.tuple(right, fc.constantFrom(...names, "other"), fc.constantFrom<unknown>(-1n, 2n ** 256n, 1.5, null, "long text", [1], {})).map(
  ([value, name, flaw]): object => ({ ...value, [name]: flaw }),
)

const agree = (ask: (code: StructCode) => unknown): void => {
  const [generated, loops] = both.map(ask)
  expect(generated).toEqual(loops)
}

const bytesOf = (code: StructCode, value: unknown): Uint8Array => {
  const writer = new ByteWriter()
  code.write(writer, value)
  return writer.toBytes()
}

describe("generated struct code and the loops", () => {
  it("are not the same functions", () => expect(both[0]?.check).not.toBe(both[1]?.check))

  it("accept and write the same values alike", () => {
    fc.assert(
      fc.property(right, right, (one, other) => {
        agree((code) => code.check(one))
        expect(both[0]?.check(one)).toBeUndefined()
        agree((code) => bytesOf(code, one))
        agree((code) => code.equal(one, other))
        agree((code) => code.equal(one, { ...one }))
        agree((code) => code.checkChange(one, other))
      }),
    )
  })

  it("tell a negative zero from the zero that it replaces", () => {
    const fields = [Count, Nullable(Count)]
    for (const make of [structCode, structLoops]) {
      const code = make(["count", "maybe"], fields, within, () => undefined)
      expect(code.checkChange({ count: 0, maybe: 0 }, { count: 0, maybe: 0 })).toBeUndefined()
      expect(code.checkChange({ count: 0, maybe: 0 }, { count: -0, maybe: 0 })).toMatchObject({ path: "count/" })
      expect(code.checkChange({ count: 0, maybe: 0 }, { count: 0, maybe: -0 })).toMatchObject({ path: "maybe/" })
    }
  })

  it("refuse the same values with the same words", () => {
    let refused = 0
    fc.assert(
      fc.property(right, wrong, (before, after) => {
        agree((code) => code.check(after))
        agree((code) => code.checkChange(before, after))
        if (both[0]?.check(after) !== undefined) refused++
      }),
    )
    expect(refused).toBeGreaterThan(50)
  })
})
