import { describe, expect, it } from "vitest"
import { SortedTable } from "../../../core/sorted-table.ts"
import { Table } from "../../../core/table.ts"

const SIZE = 20_000
const entries = Array.from({ length: SIZE }, (_, i): [string, number] => [`k${i}`, i])

for (const [name, tables] of [["Table", Table], ["SortedTable", SortedTable]] as const) {
  describe(`work of a ${name}`, () => {
    it("stays in proportion when two forks are written in turn", () => {
      const start = tables.from(entries)
      let [left, right]: Array<Table<string, number>> = [start, start]
      for (let i = 0; i < 10_000; i += 1) {
        left = left!.update(`k${i}`, (n = 0) => n + 1)
        right = right!.update(`k${i}`, (n = 0) => n + 2)
      }
      const [a, b] = [Table.workOf(left!), Table.workOf(right!)]
      expect(a).toEqual(b)
      expect(a.rerootSteps).toBeLessThanOrEqual(SIZE)
      expect(a.entriesCopied).toBeLessThanOrEqual(2 * SIZE)
      expect([start.get("k7"), left!.get("k7"), right!.get("k7")]).toEqual([7, 8, 9])
    })

    it("stays in proportion when many small tables grow from one, in turn", () => {
      const start = tables.from(entries.slice(0, 10))
      const grown: Array<Table<string, number>> = Array.from({ length: 100 }, () => start)
      for (let round = 0; round < 20; round += 1) {
        for (let i = 0; i < grown.length; i += 1) grown[i] = grown[i]!.set(`own${round}`, i)
      }
      const work = Table.workOf(start)
      expect(work.rerootSteps + work.entriesCopied).toBeLessThan(40 * 100 * 20)
      expect(grown.map((table) => [table.size, table.get("own0")])).toEqual(grown.map((_, i) => [30, i]))
    })

    it("is one step back for each write of a refused handling, and no copy, however many are refused", () => {
      const table = tables.from(entries)
      for (let i = 0; i < 5_000; i += 1) {
        table.set("k1", -1).set("k2", -2).delete("k3")
        expect(table.get("k1")).toBe(1)
      }
      expect(Table.workOf(table)).toMatchObject({ rerootSteps: 15_000, entriesCopied: 0 })
    })

    it("is nothing where a thousand tables start from the same empty one", () => {
      const empty = tables.empty<string, number>()
      const grown: Array<Table<string, number>> = Array.from({ length: 1000 }, () => empty)
      for (let round = 0; round < 10; round += 1) {
        for (let i = 0; i < grown.length; i += 1) grown[i] = grown[i]!.set(`k${round}`, i)
      }
      expect(Table.workOf(empty)).toMatchObject({ rerootSteps: 0, entriesCopied: 0 })
      expect([empty.size, grown[7]!.size]).toEqual([0, 10])
    })

    it("keeps a held version within a bounded way, by a copy now and then", () => {
      const start = tables.from(entries.slice(0, 100))
      let table: Table<string, number> = start
      for (let i = 0; i < 100_000; i += 1) table = table.set(`k${i % 100}`, -i)
      const before = Table.workOf(table)
      expect(before.entriesCopied).toBeLessThan(100_000 / 8)
      expect([...start.values()].reduce((sum, n) => sum + n)).toBe(4950)
      expect(Table.workOf(start).rerootSteps - before.rerootSteps).toBeLessThanOrEqual(1024 + 8 * 100)
      expect(table.get("k99")).toBe(-99_999)
    })

    it("lets a long history be read anywhere, at a cost in proportion to its length", () => {
      const versions: Array<Table<string, number>> = [tables.from(entries.slice(0, 400))]
      for (let i = 0; i < 3_000; i += 1) versions.push(versions[i]!.set(`k${i % 400}`, 1000 + i))
      const read = (i: number) => versions[i]!.get("k0")
      const expected = (i: number) => (i === 0 ? 0 : 1000 + Math.floor((i - 1) / 400) * 400)
      for (let i = 0; i <= 3_000; i += 1) expect(read((i * 1237) % 3_001)).toBe(expected((i * 1237) % 3_001))
      for (let i = 0; i <= 3_000; i += 1) expect(read(i)).toBe(expected(i))
      const work = Table.workOf(versions[0]!)
      expect(work.entriesCopied).toBeLessThan(3_000 * 50)
      expect(work.rerootSteps).toBeLessThan(2 * 3_000 * 100)
    })

    it("goes back over a hundred thousand versions without recursion", () => {
      const start = tables.from(entries)
      let table: Table<string, number> = start
      for (let i = 0; i < 100_000; i += 1) table = table.set("k5", 10 + i)
      expect([start.get("k5"), table.get("k5"), start.get("k5")]).toEqual([5, 100_009, 5])
    })
  })
}
