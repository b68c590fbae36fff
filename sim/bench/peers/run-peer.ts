import { COMPILER_RUNS, engineCpu, measure, median, settleMemory } from "../measure.ts"
import type { Workload } from "../workload.ts"
import { workloadOf } from "./market.ts"
import { versionOf, type Kind, type Peer } from "./peer.ts"

/** Measures one peer in a process of its own, beside the bare loop, and prints one line of JSON. */

const RUNS = 5
/** So that the bare loop, which takes a microsecond a transaction, can be timed at all. */
const BARE_TRANSACTIONS = 200_000
/** A swap on a pool of Uniswap v3 takes the bare loop up to a hundred times as long. */
const BARE_V3_TRANSACTIONS = 10_000
const bareTransactions = (kind: Kind): number => (kind === "swaps" || kind === "payments" ? BARE_TRANSACTIONS : BARE_V3_TRANSACTIONS)

export interface Measured {
  readonly name: string
  readonly versions: { readonly [name: string]: string }
  readonly workload: string
  readonly transactions: number
  readonly transactionsPerSecond: number
  readonly cpuMicrosecondsPerTransaction: number
  readonly bareCpuMicrosecondsPerTransaction: number
  /** CPU time of the bare loop over that of the peer, a transaction. */
  readonly cpuRatioToBareLoop: number
  /** CPU time of blockstep over that of the peer, in turns of one process: the median of the turns' own ratios. Absent in blockstep's own row. */
  readonly cpuRatioToBlockstep?: number
  readonly more: string
  readonly less: string
}

const bareCpu = (kind: Kind): number => {
  const transactions = bareTransactions(kind)
  const workload = ownWorkload(kind)
  const bare = workload.bare()
  settleMemory()
  const before = process.cpuUsage()
  bare.apply(workload.blocks)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / transactions
}

const ownWorkload = (kind: Kind): Workload => workloadOf(kind, bareTransactions(kind))

const peerRow = async (peer: Peer): Promise<Measured> => {
  const versions = Object.fromEntries(peer.packages.map((name) => [name, versionOf(name)]))
  const run = await peer.prepare()
  const walls: number[] = []
  const cpus: number[] = []
  const bares: number[] = []
  const beside: number[] = []
  bareCpu(peer.workload)
  for (let count = 0; count < COMPILER_RUNS + RUNS; count++) {
    // Every other turn begins with the engine.
    const first = count % 2 === 1 ? await engineCpu(ownWorkload(peer.workload)) : undefined
    const { transactions, wall, cpu } = await run()
    const own = first ?? (await engineCpu(ownWorkload(peer.workload)))
    if (count < COMPILER_RUNS) continue
    walls.push(wall / transactions)
    cpus.push(cpu / 1000 / transactions)
    bares.push(bareCpu(peer.workload))
    beside.push(own / (cpu / transactions))
  }
  const cpu = median(cpus)
  const bare = median(bares)
  return {
    name: peer.name,
    versions,
    workload: peer.workload,
    transactions: peer.transactions,
    transactionsPerSecond: Math.round(1e9 / median(walls)),
    cpuMicrosecondsPerTransaction: Math.round(cpu * 100) / 100,
    bareCpuMicrosecondsPerTransaction: Math.round(bare * 1000) / 1000,
    cpuRatioToBareLoop: Number((bare / cpu).toPrecision(3)),
    cpuRatioToBlockstep: Number(median(beside).toPrecision(3)),
    more: peer.more,
    less: peer.less,
  }
}

/** Blockstep's own row, on the same transactions. */
const ownRow = async (kind: Kind): Promise<Measured> => {
  const row = await measure(() => ownWorkload(kind), RUNS, 10_000)
  return {
    name: "blockstep",
    versions: {},
    workload: kind,
    transactions: row.transactions,
    transactionsPerSecond: row.transactionsPerSecond,
    cpuMicrosecondsPerTransaction: row.cpuMicrosecondsPerTransaction,
    bareCpuMicrosecondsPerTransaction: row.bareCpuMicrosecondsPerTransaction,
    cpuRatioToBareLoop: row.cpuRatioToBareLoop,
    more: "blocks, canonical order, atomic handlings, a double-entry book, hashed headers",
    less: "no metering, no bytecode, no signatures",
  }
}

const [file, kind] = process.argv.slice(2) as [string, Kind]
/** A file is one peer, or one for each kind. */
const { peer } = file === "blockstep" ? { peer: undefined } : ((await import(`./${file}.ts`)) as { readonly peer: Peer | ((kind: Kind) => Peer) })
const measured = peer === undefined ? await ownRow(kind) : await peerRow(typeof peer === "function" ? peer(kind) : peer)
process.stdout.write(`${JSON.stringify(measured)}\n`)
process.exit(0)
