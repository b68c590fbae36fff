import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { PackedOutcome } from "./outcome.ts"
import { PHASES } from "./stopwatch.ts"

const MICROSECONDS = Metric.counter("blockstep_shard_microseconds", {
  description: "time that shards spent in each phase of their blocks: admit, execute, exchange, sort, hash, wait",
  incremental: true,
})

/** Counts the time that each shard spent in each phase of a block. */
export const observe = ({ stretches }: PackedOutcome): Effect.Effect<void> => {
  const updates: Effect.Effect<void>[] = []
  for (const [shard, times] of stretches.entries()) {
    for (const phase of PHASES) {
      const spent = times.reduce((sum, stretch) => (stretch.phase === phase ? sum + stretch.to - stretch.from : sum), 0)
      if (spent > 0) updates.push(Metric.update(Metric.withAttributes(MICROSECONDS, { shard: String(shard), phase }), spent))
    }
  }
  return Effect.all(updates, { discard: true })
}
