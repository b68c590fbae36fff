import { describe, expect, it } from "vitest"
import { SortedTable } from "../../../core/sorted-table.ts"
import { Table } from "../../../core/table.ts"

describe("changesBetween", () => {
  const before = Table.from([["a", { n: 1 }], ["b", { n: 2 }], ["c", { n: 3 }]])
  const equal = (x: { n: number }, y: { n: number }) => x.n === y.n

  it("lists what was set and removed, by key, each once", () => {
    const after = before.set("d", { n: 4 }).set("b", { n: 5 }).delete("a").set("b", { n: 6 })
    expect(Table.changesBetween(before, after, equal)).toEqual([["a", undefined], ["b", { n: 6 }], ["d", { n: 4 }]])
    expect(Table.changesBetween(after, before, equal)).toEqual([["a", { n: 1 }], ["b", { n: 2 }], ["d", undefined]])
  })

  it("leaves out what came back to an equal value", () => {
    const after = before.set("b", { n: 7 }).set("b", { n: 2 }).set("e", { n: 1 }).delete("e").delete("c").set("c", { n: 3 })
    expect(Table.changesBetween(before, after, equal)).toEqual([])
    expect(Table.changesBetween(before, after).map(([key]) => key)).toEqual(["b", "c"])
  })

  it("compares tables of different origin in full", () => {
    const other = SortedTable.from([["c", { n: 3 }], ["b", { n: 1 }], ["x", { n: 1 }]])
    expect(Table.changesBetween(before, other, equal)).toEqual([["a", undefined], ["b", { n: 1 }], ["x", { n: 1 }]])
  })

  it("lets `equal` use the tables it compares", () => {
    const after = before.set("a", { n: 9 }).set("b", { n: 9 }).delete("c")
    const nosy = (x: { n: number }, y: { n: number }) => before.get("a") === after.get("a") || x.n === y.n
    expect(Table.changesBetween(before, after, nosy).map(([key]) => key)).toEqual(["a", "b", "c"])
  })

  it("looks at no more than the writes between, and moves no root", () => {
    const start = Table.from(Array.from({ length: 100_000 }, (_, i): [number, number] => [i, i]))
    let end: Table<number, number> = start
    for (let i = 0; i < 500; i += 1) end = end.set(i * 3, -1)
    const work = Table.workOf(end)
    const [changes, reads] = countingReads(() => Table.changesBetween(start, end))
    expect([changes.length, reads]).toEqual([500, 1000])
    expect(Table.workOf(end)).toEqual(work)
  })
})

/** The result of `run`, and how often it read a Map. */
function countingReads<A>(run: () => A): [A, number] {
  const original = Map.prototype.get
  let reads = 0
  Map.prototype.get = function (key) {
    reads += 1
    return original.call(this, key)
  }
  try {
    return [run(), reads]
  } finally {
    Map.prototype.get = original
  }
}
