/** How shards hand each other bytes: each puts what it has for the others, all meet, and each takes what was put for it. */
export interface Exchange {
  /** The bytes are copied at once. Put at most once for each receiver between two meetings. */
  put(to: number, bytes: Uint8Array, length: number): void
  /** All is put: the others may take it while this shard does what needs nothing of them, up to the meeting. */
  arrive(): void
  /** What another shard put before the last meeting; valid until the next one but one. */
  take(from: number): Uint8Array
  /** The next order, which is on its way. */
  order(): Uint8Array
}

/** A shard's part of a job: it stops at each meeting of all shards, and gives its answer at the end. */
export type Job = Generator<void, Uint8Array>

/** The exchange of shards that share a thread. */
export class Switchboard {
  private readonly put: (Uint8Array | undefined)[][]
  private readonly taken: (Uint8Array | undefined)[][]
  /** Orders that each shard did not begin yet. */
  readonly orders: readonly Uint8Array[][]

  constructor(shards: number) {
    const table = () => Array.from({ length: shards }, () => new Array<Uint8Array | undefined>(shards).fill(undefined))
    this.put = table()
    this.taken = table()
    this.orders = Array.from({ length: shards }, () => [])
  }

  of(shard: number): Exchange {
    return {
      put: (to, bytes, length) => void ((this.put[shard] as (Uint8Array | undefined)[])[to] = bytes.slice(0, length)),
      arrive: () => undefined,
      take: (from) => (this.taken[from] as (Uint8Array | undefined)[])[shard] ?? NOTHING,
      order: () => this.orders[shard]?.shift() ?? NOTHING,
    }
  }

  /** Everybody has put what they have. */
  meet(): void {
    for (const [from, row] of this.put.entries()) {
      this.taken[from] = [...row]
      row.fill(undefined)
    }
  }
}

const NOTHING = new Uint8Array(0)
