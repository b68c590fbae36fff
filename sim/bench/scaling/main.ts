import { readFileSync, writeFileSync } from "node:fs"
import { cpus, loadavg } from "node:os"
import { costsOf, measureCrews } from "./costs.ts"
import { KINDS, type Kind } from "./kinds.ts"
import { dealt, drawFlow, loadsOf } from "./loads.ts"
import { measureMachine } from "./machine.ts"
import { predict, type Prediction } from "./model.ts"
import { markdown, text } from "./print.ts"
import { onePoint, simulatedPoint, twoPoints, type Check, type Simulated } from "./points.ts"

/**
 * `npm run bench -- --scaling [--json | --markdown | --into FILE.md] [--quick]`: what one piece of work costs on this machine, what that predicts for
 * 2 to 1,024 shards, and how far off the model is where it can be measured. `--markdown` prints the tables of core/SCALING.md, `--into` puts them there.
 */

const SIMULATED_SHARDS = 64
const SHARDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]
const BLOCK_SIZES = [10_000, 100_000, 1_000_000]

export interface Row {
  readonly kind: string
  readonly transactions: number
  readonly predictions: readonly Prediction[]
}

export interface Sheet {
  readonly machine: Awaited<ReturnType<typeof measureMachine>>
  readonly about: { readonly node: string; readonly cpu: string; readonly cores: number; readonly load: number; readonly date: string }
  readonly costs: ReturnType<typeof costsOf>
  readonly rows: readonly Row[]
  readonly checks: readonly Check[]
  readonly simulated: readonly Simulated[]
}

/** As many accounts as transactions in a block. */
export const rowsOf = (kinds: readonly Kind[], { costs, machine }: Pick<Sheet, "costs" | "machine">): readonly Row[] =>
  BLOCK_SIZES.flatMap((transactions) =>
    kinds.map((kind) => {
      const flow = drawFlow(kind.pools, transactions, transactions)
      return { kind: kind.name, transactions, predictions: SHARDS.map((shards) => predict(kind, loadsOf(flow, dealt(shards), shards), shards, costs, machine)) }
    }),
  )

export const measureScaling = async (blocks: number, say: (what: string) => void): Promise<Sheet> => {
  say("the machine")
  const machine = await measureMachine()
  say("pieces of work")
  const measured = measureCrews(KINDS, blocks)
  const costs = costsOf(measured, machine.digest)
  const checks: Check[] = KINDS.map((kind) => onePoint(kind, measured, costs, machine))
  const simulated: Simulated[] = []
  for (const kind of KINDS) {
    say(`${kind.name}: two threads`)
    checks.push(...(await twoPoints(kind, blocks * 2, measured, costs, machine)))
  }
  for (const kind of KINDS) {
    say(`${kind.name}: ${SIMULATED_SHARDS} shards in one thread`)
    const point = simulatedPoint(kind, SIMULATED_SHARDS, blocks, measured, costs, machine)
    simulated.push(point)
    checks.push(...point.checks)
  }
  const about = { node: process.version, cpu: cpus()[0]?.model ?? "", cores: cpus().length, load: Math.round(loadavg()[1] as number), date: new Date().toISOString().slice(0, 10) }
  return { machine, about, costs, rows: rowsOf(KINDS, { costs, machine }), checks, simulated }
}

/** Predictions by name, costs by the name of their kind. */
const json = ({ costs: { common, kinds }, ...rest }: Sheet): string =>
  JSON.stringify({ ...rest, costs: { common, kinds: Object.fromEntries([...kinds].map(([{ name }, cost]) => [name, cost])) } })

const BLOCKS = 8
const QUICK_BLOCKS = 3

export const scaling = async (flags: readonly string[]): Promise<void> => {
  const page = flags.includes("--into") ? flags[flags.indexOf("--into") + 1] : undefined
  // Before minutes are spent.
  if (page !== undefined) withTables(readFileSync(page, "utf8"), "")
  const sheet = await measureScaling(flags.includes("--quick") ? QUICK_BLOCKS : BLOCKS, (what) => void process.stderr.write(`${what}\n`))
  if (page !== undefined) return writeFileSync(page, withTables(readFileSync(page, "utf8"), markdown(sheet)))
  process.stdout.write(flags.includes("--json") ? `${json(sheet)}\n` : flags.includes("--markdown") ? markdown(sheet) : text(sheet))
}

const [BEGIN, END] = ["<!-- scaling -->", "<!-- /scaling -->"]

/** A page with other tables between its marks. Throws where it has none. */
export const withTables = (page: string, tables: string): string => {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`the page must have the marks ${BEGIN} and ${END}`)
  return `${page.slice(0, begin + BEGIN.length)}\n${tables}${page.slice(end)}`
}
