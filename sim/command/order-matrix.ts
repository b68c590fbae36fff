import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { orderMatrix, type OrderMatrix } from "../campaign/order-matrix.ts"
import { grouped } from "../decimal.ts"
import { oneLine, wholeNumber, type Chosen } from "./check-options.ts"
import type { CheckGiven } from "./check.ts"
import { FileUnwritable } from "./failures.ts"
import { attempt } from "./load.ts"
import { paintFor } from "./paint.ts"
import { table } from "./summary.ts"

/** `blockstep check --matrix`: which pairs of actions commute, and what an order is worth to whom. */
export const matrixCommand = (given: CheckGiven, { campaign }: Chosen) =>
  Effect.gen(function* () {
    const seed = yield* wholeNumber("seed", given.seed, 0, 0, Number.MAX_SAFE_INTEGER)
    const samples = yield* wholeNumber("runs", given.runs, 20, 1)
    const found = yield* attempt(() => orderMatrix(campaign, { samples, seed }))
    if (Option.isSome(given.html)) {
      const files = yield* FileSystem.FileSystem
      const file = given.html.value
      yield* Effect.mapError(files.writeFileString(file, page(found)), ({ message }) => new FileUnwritable({ file, problem: oneLine(message) }))
    }
    yield* Console.log(given.json ? JSON.stringify(found, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)) : inWords(found))
  })

/** `=` where all pairs commute, else the share that does; below, what an order is worth. */
const inWords = (found: OrderMatrix): string => {
  const columns = [{ heading: "" }, ...found.actions.map((heading) => ({ heading, right: true }))]
  const rows = found.actions.map((first) => [first, ...found.actions.map((second) => share(cellOf(found, first, second)))])
  const worth = found.cells
    .filter((cell) => cell.worth > 0n)
    .sort((a, b) => (a.worth > b.worth ? -1 : a.worth < b.worth ? 1 : `${a.first} ${a.second}` < `${b.first} ${b.second}` ? -1 : 1))
    .map(({ first, second, worth: most, to }) => [`${first} and ${second}`, grouped(most), to ?? ""])
  const paint = paintFor(process.stdout)
  return `\n${table({ title: `${found.campaign}: pairs that commute`, columns, rows, notes: [LEGEND], json: {} }, paint)}\n\n${table({ title: "What an order is worth at most, in smallest units", columns: [{ heading: "" }, { heading: "worth", right: true }, { heading: "to" }], rows: worth, json: {} }, paint)}\n`
}

const LEGEND = "= in every sample; else in how many of 100; ? never both possible"

const cellOf = ({ cells }: OrderMatrix, a: string, b: string) => cells.find(({ first, second }) => (first === a && second === b) || (first === b && second === a))

const share = (cell: ReturnType<typeof cellOf>): string =>
  cell === undefined || cell.samples === 0 ? "?" : cell.commuting === cell.samples ? "=" : `${Math.floor((100 * cell.commuting) / cell.samples)} %`

const CLASSES: { readonly [share: string]: string } = { "=": "same", "?": "unknown" }

const page = (found: OrderMatrix): string => {
  const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  const body = found.actions.map((first) => {
    const cells = found.actions.map((second) => {
      const cell = cellOf(found, first, second)
      const worth = cell === undefined || cell.worth === 0n ? "" : `<br><small>${grouped(cell.worth)} to ${escaped(cell.to ?? "")}</small>`
      return `<td class="${CLASSES[share(cell)] ?? "differs"}">${share(cell)}${worth}</td>`
    })
    return `<tr><th>${escaped(first)}</th>${cells.join("")}</tr>`
  })
  const style = `body{font:14px system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}h1{font-size:1.3rem;white-space:nowrap}
table{border-collapse:collapse}td,th{padding:.4rem .6rem;border:1px solid #8884;text-align:right;white-space:nowrap}.same{background:#e8f5e9}.differs{background:#fdecea}
@media(prefers-color-scheme:dark){body{background:#14171a;color:#e6e6e6}.same{background:#1d3323}.differs{background:#3d2322}}`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(found.campaign)}: order</title><style>${style}</style></head><body>
<h1>${escaped(found.campaign)}: pairs that commute, and what an order is worth at most</h1>
<p>${LEGEND}. Below it, what choosing the order is worth at most, in smallest units, and to whom.</p>
<table><tr><th></th>${found.actions.map((name) => `<th>${escaped(name)}</th>`).join("")}</tr>${body.join("")}</table></body></html>
`
}
