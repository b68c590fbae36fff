import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as PubSub from "effect/PubSub"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Take from "effect/Take"
import type { AnyDefinition, StateOf } from "./actor.ts"
import type { Address, AssetId } from "./address.ts"
import type { Block, Receipt } from "./block.ts"
import type { BlockError, Body } from "./engine-body.ts"
import { bodyOf } from "./engine-open.ts"
import type { EngineOptions, FromGenesis, FromSnapshot, OpenError } from "./engine-options.ts"
import { BookUnbalanced, InvalidBlockInput, InvalidEngineOption, NotQuiet, OrderBroken, SeriesDiffers, type InvalidGenesis, type InvalidSnapshot, type NoActorAt } from "./errors.ts"
import { Failure } from "./failure.ts"
import type { Header } from "./header.ts"
import { LIMITS } from "./limits.ts"
import { show } from "./show.ts"
import type { BlockInput } from "./run-block.ts"
import { ShardFailed } from "./shard/errors.ts"
import type { AnyTransaction } from "./transaction-bytes.ts"
import type { AnyView, Published } from "./view.ts"
import type { SettleOptions } from "./world.ts"

/** The engine was closed, or a block could not be finished. Transactions that waited for a block were not executed. */
export class EngineStopped extends Data.TaggedError("core/EngineStopped")<{ readonly height: number; readonly reason: string }> {
  override get message(): string {
    return `the engine stopped after block ${this.height}: ${this.reason}`
  }
}

/** As many transactions as `queueMax` allows wait for the next block. Nothing of what was submitted was queued. */
export class QueueFull extends Data.TaggedError("core/QueueFull")<{ readonly queueMax: number; readonly waiting: number; readonly submitted: number }> {
  override get message(): string {
    return `${this.waiting} transactions wait and ${this.submitted} were submitted, but the queue holds at most ${this.queueMax}`
  }
}

/** What can go wrong with a block. After the first the engine is as it was; every other one stops it. */
export type StepError = InvalidBlockInput | BookUnbalanced | OrderBroken | SeriesDiffers | ShardFailed | EngineStopped

/** The long-lived form of a world. Every method fails with `EngineStopped` once the engine is closed or broken. */
export interface EngineService {
  /**
   * Queues a transaction for the next block and waits until that block is sealed. A refused transaction is a receipt, not an error;
   * a receipt is `pending` when the message was still in a mailbox, behind others, at the end of the block.
   * Interrupting the wait does not withdraw the transaction.
   */
  readonly submit: (transaction: AnyTransaction) => Effect.Effect<Receipt, QueueFull | EngineStopped>
  /** Queues transactions one behind the other, all or none. Receipts are in the given order. */
  readonly submitAll: (transactions: readonly AnyTransaction[]) => Effect.Effect<readonly Receipt[], QueueFull | EngineStopped>
  /** Seals a block of everything that is queued, in order of submission. After `InvalidBlockInput` the queue is as it was. */
  readonly step: (input?: BlockInput) => Effect.Effect<Block, StepError>
  /** Steps until the queue is empty and nothing is under way. The blocks go to `blocks`; the result is their number. */
  readonly settle: (options?: SettleOptions) => Effect.Effect<number, StepError | NotQuiet>
  /** Of the last sealed block. */
  readonly header: Effect.Effect<Header, EngineStopped>
  readonly height: Effect.Effect<number, EngineStopped>
  /** What an actor holds of an asset, in its smallest unit. */
  readonly balance: (address: Address, asset: AssetId) => Effect.Effect<bigint, NoActorAt | EngineStopped>
  /** The account's next nonce, queued transactions not counted. */
  readonly nonce: (address: Address) => Effect.Effect<number, NoActorAt | EngineStopped>
  /** The state of an actor, typed by its definition. */
  readonly state: <D extends AnyDefinition>(definition: D, address: Address) => Effect.Effect<StateOf<D>, NoActorAt | EngineStopped>
  /** What an actor has published; undefined when it publishes no such view. */
  readonly view: <V extends AnyView>(view: V, address: Address) => Effect.Effect<Published<V> | undefined, EngineStopped>
  /** Everything as of the last sealed block, as bytes. Queued transactions are not part of it. */
  readonly snapshot: Effect.Effect<Uint8Array, EngineStopped>
  /**
   * Blocks as they are sealed, from the moment of reading on. The engine never waits for a reader: one who falls more than `blocksKeptMax`
   * behind loses the oldest, which shows as a gap in the heights. Ends when the engine is closed, fails when it breaks.
   */
  readonly blocks: Stream.Stream<Block, EngineStopped>
}

/**
 * The engine as a service.
 *
 *     const program = Effect.gen(function* () {
 *       const engine = yield* Engine
 *       const receipt = yield* Effect.forkChild(engine.submit(transaction), { startImmediately: true })
 *       const block = yield* engine.step()
 *     })
 *     Effect.runPromise(Effect.provide(program, Engine.layer({ genesis })))
 */
export class Engine extends Context.Service<Engine, EngineService>()("blockstep/Engine") {
  /** An engine that lives as long as the layer. */
  static layer(options: FromGenesis): Layer.Layer<Engine, Exclude<OpenError, InvalidSnapshot>>
  static layer(options: FromSnapshot): Layer.Layer<Engine, Exclude<OpenError, InvalidGenesis>>
  static layer(options: EngineOptions): Layer.Layer<Engine, OpenError>
  static layer(options: EngineOptions): Layer.Layer<Engine, OpenError> {
    return Layer.effect(Engine, makeEngine(options))
  }
}

/** Counted over all engines of the process. */
const METRICS = {
  blocks: Metric.counter("blockstep_blocks", { description: "sealed blocks", incremental: true }),
  transactions: Metric.counter("blockstep_transactions", { description: "transactions of sealed blocks, refused ones included", incremental: true }),
  refused: Metric.counter("blockstep_refused", { description: "transactions that were not admitted", incremental: true }),
}

/** Transactions that were submitted together, and who waits for their receipts. */
interface Batch {
  readonly transactions: readonly AnyTransaction[]
  readonly sealed: Deferred.Deferred<readonly Receipt[], EngineStopped>
}

const QUEUE_MAX = LIMITS.transactionsMax
const BLOCKS_KEPT_MAX = 64

const makeEngine = (options: EngineOptions): Effect.Effect<EngineService, OpenError, Scope.Scope> =>
  Effect.gen(function* () {
    const queueMax = yield* checked("queueMax", options.queueMax, QUEUE_MAX, LIMITS.transactionsMax)
    const blocksKeptMax = yield* checked("blocksKeptMax", options.blocksKeptMax, BLOCKS_KEPT_MAX, 2 ** 20)
    const body = yield* bodyOf(options)
    yield* Effect.addFinalizer(() => body.close)
    const sealed = yield* PubSub.sliding<Take.Take<Block, EngineStopped>>(blocksKeptMax)
    const running = new Running(body, queueMax, sealed)
    yield* Effect.addFinalizer(() => running.stop("it was closed", Exit.void))
    return running.service
  })

const checked = (option: string, value: number | undefined, absent: number, maximum: number): Effect.Effect<number, InvalidEngineOption> =>
  value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= maximum)
    ? Effect.succeed(value ?? absent)
    : Effect.fail(new InvalidEngineOption({ option, expected: `an integer from 1 to ${maximum}`, value: show(value) }))

/** One open engine: its body, the queue in front of it, and whether it still runs. */
class Running {
  private readonly body: Body
  private readonly queueMax: number
  private readonly sealed: PubSub.PubSub<Take.Take<Block, EngineStopped>>
  private queue: Batch[] = []
  private waiting = 0
  private stopped: EngineStopped | undefined = undefined

  constructor(body: Body, queueMax: number, sealed: PubSub.PubSub<Take.Take<Block, EngineStopped>>) {
    this.body = body
    this.queueMax = queueMax
    this.sealed = sealed
  }

  get service(): EngineService {
    return {
      submit: (transaction) => Effect.map(this.submitAll([transaction]), ([receipt]) => receipt as Receipt),
      submitAll: (transactions) => this.submitAll(transactions),
      step: (input) => this.step(input ?? {}),
      settle: (options) => this.settle(options ?? {}),
      header: this.read((body) => Effect.succeed(body.header)),
      height: this.read((body) => Effect.succeed(body.header.height)),
      balance: (address, asset) => this.read((body) => body.balance(address, asset)),
      nonce: (address) => this.read((body) => body.nonce(address)),
      state: (definition, address) => this.read((body) => body.state(definition, address)),
      view: (view, address) => this.read((body) => body.view(view, address)),
      snapshot: this.read((body) => body.snapshot),
      blocks: Stream.fromPubSubTake(this.sealed),
    }
  }

  submitAll(transactions: readonly AnyTransaction[]): Effect.Effect<readonly Receipt[], QueueFull | EngineStopped> {
    return Effect.suspend((): Effect.Effect<readonly Receipt[], QueueFull | EngineStopped> => {
      const { stopped, queueMax, waiting } = this
      if (stopped !== undefined) return Effect.fail(stopped)
      const submitted = transactions.length
      if (submitted === 0) return Effect.succeed([])
      if (waiting + submitted > queueMax) return Effect.fail(new QueueFull({ queueMax, waiting, submitted }))
      const batch: Batch = { transactions: [...transactions], sealed: Deferred.makeUnsafe() }
      this.queue.push(batch)
      this.waiting += submitted
      return Deferred.await(batch.sealed)
    })
  }

  /** What is queued leaves the queue at once: while a block is made, the next one's transactions may come. */
  step(input: BlockInput): Effect.Effect<Block, StepError> {
    return Effect.suspend(() => {
      const { stopped, body, queue, waiting } = this
      if (stopped !== undefined) return Effect.fail(stopped)
      this.queue = []
      this.waiting = 0
      const transactions = queue.length === 1 ? (queue[0] as Batch).transactions : queue.flatMap((batch) => batch.transactions)
      return Effect.uninterruptible(
        Effect.matchCauseEffect(body.step(transactions, input, queue.length > 0), {
          onFailure: (cause) => this.refuseOrBreak(cause, queue, waiting),
          onSuccess: (block) => {
            this.answer(queue, block)
            return Effect.as(Effect.andThen(PubSub.publish(this.sealed, [block]), count(block)), block)
          },
        }),
      )
    })
  }

  /** Only a problem after the first change is a broken world. */
  private refuseOrBreak(cause: Cause.Cause<BlockError>, queue: readonly Batch[], waiting: number): Effect.Effect<never, StepError> {
    const problem = Cause.squash(cause)
    if (problem instanceof InvalidBlockInput || this.body.height === this.body.header.height) {
      this.queue = [...queue, ...this.queue]
      this.waiting += waiting
      if (problem instanceof ShardFailed) return this.broken(problem, problem.message, [])
      return problem instanceof InvalidBlockInput ? Effect.fail(problem) : Effect.die(problem)
    }
    const words = problem instanceof Error || problem instanceof Failure ? problem.message : show(problem)
    return this.broken(problem, words, queue)
  }

  private broken(problem: unknown, words: string, queue: readonly Batch[]): Effect.Effect<never, StepError> {
    const before = this.stopped
    this.queue = [...queue, ...this.queue]
    // What is under way while the engine is closed fails for that reason, whatever its threads say.
    if (before !== undefined) return Effect.andThen(this.stop(words), Effect.fail(before))
    const known = [BookUnbalanced, OrderBroken, SeriesDiffers, ShardFailed].some((type) => problem instanceof type)
    return Effect.andThen(this.stop(words), known ? Effect.fail(problem as StepError) : Effect.die(problem))
  }

  private answer(queue: readonly Batch[], block: Block): void {
    let from = 0
    for (const { transactions, sealed } of queue) {
      const end = from + transactions.length
      Deferred.doneUnsafe(sealed, Exit.succeed(block.receipts.slice(from, end)))
      from = end
    }
  }

  settle(options: SettleOptions): Effect.Effect<number, StepError | NotQuiet> {
    const blocksMax = options.blocksMax ?? 1000
    const { body } = this
    const quiet = (): boolean => this.waiting === 0 && body.pending === 0 && (options.timers === false || body.pendingTimers === 0)
    const notQuiet = (): NotQuiet => new NotQuiet({ blocks: blocksMax, messages: body.pending, timers: body.pendingTimers })
    const next = (blocks: number): Effect.Effect<number, StepError | NotQuiet> =>
      Effect.suspend(() => {
        if (this.stopped !== undefined) return Effect.fail(this.stopped)
        if (quiet()) return Effect.succeed(blocks)
        if (blocks >= blocksMax) return Effect.fail(notQuiet())
        return Effect.flatMap(Effect.andThen(this.step({}), Effect.yieldNow), () => next(blocks + 1))
      })
    return next(0)
  }

  /** Every later call fails, and so does everybody who waits. `last` is what readers of the blocks see. */
  stop(reason: string, last?: Exit.Exit<void, EngineStopped>): Effect.Effect<unknown> {
    return Effect.suspend(() => {
      const before = this.stopped
      const stopped = before ?? new EngineStopped({ height: this.body.header.height, reason })
      this.stopped = stopped
      for (const { sealed } of this.queue) Deferred.doneUnsafe(sealed, Exit.fail(stopped))
      this.queue = []
      this.waiting = 0
      if (before !== undefined) return Effect.void
      return PubSub.end(this.sealed, last ?? Exit.fail(stopped))
    })
  }

  /** A shard that fails while it is asked ends the engine. */
  private read<A, E>(get: (body: Body) => Effect.Effect<A, E>): Effect.Effect<A, Exclude<E, ShardFailed> | EngineStopped> {
    type Known = Exclude<E, ShardFailed> | EngineStopped
    return Effect.suspend((): Effect.Effect<A, Known> => {
      if (this.stopped !== undefined) return Effect.fail(this.stopped)
      return get(this.body).pipe(Effect.catch((problem): Effect.Effect<A, Known> => {
        if (!(problem instanceof ShardFailed)) return Effect.fail(problem as Known)
        return Effect.andThen(this.stop(problem.message), Effect.suspend(() => Effect.fail(this.stopped as EngineStopped)))
      }))
    })
  }
}

const count = ({ raw }: Block): Effect.Effect<void> => {
  const { transactions, refused } = raw.totals
  const blocks = Metric.update(METRICS.blocks, 1)
  if (transactions === 0) return blocks
  return Effect.andThen(blocks, Effect.andThen(Metric.update(METRICS.transactions, transactions), Metric.update(METRICS.refused, refused)))
}

/** The engine for hosts that use promises. Every method does what its namesake of `EngineService` does and rejects with the same errors. */
export interface PromiseEngine extends AsyncDisposable {
  /** The transaction is queued when the call returns; await the receipt after the step. */
  submit(transaction: AnyTransaction): Promise<Receipt>
  submitAll(transactions: readonly AnyTransaction[]): Promise<readonly Receipt[]>
  step(input?: BlockInput): Promise<Block>
  settle(options?: SettleOptions): Promise<number>
  header(): Promise<Header>
  height(): Promise<number>
  balance(address: Address, asset: AssetId): Promise<bigint>
  nonce(address: Address): Promise<number>
  state<D extends AnyDefinition>(definition: D, address: Address): Promise<StateOf<D>>
  view<V extends AnyView>(view: V, address: Address): Promise<Published<V> | undefined>
  snapshot(): Promise<Uint8Array>
  /** Reading begins with the first `next`. */
  blocks(): AsyncIterable<Block>
  /** Whoever still waits is rejected with `EngineStopped`. Closing twice does nothing. */
  close(): Promise<void>
}

/**
 * Opens an engine. Rejects with an `OpenError`.
 *
 *     await using engine = await openEngine({ genesis })
 *     const receipt = engine.submit(transaction)
 *     await engine.step()
 *     console.log(await receipt, await engine.balance("alice", "eth"))
 */
export const openEngine = async (options: EngineOptions): Promise<PromiseEngine> => {
  const scope = Scope.makeUnsafe()
  const engine = await Effect.runPromise(Scope.provide(makeEngine(options), scope))
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  return {
    submit: (transaction) => Effect.runPromise(engine.submit(transaction)),
    submitAll: (transactions) => Effect.runPromise(engine.submitAll(transactions)),
    step: (input) => Effect.runPromise(engine.step(input)),
    settle: (settling) => Effect.runPromise(engine.settle(settling)),
    header: () => Effect.runPromise(engine.header),
    height: () => Effect.runPromise(engine.height),
    balance: (address, asset) => Effect.runPromise(engine.balance(address, asset)),
    nonce: (address) => Effect.runPromise(engine.nonce(address)),
    state: (definition, address) => Effect.runPromise(engine.state(definition, address)),
    view: (view, address) => Effect.runPromise(engine.view(view, address)),
    snapshot: () => Effect.runPromise(engine.snapshot),
    blocks: () => Stream.toAsyncIterable(engine.blocks),
    close,
    [Symbol.asyncDispose]: close,
  }
}
