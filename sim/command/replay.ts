import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { dirname, relative, resolve } from "node:path"
import { Arena } from "../campaign/arena.ts"
import { headOf } from "../campaign/case-file.ts"
import { chart } from "../campaign/chart.ts"
import { casePage } from "../campaign/html.ts"
import { replay } from "../campaign/replay.ts"
import { chooseCampaign, oneLine } from "./check-options.ts"
import { FileUnreadable, FileUnwritable, SomethingFound } from "./failures.ts"
import { attempt } from "./load.ts"

const settings = {
  file: Argument.String("case.json").pipe(Argument.withDescription("a case that a search saved")),
  campaign: Flag.String("campaign").pipe(Flag.withMetavar("CAMPAIGN"), Flag.withDescription("a bundled protocol or a file; default: what the case says"), Flag.optional),
  html: Flag.String("html").pipe(Flag.withMetavar("FILE"), Flag.withDescription("draw it as a page"), Flag.optional),
  json: Flag.Boolean("json").pipe(Flag.withDescription("print one object on one line instead of the chart"), Flag.withDefault(false)),
}

export const replayCaseCommand = Command.make("replay", settings, (given) => play(given)).pipe(
  Command.withDescription("Play a saved case again: its messages, what each block changed, and what broke. Exit code 1 while the failure is still there."),
  Command.withShortDescription("play a saved case again"),
)

const play = (given: Command.Command.Config.Infer<typeof settings>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { file } = given
    const text = yield* Effect.mapError(files.readFileString(file), ({ message }) => new FileUnreadable({ file, problem: oneLine(message) }))
    const json = yield* Effect.try({ try: () => JSON.parse(text) as unknown, catch: (thrown) => new FileUnreadable({ file, problem: oneLine(thrown) }) })
    const head = yield* attempt(() => headOf(json))
    const own = head.module === undefined ? head.campaign : `./${relative(process.cwd(), resolve(dirname(file), head.module))}#${head.campaign}`
    const { campaign } = yield* chooseCampaign(Option.getOrElse(given.campaign, () => own))
    const played = yield* attempt(() => replay(campaign, json))
    const arena = new Arena(campaign, played.case.parameters)
    if (Option.isSome(given.html)) {
      const page = given.html.value
      yield* Effect.mapError(files.writeFileString(page, casePage(arena, played)), ({ message }) => new FileUnwritable({ file: page, problem: oneLine(message) }))
    }
    const { finding, still, blocks } = played
    if (given.json) yield* Console.log(JSON.stringify({ campaign: campaign.name, still, finding: finding ?? null, blocks: blocks.length, root: blocks.at(-1)?.header.root ?? null }))
    else yield* Console.log(chart(arena, played))
    if (still) return yield* Effect.fail(new SomethingFound({ what: `${finding?.oracle}` }))
  })
