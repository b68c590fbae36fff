import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Campaign } from "../campaign/campaign.ts"
import { campaignsIn, NoSuchCampaign, scheduleNamed, type UnknownOrder } from "../campaign/load.ts"
import { campaigns } from "../campaigns/index.ts"
import { FileUnreadable, InvalidOption, ModuleUnloadable, OptionWithout, UnknownCampaign } from "./failures.ts"

/** A campaign that a command was given, and the module that worker threads load it from. */
export interface Chosen {
  readonly campaign: Campaign
  readonly module: string
  /** As it was given. */
  readonly given: string
}

const BUNDLED_MODULE = new URL(import.meta.url.endsWith(".ts") ? "../campaigns/index.ts" : "../campaigns/index.js", import.meta.url).href

/** A bundled campaign by the name of its protocol, or one of a file: `my-campaign.ts`, or `my-campaign.ts#name` where it has several. */
export const chooseCampaign = (given: string) =>
  Effect.gen(function* () {
    const [path = "", wanted = ""] = given.split("#")
    const bundled = campaigns.find(({ name }) => name === path)
    if (bundled !== undefined) return { campaign: bundled, module: BUNDLED_MODULE, given } satisfies Chosen
    if (!/[./\\]/.test(path)) return yield* Effect.fail(new UnknownCampaign({ name: path, known: campaigns.map(({ name }) => name) }))
    const url = yield* moduleAt(path)
    const module = yield* importModule(path, url)
    const found = campaignsIn(module)
    const campaign = wanted === "" && found.length === 1 ? found[0] : found.find(({ name }) => name === wanted)
    if (campaign === undefined) return yield* Effect.fail(new NoSuchCampaign({ module: path, name: wanted, known: found.map(({ name }) => name) }))
    return { campaign, module: url, given } satisfies Chosen
  })

/** The URL of a file that is there. */
export const moduleAt = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const exists = yield* Effect.orElseSucceed(files.exists(path), () => false)
    return exists ? pathToFileURL(resolve(path)).href : yield* Effect.fail(new FileUnreadable({ file: path, problem: "no such file" }))
  })

const importModule = (file: string, url: string) =>
  Effect.tryPromise({
    try: async () => (await import(url)) as { readonly [name: string]: unknown },
    catch: (thrown) => (isTyped(thrown) ? thrown : new ModuleUnloadable({ file, problem: oneLine(thrown) })),
  })

/** A module whose campaign is malformed says so itself. */
const isTyped = (thrown: unknown): thrown is Error & { readonly _tag: string } => thrown instanceof Error && "_tag" in thrown

export const oneLine = (thrown: unknown): string => (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).split("\n")[0] as string

/** An option that is a whole number from `least`. */
export const wholeNumber = (option: string, given: Option.Option<string>, fallback: number, least: number, most = 1_000_000_000) => {
  if (Option.isNone(given)) return Effect.succeed(fallback)
  const value = Number(given.value)
  return /^\d{1,15}$/.test(given.value) && value >= least && value <= most
    ? Effect.succeed(value)
    : Effect.fail(new InvalidOption({ option, expected: `an integer from ${least} to ${most}`, value: given.value }))
}

/** The order that was asked for, if it is one. `exhaustive` explores instead of searching. */
export const orderOf = (given: Option.Option<string>) => {
  if (Option.isNone(given)) return Effect.succeed(undefined)
  const order = given.value
  if (order === "exhaustive") return Effect.succeed(order)
  return Effect.try({ try: () => (scheduleNamed(order), order), catch: (thrown) => thrown as UnknownOrder })
}

/** Refuses options that a mode would pass over in silence. */
export const refuseOptions = (mode: string, instead: string, given: { readonly [option: string]: Option.Option<string> | boolean }) => {
  for (const [option, value] of Object.entries(given)) {
    if (typeof value === "boolean" ? value : Option.isSome(value)) return Effect.fail(new OptionWithout({ option, mode, instead }))
  }
  return Effect.void
}
