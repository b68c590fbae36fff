import type { Block, Transaction } from "../../core/index.ts"
import type { Moment } from "../metric.ts"
import type { Plan } from "../simulation.ts"
import { Frame } from "./buckets.ts"
import { startChart, type ChartMeter } from "./chart-meters.ts"
import { ChartFailed, type Mark } from "./chart.ts"
import type { MailboxData, ReportData, TransactionsData } from "./data.ts"
import { LONGEST_MAX, Mailboxes } from "./mailboxes.ts"
import { Traffic } from "./traffic.ts"
import { treeData } from "./tree-words.ts"
import { Trees, type Place } from "./trees.ts"

/** What a recording may be told. */
export interface RecordOptions {
  /** Transactions whose messages are kept in any case; at most 100. */
  readonly traces?: readonly Place[] | undefined
}

/** Points of a chart: from half of them on, in a run of more blocks. */
const POINTS_MAX = 2_048
const SAMPLES_MAX = 512

/**
 * Watches a run for its report, in memory that is bounded however long the run is. It reads and never touches the world:
 * a run with a recording comes to the same root as without.
 */
export class Recording {
  private readonly plan: Plan
  private readonly asked: readonly Place[]
  private readonly blocks = new Frame(POINTS_MAX)
  private readonly samples = new Frame(SAMPLES_MAX)
  private readonly charts: readonly { readonly name: string; readonly title: string; readonly meter: ChartMeter }[]
  private readonly traffic = new Traffic(this.blocks)
  private readonly mailboxes = this.samples.add(new Mailboxes())
  private readonly trees: Trees
  private height = 0
  private last: Block | undefined = undefined
  /** How many transactions the blocks had in which one was asked for. */
  private readonly askedCounts = new Map<number, number>()

  /** `start` is the genesis. Throws `ChartFailed`. */
  constructor(plan: Plan, start: Moment, { traces = [] }: RecordOptions = {}) {
    const { charts, agents } = plan.scenario
    this.plan = plan
    this.asked = traces
    this.trees = new Trees(traces)
    for (const { block } of traces) this.askedCounts.set(block, 0)
    const frames = { blocks: this.blocks, samples: this.samples }
    this.charts = Object.entries(charts).map(([name, chart]) => ({ name, title: chart.title, meter: attempt(name, 0, () => startChart(name, chart, frames, start, agents)) }))
  }

  /** After each block, before the world steps on; `given` are the block's transactions. Throws `ChartFailed`. */
  see(block: Block, now: Moment, given: readonly Transaction[]): void {
    const { height } = block
    this.height = height
    this.last = block
    const sampled = this.samples.isDue(height)
    const marked: { readonly chart: string; readonly message: Mark["message"] }[] = []
    for (let index = 0; index < this.charts.length; index++) {
      const { name, title, meter } = this.charts[index] as (typeof this.charts)[number]
      try {
        const marks = meter.block?.(block, now)
        if (marks !== undefined) for (const { message } of marks) marked.push({ chart: title, message })
        if (sampled) meter.sample?.(now, block)
      } catch (thrown) {
        throw failed(name, height, thrown)
      }
    }
    this.trees.see(block, given, marked)
    if (this.askedCounts.has(height)) this.askedCounts.set(height, given.length)
    this.traffic.see(block, this.mailboxes.see(block))
    this.blocks.advance(height)
    this.samples.advance(height)
  }

  /** Once, when the run has ended; `command` is what repeats it. Throws `ChartFailed`. */
  end(now: Moment, command: string): ReportData {
    const { plan, height, blocks, samples } = this
    const { last } = this
    if (last !== undefined && !samples.isDue(height)) for (const { name, meter } of this.charts) attempt(name, height, () => meter.sample?.(now, last))
    blocks.end(height)
    samples.end(height)
    return {
      scenario: plan.scenario.name,
      description: plan.scenario.description,
      blocks: height,
      start: plan.path.timeOf(0),
      blockSeconds: plan.scenario.blockSeconds,
      stride: blocks.stride,
      sampleStride: samples.stride,
      charts: this.charts.map(({ name, meter }) => attempt(name, height, () => meter.end(now, last))),
      timeline: this.traffic.data(),
      mailboxes: this.mailboxData(),
      transactions: this.transactions(),
      command,
    }
  }

  private mailboxData(): MailboxData {
    const actors = new Map<string, number>()
    const indexOf = (actor: string): number => {
      const known = actors.get(actor)
      if (known !== undefined) return known
      actors.set(actor, actors.size)
      return actors.size - 1
    }
    const longest = this.mailboxes.longest.map((lengths) => lengths.flatMap(({ actor, length }) => [indexOf(actor), length]))
    return { actors: [...actors.keys()], longest, most: LONGEST_MAX }
  }

  private transactions(): TransactionsData {
    const shown = this.trees.end().map(({ tree, reasons }) => treeData(tree, reasons, this.plan.scenario.decimals))
    const places = new Set(shown.map(({ place }) => place))
    const missing = this.asked
      .filter(({ block, index }) => !places.has(`${block}:${index}`))
      .map(({ block, index }) => {
        const why = block > this.height ? `the run ended with block ${this.height}` : `block ${block} has ${this.askedCounts.get(block) ?? 0} transactions, the first of them is ${block}:0`
        return `${block}:${index}: ${why}`
      })
    return { total: this.trees.transactions, every: this.trees.sampleStride, shown, missing }
  }
}

const failed = (chart: string, block: number, thrown: unknown): ChartFailed =>
  new ChartFailed({ chart, block, problem: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) })

const attempt = <A>(chart: string, block: number, compute: () => A): A => {
  try {
    return compute()
  } catch (thrown) {
    throw failed(chart, block, thrown)
  }
}
