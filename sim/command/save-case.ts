import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { join, relative, resolve } from "node:path"
import { Arena } from "../campaign/arena.ts"
import type { Campaign } from "../campaign/campaign.ts"
import { saveCase } from "../campaign/case-file.ts"
import type { Failing } from "../campaign/check.ts"
import type { Chosen } from "./check-options.ts"
import { FileUnwritable } from "./failures.ts"

/** Saves what a search found; gives the file. The same case has the same name. */
export const saveFound = (folder: Option.Option<string>, { given }: Chosen, campaign: Campaign, failing: Failing, seed: bigint) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const usual = yield* Effect.orElseSucceed(files.exists("property-tests"), () => false)
    const directory = Option.getOrElse(folder, () => (usual ? "property-tests/cases" : "cases"))
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
