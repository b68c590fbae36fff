import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { PackedOutcome } from "./outcome.ts"
import { PHASES } from "./stopwatch.ts"

const MICROSECONDS = Metric.counter("blockstep_shard_microseconds", {
  description: "time that shards spent in each phase of their blocks: admit, execute, exchange, sort, hash, wait",
  incremental: true,
})

/** One counter a shard and phase, made once: its name and attributes take longer to put together than to count. */
const COUNTERS: ReadonlyMap<string, typeof MICROSECONDS>[] = []

const countersOf = (shard: number): ReadonlyMap<string, typeof MICROSECONDS> =>
  (COUNTERS[shard] ??= new Map(PHASES.map((phase) => [phase, Metric.withAttributes(MICROSECONDS, { shard: String(shard), phase })])))

/** Counts the time that each shard spent in each phase of a block. */
export const observe = ({ stretches }: PackedOutcome): Effect.Effect<void> => {
  const updates: Effect.Effect<void>[] = []
  for (const [shard, times] of stretches.entries()) {
    const counters = countersOf(shard)
    const spent = new Map<string, number>()
    for (const { phase, from, to } of times) spent.set(phase, (spent.get(phase) ?? 0) + to - from)
    for (const [phase, time] of spent) if (time > 0) updates.push(Metric.update(counters.get(phase) as typeof MICROSECONDS, time))
  }
  return Effect.all(updates, { discard: true })
}
