import { World } from "../../core/index.ts"
import { bareWorldOf, runBare } from "./bare-loop.ts"
import type { Workload } from "./workload.ts"

/** One row of the sheet: medians over alternating runs of the engine and the bare loop on the same transactions. */
export interface Row {
  readonly workload: string
  readonly accounts: number
  readonly blockSize: number
  readonly transactions: number
  readonly runs: number
  /** End to end: admission, execution, reconciliation, header. */
  readonly transactionsPerSecond: number
  readonly messagesPerSecond: number
  readonly nanosecondsPerTransaction: number
  readonly cpuMicrosecondsPerTransaction: number
  readonly bareTransactionsPerSecond: number
  /** Time of the bare loop over time of the engine, the median of the runs' own ratios: 1 would be as fast as the hardware can. */
  readonly ratioToBareLoop: number
  /** The same by CPU time, which other programs on the machine disturb less. */
  readonly cpuRatioToBareLoop: number
  readonly root: string
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] as number
}

interface Timing {
  readonly wall: number
  readonly cpu: number
}

/** Nanoseconds of a call, by the wall clock and by the CPU time of this process. */
const timed = (call: () => void): Timing => {
  const cpuBefore = process.cpuUsage()
  const start = process.hrtime.bigint()
  call()
  const wall = Number(process.hrtime.bigint() - start)
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wall, cpu: (user + system) * 1000 }
}

interface EngineRun extends Timing {
  readonly root: string
  readonly messages: number
}

const runEngine = (workload: Workload): EngineRun => {
  const world = World.make(workload.genesis)
  for (const block of workload.setup) world.step(block)
  let messages = 0
  const timing = timed(() => {
    for (const block of workload.blocks) messages += world.step(block).raw.ended.length
    while (world.pending > 0) messages += world.step().raw.ended.length
  })
  world.audit()
  return { ...timing, root: world.header.root, messages }
}

const runBareAlone = (workload: Workload): Timing => {
  const world = bareWorldOf(workload)
  return timed(() => runBare(world, workload))
}

/** Measures one workload. `make` is called anew for every run, since genesis and transactions are consumed. */
export const measure = (make: () => Workload, runs: number, blockSize: number): Row => {
  const engines: EngineRun[] = []
  const bares: Timing[] = []
  let workload = make()
  for (let run = 0; run <= runs; run++) {
    // Each reads a list of its own, so that neither finds it warm in the caches. Every other run begins with the bare loop.
    if (run % 2 === 1) bares.push(runBareAlone(make()))
    workload = make()
    engines.push(runEngine(workload))
    if (run % 2 === 0) bares.push(runBareAlone(make()))
  }
  // The first run of both is for the compiler.
  engines.shift()
  bares.shift()
  const transactions = workload.blocks.reduce((sum, block) => sum + block.length, 0)
  const wall = median(engines.map((engine) => engine.wall))
  const each = (pick: (timing: Timing) => number) => engines.map((engine, run) => pick(bares[run] as Timing) / pick(engine))
  return {
    workload: workload.name,
    accounts: workload.accounts,
    blockSize,
    transactions,
    runs,
    transactionsPerSecond: Math.round((transactions * 1e9) / wall),
    messagesPerSecond: Math.round(((engines[0] as EngineRun).messages * 1e9) / wall),
    nanosecondsPerTransaction: Math.round(wall / transactions),
    cpuMicrosecondsPerTransaction: Math.round(median(engines.map((engine) => engine.cpu)) / transactions / 10) / 100,
    bareTransactionsPerSecond: Math.round((transactions * 1e9) / median(bares.map((bare) => bare.wall))),
    ratioToBareLoop: Math.round(median(each(({ wall: time }) => time)) * 1000) / 1000,
    cpuRatioToBareLoop: Math.round(median(each(({ cpu }) => cpu)) * 1000) / 1000,
    root: (engines[0] as EngineRun).root,
  }
}

/** Microseconds of an empty block of a world that has actors: the median of many. */
export const measureEmptyBlock = (workload: Workload): number => {
  const world = World.make(workload.genesis)
  for (const block of workload.setup) world.step(block)
  const times: number[] = []
  for (let block = 0; block < 3000; block++) times.push(timed(() => void world.step()).wall)
  return Math.round(median(times.slice(1000)) / 10) / 100
}
