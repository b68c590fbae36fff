#!/usr/bin/env node
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The command `blockstep`. Older versions of Node are told so before anything is loaded that they cannot load. */

const NEEDED = [22, 19] as const

/** A checkout's zoo imports the sources of the engine; the built engine would be a second one beside it, which knows none of its messages. */
const sources = fileURLToPath(new URL("../../sim/main.ts", import.meta.url))
const needsSources = import.meta.url.endsWith(".js") && process.argv.includes("--zoo") && existsSync(sources)

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`blockstep needs Node ${NEEDED.join(".")} or later, and this is ${process.versions.node}\n`)
  process.exitCode = 2
} else if (needsSources) {
  const { status } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", sources, ...process.argv.slice(2)], { stdio: "inherit" })
  process.exitCode = status ?? 1
} else {
  const { main } = await import("./command/cli.ts")
  main()
}
