import { whole } from "../print.ts"
import type { Row, Sheet } from "./main.ts"
import type { Parts, Prediction } from "./model.ts"
import type { Check } from "./points.ts"

/** The sheet as tables, for a terminal and for the page. */

interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const WORDS: { readonly [part in keyof Parts]: string } = {
  work: "work",
  busiest: "busiest shard",
  slots: "all slots",
  pairs: "pairs",
  views: "views",
  conductor: "conductor",
  meeting: "meetings",
}

const micro = (nanoseconds: number, digits = 2): string => (nanoseconds / 1000).toFixed(digits)
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
const perSecond = ({ transactions }: Row, nanoseconds: number): number => (transactions * 1e9) / nanoseconds
/** Three figures are more than a model knows. */
const rounded = (value: number): string => {
  const unit = 10 ** Math.max(0, String(Math.round(value)).length - 3)
  return whole(Math.round(value / unit) * unit)
}

const machineTable = ({ machine, costs: { common } }: Sheet): Table => ({
  title: "Costs that do not depend on the workload",
  head: ["what", "us"],
  rows: [
    ["a meeting of 2 threads, nothing to do (95th percentile)", `${micro(machine.wake, 1)} (${micro(machine.wakeLate, 1)})`],
    ["to wake each further thread", micro(machine.notify, 1)],
    ...machine.meetings.slice(1).map(({ threads, nanoseconds }) => [`a meeting of ${threads} threads on this machine's cores`, micro(nanoseconds, 1)]),
    ["a shard's fixed work for 1,024 slots, a block", micro(common.fixed.reduce((sum, time) => sum + time, 0), 0)],
    ["a pair of shards, both meetings, nothing to say, each direction", micro(common.pair.reduce((sum, time) => sum + time, 0))],
    ["a new view of another shard's actor, each shard", micro(common.view)],
    ["sealing a digest of 64 bytes; a kilobyte more", `${micro(machine.digest)}; ${micro(machine.digestByte * 1024)}`],
    ["combining 3 x 1,024 digests into a header", micro(machine.combine, 0)],
    ["conductor: a shard; a slot's digest; a changed asset of a shard", `${micro(common.conductShard)}; ${micro(common.conductDigest)}; ${micro(common.conductAsset)}`],
    ["copying a kilobyte into shared memory", micro(machine.copyByte * 1024)],
  ],
})

const workTable = ({ costs: { kinds } }: Sheet): Table => ({
  title: "Costs of a transaction, us (CPU)",
  head: ["workload", "admit", "handle", "credit an answer", "order it", "hash at sender", "at receiver", "pack, unpack a transaction", "an answer", "bytes"],
  rows: [...kinds].map(([{ name }, cost]) => [
    name,
    micro(cost.admit),
    micro(cost.handle),
    micro(cost.credit),
    micro(cost.order),
    micro(cost.hashSender),
    micro(cost.hashReceiver),
    `${micro(cost.packTransaction)}, ${micro(cost.unpackTransaction)}`,
    cost.bytesAnswer === 0 ? "" : `${micro(cost.packAnswer)}, ${micro(cost.unpackAnswer)}`,
    cost.bytesTransaction.toFixed(0),
  ]),
})

const predictedTables = ({ rows }: Sheet): readonly Table[] =>
  [...new Set(rows.map(({ transactions }) => transactions))].map((transactions) => {
    const chosen = rows.filter((row) => row.transactions === transactions)
    return {
      title: `Predicted transactions a second, blocks of ${whole(transactions)}`,
      head: ["shards", ...chosen.flatMap(({ kind }) => [kind, "in advance", "bound by"])],
      rows: (chosen[0] as Row).predictions.map(({ shards }, at) => [
        whole(shards),
        ...chosen.flatMap((row) => {
          const prediction = row.predictions[at] as Prediction
          return [rounded(perSecond(row, prediction.block)), rounded(perSecond(row, prediction.ahead)), WORDS[prediction.binding]]
        }),
      ]),
    }
  })

const WHAT: { readonly [what in Check["what"]]: string } = { block: "time", ahead: "time, asked for in advance", cpu: "CPU of all", longest: "CPU of the longest" }

const checkTable = ({ checks }: Sheet): Table => ({
  title: "The model against what was measured, us a block of 10,000",
  head: ["workload", "shards", "of a block", "predicted", "measured", "error"],
  rows: checks.map(({ kind, shards, what, predicted, measured, error }) => [
    kind, `${shards}${shards > 2 ? ", simulated" : ""}`, WHAT[what], whole(predicted), whole(measured), `${error > 0 ? "+" : ""}${percent(error)}`,
  ]),
})

const bytesTable = ({ simulated }: Sheet): Table => ({
  title: "The simulated exchange: bytes between shards, a block of 10,000",
  head: ["workload", "shards", "predicted", "counted", "share of exchange in the shards' CPU time"],
  rows: simulated.map(({ kind, shards, bytes, predictedBytes, exchangeShare }) => [kind, String(shards), whole(predictedBytes), whole(bytes), percent(exchangeShare)]),
})

const tables = (sheet: Sheet): readonly Table[] => [machineTable(sheet), workTable(sheet), ...predictedTables(sheet), checkTable(sheet), bytesTable(sheet)]

const aboutOf = ({ about: { node, cpu, cores, load, date }, checks }: Sheet): string =>
  `Measured on ${date}: ${cpu.trim()}, ${cores} cores, Node ${node.slice(1)}, with a load of ${load} while it ran.${load > cores && !checks.some(({ shards, what }) => shards === 2 && what === "block") ? " Under such a load the time of two threads says nothing, so it is left out; CPU times are told instead." : ""}`

export const text = (sheet: Sheet): string =>
  [aboutOf(sheet), ...tables(sheet).map(({ title, head, rows }) => [title, ...aligned([head, ...rows])].join("\n"))].join("\n\n") + "\n"

const aligned = (lines: readonly (readonly string[])[]): readonly string[] => {
  const widths = (lines[0] as readonly string[]).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)))
  return lines.map((line) => `  ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join("  ")}`.trimEnd())
}

export const markdown = (sheet: Sheet): string =>
  [aboutOf(sheet), ...tables(sheet).map(({ title, head, rows }) => `### ${title}\n\n${[head, head.map((_, column) => (column === 0 ? "---" : "--:")), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")}`)].join("\n\n") + "\n"
