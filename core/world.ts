import type { AnyDefinition, Invariant, Observed, StateOf } from "./actor.ts"
import type { Address, AssetId } from "./address.ts"
import { Arrivals } from "./arrivals.ts"
import { Block, recordOf, type MessageRecord } from "./block.ts"
import type { Cell } from "./cell.ts"
import { causeKey, type Envelope } from "./envelope.ts"
import { BookUnbalanced, NoActorAt, NotQuiet, OrderBroken } from "./errors.ts"
import { forkKernel } from "./fork.ts"
import type { FundsLike } from "./funds.ts"
import { kernelOf, type Genesis, type WorldOptions } from "./genesis.ts"
import type { Header } from "./header.ts"
import type { Kernel } from "./kernel.ts"
import type { AnyMessage, Payload } from "./message.ts"
import type { Ordering } from "./ordering.ts"
import { runBlock, type BlockInput } from "./run-block.ts"
import { readSnapshot, writeSnapshot } from "./snapshot.ts"
import { treeOf, type TraceNode } from "./trace.ts"
import type { Transaction } from "./transaction.ts"
import type { AnyView, Published } from "./view.ts"

/** A broken invariant: which, of whom, and the values that show it. */
export interface Breach {
  readonly height: number
  readonly actor: Address
  readonly invariant: string
  readonly values: { readonly [name: string]: unknown }
}

export interface SettleOptions {
  /** Default 1,000. */
  readonly blocksMax?: number | undefined
  /** Whether to wait for timers too. Default true. */
  readonly timers?: boolean | undefined
}

type Match = string | ((message: MessageRecord) => boolean)

/**
 * A synchronous world on one thread: step it, hold and deliver single messages, fork it, store it. Tests, campaigns and small studies use it.
 *
 *     const world = World.make({ accounts: { alice: { eth: 100n } }, actors: [actor("pool", Pool, { ... })] })
 *     world.send("alice", "pool", Swap, { minimumOut: 9n }, { funds: { eth: 10n } })
 *     const { receipts } = world.step()
 */
export class World {
  private readonly kernel: Kernel
  private readonly run: typeof runBlock
  private queue: Transaction[] = []
  private readonly nonces = new Map<Address, number>()

  private constructor(kernel: Kernel, run: typeof runBlock = runBlock) {
    this.kernel = kernel
    this.run = run
  }

  /** @internal A world whose blocks others execute: `run` leaves the kernel as if it had. A fork of it executes its own. */
  static over(kernel: Kernel, run: typeof runBlock): World {
    return new World(kernel, run)
  }

  /** Throws `InvalidGenesis` or `DuplicateName`. */
  static make(genesis: Genesis, options: WorldOptions = {}): World {
    const kernel = kernelOf(genesis, options)
    if (options.trace === true) kernel.trace = new Map()
    return new World(kernel)
  }

  /** Rebuilds a stored world. Throws `InvalidSnapshot`; `InvalidGenesis` for an option that there is not. */
  static restore(
    definitions: readonly AnyDefinition[],
    snapshot: Uint8Array,
    options: WorldOptions & { readonly ordering?: Ordering | undefined } = {},
  ): World {
    const kernel = readSnapshot(definitions, snapshot, options)
    if (options.trace === true) kernel.trace = new Map()
    return new World(kernel)
  }

  get height(): number {
    return this.kernel.height
  }

  /** Of the last block, in seconds since 1970-01-01 00:00 UTC. */
  get time(): number {
    return this.kernel.time
  }

  /** Of the last sealed block. */
  get header(): Header {
    return this.kernel.header
  }

  /** Queues a transaction with the account's next nonce for the next step. */
  send<M extends AnyMessage>(
    from: Address,
    to: Address,
    message: M,
    payload: Payload<M>,
    options: { readonly funds?: FundsLike | undefined; readonly deadline?: number | undefined } = {},
  ): void {
    const nonce = this.nonces.get(from) ?? this.kernel.cells.get(from)?.nonce ?? 0
    this.nonces.set(from, nonce + 1)
    this.queue.push({ from, nonce, to, message, payload, funds: options.funds, deadline: options.deadline })
  }

  /** One block: the queued transactions, then the given ones. Throws `InvalidBlockInput` before anything happened. */
  step(transactions: readonly Transaction[] = [], input: BlockInput = {}): Block {
    const all = this.queue.length === 0 || !Array.isArray(transactions) ? transactions : [...this.queue, ...transactions]
    const outcome = this.run(this.kernel, all, input)
    this.queue = []
    this.nonces.clear()
    return new Block(this.kernel, outcome)
  }

  /** Messages under way: about to arrive, left over in mailboxes, or held. */
  get pending(): number {
    let count = this.kernel.arrivals.length + this.kernel.held.length
    for (const cell of this.kernel.leftovers) count += cell.waiting
    return count
  }

  get pendingTimers(): number {
    let count = 0
    for (const timers of this.kernel.timers.values()) count += timers.length
    return count
  }

  /** Steps without transactions until nothing is under way. Throws `NotQuiet` at the bound. Returns the blocks. */
  settle(options: SettleOptions = {}): readonly Block[] {
    const blocksMax = options.blocksMax ?? 1000
    const quiet = () => this.queue.length === 0 && this.pending === 0 && (options.timers === false || this.kernel.timers.size === 0)
    const blocks: Block[] = []
    while (!quiet()) {
      if (blocks.length >= blocksMax) throw new NotQuiet({ blocks: blocksMax, messages: this.pending, timers: this.pendingTimers })
      blocks.push(this.step())
    }
    return blocks
  }

  /** An independent copy, in time proportional to the number of actors. Queued transactions are copied too. */
  fork(): World {
    const fork = new World(forkKernel(this.kernel))
    fork.queue = [...this.queue]
    for (const [from, nonce] of this.nonces) fork.nonces.set(from, nonce)
    return fork
  }

  /** The whole world as bytes; equal worlds have equal bytes. Queued transactions are not part of it. */
  snapshot(): Uint8Array {
    return writeSnapshot(this.kernel)
  }

  /** Keeps matching messages from arriving, until `deliver`. A sender's later messages to the same receiver wait behind them. */
  hold(match: Match): void {
    this.kernel.holds.push(matcher(match))
  }

  /** What is held, in the order in which it would have arrived. */
  get held(): readonly MessageRecord[] {
    return this.kernel.held.map(recordOf)
  }

  /** Lets held messages arrive in the next block; without a match all of them, and nothing is held any more. Throws `OrderBroken` if one would overtake. */
  deliver(match?: Match): void {
    const { kernel } = this
    if (match === undefined) kernel.holds = []
    const wanted = match === undefined ? () => true : matcher(match)
    const kept: Envelope[] = []
    const released: Envelope[] = []
    for (const envelope of kernel.held) {
      if (!wanted(envelope)) kept.push(envelope)
      else {
        const before = kept.find(({ from, to }) => from === envelope.from && to === envelope.to)
        if (before !== undefined) {
          const problem = `${envelope.id} would overtake ${before.id}, which is held`
          throw new OrderBroken({ policy: "hold", height: kernel.height, actor: envelope.to, problem })
        }
        released.push(envelope)
      }
    }
    kernel.held = kept
    for (const envelope of released) kernel.released.add(envelope)
    kernel.arrivals = Arrivals.from([...released, ...kernel.arrivals])
  }

  /** The tree of messages that a transaction caused: by block and index. Needs the option `trace`. */
  trace(block: number, index: number): TraceNode | undefined {
    if (this.kernel.trace === undefined) throw new TypeError("make the world with { trace: true } to trace transactions")
    const envelopes = this.kernel.trace.get(causeKey(block, index))
    return envelopes === undefined ? undefined : treeOf(envelopes)
  }

  /** Every address where an actor lives, ascending. */
  get addresses(): readonly Address[] {
    return this.kernel.cells.addresses()
  }

  has(address: Address): boolean {
    return this.kernel.cells.has(address)
  }

  definitionOf(address: Address): AnyDefinition {
    return this.cell(address).definition
  }

  /** The state of an actor, typed by its definition. Throws `NoActorAt`. */
  state<D extends AnyDefinition>(definition: D, address: Address): StateOf<D> {
    const cell = this.cell(address)
    if (cell.definition !== definition) throw new NoActorAt({ address: `${address} of ${definition.name}` })
    return cell.state as StateOf<D>
  }

  /** What an actor holds of an asset, in its smallest unit. Throws `NoActorAt`. */
  balance(address: Address, asset: AssetId): bigint {
    return this.cell(address).balance(asset)
  }

  /** Everything that an actor holds, ascending by asset. Throws `NoActorAt`. */
  balances(address: Address): ReadonlyMap<AssetId, bigint> {
    const holdings = [...this.cell(address).holdings()].filter(({ amount }) => amount > 0n)
    return new Map(holdings.map(({ asset, amount }) => [asset.name, amount] as const).sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Units of an asset in existence. */
  supply(asset: AssetId): bigint {
    return this.kernel.assets.get(asset)?.supply ?? 0n
  }

  /** Units of an asset attached to messages under way. */
  underWay(asset: AssetId): bigint {
    return this.kernel.assets.get(asset)?.inFlight ?? 0n
  }

  /** Every asset that was ever issued, ascending. */
  get assets(): readonly AssetId[] {
    return [...this.kernel.assets.values()].filter(({ issued }) => issued).map(({ name }) => name).sort()
  }

  /** The account's next nonce, queued transactions not counted. Throws `NoActorAt`. */
  nonce(address: Address): number {
    return this.cell(address).nonce
  }

  /** The next value of the actor's sequence. Throws `NoActorAt`. */
  sequence(address: Address): number {
    return this.cell(address).sequence
  }

  /** What an actor has published; undefined when it publishes no such view. */
  view<V extends AnyView>(view: V, address: Address): Published<V> | undefined {
    const cell = this.kernel.cells.get(address)
    return cell === undefined || cell.definition.view !== view ? undefined : (cell.view as Published<V> | undefined)
  }

  /** Sums up the whole book from nothing and compares it with the totals. Throws `BookUnbalanced`. */
  audit(): void {
    const held = new Map<AssetId, bigint>()
    for (const cell of this.kernel.cells.values()) {
      for (const { asset, amount } of cell.holdings()) held.set(asset.name, (held.get(asset.name) ?? 0n) + amount)
    }
    const flight = new Map<AssetId, bigint>()
    for (const { funds } of this.underWayEnvelopes()) for (const [asset, amount] of funds) flight.set(asset, (flight.get(asset) ?? 0n) + amount)
    for (const { name, supply, inFlight } of this.kernel.assets.values()) {
      const [has, moves] = [held.get(name) ?? 0n, flight.get(name) ?? 0n]
      if (has + moves === supply && moves === inFlight) continue
      throw new BookUnbalanced({ height: this.height, asset: name, held: has, underWay: moves, expected: supply })
    }
  }

  private underWayEnvelopes(): readonly Envelope[] {
    const all = [...this.kernel.arrivals, ...this.kernel.held]
    for (const cell of this.kernel.leftovers) for (let next = cell.first; next !== undefined; next = next.next) all.push(next)
    return all
  }

  /** An actor as invariants see it. Its state is a value: it stays as it is when the world steps on; its balances are read at once. */
  observe<S = unknown>(address: Address): Observed<S> {
    const cell = this.cell(address)
    const held: [AssetId, bigint][] = []
    for (const { asset, amount } of cell.holdings()) held.push([asset.name, amount])
    const issued: [AssetId, bigint][] = []
    if (cell.assetsIssued > 0) for (const { name, issuer, supply } of this.kernel.assets.values()) if (issuer === address) issued.push([name, supply])
    return { address, state: cell.state as S, balance: amountsBy(held), supply: amountsBy(issued) }
  }

  /** Checks the declared invariants of one actor. `before` is what `observe` gave at the end of the previous block. */
  check(address: Address, before?: Observed<unknown>): readonly Breach[] {
    const invariants = Object.entries((this.cell(address).definition.invariants ?? {}) as { readonly [name: string]: Invariant<any> })
    if (invariants.length === 0) return []
    const observed = this.observe<any>(address)
    return invariants.flatMap(([invariant, holds]) => {
      const values = holds(observed, before as Observed<any> | undefined)
      return values === undefined ? [] : [{ height: this.height, actor: address, invariant, values }]
    })
  }

  private cell(address: Address): Cell {
    const cell = this.kernel.cells.get(address)
    if (cell === undefined) throw new NoActorAt({ address })
    return cell
  }
}

/** Above this, a list is slower to search through than a map is to make. */
const LISTED_MAX = 8

const amountsBy = (amounts: readonly (readonly [AssetId, bigint])[]): ((asset: AssetId) => bigint) => {
  if (amounts.length > LISTED_MAX) {
    const byAsset = new Map(amounts)
    return (asset) => byAsset.get(asset) ?? 0n
  }
  return (asset) => {
    for (let at = 0; at < amounts.length; at++) if (amounts[at]?.[0] === asset) return amounts[at]?.[1] as bigint
    return 0n
  }
}

const matcher = (match: Match): ((envelope: Envelope) => boolean) =>
  typeof match === "string" ? (envelope) => envelope.id === match : (envelope) => match(recordOf(envelope))
