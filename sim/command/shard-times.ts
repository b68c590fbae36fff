import { PHASES, type Phase, type Stretch, type ThreadedWorld } from "../../core/index.ts"
import type { Measurement } from "../metric.ts"
import { grouped } from "../decimal.ts"

/** How the shards of a run spent their time, block after block. */
export class ShardTimes {
  private readonly threaded: ThreadedWorld
  private readonly listener: ((height: number, stretches: readonly (readonly Stretch[])[]) => void) | undefined
  private readonly totals: Record<Phase, number>[] = []
  private height = 0

  constructor(threaded: ThreadedWorld, listener?: (height: number, stretches: readonly (readonly Stretch[])[]) => void) {
    this.threaded = threaded
    this.listener = listener
  }

  /** After each block. */
  note(): void {
    const last = this.threaded.last()
    if (last === undefined || last.header.height === this.height) return
    this.height = last.header.height
    for (const [shard, stretches] of last.stretches.entries()) {
      const total = (this.totals[shard] ??= Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>)
      for (const { phase, from, to } of stretches) total[phase] += to - from
    }
    this.listener?.(this.height, last.stretches)
  }

  /** Microseconds by shard and phase. */
  get json(): readonly { readonly [phase: string]: number }[] {
    return this.totals.map((total, shard) => ({ shard, ...Object.fromEntries(PHASES.map((phase) => [phase, Math.round(total[phase])])) }))
  }

  get table(): Measurement {
    const perBlock = (microseconds: number): string => grouped(Math.round(microseconds / Math.max(1, this.height)))
    return {
      title: "Shards, microseconds a block",
      columns: [{ heading: "shard" }, ...PHASES.map((heading) => ({ heading, right: true }))],
      rows: this.totals.map((total, shard) => [String(shard), ...PHASES.map((phase) => perBlock(total[phase]))]),
      notes: ["wait: for the other shards; exchange: packing and unpacking what crosses between them"],
      json: this.json,
    }
  }
}
