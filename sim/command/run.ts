import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ThreadedWorld } from "../../core/index.ts"
import { Run, type RunReport } from "../run.ts"
import { planOf } from "../simulation.ts"
import { openRun, scenarioModule } from "../threaded.ts"
import { ChromeTrace } from "./chrome-trace.ts"
import { placementTable } from "./explain.ts"
import { InvalidOption, SomethingFound } from "./failures.ts"
import { attempt, loadOptions, loadScenario, replayCommand, scenarioName, shellWord, threadCounts, type Given } from "./load.ts"
import { options } from "./options.ts"
import { paintFor } from "./paint.ts"
import { startProgress } from "./progress.ts"
import { planReport, writeReport, type ReportGiven, type ReportPlan } from "./report.ts"
import { ShardTimes } from "./shard-times.ts"
import { summary, table } from "./summary.ts"

const flags = {
  json: Flag.Boolean("json").pipe(Flag.withDescription("print one object on one line instead of the summary"), Flag.withDefault(false)),
  threads: Flag.String("threads").pipe(Flag.withMetavar("N"), Flag.withDescription("threads that execute the blocks; default 1. The results are the same for every number"), Flag.optional),
  trace: Flag.String("trace").pipe(Flag.withMetavar("FILE"), Flag.withDescription("write what each thread did when, for about:tracing or Perfetto"), Flag.optional),
  report: Flag.String("report").pipe(Flag.withMetavar("FILE.html"), Flag.withDescription("also write a report to look at in a browser: one file that needs no network"), Flag.optional),
  tree: Flag.String("tree").pipe(
    Flag.withMetavar("BLOCK:INDEX,..."),
    Flag.withDescription("transactions whose messages the report must show, whatever else it chooses"),
    Flag.optional,
  ),
  explainPlacement: Flag.Boolean("explain-placement").pipe(Flag.withDescription("print who talks to whom, what was moved for it, and what that gained"), Flag.withDefault(false)),
}

export const runCommand = Command.make("run", { ...options, ...flags }, (given) => play(given)).pipe(
  Command.withDescription("Run a scenario: agents act, blocks are made, every invariant is checked after every block. Exit code 1 when one is broken."),
  Command.withShortDescription("run a scenario and tell what came of it"),
)

interface GivenRun extends Given, ReportGiven {
  readonly json: boolean
  readonly threads: Option.Option<string>
  readonly trace: Option.Option<string>
  readonly explainPlacement: boolean
}

/** A run, and what is known of its threads where it has any. */
interface Playing {
  readonly run: Run
  /** What a report was planned to show, where one is wanted. */
  readonly planned: ReportPlan | undefined
  readonly threads: number
  readonly threaded: ThreadedWorld | undefined
  readonly times: ShardTimes | undefined
  readonly end: Effect.Effect<void>
}

const open = (given: GivenRun) =>
  Effect.gen(function* () {
    const scenario = yield* loadScenario(given.scenario)
    const chosen = yield* loadOptions(given)
    const counts = yield* threadCounts("threads", given.threads)
    if (counts.length > 1) return yield* Effect.fail(new InvalidOption({ option: "threads", expected: "one number", value: Option.getOrElse(given.threads, () => "") }))
    const threads = counts[0] ?? 1
    const planned = yield* planReport(given)
    const file = Option.getOrUndefined(given.trace)
    if (threads === 1 && file === undefined && !given.explainPlacement) {
      const run = yield* attempt(() => new Run(scenario, chosen, planned))
      return { run, planned, threads, threaded: undefined, times: undefined, end: Effect.void } satisfies Playing
    }
    const modules = [scenarioModule(scenarioName(given.scenario), yield* attempt(() => planOf(scenario, chosen)))]
    const trace = file === undefined ? undefined : yield* attempt(() => new ChromeTrace(file))
    const { run, threaded } = yield* Effect.tryPromise({ try: () => openRun(scenario, chosen, { threads, modules }, planned), catch: (thrown) => thrown })
    const times = new ShardTimes(threaded, trace === undefined ? undefined : (height, stretches) => trace.block(height, stretches))
    const end = Effect.andThen(Effect.promise(() => threaded.close()), Effect.sync(() => trace?.end()))
    return { run, planned, threads, threaded, times, end } satisfies Playing
  })

const play = (given: GivenRun) => Effect.flatMap(open(given), (playing: Playing) => Effect.ensuring(tell(given, playing), playing.end))

const tell = (given: GivenRun, { run: running, planned, threads, threaded, times }: Playing) =>
  Effect.gen(function* () {
    const { plan } = running
    const started = performance.now()
    const step = (): void => {
      running.step()
      times?.note()
    }
    const watched = { step, get done() { return running.done }, get height() { return running.height } }
    yield* watch(plan.scenario.name, plan.blocks, watched)
    const seconds = (performance.now() - started) / 1000
    const report = running.report()
    const placement = threaded === undefined || !given.explainPlacement ? [] : placementTable(threaded)
    if (given.json) {
      const shards = times === undefined ? {} : { shards: times.json }
      const explained = placement.length === 0 ? {} : { placement: threaded?.looks }
      yield* Console.log(JSON.stringify({ ...jsonOf(report, seconds), threads, ...shards, ...explained }))
    } else {
      const paint = paintFor(process.stdout)
      const tables = [...(times === undefined ? [] : [times.table]), ...placement].map((measurement) => `${table(measurement, paint)}\n`)
      yield* Console.log([summary(report, { seconds, startTime: plan.path.timeOf(0) }, paint), ...tables].join("\n"))
    }
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
