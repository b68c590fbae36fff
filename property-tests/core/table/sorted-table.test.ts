import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SortedTable } from "../../../core/sorted-table.ts"
import { Table } from "../../../core/table.ts"

/** Enough keys, close enough, for chunks to split and to become empty. */
const key = fc.integer({ min: -2000, max: 2000 })
const keys = fc.array(key, { size: "max", maxLength: 2500 })
const bound = fc.option(key, { nil: undefined })
const queries = fc.array(fc.record({ key, from: bound, to: bound, reverse: fc.boolean(), limit: fc.option(fc.nat(80), { nil: undefined }) }), { minLength: 5, maxLength: 20 })

const entry = (k: number | undefined) => (k === undefined ? undefined : [k, k * 2])

/** A table with and an array of the same keys: some loaded, some inserted, a stretch of them removed. */
function build(loaded: number[], inserted: number[], from: number, to: number): [SortedTable<number, number>, number[]] {
  let table = SortedTable.from([...new Set(loaded)].map((k): [number, number] => [k, k * 2]))
  for (const k of inserted) table = table.set(k, k * 2)
  for (const k of [...loaded, ...inserted]) if (k >= from && k <= to) table = table.delete(k)
  const left = [...new Set([...loaded, ...inserted])].filter((k) => k < from || k > to)
  return [table, left.sort((a, b) => a - b)]
}

describe("SortedTable", () => {
  it("answers every query as a sorted array does", () => {
    fc.assert(fc.property(keys, keys, key, key, queries, (loaded, inserted, from, to, asked) => {
      const [table, sorted] = build(loaded, inserted, from, to)
      expect([table.size, table.first(), table.last()]).toEqual([sorted.length, entry(sorted[0]), entry(sorted.at(-1))])
      expect([...table.keys()]).toEqual(sorted)
      for (const q of asked) {
        expect(table.floor(q.key)).toEqual(entry(sorted.findLast((k) => k <= q.key)))
        expect(table.lower(q.key)).toEqual(entry(sorted.findLast((k) => k < q.key)))
        expect(table.ceiling(q.key)).toEqual(entry(sorted.find((k) => k >= q.key)))
        expect(table.higher(q.key)).toEqual(entry(sorted.find((k) => k > q.key)))
        const inside = sorted.filter((k) => k >= (q.from ?? -Infinity) && k <= (q.to ?? Infinity))
        if (q.reverse) inside.reverse()
        const options = q.limit === undefined ? { reverse: q.reverse } : { reverse: q.reverse, limit: q.limit }
        expect([...table.range(q.from, q.to, options)]).toEqual(inside.slice(0, q.limit).map(entry))
      }
    }), { numRuns: 40 })
  })

  it("answers for each version on its own", () => {
    const old = SortedTable.from([[10n, "a"], [30n, "c"]])
    const next = old.set(20n, "b").delete(30n)
    expect([old.floor(29n), next.floor(29n), old.last(), next.last()]).toEqual([[10n, "a"], [20n, "b"], [30n, "c"], [20n, "b"]])
  })

  it("walks the version it was asked for while the book is being eaten", () => {
    let book = SortedTable.from(Array.from({ length: 5_000 }, (_, i): [number, number] => [i, 1]))
    for (const [direction, expected] of [[false, 0], [true, 4_999]] as const) {
      let seen = 0
      for (const [price] of book.range(undefined, undefined, { reverse: direction, limit: 2_000 })) {
        expect(price).toBe(direction ? expected - seen : expected + seen)
        seen += 1
        book = book.delete(price)
      }
      expect(seen).toBe(2_000)
    }
    expect([book.size, book.first(), book.last()]).toEqual([1_000, [2_000, 1], [2_999, 1]])
    expect(Table.workOf(book).rerootSteps).toBeLessThan(4 * 4_000)
  })

  it("moves few keys for each that comes or goes among a million", { timeout: 60_000 }, () => {
    const size = 1_000_000
    const shuffled = (i: number) => (i * 618_033) % size // coprime to a million: each key once
    let table = SortedTable.empty<number, number>()
    for (let i = 0; i < size; i += 1) table = table.set(shuffled(i) * 2, i)
    const built = Table.workOf(table)
    expect(built.keysMoved / size).toBeLessThan(300)
    for (let i = 0; i < 20_000; i += 1) {
      const k = shuffled(i * 31 + 7)
      table = table.delete(k * 2).set(k * 2 + 1, i)
    }
    expect((Table.workOf(table).keysMoved - built.keysMoved) / 40_000).toBeLessThan(300)
    expect(table.size).toBe(size)
    const middle = [...table.range(1_000_000, 1_000_100)].map(([k]) => k)
    expect(middle.length).toBeGreaterThan(40)
    expect(middle).toEqual(middle.toSorted((a, b) => a - b))
    expect([table.lower(0), table.higher(2 * size)]).toEqual([undefined, undefined])
  })
})
