import { hashText, issuerOf, slotOfHash, type Address, type AssetId } from "./address.ts"
import type { AnyDefinition } from "./actor.ts"
import { Amounts } from "./amounts.ts"
import type { Envelope } from "./envelope.ts"
import { Sum } from "./sum.ts"

/** An asset's totals, kept beside the holdings so that the book can be checked from two sides. */
export class Asset {
  /** The balances of this asset's world. */
  readonly amounts: Amounts
  readonly name: AssetId
  readonly issuer: Address
  /** Where its kernel keeps the bytes of its name; -1 nowhere. */
  readonly namePlace: number
  /** Units in existence: genesis + minted - burned. */
  supply: bigint
  /** Whether it was ever issued; an asset of which a mint was refused was not. */
  issued: boolean
  /** Units attached to messages that are under way. */
  inFlight = 0n
  /** This block's changes, summed up by the check of the book. */
  readonly heldDelta = new Sum()
  readonly flightDelta = new Sum()
  supplyBefore = 0n
  /** Height in which the deltas above were last begun. */
  stamp = -1

  constructor(amounts: Amounts, name: AssetId, namePlace: number, supply: bigint, issued: boolean) {
    this.amounts = amounts
    this.namePlace = namePlace
    this.name = name
    this.issued = issued
    this.issuer = issuerOf(name)
    this.supply = supply
  }
}

/** The asset of an actor that never held any. */
const NOTHING = new Asset(new Amounts(), "", -1, 0n, false)

/** One actor's balance of one asset. */
export class Holding {
  asset: Asset
  /** Where its amounts are kept. */
  at = 0
  stamp = -1
  nextChanged: Holding | undefined = undefined
  /** The next holding of the same actor. */
  next: Holding | undefined = undefined

  constructor(asset: Asset) {
    this.asset = asset
  }

  get amount(): bigint {
    return this.asset.amounts.get(this.at)
  }

  set amount(amount: bigint) {
    this.asset.amounts.set(this.at, amount)
  }

  /** Whether the amount differs from the start of the block in which it was written last. */
  get changed(): boolean {
    return this.asset.amounts.changed(this.at)
  }

  /** Begins a block in which the amount is written. */
  begin(height: number): void {
    this.stamp = height
    this.asset.amounts.keep(this.at)
  }
}

export const compareHoldings = (left: Holding, right: Holding): number =>
  left.asset.name < right.asset.name ? -1 : left.asset.name > right.asset.name ? 1 : 0

/**
 * One actor inside the engine: everything that it owns, and the scratch of the block under way. It is itself the balance of the first asset
 * that it ever held, and the head of the list of the others (`Holding.next`): most actors hold one or two assets, and each further object
 * is one more place in memory to visit.
 */
export class Cell extends Holding {
  readonly address: Address
  /** The bits of the address' hash as a signed number, which JavaScript engines keep without an object of its own. */
  readonly key: number
  readonly definition: AnyDefinition
  /** Where its kernel keeps the bytes of its address; -1 before it lives. */
  namePlace = -1
  state: any
  sequence = 0
  nonce = 0
  holdingsCount = 0
  /** Messages in the mailbox. */
  waiting = 0

  /** Scratch: valid while `touched` is the height of the block under way. What every block needs stands together, in few lines of a cache. */
  touched = -1
  /** Its place among the actors that this block touched. */
  place = 0
  stateBefore: any = undefined
  sequenceBefore = 0
  nonceBefore = 0
  /** Position of the latest emission; the block is -1 before the first. */
  latestBlock = -1
  latestIndex = -1
  /** Balances that changed, linked through `Holding.nextChanged`. */
  firstChanged: Holding | undefined = undefined
  /** Payments and bounces credited at delivery in this block. */
  taken = 0
  viewChanged = false
  born = false
  timersSet: Envelope[] | undefined = undefined

  private holdingIndex: Map<AssetId, Holding> | undefined = undefined
  /** The mailbox, linked through `Envelope.next`: messages left over, then arrivals. */
  first: Envelope | undefined = undefined
  last: Envelope | undefined = undefined
  timersPending = 0
  /** Different assets that it ever issued. */
  assetsIssued = 0
  view: any = undefined

  constructor(address: Address, definition: AnyDefinition, state: any) {
    super(NOTHING)
    this.address = address
    this.key = hashText(address) | 0
    this.definition = definition
    this.state = state
  }

  /** Hash of the address, from 0. */
  get hash(): number {
    return this.key >>> 0
  }

  get slot(): number {
    return slotOfHash(this.key)
  }

  /**
   * Brings all that a block uses of it into the processor's caches. Fields stand in the order in which they are declared, eight bytes each: these four
   * are a line of a cache apart. (Others left out those of `holdingIndex` and `born`.)
   */
  peek(): number {
    return this.stamp + this.sequence + this.nonceBefore + (this.holdingIndex === undefined ? 0 : 1)
  }

  enqueue(envelope: Envelope): void {
    envelope.next = undefined
    if (this.last === undefined) this.first = envelope
    else this.last.next = envelope
    this.last = envelope
    this.waiting++
  }

  /** Takes the first message; there must be one. */
  dequeue(): Envelope {
    const envelope = this.first as Envelope
    this.first = envelope.next
    if (this.first === undefined) this.last = undefined
    envelope.next = undefined
    this.waiting--
    return envelope
  }

  /** Balances that differ from the start of the block, ascending by asset. */
  changes(): Holding[] {
    const changes: Holding[] = []
    for (let holding = this.firstChanged; holding !== undefined; holding = holding.nextChanged) {
      if (holding.changed) changes.push(holding)
    }
    return changes.length < 2 ? changes : changes.sort(compareHoldings)
  }

  /** Every balance that the actor ever had, zeros included. */
  *holdings(): Generator<Holding> {
    if (this.asset === NOTHING) return
    for (let holding: Holding | undefined = this; holding !== undefined; holding = holding.next) yield holding
  }

  holding(asset: AssetId): Holding | undefined {
    if (this.holdingIndex !== undefined) return this.holdingIndex.get(asset)
    for (let holding: Holding | undefined = this; holding !== undefined; holding = holding.next) if (holding.asset.name === asset) return holding
    return undefined
  }

  holdingOf(asset: Asset): Holding | undefined {
    if (this.holdingIndex !== undefined) return this.holdingIndex.get(asset.name)
    for (let holding: Holding | undefined = this; holding !== undefined; holding = holding.next) if (holding.asset === asset) return holding
    return undefined
  }

  addHolding(asset: Asset): Holding {
    this.holdingsCount++
    if (this.asset === NOTHING) {
      this.asset = asset
      this.at = asset.amounts.begin()
      return this
    }
    const holding = new Holding(asset)
    holding.at = asset.amounts.begin()
    holding.next = this.next
    this.next = holding
    if (this.holdingIndex !== undefined) this.holdingIndex.set(asset.name, holding)
    else if (this.holdingsCount > 8) this.holdingIndex = new Map([...this.holdings()].map((entry) => [entry.asset.name, entry]))
    return holding
  }

  balance(asset: AssetId): bigint {
    return this.holding(asset)?.amount ?? 0n
  }
}
