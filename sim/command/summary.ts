import { grouped } from "../decimal.ts"
import type { Measurement } from "../metric.ts"
import type { RunReport } from "../run.ts"
import type { Paint } from "./paint.ts"

/** Seconds that the run took; the only thing in a summary that another machine would tell otherwise. */
export interface Timing {
  readonly seconds: number
  readonly startTime: number
}

/** A run in words, for people, at most 80 characters wide where the names allow it. */
export const summary = (report: RunReport, { seconds, startTime }: Timing, paint: Paint): string => {
  const { header } = report
  const perSecond = (count: number) => grouped(Math.round(count / Math.max(seconds, 0.001)))
  const facts: readonly Row[] = [
    ["blocks", `${grouped(header.height)}, from ${utc(startTime)} to ${utc(header.time)} UTC`],
    ["root", header.root],
    ["transactions", `${grouped(report.transactions)}, ${grouped(report.refused)} of them refused`],
    ["messages", grouped(report.messages)],
    ["speed", `${perSecond(report.transactions)} transactions/s, ${perSecond(header.height)} blocks/s, ${seconds.toFixed(1)} s`],
    ["invariants", report.violation === undefined ? paint.good("held after every block") : paint.bad("broken, see below")],
    ...(report.defects.count === 0 ? [] : [["defects", paint.bad(defectsInWords(report))] as const]),
  ]
  const sections = [
    paint.bold(`${report.scenario}, seed ${report.seed}`),
    facts.map(([name, value]) => `  ${paint.dim(name.padEnd(13))} ${value}`).join("\n"),
    ...Object.values(report.measurements).map((measurement) => table(measurement, paint)),
    table(refusalsOf(report), paint),
  ]
  return `\n${sections.join("\n\n")}\n`
}

type Row = readonly [name: string, value: string]

const defectsInWords = ({ defects: { count, first } }: RunReport): string =>
  `${grouped(count)}; the first in block ${grouped(first?.block ?? 0)}, ${first?.actor}: ${first?.problem}`

const refusalsOf = ({ refusals }: RunReport): Measurement => ({
  title: "Refused",
  columns: [{ heading: "" }, { heading: "", right: true }],
  rows: Object.keys(refusals).length === 0 ? [["nothing", ""]] : Object.entries(refusals).map(([kind, count]) => [kind, grouped(count)]),
  json: refusals,
})

/** A table with its columns aligned; what begins with + is painted as a gain, with - as a loss. */
export const table = ({ title, columns, rows, notes = [] }: Measurement, paint: Paint): string => {
  const headings = columns.map(({ heading }) => heading)
  const widths = columns.map((_, column) => Math.max(...[headings, ...rows].map((row) => (row[column] ?? "").length)))
  const line = (row: readonly string[], tone: (cell: string) => string): string =>
    `  ${columns.map(({ right }, column) => cellOf(row[column] ?? "", widths[column] as number, right === true, tone)).join("  ")}`.trimEnd()
  const tone = (cell: string): string => (/^\+.*[1-9]/.test(cell) ? paint.good(cell) : /^-.*[1-9]/.test(cell) ? paint.bad(cell) : cell)
  const head = headings.every((heading) => heading === "") ? [] : [line(headings, paint.dim)]
  return [paint.bold(title), ...head, ...rows.map((row) => line(row, tone)), ...notes.map((note) => `  ${paint.dim(note)}`)].join("\n")
}

const cellOf = (text: string, width: number, right: boolean, tone: (cell: string) => string): string => {
  const space = " ".repeat(width - text.length)
  return right ? space + tone(text) : tone(text) + space
}

const utc = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")
