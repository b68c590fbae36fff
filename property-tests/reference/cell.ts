/** An actor during a block, and what may be done to it. */
import { ACCOUNT, INITIAL_STATE, entries, kindOf, type Funds, type State, type View } from "./script.ts"
import type { Actor, Message, TimerSet } from "./shapes.ts"

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
/** An actor during a block. Everything that a handling may touch is in here, so that a refused handling is a copy thrown away. */
export interface Cell extends Mutable<Omit<Actor, "balances" | "minted" | "burned" | "mailbox" | "timers">> {
  balances: Record<string, bigint>
  minted: Record<string, bigint>
  burned: Record<string, bigint>
  mailbox: Message[]
  timers: (Message & { due: number; sequence: number })[]
  outbox: Emission[]
  set: TimerSet[]
  spawned: { address: string; kind: string }[]
}
export type Emission = Message & { readonly sequence: number }

export const newborn = (address: string, kind: string, balances: Funds): Cell => {
  const state = kindOf(kind).name === ACCOUNT ? undefined : INITIAL_STATE
  return {
    address, kind, state, balances: Object.fromEntries(entries(balances)), minted: {}, burned: {}, nonce: 0, sequence: 0,
    view: viewOf(kind, state), mailbox: [], timers: [], outbox: [], set: [], spawned: [],
  }
}

export const viewOf = (kind: string, state: State | undefined): View | undefined =>
  kindOf(kind).publishes && state !== undefined ? { value: state.published } : undefined

export const inherited = (message: Message): Pick<Message, "cause" | "hop" | "parent"> => ({ cause: message.cause, hop: message.hop + 1, parent: message.id })

export const emit = (cell: Cell, draft: Omit<Message, "id" | "from" | "cause" | "hop" | "parent">, because: Message): void => {
  const sequence = cell.sequence++
  cell.outbox.push({ ...draft, ...inherited(because), id: `${cell.address}#${sequence}`, from: cell.address, sequence })
}

export const issues = (cell: Cell, asset: string): boolean => asset.split(":")[0] === cell.address

export const credited = (cell: Cell, funds: Funds): Cell => {
  const copy = copyOf(cell)
  for (const [asset, amount] of entries(funds)) add(copy.balances, asset, amount)
  return copy
}

export const add = (amounts: Record<string, bigint>, asset: string, amount: bigint): void => {
  amounts[asset] = (amounts[asset] ?? 0n) + amount
}

export const subtract = (amounts: Record<string, bigint>, asset: string, amount: bigint): void => {
  const rest = (amounts[asset] ?? 0n) - amount
  if (rest === 0n) delete amounts[asset]
  else amounts[asset] = rest
}

/** Plain data to its last leaf, as `structuredClone` would copy it, which takes ten times as long. */
export const copyOf = <T>(value: T): T => {
  if (typeof value !== "object" || value === null) return value
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyOf<unknown>(item)])) as T
  if (Array.isArray(value)) return value.map(copyOf) as T
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf<unknown>(item)])) as T
}
