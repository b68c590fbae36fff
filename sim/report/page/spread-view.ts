import type { SpreadData } from "../data.ts"
import { amountAxis, blockAxis, gridOption, limitHolders, limitLines, tooltipOption } from "./axes.ts"
import { tableOf } from "./dom.ts"
import { pointsWithin } from "./lines-view.ts"
import { markRows, markSeries, type MarksOfSection } from "./marks.ts"
import type { Key, View } from "./plot.ts"
import { blockOf, blockWords, decoded, pointOf, report } from "./report.ts"
import { evenly, TABLE_ROWS } from "./tables.ts"
import type { Theme } from "./theme.ts"
import { amountWords, counted, numberWords } from "./words.ts"

/** Bands from the outside in, as indices of quantiles, and how much ink they get. */
const BANDS = [
  { low: 0, high: 6, opacity: 0.12, name: "all" },
  { low: 1, high: 5, opacity: 0.2, name: "5 % to 95 %" },
  { low: 2, high: 4, opacity: 0.34, name: "middle half" },
] as const
const MEDIAN = 3

/** A distribution over time: bands that hold all values, nine tenths and half of them, around the median. */
export const spreadView = (chart: SpreadData, marks: readonly MarksOfSection[]): View => {
  const { unit } = chart
  const quantiles = chart.quantiles.map((series) => decoded(series, unit.places))
  const points = chart.counts.length
  const at = (quantile: number, point: number): number => quantiles[quantile]?.[point] ?? Number.NaN
  const lastPoint = chart.counts.findLastIndex((count) => count > 0)
  const median: Key = { name: "median", colour: 0, mark: "line", value: amountWords(at(MEDIAN, lastPoint), unit) }
  const bands = (theme: Theme, within: readonly number[]): readonly object[] =>
    BANDS.flatMap(({ low, high, opacity, name }) => {
      const bare = { type: "line", name, stack: name, stackStrategy: "all", showSymbol: false, silent: true, lineStyle: { width: 0 }, z: 2 }
      const edge = (value: (point: number) => number) => within.map((point) => [blockOf(point, true), Number.isNaN(value(point)) ? null : value(point)])
      return [
        { ...bare, data: edge((point) => at(low, point)) },
        { ...bare, data: edge((point) => at(high, point) - at(low, point)), areaStyle: { color: theme.series[0], opacity } },
      ]
    })
  const view: View = {
    title: chart.title,
    note: [chart.note, "The bands hold all values, nine tenths and half of them.", report.sampleStride > 1 ? `Read every ${counted(report.sampleStride, "block")}.` : ""].filter((part) => part !== "").join(" "),
    summary: () => (lastPoint < 0 ? "Nothing." : `At the end ${counted(chart.counts[lastPoint] as number, "value")}, median ${median.value}, lowest ${amountWords(at(0, lastPoint), unit)}.`),
    keys: [median, ...marks.map(({ key }) => key)],
    scale: () => unit.name,
    height: (width) => (width < 480 ? 250 : 300),
    stops: (range) => pointsWithin(range, points, true).map((point) => blockOf(point, true)),
    tell: (block) => {
      const point = pointOf(block, true)
      const rows = chart.percents.map((percent, index) => ({ name: percent === 0 ? "lowest" : percent === 100 ? "highest" : percent === 50 ? "median" : `${percent} % below`, text: amountWords(at(index, point), unit) }))
      return { title: blockWords(block), rows: [{ name: "values", text: numberWords(chart.counts[point] ?? 0, 0) }, ...rows.reverse(), ...markRows(marks, point, true)] }
    },
    option: (theme, width, range, hidden) => {
      const within = pointsWithin(range, points, true)
      const line = {
        type: "line",
        name: "median",
        showSymbol: false,
        silent: true,
        z: 3,
        lineStyle: { color: theme.series[0], width: 2 },
        itemStyle: { color: theme.series[0] },
        data: hidden.has("median") ? [] : within.map((point) => [blockOf(point, true), Number.isNaN(at(MEDIAN, point)) ? null : at(MEDIAN, point)]),
        markLine: limitLines(theme, chart.limits),
      }
      return {
        grid: gridOption(),
        xAxis: blockAxis(theme, range, width),
        yAxis: [amountAxis(theme, false), { type: "value", min: 0, max: 1, show: false }],
        tooltip: tooltipOption(theme, view, range),
        series: [line, ...bands(theme, within), limitHolders(chart.limits, range.to), ...marks.filter(({ key }) => !hidden.has(key.name)).map((section) => markSeries(theme, section, range))],
      }
    },
    table: (range) =>
      tableOf(chart.title, ["block", "values", ...chart.percents.map((percent) => `${percent} %`)], evenly(pointsWithin(range, points, true), TABLE_ROWS).map((point) => [
        numberWords(blockOf(point, true), 0),
        numberWords(chart.counts[point] ?? 0, 0),
        ...chart.percents.map((_, index) => (Number.isNaN(at(index, point)) ? "" : numberWords(at(index, point), unit.places))),
      ])),
  }
  return view
}
