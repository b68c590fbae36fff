import { BookUnbalanced, OrderBroken, type Block, type Header, type World } from "../core/index.ts"
import { audit, InvariantCheck, type Violation } from "./invariant-check.ts"
import type { Measurement, Meter } from "./metric.ts"
import type { ReportData } from "./report/data.ts"
import { Recording, type RecordOptions } from "./report/recording.ts"
import type { Scenario } from "./scenario.ts"
import { planOf, Simulation, type Plan, type RunOptions } from "./simulation.ts"
import { Tally, type FoundDefect } from "./tally.ts"

/** What came of a run. Nothing in it depends on the machine or on the time that it took. */
export interface RunReport {
  readonly scenario: string
  readonly seed: bigint
  /** Of the last block. */
  readonly header: Header
  /** Given to blocks, the refused ones included. */
  readonly transactions: number
  /** Ended: handled, bounced or expired, of whatever kind. */
  readonly messages: number
  /** Transactions that were refused: at the door, or by whom they went to. */
  readonly refused: number
  /** By the failure's tag, of transactions and of messages between actors: the most frequent first. */
  readonly refusals: { readonly [kind: string]: number }
  readonly defects: { readonly count: number; readonly first: FoundDefect | undefined }
  /** By the metric's name. */
  readonly measurements: { readonly [name: string]: Measurement }
  /** Why the run stopped early; absent when every invariant held. */
  readonly violation: Violation | undefined
}

/** A run under way, block by block, for whoever wants to watch it. `run` is the whole of it at once. */
export class Run {
  readonly plan: Plan
  private readonly simulation: Simulation
  private readonly meters: readonly (readonly [name: string, meter: Meter])[]
  private readonly check: InvariantCheck
  private readonly tally = new Tally()
  private readonly recording: Recording | undefined
  private last: Block | undefined = undefined
  private violation: Violation | undefined

  /**
   * With `record` it keeps what a report draws, which changes no header. `given`: see `Simulation`.
   * Throws `InvalidRunOption`, `ParameterOutOfRange`, `PathOutOfRange`, `InvalidGenesis`, `DuplicateName`, `InvalidScenario` or `ChartFailed`.
   */
  constructor(scenario: Scenario, options: RunOptions = {}, record?: RecordOptions, given?: World) {
    this.plan = planOf(scenario, options)
    this.simulation = new Simulation(this.plan, false, given)
    const { world, price } = this.simulation
    this.meters = Object.entries(scenario.metrics).map(([name, metric]) => [name, metric.start({ world, price }, scenario.agents)])
    this.recording = record === undefined ? undefined : new Recording(this.plan, { world, price }, record)
    this.check = new InvariantCheck(scenario, { world, price })
    this.violation = this.check.genesis()
  }

  get height(): number {
    return this.simulation.world.height
  }

  get transactions(): number {
    return this.tally.transactions
  }

  /** Whether the last block was made, or an invariant was found broken. */
  get done(): boolean {
    return this.violation !== undefined || this.height >= this.plan.blocks
  }

  /** Makes one block and checks it. Throws `AgentFailed` or `ChartFailed`. */
  step(): void {
    const { simulation } = this
    const block = this.stepWorld()
    if (block === undefined) return
    this.last = block
    this.tally.add(block)
    const { world, price } = simulation
    const now = { world, price }
    for (let index = 0; index < this.meters.length; index++) (this.meters[index] as (typeof this.meters)[number])[1].block?.(block, now)
    this.recording?.see(block, now, simulation.given)
    this.violation = this.check.block(block, now)
    if (this.height >= this.plan.blocks) this.violation ??= audit(world)
  }

  private stepWorld(): Block | undefined {
    try {
      return this.simulation.step()
    } catch (thrown) {
      if (!(thrown instanceof BookUnbalanced || thrown instanceof OrderBroken)) throw thrown
      const invariant = thrown instanceof BookUnbalanced ? "book" : "order"
      this.violation = { block: thrown.height, actor: "world", invariant, values: { problem: thrown.message } }
      return undefined
    }
  }

  /** What a report draws, once, when the run is done; `command` is what repeats the run. Undefined where nothing was recorded. Throws `ChartFailed`. */
  recorded(command: string): ReportData | undefined {
    const { world, price } = this.simulation
    return this.recording?.end({ world, price }, command)
  }

  report(): RunReport {
    const { tally, simulation, plan } = this
    const { world, price } = simulation
    return {
      scenario: plan.scenario.name,
      seed: plan.seed,
      header: world.header,
      transactions: tally.transactions,
      messages: tally.messages,
      refused: tally.refused,
      refusals: tally.refusals,
      defects: { count: tally.defects, first: tally.firstDefect },
      measurements: Object.fromEntries(this.meters.map(([name, meter]) => [name, meter.end({ world, price }, this.last)])),
      violation: this.violation,
    }
  }
}

/**
 * Runs a scenario to its end, or to the first broken invariant. The same scenario and options give the same report on every machine.
 * Throws `InvalidRunOption`, `ParameterOutOfRange`, `PathOutOfRange`, `InvalidGenesis`, `DuplicateName`, `InvalidScenario` or `AgentFailed`.
 *
 *     const { header, violation } = run(marketDay, { blocks: 1_000, seed: 7 })
 */
export const run = (scenario: Scenario, options: RunOptions = {}): RunReport => {
  const running = new Run(scenario, options)
  while (!running.done) running.step()
  return running.report()
}
