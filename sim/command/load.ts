import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { BUNDLED } from "../bundled.ts"
import { parsePrices, type PriceFileOptions } from "../prices/csv.ts"
import { InvalidScenario, parseScenario } from "../scenario.ts"
import type { RunOptions } from "../simulation.ts"
import { importAgain } from "./reload.ts"
import { FileUnreadable, InvalidOption, ScenarioUnloadable, UnknownScenario } from "./failures.ts"

/** Options as they stand on the command line. */
export interface Given {
  readonly scenario: string
  readonly blocks: Option.Option<string>
  readonly seed: Option.Option<string>
  readonly prices: Option.Option<string>
  readonly from: Option.Option<string>
  readonly to: Option.Option<string>
}

/** Whether the argument means a file: it has a dot or a slash. */
const isFile = (scenario: string): boolean => /[./\\]/.test(scenario)

/** The scenario of a name or a file. `again` loads a file once more, so that what its modules keep for themselves is not shared. */
export const loadScenario = (given: string, again = false) =>
  Effect.gen(function* () {
    if (!isFile(given)) {
      const bundled = Object.hasOwn(BUNDLED, given) ? BUNDLED[given] : undefined
      return bundled ?? (yield* Effect.fail(new UnknownScenario({ name: given, known: Object.keys(BUNDLED) })))
    }
    const files = yield* FileSystem.FileSystem
    const exists = yield* Effect.orElseSucceed(files.exists(given), () => false)
    if (!exists) return yield* Effect.fail(new FileUnreadable({ file: given, problem: "no such file" }))
    const url = pathToFileURL(resolve(given)).href
    const module = yield* Effect.tryPromise({
      try: async () => (await (again ? importAgain(url) : import(url))) as { readonly default?: unknown },
      catch: (thrown) => (thrown instanceof InvalidScenario ? thrown : new ScenarioUnloadable({ file: given, problem: oneLine(thrown) })),
    })
    if (module.default === undefined) return yield* Effect.fail(new ScenarioUnloadable({ file: given, problem: "it has no default export" }))
    return yield* attempt(() => parseScenario(module.default))
  })

/** What the options say, with the price file read. */
export const loadOptions = (given: Given) =>
  Effect.gen(function* () {
    const blocks = yield* integer("blocks", given.blocks)
    const seed = yield* integer("seed", given.seed)
    const file = Option.getOrUndefined(given.prices)
    const from = Option.getOrUndefined(given.from)
    const to = Option.getOrUndefined(given.to)
    const lonely = from !== undefined ? "from" : to !== undefined ? "to" : undefined
    if (file === undefined && lonely !== undefined) {
      return yield* Effect.fail(new InvalidOption({ option: lonely, expected: "given together with --prices", value: (from ?? to) as string }))
    }
    const prices = file === undefined ? undefined : yield* readPrices({ file, ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
    return { blocks: blocks === undefined ? undefined : Number(blocks), seed, prices } satisfies RunOptions
  })

const readPrices = (options: PriceFileOptions) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const text = yield* Effect.mapError(files.readFileString(options.file), ({ message }) => new FileUnreadable({ file: options.file, problem: oneLine(message) }))
    return yield* Effect.fromResult(parsePrices(text, options))
  })

const integer = (option: string, given: Option.Option<string>) => {
  if (Option.isNone(given)) return Effect.succeed(undefined)
  const { value } = given
  return /^[+-]?\d{1,30}$/.test(value) ? Effect.succeed(BigInt(value.replace("+", ""))) : Effect.fail(new InvalidOption({ option, expected: "an integer", value }))
}

/** What threads know a scenario by. */
export const scenarioName = (given: string): string => (isFile(given) ? pathToFileURL(resolve(given)).href : given)

/** Numbers of threads, as they stand on the command line. */
export const threadCounts = (option: string, given: Option.Option<string>) => {
  if (Option.isNone(given)) return Effect.succeed<readonly number[]>([])
  const counts = given.value.split(",").map(Number)
  const fits = counts.every((count) => Number.isSafeInteger(count) && count >= 1 && count <= 64)
  return fits ? Effect.succeed<readonly number[]>(counts) : Effect.fail(new InvalidOption({ option, expected: "numbers of threads from 1 to 64, separated by commas", value: given.value }))
}

/** Runs what throws typed errors; they become the Effect's failures. */
export const attempt = <A>(compute: () => A): Effect.Effect<A, unknown> => Effect.try({ try: compute, catch: (thrown) => thrown })

const oneLine = (thrown: unknown): string => (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).split("\n")[0] as string

/** A word of a command line, quoted where a shell would take it for more. */
export const shellWord = (text: string): string => (/^[\w./:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** The command that repeats a run up to a block. */
export const replayCommand = (command: string, given: Given, seed: bigint, blocks: number): string => {
  const words = ["blockstep", command, given.scenario, "--blocks", String(Math.max(1, blocks)), "--seed", String(seed)]
  for (const option of ["prices", "from", "to"] as const) {
    const value = given[option]
    if (Option.isSome(value)) words.push(`--${option}`, shellWord(value.value))
  }
  return words.join(" ")
}
