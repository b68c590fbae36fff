import type { Block } from "../../core/index.ts"
import type { Agent } from "../agent.ts"
import { decimal } from "../decimal.ts"
import type { Moment } from "../metric.ts"
import { Extremes, halveBy, Samples, Sums, type Column, type Frame } from "./buckets.ts"
import type { Bar, BarChart, Chart, FlowChart, Limit, Line, LineChart, Mark, MarkChart, SpreadChart, Unit } from "./chart.ts"
import type { BarsData, ChartData, FlowsData, LinesData, MarksData, SpreadData } from "./data.ts"
import { differencesOf, distancesOf, inSteps, placesFor, wholeUnits } from "./series.ts"

/** A chart while the run goes on. */
export interface ChartMeter {
  /** After each block; returns what is to be marked. */
  readonly block?: (block: Block, now: Moment) => readonly Mark[] | void
  /** After the blocks that are sampled, and the last one. */
  readonly sample?: (now: Moment, last: Block) => void
  readonly end: (now: Moment, last: Block | undefined) => ChartData
}

/** Where the columns of a chart live. */
export interface Frames {
  /** Of what every block has. */
  readonly blocks: Frame
  /** Of what is sampled. */
  readonly samples: Frame
}

export const startChart = (name: string, chart: Chart, frames: Frames, start: Moment, agents: readonly Agent[]): ChartMeter => {
  switch (chart.kind) {
    case "lines":
      return linesMeter(name, chart, frames, typeof chart.lines === "function" ? chart.lines(start, agents) : chart.lines)
    case "flows":
      return flowsMeter(name, chart, frames)
    case "spread":
      return spreadMeter(name, chart, frames)
    case "bars":
      return barsMeter(name, chart, start, agents)
    case "marks":
      return marksMeter(name, chart, frames)
  }
}

const common = (name: string, { title, note = "", section }: Chart) => ({ name, title, note, section })
const limitsOf = (limits: readonly Limit[] = [], unit: Unit) => limits.map(({ name, value }) => ({ name, value: wholeUnits(value, unit) }))

const linesMeter = (name: string, chart: LineChart, { blocks, samples }: Frames, lines: readonly Line[]): ChartMeter => {
  const { unit, limits, stacked = false, sampled = false } = chart
  const frame = sampled ? samples : blocks
  const columns = lines.map(() => frame.add(new Extremes()))
  const see = (block: Block, now: Moment): void => {
    for (let index = 0; index < lines.length; index++) (columns[index] as Extremes).see((lines[index] as Line).read(now, block))
  }
  return {
    ...(sampled ? { sample: (now: Moment, last: Block) => see(last, now) } : { block: see }),
    end: (): LinesData => {
      const places = placesFor(columns.flatMap(({ low, high }) => [low, high]), unit)
      const exact = stacked || sampled || frame.stride === 1
      return {
        kind: "lines",
        ...common(name, chart),
        unit: { name: unit.name, places },
        stacked,
        sampled,
        limits: limitsOf(limits, unit),
        lines: columns.map(({ low, high, last }, index) => ({
          name: (lines[index] as Line).name,
          reference: (lines[index] as Line).reference === true,
          last: differencesOf(last, unit.decimals, places),
          ...(!exact && { below: distancesOf(low, last, unit.decimals, places), above: distancesOf(last, high, unit.decimals, places) }),
        })),
      }
    },
  }
}

const flowsMeter = (name: string, chart: FlowChart, { blocks }: Frames): ChartMeter => {
  const { flows, unit } = chart
  const columns = flows.map(() => blocks.add(new Sums()))
  return {
    block: (block, now) => {
      for (let index = 0; index < flows.length; index++) (columns[index] as Sums).see((flows[index] as FlowChart["flows"][number]).read(block, now))
    },
    end: (): FlowsData => {
      const places = placesFor(columns.map(({ sums }) => sums), unit)
      return {
        kind: "flows",
        ...common(name, chart),
        unit: { name: unit.name, places },
        flows: columns.map(({ sums }, index) => ({
          name: (flows[index] as FlowChart["flows"][number]).name,
          sums: differencesOf(sums, unit.decimals, places),
          total: decimal(sums.reduce((sum, part) => sum + part, 0n), unit.decimals),
        })),
      }
    },
  }
}

const PERCENTS = [0, 5, 25, 50, 75, 95, 100]

interface Spread {
  readonly count: number
  readonly quantiles: readonly bigint[]
}

/** Quantiles by nearest rank: each is one of the values. */
export const spreadOf = (values: readonly bigint[]): Spread => {
  const ascending = [...values].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0))
  const { length } = ascending
  const rank = (percent: number): number => Math.max(0, Math.ceil((percent * length) / 100) - 1)
  return { count: length, quantiles: length === 0 ? [] : PERCENTS.map((percent) => ascending[rank(percent)] as bigint) }
}

const spreadMeter = (name: string, chart: SpreadChart, { samples }: Frames): ChartMeter => {
  const { unit, limits } = chart
  const column = samples.add(new Samples<Spread>())
  return {
    sample: (now) => column.see(spreadOf(chart.read(now))),
    end: (): SpreadData => {
      const quantiles = PERCENTS.map((_, index) => column.samples.map((spread) => spread?.quantiles[index]))
      const places = placesFor(quantiles, unit)
      return {
        kind: "spread",
        ...common(name, chart),
        unit: { name: unit.name, places },
        limits: limitsOf(limits, unit),
        percents: PERCENTS,
        quantiles: quantiles.map((levels) => differencesOf(levels, unit.decimals, places)),
        counts: column.samples.map((spread) => spread?.count ?? 0),
      }
    },
  }
}

/** More bars than these are no chart: the middle of them is left out. */
const BARS_MAX = 24

const barsMeter = (name: string, chart: BarChart, start: Moment, agents: readonly Agent[]): ChartMeter => {
  const { unit } = chart
  const reader = chart.start(start, agents)
  const ofBlocks = typeof reader === "function" ? undefined : reader
  return {
    ...(ofBlocks !== undefined && { block: (block: Block, now: Moment) => ofBlocks.block(block, now) }),
    end: (now, last): BarsData => {
      const all = (typeof reader === "function" ? reader : reader.end)(now, last)
        .map((bar, index) => ({ bar, index }))
        .sort((left, right) => (left.bar.value === right.bar.value ? left.index - right.index : left.bar.value > right.bar.value ? -1 : 1))
        .map(({ bar }) => bar)
      const shown = all.length <= BARS_MAX ? all : [...all.slice(0, BARS_MAX / 2), ...all.slice(-BARS_MAX / 2)]
      const places = placesFor([shown.map(({ value }) => value)], unit)
      return {
        kind: "bars",
        headline: chart.headline === true,
        ...common(name, chart),
        unit: { name: unit.name, places },
        bars: shown.map(({ name: whose, group, value }: Bar) => ({ name: whose, group, value: Number(inSteps(value, unit.decimals, places)), text: decimal(value, unit.decimals) })),
        left: all.length - shown.length,
      }
    },
  }
}

interface MarksOfBucket {
  readonly count: number
  readonly first: { readonly block: number; readonly label: string; readonly transaction: string } | undefined
}

/** How many marks each bucket has, and the first of them. */
class Marks implements Column {
  readonly buckets: MarksOfBucket[] = []
  private first: MarksOfBucket["first"] = undefined
  private count = 0

  see(height: number, marks: readonly Mark[]): void {
    this.count += marks.length
    const [mark] = marks
    if (mark !== undefined) this.first ??= { block: height, label: mark.label, transaction: `${mark.message.causeBlock}:${mark.message.causeIndex}` }
  }

  close(): void {
    this.buckets.push({ count: this.count, first: this.first })
    this.count = 0
    this.first = undefined
  }

  halve(): void {
    halveBy(this.buckets, (left, right) => ({ count: left.count + right.count, first: left.first ?? right.first }))
  }
}

const marksMeter = (name: string, chart: MarkChart, { blocks }: Frames): ChartMeter => {
  const column = blocks.add(new Marks())
  return {
    block: (block, now) => {
      const marks = chart.read(block, now)
      column.see(block.height, marks)
      return marks
    },
    end: (): MarksData => ({
      kind: "marks",
      ...common(name, chart),
      unit: { name: "", places: 0 },
      counts: column.buckets.map(({ count }) => count),
      total: column.buckets.reduce((sum, { count }) => sum + count, 0),
      firsts: column.buckets.flatMap(({ first }, point) => (first === undefined ? [] : [{ point, ...first }])),
    }),
  }
}
