import { closeSync, openSync, writeSync } from "node:fs"
import type { Stretch } from "../../core/index.ts"
import { FileUnwritable } from "./failures.ts"

/**
 * Writes what shards did when as a trace that Chrome's about:tracing and Perfetto show: one row a shard, one bar a phase, in microseconds since
 * the run's first bar.
 */
export class ChromeTrace {
  private readonly file: number
  private start: number | undefined = undefined

  /** Throws `FileUnwritable`. */
  constructor(path: string) {
    try {
      this.file = openSync(path, "w")
    } catch (thrown) {
      throw new FileUnwritable({ file: path, problem: thrown instanceof Error ? thrown.message : String(thrown) })
    }
    writeSync(this.file, "[\n")
  }

  block(height: number, shards: readonly (readonly Stretch[])[]): void {
    const first = this.start === undefined
    const start = (this.start ??= Math.min(...shards.flatMap((stretches) => stretches.map(({ from }) => from))))
    const events: object[] = first ? namesOf(shards.length) : []
    for (const [shard, stretches] of shards.entries()) {
      for (const { phase, from, to } of stretches) {
        events.push({ name: phase, cat: "block", ph: "X", ts: from - start, dur: Math.max(0, to - from), pid: 1, tid: shard, args: { block: height } })
      }
    }
    if (events.length > 0) writeSync(this.file, `${first ? "" : ",\n"}${events.map((event) => JSON.stringify(event)).join(",\n")}`)
  }

  end(): void {
    writeSync(this.file, "\n]\n")
    closeSync(this.file)
  }
}

/** What the rows are called. */
const namesOf = (shards: number): object[] => [
  { name: "process_name", ph: "M", pid: 1, tid: 0, args: { name: "blockstep" } },
  ...Array.from({ length: shards }, (_, shard) => ({ name: "thread_name", ph: "M", pid: 1, tid: shard, args: { name: `shard ${shard}` } })),
]
