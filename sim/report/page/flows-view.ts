import type { FlowsData } from "../data.ts"
import { amountAxis, blockAxis, gridOption, tooltipOption } from "./axes.ts"
import { coloursOf } from "./colours.ts"
import { tableOf } from "./dom.ts"
import { barWidthOf, groupAt, groupsIn, groupWords, perWords, sumOf, type Group } from "./groups.ts"
import { colourOf, type Key, type View } from "./plot.ts"
import { rangeNow, type Range } from "./range.ts"
import { decoded } from "./report.ts"
import { evenly, TABLE_ROWS } from "./tables.ts"
import { amountWords, numberWords } from "./words.ts"

/** What blocks add up to, as bars that stand on each other; each bar is the exact sum of its blocks. */
export const flowsView = (chart: FlowsData): View => {
  const { unit } = chart
  const colours = coloursOf(chart.flows.map(({ name }) => name))
  const flows = chart.flows.map(({ name, sums, total }, index) => ({ name, sums: decoded(sums, unit.places), key: { name, colour: colours[index] as number, mark: "area", value: amountWords(Number(total), unit) } satisfies Key }))
  const points = flows[0]?.sums.length ?? 0
  const groupsOf = (range: Range): readonly Group[] => groupsIn(range, points)
  const view: View = {
    title: chart.title,
    note: chart.note,
    summary: () => flows.map(({ name, key }) => `${name}: ${key.value} in all.`).join(" "),
    keys: flows.map(({ key }) => key),
    scale: (range) => `${unit.name} ${perWords(groupsOf(range))}`,
    height: (width) => (width < 480 ? 230 : 280),
    stops: (range) => groupsOf(range).map(({ middle }) => middle),
    tell: (stop) => {
      const group = groupAt(groupsOf(rangeNow()), stop)
      return group === undefined ? { title: "", rows: [] } : { title: groupWords(group), rows: flows.map(({ name, sums }) => ({ name, text: amountWords(sumOf(sums, group), unit) })) }
    },
    option: (theme, width, range, hidden) => {
      const groups = groupsOf(range)
      return {
        grid: gridOption(),
        xAxis: blockAxis(theme, range, width, 0.5),
        yAxis: amountAxis(theme, true),
        tooltip: tooltipOption(theme, view, range),
        series: flows
          .filter(({ name }) => !hidden.has(name))
          .map(({ name, sums, key }) => ({
            type: "bar",
            name,
            stack: "all",
            silent: true,
            barWidth: barWidthOf(width, groups),
            itemStyle: { color: colourOf(theme, key) },
            data: groups.map((group) => [group.middle, sumOf(sums, group)]),
          })),
      }
    },
    table: (range) =>
      tableOf(chart.title, ["blocks", ...flows.map(({ name }) => `${name}, ${unit.name}`)], evenly(groupsOf(range), TABLE_ROWS).map((group) => [
        `${numberWords(group.from, 0)} to ${numberWords(group.to, 0)}`,
        ...flows.map(({ sums }) => numberWords(sumOf(sums, group), unit.places)),
      ])),
  }
  return view
}
