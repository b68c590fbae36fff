import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { versionOf } from "../peer.ts"
import { bytecodeOf } from "../uniswap.ts"
import type { CampaignRow } from "./row.ts"
import { DEPTH } from "./same-campaign.ts"

/** Foundry's invariant runner on the real Uniswap v2 pair: its executable from npm, compiled by the JavaScript build of solc, nothing else. */

const RUNS = 60

const require = createRequire(import.meta.url)

const executable = (): { readonly file: string; readonly name: string } => {
  const system = process.platform === "win32" ? "win32" : process.platform
  const name = `@foundry-rs/forge-${system}-${process.arch === "x64" ? "amd64" : process.arch}`
  return { file: join(require.resolve(`${name}/package.json`), "..", "bin", process.platform === "win32" ? "forge.exe" : "forge"), name }
}

const CONFIG = `[profile.default]
src = "src"
test = "test"
libs = []
offline = true
auto_detect_solc = false
evm_version = "cancun"
optimizer = true
[invariant]
fail_on_revert = false
`

/** What forge takes for a solc of its own platform. */
const COMPILER = `#!/usr/bin/env node
const solc = require(${JSON.stringify(require.resolve("solc"))})
if (process.argv.includes("--version")) console.log("solc, the solidity compiler\\nVersion: " + solc.version().replace("Emscripten.clang", "Linux.g++"))
else {
  let text = ""
  process.stdin.on("data", (piece) => (text += piece)).on("end", () => process.stdout.write(solc.compile(text)))
}
`

interface Ran {
  readonly calls: number
  readonly reverts: number
  readonly seconds: number
  readonly cpuSeconds: number
}

const ran = (folder: string, forge: string, runs: number): Ran => {
  const env = { ...process.env, FOUNDRY_INVARIANT_RUNS: String(runs), FOUNDRY_INVARIANT_DEPTH: String(DEPTH) }
  const start = process.hrtime.bigint()
  // `times` of the shell tells what its children used.
  const { stdout, stderr } = spawnSync("sh", ["-c", '"$0" test --use ./solc.cjs --fuzz-seed 11; times', forge], { cwd: folder, env, encoding: "utf8" })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const counts = /\(runs: \d+, calls: (\d+), reverts: (\d+)\)/.exec(stdout)
  if (counts === null || !stdout.includes("[PASS]")) throw new Error(`forge did not pass: ${`${stdout}\n${stderr}`.trim().split("\n").slice(-12).join(" | ")}`)
  const [, user, system] = /(\S+) (\S+)\s*$/.exec(stdout.trimEnd()) as unknown as readonly [string, string, string]
  return { calls: Number(counts[1]), reverts: Number(counts[2]), seconds, cpuSeconds: inSeconds(user) + inSeconds(system) }
}

/** `1m2.34s`. */
const inSeconds = (text: string): number => {
  const [, minutes, seconds] = /^(?:(\d+)m)?([\d.]+)s$/.exec(text) as unknown as readonly [string, string | undefined, string]
  return Number(minutes ?? 0) * 60 + Number(seconds)
}

const row = async (): Promise<CampaignRow> => {
  const { file, name } = executable()
  const folder = mkdtempSync(join(tmpdir(), "blockstep-forge-"))
  try {
    writeFileSync(join(folder, "foundry.toml"), CONFIG)
    writeFileSync(join(folder, "solc.cjs"), COMPILER, { mode: 0o755 })
    cpSync(join(import.meta.dirname, "UniswapV2Campaign.t.sol"), join(folder, "test", "UniswapV2Campaign.t.sol"))
    const code = (contract: "UniswapV2Factory" | "ERC20"): string => `hex"${bytecodeOf(contract).slice(2)}"`
    writeFileSync(join(folder, "test", "Bytecode.sol"), `pragma solidity ^0.8.0;\nbytes constant FACTORY = ${code("UniswapV2Factory")};\nbytes constant TOKEN = ${code("ERC20")};\n`)
    ran(folder, file, 1)
    // The difference of two: compiled already, and without what starting costs.
    const [short, long] = [ran(folder, file, 2), ran(folder, file, RUNS + 2)]
    const actions = long.calls - short.calls
    return {
      name: "forge, invariant runner",
      versions: { [name]: versionOf(name), solc: versionOf("solc"), "@uniswap/v2-core": versionOf("@uniswap/v2-core") },
      threads: 1,
      actions,
      calls: actions,
      refused: long.reverts - short.reverts,
      seconds: long.seconds - short.seconds,
      cpuSeconds: long.cpuSeconds - short.cpuSeconds,
      more: "EVM bytecode, gas, cheatcodes",
      less: "one invariant after each call; no orders, no faults",
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const rows: readonly (() => Promise<CampaignRow>)[] = [row]
