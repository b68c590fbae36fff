import { Crew } from "./crew.ts"
import { loadRegistry, loadTargets, tryZoo, type ZooJob, type ZooMode, type ZooResult } from "./zoo-job.ts"
import type { ZooEntry } from "./zoo.ts"

export interface ZooOptions {
  /** Seeds 0 to seeds - 1. Default 20. */
  readonly seeds?: number
  /** Runs of each seed within which a buggy entry must be found. Default 2,000. */
  readonly runs?: number
  /** Runs of each seed with default oracles alone, drained, with orders alone, with faults alone. Default: `runs`. */
  readonly modeRuns?: number
  /** Runs that each fixed entry must pass. Default 20,000. */
  readonly fixedRuns?: number
  /** Only these numbers. */
  readonly numbers?: readonly number[]
  /** Threads. Default 1: this one. */
  readonly workers?: number
  readonly done?: (result: ZooResult, count: number, total: number) => void
}

/** What the searches of one entry say. */
export interface ZooRow {
  readonly number: number
  readonly name: string
  readonly async: boolean
  readonly documentedSteps: number
  /** Seeds that found it, of all seeds. */
  readonly found: number
  readonly runMedian: number | null
  readonly runMax: number | null
  readonly callsMedian: number | null
  readonly callsMax: number | null
  /** Of the shrunk cases. */
  readonly stepsMin: number | null
  readonly stepsMedian: number | null
  readonly stepsMax: number | null
  /** Oracles that told of it, with how many seeds. */
  readonly oracles: { readonly [oracle: string]: number }
  /** Seeds that found it without an oracle of its own. */
  readonly foundByDefaults: number
  /** Runs that the fixed variant passed; less than were asked for: a false alarm. */
  readonly fixedPassed: number
  readonly falseAlarm: string | null
  /** Of an async entry: seeds that found it with each action drained, by orders alone, by faults alone. */
  readonly drained: number | null
  readonly orders: number | null
  readonly faults: number | null
}

export interface ZooTable {
  readonly seeds: number
  readonly runs: number
  readonly fixedRuns: number
  readonly rows: readonly ZooRow[]
  /** Why the schedule matters: of each async entry, how many seeds found it with each action drained and no fault, by orders alone, by faults alone, by both. */
  readonly schedule: readonly {
    readonly number: number
    readonly drained: number | null
    readonly orders: number | null
    readonly faults: number | null
    readonly both: number
  }[]
  /** Targets that no search may hit, with the runs that none of them did; empty where only some entries were asked for. */
  readonly targets: readonly { readonly name: string; readonly passed: number; readonly falseAlarm: string | null }[]
  readonly summary: {
    readonly entries: number
    /** Entries that at least 19 of 20 seeds found. */
    readonly detected: number
    /** Entries of whose shrunk cases none is longer than the documented sequence by more than a step. */
    readonly short: number
    readonly falseAlarms: number
    readonly detectedByDefaults: number
    readonly asyncEntries: number
    readonly asyncDrained: number
    readonly asyncBoth: number
  }
}

/** Searches every entry of a zoo: detection, false alarms, default oracles alone, and, for async ones, why the schedule matters. */
export const zooTable = async (module: string, options: ZooOptions = {}): Promise<ZooTable> => {
  const { seeds = 20, runs = 2_000, modeRuns = runs, fixedRuns = 20_000, numbers, workers = 1 } = options
  const entries = (await loadRegistry(module)).filter(({ number }) => numbers === undefined || numbers.includes(number))
  const names = numbers === undefined ? (await loadTargets(module)).map(({ name }) => name) : []
  const targetJobs = names.map((_, number): ZooJob => ({ kind: "zoo", module, number, variant: "target", mode: "full", seed: 0, runs: fixedRuns, shrink: false }))
  const jobs = [...entries.flatMap((entry) => jobsOf(module, entry, { seeds, runs, modeRuns, fixedRuns })), ...targetJobs]
  let count = 0
  const done = (result: ZooResult): void => options.done?.(result, ++count, jobs.length)
  const results = workers <= 1 ? await inTurn(jobs, done) : await onCrew(workers, jobs, done)
  const rows = entries.map((entry) => rowOf(entry, results.filter(({ number, variant }) => number === entry.number && variant !== "target")))
  const schedule = rows.filter((row) => row.async).map(({ number, drained, orders, faults, found }) => ({ number, drained, orders, faults, both: found }))
  const targets = names.map((name, at) => {
    const { run, runs: made, oracle } = results.find(({ number, variant }) => variant === "target" && number === at) as ZooResult
    return { name, passed: run ?? made, falseAlarm: oracle ?? null }
  })
  const falseAlarms = targets.filter(({ falseAlarm }) => falseAlarm !== null).length
  const summary = summaryOf(rows, seeds)
  return { seeds, runs, fixedRuns, rows, schedule, targets, summary: { ...summary, falseAlarms: summary.falseAlarms + falseAlarms } }
}

type Budget = Required<Pick<ZooOptions, "seeds" | "runs" | "modeRuns" | "fixedRuns">>

const jobsOf = (module: string, { number, async: isAsync }: ZooEntry, { seeds, runs, modeRuns, fixedRuns }: Budget): readonly ZooJob[] => {
  const modes: readonly ZooMode[] = isAsync ? ["full", "defaults", "drained", "orders", "faults"] : ["full", "defaults"]
  const buggy = modes.flatMap((mode) =>
    Array.from({ length: seeds }, (_, seed): ZooJob => ({ kind: "zoo", module, number, variant: "buggy", mode, seed, runs: mode === "full" ? runs : modeRuns, shrink: mode === "full" })),
  )
  return [...buggy, { kind: "zoo", module, number, variant: "fixed", mode: "full", seed: 0, runs: fixedRuns, shrink: false }]
}

const inTurn = async (jobs: readonly ZooJob[], done: (result: ZooResult) => void): Promise<readonly ZooResult[]> => {
  const results: ZooResult[] = []
  for (const job of jobs) {
    const result = await tryZoo(job)
    results.push(result)
    done(result)
  }
  return results
}

const onCrew = async (workers: number, jobs: readonly ZooJob[], done: (result: ZooResult) => void): Promise<readonly ZooResult[]> => {
  const crew = new Crew(workers)
  try {
    return await crew.all<ZooResult>(jobs, done)
  } finally {
    await crew.end()
  }
}

const rowOf = ({ number, name, async: isAsync, documentedSteps }: ZooEntry, results: readonly ZooResult[]): ZooRow => {
  const buggy = (mode: ZooMode) => results.filter((result) => result.variant === "buggy" && result.mode === mode && result.run !== undefined)
  const full = buggy("full")
  const fixed = results.find(({ variant }) => variant === "fixed") as ZooResult
  const oracles: { [oracle: string]: number } = {}
  for (const { oracle } of full) oracles[oracle as string] = (oracles[oracle as string] ?? 0) + 1
  const runIndexes = sorted(full.map(({ run }) => run as number))
  const calls = sorted(full.map((result) => result.calls))
  const steps = sorted(full.map((result) => result.steps as number))
  return {
    number,
    name,
    async: isAsync,
    documentedSteps,
    found: full.length,
    runMedian: median(runIndexes),
    runMax: runIndexes.at(-1) ?? null,
    callsMedian: median(calls),
    callsMax: calls.at(-1) ?? null,
    stepsMin: steps[0] ?? null,
    stepsMedian: median(steps),
    stepsMax: steps.at(-1) ?? null,
    oracles,
    foundByDefaults: buggy("defaults").length,
    fixedPassed: fixed.run === undefined ? fixed.runs : fixed.run,
    falseAlarm: fixed.run === undefined ? null : (fixed.oracle as string),
    drained: isAsync ? buggy("drained").length : null,
    orders: isAsync ? buggy("orders").length : null,
    faults: isAsync ? buggy("faults").length : null,
  }
}

const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b)
const median = (ascending: readonly number[]): number | null => ascending[ascending.length >> 1] ?? null

const summaryOf = (rows: readonly ZooRow[], seeds: number): ZooTable["summary"] => {
  const enough = Math.ceil((seeds * 19) / 20)
  const asyncRows = rows.filter((row) => row.async)
  const count = (list: readonly ZooRow[], holds: (row: ZooRow) => boolean): number => list.filter(holds).length
  return {
    entries: rows.length,
    detected: count(rows, ({ found }) => found >= enough),
    short: count(rows, ({ stepsMax, documentedSteps }) => stepsMax !== null && stepsMax <= documentedSteps + 1),
    falseAlarms: count(rows, ({ falseAlarm }) => falseAlarm !== null),
    detectedByDefaults: count(rows, ({ foundByDefaults }) => foundByDefaults >= enough),
    asyncEntries: asyncRows.length,
    asyncDrained: count(asyncRows, ({ drained }) => drained !== 0),
    asyncBoth: count(asyncRows, ({ found }) => found >= enough),
  }
}
