import type { AnyDefinition } from "./actor.ts"
import { Amounts } from "./amounts.ts"
import { Arrivals } from "./arrivals.ts"
import { interned, type Address, type AssetId } from "./address.ts"
import { ByteWriter } from "./bytes.ts"
import { Asset, Cell, type Holding } from "./cell.ts"
import { Directory } from "./directory.ts"
import { HandlingContext } from "./handling-context.ts"
import { addFlight } from "./book.ts"
import { ChangeLog } from "./change-log.ts"
import { causeKey, TRANSACTION, type Envelope } from "./envelope.ts"
import type { Funds } from "./funds.ts"
import type { Header } from "./header.ts"
import type { Interception } from "./intercept.ts"
import { BlockDigests } from "./digests.ts"
import { InputLog } from "./input-log.ts"
import { LIMITS } from "./limits.ts"
import { Outbox, slotOfReceiver } from "./outbox.ts"
import type { NameBytes } from "./name-bytes.ts"
import type { Ordering } from "./ordering.ts"
import type { Payments } from "./payments.ts"
import { Pile } from "./pile.ts"
import type { Registry } from "./registry.ts"
import { Senders } from "./senders.ts"
import { Totals } from "./totals.ts"
import type { Transaction } from "./transaction.ts"
import { Undo } from "./undo.ts"
import type { AnyView } from "./view.ts"

/** What a world may set below the engine's own limits. */
export interface WorldLimits {
  readonly hopsMax: number
  readonly hopsReturnMax: number
  readonly mailboxMax: number
  readonly sendsMax: number
  readonly eventsMax: number
  readonly spawnsMax: number
  readonly timersPerStepMax: number
  readonly timersMax: number
  readonly timerBlocksMax: number
  /** Messages that an actor handles per block where its definition does not say. */
  readonly capacity: number
}

export interface Config {
  readonly seed: bigint
  readonly blockSeconds: number
  readonly limits: WorldLimits
  readonly ordering: Ordering
  /** Freezes states and payloads, so that a handler that writes to them is caught as a defect; and handles each series both ways. */
  readonly strict: boolean
  readonly authenticate: ((transaction: Transaction) => string | undefined) | undefined
  readonly intercept: Interception | undefined
  readonly sealed: boolean
  /** Whether anybody may ask a block for its receipts and messages. */
  readonly tells: boolean
}

/** Keeps every message by its cause, for `World.trace`. */
export type TraceLog = Map<number, Envelope[]>

/**
 * Everything that one thread knows: the actors, the book, the messages under way, and the scratch of the block under way.
 * The block's phases (admit, deliver, execute, reconcile, seal) are functions over it, each in its own file.
 */
export class Kernel {
  readonly config: Config
  readonly registry: Registry
  readonly cells = new Directory()
  readonly assets = new Map<AssetId, Asset>()
  readonly amounts = new Amounts()
  height = 0
  time: number
  header: Header
  /** Reconciled messages that arrive in the next block, in canonical order. */
  arrivals = new Arrivals()
  /** Actors with leftover mail, in the order in which they were reached. */
  leftovers: Cell[] = []
  /** Timers by the height in which they are due. */
  readonly timers = new Map<number, Envelope[]>()
  trace: TraceLog | undefined
  /** Everybody who lives in other kernels of the same world; undefined where this one has all slots. */
  abroad: Abroad | undefined = undefined

  /** Messages of the tests' hold, which wait outside of their mailboxes. */
  held: Envelope[] = []
  /** Messages that were delivered out of the hold and must not be caught again. */
  readonly released = new WeakSet<Envelope>()
  holds: ((envelope: Envelope) => boolean)[] = []

  /** Scratch of the block under way. */
  touched: Cell[] = []
  changes: ChangeLog
  readonly outbox: Outbox
  /** Actors that may have a new view. */
  publishers: Cell[] = []
  ended = new Pile<Envelope>()
  /** How many of them could not be delivered; they are the first. */
  undelivered = 0
  /** What was credited at delivery; it ended too. */
  credited = new Pile<Envelope>()
  /** Plain payments that were credited without having been made messages. */
  paid = 0
  /** Whether nobody can ask for the messages of this block, so that a plain payment needs not be one. */
  sparesMessages = false
  readonly spawned = new Map<Address, Cell>()
  changedAssets: Asset[] = []
  viewDefects: { actor: Address; problem: string }[] = []
  ghosts: Map<Address, Lifting & { count: number }> | undefined = undefined
  readonly context: HandlingContext
  readonly writer: ByteWriter
  readonly inputs: InputLog
  digests: BlockDigests
  readonly answerWriter: ByteWriter
  readonly undo = new Undo()
  /** Scratch of the batch or series under way. */
  readonly totals = new Totals()
  readonly brought = new Totals()
  readonly senders = new Senders()
  /** Whether no limit or policy can touch a payment to an account, so that it may be credited as it is delivered. */
  readonly paysAtOnce: boolean

  /** A fork uses the scratch of its origin: nothing in it outlives a block, and on one thread blocks do not overlap. */
  constructor(config: Config, registry: Registry, time: number, header: Header, origin?: Kernel) {
    this.changes = origin?.changes ?? new ChangeLog()
    this.outbox = origin?.outbox ?? new Outbox()
    this.writer = origin?.writer ?? new ByteWriter(1 << 16)
    this.inputs = origin?.inputs ?? new InputLog()
    this.digests = origin?.digests ?? new BlockDigests()
    this.answerWriter = origin?.answerWriter ?? new ByteWriter(1 << 16)
    this.config = config
    this.registry = registry
    this.time = time
    this.header = header
    this.context = new HandlingContext(this)
    this.paysAtOnce = config.ordering.arrange === undefined && config.limits.capacity === WORLD_LIMITS.capacity && config.intercept === undefined
  }

  /** An asset by name; one that nobody issued yet begins here. */
  asset(name: AssetId): Asset {
    const known = this.assets.get(name)
    if (known !== undefined) return known
    const own = interned(name)
    const asset = new Asset(this.amounts, own, this.cells.names.add(own), 0n, false)
    this.assets.set(own, asset)
    return asset
  }

  /** The asset of the first entry of a message's funds, looked up once on the message's way. */
  assetOf(envelope: Envelope): Asset {
    return (envelope.asset ??= this.asset(envelope.funds.asset))
  }

  /** Begins an actor's part in this block: remembers what the seal compares with. */
  touch(cell: Cell): void {
    if (cell.touched === this.height) return
    cell.touched = this.height
    cell.stateBefore = cell.state
    cell.sequenceBefore = cell.sequence
    cell.nonceBefore = cell.nonce
    cell.latestBlock = -1
    cell.firstChanged = undefined
    cell.viewChanged = false
    cell.born = false
    cell.timersSet = undefined
    cell.taken = 0
    cell.place = this.touched.length
    this.touched.push(cell)
    this.changes.begin(cell.place, cell.slot, cell.key, cell.namePlace)
  }

  /** Adds to a balance; the cell must be touched. */
  add(cell: Cell, holding: Holding, amount: bigint): void {
    this.prepare(cell, holding)
    this.undo.saveHolding(holding)
    holding.asset.heldDelta.add(amount)
    this.amounts.add(holding.at, amount)
  }

  /** Adds what a message brings to an account for good: nothing takes that back. */
  deposit(cell: Cell, envelope: Envelope): void {
    const { funds } = envelope
    if (funds.isEmpty) return
    for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
      const asset = entry === funds ? this.assetOf(envelope) : this.asset(entry.asset)
      const holding = cell.holdingOf(asset) ?? cell.addHolding(asset)
      this.receive(cell, holding, entry.amount)
    }
  }

  /** Adds to a balance for good; the cell must be touched. */
  receive(cell: Cell, holding: Holding, amount: bigint): void {
    this.prepare(cell, holding)
    holding.asset.heldDelta.add(amount)
    this.amounts.add(holding.at, amount)
  }

  /** Takes from a balance that was checked to suffice; the cell must be touched. */
  take(cell: Cell, holding: Holding, amount: bigint): void {
    this.prepare(cell, holding)
    this.undo.saveHolding(holding)
    this.pay(holding, amount)
  }

  /** Takes from the balance of an account what its transaction attaches: nothing takes that back. */
  debit(cell: Cell, holding: Holding, amount: bigint): void {
    this.prepare(cell, holding)
    this.pay(holding, amount)
  }

  /** As `receive`, of an amount below 2^64 in halves. */
  receiveWords(cell: Cell, holding: Holding, low: number, high: number): void {
    this.prepare(cell, holding)
    holding.asset.heldDelta.addWords(low, high)
    this.amounts.addWords(holding.at, low, high)
  }

  private pay(holding: Holding, amount: bigint): void {
    holding.asset.heldDelta.subtract(amount)
    this.amounts.take(holding.at, amount)
  }

  private prepare(cell: Cell, holding: Holding): void {
    if (holding.stamp !== this.height) {
      holding.begin(this.height)
      holding.nextChanged = cell.firstChanged
      cell.firstChanged = holding
    }
    this.begin(holding.asset)
  }

  /** Credits what a message brings, so that a refusal of it can take it back. */
  credit(cell: Cell, envelope: Envelope): void {
    const { funds } = envelope
    if (funds.isEmpty) return
    // Who is paid mostly holds the asset already, and a look at a few holdings is cheaper than one at all assets.
    const known = envelope.asset === undefined ? cell.holding(funds.asset) : cell.holdingOf(envelope.asset)
    const first = known ?? cell.addHolding(this.assetOf(envelope))
    envelope.asset = first.asset
    this.add(cell, first, funds.amount)
    for (let entry = funds.rest; entry !== undefined; entry = entry.rest) {
      this.add(cell, cell.holding(entry.asset) ?? cell.addHolding(this.asset(entry.asset)), entry.amount)
    }
  }

  /** Puts a message on its way, lifted so that it does not overtake the sender's previous one. */
  emit(cell: Cell, envelope: Envelope): void {
    lift(envelope, cell)
    this.dispatch(envelope)
    if (this.trace !== undefined) remember(this.trace, envelope)
  }

  /** Puts a message whose position is settled among those that leave this block. */
  dispatch(envelope: Envelope): void {
    const slot = slotOfReceiver(envelope)
    const { abroad } = this
    if (abroad === undefined || !abroad.takes(envelope, slot, this.cells.names)) this.outbox.push(envelope, this.cells.names, slot, this.config.sealed)
    addFlight(this, envelope, 1)
  }

  /** Actors alive, everywhere. */
  get population(): number {
    return this.cells.size + (this.abroad?.population ?? 0)
  }

  /** Whether an actor lives at an address that an actor of this kernel may want for a child. */
  isTaken(address: Address): boolean {
    return this.cells.has(address) || this.spawned.has(address) || this.abroad?.hasChild(address) === true
  }

  /** What the actor at an address has published; undefined when it publishes no such view. */
  view(view: AnyView, address: Address): any {
    const cell = this.cells.get(address)
    if (cell === undefined) return this.abroad?.view(view, address)
    return cell.definition.view === view ? cell.view : undefined
  }

  /** Lists a message that ended. One that came in with this block was never under way between two blocks. */
  end(envelope: Envelope, list = this.ended): void {
    list.push(envelope)
    if (envelope.kind !== TRANSACTION || envelope.causeBlock !== this.height) addFlight(this, envelope, -1)
  }

  /** Remembers an asset's totals at its first change in this block. */
  begin(asset: Asset): Asset {
    if (asset.stamp !== this.height) {
      asset.stamp = this.height
      asset.heldDelta.clear()
      asset.flightDelta.clear()
      asset.supplyBefore = asset.supply
      this.changedAssets.push(asset)
    }
    return asset
  }

  addCell(address: Address, definition: AnyDefinition, state: unknown): Cell {
    const cell = new Cell(address, definition, state)
    this.cells.add(cell)
    return cell
  }
}

/** What a kernel that has some slots of a world knows of the others. */
export interface Abroad {
  /** Actors that live elsewhere. */
  readonly population: number
  /** Takes a message to a slot that is elsewhere. False: the slot is here. */
  takes(envelope: Envelope, slot: number, names: NameBytes): boolean
  isHere(slot: number): boolean
  /** Counts a message between two slots, where messages are counted. `takes` does so itself. */
  counts(from: number, to: number): void
  /** Takes a plain payment to an address of a slot that is elsewhere. */
  takesPayment(payments: Payments, place: number, to: Address, toPlace: number, slot: number, names: NameBytes): void
  hasChild(address: Address): boolean
  view(view: AnyView, address: Address): unknown
}

/** Position of a sender's latest emission in the block under way. */
export interface Lifting {
  latestBlock: number
  latestIndex: number
}

/** Lifts a message to its sender's latest position, or moves that on: a sender's messages never overtake one another. */
export const lift = (envelope: Envelope, latest: Lifting): void => {
  const { positionBlock, positionIndex } = envelope
  if (positionBlock > latest.latestBlock || (positionBlock === latest.latestBlock && positionIndex >= latest.latestIndex)) {
    latest.latestBlock = positionBlock
    latest.latestIndex = positionIndex
  } else {
    envelope.moveTo(latest.latestBlock, latest.latestIndex)
  }
}

/** Every message that ended in a block: at each actor, what could not be delivered comes before what was credited and handled. */
export const allEnded = ({ ended, credited, undelivered }: Pick<Kernel, "ended" | "credited" | "undelivered">): readonly Envelope[] => {
  const handled = ended.toArray()
  return credited.length === 0 ? handled : [...handled.slice(0, undelivered), ...credited, ...handled.slice(undelivered)]
}

export const remember = (trace: TraceLog, envelope: Envelope): void => {
  const key = causeKey(envelope.causeBlock, envelope.causeIndex)
  const messages = trace.get(key)
  if (messages === undefined) trace.set(key, [envelope])
  else messages.push(envelope)
}

/** The limits of a world that sets none. */
export const WORLD_LIMITS: WorldLimits = {
  hopsMax: LIMITS.hopsMax,
  hopsReturnMax: LIMITS.hopsReturnMax,
  mailboxMax: LIMITS.mailboxMax,
  sendsMax: LIMITS.sendsMax,
  eventsMax: LIMITS.eventsMax,
  spawnsMax: LIMITS.spawnsMax,
  timersPerStepMax: LIMITS.timersPerStepMax,
  timersMax: LIMITS.timersMax,
  timerBlocksMax: LIMITS.timerBlocksMax,
  capacity: LIMITS.mailboxMax,
}
