import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Run, type RunReport } from "../run.ts"
import { SomethingFound } from "./failures.ts"
import { attempt, loadOptions, loadScenario, replayCommand, shellWord, type Given } from "./load.ts"
import { options } from "./options.ts"
import { paintFor } from "./paint.ts"
import { startProgress } from "./progress.ts"
import { planReport, writeReport, type ReportGiven } from "./report.ts"
import { summary } from "./summary.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("print one object on one line instead of the summary"), Flag.withDefault(false))

const reportFile = Flag.String("report").pipe(Flag.withMetavar("FILE.html"), Flag.withDescription("also write a report to look at in a browser: one file that needs no network"), Flag.optional)
const trace = Flag.String("trace").pipe(
  Flag.withMetavar("BLOCK:INDEX,..."),
  Flag.withDescription("transactions whose messages the report must show, whatever else it chooses"),
  Flag.optional,
)

export const runCommand = Command.make("run", { ...options, json, report: reportFile, trace }, (given) => play(given)).pipe(
  Command.withDescription("Run a scenario: agents act, blocks are made, every invariant is checked after every block. Exit code 1 when one is broken."),
  Command.withShortDescription("run a scenario and tell what came of it"),
)

const play = (given: Given & ReportGiven & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const scenario = yield* loadScenario(given.scenario)
    const chosen = yield* loadOptions(given)
    const planned = yield* planReport(given)
    const running = yield* attempt(() => new Run(scenario, chosen, planned))
    const { plan } = running
    const started = performance.now()
    yield* watch(`${scenario.name}`, plan.blocks, running)
    const seconds = (performance.now() - started) / 1000
    const report = running.report()
    if (given.json) yield* Console.log(JSON.stringify(jsonOf(report, seconds)))
    else yield* Console.log(summary(report, { seconds, startTime: plan.path.timeOf(0) }, paintFor(process.stdout)))
    const found = findingOf(report, replayCommand("run", given, report.seed, report.violation?.block ?? report.defects.first?.block ?? 0))
    if (found !== undefined) yield* Console.error(found)
    if (planned !== undefined) {
      const words = replayCommand("run", given, report.seed, report.header.height)
      const place = yield* writeReport(planned.file, running, `${words} --report ${shellWord(planned.file)}`)
      yield* (given.json ? Console.error : Console.log)(`report: ${place}`)
    }
    if (found === undefined) return
    return yield* Effect.fail(new SomethingFound({ what: found }))
  })

/** Steps until done, with a breath every so often, in which the progress is shown and a signal is heard. */
export const watch = (label: string, blocks: number, running: { readonly done: boolean; readonly height: number; readonly step: () => void }) =>
  Effect.gen(function* () {
    const progress = startProgress(label, blocks)
    const stretch = () => {
      const until = performance.now() + 50
      while (!running.done && performance.now() < until) running.step()
    }
    const loop = Effect.gen(function* () {
      while (!running.done) {
        yield* attempt(stretch)
        progress.show(running.height)
        yield* breath
      }
    })
    yield* Effect.ensuring(loop, Effect.sync(progress.end))
  })

const breath = Effect.callback<void>((resume) => {
  const handle = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(handle))
})

/** A report as plain JSON: amounts and prices are decimal strings, counts and seconds numbers. */
const jsonOf = (report: RunReport, seconds: number) => ({
  scenario: report.scenario,
  seed: String(report.seed),
  height: report.header.height,
  time: report.header.time,
  root: report.header.root,
  transactions: report.transactions,
  messages: report.messages,
  refused: report.refused,
  seconds: Math.round(seconds * 1000) / 1000,
  tps: Math.round(report.transactions / Math.max(seconds, 0.001)),
  refusals: report.refusals,
  defects: report.defects.count,
  violation: report.violation ?? null,
  ...Object.fromEntries(Object.entries(report.measurements).map(([name, { json: measured }]) => [name, measured])),
})

const findingOf = ({ violation, defects }: RunReport, replay: string): string | undefined => {
  if (violation !== undefined) {
    const values = Object.entries(violation.values).map(([name, value]) => `  ${name}: ${value}`)
    return [`block ${violation.block}: ${violation.actor} broke the invariant ${violation.invariant}`, ...values, `replay: ${replay}`].join("\n")
  }
  if (defects.first === undefined) return undefined
  return `${defects.count} defects; the first in block ${defects.first.block}: ${defects.first.actor}: ${defects.first.problem}\nreplay: ${replay}`
}
