import { execFile } from "node:child_process"
import { join } from "node:path"
import type { CampaignRow } from "./row.ts"

/** The search of a campaign beside what a user would pick instead: each in a process of its own, one after the other. */

const ROWS: readonly (readonly [file: string, at: number])[] = [["blockstep", 0], ["blockstep", 1], ["blockstep", 2], ["blockstep", 3], ["forge", 0], ["ethereumjs", 0]]
const MINUTES_MAX = 10

export interface CampaignTable {
  readonly rows: readonly CampaignRow[]
  readonly skipped: readonly { readonly peer: string; readonly reason: string }[]
}

const run = (file: string, at: number): Promise<CampaignRow | { readonly skipped: string }> =>
  new Promise((resolve) => {
    const flags = ["--max-semi-space-size=128", "--no-warnings", join(import.meta.dirname, "run.ts"), file, String(at)]
    execFile(process.execPath, flags, { timeout: MINUTES_MAX * 60_000, maxBuffer: 1 << 24 }, (problem, stdout, stderr) => {
      const last = stdout.trimEnd().split("\n").at(-1) ?? ""
      if (problem === null && last.startsWith("{")) return resolve(JSON.parse(last) as CampaignRow)
      resolve({ skipped: (/^.*(?:Error|not installed).*$/m.exec(stderr)?.[0] ?? problem?.message ?? "no answer").trim().slice(0, 400) })
    })
  })

const whole = (value: number): string => String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ",")
const columns = (name: string, cells: readonly string[]): string => `${[name.padEnd(30), ...cells.map((cell) => cell.padStart(13))].join(" ")}\n`

/** Runs all rows; prints each as it comes. */
export const campaignTable = async (print: (text: string) => void): Promise<CampaignTable> => {
  const rows: CampaignRow[] = []
  const skipped: { peer: string; reason: string }[] = []
  print(`\n${columns("the constant-product campaign", ["threads", "calls/s", "actions/s", "calls/cpu s", "actions/cpu s", "refused"])}`)
  for (const [file, at] of ROWS) {
    const answer = await run(file, at)
    if ("skipped" in answer) {
      skipped.push({ peer: file, reason: answer.skipped })
      print(`${file} skipped: ${answer.skipped}\n`)
      continue
    }
    rows.push(answer)
    const { name, threads, calls, actions, seconds, cpuSeconds, refused, versions, more, less } = answer
    const rates = [calls / seconds, actions / seconds, calls / cpuSeconds, actions / cpuSeconds].map(whole)
    print(columns(name, [String(threads), ...rates, `${Math.round((100 * refused) / calls)} %`]))
    const packages = Object.entries(versions).map(([one, version]) => `${one} ${version}`).join(", ")
    print(`    ${packages === "" ? "" : `${packages}; `}more: ${more}; less: ${less}\n`)
  }
  return { rows, skipped }
}
