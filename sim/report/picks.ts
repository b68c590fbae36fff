/** Ways to keep a few of many, in bounded memory, that depend on nothing but what is offered. */

/** The first so many of each key, for so many keys. */
export class FirstOf<T> {
  readonly kept = new Map<string, T[]>()
  private readonly each: number
  private readonly keysMax: number

  constructor(each: number, keysMax: number) {
    this.each = each
    this.keysMax = keysMax
  }

  offer(key: string, item: T): void {
    const same = this.kept.get(key)
    if (same !== undefined) {
      if (same.length < this.each) same.push(item)
    } else if (this.kept.size < this.keysMax) this.kept.set(key, [item])
  }
}

/** The so many largest; of equal ones those that were offered first. */
export class Largest<T> {
  readonly kept: T[] = []
  private readonly most: number
  private readonly measure: (item: T) => number

  constructor(most: number, measure: (item: T) => number) {
    this.most = most
    this.measure = measure
  }

  offer(item: T): void {
    const { kept, measure, most } = this
    const size = measure(item)
    const least = kept.at(-1)
    if (least !== undefined && kept.length === most && size <= measure(least)) return
    const place = kept.findIndex((other) => measure(other) < size)
    kept.splice(place < 0 ? kept.length : place, 0, item)
    if (kept.length > most) kept.pop()
  }
}

/** Every n-th by its ordinal, from the first on; n is the smallest power of two with which at most so many are kept. */
export class EverySoOften<T> {
  kept: { readonly ordinal: number; readonly item: T }[] = []
  stride = 1
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  /** In any order of the ordinals. */
  offer(ordinal: number, item: T): void {
    if (ordinal % this.stride !== 0) return
    this.kept.push({ ordinal, item })
    while (this.kept.length > this.most) {
      this.stride *= 2
      this.kept = this.kept.filter((other) => other.ordinal % this.stride === 0)
    }
  }
}
