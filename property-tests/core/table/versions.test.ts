import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SortedTable } from "../../../core/sorted-table.ts"
import { Table } from "../../../core/table.ts"
import type { Key } from "../../../core/table.ts"

/** A version and what it must contain. Every version ever made is kept, and may be used at any time. */
interface Version<K extends Key> {
  readonly table: Table<K, number>
  readonly model: ReadonlyMap<K, number>
}

type Action =
  | { readonly do: "set" | "update" | "delete" | "read" | "iterate"; readonly back: number; readonly key: number; readonly value: number }
  | { readonly do: "burst"; readonly back: number; readonly key: number; readonly value: number; readonly count: number }
  | { readonly do: "compare"; readonly back: number; readonly other: number; readonly modulus: number }

/** Mostly recent versions, sometimes any. */
const back = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 2, arbitrary: fc.nat(2000) })
const key = fc.nat(15)
const value = fc.nat(9)

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("set" as const), back, key, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("update" as const), back, key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), back, key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), back, key, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("iterate" as const), back, key, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("burst" as const), back, key, value, count: fc.nat(500) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("compare" as const), back, other: back, modulus: fc.integer({ min: 1, max: 10 }) }) },
)

/** Three types of keys whose order is not that of the numbers they are made from. */
const strings = ["", "a", "B", "b", "é", "z", "aa", "10", "9", "\u{1F600}", "\uFFFF", "Z", "_", " ", "ä", "0"]
const kinds: ReadonlyArray<readonly [string, (n: number) => Key]> = [
  ["string", (n) => strings[n] as string],
  ["number", (n) => (n - 8) * 10 ** (n % 4)],
  ["bigint", (n) => BigInt(n - 8) * 10n ** BigInt((n % 4) * 10)],
]
const classes = [["Table", Table], ["SortedTable", SortedTable]] as const

const ascending = <K extends Key>(model: ReadonlyMap<K, number>): Array<[K, number]> =>
  [...model].sort(([a], [b]) => (a < b ? -1 : 1))

/** Runs the actions on tables and on plain copied maps, and compares what each action can see. */
function play(empty: Table<Key, number>, keyOf: (n: number) => Key, actions: readonly Action[]): Array<Version<Key>> {
  const versions: Array<Version<Key>> = [{ table: empty, model: new Map() }]
  const at = (stepsBack: number) => versions[versions.length - 1 - (stepsBack % versions.length)] as Version<Key>
  for (const step of actions) {
    const { table, model } = at(step.back)
    if (step.do === "compare") {
      compare({ table, model }, at(step.other), step.modulus)
      continue
    }
    const name = keyOf(step.key)
    if (step.do === "set") versions.push({ table: table.set(name, step.value), model: new Map(model).set(name, step.value) })
    if (step.do === "update") {
      const add = (old = 100) => old + step.value
      versions.push({ table: table.update(name, add), model: new Map(model).set(name, add(model.get(name))) })
    }
    if (step.do === "delete") {
      const left = new Map(model)
      left.delete(name)
      versions.push({ table: table.delete(name), model: left })
    }
    if (step.do === "read") expect([table.get(name), table.has(name), table.size]).toEqual([model.get(name), model.has(name), model.size])
    if (step.do === "iterate") expect([...table]).toEqual(ascending(model))
    if (step.do === "burst") {
      let last = { table, model: new Map(model) }
      for (let i = 0; i < step.count; i += 1) {
        const next = keyOf((step.key + i * 7) % 16)
        last = i % 5 === 4
          ? { table: last.table.delete(next), model: last.model }
          : { table: last.table.set(next, i), model: last.model.set(next, i) }
        if (i % 5 === 4) last.model.delete(next)
        if (i % 50 === 0) versions.push({ table: last.table, model: new Map(last.model) })
      }
      versions.push(last)
    }
  }
  return versions
}

function compare(before: Version<Key>, after: Version<Key>, modulus: number): void {
  const equal = (a: number, b: number) => a % modulus === b % modulus
  const expected: Array<[Key, number | undefined]> = []
  for (const [name] of ascending(new Map([...before.model, ...after.model]))) {
    const [a, b] = [before.model.get(name), after.model.get(name)]
    if (a !== b && (a === undefined || b === undefined || !equal(a, b))) expected.push([name, b])
  }
  expect(Table.changesBetween(before.table, after.table, equal)).toEqual(expected)
}

for (const [className, tables] of classes) {
  describe(className, () => {
    for (const [kind, keyOf] of kinds) {
      it(`is a value in every version, whatever is done to the others (${kind} keys)`, () => {
        fc.assert(fc.property(fc.array(action, { size: "max", maxLength: 150 }), (actions) => {
          const versions = play(tables.empty<Key, number>(), keyOf, actions)
          for (const { table, model } of versions) {
            expect(table.size).toBe(model.size)
            expect(table.toJSON()).toEqual(ascending(model))
          }
        }), { numRuns: 60 })
      })
    }

    it("never shows the order of insertion", () => {
      const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: "binary", maxLength: 3 }), fc.nat()), { selector: ([name]) => name })
      fc.assert(fc.property(entries.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([list, shuffled]) => {
        const one = tables.from(list)
        const other = shuffled.reduce((table, [name, n]) => table.set(name, n), tables.empty<string, number>())
        const names = list.map(([name]) => name).sort()
        for (const table of [one, other]) {
          expect([...table.keys()]).toEqual(names)
          expect([...table.values()]).toEqual(names.map((name) => one.get(name)))
        }
        expect(Table.changesBetween(one, other)).toEqual([])
      }))
    })

    it("iterates the version on which the iteration was started", () => {
      const start = tables.from(Array.from({ length: 2000 }, (_, i): [number, number] => [i, i]))
      let table: Table<number, number> = start
      const seen: number[] = []
      for (const [name, n] of start) {
        expect(n).toBe(name)
        seen.push(name)
        table = table.delete(name).set(name + 2000, -1).set((name + 1) % 2000, -1)
      }
      expect(seen).toEqual([...start.keys()])
      expect(start.size).toBe(2000)
      expect(Table.workOf(table).rerootSteps).toBeLessThan(10 * 2000)
    })

    it("returns itself where nothing changes", () => {
      const table = tables.from([["a", 1]])
      expect(table.set("a", 1)).toBe(table)
      expect(table.delete("b")).toBe(table)
      expect(table.set("a", 2)).not.toBe(table)
    })

    it("works when frozen from outside", () => {
      const table = Object.freeze(tables.from([["a", 1]]))
      const next = Object.freeze(table.set("a", 2))
      expect([table.get("a"), next.get("a")]).toEqual([1, 2])
    })
  })
}

it("knows its kind", () => {
  const [plain, sorted] = [Table.empty<string, number>(), SortedTable.empty<string, number>()]
  expect([plain, sorted, sorted.set("a", 1), new Map()].map(Table.isTable)).toEqual([true, true, true, false])
  expect([plain, sorted, sorted.set("a", 1), new Map()].map(SortedTable.isSortedTable)).toEqual([false, true, true, false])
})

it("can be read by a person", async () => {
  const { inspect } = await import("node:util")
  expect(inspect(Table.from([["b", 2n], ["a", 1n]]))).toBe("Table(2) { 'a' => 1n, 'b' => 2n }")
  expect(inspect({ book: SortedTable.from([[10, "x"]]) })).toBe("{ book: SortedTable(1) { 10 => 'x' } }")
})
