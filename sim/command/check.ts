import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Arena } from "../campaign/arena.ts"
import { checkInParallel } from "../campaign/check-parallel.ts"
import type { CheckReport, Failing } from "../campaign/check.ts"
import { overridden } from "../campaign/load.ts"
import { chart } from "../campaign/chart.ts"
import { replayCase } from "../campaign/replay.ts"
import { chooseCampaign, orderOf, wholeNumber, type Chosen } from "./check-options.ts"
import { checkSummary, reportJson } from "./check-summary.ts"
import { readCorpus, writeCorpus } from "./corpus.ts"
import { startCounter } from "./counter.ts"
import { MissingCampaign, SomethingFound } from "./failures.ts"
import { exploreCommand } from "./explore.ts"
import { matrixCommand } from "./order-matrix.ts"
import { paintFor } from "./paint.ts"
import { saveFound, stillFailing } from "./save-case.ts"
import { zooCommand } from "./zoo.ts"

const text = (name: string, metavar: string, description: string) => Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)
const yes = (name: string, description: string) => Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

const settings = {
  campaign: Argument.String("campaign").pipe(
    Argument.withDescription("a bundled protocol, such as constant-product, or a file that exports a campaign: my-campaign.ts, my-campaign.ts#name"),
    Argument.optional,
  ),
  runs: text("runs", "N", "how many runs at most; default 1,000"),
  seed: text("seed", "S", "an integer; default 0"),
  from: text("from", "I", "index of the first run, as an earlier search printed it; default 0"),
  workers: text("workers", "W", "threads, from 1; the answer is the same for any number; default 1"),
  order: text("order", "ORDER", "causal, random, pct:3, delay:2 or exhaustive; default: the campaign's own"),
  faults: yes("faults", "faults that every chain has, where the campaign has none of its own"),
  maximise: text("maximise", "NAME", "search for the largest value of one of the campaign's objectives instead of a failure"),
  seconds: text("seconds", "T", "stop after so long, between two batches of runs"),
  corpus: text("corpus", "DIR", "where the runs that reached something new are kept: replayed before the search, and gone on from"),
  save: text("save", "DIR", "where a failing case is saved; default property-tests/cases where that is, else cases"),
  matrix: yes("matrix", "which pairs of actions commute, and what an order is worth to whom, instead of a search; --runs samples of each"),
  html: text("html", "FILE", "with --matrix: draw it as a page"),
  zoo: yes("zoo", "search the zoo of documented failures (--registry) and print its table"),
  registry: text("registry", "FILE", "with --zoo: the zoo's module; default property-tests/zoo/index.ts"),
  seeds: text("seeds", "N", "with --zoo: how many seeds; default 20"),
  fixedRuns: text("fixed-runs", "N", "with --zoo: runs that each repaired entry must pass; default 20,000"),
  only: text("only", "N,N", "with --zoo: the numbers of the entries; default: all"),
  json: yes("json", "print one object on one line instead of the summary"),
}

export type CheckGiven = Command.Command.Config.Infer<typeof settings>

export const checkCommand = Command.make("check", settings, (given) => (given.zoo ? zooCommand(given) : search(given))).pipe(
  Command.withDescription("Search a campaign's inputs, orders and faults until something breaks; shrink it and save it. Exit code 1 when something is found."),
  Command.withShortDescription("search for what breaks a protocol"),
)

const search = (given: CheckGiven) =>
  Effect.gen(function* () {
    if (Option.isNone(given.campaign)) return yield* Effect.fail(new MissingCampaign())
    const chosen = yield* chooseCampaign(given.campaign.value)
    if (given.matrix) return yield* matrixCommand(given, chosen)
    const order = yield* orderOf(given.order)
    if (order === "exhaustive") return yield* exploreCommand(given, chosen)
    const runs = yield* wholeNumber("runs", given.runs, 1_000, 1)
    const seed = yield* wholeNumber("seed", given.seed, 0, 0, Number.MAX_SAFE_INTEGER)
    const from = yield* wholeNumber("from", given.from, 0, 0)
    const workers = yield* wholeNumber("workers", given.workers, 1, 1, 64)
    const seconds = yield* wholeNumber("seconds", given.seconds, 0, 1)
    const overrides = { order, faults: given.faults ? true : undefined }
    const known = yield* stillFailing(given.save, overridden(chosen.campaign, overrides))
    if (known.length > 0) {
      yield* Console.error(known.map((file) => `still broken: blockstep replay ${file}`).join("\n"))
      return yield* Effect.fail(new SomethingFound({ what: known.join(", ") }))
    }
    const corpus = yield* readCorpus(given.corpus, overridden(chosen.campaign, overrides))
    const started = performance.now()
    const counter = startCounter(chosen.campaign.name, runs)
    const stop = (progress: Parameters<typeof counter.show>[0]): boolean => {
      counter.show(progress)
      return seconds > 0 && performance.now() - started > seconds * 1000
    }
    const origin = { module: chosen.module, campaign: chosen.campaign.name, ...overrides }
    const searching = Effect.tryPromise({ try: () => checkInParallel(origin, { runs, seed, from, workers, stop, corpus, ...(Option.isSome(given.maximise) && { objective: given.maximise.value }) }), catch: (thrown) => thrown })
    const report = yield* Effect.ensuring(searching, Effect.sync(counter.end))
    const elapsed = (performance.now() - started) / 1000
    const kept = yield* writeCorpus(given.corpus, overridden(chosen.campaign, overrides), corpus ?? [], report)
    const saved = report.failing === undefined ? undefined : yield* saveFound(given.save, chosen, overridden(chosen.campaign, overrides), report.failing, report.seed)
    if (given.json) yield* Console.log(JSON.stringify(reportJson(report, elapsed, saved)))
    else yield* Console.log(checkSummary(chosen.campaign, report, elapsed, paintFor(process.stdout), kept))
    return yield* conclude(chosen, overridden(chosen.campaign, overrides), report, report.failing, saved)
  })

const conclude = (chosen: Chosen, campaign: Chosen["campaign"], report: CheckReport, failing: Failing | undefined, saved: string | undefined) =>
  Effect.gen(function* () {
    if (failing === undefined) return
    const arena = new Arena(campaign, failing.case.parameters)
    const told = `${chart(arena, replayCase(campaign, failing.case, failing.finding, arena))}\n${failing.replayed ? `case ${failing.index} of the corpus` : `run ${failing.index}`}, ${failing.stepsBefore} steps, shrunk to ${failing.case.steps.length}; seed ${report.seed}\nreplay: blockstep replay ${saved}`
    yield* Console.error(told)
    return yield* Effect.fail(new SomethingFound({ what: `${chosen.given}: ${failing.finding.oracle}` }))
  })
