#!/usr/bin/env node
/** The command `blockstep`. Older versions of Node are told so before anything is loaded that they cannot load. */

const NEEDED = [22, 19] as const

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`blockstep needs Node ${NEEDED.join(".")} or later, and this is ${process.versions.node}\n`)
  process.exitCode = 2
} else {
  const { main } = await import("./command/cli.ts")
  main()
}
