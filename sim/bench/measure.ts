import { World } from "../../core/index.ts"
import { nameOf, type Bare, type Workload } from "./workload.ts"

/** Nobody asks for receipts while time is taken, on one thread as on several. */
export const TELLING = { tell: "totals" } as const

/** One row of the sheet: medians over alternating runs of the engine and the bare loop on the same transactions. */
export interface Row {
  readonly workload: string
  readonly threads: number
  readonly accounts: number
  readonly blockSize: number
  readonly transactions: number
  readonly runs: number
  /** End to end: admission, execution, reconciliation, header. */
  readonly transactionsPerSecond: number
  readonly messagesPerSecond: number
  readonly nanosecondsPerTransaction: number
  /** Of all threads. */
  readonly cpuMicrosecondsPerTransaction: number
  readonly bareTransactionsPerSecond: number
  readonly bareCpuMicrosecondsPerTransaction: number
  /** Time of the bare loop over time of the engine, the median of the runs' own ratios: 1 would be as fast as the hardware can. */
  readonly ratioToBareLoop: number
  /** The same by CPU time, which other programs on the machine disturb less. */
  readonly cpuRatioToBareLoop: number
  /** Live memory of the world after the run; undefined where the garbage collector is not exposed. */
  readonly worldMegabytes: number | undefined
  /** The most that the process ever had in memory: both worlds, and the list of transactions. */
  readonly residentMegabytes: number
  readonly root: string
  /** Of rows with another way to do the same. */
  readonly besideRival?: BesideRival
  /** Of rows on several threads. */
  readonly besideOneThread?: BesideOneThread
}

/** Another way to do the same, in turns of the same process. */
export interface BesideRival {
  readonly workload: string
  /** How many times as many transactions a second as this row: the median of the turns' own ratios. */
  readonly speed: number
}

/** Several threads beside one, on the same transactions in turns of the same run. */
export interface BesideOneThread {
  readonly transactionsPerSecond: number
  /** How many times as many transactions a second as one thread: the median of the turns' own ratios. */
  readonly speed: number
  /** How many times as much CPU time, of all threads. */
  readonly cpu: number
  /** How many times as many transactions a second as many worlds came to that exchange nothing, one a thread: what the machine had to give. */
  readonly apartSpeed: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] as number
}

export interface Timing {
  readonly wall: number
  readonly cpu: number
}

/** Nanoseconds of a call, by the wall clock and by the CPU time of this process. */
export const timed = async (call: () => void | Promise<void>): Promise<Timing> => {
  const cpuBefore = process.cpuUsage()
  const start = process.hrtime.bigint()
  const waited = call()
  if (waited !== undefined) await waited
  const wall = Number(process.hrtime.bigint() - start)
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wall, cpu: (user + system) * 1000 }
}

/**
 * Takes out of the young generation what lived before time is taken, the list of transactions above all, which is the sheet's own. Else one side or the
 * other pays for it by chance: the first collection of a run moved up to 80 MB of list (swaps over 64 pools came to 0.21 to 0.29 of the bare loop in four
 * measurements, and to 0.25 to 0.29 in four that took turns with them and settled first).
 */
export const settleMemory = (): void => {
  for (let round = 0; round < 2; round++) void globalThis.gc?.({ type: "minor" })
}

/** Bytes that are in use, objects and buffers. */
const live = (): number | undefined => {
  if (globalThis.gc === undefined) return undefined
  void globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What the world says of those accounts. */
export const balancesIn = (workload: Workload, world: World): readonly bigint[] =>
  compared(workload).map(([account, asset]) => workload.balanceIn?.(world, account) ?? world.balance(account, asset))

const COMPARED_MAX = 1_000

/** Some accounts, spread over all. */
const compared = ({ accounts, assetsOf }: Workload): readonly (readonly [account: string, asset: string])[] => {
  const step = Math.max(1, Math.floor(accounts / COMPARED_MAX))
  const pairs: (readonly [string, string])[] = []
  for (let index = 0; index < accounts; index += step) for (const asset of assetsOf(index)) pairs.push([nameOf(index), asset])
  return pairs
}

/** Blocks of each run that are not timed, so that what is measured is a world that runs, not one that begins: at most a third of all. */
const WARM_BLOCKS = 8
const warmOf = ({ blocks }: Workload): number => Math.min(WARM_BLOCKS, Math.floor(blocks.length / 3))

/** Transactions of the blocks that are timed, without those that only drive the workload. */
const countedIn = (workload: Workload): number => {
  const { blocks, uncounted = 0 } = workload
  const timedBlocks = blocks.slice(warmOf(workload))
  return timedBlocks.reduce((sum, block) => sum + block.length, 0) - Math.round((uncounted * timedBlocks.length) / blocks.length)
}

type Blocks = Workload["blocks"]

/** One side of a run: who applies blocks, those that are timed, and how long they took so far. */
interface Side {
  readonly apply: (blocks: Blocks) => void
  readonly blocks: Blocks
  wall: number
  cpu: number
}

const sideOf = (workload: Workload, apply: Side["apply"]): Side => {
  const warm = warmOf(workload)
  apply(workload.blocks.slice(0, warm))
  return { apply, blocks: workload.blocks.slice(warm), wall: 0, cpu: 0 }
}

const onTheClock = async (side: Side, call: () => void): Promise<void> => {
  const { wall, cpu } = await timed(call)
  side.wall += wall
  side.cpu += cpu
}

/**
 * The sides of a run take turns so often in it. What else the host does slows a core down by half for some tenths of a second, and falls on all sides
 * so: where each side had its whole run, one and the same engine came to 0.21 to 0.29 of the bare loop.
 */
const STRETCHES = 4

const takeTurns = async (sides: readonly Side[]): Promise<void> => {
  settleMemory()
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    for (const side of stretch % 2 === 0 ? sides : sides.toReversed()) {
      const at = (end: number): number => Math.floor((end * side.blocks.length) / STRETCHES)
      const blocks = side.blocks.slice(at(stretch), at(stretch + 1))
      await onTheClock(side, () => side.apply(blocks))
    }
  }
}

interface EngineRun extends Timing {
  readonly root: string
  /** That ended while it was timed. */
  readonly messages: number
}

interface EngineSide extends Side {
  readonly world: World
  /** Brings what is under way to its end, on the clock, and says what the run came to. */
  readonly end: () => Promise<EngineRun>
}

const engineSide = (workload: Workload): EngineSide => {
  const world = World.make(workload.genesis, TELLING)
  for (const block of workload.setup) world.step(block)
  let messages = 0
  const step = (block?: Blocks[number]): void => void (messages += world.step(block).raw.totals.ended)
  const side = sideOf(workload, (blocks) => blocks.forEach((block) => step(block)))
  messages = 0
  const end = async (): Promise<EngineRun> => {
    await onTheClock(side, () => {
      while (world.pending > 0) step()
    })
    world.audit()
    return { wall: side.wall, cpu: side.cpu, root: world.header.root, messages }
  }
  return Object.assign(side, { world, end })
}

/** CPU time of the engine, in nanoseconds a transaction of one run. */
export const engineCpu = async (workload: Workload): Promise<number> => {
  const engine = engineSide(workload)
  await takeTurns([engine])
  return (await engine.end()).cpu / countedIn(workload)
}

/** Live bytes that a world adds, as it is after its whole workload; undefined where the garbage collector is not exposed. */
const weigh = async (workload: Workload): Promise<number | undefined> => {
  const before = live()
  if (before === undefined) return undefined
  const engine = engineSide(workload)
  engine.apply(engine.blocks)
  await engine.end()
  const after = live() as number
  // The world must live up to here.
  return engine.world.height === 0 ? undefined : after - before
}

/** A bare loop that does something else would make every ratio a lie. */
export const checkAgreement = (workload: Workload, balances: readonly bigint[], bare: Bare): void => {
  for (const [index, [account, asset]] of compared(workload).entries()) {
    const expected = bare.balance(account, asset)
    if (balances[index] !== expected) {
      throw new Error(`${workload.name}: ${account} has ${balances[index]} ${asset} in the engine and ${expected} in the bare loop`)
    }
  }
}

/** Runs of both that are for the compiler: a world gets faster for some 60 blocks, and most runs have 20. */
export const COMPILER_RUNS = 3

/** Measures one workload on one thread. `make` is called anew for every run and side, since genesis and transactions are consumed. */
export const measure = async (make: () => Workload, runs: number, blockSize: number, makeRival?: () => Workload): Promise<Row> => {
  const engines: EngineRun[] = []
  const bares: Timing[] = []
  const rivals: { readonly workload: string; readonly each: number }[] = []
  const unmeasured = runs > 1 ? COMPILER_RUNS : 1
  const bytes = await weigh(make())
  let workload = make()
  for (let run = 0; run < unmeasured + runs; run++) {
    // Each reads a list of its own, so that neither finds it warm in the caches.
    workload = make()
    const plain = make()
    const rival = makeRival?.()
    const engine = engineSide(workload)
    const loop = plain.bare()
    const bare = sideOf(plain, loop.apply)
    const other = rival && engineSide(rival)
    const sides = [engine, bare, ...(other === undefined ? [] : [other])]
    await takeTurns(run % 2 === 0 ? sides : sides.toReversed())
    engines.push(await engine.end())
    bares.push({ wall: bare.wall, cpu: bare.cpu })
    checkAgreement(workload, balancesIn(workload, engine.world), loop)
    if (rival !== undefined && other !== undefined) rivals.push({ workload: rival.name, each: (await other.end()).wall / countedIn(rival) })
  }
  for (const list of [engines, bares, rivals]) list.splice(0, unmeasured)
  const transactions = countedIn(workload)
  const wall = median(engines.map((engine) => engine.wall))
  const speeds = rivals.map((rival, run) => (engines[run] as EngineRun).wall / transactions / rival.each)
  const each = (pick: (timing: Timing) => number) => engines.map((engine, run) => pick(bares[run] as Timing) / pick(engine))
  return {
    workload: workload.name,
    threads: 1,
    accounts: workload.accounts,
    blockSize,
    transactions,
    runs,
    transactionsPerSecond: Math.round((transactions * 1e9) / wall),
    messagesPerSecond: Math.round(((engines[0] as EngineRun).messages * 1e9) / wall),
    nanosecondsPerTransaction: Math.round(wall / transactions),
    cpuMicrosecondsPerTransaction: Math.round(median(engines.map((engine) => engine.cpu)) / transactions / 10) / 100,
    bareTransactionsPerSecond: Math.round((transactions * 1e9) / median(bares.map((bare) => bare.wall))),
    bareCpuMicrosecondsPerTransaction: Math.round(median(bares.map((bare) => bare.cpu)) / transactions) / 1000,
    ratioToBareLoop: Math.round(median(each(({ wall: time }) => time)) * 1000) / 1000,
    cpuRatioToBareLoop: Math.round(median(each(({ cpu }) => cpu)) * 1000) / 1000,
    worldMegabytes: bytes === undefined ? undefined : Math.round(bytes / 1e5) / 10,
    residentMegabytes: Math.round(process.resourceUsage().maxRSS / 1000),
    root: (engines[0] as EngineRun).root,
    ...(rivals[0] !== undefined && { besideRival: { workload: rivals[0].workload, speed: Math.round(median(speeds) * 1000) / 1000 } }),
  }
}

/** Microseconds of an empty block of a world that has actors: the median of many. */
export const measureEmptyBlock = async (workload: Workload): Promise<number> => {
  const world = World.make(workload.genesis, TELLING)
  for (const block of workload.setup) world.step(block)
  const times: number[] = []
  for (let block = 0; block < 3000; block++) times.push((await timed(() => void world.step())).wall)
  return Math.round(median(times.slice(1000)) / 10) / 100
}
