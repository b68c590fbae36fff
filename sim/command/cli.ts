import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { existsSync, readFileSync } from "node:fs"
import { checkCommand } from "./check.ts"
import { FOUND, MISUSED, SomethingFound } from "./failures.ts"
import { replayPoolCommand } from "./replay-pool.ts"
import { replayCaseCommand } from "./replay.ts"
import { runCommand } from "./run.ts"
import { verifyCommand } from "./verify.ts"

const root = Command.make("blockstep").pipe(
  Command.withDescription("A deterministic actor-model DeFi framework: run a market, verify that it is deterministic, search for what breaks a protocol."),
  Command.withSubcommands([runCommand, verifyCommand, checkCommand, replayCaseCommand, replayPoolCommand]),
)

/** Help and the version go to the standard output; what is wrong with a command line, in one line each, to the standard error. */
const presenter: CliOutput.Presenter = {
  present: (event) => {
    if (event._tag !== "InvalidInvocation") return CliOutput.defaultPresenter.present(event)
    const command = event.commandPath.join(" ")
    return Console.error([...event.errors.map(({ message }) => `blockstep: ${message}`), `try ${command} --help`].join("\n"))
  },
}

/** The version of the package, which lies above this file, in its sources and when it is built. */
const version = (): string => {
  const file = ["../../package.json", "../../../package.json"].map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url))
  return file === undefined ? "unknown" : (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version
}

const INTERRUPTED = 130
/** Of sysexits.h: an internal error. */
const BROKEN = 70

/** Runs the command line to its exit code: 0, 1 when something was found, 2 for what cannot be understood or read. */
export const program = (args: readonly string[]): Effect.Effect<number> =>
  Command.runWith(root, { version: version() })(args).pipe(
    Effect.as(0),
    Effect.catch((error: unknown) => Effect.as(tell(error), error instanceof SomethingFound ? FOUND : MISUSED)),
    Effect.catchDefect((defect) => Effect.as(Console.error(defect), BROKEN)),
    Effect.provide(Layer.mergeAll(NodeServices.layer, CliOutput.layerPresenter(presenter), CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }))),
  )

/** The sentence of a typed error. Others are bugs, and are passed on. */
const tell = (error: unknown): Effect.Effect<void> => {
  if (error instanceof SomethingFound) return Effect.void
  if (!(error instanceof Error && "_tag" in error)) return Effect.die(error)
  return error._tag === "ShowHelp" ? Effect.void : Console.error(`blockstep: ${error.message}`)
}

export const main = (): void =>
  NodeRuntime.runMain(program(process.argv.slice(2)), {
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? (exit.value as number) : INTERRUPTED),
  })
