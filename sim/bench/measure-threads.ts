import { openEngine, World } from "../../core/index.ts"
import { Apart } from "./apart.ts"
import { balancesIn, checkAgreement, median, TELLING, timed, type Row, type Timing } from "./measure.ts"
import { workloadOf, type Sourced } from "./source.ts"

/**
 * A row on several threads: the bare loop, one thread, several, and as many worlds that exchange nothing, take turns on the same blocks of the same
 * run, so that whatever else the machine does falls on all of them. CPU time is that of the whole process; who does not have the turn waits and costs nothing.
 */

/**
 * Blocks before the first measured turn, for the first look at who talks to whom and for the compilers: each thread has its own, which sees only
 * its part of a block (after 6 blocks two threads still took twice the CPU time of one; one thread gets faster for some 60).
 */
const WARM_BLOCKS = 60
const MODULE = new URL(import.meta.url.endsWith(".ts") ? "./source.ts" : "./source.js", import.meta.url)

/** Whoever executes blocks: from one place in the list up to another. */
interface Side {
  readonly blocks: (from: number, to: number) => void | Promise<void>
  readonly turns: Timing[]
}

export const measureThreads = async ({ name, shape }: Sourced, runs: number, threads: number): Promise<Row> => {
  const perTurn = Math.max(1, Math.round(shape.transactions / shape.blockSize))
  const count = WARM_BLOCKS + runs * perTurn
  const sourced: Sourced = { name, shape: { ...shape, transactions: count * shape.blockSize } }

  const plain = workloadOf(sourced)
  const bare = plain.bare()
  const given = workloadOf(sourced)
  const world = World.make(given.genesis, TELLING)
  for (const block of given.setup) world.step(block)
  await using apart = await Apart.open(sourced, threads)
  const engine = await openEngine({ genesis: workloadOf(sourced).genesis, threads, modules: [MODULE], source: { module: MODULE.href, data: sourced } })
  try {
    for (const _ of given.setup) await engine.step()
    let messages = 0
    const roots: string[] = []
    const step = (block: (typeof given.blocks)[number]): void => {
      messages += world.step(block).raw.totals.ended
      roots.push(world.header.root)
    }
    const sides: readonly [Side, Side, Side, Side] = [
      { turns: [], blocks: (from, to) => bare.apply(plain.blocks.slice(from, to)) },
      { turns: [], blocks: (from, to) => given.blocks.slice(from, to).forEach(step) },
      { turns: [], blocks: async (from, to) => void (await Promise.all(Array.from({ length: to - from }, () => engine.step()))) },
      { turns: [], blocks: (from, to) => apart.blocks(to - from) },
    ]
    for (const side of sides) await side.blocks(0, WARM_BLOCKS)
    // Each of those worlds is as warm as the one.
    await apart.blocks(WARM_BLOCKS * (threads - 1))
    messages = 0
    for (let turn = 0; turn < runs; turn++) {
      const from = WARM_BLOCKS + turn * perTurn
      for (const side of turn % 2 === 0 ? sides : sides.toReversed()) side.turns.push(await timed(() => side.blocks(from, from + perTurn)))
    }
    const measured = messages
    const expected = roots[apart.height - 1]
    for (const root of apart.roots) if (root !== expected) throw new Error(`${name}: a world apart has the root ${root} after ${apart.height} blocks instead of ${expected}`)
    // What is under way comes to its end on both sides.
    while (world.pending > 0) {
      world.step()
      await engine.step()
    }
    const { root } = await engine.header()
    if (root !== world.header.root) throw new Error(`${name}: ${threads} threads ended with the root ${root}, one with ${world.header.root}`)
    world.audit()
    checkAgreement(given, balancesIn(given, world), bare)
    return rowOf(given.name, sourced, { threads, runs, transactions: runs * perTurn * shape.blockSize, messages: measured, perTurn, root, sides })
  } finally {
    await engine.close()
  }
}

interface Measured {
  readonly threads: number
  readonly runs: number
  readonly transactions: number
  readonly messages: number
  readonly perTurn: number
  readonly root: string
  readonly sides: readonly [bare: Side, one: Side, several: Side, apart: Side]
}

const rowOf = (workload: string, { shape }: Sourced, { threads, runs, transactions, messages, perTurn, root, sides: [bare, one, several, apart] }: Measured): Row => {
  const each = perTurn * shape.blockSize
  const wall = ({ turns }: Side): number => median(turns.map((turn) => turn.wall)) / each
  const cpu = ({ turns }: Side): number => median(turns.map((turn) => turn.cpu)) / each
  const ratio = (left: Side, right: Side, pick: (timing: Timing) => number): number =>
    Math.round(median(left.turns.map((turn, at) => pick(turn) / pick(right.turns[at] as Timing))) * 1000) / 1000
  const byWall = ({ wall: time }: Timing): number => time
  const byCpu = ({ cpu: time }: Timing): number => time
  const perSecond = Math.round(1e9 / wall(several))
  return {
    workload,
    threads,
    accounts: shape.accounts,
    blockSize: shape.blockSize,
    transactions,
    runs,
    transactionsPerSecond: perSecond,
    messagesPerSecond: Math.round((perSecond * messages) / transactions),
    nanosecondsPerTransaction: Math.round(wall(several)),
    cpuMicrosecondsPerTransaction: Math.round(cpu(several) / 10) / 100,
    bareTransactionsPerSecond: Math.round(1e9 / wall(bare)),
    bareCpuMicrosecondsPerTransaction: Math.round(cpu(bare)) / 1000,
    ratioToBareLoop: ratio(bare, several, byWall),
    cpuRatioToBareLoop: ratio(bare, several, byCpu),
    worldMegabytes: undefined,
    residentMegabytes: Math.round(process.resourceUsage().maxRSS / 1000),
    root,
    besideOneThread: { transactionsPerSecond: Math.round(1e9 / wall(one)), speed: ratio(one, several, byWall), cpu: ratio(several, one, byCpu), apartSpeed: ratio(one, apart, byWall) },
  }
}
