import type { BarsData, TableData } from "../data.ts"
import { headlinesOf, type Headline } from "./bars-view.ts"
import { el } from "./dom.ts"
import { report, timeOf } from "./report.ts"
import { counted, numberWords, ownName, spanWords, timeWords } from "./words.ts"

const { summary } = report

/** What came of the run, at a glance. */
export const headOf = (): HTMLElement =>
  el(
    "header",
    { class: "top" },
    el("p", { class: "brand" }, "blockstep report"),
    el("h1", {}, report.scenario, el("span", { class: "seed" }, ` seed ${summary.seed}`)),
    report.description === "" ? undefined : el("p", { class: "lead" }, report.description),
    verdict(),
    el("dl", { class: "tiles" }, ...headlines(), ...tiles().map(([name, value, note]) => tile(name, note, el("strong", {}, value)))),
    el("dl", { class: "proof" }, el("div", {}, el("dt", {}, "root of the last header"), el("dd", {}, el("code", {}, summary.root))), el("div", {}, el("dt", {}, "replay, to the same bytes"), el("dd", {}, el("code", {}, report.command), copyButton(report.command)))),
  )

const verdict = (): HTMLElement => {
  const { violation, defects } = summary
  if (violation !== undefined) {
    const values = Object.entries(violation.values).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))
    return el("div", { class: "verdict bad", role: "status" }, el("strong", {}, `✕ ${violation.actor} broke the invariant ${violation.invariant} in block ${numberWords(violation.block, 0)}`), el("dl", {}, ...values))
  }
  if (defects.count > 0) {
    const { first } = defects
    return el("div", { class: "verdict bad", role: "status" }, el("strong", {}, `✕ ${counted(defects.count, "defect")}`), first === undefined ? undefined : el("p", {}, `The first in block ${numberWords(first.block, 0)}: ${first.actor}: ${first.problem}`))
  }
  return el("div", { class: "verdict good", role: "status" }, el("strong", {}, "✓ Every invariant held after every block"))
}

const tile = (name: string, note: string, ...value: readonly HTMLElement[]): HTMLElement =>
  el("div", {}, el("dt", {}, name), el("dd", {}, ...value, note === "" ? undefined : el("span", { class: "aside" }, note)))

/** Who won and who lost, of the charts that are told at the head. */
const headlines = (): readonly HTMLElement[] =>
  report.charts.flatMap((chart) => {
    if (chart.kind !== "bars" || !chart.headline) return []
    const { won, lost } = headlinesOf(chart satisfies BarsData)
    const words = (told: readonly Headline[]): readonly HTMLElement[] =>
      told.length === 0 ? [el("strong", {}, "nobody")] : told.map(({ who, text, gain }) => el("div", { class: "headline" }, el("span", {}, who), el("strong", { class: gain ? "gain" : "loss" }, text)))
    return [tile("won most", lower(chart.title), ...words(won)), tile("lost most", lower(chart.title), ...words(lost))]
  })

type Tile = readonly [name: string, value: string, note: string]

const tiles = (): readonly Tile[] => {
  const percent = summary.transactions === 0 ? "" : `${((100 * summary.refused) / summary.transactions).toFixed(1)} % `
  const [refusal] = summary.refusals
  return [
    ["blocks", numberWords(report.blocks, 0), `${spanWords(report.blocks * report.blockSeconds)}, ${timeWords(timeOf(0))} to ${timeWords(timeOf(report.blocks))} UTC`],
    ["transactions", numberWords(summary.transactions, 0), `${numberWords(summary.messages, 0)} messages`],
    ["refused", numberWords(summary.refused, 0), refusal === undefined ? "nothing" : `${percent}of transactions, mostly ${ownName(refusal.kind)}`],
  ]
}

const lower = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)

const copyButton = (text: string): HTMLElement => {
  const button = el("button", { type: "button", class: "quiet copy" }, "copy")
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text)
      button.textContent = "copied"
    } catch {
      // A page from a file has no clipboard in some browsers.
      button.textContent = "select it"
    }
    setTimeout(() => (button.textContent = "copy"), 1500)
  })
  return button
}

/** The tables of the run's summary, as the terminal has them. */
export const tablesSection = (): HTMLElement =>
  el("section", { id: "tables", "aria-labelledby": "tables-title" }, el("h2", { id: "tables-title" }, "Tables"), el("div", { class: "tables" }, ...[...summary.tables, refusals()].map(summaryTable)))

const refusals = (): TableData => ({
  title: "Refused",
  columns: [{ heading: "kind" }, { heading: "count", right: true }],
  rows: summary.refusals.length === 0 ? [["nothing", ""]] : summary.refusals.map(({ kind, count }) => [kind, numberWords(count, 0)]),
  notes: [],
})

const toneOf = (cell: string): string | undefined => (/^\+.*[1-9]/.test(cell) ? "gain" : /^[-−].*[1-9]/.test(cell) ? "loss" : undefined)

const summaryTable = ({ title, columns, rows, notes }: TableData): HTMLElement => {
  const cells = (row: readonly string[]) =>
    columns.map(({ right = false }, index) => {
      const cell = row[index] ?? ""
      const classes = [right ? "right" : "", toneOf(cell) ?? ""].join(" ").trim()
      return index === 0 ? el("th", { scope: "row" }, cell) : el("td", { class: classes === "" ? undefined : classes }, cell)
    })
  return el(
    "div",
    { class: "table" },
    el("h3", {}, title),
    el("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": title }, el(
      "table",
      {},
      el("caption", { class: "unseen" }, title),
      el("thead", {}, el("tr", {}, ...columns.map(({ heading, right = false }) => el("th", { scope: "col", class: right ? "right" : undefined }, heading)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))),
    )),
    ...notes.map((note) => el("p", { class: "note" }, note)),
  )
}

export const footOf = (): HTMLElement => {
  const points = report.stride === 1 ? "Every block is a point of the charts over time." : `A point of the charts over time is ${counted(report.stride, "block")}: lines show its last value and a band from its lowest to its highest, bars are exact sums.`
  return el("footer", {}, el("p", {}, `${points} Times are UTC. This file needs no network, and the same run gives the same bytes.`))
}
