import { BookUnbalanced, Failure, OrderBroken, type Address, type AnyMessage, type Arrival, type Block, type Intercepted, type MessageRecord, type World } from "../../core/index.ts"
import type { Arena } from "./arena.ts"
import type { Case, Decision, Fault, Step } from "./case.ts"
import type { Coverage } from "./coverage.ts"
import { DefaultWatch, guarded, inWords, oracleThrew, type Found } from "./default-watch.ts"
import { OrderNotAllowed } from "./failures.ts"
import { effectOf, possibleFaults } from "./faults.ts"
import type { Broken, Finding, Moment, Watch } from "./oracle.ts"
import { resolved } from "./relative.ts"
import { arrangeByChoice } from "./schedule.ts"
import type { Sight } from "./sight.ts"
import type { Position, Source } from "./source.ts"

/** What became of a run. */
export interface Outcome {
  /** Everything that was chosen; amounts as they were found. */
  readonly case: Case
  /** The same with every amount as a number. */
  readonly concrete: Case
  readonly finding: Finding | undefined
  /** Messages that were handled, or refused by their handlers. */
  readonly calls: number
  readonly blocks: number
  readonly world: World
}

/** Told of each block, for charts. */
export type Listener = (block: Block, world: World, step: number) => void

export interface ExecutionOptions {
  readonly coverage?: Coverage | undefined
  readonly listener?: Listener | undefined
  readonly trace?: boolean
  /** Asked after each block, with the steps taken and the blocks since the last; true ends the run where it is. */
  readonly visit?: (world: World, steps: number, since: number) => boolean
}

type Named = readonly [name: string, watch: Watch]

const CAUSES_PER_BLOCK = 1_048_576
/** Blocks in the calm phase for timers, which may be set anew for ever. */
const TIMER_BLOCKS_MAX = 64

/** Plays one run: takes steps from a source, keeps what was chosen, and watches. */
export const execute = (arena: Arena, source: Source, options: ExecutionOptions = {}): Outcome => new Execution(arena, source, options).run()

class Execution implements Position {
  private readonly arena: Arena
  private readonly source: Source
  private readonly options: ExecutionOptions
  private world: World
  sight: Sight
  last: Step | undefined = undefined
  private readonly steps: Step[] = []
  private readonly concrete: Step[] = []
  private readonly decisions: Decision[] = []
  private readonly faults: Fault[] = []
  private readonly watches: readonly Named[]
  /** Those of the watches that look at each step, block, quiet moment. */
  private readonly beforeWatches: readonly Named[]
  private readonly blockWatches: readonly Named[]
  private readonly quietWatches: readonly Named[]
  private readonly defaults: DefaultWatch | undefined
  /** Whether anybody asks which step a message is of. */
  private readonly tracked: boolean
  private readonly causes = new Map<number, number>()
  private readonly handled: number[] = []
  private readonly arrived: number[] = []
  private readonly due: { readonly from: Address; readonly to: Address; readonly height: number }[] = []
  private readonly views = new Map<Address, { now: unknown; before: unknown }>()
  private stale: Intercepted | undefined = undefined
  private calm = false
  /** The run ends where it is. */
  private cut = false
  private queued = 0
  private seconds = 0
  private sinceStep = 0
  private calls = 0
  private finding: Finding | undefined = undefined
  private latest: Block | undefined = undefined
  lastRefused = false

  constructor(arena: Arena, source: Source, options: ExecutionOptions) {
    const { campaign } = arena
    this.arena = arena
    this.source = source
    this.options = options
    const hooks = source.hooked
      ? {
          arrange: (arrivals: readonly Arrival[], { actor }: { readonly actor: Address }) => this.arrange(arrivals, actor),
          message: (message: Intercepted) => this.intercept(message),
          view: (message: Intercepted, address: Address, published: unknown) => (message === this.stale ? (this.views.get(address)?.before ?? published) : published),
        }
      : undefined
    this.tracked = source.hooked || source.delays
    this.world = arena.begin(hooks, options.trace === true)
    this.sight = arena.sight.of(this.world)
    this.watches = campaign.oracles.map(({ name, begin }) => [name, guarded(campaign.name, name, "world", () => begin(arena.plain))] as const)
    this.beforeWatches = this.watches.filter(([, watch]) => watch.before !== undefined)
    this.blockWatches = this.watches.filter(([, watch]) => watch.block !== undefined)
    this.quietWatches = this.watches.filter(([, watch]) => watch.quiet !== undefined)
    this.defaults = campaign.defaults ? new DefaultWatch(campaign.name, arena.baseline) : undefined
    if (source.delays) this.world.hold((message) => this.isLate(message))
  }

  private get goesOn(): boolean {
    return this.finding === undefined && !this.cut
  }

  get count(): number {
    return this.steps.length
  }

  run(): Outcome {
    while (this.goesOn) {
      const step = this.source.step(this)
      if (step === undefined) break
      this.take(step)
    }
    if (this.goesOn) this.settle()
    const { parameters } = this.source
    const { steps, concrete, decisions, faults, finding, calls, world } = this
    return {
      case: { parameters, steps, decisions, faults },
      concrete: { parameters, steps: concrete, decisions, faults },
      finding,
      calls,
      blocks: world.height,
      world,
    }
  }

  private take(step: Step): void {
    const index = this.steps.length
    if (this.source.recover(index)) this.recover(index)
    this.last = step
    this.lastRefused = false
    this.sinceStep = 0
    this.seconds += step.seconds
    if (step.seconds > 0 || this.arena.actions.get(step.action)?.moves !== undefined) this.defaults?.movePrices()
    this.steps.push(step)
    this.concrete.push(this.give(step, index))
    if (step.blocks === 0) return
    this.block()
    for (let count = 1; this.goesOn && (step.blocks === undefined ? this.world.pending > 0 : count < step.blocks); count++) {
      if (count > this.arena.campaign.calmBlocks) return this.found({ oracle: "liveness", actor: "world", detail: "never quiet", values: inWords({ blocks: count, messages: this.world.pending }) })
      this.sinceStep++
      this.block()
    }
    if (this.goesOn && this.world.pending === 0) this.quiet()
  }

  /** Queues what a step sends, with its amounts as they are now. */
  private give(step: Step, index: number): Step {
    const { send } = step
    if (send === undefined) return this.announced(step, index)
    const { from, to, message } = send
    const payload = resolved(send.payload, this.world)
    const funds = resolved(send.funds, this.world) as { readonly [asset: string]: bigint }
    const { action, seconds, blocks } = step
    const given = this.announced({ action, send: { from, to, message, payload, funds }, seconds, blocks }, index)
    if (this.tracked) this.causes.set((this.world.height + 1) * CAUSES_PER_BLOCK + this.queued, index)
    this.queued++
    this.world.send(from, to, this.arena.messages.get(message) as AnyMessage, payload as never, { funds })
    return given
  }

  private announced(step: Step, index: number): Step {
    for (const [name, watch] of this.beforeWatches) guarded(this.arena.campaign.name, name, "world", () => watch.before?.(this.moment(step, index)))
    return step
  }

  private block(): void {
    for (let at = this.due.length - 1; at >= 0; at--) {
      const { from, to, height } = this.due[at] as (typeof this.due)[number]
      if (height > this.world.height + 1) continue
      this.due.splice(at, 1)
      this.world.deliver((message) => message.from === from && message.to === to)
    }
    const time = this.world.time + this.seconds
    this.seconds = 0
    this.queued = 0
    try {
      this.latest = this.world.step([], { time })
    } catch (thrown) {
      if (thrown instanceof OrderBroken) throw new OrderNotAllowed({ campaign: this.arena.campaign.name, schedule: this.arena.campaign.schedule.name, problem: thrown.problem })
      if (!(thrown instanceof BookUnbalanced)) throw thrown
      return this.found({ oracle: "conservation", actor: "world", detail: thrown.asset, values: { problem: thrown.message } })
    }
    const { raw } = this.latest
    this.calls += raw.ended.length
    const { admissions } = raw
    if (admissions.length > 0) {
      const admission = admissions[admissions.length - 1] as (typeof admissions)[number]
      this.lastRefused = admission instanceof Failure || admission.outcome > 1
      if (this.last !== undefined) this.options.coverage?.action(this.last.action, this.lastRefused)
    }
    if (this.source.hooked) this.keepViews(this.latest)
    this.options.coverage?.block(this.latest)
    this.options.listener?.(this.latest, this.world, this.steps.length - 1)
    this.found(this.defaults?.block(this.world, this.latest))
    this.ask("block", this.blockWatches)
    if (this.options.visit?.(this.world, this.steps.length, this.sinceStep) === true) this.cut = true
  }

  /** Faults off: everything under way, and due timers, must come to rest. */
  private settle(): void {
    this.calm = true
    this.due.length = 0
    this.world.deliver()
    const { calmBlocks } = this.arena.campaign
    if (this.queued > 0) this.block()
    for (let count = 0, timers = 0; this.goesOn; count++) {
      if (this.world.pending === 0 && (this.world.pendingTimers === 0 || timers >= TIMER_BLOCKS_MAX)) break
      if (count > calmBlocks + TIMER_BLOCKS_MAX) return this.found({ oracle: "liveness", actor: "world", detail: "never quiet", values: inWords({ blocks: count, messages: this.world.pending }) })
      if (this.world.pending === 0) timers++
      this.sinceStep++
      this.block()
    }
    if (!this.goesOn || this.latest === undefined) return
    this.quiet()
    this.found(this.defaults?.settled(this.world))
    this.ask("settled", this.watches)
    if (this.finding !== undefined) return
    try {
      this.world.audit()
    } catch (thrown) {
      if (!(thrown instanceof BookUnbalanced)) throw thrown
      this.found({ oracle: "conservation", actor: "world", detail: thrown.asset, values: { problem: thrown.message } })
    }
  }

  private quiet(): void {
    this.options.coverage?.quiet()
    this.found(this.defaults?.quiet(this.world))
    this.ask("quiet", this.quietWatches)
  }

  private ask(when: "block" | "quiet" | "settled", watches: readonly Named[]): void {
    if (watches.length === 0 || this.finding !== undefined) return
    const { world, arena, decisions, faults, apart, latest } = this
    const moment: Moment = {
      world,
      genesis: arena.plain,
      block: latest as Block,
      step: this.concrete.at(-1) ?? NO_STEP,
      index: this.steps.length - 1,
      departed: decisions.length + faults.length > 0,
      faults,
      apart,
    }
    for (let at = 0; at < watches.length; at++) {
      const [oracle, watch] = watches[at] as Named
      let values: Broken
      try {
        values = watch[when]?.(moment)
      } catch (thrown) {
        throw oracleThrew(arena.campaign.name, oracle, "world", thrown)
      }
      if (values !== undefined) return this.found({ oracle, actor: "world", detail: "", values: inWords(values) })
    }
  }

  private moment(step: Step, index: number): Omit<Moment, "block"> {
    return { world: this.world, genesis: this.arena.plain, step, index, departed: this.decisions.length + this.faults.length > 0, faults: this.faults, apart: this.apart }
  }

  readonly apart = <A>(play: (fork: World) => A): A => {
    const { calm } = this
    this.calm = true
    try {
      return play(this.world.fork())
    } finally {
      this.calm = calm
    }
  }

  private found(found: Found | undefined): void {
    if (found === undefined || this.finding !== undefined) return
    this.finding = { ...found, height: this.world.height, step: this.steps.length - 1 }
  }

  private arrange(arrivals: readonly Arrival[], actor: Address): readonly Arrival[] {
    if (this.calm) return arrivals
    const step = this.steps.length - 1
    const block = this.sinceStep
    const wished = this.source.arrange?.(arrivals)
    let fair = true
    const order = arrangeByChoice(arrivals, (senders, at) => {
      const choice = wished === undefined ? this.source.choose({ step, block, actor, at }, senders) : senders.indexOf(wished[at] as Arrival)
      if (choice < 0) fair = false
      const taken = Math.max(0, Math.min(choice, senders.length - 1))
      if (taken > 0) this.decisions.push({ step, block, actor, at, choice: taken })
      return taken
    })
    // What is not fair is for the engine to refuse.
    return fair && (wished === undefined || wished.length === arrivals.length) ? order : (wished as readonly Arrival[])
  }

  private intercept(message: Intercepted): ReturnType<typeof effectOf> {
    this.stale = undefined
    if (this.calm) return undefined
    const step = this.causes.get(message.causeBlock * CAUSES_PER_BLOCK + message.causeIndex)
    if (step === undefined) return undefined
    const nth = (this.handled[step] = (this.handled[step] ?? -1) + 1)
    const definition = this.world.has(message.to) ? this.world.definitionOf(message.to) : undefined
    const possible = possibleFaults(message, definition)
    if (possible.length === 0) return undefined
    const fault = this.source.fault(step, nth, message, possible)
    if (fault === undefined) return undefined
    this.faults.push(fault)
    this.options.coverage?.fault(fault.kind, message.message)
    if (fault.kind === "staleView") this.stale = message
    return effectOf(fault, message)
  }

  private isLate({ cause, from, to }: MessageRecord): boolean {
    if (this.calm) return false
    const step = this.causes.get(cause.block * CAUSES_PER_BLOCK + cause.index)
    if (step === undefined) return false
    const nth = (this.arrived[step] = (this.arrived[step] ?? -1) + 1)
    const blocks = this.source.delay(step, nth)
    if (blocks <= 0) return false
    this.faults.push({ kind: "delay", step, nth, blocks })
    // The world is already at the height of the block under way.
    this.due.push({ from, to, height: this.world.height + blocks })
    return true
  }

  /** Stores the world and goes on with what was stored. */
  private recover(step: number): void {
    if (this.queued > 0 || this.world.held.length > 0) return
    const bytes = this.world.snapshot()
    const stored = this.arena.restored(bytes, this.options.trace === true)
    this.faults.push({ kind: "recover", step, nth: 0 })
    if (!Buffer.from(bytes).equals(stored.snapshot())) return this.found({ oracle: "recovery", actor: "world", detail: "", values: { height: String(this.world.height) } })
    this.world = stored
    this.sight = this.arena.sight.of(stored)
    if (this.source.delays) this.world.hold((message) => this.isLate(message))
  }

  private keepViews(block: Block): void {
    for (const { address, view, viewChanged } of block.raw.touched) {
      if (viewChanged) this.views.set(address, { now: view, before: this.views.get(address)?.now ?? this.arena.viewAtGenesis(address) })
    }
  }
}

const NO_STEP: Step = { action: "genesis", seconds: 0, blocks: undefined }
