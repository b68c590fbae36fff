import { openEngine, PHASES, World, type Stretch } from "../../core/index.ts"
import { median } from "./measure.ts"
import { workloadOf, type Sourced } from "./source.ts"

/**
 * One thread against several, on the same transactions in the same run: `node --max-semi-space-size=128 sim/bench/threads.ts [--threads 1,2] [--json]`.
 * The sides take turns every few blocks, so that whatever else the machine does falls on all of them. CPU time is that of the whole process.
 */

const option = (name: string, absent: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? absent : (process.argv[at + 1] ?? absent)
}
const counts = option("threads", "2").split(",").map(Number)
const json = process.argv.includes("--json")
const only = option("only", "")

const BLOCK_SIZE = Number(option("block", "10000"))
const WARM = 10
const ROUNDS = Number(option("rounds", "5"))
const STRETCH = 6
const ACCOUNTS = Number(option("accounts", "10000"))

const WORKLOADS: readonly (readonly [name: string, workload: Sourced["workload"], pools: number])[] = [
  ["transfers", "transfers", 0],
  ["swaps, 64 pools", "swaps", 64],
  ["swaps, 1 pool", "swaps", 1],
]

/** Whoever executes blocks. */
interface Side {
  readonly name: string
  readonly threads: number
  readonly block: () => Promise<void>
  readonly root: () => string
  readonly close: () => Promise<void>
  readonly walls: number[]
  readonly cpus: number[]
  readonly phases: () => readonly string[]
}

const MODULE = new URL("./source.ts", import.meta.url)

const worldSide = (sourced: Sourced): Side => {
  const { genesis, setup, blocks } = workloadOf(sourced)
  const world = World.make(genesis)
  for (const block of setup) world.step(block)
  let at = 0
  return {
    name: "world", threads: 1, walls: [], cpus: [],
    block: async () => void world.step(blocks[at++] ?? []),
    root: () => world.header.root,
    close: async () => undefined,
    phases: () => [],
  }
}

const threadsSide = async (sourced: Sourced, threads: number): Promise<Side> => {
  const { genesis, setup } = workloadOf(sourced)
  const engine = await openEngine({ genesis, threads, modules: [MODULE], source: { module: MODULE.href, data: sourced } })
  for (const _ of setup) await engine.step()
  const totals: Record<string, number>[] = Array.from({ length: threads }, () => ({}))
  let root = ""
  return {
    name: `${threads} threads`, threads, walls: [], cpus: [],
    block: async () => {
      const { header, raw } = await engine.step()
      root = header.root
      for (const [shard, stretches] of (raw.stretches ?? []).entries()) add(totals[shard] as Record<string, number>, stretches)
    },
    root: () => root,
    close: () => engine.close(),
    phases: () => totals.map((total, shard) => `shard ${shard}, ms: ${PHASES.map((phase) => `${phase} ${Math.round((total[phase] ?? 0) / 1000)}`).join(", ")}`),
  }
}

const add = (total: Record<string, number>, stretches: readonly Stretch[]): void => {
  for (const { phase, from, to } of stretches) total[phase] = (total[phase] ?? 0) + to - from
}

const stretch = async (side: Side, blocks: number): Promise<void> => {
  const cpuBefore = process.cpuUsage()
  const start = process.hrtime.bigint()
  for (let block = 0; block < blocks; block++) await side.block()
  const wall = Number(process.hrtime.bigint() - start) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  side.walls.push(wall / (blocks * BLOCK_SIZE))
  side.cpus.push((user + system) / (blocks * BLOCK_SIZE))
}

for (const [name, workload, pools] of WORKLOADS) {
  if (!name.includes(only)) continue
  const sourced: Sourced = { workload, pools, shape: { accounts: ACCOUNTS, transactions: (WARM + ROUNDS * STRETCH) * BLOCK_SIZE, blockSize: BLOCK_SIZE } }
  const sides = [worldSide(sourced), ...(await Promise.all(counts.map((threads) => threadsSide(sourced, threads))))]
  for (const side of sides) for (let block = 0; block < WARM; block++) await side.block()
  for (let round = 0; round < ROUNDS; round++) for (const side of round % 2 === 0 ? sides : [...sides].reverse()) await stretch(side, STRETCH)
  const base = sides[0] as Side
  for (const side of sides) {
    const ratio = (pick: (side: Side) => readonly number[]) => median(pick(base).map((time, round) => time / (pick(side)[round] as number)))
    const row = {
      workload: name, side: side.name, transactionsPerSecond: Math.round(1e6 / median(side.walls)), cpuMicroseconds: Number(median(side.cpus).toFixed(2)),
      speedup: Number(ratio(({ walls }) => walls).toFixed(2)), cpuRatio: Number(ratio(({ cpus }) => cpus).toFixed(2)), equal: side.root() === base.root(),
    }
    process.stdout.write(json ? `${JSON.stringify(row)}\n` : `${name.padEnd(18)} ${side.name.padEnd(10)} ${String(row.transactionsPerSecond).padStart(9)} tx/s ${row.cpuMicroseconds.toFixed(2).padStart(6)} us CPU, ${row.speedup.toFixed(2)} x the speed at ${(1 / row.cpuRatio).toFixed(2)} x the CPU${row.equal ? "" : ", OTHER ROOT"}\n`)
    for (const phase of side.phases()) if (!json) process.stdout.write(`    ${phase}\n`)
  }
  await Promise.all(sides.map((side) => side.close()))
}
