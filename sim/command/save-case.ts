import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { join, relative, resolve } from "node:path"
import { Arena } from "../campaign/arena.ts"
import type { Campaign } from "../campaign/campaign.ts"
import { headOf, saveCase } from "../campaign/case-file.ts"
import type { Failing } from "../campaign/check.ts"
import { CaseOfOtherDefinitions } from "../campaign/failures.ts"
import { replay } from "../campaign/replay.ts"
import { oneLine, type Chosen } from "./check-options.ts"
import { FileUnreadable, FileUnwritable } from "./failures.ts"
import { attempt } from "./load.ts"

/** Where cases lie, if nothing else is said. */
const folderOf = (given: Option.Option<string>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const usual = yield* Effect.orElseSucceed(files.exists("property-tests"), () => false)
    return Option.getOrElse(given, () => (usual ? "property-tests/cases" : "cases"))
  })

/** Saved cases of a campaign that still fail, before anything is searched; a case of other definitions is passed over with a word. */
export const stillFailing = (folder: Option.Option<string>, campaign: Campaign) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const directory = yield* folderOf(folder)
    const names = yield* Effect.orElseSucceed(files.readDirectory(directory), (): readonly string[] => [])
    const failing: string[] = []
    for (const name of [...names].filter((file) => file.endsWith(".json")).sort()) {
      const file = join(directory, name)
      const text = yield* Effect.mapError(files.readFileString(file), ({ message }) => new FileUnreadable({ file, problem: oneLine(message) }))
      const json = yield* Effect.try({ try: () => JSON.parse(text) as unknown, catch: (thrown) => new FileUnreadable({ file, problem: oneLine(thrown) }) })
      const own = yield* attempt(() => headOf(json).campaign === campaign.name)
      if (!own) continue
      const played = yield* Effect.catchIf(attempt(() => replay(campaign, json)), (error) => error instanceof CaseOfOtherDefinitions, (error) => Effect.as(Console.error(`${file}: ${(error as Error).message}`), undefined))
      if (played?.still === true) failing.push(file)
    }
    return failing
  })

/** Saves what a search found; gives the file. The same case has the same name. */
export const saveFound = (folder: Option.Option<string>, { given }: Chosen, campaign: Campaign, failing: Failing, seed: bigint) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const directory = yield* folderOf(folder)
    const [path = ""] = given.split("#")
    // A file is named from where the case lies, so that both can move together.
    const module = /[./\\]/.test(path) ? relative(resolve(directory), resolve(path)).replaceAll("\\", "/") : undefined
    const saved = saveCase(new Arena(campaign, failing.case.parameters), { case: failing.case, finding: failing.finding }, { seed, index: failing.index, module })
    const text = `${JSON.stringify(saved, undefined, 2)}\n`
    const digest = createHash("sha256").update(JSON.stringify([saved.steps, saved.decisions, saved.faults, saved.parameters])).digest("hex").slice(0, 8)
    const file = join(directory, `${campaign.name.replaceAll(/[^\w.-]+/g, "-")}-${failing.finding.oracle.replaceAll(/[^\w.-]+/g, "-")}-${digest}.json`)
    const write = Effect.andThen(files.makeDirectory(directory, { recursive: true }), files.writeFileString(file, text))
    yield* Effect.mapError(write, ({ message }) => new FileUnwritable({ file, problem: message }))
    return file
  })
