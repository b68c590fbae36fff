import type { ChartData, MarksData } from "../data.ts"
import { barsView } from "./bars-view.ts"
import { byId, el } from "./dom.ts"
import { flowsView } from "./flows-view.ts"
import { footOf, headOf, tablesSection } from "./head.ts"
import { linesView } from "./lines-view.ts"
import { mailboxView } from "./mailbox-view.ts"
import { marksView } from "./marks-view.ts"
import { marksOf } from "./marks.ts"
import { figureOf, startPlots, type View } from "./plot.ts"
import { startRange } from "./range.ts"
import { report } from "./report.ts"
import { spreadView } from "./spread-view.ts"
import { trafficView } from "./traffic-view.ts"
import { showBlocks, showTransaction, startTransactions, transactionsSection } from "./transactions.ts"

/** The page of a report: the head, the charts of the scenario by section, the blocks, the transactions, the tables. */

const viewOf = (chart: ChartData, marks: readonly MarksData[]): View => {
  switch (chart.kind) {
    case "lines":
      return linesView(chart, marks.map(marksOf))
    case "flows":
      return flowsView(chart)
    case "spread":
      return spreadView(chart, marks.map(marksOf))
    case "bars":
      return barsView(chart)
    case "marks":
      return marksView(chart, showTransaction)
  }
}

const slug = (section: string): string => `section-${section.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`

const chartSection = (title: string, charts: readonly ChartData[]): HTMLElement => {
  const marks = charts.filter((chart): chart is MarksData => chart.kind === "marks")
  const figures = charts.map((chart) => figureOf(viewOf(chart, marks)))
  return el("section", { id: slug(title), "aria-label": title }, el("h2", {}, title), el("div", { class: "charts" }, ...figures))
}

const blocksSection = (): HTMLElement =>
  el("section", { id: "blocks", "aria-labelledby": "blocks-title" }, el("h2", { id: "blocks-title" }, "Blocks"), el("div", { class: "charts" }, figureOf(trafficView(showBlocks)), figureOf(mailboxView(showBlocks))))

const draw = (): void => {
  startPlots()
  const sections = [...Map.groupBy(report.charts, ({ section }) => section)]
  const places = [...sections.map(([title]) => [slug(title), title]), ["blocks", "Blocks"], ["transactions", "Transactions"], ["tables", "Tables"]] as const
  const nav = el("nav", { "aria-label": "parts of the report" }, ...places.map(([id, title]) => el("a", { href: `#${id}` }, title as string)))
  document.body.append(
    el("a", { class: "skip", href: "#blocks" }, "Skip to the blocks"),
    headOf(),
    el("div", { class: "bar" }, nav, el("div", { id: "range", role: "group", "aria-label": "blocks that the charts show" })),
    el("main", {}, ...sections.map(([title, charts]) => chartSection(title, charts)), blocksSection(), transactionsSection(), tablesSection()),
    footOf(),
  )
  if (report.blocks > 1) startRange()
  else byId("range").hidden = true
  startTransactions()
  document.documentElement.classList.add("ready")
}

draw()
