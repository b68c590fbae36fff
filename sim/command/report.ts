import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { resolve } from "node:path"
import { reportHtml } from "../report/html.ts"
import type { Place } from "../report/trees.ts"
import type { Run } from "../run.ts"
import { FileUnwritable, InvalidOption } from "./failures.ts"

/** What `--report` and `--tree` say. */
export interface ReportGiven {
  readonly report: Option.Option<string>
  readonly tree: Option.Option<string>
}

const TREES_MAX = 100
const EXPECTED = `transactions as BLOCK:INDEX, such as 12:0,40:3, at most ${TREES_MAX}`

/** The file of a report, and the transactions that it must show; undefined where none is asked for. */
export interface ReportPlan {
  readonly file: string
  readonly traces: readonly Place[]
}

/** Before a run starts, so that nothing is lost: the file is opened for writing, and what is in it stays. */
export const planReport = ({ report, tree }: ReportGiven) =>
  Effect.gen(function* () {
    const traces = Option.isNone(tree) ? [] : yield* placesIn(tree.value)
    if (Option.isNone(report)) {
      if (Option.isSome(tree)) return yield* Effect.fail(new InvalidOption({ option: "tree", expected: "given together with --report", value: tree.value }))
      return undefined
    }
    const file = report.value
    if (!/\.html?$/i.test(file)) return yield* Effect.fail(new InvalidOption({ option: "report", expected: "a file that ends in .html", value: file }))
    const files = yield* FileSystem.FileSystem
    const fresh = !(yield* Effect.orElseSucceed(files.exists(file), () => false))
    yield* Effect.mapError(files.writeFileString(file, "", { flag: "a" }), unwritable(file))
    if (fresh) yield* Effect.mapError(files.remove(file), unwritable(file))
    return { file, traces } satisfies ReportPlan
  })

/** Returns where it is. Throws nothing of its own; fails with `ChartFailed` or `FileUnwritable`. */
export const writeReport = (file: string, running: Run, command: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const html = yield* Effect.tryPromise({ try: async () => htmlOf(running, command), catch: (thrown) => thrown })
    yield* Effect.mapError(files.writeFileString(file, html), unwritable(file))
    return resolve(file)
  })

const htmlOf = async (running: Run, command: string): Promise<string> => {
  const recorded = running.recorded(command)
  if (recorded === undefined) throw new Error("the run was not recorded")
  return reportHtml(recorded, running.report())
}

const placesIn = (text: string) => {
  const places = text.split(",").map((word) => /^\s*(\d{1,9}):(\d{1,9})\s*$/.exec(word))
  if (places.length > TREES_MAX || places.some((place) => place === null)) return Effect.fail(new InvalidOption({ option: "tree", expected: EXPECTED, value: text }))
  return Effect.succeed(places.map((place): Place => ({ block: Number(place?.[1]), index: Number(place?.[2]) })))
}

const unwritable = (file: string) => (error: { readonly message: string }) => new FileUnwritable({ file, problem: error.message.split("\n")[0] as string })
