import { describe, expect, it } from "vitest"
import { SortedTable } from "../../../core/sorted-table.ts"
import { Table } from "../../../core/table.ts"
import type { Key } from "../../../core/table.ts"

for (const [name, tables] of [["Table", Table], ["SortedTable", SortedTable]] as const) {
  describe(`keys of a ${name}`, () => {
    const refused: ReadonlyArray<readonly [unknown, string]> = [
      [NaN, "table key NaN is not a safe integer"],
      [1.5, "table key 1.5 is not a safe integer"],
      [Infinity, "table key Infinity is not a safe integer"],
      [2 ** 53, "table key 9007199254740992 is not a safe integer"],
      [undefined, "table key undefined is of type undefined, not a string, number or bigint"],
      [Symbol("s"), "table key Symbol(s) is of type symbol, not a string, number or bigint"],
    ]
    for (const [key, message] of refused) {
      it(`refuses ${String(key)}`, () => {
        expect(() => tables.empty<Key, number>().set(key as Key, 1)).toThrow(new TypeError(message))
        expect(() => tables.from([[key as Key, 1]])).toThrow(new TypeError(message))
      })
    }

    it("refuses a second type of key, until the table is empty", () => {
      const table = tables.from<Key, number>([["a", 1]])
      expect(() => table.set(1, 1)).toThrow(new TypeError("table key 1 is a number in a table of string keys"))
      expect(() => table.set(1n, 1)).toThrow(new TypeError("table key 1 is a bigint in a table of string keys"))
      const other = table.delete("a").set(1, 1)
      expect(() => other.set("a", 1)).toThrow(new TypeError("table key a is a string in a table of number keys"))
      expect(table.set("b", 2).size).toBe(2)
    })

    it("takes -0 for 0", () => {
      const table = tables.from([[-0, "zero"]])
      const gone = table.delete(-0)
      expect([table.get(0), table.set(-0, "nil").get(0), gone.size, gone.set(-0, "x").toJSON()]).toEqual(["zero", "nil", 0, [[0, "x"]]])
      expect([...table.set(1, "one").delete(-0).keys(), ...table.keys()]).toEqual([1, 0])
    })

    it("refuses a key that comes twice, and a value of undefined", () => {
      expect(() => tables.from([["a", 1], ["a", 1]])).toThrow(new TypeError("table key a comes twice"))
      expect(() => tables.from([["a", undefined]])).toThrow(new TypeError("table value of key a is undefined"))
      expect(() => tables.from<string, unknown>([]).set("a", undefined)).toThrow(new TypeError("table value of key a is undefined; use delete"))
    })

    it("leaves the table as it was when a write is refused", () => {
      const table = tables.from<Key, number>([[1, 1]])
      expect(() => table.set(0.5, 1)).toThrow(TypeError)
      expect(() => table.update(1, () => { throw new RangeError("no") })).toThrow(RangeError)
      expect(table.toJSON()).toEqual([[1, 1]])
    })
  })
}

it("refuses a bound of another type and a limit that is no count", () => {
  const table = SortedTable.from<Key, number>([[1, 1]])
  expect(() => table.range("a")).toThrow(TypeError)
  expect(() => table.floor(0.5)).toThrow(TypeError)
  for (const limit of [-1, 0.5, NaN]) expect(() => table.range(0, 1, { limit })).toThrow(TypeError)
})
