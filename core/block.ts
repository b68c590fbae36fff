import type { Address, AssetId } from "./address.ts"
import { BOUNCE, Envelope, ENDS, KINDS, NO_DEADLINE, PENDING, REPLY, type Defect, type End, type Kind } from "./envelope.ts"
import type { Emitted } from "./event.ts"
import type { Failure } from "./failure.ts"
import type { Funds } from "./funds.ts"
import type { Header } from "./header.ts"
import type { Kernel } from "./kernel.ts"
import type { Refusal } from "./refusal.ts"
import type { BlockOutcome } from "./run-block.ts"

/** A message as tools and tests see it. */
export interface MessageRecord {
  /** `account@nonce` of a transaction, `sender#sequence` of everything else. */
  readonly id: string
  readonly kind: Kind
  readonly from: Address
  readonly to: Address
  /** Name of the message type; of a reply or bounce, the type that it answers. */
  readonly type: string
  /** The reply's value in a reply; the returned payload in a bounce. */
  readonly payload: unknown
  readonly funds: Funds
  /** The transaction that started it all. */
  readonly cause: { readonly block: number; readonly index: number }
  readonly hop: number
  readonly deadline: number | undefined
  /** Why it comes back; bounces only. */
  readonly reason: Failure | undefined
  /** Identity of the message whose handling or return emitted it; none for a transaction. */
  readonly parent: string | undefined
}

/** A message and its end. */
export interface EndedMessage extends MessageRecord {
  readonly end: End
  readonly height: number
  /** Why it was refused; of a reply or bounce, why its handler was. */
  readonly refusal: Failure | undefined
  /** What a defective handler threw. */
  readonly defect: Defect | undefined
  readonly reply: unknown
  readonly events: readonly Emitted[]
}

/** What became of one given transaction, as of the end of its block. */
export type Receipt =
  | { readonly status: "refused"; readonly index: number; readonly refusal: Refusal }
  | { readonly status: "pending"; readonly index: number; readonly id: string }
  | { readonly status: "handled"; readonly index: number; readonly id: string; readonly reply: unknown; readonly events: readonly Emitted[] }
  | {
      readonly status: "bounced" | "expired"
      readonly index: number
      readonly id: string
      readonly refusal: Failure
      readonly defect: Defect | undefined
    }

/** What a block changed in one actor. Absent fields did not change. */
export interface ActorChange {
  readonly address: Address
  /** Name of the definition, when the actor came to life. */
  readonly born?: string
  readonly nonce?: number
  readonly sequence?: number
  readonly balances?: { readonly [asset: AssetId]: bigint }
  readonly state?: unknown
  readonly view?: unknown
  readonly timers?: readonly { readonly due: number; readonly message: MessageRecord }[]
}

export const recordOf = (envelope: Envelope): MessageRecord => ({
  id: envelope.id,
  kind: KINDS[envelope.kind] as Kind,
  from: envelope.from,
  to: envelope.to,
  type: envelope.message.name,
  payload: envelope.payload,
  funds: envelope.funds,
  cause: { block: envelope.causeBlock, index: envelope.causeIndex },
  hop: envelope.hop,
  deadline: envelope.deadline === NO_DEADLINE ? undefined : envelope.deadline,
  reason: envelope.reason,
  parent: envelope.parentFrom === "" ? undefined : envelope.parentId,
})

export const endedOf = (envelope: Envelope): EndedMessage => ({
  ...recordOf(envelope),
  end: ENDS[envelope.outcome] as End,
  height: envelope.endedAt,
  refusal: envelope.refusal,
  defect: envelope.defect,
  reply: envelope.kind === REPLY || envelope.kind === BOUNCE ? undefined : envelope.result,
  events: envelope.events ?? [],
})

/** One sealed block: its header, and everything that happened in it, put into words only when asked. */
export class Block {
  readonly header: Header
  /** The outcome before it is put into words, for code that walks millions of messages. */
  readonly raw: BlockOutcome
  private readonly kernel: Kernel
  private receiptList: readonly Receipt[] | undefined = undefined

  constructor(kernel: Kernel, raw: BlockOutcome) {
    this.header = raw.header
    this.raw = raw
    this.kernel = kernel
  }

  get height(): number {
    return this.header.height
  }

  /** One receipt for each given transaction, in the given order. */
  get receipts(): readonly Receipt[] {
    return (this.receiptList ??= this.raw.admissions.map((admission, index) => this.receiptOf(admission, index)))
  }

  private receiptOf(admission: BlockOutcome["admissions"][number], index: number): Receipt {
    if (!(admission instanceof Envelope)) return { status: "refused", index, refusal: admission }
    const { id, refusal, defect } = admission
    if (admission.outcome === PENDING || admission.endedAt !== this.height) return { status: "pending", index, id }
    const status = ENDS[admission.outcome] as End
    if (status !== "handled") return { status, index, id, refusal: refusal as Failure, defect }
    return { status, index, id, reply: admission.result, events: admission.events ?? [] }
  }

  /** Every message that ended in this block; the messages of one actor in the order of handling. */
  get ended(): readonly EndedMessage[] {
    return this.raw.ended.map(endedOf)
  }

  /** The reconciled messages, in canonical order: what arrives in the next block. A world that tells totals tells them only until it steps on: it throws afterwards. */
  get sent(): readonly MessageRecord[] {
    return this.raw.reconciled.map(recordOf)
  }

  /** Actors whose handlers, or views, were defective. */
  get defects(): readonly { readonly actor: Address; readonly problem: string; readonly stack?: string | undefined }[] {
    const thrown = this.raw.ended.filter(({ defect }) => defect !== undefined)
    return [...thrown.map(({ to, defect }) => ({ actor: to, ...(defect as Defect) })), ...this.raw.viewDefects]
  }

  /** What changed, ascending by address. Only until the world steps on: throws afterwards. */
  get changes(): readonly ActorChange[] {
    if (this.kernel.height !== this.height) throw new TypeError(`the world has left block ${this.height}; ask for its changes before the next step`)
    const changes: ActorChange[] = []
    for (const cell of this.raw.touched) {
      const { definition } = cell
      const balances = cell.changes()
      const stateChanged = cell.born || (cell.state !== cell.stateBefore && !definition.stateCodec.equal(cell.stateBefore, cell.state))
      const change: ActorChange = {
        address: cell.address,
        ...(cell.born && { born: definition.name }),
        ...(cell.nonce !== cell.nonceBefore && { nonce: cell.nonce }),
        ...(cell.sequence !== cell.sequenceBefore && { sequence: cell.sequence }),
        ...(balances.length > 0 && { balances: Object.fromEntries(balances.map(({ asset, amount }) => [asset.name, amount])) }),
        ...(stateChanged && { state: cell.state as unknown }),
        ...(cell.viewChanged && { view: cell.view as unknown }),
        ...(cell.timersSet !== undefined && { timers: cell.timersSet.map((timer) => ({ due: timer.endedAt, message: recordOf(timer) })) }),
      }
      if (Object.keys(change).length > 1) changes.push(change)
    }
    return changes.sort((left, right) => (left.address < right.address ? -1 : 1))
  }
}
