import type { ByteReader, ByteWriter } from "./bytes.ts"
import type { Codec, Issue } from "./codec.ts"
import { SortedTable } from "./sorted-table.ts"
import { Table, type Key } from "./table.ts"

/** The field types of keyed state. A header hashes the entries that changed; a snapshot stores all of them, ascending by key. */

type Kind = { readonly isTable: (value: unknown) => boolean; readonly from: (entries: Iterable<readonly [any, any]>) => any; readonly name: string }

/** A handling's check, the seal's comparison and its bytes ask for the same two versions one after the other; the bytes come last. */
const rememberedChanges = <K extends Key, V, T extends Table<K, V>>(value: Codec<V>) => {
  let latest: { readonly before: T; readonly after: T; readonly changed: readonly [K, V | undefined][] } | undefined
  return {
    changes: (before: T, after: T): readonly [K, V | undefined][] => {
      if (latest?.before !== before || latest.after !== after) latest = { before, after, changed: Table.changesBetween<K, V>(before, after, value.equal) }
      return latest.changed
    },
    /** What is kept keeps an old version alive. */
    forget: (): void => {
      latest = undefined
    },
  }
}

const codecOf = <K extends Key, V, T extends Table<K, V>>(kind: Kind, key: Codec<K>, value: Codec<V>): Codec<T> => {
  const { changes, forget } = rememberedChanges<K, V, T>(value)
  const entryIssue = (entryKey: K, entry: V | undefined): Issue | undefined => {
    const issue = key.check(entryKey) ?? (entry === undefined ? undefined : value.check(entry))
    return issue === undefined ? undefined : { ...issue, path: `[${String(entryKey)}]${issue.path === "" ? "" : `.${issue.path}`}` }
  }
  const writeEntries = (writer: ByteWriter, table: T): void => {
    writer.varint(table.size)
    for (const [entryKey, entry] of table.entries()) {
      key.write(writer, entryKey)
      value.write(writer, entry)
    }
  }
  return {
    expected: `a ${kind.name} of ${value.expected} by ${key.expected}`,
    bytesMax: Infinity,
    check(table) {
      if (!kind.isTable(table)) return { path: "", expected: this.expected, value: table }
      for (const [entryKey, entry] of (table as T).entries()) {
        const issue = entryIssue(entryKey, entry)
        if (issue !== undefined) return issue
      }
      return undefined
    },
    checkChange(before, after) {
      if (!kind.isTable(after)) return { path: "", expected: this.expected, value: after }
      for (const [entryKey, entry] of changes(before, after as T)) {
        const issue = entryIssue(entryKey, entry)
        if (issue !== undefined) return issue
      }
      return undefined
    },
    write: writeEntries,
    read(reader: ByteReader): T {
      const count = reader.varint()
      const entries: [K, V][] = []
      for (let index = 0; index < count; index++) {
        const entryKey = key.read(reader)
        const last = entries[entries.length - 1]
        if (last !== undefined && !(last[0] < entryKey)) reader.fail(`table key ${String(entryKey)} after ${String(last[0])}`)
        entries.push([entryKey, value.read(reader)])
      }
      return kind.from(entries) as T
    },
    equal: (left, right) => left === right || (left.size === right.size && changes(left, right).length === 0),
    writeChange(writer, before, after) {
      const changed = changes(before, after)
      forget()
      writer.varint(changed.length)
      for (const [entryKey, entry] of changed) {
        key.write(writer, entryKey)
        writer.u8(entry === undefined ? 0 : 1)
        if (entry !== undefined) value.write(writer, entry)
      }
    },
    toJson: (table) => [...table.entries()].map(([entryKey, entry]) => [key.toJson(entryKey), value.toJson(entry)]),
    fromJson(json) {
      if (!Array.isArray(json) || !json.every((entry) => Array.isArray(entry) && entry.length === 2)) return json
      try {
        return kind.from(json.map(([entryKey, entry]) => [key.fromJson(entryKey), value.fromJson(entry)]))
      } catch {
        return json
      }
    },
  }
}

/** A `Table` by key. */
export const TableOf = <K extends Key, V>(key: Codec<K>, value: Codec<V>): Codec<Table<K, V>> =>
  codecOf<K, V, Table<K, V>>({ isTable: Table.isTable, from: Table.from, name: "table" }, key, value)

/** A `SortedTable` by key, for queries by neighbour and range. */
export const SortedTableOf = <K extends Key, V>(key: Codec<K>, value: Codec<V>): Codec<SortedTable<K, V>> =>
  codecOf<K, V, SortedTable<K, V>>({ isTable: SortedTable.isSortedTable, from: SortedTable.from, name: "sorted table" }, key, value)
