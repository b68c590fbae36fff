import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { grouped } from "../decimal.ts"
import { parseEvents } from "../replay-pool/events-file.ts"
import type { Recording } from "../replay-pool/recording.ts"
import { Replay, type Count, type ReplayReport } from "../replay-pool/replay.ts"
import { parseState } from "../replay-pool/state-file.ts"
import { FileUnreadable, SomethingFound } from "./failures.ts"
import { attempt } from "./load.ts"
import { paintFor, type Paint } from "./paint.ts"
import { watch } from "./run.ts"

const folder = Argument.String("folder").pipe(Argument.withDescription("a recording: a folder with state.json and events.csv"))
const json = Flag.Boolean("json").pipe(Flag.withDescription("print one object on one line instead of the summary"), Flag.withDefault(false))

export const replayPoolCommand = Command.make("replay-pool", { folder, json }, (given) => replay(given)).pipe(
  Command.withDescription(
    "Replay recorded events of a real Uniswap v3 pool through the engine and compare every amount, price, tick and liquidity. Exit code 1 when one differs.",
  ),
  Command.withShortDescription("replay a real pool's events and compare to the unit"),
)

const replay = (given: { readonly folder: string; readonly json: boolean }) =>
  Effect.gen(function* () {
    const recording = yield* load(given.folder.replace(/(?<=.)\/+$/, ""))
    const started = performance.now()
    const running = yield* attempt(() => new Replay(recording))
    yield* watch(`replay ${recording.state.name.slice(0, 12)}`, running.blocks.length, running)
    const seconds = (performance.now() - started) / 1000
    const report = yield* attempt(() => running.report())
    yield* Console.log(given.json ? JSON.stringify(jsonOf(recording, report, seconds)) : summary(recording, report, seconds, paintFor(process.stdout)))
    const found = findingOf(recording, report)
    if (found === undefined) return
    yield* Console.error(found)
    return yield* Effect.fail(new SomethingFound({ what: found }))
  })

const load = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const unreadable = (file: string, message: string) => new FileUnreadable({ file, problem: message.split("\n")[0] as string })
    const read = (file: string) => Effect.mapError(files.readFileString(file), ({ message }) => unreadable(file, message))
    const [stateFile, eventsFile] = [`${path}/state.json`, `${path}/events.csv`]
    const stateText = yield* read(stateFile)
    const eventsText = yield* read(eventsFile)
    const state = yield* attempt(() => parseState(stateText, stateFile))
    const events = yield* attempt(() => parseEvents(eventsText, eventsFile))
    return { folder: path, state, events } satisfies Recording
  })

const speedOf = ({ events }: ReplayReport, seconds: number): number => Math.round(events / Math.max(seconds, 0.001))

const jsonOf = ({ folder: path, state }: Recording, report: ReplayReport, seconds: number) => ({
  folder: path,
  pool: state.name,
  symbols: state.symbols,
  feePips: state.feePips,
  exact: report.swaps.exact,
  of: report.swaps.of,
  ...report,
  seconds: Math.round(seconds * 1000) / 1000,
  eventsPerSecond: speedOf(report, seconds),
})

const summary = ({ state }: Recording, report: ReplayReport, seconds: number, paint: Paint): string => {
  const row = (name: string, words: string): string => `  ${paint.dim(name.padEnd(9))} ${words}`
  const count = ({ exact, of }: Count, tone = exact === of ? paint.good : paint.bad): string => tone(`${grouped(exact)} of ${grouped(of)} exact`)
  return [
    "",
    paint.bold(`${state.symbols.join("/")} ${state.feePips / 10_000} %, ${state.name}`),
    row("swaps", `${count(report.swaps)}${report.swaps.resynced === 0 ? "" : `, ${grouped(report.swaps.resynced)} set from their rows`}`),
    row("mints", count(report.mints)),
    row("burns", count(report.burns)),
    row("collects", `${count(report.collects, (words) => words)}, the others have earned fees before the recording`),
    row("speed", `${grouped(report.events)} events in ${seconds.toFixed(2)} s, ${grouped(speedOf(report, seconds))} events/s`),
    row("root", report.root),
    "",
  ].join("\n")
}

const findingOf = ({ folder: path }: Recording, { mismatches, broken }: ReplayReport): string | undefined => {
  const words = [
    ...mismatches.map(({ row, kind, field, expected, got }) => `${path}/events.csv:${row}, ${kind}, ${field}: ${expected} recorded, ${got} replayed`),
    ...broken.map((invariant) => `the pool broke the invariant ${invariant}`),
  ]
  return words.length === 0 ? undefined : words.join("\n")
}
