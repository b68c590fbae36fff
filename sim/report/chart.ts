import { TaggedError } from "effect/Data"
import type { Block } from "../../core/index.ts"
import type { Agent } from "../agent.ts"
import type { Moment } from "../metric.ts"

/** What a chart's whole numbers mean: in wei (`decimals` 18) of USD, told with `places` decimal places. At most 77 decimals; `places` is at most `decimals`. */
export interface Unit {
  /** Behind the number; may be empty, for counts. */
  readonly name: string
  readonly decimals: number
  readonly places: number
}

/** A constant that the reader measures the chart by, such as a health factor of 1. */
export interface Limit {
  readonly name: string
  readonly value: bigint
}

interface Common {
  readonly title: string
  /** One or two sentences under the title: what is measured, and how. */
  readonly note?: string
  /** Charts of one section stand together, in the order of the scenario; sections in the order of their first chart. */
  readonly section: string
  readonly unit: Unit
}

/** One quantity that a world has at the end of every block; undefined where it has none. */
export interface Line {
  readonly name: string
  /** `last` is the block that the moment ends. */
  readonly read: (moment: Moment, last: Block) => bigint | undefined
  /** What the others are compared with: drawn in ink. */
  readonly reference?: boolean
}

/** Levels over time. Every block is read; where blocks share a point of the chart, their lowest, highest and last value are kept. */
export interface LineChart extends Common {
  readonly kind: "lines"
  /** Or what makes them from the world as it was at the genesis, which is told by its price and must be read at once. */
  readonly lines: readonly Line[] | ((start: Moment, agents: readonly Agent[]) => readonly Line[])
  /** Parts of a whole, one on top of the other. Last values only. */
  readonly stacked?: boolean
  /** Read at about 500 blocks of the run only, evenly spaced: for what is costly to read. Last values only. */
  readonly sampled?: boolean
  readonly limits?: readonly Limit[]
}

/** A quantity that blocks add to, such as a volume. */
export interface Flow {
  readonly name: string
  readonly read: (block: Block, moment: Moment) => bigint
}

/** Sums over time: where blocks share a point of the chart, it is the exact sum of all of them. */
export interface FlowChart extends Common {
  readonly kind: "flows"
  readonly flows: readonly Flow[]
}

/** The distribution of many values over time, such as the health factors of all borrowers. Read at about 500 blocks of the run, evenly spaced. */
export interface SpreadChart extends Common {
  readonly kind: "spread"
  readonly read: (moment: Moment) => readonly bigint[]
  readonly limits?: readonly Limit[]
}

/** One bar: whose, how much, and in which colour (bars of one group share it). */
export interface Bar {
  readonly name: string
  readonly group: string
  readonly value: bigint
}

/** A comparison at the end of the run. */
export interface BarChart extends Common {
  readonly kind: "bars"
  /** Its first and its last bar are told at the head of the report: who won, who lost. */
  readonly headline?: boolean
  readonly start: (start: Moment, agents: readonly Agent[]) => BarsAtEnd | BarsOfBlocks
}

/** Read once, at the end. */
export type BarsAtEnd = (end: Moment, last: Block | undefined) => readonly Bar[]
/** Made up block by block, and told at the end. */
export interface BarsOfBlocks {
  readonly block: (block: Block, moment: Moment) => void
  readonly end: BarsAtEnd
}

/** A message as a block's `raw` has it. */
export type EndedEnvelope = Block["raw"]["ended"][number]

/** Something worth a mark: what, and the message that made it so, whose transaction the report then shows. */
export interface Mark {
  readonly label: string
  readonly message: EndedEnvelope
}

/** Events, such as liquidations: marked in all charts of their section, counted over time, and their transactions recorded. The unit is not told. */
export interface MarkChart extends Omit<Common, "unit"> {
  readonly kind: "marks"
  readonly read: (block: Block, moment: Moment) => readonly Mark[]
}

/**
 * What a report draws of a run, as data:
 *
 *     charts: {
 *       utilization: {
 *         kind: "lines", section: "Lending", title: "Utilization", unit: { name: "%", decimals: 16, places: 1 },
 *         lines: [{ name: "USD market", read: ({ world }) => world.view(MarketView, "lending/usd")?.utilization }],
 *       },
 *     }
 *
 * All of them read the world and never touch it.
 */
export type Chart = LineChart | FlowChart | SpreadChart | BarChart | MarkChart

/** A chart's declaration does not fit, or its reading threw: a bug in the scenario. */
export class ChartFailed extends TaggedError("sim/ChartFailed")<{ readonly chart: string; readonly block: number; readonly problem: string }> {
  override get message(): string {
    return `the chart ${this.chart} failed in block ${this.block}: ${this.problem}`
  }
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== ""
const isFunction = (value: unknown): boolean => typeof value === "function"
const isNamed = (what: string) => (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "object" && item !== null && isText(item.name) && isFunction(item[what]))

const isUnit = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false
  const { name, decimals, places } = value as Partial<Unit>
  const whole = (count: unknown, most: number): boolean => Number.isSafeInteger(count) && (count as number) >= 0 && (count as number) <= most
  return typeof name === "string" && whole(decimals, 77) && whole(places, decimals as number)
}

const LINES = ["what is read: a list of { name, read }, or a function that gives one", (value: unknown) => isFunction(value) || isNamed("read")(value)] as const
const FLOWS = ["a list of { name, read }", isNamed("read")] as const

type Rule = readonly [expected: string, fits: (value: unknown) => boolean]

const OF_KIND: { readonly [kind: string]: { readonly [field: string]: Rule } } = {
  lines: { lines: LINES },
  flows: { flows: FLOWS },
  spread: { read: ["a function", isFunction] },
  bars: { start: ["a function", isFunction] },
  marks: { read: ["a function", isFunction] },
}

/** The first field of a chart that does not fit, with what it must be; undefined where all do. */
export const chartProblem = (chart: unknown): { readonly field: string; readonly expected: string; readonly value: unknown } | undefined => {
  if (typeof chart !== "object" || chart === null) return { field: "", expected: "an object with kind, title and section", value: chart }
  const given = chart as { readonly [field: string]: unknown }
  const kinds = Object.keys(OF_KIND)
  const kind = given["kind"]
  if (typeof kind !== "string" || !kinds.includes(kind)) return { field: "kind", expected: `one of ${kinds.join(", ")}`, value: kind }
  const rules: { readonly [field: string]: Rule } = {
    title: ["a word or more", isText],
    section: ["a word or more", isText],
    ...(kind !== "marks" && { unit: ["{ name, decimals, places } with at most 77 decimals and no more places than those", isUnit] as const }),
    ...OF_KIND[kind],
  }
  for (const [field, [expected, fits]] of Object.entries(rules)) if (!fits(given[field])) return { field, expected, value: given[field] }
  return undefined
}
