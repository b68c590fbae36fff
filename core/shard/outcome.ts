import type { Admission } from "../admission.ts"
import { ByteReader } from "../bytes.ts"
import type { Cell } from "../cell.ts"
import type { Envelope } from "../envelope.ts"
import type { Header } from "../header.ts"
import type { Kernel } from "../kernel.ts"
import type { BlockOutcome } from "../run-block.ts"
import { restoreEnvelope } from "../snapshot.ts"
import { readEnd, readFailed } from "./ends.ts"
import type { Stretch } from "./stopwatch.ts"

/** What is known of a block of several shards. */
export interface Known {
  readonly kernel: Kernel
  readonly header: Header
  readonly transactions: number
  readonly refused: number
  readonly ended: number
  readonly stretches: readonly (readonly Stretch[])[]
  /** Where each shard tells its receipts, and perhaps everything. */
  readonly told: readonly ByteReader[] | undefined
  /** Refusals of transactions that have not their form, by index. */
  readonly refusedHere: ReadonlyMap<number, Admission>
}

/** All that happened, where the shards were asked to tell it. */
export interface Everything {
  readonly ended: readonly Envelope[]
  readonly reconciled: readonly Envelope[]
  readonly touched: readonly Cell[]
  readonly viewDefects: readonly { readonly actor: string; readonly problem: string }[]
}

/** The outcome of a block of several shards; receipts are unpacked when somebody asks for them. */
export class PackedOutcome implements BlockOutcome {
  readonly header: Header
  /** Totals of the block, which cost nothing. */
  readonly totals: { readonly transactions: number; readonly refused: number; readonly ended: number }
  /** How each shard spent its time. */
  readonly stretches: readonly (readonly Stretch[])[]
  private readonly known: Known
  private unpacked: readonly Admission[] | undefined = undefined
  private everything: Everything | undefined = undefined

  constructor(known: Known) {
    this.known = known
    this.header = known.header
    this.stretches = known.stretches
    const { transactions, refused, ended } = known
    this.totals = { transactions, refused, ended }
  }

  settle(everything: Everything): void {
    this.everything = everything
  }

  /** The readers behind the receipts. */
  get rest(): readonly ByteReader[] {
    void this.admissions
    return this.known.told ?? []
  }

  get admissions(): readonly Admission[] {
    return (this.unpacked ??= this.unpack())
  }

  get ended(): readonly Envelope[] {
    return this.all.ended
  }

  get reconciled(): readonly Envelope[] {
    return this.all.reconciled
  }

  get touched(): readonly Cell[] {
    return this.all.touched
  }

  get viewDefects(): BlockOutcome["viewDefects"] {
    return this.everything?.viewDefects ?? []
  }

  private get all(): Everything {
    if (this.everything === undefined) throw new TypeError("shards tell all that happened in a block only where the option `tell` is \"everything\"")
    return this.everything
  }

  private unpack(): readonly Admission[] {
    const { told, refusedHere, kernel } = this.known
    if (told === undefined) throw new TypeError("shards tell receipts only where they are asked for")
    const admissions: Admission[] = []
    for (const [index, refusal] of refusedHere) admissions[index] = refusal
    // Where a transaction ended may be told before the shard in which it began.
    const ends: (readonly [index: number, end: ByteReader])[] = []
    for (const reader of told) {
      for (let count = reader.varint(); count > 0; count--) {
        const index = reader.varint()
        admissions[index] = (readFailed(reader, kernel.registry) as Admission | undefined) ?? restoreEnvelope(reader, kernel)
      }
      for (let count = reader.varint(); count > 0; count--) ends.push([reader.varint(), new ByteReader(reader.raw(reader.u32()))])
    }
    for (const [index, end] of ends) readEnd(end, admissions[index] as Envelope, kernel.registry)
    return admissions
  }
}
