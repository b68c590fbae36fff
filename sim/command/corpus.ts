import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { join } from "node:path"
import type { Campaign } from "../campaign/campaign.ts"
import type { Case } from "../campaign/case.ts"
import type { CheckReport } from "../campaign/check.ts"
import { corpusKey, loadCorpus, saveCorpus } from "../campaign/corpus.ts"
import { Searcher } from "../campaign/search.ts"
import { oneLine } from "./check-options.ts"
import { FileUnreadable, FileUnwritable } from "./failures.ts"
import { attempt } from "./load.ts"

/** `--corpus DIR`: one file for each campaign and form of its definitions. */
const fileOf = (directory: string, campaign: Campaign): string => join(directory, `${campaign.name.replaceAll(/[^\w.-]+/g, "-")}-${corpusKey(campaign)}.json`)

/** The corpus of earlier searches; empty where there was none, undefined where none is asked for. */
export const readCorpus = (given: Option.Option<string>, campaign: Campaign) =>
  Effect.gen(function* () {
    if (Option.isNone(given)) return undefined
    const files = yield* FileSystem.FileSystem
    const file = fileOf(given.value, campaign)
    const exists = yield* Effect.orElseSucceed(files.exists(file), () => false)
    if (!exists) return [] as readonly Case[]
    const text = yield* Effect.mapError(files.readFileString(file), ({ message }) => new FileUnreadable({ file, problem: oneLine(message) }))
    const json = yield* Effect.try({ try: () => JSON.parse(text) as unknown, catch: (thrown) => new FileUnreadable({ file, problem: oneLine(thrown) }) })
    return yield* attempt(() => loadCorpus(campaign, json))
  })

/** Keeps what a search reached for the next one; gives the file and how many cases are in it. */
export const writeCorpus = (given: Option.Option<string>, campaign: Campaign, earlier: readonly Case[], report: CheckReport) =>
  Effect.gen(function* () {
    if (Option.isNone(given)) return undefined
    const files = yield* FileSystem.FileSystem
    const file = fileOf(given.value, campaign)
    const failing = report.failing === undefined ? [] : [report.failing.case]
    // What failed is first, so that the next search says so at once; nothing of what was there is lost by a search that ended early.
    const saved = yield* attempt(() => saveCorpus(new Searcher(campaign, report.seed, { guided: true }), [...failing, ...earlier, ...report.kept]))
    const write = Effect.andThen(files.makeDirectory(given.value, { recursive: true }), files.writeFileString(file, `${JSON.stringify(saved)}\n`))
    yield* Effect.mapError(write, ({ message }) => new FileUnwritable({ file, problem: oneLine(message) }))
    return { file, cases: saved.cases.length }
  })
