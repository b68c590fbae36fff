/**
 * Which run of a batch is next, and the first that failed: shared by threads, of which each takes the next run as soon as it is free. Who takes
 * which does not show in the results, as they are put in the order of the runs.
 */
export class Claims {
  readonly shared: SharedArrayBuffer
  private readonly words: Int32Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared
    this.words = new Int32Array(shared)
  }

  /** Begins a batch, while no thread takes any. */
  begin(): void {
    Atomics.store(this.words, FAILED, NONE)
    Atomics.store(this.words, NEXT, 0)
  }

  /** Plays what is left of a batch, run by run, with the other threads: nothing behind the first that failed counts. */
  play<A>(from: number, to: number, run: (index: number) => A, hasFailed: (result: A) => boolean): A[] {
    const results: A[] = []
    for (;;) {
      const at = Atomics.add(this.words, NEXT, 1)
      if (at >= to - from || at > Atomics.load(this.words, FAILED)) return results
      const result = run(from + at)
      results.push(result)
      if (hasFailed(result)) this.fail(at)
    }
  }

  private fail(at: number): void {
    for (let known = Atomics.load(this.words, FAILED); at < known; known = Atomics.load(this.words, FAILED)) {
      Atomics.compareExchange(this.words, FAILED, known, at)
    }
  }
}

const NEXT = 0
const FAILED = 1
const NONE = 0x7fffffff
