import { execFile, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { campaignTable } from "./campaign/main.ts"
import type { Measured } from "./run-peer.ts"
import { CROSSINGS, kindOf } from "./v3.ts"

/**
 * `npm run bench:peers [-- --json] [--only PATTERN]`: what a user would pick instead, on the same workloads in the same run. The first time it
 * installs this folder's own packages, from the npm registry and without running any script of theirs. Each peer has a process of its own;
 * one that cannot run here is skipped with the reason. `--only campaign` compares the search of a campaign alone.
 */

/** Each on the one workload that it is for. */
const PEERS = ["ethereumjs", "edr", "solana", "ton", "swingset", "xstate", "nact", "comedy"]
/** On each course of Uniswap v3. */
const V3_PEERS = ["uniswap-v3-sdk", "uniswap-v3-evm"]
const MINUTES_MAX = 10

const has = (flag: string): boolean => process.argv.includes(flag)
const json = has("--json")
const only = new RegExp(has("--only") ? (process.argv[process.argv.indexOf("--only") + 1] ?? "") : "", "i")

const install = (): void => {
  if (existsSync(join(import.meta.dirname, "node_modules"))) return
  process.stderr.write("installing the peers...\n")
  // Not `npm ci`, which refuses a lock file without the native parts that the registry does not have for every platform.
  const given = ["install", "--no-save", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
  const { status } = spawnSync("npm", given, { cwd: import.meta.dirname, stdio: ["ignore", 2, 2] })
  if (status !== 0) throw new Error(`npm install ended with ${status}`)
}

const run = (...given: string[]): Promise<Measured | { readonly skipped: string }> =>
  new Promise((resolve) => {
    const flags = ["--max-semi-space-size=128", "--expose-gc", "--no-warnings", join(import.meta.dirname, "run-peer.ts"), ...given]
    execFile(process.execPath, flags, { cwd: import.meta.dirname, timeout: MINUTES_MAX * 60_000, maxBuffer: 1 << 24 }, (problem, stdout, stderr) => {
      const last = stdout.trimEnd().split("\n").at(-1) ?? ""
      if (problem === null && last.startsWith("{")) return resolve(JSON.parse(last) as Measured)
      const reason = /^.*(?:Error|not installed).*$/m.exec(stderr)?.[0] ?? problem?.message ?? "no answer"
      resolve({ skipped: problem?.killed === true ? `not done within ${MINUTES_MAX} minutes` : reason.trim().slice(0, 200) })
    })
  })

const print = (text: string): void => {
  if (!json) process.stdout.write(text)
}
const whole = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",")
const columns = (name: string, cells: readonly string[]): string => `${[name.padEnd(34), ...cells.map((cell, at) => cell.padStart(at === 0 ? 22 : 11))].join(" ")}\n`

const line = ({ name, versions, workload, transactionsPerSecond, cpuMicrosecondsPerTransaction, cpuRatioToBareLoop, cpuRatioToBlockstep = 1, more, less }: Measured): string => {
  const packages = Object.entries(versions).map(([one, version]) => `${one} ${version}`).join(", ")
  const figures = [workload, whole(transactionsPerSecond), cpuMicrosecondsPerTransaction.toFixed(2), String(cpuRatioToBareLoop), String(cpuRatioToBlockstep)]
  return `${columns(name, figures)}    ${packages === "" ? "" : `${packages}; `}more: ${more}; less: ${less}\n`
}

install()
const rows: Measured[] = []
const skipped: { readonly peer: string; readonly reason: string }[] = []
const peers = PEERS.filter((peer) => only.test(peer)).map((peer) => [peer])
const v3 = V3_PEERS.filter((peer) => only.test(peer))
const runs: readonly (readonly string[])[] = [
  ...(peers.length === 0 ? [] : [["blockstep", "swaps"], ["blockstep", "payments"], ...peers]),
  ...CROSSINGS.map(kindOf).flatMap((kind) => (v3.length === 0 ? [] : ["blockstep", ...v3].map((peer) => [peer, kind]))),
]
if (runs.length > 0) print(columns("", ["workload", "tx/s", "cpu us/tx", "of bare", "of ours"]))
for (const given of runs) {
  const answer = await run(...given)
  if ("skipped" in answer) {
    skipped.push({ peer: given.join(", "), reason: answer.skipped })
    print(`${given.join(", ")} skipped: ${answer.skipped}\n`)
  } else {
    rows.push(answer)
    print(line(answer))
  }
}
const campaign = only.test("campaign") ? await campaignTable(print) : undefined
if (json) process.stdout.write(`${JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, rows, skipped, campaign })}\n`)
