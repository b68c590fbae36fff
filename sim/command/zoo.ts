import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { zooTable, type ZooRow, type ZooTable } from "../campaign/zoo-table.ts"
import { moduleAt, wholeNumber } from "./check-options.ts"
import type { CheckGiven } from "./check.ts"
import { InvalidOption, SomethingFound } from "./failures.ts"
import { paintFor } from "./paint.ts"
import { table } from "./summary.ts"

/** `blockstep check --zoo`: the table of documented failures. Exit code 1 when an entry is missed, or a repaired one gives an alarm. */
export const zooCommand = (given: CheckGiven) =>
  Effect.gen(function* () {
    const module = yield* moduleAt(Option.getOrElse(given.registry, () => "property-tests/zoo/index.ts"))
    const seeds = yield* wholeNumber("seeds", given.seeds, 20, 1)
    const runs = yield* wholeNumber("runs", given.runs, 2_000, 1)
    const fixedRuns = yield* wholeNumber("fixed-runs", given.fixedRuns, 20_000, 1)
    const workers = yield* wholeNumber("workers", given.workers, 1, 1, 64)
    const numbers = yield* numbersOf(given.only)
    const show = process.stderr.isTTY === true
    const done = (result: { readonly number: number; readonly variant: string; readonly mode: string }, count: number, total: number): void => {
      if (show) process.stderr.write(`\r\x1b[2Kzoo ${count}/${total}, ${result.variant === "target" ? "target" : "entry"} ${result.number} ${result.mode}`)
    }
    const found = yield* Effect.tryPromise({ try: () => zooTable(module, { seeds, runs, fixedRuns, workers, ...(numbers !== undefined && { numbers }), done }), catch: (thrown) => thrown })
    if (show) process.stderr.write("\r\x1b[2K")
    yield* Console.log(given.json ? JSON.stringify(found) : inWords(found))
    const { entries, detected, falseAlarms } = found.summary
    if (detected < entries || falseAlarms > 0) return yield* Effect.fail(new SomethingFound({ what: `${detected} of ${entries} found, ${falseAlarms} false alarms` }))
  })

const numbersOf = (only: Option.Option<string>) => {
  if (Option.isNone(only)) return Effect.succeed(undefined)
  return /^\d+(,\d+)*$/.test(only.value)
    ? Effect.succeed(only.value.split(",").map(Number))
    : Effect.fail(new InvalidOption({ option: "only", expected: "numbers with commas between them", value: only.value }))
}

const inWords = ({ seeds, runs, fixedRuns, rows, targets, summary }: ZooTable): string => {
  const columns = ["", "entry", "found", "run", "worst", "calls", "steps", "known", "defaults", "drained", "orders", "faults", "fixed passes"]
  const cells = (row: ZooRow): readonly string[] => [
    String(row.number),
    row.name,
    `${row.found}/${seeds}`,
    ...[row.runMedian, row.runMax, row.callsMedian].map(orDash),
    row.stepsMin === row.stepsMax ? orDash(row.stepsMax) : `${row.stepsMin}-${row.stepsMax}`,
    String(row.documentedSteps),
    `${row.foundByDefaults}/${seeds}`,
    ...[row.drained, row.orders, row.faults].map(orDash),
    row.falseAlarm === null ? String(row.fixedPassed) : `${row.fixedPassed}: ${row.falseAlarm}`,
  ]
  const notes = [
    `${seeds} seeds, ${runs} runs each; repaired entries ${fixedRuns} runs`,
    `${summary.detected} of ${summary.entries} found, ${summary.short} of them no more than a step longer than known, ${summary.detectedByDefaults} without an oracle of their own`,
    ...(targets.length === 0 ? [] : [`${targets.filter(({ falseAlarm }) => falseAlarm === null).length} of ${targets.length} targets that cannot be hit were not, in ${fixedRuns} runs each`]),
    `${summary.falseAlarms} false alarms; of ${summary.asyncEntries} async entries ${summary.asyncDrained} are found with each action drained and ${summary.asyncBoth} with orders and faults`,
  ]
  const headings = columns.map((heading, at) => ({ heading, right: at !== 1 && at < columns.length - 1 }))
  return `\n${table({ title: "The zoo", columns: headings, rows: rows.map(cells), notes, json: {} }, paintFor(process.stdout))}\n`
}

const orDash = (value: number | null): string => (value === null ? "-" : String(value))
