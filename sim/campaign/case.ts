import type { Address, AssetId } from "../../core/index.ts"
import type { Relative } from "./relative.ts"

/** A run as data. Everything that a run chose is in here: replaying it gives the same headers. It is what shrinks, and what is saved. */
export interface Case {
  /** Which of the campaign's worlds: the index of a value for each of its parameters. */
  readonly parameters: readonly number[]
  readonly steps: readonly Step[]
  /** Departures from the canonical order. None: each step is drained before the next, and every mailbox is in canonical order. */
  readonly decisions: readonly Decision[]
  readonly faults: readonly Fault[]
}

/** What one step sends. */
export interface Sending {
  readonly from: Address
  readonly to: Address
  /** Name of the message type. */
  readonly message: string
  /** Amounts in it may be relative to the state at that time. */
  readonly payload: unknown
  readonly funds: { readonly [asset: AssetId]: bigint | Relative }
}

export interface Step {
  /** Name of the action. */
  readonly action: string
  /** Absent: nothing is sent, blocks and time pass. */
  readonly send?: Sending | undefined
  /** By how much this step's block is later than the one before; everything else happens at one moment. */
  readonly seconds: number
  /** Blocks before the next step; 0: the next step's transaction is in the same block; undefined: until nothing is under way. */
  readonly blocks: number | undefined
}

/**
 * In the mailbox of `actor`, `block` blocks after that of step `step`: where the canonical order would take the first of the waiting
 * senders' first messages, take the one `choice` places behind it; `at` counts the places of the mailbox. Each sender's messages stay in order.
 */
export interface Decision {
  readonly step: number
  readonly block: number
  readonly actor: Address
  readonly at: number
  readonly choice: number
}

export const FAULT_KINDS = ["refuseCall", "refuseReply", "refuseResolve", "delay", "exceedCapacity", "staleView", "missingActor", "wrongReply", "recover"] as const

/**
 * - `refuseCall`: a call or transaction is refused before its handler runs, and bounces.
 * - `refuseReply`: the continuation of a successful reply does not run, as if it had failed.
 * - `refuseResolve`: the continuation (or `bounced`) of a bounce does not run; the refund is credited.
 * - `delay`: the message, and what follows it between the two, arrives some blocks later.
 * - `exceedCapacity`: the mailbox is full; the message bounces.
 * - `staleView`: the handling sees the views that were published one block earlier.
 * - `missingActor`: nobody lives at the receiver's address, for this message.
 * - `wrongReply`: the peer's reply says something else, of the right form.
 * - `recover`: the world is stored and restored between two blocks.
 */
export type FaultKind = (typeof FAULT_KINDS)[number]

/** A fault at the `nth` message (from 0, in the order of handling; of arrival for a delay) that step `step` caused. */
export interface Fault {
  readonly kind: FaultKind
  readonly step: number
  readonly nth: number
  /** Of a delay: how many blocks. */
  readonly blocks?: number
}

/** The faults that a campaign without a choice of its own draws from: what every actor must live with. */
export const FAULTS_OF_ANY_CHAIN: readonly FaultKind[] = ["refuseCall", "delay", "exceedCapacity", "missingActor", "recover"]
