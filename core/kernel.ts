import type { AnyDefinition } from "./actor.ts"
import { slotOf, type Address, type AssetId } from "./address.ts"
import { ByteWriter } from "./bytes.ts"
import { Asset, Cell, type Holding } from "./cell.ts"
import { HandlingContext } from "./handling-context.ts"
import { Envelope } from "./envelope.ts"
import type { Funds } from "./funds.ts"
import type { Header } from "./header.ts"
import { LIMITS } from "./limits.ts"
import type { Ordering } from "./ordering.ts"
import type { Registry } from "./registry.ts"
import type { Transaction } from "./transaction.ts"
import { Undo } from "./undo.ts"

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
  /** Messages that an actor handles per block where its definition does not say. */
  readonly capacity: number
}

export interface Config {
  readonly seed: bigint
  readonly blockSeconds: number
  readonly limits: WorldLimits
  readonly ordering: Ordering
  /** Freezes states and payloads, so that a handler that writes to them is caught as a defect. */
  readonly strict: boolean
  readonly authenticate: ((transaction: Transaction) => string | undefined) | undefined
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
  readonly cells = new Map<Address, Cell>()
  readonly assets = new Map<AssetId, Asset>()
  height = 0
  time: number
  header: Header
  /** Reconciled messages that arrive in the next block, in canonical order. */
  arrivals: readonly Envelope[] = []
  /** Actors with leftover mail, in the order in which they were reached. */
  leftovers: Cell[] = []
  /** Timers by the height in which they are due. */
  readonly timers = new Map<number, Envelope[]>()
  trace: TraceLog | undefined

  /** Messages of the tests' hold, which wait outside of their mailboxes. */
  held: Envelope[] = []
  /** Messages that were delivered out of the hold and must not be caught again. */
  readonly released = new WeakSet<Envelope>()
  holds: ((envelope: Envelope) => boolean)[] = []

  /** Scratch of the block under way. */
  touched: Cell[] = []
  out: Envelope[] = []
  ended: Envelope[] = []
  spawned: Cell[] = []
  changedAssets: Asset[] = []
  viewDefects: { actor: Address; problem: string }[] = []
  ghosts: Map<Address, { position: number; count: number }> | undefined = undefined
  readonly context: HandlingContext
  readonly writer = new ByteWriter(1 << 16)
  readonly undo = new Undo()

  constructor(config: Config, registry: Registry, time: number, header: Header) {
    this.config = config
    this.registry = registry
    this.time = time
    this.header = header
    this.context = new HandlingContext(this)
  }

  /** An asset by name; one that nobody issued yet begins here. */
  asset(name: AssetId): Asset {
    const known = this.assets.get(name)
    if (known !== undefined) return known
    const asset = new Asset(name, 0n, false)
    this.assets.set(name, asset)
    return asset
  }

  /** Begins an actor's part in this block: remembers what the seal compares with. */
  touch(cell: Cell): void {
    if (cell.touched === this.height) return
    cell.touched = this.height
    cell.stateBefore = cell.state
    cell.sequenceBefore = cell.sequence
    cell.nonceBefore = cell.nonce
    cell.lastPosition = -1
    cell.changed.length = 0
    cell.endedFrom = 0
    cell.endedTo = 0
    cell.viewChanged = false
    cell.born = false
    cell.timersSet = undefined
    this.touched.push(cell)
  }

  /** Sets a balance; the cell must be touched. */
  setAmount(cell: Cell, holding: Holding, amount: bigint): void {
    if (holding.stamp !== this.height) {
      holding.stamp = this.height
      holding.before = holding.amount
      cell.changed.push(holding)
    }
    this.undo.saveHolding(holding)
    holding.amount = amount
  }

  credit(cell: Cell, funds: Funds): void {
    for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
      const holding = cell.holding(entry.asset) ?? cell.addHolding(this.assets.get(entry.asset) as Asset)
      this.setAmount(cell, holding, holding.amount + entry.amount)
    }
  }

  /** Takes funds that were checked to be there. */
  debit(cell: Cell, funds: Funds): void {
    for (let entry: Funds | undefined = funds; entry !== undefined; entry = entry.rest) {
      const holding = cell.holding(entry.asset) as Holding
      this.setAmount(cell, holding, holding.amount - entry.amount)
    }
  }

  /** Puts a message on its way, lifted so that it does not overtake the sender's previous one. */
  emit(cell: Cell, envelope: Envelope): void {
    if (envelope.position < cell.lastPosition) envelope.position = cell.lastPosition
    else cell.lastPosition = envelope.position
    this.out.push(envelope)
    if (this.trace !== undefined) remember(this.trace, envelope)
  }

  /** Remembers an asset's totals at its first change in this block. */
  begin(asset: Asset): Asset {
    if (asset.stamp !== this.height) {
      asset.stamp = this.height
      asset.heldDelta = 0n
      asset.flightDelta = 0n
      asset.supplyBefore = asset.supply
      this.changedAssets.push(asset)
    }
    return asset
  }

  addCell(address: Address, definition: AnyDefinition, state: unknown): Cell {
    const cell = new Cell(address, definition, state)
    this.cells.set(address, cell)
    return cell
  }

  slotOf(address: Address): number {
    const cell = this.cells.get(address)
    return cell === undefined ? slotOf(address) : cell.slot
  }
}

export const remember = (trace: TraceLog, envelope: Envelope): void => {
  const messages = trace.get(envelope.cause)
  if (messages === undefined) trace.set(envelope.cause, [envelope])
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
  capacity: LIMITS.mailboxMax,
}
