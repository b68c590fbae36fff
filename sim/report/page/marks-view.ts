import type { MarksData } from "../data.ts"
import { amountAxis, blockAxis, gridOption, tooltipOption } from "./axes.ts"
import { tableOf } from "./dom.ts"
import { barWidthOf, groupAt, groupsIn, groupWords, perWords, sumOf, type Group } from "./groups.ts"
import type { View } from "./plot.ts"
import { rangeNow, type Range } from "./range.ts"
import { counted, numberWords } from "./words.ts"

/** Events, such as liquidations, counted over time; a click opens the transaction of the first of a bar's. */
export const marksView = (chart: MarksData, open: (place: string) => void): View => {
  const groupsOf = (range: Range): readonly Group[] => groupsIn(range, chart.counts.length)
  const firstsIn = ({ first, last }: Group) => chart.firsts.filter(({ point }) => point >= first && point <= last)
  const view: View = {
    title: chart.title,
    note: [chart.note, chart.total === 0 ? "There were none." : "Click a bar (or press Enter on it) to open the first transaction of it."].filter((part) => part !== "").join(" "),
    summary: () => `${counted(chart.total, "event")}.`,
    keys: [{ name: chart.title, colour: "bad", mark: "area", value: numberWords(chart.total, 0) }],
    scale: (range) => `events ${perWords(groupsOf(range))}`,
    height: (width) => (chart.total === 0 ? 90 : width < 480 ? 180 : 220),
    stops: (range) => groupsOf(range).map(({ middle }) => middle),
    tell: (stop) => {
      const group = groupAt(groupsOf(rangeNow()), stop)
      if (group === undefined) return { title: "", rows: [] }
      return { title: groupWords(group), rows: [{ name: "events", text: numberWords(sumOf(chart.counts, group), 0) }, ...firstsIn(group).slice(0, 4).map(({ block, label }) => ({ name: `block ${numberWords(block, 0)}`, text: label }))] }
    },
    option: (theme, width, range) => ({
      grid: gridOption(),
      xAxis: blockAxis(theme, range, width, 0.5),
      yAxis: { ...amountAxis(theme, true), minInterval: 1 },
      tooltip: tooltipOption(theme, view, range),
      series: [{ type: "bar", silent: true, barWidth: barWidthOf(width, groupsOf(range)), itemStyle: { color: theme.bad }, data: groupsOf(range).map((group) => [group.middle, sumOf(chart.counts, group)]) }],
    }),
    pick: (x) => {
      const group = groupAt(groupsOf(rangeNow()), x)
      const [mark] = group === undefined ? [] : firstsIn(group)
      if (mark !== undefined) open(mark.transaction)
    },
    table: () => tableOf(chart.title, ["block", "what", "transaction"], chart.firsts.slice(0, 100).map(({ block, label, transaction }) => [numberWords(block, 0), label, transaction])),
  }
  return view
}
