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

interface EngineRun extends Timing {
  readonly root: string
  readonly messages: number
  readonly bytes: number | undefined
  readonly balances: readonly bigint[]
}

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

const runEngine = async (workload: Workload, weigh: boolean): Promise<EngineRun> => {
  const before = weigh ? live() : undefined
  const world = World.make(workload.genesis, TELLING)
  for (const block of workload.setup) world.step(block)
  const warm = warmOf(workload)
  for (const block of workload.blocks.slice(0, warm)) world.step(block)
  const blocks = workload.blocks.slice(warm)
  settleMemory()
  let messages = 0
  const timing = await timed(() => {
    for (const block of blocks) messages += world.step(block).raw.totals.ended
    while (world.pending > 0) messages += world.step().raw.totals.ended
  })
  const after = weigh ? live() : undefined
  world.audit()
  const bytes = before === undefined || after === undefined ? undefined : after - before
  return { ...timing, root: world.header.root, messages, bytes, balances: balancesIn(workload, world) }
}

/** CPU time of the engine, in nanoseconds a transaction of one run. */
export const engineCpu = async (workload: Workload): Promise<number> => (await runEngine(workload, false)).cpu / countedIn(workload)

interface BareRun extends Timing {
  readonly bare: Bare
}

const runBare = async (workload: Workload): Promise<BareRun> => {
  const bare = workload.bare()
  const warm = warmOf(workload)
  bare.apply(workload.blocks.slice(0, warm))
  const blocks = workload.blocks.slice(warm)
  settleMemory()
  return { ...(await timed(() => bare.apply(blocks))), bare }
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

/** Measures one workload on one thread. `make` is called anew for every run, since genesis and transactions are consumed. */
export const measure = async (make: () => Workload, runs: number, blockSize: number, makeRival?: () => Workload): Promise<Row> => {
  const engines: EngineRun[] = []
  const bares: Timing[] = []
  const rivals: { readonly workload: string; readonly each: number }[] = []
  const unmeasured = runs > 1 ? COMPILER_RUNS : 1
  let workload = make()
  for (let run = 0; run < unmeasured + runs; run++) {
    // Each reads a list of its own, so that neither finds it warm in the caches. Every other run begins with the bare loop.
    const first = run % 2 === 1 ? await runBare(make()) : undefined
    workload = make()
    const engine = await runEngine(workload, run === 0)
    const bare = first ?? (await runBare(make()))
    checkAgreement(workload, engine.balances, bare.bare)
    if (makeRival !== undefined) {
      const rival = makeRival()
      rivals.push({ workload: rival.name, each: (await runEngine(rival, false)).wall / countedIn(rival) })
    }
    engines.push(engine)
    bares.push({ wall: bare.wall, cpu: bare.cpu })
  }
  const bytes = (engines[0] as EngineRun).bytes
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
