import { closeSync, openSync, writeSync } from "node:fs"
import type { Stretch } from "../../core/index.ts"
import { FileUnwritable } from "./failures.ts"

/** Writes what shards did when as a trace that Chrome's about:tracing and Perfetto show: one row a shard, one bar a phase. */
export class ChromeTrace {
  private readonly file: number
  private first = true

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
    const events = shards.flatMap((stretches, shard) =>
      stretches.map(({ phase, from, to }) => JSON.stringify({ name: phase, cat: "block", ph: "X", ts: from, dur: Math.max(0, to - from), pid: 1, tid: shard, args: { block: height } })),
    )
    if (events.length === 0) return
    writeSync(this.file, `${this.first ? "" : ",\n"}${events.join(",\n")}`)
    this.first = false
  }

  end(): void {
    writeSync(this.file, "\n]\n")
    closeSync(this.file)
  }
}
