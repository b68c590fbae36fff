/**
 * Table: the keyed state of an actor. A value to its user, nearly a plain Map in cost.
 *
 * How: the versions of a table form a tree whose root alone owns a mutable Map (H. Baker,
 * "Shallow binding makes functional arrays fast", 1991). Writing to the root changes the Map in
 * place and turns the old root into a diff: one key, the value it had, a pointer to the newer
 * version. Reading or writing an older version first reverses the diffs on its way to the root.
 * Diffs point from old to new only, so a version that nobody holds is garbage.
 */

/** What may name an entry; one type per table. A number is a safe integer. */
export type Key = string | number | bigint

/** Ascending order of keys: code units for strings, numeric for numbers and bigints. */
export const compareKeys = <K extends Key>(a: K, b: K): number => (a < b ? -1 : a > b ? 1 : 0)

/** What the versions of one origin have cost so far, in units that do not depend on the machine. */
export interface TableWork {
  /** Diffs reversed by going to an older version. */
  rerootSteps: number
  /** Entries copied, because two versions were used in turn or to end a long history. */
  entriesCopied: number
  /** Keys and chunks shifted in the index of a SortedTable. */
  keysMoved: number
}

/** Keeps the keys of a store in order; only a SortedTable has one. */
export interface KeyIndex<K extends Key> {
  insert(key: K): void
  remove(key: K): void
  copy(): KeyIndex<K>
}

/** A way to an older version of at most this many diffs is always walked, never cut by a copy. */
const STEPS_ALWAYS_WALKED = 32
/** Reversals not yet paid for by writes, below which a table of any size is never copied. */
const DEBT_MIN = 64
/** A history ends, by a copy, after this many writes, and so many more for each entry. */
const HISTORY_WRITES_MIN = 1024
const HISTORY_WRITES_PER_ENTRY = 8

/** Internal: the mutable content of the one version that is root. Shared with sorted-table.ts only. */
export class Store<K extends Key, V> {
  readonly map: Map<K, V>
  readonly index: KeyIndex<K> | undefined
  readonly work: TableWork
  /** Diffs reversed and not yet paid for by writes: it grows only while versions are used in turn. */
  debt = 0
  /** Writes since the store was made, or last copied to end a history. */
  writes = 0
  /** The type of all keys; without meaning while the map is empty. */
  keyType = ""
  #ascending: readonly K[] | undefined = undefined

  constructor(map: Map<K, V>, index: KeyIndex<K> | undefined, work: TableWork) {
    this.map = map
    this.index = index
    this.work = work
    for (const key of map.keys()) {
      this.keyType = typeof key
      break
    }
  }

  /** Replaces the value `old` of `key` by `value`; undefined stands for no entry. */
  put(key: K, old: V | undefined, value: V | undefined): void {
    const map = this.map
    if (value !== undefined) {
      if (old === undefined) {
        if (map.size === 0) this.keyType = typeof key
        this.#ascending = undefined
        this.index?.insert(key)
      }
      map.set(key, value)
    } else if (old !== undefined) {
      this.#ascending = undefined
      this.index?.remove(key)
      map.delete(key)
    }
  }

  /** The key as it is stored, after refusing what has no place in this table. */
  checked(key: K): K {
    const type = typeof key
    if (type === "number") {
      if (!Number.isSafeInteger(key)) throw new TypeError(`table key ${String(key)} is not a safe integer`)
      if (key === 0) key = 0 as K // a Map keeps no -0, and neither do diffs and index
    } else if (type !== "string" && type !== "bigint") {
      throw new TypeError(`table key ${String(key)} is of type ${type}, not a string, number or bigint`)
    }
    if (this.map.size > 0 && type !== this.keyType) {
      throw new TypeError(`table key ${String(key)} is a ${type} in a table of ${this.keyType} keys`)
    }
    return key
  }

  /** All keys in ascending order; kept until a key comes or goes. */
  ascending(): readonly K[] {
    return (this.#ascending ??= sortKeys([...this.map.keys()]))
  }

  copy(): Store<K, V> {
    this.work.entriesCopied += this.map.size
    return new Store(new Map(this.map), this.index?.copy(), this.work)
  }
}

/** An immutable map from keys to values, iterated in ascending key order; see the head of this file. */
export class Table<K extends Key, V> {
  /** The number of entries. */
  get size(): number {
    return this.#size
  }

  /** The content, if this version is the root; else undefined, and the three fields after it hold the diff. */
  #store: Store<K, V> | undefined
  #next: Table<K, V> | undefined = undefined
  #key: K | undefined = undefined
  #value: V | undefined = undefined
  readonly #size: number

  protected constructor(store: Store<K, V>, size: number) {
    this.#store = store
    this.#size = size
  }

  /** A table without entries. */
  static empty<K extends Key, V>(): Table<K, V> {
    return Table.from<K, V>([])
  }

  /** A table of these entries; a key that comes twice is refused. */
  static from<K, V>(entries: Iterable<readonly [K & Key, V]>): Table<K & Key, V> {
    const store = storeOf(entries)
    return new Table(store, store.map.size)
  }

  /** Whether `value` is a Table, sorted or not. */
  static isTable(value: unknown): value is Table<Key, unknown> {
    return value instanceof Table
  }

  /** The value of `key`, or undefined. */
  get(key: K): V | undefined {
    return (this.#store ?? this.#reroot()).map.get(key)
  }

  /** Whether there is an entry for `key`. */
  has(key: K): boolean {
    return (this.#store ?? this.#reroot()).map.has(key)
  }

  /** This table with `key` set to `value`, which must not be undefined. */
  set(key: K, value: V): this {
    if (value === undefined) throw new TypeError(`table value of key ${String(key)} is undefined; use delete`)
    const store = this.#store ?? this.#reroot()
    const old = store.map.get(key)
    if (old === undefined) return this.#write(store, store.checked(key), old, value, this.#size + 1)
    return Object.is(old, value) ? this : this.#write(store, key, old, value, this.#size)
  }

  /** This table without `key`; the same table if it has none. */
  delete(key: K): this {
    const store = this.#store ?? this.#reroot()
    const old = store.map.get(key)
    return old === undefined ? this : this.#write(store, store.checked(key), old, undefined, this.#size - 1)
  }

  /** This table with `key` set to `change(its value, or undefined)`. */
  update(key: K, change: (value: V | undefined) => V): this {
    return this.set(key, change(this.get(key)))
  }

  /** The entries in ascending key order. Costs O(size), plus a sort of the keys when a key came or went. */
  entries(): IterableIterator<[K, V]> {
    const store = this.current()
    return store.ascending().map((key): [K, V] => [key, store.map.get(key) as V]).values()
  }

  /** The keys in ascending order. */
  *keys(): IterableIterator<K> {
    for (const entry of this.entries()) yield entry[0]
  }

  /** The values in ascending order of their keys. */
  *values(): IterableIterator<V> {
    for (const entry of this.entries()) yield entry[1]
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries()
  }

  /** The entries as an array; bigints stay bigints, so a JSON writer must know what to do with them. */
  toJSON(): Array<[K, V]> {
    return [...this.entries()]
  }

  [Symbol.for("nodejs.util.inspect.custom")](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return inspect(new Map(this.entries()), options).replace(/^Map/, this.constructor.name)
  }

  /**
   * The entries of `after` that differ from `before`, in ascending key order; undefined stands for a
   * removed key. Two values for which `equal` holds are no change. Costs in proportion to the writes
   * between the two versions (and from the newer one to the newest); where they have no common root,
   * in proportion to their sizes. Moves no root.
   */
  static changesBetween<K extends Key, V>(
    before: Table<K, V>,
    after: Table<K, V>,
    equal: (a: V, b: V) => boolean = Object.is,
  ): Array<[K, V | undefined]> {
    if (before === after) return []
    const a = Table.#diffsOf(before)
    const b = Table.#diffsOf(after)
    let keys: Iterable<K> = a.values.keys()
    // Mostly `after` is the newest version, and all that differs is what `before` remembers.
    if (a.store !== b.store || b.values.size > 0) {
      const all = new Set<K>(keys)
      for (const key of b.values.keys()) all.add(key)
      if (a.store !== b.store) {
        for (const key of a.store.map.keys()) all.add(key)
        for (const key of b.store.map.keys()) all.add(key)
      }
      keys = all
    }
    const differing: Array<[key: K, old: V | undefined, value: V | undefined]> = []
    for (const key of keys) {
      const old = a.values.has(key) ? a.values.get(key) : a.store.map.get(key)
      const value = b.values.has(key) ? b.values.get(key) : b.store.map.get(key)
      if (!Object.is(old, value)) differing.push([key, old, value])
    }
    // `equal` is the caller's and may read tables, so it runs only now that the stores are done with.
    return differing
      .filter(([, old, value]) => old === undefined || value === undefined || !equal(old, value))
      .map(([key, , value]): [K, V | undefined] => [key, value])
      .sort((x, y) => compareKeys(x[0], y[0]))
  }

  /** For tests and benchmarks: what all versions that share this table's origin have cost so far. */
  static workOf<K extends Key, V>(table: Table<K, V>): Readonly<TableWork> {
    return { ...table.current().work }
  }

  /** The content of this version, which becomes the root for it. Valid until another version is used. */
  protected current(): Store<K, V> {
    return this.#store ?? this.#reroot()
  }

  /** A new root of the same class. */
  protected make(store: Store<K, V>, size: number): Table<K, V> {
    return new Table(store, size)
  }

  /**
   * Hands the store to a new version and becomes a diff, except where that would keep too much alive:
   * the empty table, from which many start, stays apart from all of them, and a long history ends
   * with a copy, so that a version held for ever costs memory in proportion to its size.
   */
  #write(store: Store<K, V>, key: K, old: V | undefined, value: V | undefined, size: number): this {
    if (store.debt > 0) store.debt -= 1
    store.writes += 1
    if (this.#size === 0 || store.writes > HISTORY_WRITES_MIN + HISTORY_WRITES_PER_ENTRY * this.#size) {
      store.writes = 0
      store = store.copy()
      store.put(key, old, value)
      return this.make(store, size) as this
    }
    store.put(key, old, value)
    const next = this.make(store, size)
    this.#becomeDiff(next, key, old)
    return next as this
  }

  #becomeDiff(next: Table<K, V>, key: K, value: V | undefined): void {
    this.#store = undefined
    this.#next = next
    this.#key = key
    this.#value = value
  }

  #becomeRoot(store: Store<K, V>): Store<K, V> {
    this.#store = store
    this.#next = undefined
    this.#key = undefined
    this.#value = undefined
    return store
  }

  /**
   * Makes this version the root by reversing the diffs between. Versions used in turn would pay that
   * way again and again: once the walks come to a quarter of a copy, the root stays where it is and
   * this version gets a copy of its own, together with the nearer half of the versions between (so a
   * long history read anywhere falls into few pieces, each as long as it is large).
   */
  #reroot(): Store<K, V> {
    const path: Array<Table<K, V>> = [this]
    let root = this.#next as Table<K, V>
    for (; root.#next !== undefined; root = root.#next) path.push(root)
    const shared = root.#store as Store<K, V>
    const steps = path.length
    shared.work.rerootSteps += steps
    shared.debt += steps
    const quarter = root.#size / 4
    const cut = shared.debt > Math.max(DEBT_MIN, quarter) && steps > Math.min(STEPS_ALWAYS_WALKED, quarter)
    if (cut) shared.debt = 0
    const store = cut ? shared.copy() : shared
    const reversed = cut ? steps >> 1 : steps
    for (let i = steps - 1; i >= 0; i -= 1) {
      const node = path[i] as Table<K, V>
      const key = node.#key as K
      const undone = store.map.get(key)
      store.put(key, undone, node.#value)
      if (i < reversed) (path[i + 1] ?? root).#becomeDiff(node, key, undone)
    }
    return this.#becomeRoot(store)
  }

  /** The store of the root of `version`, and what differs from it in `version`. */
  static #diffsOf<K extends Key, V>(version: Table<K, V>): { store: Store<K, V>; values: Map<K, V | undefined> } {
    const values = new Map<K, V | undefined>()
    let node = version
    for (; node.#next !== undefined; node = node.#next) {
      if (!values.has(node.#key as K)) values.set(node.#key as K, node.#value)
    }
    return { store: node.#store as Store<K, V>, values }
  }
}

/** Internal: a store of these entries, without an index; a key that comes twice is refused. */
export function storeOf<K extends Key, V>(entries: Iterable<readonly [K, V]>): Store<K, V> {
  const store = new Store<K, V>(new Map(), undefined, { rerootSteps: 0, entriesCopied: 0, keysMoved: 0 })
  for (const [key, value] of entries) {
    if (value === undefined) throw new TypeError(`table value of key ${String(key)} is undefined`)
    const checked = store.checked(key)
    if (store.map.has(checked)) throw new TypeError(`table key ${String(key)} comes twice`)
    store.put(checked, undefined, value)
  }
  return store
}

/** Without a comparator, sort() compares code units, which is right for strings and faster. */
function sortKeys<K extends Key>(keys: K[]): K[] {
  return typeof keys[0] === "string" ? keys.sort() : keys.sort(compareKeys)
}
