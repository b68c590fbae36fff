/** A quantity over time, kept in the buckets of a `Frame`. */
export interface Column {
  /** Ends the bucket under way. */
  readonly close: () => void
  /** Merges each pair of buckets into one. */
  readonly halve: () => void
}

/**
 * Time in buckets of equally many blocks, for a run of unknown length in bounded memory: when all buckets are full, each two of them become
 * one, of twice as many blocks. So a short run keeps every block, a long one from half to all of `bucketsMax` buckets, and what is kept is
 * a function of what was seen alone. Bucket i is that of the blocks after i * stride, up to and including (i + 1) * stride.
 */
export class Frame {
  readonly bucketsMax: number
  /** Blocks of a bucket: a power of two. */
  stride = 1
  /** Buckets that have ended. */
  count = 0
  private readonly columns: Column[] = []

  /** `bucketsMax` is even. */
  constructor(bucketsMax: number) {
    this.bucketsMax = bucketsMax
  }

  /** A column from now on; what came before is the column's to fill in. */
  add<C extends Column>(column: C): C {
    this.columns.push(column)
    return column
  }

  /** Whether a block is the last one of its bucket. */
  isDue(height: number): boolean {
    return height % this.stride === 0
  }

  /** After what a block has for the columns was seen. */
  advance(height: number): void {
    if (!this.isDue(height)) return
    this.close()
    if (this.count < this.bucketsMax) return
    for (const column of this.columns) column.halve()
    this.count /= 2
    this.stride *= 2
  }

  /** After the last block: ends the bucket that is not full yet. */
  end(height: number): void {
    if (!this.isDue(height)) this.close()
  }

  private close(): void {
    for (const column of this.columns) column.close()
    this.count++
  }
}

type Level = bigint | undefined

/** The lowest, the highest and the last of the levels of each bucket; undefined where none was seen. */
export class Extremes implements Column {
  readonly low: Level[] = []
  readonly high: Level[] = []
  readonly last: Level[] = []
  private lowNow: Level = undefined
  private highNow: Level = undefined
  private lastNow: Level = undefined

  see(level: Level): void {
    this.lastNow = level
    if (level === undefined) return
    if (this.lowNow === undefined || level < this.lowNow) this.lowNow = level
    if (this.highNow === undefined || level > this.highNow) this.highNow = level
  }

  close(): void {
    this.low.push(this.lowNow)
    this.high.push(this.highNow)
    this.last.push(this.lastNow)
    this.lowNow = this.highNow = this.lastNow = undefined
  }

  halve(): void {
    halveBy(this.low, (left, right) => (left === undefined || (right !== undefined && right < left) ? right : left))
    halveBy(this.high, (left, right) => (left === undefined || (right !== undefined && right > left) ? right : left))
    halveBy(this.last, (_, right) => right)
  }
}

/** The exact sum of each bucket. */
export class Sums implements Column {
  readonly sums: bigint[]
  private sumNow = 0n

  /** `before` buckets without anything came before. */
  constructor(before = 0) {
    this.sums = Array.from({ length: before }, () => 0n)
  }

  see(amount: bigint): void {
    this.sumNow += amount
  }

  close(): void {
    this.sums.push(this.sumNow)
    this.sumNow = 0n
  }

  halve(): void {
    halveBy(this.sums, (left, right) => left + right)
  }
}

/** Counts and maxima are small: plain numbers, added up or compared. */
export class Counts implements Column {
  readonly counts: number[]
  private readonly merge: (left: number, right: number) => number
  private now = 0

  constructor(merge: "sum" | "most", before = 0) {
    this.merge = merge === "sum" ? (left, right) => left + right : Math.max
    this.counts = Array.from({ length: before }, () => 0)
  }

  see(count: number): void {
    this.now = this.merge(this.now, count)
  }

  close(): void {
    this.counts.push(this.now)
    this.now = 0
  }

  halve(): void {
    halveBy(this.counts, this.merge)
  }
}

/** What was seen last in each bucket; undefined where nothing was. */
export class Samples<T> implements Column {
  readonly samples: (T | undefined)[] = []
  private now: T | undefined = undefined

  see(sample: T): void {
    this.now = sample
  }

  close(): void {
    this.samples.push(this.now)
    this.now = undefined
  }

  halve(): void {
    halveBy(this.samples, (_, right) => right)
  }
}

/** Replaces each pair by what `merge` makes of it. The length is even. */
export const halveBy = <T>(items: T[], merge: (left: T, right: T) => T): void => {
  const half = items.length / 2
  for (let index = 0; index < half; index++) items[index] = merge(items[2 * index] as T, items[2 * index + 1] as T)
  items.length = half
}
