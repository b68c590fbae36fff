import { cpus, loadavg } from "node:os"
import { openEngine, World } from "../../../core/index.ts"
import { EXCHANGE } from "../../../core/shard/stopwatch.ts"
import { workloadOf, type Sourced } from "../source.ts"
import { SHAPE, spentBy, type Costs, type Measured, type Spent } from "./costs.ts"
import { COLUMNS, STRETCHES } from "./crew.ts"
import { TELLING } from "../measure.ts"
import { cpuNow, quiet } from "./cpu.ts"
import { threadTimes } from "./thread-times.ts"
import type { Kind } from "./kinds.ts"
import { dealt, flowOf, loadsOf } from "./loads.ts"
import type { Machine } from "./machine.ts"
import { meetingOf, predict } from "./model.ts"

/** Where the model can be held against something: one thread, two, and the simulated exchange of 64 shards. Microseconds a block. */
export interface Check {
  readonly kind: string
  readonly shards: number
  /**
   * The time of a block; that of one that was asked for in advance; the CPU time of all threads; that of the longest thread and of the one that
   * gives the orders, which is the time on idle cores.
   */
  readonly what: "block" | "ahead" | "cpu" | "longest"
  readonly predicted: number
  readonly measured: number
  /** Predicted over measured, less 1. */
  readonly error: number
}

const check = (kind: Kind, shards: number, what: Check["what"], predicted: number, measured: number): Check => ({
  kind: kind.name, shards, what, predicted: Math.round(predicted / 1000), measured: Math.round(measured / 1000), error: predicted / measured - 1,
})

/** Each thread compiles for itself. */
const WARM_BLOCKS = 16
/** Blocks that are asked for at once. */
const AHEAD_BLOCKS = 8
const TURNS = 3
const MODULE = new URL("../source.ts", import.meta.url)

/** The longest of the threads, and the main thread, between two looks. */
const longestOf = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number => {
  const spent = [...after].map(([thread, time]) => [thread, time - (before.get(thread) ?? 0)] as const)
  const main = spent.find(([thread]) => thread === process.pid)
  return main === undefined ? Number.NaN : main[1] + Math.max(0, ...spent.filter((one) => one !== main).map(([, time]) => time))
}

/** One kernel, which took turns with the one shard of which most costs are. */
export const onePoint = (kind: Kind, { alone }: Measured, costs: Costs, machine: Machine): Check => {
  const { loads, beside = Number.NaN } = alone.get(kind) as Spent
  return check(kind, 1, "cpu", predict(kind, loads, 1, costs, machine).cpu, beside)
}

/** How fast the machine was when the costs were measured, to how fast it is now: both by the kernel that took turns. */
const driftOf = (kind: Kind, { alone }: Measured, now: number): number => (alone.get(kind)?.beside ?? Number.NaN) / now

/** An engine of two threads in turns with one kernel, whose headers it must have. */
export const twoPoints = async (kind: Kind, blocks: number, measured: Measured, costs: Costs, machine: Machine): Promise<readonly Check[]> => {
  const sourced: Sourced = { name: kind.name, shape: { ...SHAPE, transactions: SHAPE.blockSize * (WARM_BLOCKS + blocks + TURNS * AHEAD_BLOCKS) } }
  const workload = workloadOf(sourced)
  const world = World.make(workload.genesis, TELLING)
  const owners = new Uint8Array(dealt(2))
  const engine = await openEngine({ genesis: workloadOf(sourced).genesis, threads: 2, modules: [MODULE], source: { module: MODULE.href, data: sourced }, placement: { owners, everyBlocks: 0 } })
  try {
    const [one, two, longest, time]: [number[], number[], number[], number[]] = [[], [], [], []]
    const list = [...workload.setup, ...workload.blocks]
    const last = list.length - TURNS * AHEAD_BLOCKS
    for (const [height, block] of list.slice(0, last).entries()) {
      const begun = cpuNow()
      const { root } = world.step(block).header
      const alone = cpuNow() - begun
      const threadsBefore = threadTimes()
      const between = cpuNow()
      const start = performance.now()
      const { header } = await engine.step()
      if (header.root !== root) throw new Error(`${kind.name}: two threads gave the root ${header.root} in block ${height + 1}, one ${root}`)
      if (height < workload.setup.length + WARM_BLOCKS) continue
      one.push(alone * 1000)
      two.push((cpuNow() - between) * 1000)
      time.push((performance.now() - start) * 1e6)
      longest.push(longestOf(threadsBefore, threadTimes()))
    }
    const ahead: number[] = []
    for (let from = last; from < list.length; from += AHEAD_BLOCKS) {
      const together = list.slice(from, from + AHEAD_BLOCKS)
      for (const block of together) world.step(block)
      const start = performance.now()
      const made = await Promise.all(together.map(() => engine.step()))
      ahead.push(((performance.now() - start) * 1e6) / AHEAD_BLOCKS)
      const root = made.at(-1)?.header.root
      if (root !== world.header.root) throw new Error(`${kind.name}: two threads in advance gave the root ${root}, one ${world.header.root}`)
    }
    const flow = flowOf(workload.blocks.at(-1) as (typeof workload.blocks)[number])
    const pair = predict(kind, loadsOf(flow, owners, 2), 2, costs, machine)
    const drift = driftOf(kind, measured, quiet(one))
    return [
      check(kind, 2, "cpu", pair.cpu, quiet(two) * drift),
      ...(longest.every(Number.isNaN) ? [] : [check(kind, 2, "longest", pair.block - pair.parts.meeting, quiet(longest) * drift)]),
      // With others on the same cores the time is theirs.
      ...((loadavg()[0] as number) > cpus().length + 1 ? [] : [
        check(kind, 2, "block", pair.block, quiet(time) * drift),
        check(kind, 2, "ahead", pair.ahead, quiet(ahead) * drift),
      ]),
    ]
  } finally {
    await engine.close()
  }
}

const stretchOf = (spent: Float64Array, stretch: number): number => spent.subarray(stretch * COLUMNS, (stretch + 1) * COLUMNS).reduce((sum, time) => sum + time, 0)

/** What a core for each shard would take, but for the meetings, of which nothing can be measured here: the longest shard of each stretch, and the conductor. */
const longestOfEach = ({ shards, conductor }: Spent): number =>
  Array.from({ length: STRETCHES }, (_, stretch) => Math.max(...shards.map((spent) => stretchOf(spent, stretch)))).reduce((sum, time) => sum + time, 0) + conductor

export interface Simulated {
  readonly kind: string
  readonly shards: number
  readonly root: string
  /** Bytes of a block between shards, and the share of the exchange in what the shards spend. */
  readonly bytes: number
  readonly predictedBytes: number
  readonly exchangeShare: number
  readonly checks: readonly Check[]
}

/** Sixty-four shards in one thread, in turns with one kernel, whose headers they must have. */
export const simulatedPoint = (kind: Kind, shards: number, blocks: number, measured: Measured, costs: Costs, machine: Machine): Simulated => {
  const spent = spentBy(kind, new Uint8Array(dealt(shards)), shards, blocks, { beside: true })
  const predicted = predict(kind, spent.loads, shards, costs, machine)
  const drift = driftOf(kind, measured, spent.beside ?? Number.NaN)
  const all = spent.total.reduce((sum, time) => sum + time, 0)
  const exchange = [0, 1, 2].reduce((sum, stretch) => sum + (spent.total[stretch * COLUMNS + EXCHANGE] as number), 0)
  const meeting = meetingOf(machine, shards)
  return {
    kind: kind.name,
    shards,
    root: spent.roots.at(-1) as string,
    bytes: Math.round(spent.bytes),
    predictedBytes: Math.round(predicted.bytes),
    exchangeShare: exchange / all,
    checks: [check(kind, shards, "block", predicted.block, longestOfEach(spent) * drift + meeting), check(kind, shards, "cpu", predicted.cpu, (all + spent.conductor) * drift)],
  }
}
