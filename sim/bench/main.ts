import { execFile } from "node:child_process"
import { cpus, totalmem } from "node:os"
import { measure, measureEmptyBlock, type Row } from "./measure.ts"
import { measureThreads } from "./measure-threads.ts"
import { scaling } from "./scaling/main.ts"
import { comparisonsOf, head, heading, line, sentences } from "./print.ts"
import { sheet, THREADS, type Entry } from "./sheet.ts"
import { swaps } from "./workloads/swaps.ts"

/**
 * The honest sheet: `npm run bench [-- --json] [--quick] [--only PATTERN or group] [--here]`. Every figure stands beside the bare loop of the same run;
 * absolute times depend on the machine and on who else uses it. It decides no test. Each row is measured in a process of its own, so that what
 * the compiler learned from one workload neither helps nor harms the next; `--here` stays in this one, for a profiler. `--scaling` is a sheet of its
 * own, see `scaling/main.ts`.
 */

type Answer = { readonly row: Row } | { readonly skipped: string }

const has = (flag: string): boolean => process.argv.includes(flag)
const after = (flag: string): string | undefined => (has(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined)
const ONE_THREAD = [1]
const quick = has("--quick")
const json = has("--json")
const only = new RegExp(after("--only") ?? "", "i")

const measureHere = async ({ name, make, shape, runs, hashing, rival }: Entry, threads: number): Promise<Answer> => {
  if (!hashing && !has("--unhashed")) return { skipped: "a process of its own is needed to run without hashing" }
  return { row: await (threads === 1 ? measure(() => make(shape), runs, shape.blockSize, rival && (() => rival(shape))) : measureThreads({ name, shape }, runs, threads)) }
}

const measureApart = ({ name, hashing }: Entry, threads: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const flags = [...process.execArgv, "--expose-gc", ...(hashing ? [] : ["--import", new URL("./unhashed.ts", import.meta.url).href])]
    const given = ["--row", name, "--threads", String(threads), ...(quick ? ["--quick"] : []), ...(hashing ? [] : ["--unhashed"])]
    execFile(process.execPath, [...flags, process.argv[1] as string, ...given], { maxBuffer: 1 << 24 }, (problem, stdout, stderr) => {
      if (problem !== null) reject(new Error(`${name}: ${stderr === "" ? problem.message : stderr}`))
      else resolve(JSON.parse(stdout) as Answer)
    })
  })

const print = (text: string): void => {
  if (!json) process.stdout.write(text)
}

const run = async (): Promise<void> => {
  const rows = new Map<string, Row>()
  const groups = new Map<string, string>()
  const skipped: string[] = []
  print(`${head}\n`)
  const entries = sheet(quick).filter(({ name, group }) => only.test(name) || group === only.source)
  if (entries.length === 0) throw new Error(`no row is called like ${only.source}; there are: ${sheet(quick).map(({ name }) => name).join("; ")}`)
  let group = ""
  for (const entry of entries) for (const threads of entry.threaded ? THREADS : ONE_THREAD) {
    if (entry.group !== group) print(`${heading((group = entry.group))}\n`)
    const answer = has("--here") ? await measureHere(entry, threads) : await measureApart(entry, threads)
    if ("skipped" in answer) {
      skipped.push(`${entry.name}: ${answer.skipped}`)
      print(`${entry.name.padEnd(36)} skipped: ${answer.skipped}\n`)
    } else {
      groups.set(threads === 1 ? entry.name : `${entry.name}, ${threads} threads`, entry.group)
      rows.set(threads === 1 ? entry.name : `${entry.name}, ${threads} threads`, answer.row)
      print(`${line(entry.name, answer.row)}\n`)
    }
  }
  const whole = after("--only") === undefined
  const emptyBlock = whole ? { emptyBlockMicroseconds: await measureEmptyBlock(swaps(64, { accounts: 10_000, transactions: 0, blockSize: 1 })) } : {}
  const comparisons = { ...comparisonsOf(rows), ...emptyBlock }
  print(`\n${sentences(comparisons)}`)
  if (!json) return
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memoryGigabytes: Math.round(totalmem() / 2 ** 30) }
  process.stdout.write(`${JSON.stringify({ ...machine, rows: [...rows].map(([name, row]) => ({ group: groups.get(name), name, ...row })), skipped, ...comparisons })}\n`)
}

const name = after("--row")
if (has("--scaling")) await scaling(process.argv)
else if (name === undefined) await run()
else {
  const entry = sheet(quick).find((one) => one.name === name)
  if (entry === undefined) throw new Error(`no row is called ${name}`)
  process.stdout.write(JSON.stringify(await measureHere(entry, Number(after("--threads") ?? 1))))
}
