import { slotOf, type Address } from "../address.ts"
import { ByteReader, ByteWriter } from "../bytes.ts"
import type { NameBytes } from "../name-bytes.ts"
import type { Codec } from "../codec.ts"
import type { Cell } from "../cell.ts"
import type { Envelope } from "../envelope.ts"
import type { Abroad as KernelAbroad } from "../kernel.ts"
import { LIMITS } from "../limits.ts"
import type { AnyView } from "../view.ts"
import type { Payments } from "../payments.ts"
import { packMessage, packPayment } from "./packet.ts"
import type { Traffic } from "./traffic.ts"

/** A view of an actor of another shard, read from its bytes when somebody asks. */
interface ForeignView {
  readonly view: AnyView
  readonly bytes: Uint8Array
  value: unknown
}

/** What one shard knows of the others: who has which slot, what their actors publish, and the messages that leave for them in this block. */
export class Abroad implements KernelAbroad {
  population = 0
  /** The shard of each slot. */
  readonly owners: Uint8Array
  readonly self: number
  /** Messages for each shard. */
  readonly departures: readonly ByteWriter[]
  /** Where messages are counted, in a block in which they are. */
  traffic: Traffic | undefined = undefined
  private readonly views = new Map<Address, ForeignView>()
  /** Actors that live elsewhere, of whose parent's address the slot is here: the parent must not spawn them again. */
  readonly children = new Set<Address>()

  constructor(owners: Uint8Array, self: number, shards: number) {
    this.owners = owners
    this.self = self
    this.departures = Array.from({ length: shards }, () => new ByteWriter(1 << 12))
  }

  isHere(slot: number): boolean {
    return this.owners[slot] === this.self
  }

  takes(envelope: Envelope, slot: number, names: NameBytes): boolean {
    this.counts(envelope.fromSlot >= 0 ? envelope.fromSlot : slot, slot)
    const owner = this.owners[slot] as number
    if (owner === this.self) return false
    packMessage(this.departures[owner] as ByteWriter, envelope, names)
    return true
  }

  counts(from: number, to: number): void {
    if (this.traffic !== undefined) this.traffic.count(from, to)
  }

  takesPayment(payments: Payments, place: number, to: Address, toPlace: number, slot: number, names: NameBytes): void {
    packPayment(this.departures[this.owners[slot] as number] as ByteWriter, payments, place, to, toPlace, names)
  }

  hasChild(address: Address): boolean {
    return this.children.has(address)
  }

  /** Hears of an actor that lives elsewhere. */
  hearOf(address: Address): void {
    const slash = address.lastIndexOf("/")
    if (slash > 0 && this.isHere(slotOf(address.slice(0, slash)))) this.children.add(address)
  }

  /** Hears of an actor that lives elsewhere, and keeps its view. */
  settle({ address, definition, view }: Cell): void {
    this.hearOf(address)
    if (view !== undefined && definition.view !== undefined) this.views.set(address, { view: definition.view, bytes: NOTHING, value: view })
  }

  view(view: AnyView, address: Address): unknown {
    const known = this.views.get(address)
    if (known === undefined || known.view !== view) return undefined
    return (known.value ??= (view.codec as Codec<any>).read(new ByteReader(known.bytes)))
  }

  setView(address: Address, view: AnyView, bytes: Uint8Array): void {
    this.views.set(address, { view, bytes: bytes.slice(), value: undefined })
  }

  forgetView(address: Address): void {
    this.views.delete(address)
  }
}

const NOTHING = new Uint8Array(0)

/** The slots of a kernel before anybody measured anything: dealt out in turn. */
export const dealtOut = (shards: number): Uint8Array => Uint8Array.from({ length: LIMITS.slots }, (_, slot) => slot % shards)
