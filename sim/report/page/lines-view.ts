import type { LinesData } from "../data.ts"
import { amountAxis, blockAxis, gridOption, limitHolders, limitLines, tooltipOption } from "./axes.ts"
import { coloursOf } from "./colours.ts"
import { tableOf } from "./dom.ts"
import { markRows, markSeries, type MarksOfSection } from "./marks.ts"
import { colourOf, type Key, type View } from "./plot.ts"
import type { Range } from "./range.ts"
import { blockOf, blockWords, decoded, decodedDistances, pointOf, report } from "./report.ts"
import { evenly, TABLE_ROWS } from "./tables.ts"
import { dashOf, type Theme } from "./theme.ts"
import { amountWords, counted, numberWords } from "./words.ts"

interface Line {
  readonly name: string
  readonly key: Key
  readonly last: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly banded: boolean
}

/** Levels over time: a line through the last value of each point and, where a point is many blocks, a band from its lowest to its highest. */
export const linesView = (chart: LinesData, marks: readonly MarksOfSection[]): View => {
  const { unit, sampled, stacked } = chart
  const lines = linesOf(chart)
  const points = lines[0]?.last.length ?? 0
  const stops = (range: Range): readonly number[] => pointsWithin(range, points, sampled).map((point) => blockOf(point, sampled))
  const tell: View["tell"] = (block) => {
    const point = pointOf(block, sampled)
    const rows = lines.map(({ name, last, low, high, banded }) => ({
      name,
      text: `${amountWords(last[point] as number, unit)}${banded ? ` (${numberWords(low[point] as number, unit.places)} to ${numberWords(high[point] as number, unit.places)})` : ""}`,
    }))
    return { title: blockWords(block), rows: [...rows, ...markRows(marks, point, sampled)] }
  }
  const view: View = {
    title: chart.title,
    note: [chart.note, sampled && report.sampleStride > 1 ? `Read every ${counted(report.sampleStride, "block")}.` : ""].filter((part) => part !== "").join(" "),
    summary: () => summaryOf(lines, unit),
    keys: [...lines.map(({ key }) => key), ...marks.map(({ key }) => key)],
    scale: () => unit.name,
    height: (width) => (width < 480 ? 230 : 280),
    stops,
    tell,
    option: (theme, width, range, hidden) => {
      const within = pointsWithin(range, points, sampled)
      const shown = lines.filter(({ name }) => !hidden.has(name))
      const series = shown.flatMap((line) => seriesOf(theme, line, within, stacked, sampled))
      const first = series.at(0)
      return {
        grid: gridOption(),
        xAxis: blockAxis(theme, range, width),
        yAxis: [amountAxis(theme, stacked), { type: "value", min: 0, max: 1, show: false }],
        tooltip: tooltipOption(theme, view, range),
        series: [
          ...(first === undefined ? [] : [{ ...first, markLine: limitLines(theme, chart.limits) }, ...series.slice(1)]),
          limitHolders(chart.limits, range.to),
          ...marks.filter(({ key }) => !hidden.has(key.name)).map((section) => markSeries(theme, section, range)),
        ],
      }
    },
    table: (range) =>
      tableOf(chart.title, ["block", ...lines.map(({ name }) => (unit.name === "" ? name : `${name}, ${unit.name}`))], evenly(pointsWithin(range, points, sampled), TABLE_ROWS).map((point) => [
        numberWords(blockOf(point, sampled), 0),
        ...lines.map(({ last }) => (Number.isNaN(last[point]) ? "" : numberWords(last[point] as number, unit.places))),
      ])),
  }
  return view
}

const linesOf = ({ lines, unit }: LinesData): readonly Line[] => {
  const colours = coloursOf(lines.filter(({ reference }) => !reference).map(({ name }) => name))
  let next = 0
  return lines.map(({ name, reference, last: steps, below, above }) => {
    const last = decoded(steps, unit.places)
    const under = below === undefined ? undefined : decodedDistances(below, unit.places)
    const over = above === undefined ? undefined : decodedDistances(above, unit.places)
    const end = last.findLast((value) => !Number.isNaN(value)) ?? Number.NaN
    const key: Key = { name, colour: reference ? "ink" : (colours[next++] as number), mark: "line", value: amountWords(end, unit), dashed: !isRough(last) }
    return {
      name,
      key,
      last,
      low: under === undefined ? last : last.map((value, index) => value - (under[index] as number)),
      high: over === undefined ? last : last.map((value, index) => value + (over[index] as number)),
      banded: under !== undefined,
    }
  })
}

/** A line that goes up and down all the time is not to be recognised by its dashes, and gets worse by them. */
const isRough = (values: Float64Array): boolean => {
  let [way, least, most, before] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  for (const value of values) {
    if (Number.isNaN(value)) continue
    if (!Number.isNaN(before)) way += Math.abs(value - before)
    least = Math.min(least, value)
    most = Math.max(most, value)
    before = value
  }
  return most > least && way / (most - least) > ROUGH
}

const ROUGH = 20

/** Points whose blocks are, at least in part, in the range. */
export const pointsWithin = ({ from, to }: Range, points: number, sampled: boolean): readonly number[] => {
  const first = pointOf(from + 1, sampled)
  const end = Math.min(pointOf(to, sampled), points - 1)
  return Array.from({ length: Math.max(0, end - first + 1) }, (_, index) => first + index)
}

const seriesOf = (theme: Theme, { name, key, last, low, high, banded }: Line, within: readonly number[], stacked: boolean, sampled: boolean): readonly object[] => {
  const colour = colourOf(theme, key)
  const at = (values: Float64Array, point: number): readonly [number, number | null] => [blockOf(point, sampled), Number.isNaN(values[point]) ? null : (values[point] as number)]
  const bare = { type: "line", showSymbol: within.length === 1, silent: true, emphasis: { disabled: true }, triggerLineEvent: false }
  const dash = typeof key.colour === "number" && key.dashed !== false ? dashOf(key.colour) : []
  const line = {
    ...bare,
    name,
    data: within.map((point) => at(last, point)),
    // What the others are compared with lies below them, broad and pale, so that it is seen where they are on it.
    lineStyle: { color: colour, width: key.colour === "ink" ? 4 : 1.6, opacity: key.colour === "ink" ? 0.35 : 1, type: dash.length === 0 ? "solid" : dash },
    itemStyle: { color: colour },
    ...(stacked && { stack: "all", stackStrategy: "all", areaStyle: { color: colour, opacity: 0.28 } }),
    z: key.colour === "ink" ? 2 : 3,
  }
  if (!banded || stacked) return [line]
  const edge = { ...bare, stack: `band of ${name}`, stackStrategy: "all", lineStyle: { width: 0, color: colour }, itemStyle: { color: colour }, z: 2 }
  return [
    line,
    { ...edge, data: within.map((point) => at(low, point)) },
    { ...edge, data: within.map((point) => [blockOf(point, sampled), Number.isNaN(low[point]) ? null : (high[point] as number) - (low[point] as number)]), areaStyle: { color: colour, opacity: 0.16 } },
  ]
}

const summaryOf = (lines: readonly Line[], unit: LinesData["unit"]): string =>
  lines
    .map(({ name, last, low, high }) => {
      const known = last.filter((value) => !Number.isNaN(value))
      if (known.length === 0) return `${name}: nothing.`
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const value of low) if (value < least) least = value
      for (const value of high) if (value > most) most = value
      return `${name}: from ${amountWords(known[0] as number, unit)} to ${amountWords(known.at(-1) as number, unit)}, lowest ${numberWords(least, unit.places)}, highest ${numberWords(most, unit.places)}.`
    })
    .join(" ")
