/** What a world of the interpreter is made of: all plain data. */
import type { Continuation, Funds, MessageType, Noted, Payload, Refusal, Reply, State, View } from "./script.ts"

export interface Limits {
  readonly hopsMax: number
  readonly hopsReturnMax: number
  readonly mailboxMax: number
  readonly sendsMax: number
  readonly eventsMax: number
  readonly spawnsMax: number
  readonly timersPerStepMax: number
  readonly timersMax: number
  readonly timerBlocksMax: number
}

export interface Genesis {
  readonly time: number
  readonly blockSeconds: number
  readonly limits: Limits
  /** `kind` is a name out of `KINDS`; an asset exists from the start if it is listed, even with an amount of 0. */
  readonly actors: readonly { readonly address: string; readonly kind: string; readonly balances: Funds }[]
}

export interface Transaction {
  readonly from: string
  readonly nonce: number
  readonly to: string
  readonly type: string
  readonly payload: Payload
  readonly funds: Funds
  readonly deadline?: number
}

/** The inputs of one block. `open` are addresses at which accounts come to life before the transactions are admitted. */
export interface Inputs {
  readonly transactions: readonly Transaction[]
  readonly time?: number
  readonly open?: readonly string[]
}

export type MessageKind = "transaction" | "call" | "reply" | "bounce" | "timer"

/** A message as it was emitted. A reply has the reply as its payload, a bounce the payload of what it returns; both keep its type. */
export interface Message {
  readonly id: string
  readonly kind: MessageKind
  readonly from: string
  readonly to: string
  readonly type: MessageType
  readonly payload: Payload | Reply | undefined
  readonly funds: Funds
  /** (block, index) of the transaction that started it all. */
  readonly cause: Position
  readonly hop: number
  readonly deadline: number | undefined
  readonly then: Continuation | undefined
  readonly reason: Refusal | undefined
  readonly parent: string | undefined
}

export type Position = readonly [block: number, index: number]
export type Receipt = { readonly status: "admitted"; readonly id: string } | { readonly status: "refused"; readonly reason: Refusal }

export interface Ended {
  readonly id: string
  readonly kind: MessageKind
  readonly from: string
  /** Where it ended. */
  readonly to: string
  readonly type: MessageType
  readonly outcome: "handled" | "bounced" | "expired"
  /** Why it bounced or expired. */
  readonly reason: Refusal | undefined
  /** The failure of a reply's or bounce's handler. */
  readonly handlerFailure: Refusal | undefined
  readonly events: readonly Noted[]
  readonly reply: Reply | undefined
}

/** A timer that was set. */
export interface TimerSet {
  readonly id: string
  readonly due: number
  readonly type: MessageType
  readonly payload: Payload
}

/** What differs, by value, from the end of the last block. An actor of which nothing differs is not listed. */
export interface Change {
  readonly address: string
  /** The kind of an actor that was born (or opened) in this block. */
  readonly born: string | undefined
  readonly nonce: number
  readonly sequence: number
  /** New amounts of the changed balances, ascending by asset; 0 when nothing is left. */
  readonly balances: readonly (readonly [asset: string, amount: bigint])[]
  /** Undefined when unchanged. */
  readonly state: State | undefined
  /** Undefined when unchanged. */
  readonly view: View | undefined
  readonly timers: readonly TimerSet[]
}

export interface Block {
  readonly height: number
  readonly time: number
  readonly receipts: readonly Receipt[]
  /** Ascending by address where they ended; at one address in order of their ends: undeliverable ones first. */
  readonly ended: readonly Ended[]
  /** What arrives in the next block, due timers included, in canonical order. */
  readonly sent: readonly Message[]
  /** Ascending by address. */
  readonly changes: readonly Change[]
}

/** An actor between two blocks. */
export interface Actor {
  readonly address: string
  readonly kind: string
  readonly state: State | undefined
  readonly balances: Funds
  readonly minted: Funds
  readonly burned: Funds
  readonly nonce: number
  readonly sequence: number
  readonly view: View | undefined
  /** Left over; without what arrives in the next block. */
  readonly mailbox: readonly Message[]
  readonly timers: readonly (Message & { readonly due: number })[]
}

/** Arranges what arrives in one mailbox; must keep each sender's messages in their order. */
export type Policy = (arrivals: readonly Message[], to: string, height: number) => readonly Message[]
export const causal: Policy = (arrivals) => arrivals
