import { Store, Table, storeOf } from "./table.ts"
import type { Key, KeyIndex, TableWork } from "./table.ts"

/** Most keys of one chunk: an insert shifts at most this many, a million keys need some four thousand chunks. */
const CHUNK_KEYS_MAX = 512
/** A position in the index is `chunk * STRIDE + offset`. */
const STRIDE = 1024

/** Options of `SortedTable.range`. */
export interface RangeOptions {
  /** Walks from the greatest key down. */
  readonly reverse?: boolean
  /** Most entries to yield. */
  readonly limit?: number
}

/**
 * A Table that also keeps its keys in order, for ticks and order books: neighbours and ranges cost
 * O(log size), a key that comes or goes a shift of at most a few hundred others.
 */
export class SortedTable<K extends Key, V> extends Table<K, V> {
  /** A sorted table without entries. */
  static override empty<K extends Key, V>(): SortedTable<K, V> {
    return SortedTable.from<K, V>([])
  }

  /** A sorted table of these entries; a key that comes twice is refused. */
  static override from<K, V>(entries: Iterable<readonly [K & Key, V]>): SortedTable<K & Key, V> {
    const plain = storeOf(entries)
    const index = ChunkedKeys.of(plain.ascending(), plain.work)
    return new SortedTable(new Store(plain.map, index, plain.work), plain.map.size)
  }

  /** Whether `value` is a SortedTable. */
  static isSortedTable(value: unknown): value is SortedTable<Key, unknown> {
    return value instanceof SortedTable
  }

  /** The entry with the least key. */
  first(): [K, V] | undefined {
    return this.#entry(this.#index().at(0))
  }

  /** The entry with the greatest key. */
  last(): [K, V] | undefined {
    const index = this.#index()
    return this.#entry(index.before(index.end()))
  }

  /** The entry with the greatest key <= `key`. */
  floor(key: K): [K, V] | undefined {
    const index = this.#index()
    return this.#entry(index.before(index.bound(this.current().checked(key), true)))
  }

  /** The entry with the least key >= `key`. */
  ceiling(key: K): [K, V] | undefined {
    const index = this.#index()
    return this.#entry(index.at(index.bound(this.current().checked(key), false)))
  }

  /** The entry with the greatest key < `key`. */
  lower(key: K): [K, V] | undefined {
    const index = this.#index()
    return this.#entry(index.before(index.bound(this.current().checked(key), false)))
  }

  /** The entry with the least key > `key`. */
  higher(key: K): [K, V] | undefined {
    const index = this.#index()
    return this.#entry(index.at(index.bound(this.current().checked(key), true)))
  }

  /**
   * The entries with `from` <= key <= `to`, each bound left out meaning none; ascending, or descending
   * from `to` with `reverse`. Costs O(log size + entries taken), whatever is written meanwhile.
   */
  range(from?: K, to?: K, options: RangeOptions = {}): IterableIterator<[K, V]> {
    const { reverse = false, limit = Infinity } = options
    if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 0)) {
      throw new TypeError(`range limit ${limit} is not a count`)
    }
    const store = this.current()
    const least = from === undefined ? undefined : store.checked(from)
    const greatest = to === undefined ? undefined : store.checked(to)
    return this.#walk(least, greatest, reverse, limit)
  }

  override entries(): IterableIterator<[K, V]> {
    return this.range()
  }

  protected override make(store: Store<K, V>, size: number): SortedTable<K, V> {
    return new SortedTable(store, size)
  }

  /**
   * Takes entries in batches that double: a loop that writes to the table while it walks makes this
   * version an old one, and going back to it for each entry would cost as much as the loop is long.
   */
  *#walk(from: K | undefined, to: K | undefined, reverse: boolean, limit: number): IterableIterator<[K, V]> {
    let rest = limit
    let resumed = false
    for (let wanted = 16; rest > 0; wanted *= 2) {
      const { map } = this.current()
      const index = this.#index()
      const start = from === undefined ? 0 : index.bound(from, resumed && !reverse)
      const end = to === undefined ? index.end() : index.bound(to, !(resumed && reverse))
      const count = Math.min(wanted, rest)
      const batch = index.take(start, end, reverse, count).map((key): [K, V] => [key, map.get(key) as V])
      const stop = batch.at(-1)?.[0]
      yield* batch
      if (batch.length < count) return
      rest -= count
      resumed = true
      if (reverse) to = stop
      else from = stop
    }
  }

  #index(): ChunkedKeys<K> {
    return this.current().index as ChunkedKeys<K>
  }

  #entry(key: K | undefined): [K, V] | undefined {
    return key === undefined ? undefined : [key, this.get(key) as V]
  }
}

/**
 * Ascending keys in chunks, none empty. Chunks are split but never merged: there are never more of
 * them than keys, nor many more than a 256th of the most keys there ever were.
 */
class ChunkedKeys<K extends Key> implements KeyIndex<K> {
  readonly #chunks: K[][]
  readonly #work: TableWork

  constructor(chunks: K[][], work: TableWork) {
    this.#chunks = chunks
    this.#work = work
  }

  /** The index of keys that are in order already, its chunks three quarters full. */
  static of<K extends Key>(ascending: readonly K[], work: TableWork): ChunkedKeys<K> {
    const chunks: K[][] = []
    const step = (CHUNK_KEYS_MAX * 3) / 4
    for (let i = 0; i < ascending.length; i += step) chunks.push(ascending.slice(i, i + step))
    return new ChunkedKeys(chunks, work)
  }

  insert(key: K): void {
    const chunks = this.#chunks
    if (chunks.length === 0) {
      chunks.push([key])
      return
    }
    let position = this.bound(key, false)
    if (position === this.end()) position = (chunks.length - 1) * STRIDE + (chunks.at(-1) as K[]).length
    const at = Math.floor(position / STRIDE)
    const chunk = chunks[at] as K[]
    this.#work.keysMoved += chunk.length - (position % STRIDE)
    chunk.splice(position % STRIDE, 0, key)
    if (chunk.length > CHUNK_KEYS_MAX) {
      const upper = chunk.splice(CHUNK_KEYS_MAX >> 1)
      chunks.splice(at + 1, 0, upper)
      this.#work.keysMoved += upper.length + chunks.length - (at + 1)
    }
  }

  remove(key: K): void {
    const chunks = this.#chunks
    const position = this.bound(key, false)
    const at = Math.floor(position / STRIDE)
    const chunk = chunks[at] as K[]
    chunk.splice(position % STRIDE, 1)
    this.#work.keysMoved += chunk.length - (position % STRIDE)
    if (chunk.length === 0) {
      chunks.splice(at, 1)
      this.#work.keysMoved += chunks.length - at
    }
  }

  copy(): ChunkedKeys<K> {
    return new ChunkedKeys(this.#chunks.map((chunk) => chunk.slice()), this.#work)
  }

  /** The position after the last key. */
  end(): number {
    return this.#chunks.length * STRIDE
  }

  /** The position of the first key >= `key`, or > `key` with `beyond`. */
  bound(key: K, beyond: boolean): number {
    const chunks = this.#chunks
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const chunk = chunks[middle] as K[]
      const last = chunk[chunk.length - 1] as K
      if (last < key || (beyond && last === key)) low = middle + 1
      else high = middle
    }
    const chunk = chunks[low]
    return chunk === undefined ? low * STRIDE : low * STRIDE + boundIn(chunk, key, beyond)
  }

  at(position: number): K | undefined {
    return this.#chunks[Math.floor(position / STRIDE)]?.[position % STRIDE]
  }

  before(position: number): K | undefined {
    return this.take(0, position, true, 1)[0]
  }

  /** Up to `count` keys of the positions from `start` to before `end`, from the other end with `reverse`. */
  take(start: number, end: number, reverse: boolean, count: number): K[] {
    const keys: K[] = []
    const firstChunk = Math.floor(start / STRIDE)
    const lastChunk = Math.floor(end / STRIDE)
    for (let i = 0; i <= lastChunk - firstChunk && keys.length < count; i += 1) {
      const at = reverse ? lastChunk - i : firstChunk + i
      const chunk = this.#chunks[at] ?? []
      const from = at === firstChunk ? start % STRIDE : 0
      const to = at === lastChunk ? end % STRIDE : chunk.length
      const left = count - keys.length
      if (reverse) for (let k = to - 1; k >= Math.max(from, to - left); k -= 1) keys.push(chunk[k] as K)
      else for (let k = from; k < Math.min(to, from + left); k += 1) keys.push(chunk[k] as K)
    }
    return keys
  }
}

function boundIn<K extends Key>(chunk: readonly K[], key: K, beyond: boolean): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >> 1
    const at = chunk[middle] as K
    if (at < key || (beyond && at === key)) low = middle + 1
    else high = middle
  }
  return low
}
