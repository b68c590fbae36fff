import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { grouped } from "../decimal.ts"
import type { Difference } from "../difference.ts"
import { Verifying } from "../verify.ts"
import { VerifyingThreads } from "../verify-threads.ts"
import { SomethingFound } from "./failures.ts"
import { attempt, loadOptions, loadScenario, replayCommand, scenarioName, threadCounts, type Given } from "./load.ts"
import { options } from "./options.ts"
import { paintFor } from "./paint.ts"
import { watch } from "./run.ts"

const threads = Flag.String("threads").pipe(Flag.withMetavar("1,2,8"), Flag.withDescription("compare runs on these numbers of threads instead"), Flag.optional)

export const verifyCommand = Command.make("verify", { ...options, threads }, (given) => (Option.isNone(given.threads) ? compare(given) : compareThreads(given))).pipe(
  Command.withDescription(
    "Run a scenario twice in lockstep, the second time with other clocks, chances, locales and orders of construction, and compare every header. Exit code 1 when they part; the first message that differs is named.",
  ),
  Command.withShortDescription("check that a scenario is deterministic"),
)

const compare = (given: Given) =>
  Effect.gen(function* () {
    const scenario = yield* loadScenario(given.scenario)
    const again = yield* loadScenario(given.scenario, true)
    const chosen = yield* loadOptions(given)
    const verifying = yield* attempt(() => new Verifying(scenario, { ...chosen, again: again === scenario ? undefined : again }))
    yield* Effect.ensuring(watch(`verify ${scenario.name}`, verifying.plan.blocks, verifying), Effect.sync(() => verifying.stop()))
    const { header, seed, difference } = verifying.report()
    const paint = paintFor(process.stdout)
    if (difference === undefined) {
      const told = `${scenario.name}, seed ${seed}: two runs of ${grouped(header?.height ?? 0)} blocks, ${paint.good("every header agrees")}\n  root  ${header?.root ?? ""}`
      return yield* Console.log(told)
    }
    const told = [...inWords(difference), `replay: ${replayCommand("verify", given, seed, difference.block)}`].join("\n")
    yield* Console.error(told)
    return yield* Effect.fail(new SomethingFound({ what: told }))
  })

const compareThreads = (given: Given & { readonly threads: Option.Option<string> }) =>
  Effect.gen(function* () {
    const scenario = yield* loadScenario(given.scenario)
    const chosen = yield* loadOptions(given)
    const counts = yield* threadCounts("threads", given.threads)
    const opening = () => VerifyingThreads.open(scenario, scenarioName(given.scenario), chosen, counts.length === 1 ? [1, ...counts] : counts)
    const verifying = yield* Effect.tryPromise({ try: opening, catch: (thrown) => thrown })
    yield* Effect.ensuring(watch(`verify ${scenario.name}`, verifying.plan.blocks, verifying), Effect.promise(() => verifying.close()))
    const { header, seed, roots, difference, threads: differing } = verifying.report()
    const paint = paintFor(process.stdout)
    const lines = roots.map(({ threads: count, root }) => `  ${String(count).padStart(2)} thread${count === 1 ? " " : "s"}  ${root}`)
    if (difference === undefined) {
      const told = `${scenario.name}, seed ${seed}: ${grouped(header?.height ?? 0)} blocks, ${paint.good("every header agrees")}`
      return yield* Console.log([told, ...lines].join("\n"))
    }
    const replay = `${replayCommand("verify", given, seed, difference.block)} --threads ${Option.getOrElse(given.threads, () => "")}`
    const told = [`on ${differing} threads:`, ...inWords(difference), ...lines, `replay: ${replay}`].join("\n")
    yield* Console.error(told)
    return yield* Effect.fail(new SomethingFound({ what: told }))
  })

const inWords = ({ block, parts, actor, message, field, first, second }: Difference): readonly string[] => [
  `block ${block}: the two runs part${parts.length === 0 ? "" : `, in the header's ${parts.join(" and ")}`}`,
  `  actor    ${actor}`,
  ...(message === undefined ? [] : [`  message  ${message.id}, ${message.type}`]),
  `  differs  ${field}`,
  `  first    ${first}`,
  `  second   ${second}`,
]
