import { LIMITS, slotOf, type Source, type Transaction } from "../../core/index.ts"
import { sheet } from "./sheet.ts"
import type { Shape, Workload } from "./workload.ts"

/** Which row's workload a shard's source gives, block after block. */
export interface Sourced {
  readonly name: string
  readonly shape: Shape
}

export const workloadOf = ({ name, shape }: Sourced): Workload => {
  const entry = sheet(false).find((one) => one.name === name)
  if (entry === undefined) throw new Error(`no row is called ${name}`)
  return entry.make(shape)
}

/** A shard's own part of a block: transactions and their places in it. */
interface Part {
  readonly count: number
  readonly indexes: readonly number[]
  readonly own: readonly Transaction[]
}

/** Slots that move up to this height, after the first look at who talks to whom, do so before anything is measured. */
const EARLY = 12

/**
 * Each shard makes the whole list before the first block and keeps a copy of its own part, so that nothing goes through the main thread and each
 * reads its transactions as they lie in memory, as one thread does. Where slots move later, each block is dealt out when it comes.
 */
export const source = (sourced: Sourced): Source => {
  const { setup, blocks } = workloadOf(sourced)
  const all = [...setup, ...blocks]
  const slots = all.map((transactions) => Uint16Array.from(transactions, ({ from }) => slotOf(from)))
  const owned = new Uint8Array(LIMITS.slots)
  const parts: Part[] = []
  let movedLate = false
  const part = (at: number, copies: boolean): Part => {
    const indexes: number[] = []
    const own: Transaction[] = []
    for (const [index, slot] of (slots[at] as Uint16Array).entries()) {
      if (owned[slot] === 0) continue
      indexes.push(index)
      const transaction = (all[at] as readonly Transaction[])[index] as Transaction
      own.push(copies ? copied(transaction) : transaction)
    }
    return { count: (all[at] as readonly Transaction[]).length, indexes, own }
  }
  return ({ height, ownsSlot }, give) => {
    let moved = false
    for (let slot = 0; slot < LIMITS.slots; slot++) {
      const now = ownsSlot(slot) ? 1 : 0
      moved ||= owned[slot] !== now
      owned[slot] = now
    }
    movedLate ||= moved && height > EARLY
    if (moved && !movedLate) for (let at = height - 1; at < all.length; at++) parts[at] = part(at, true)
    const dealt = movedLate && height <= all.length ? part(height - 1, false) : parts[height - 1]
    const { count, indexes, own } = dealt ?? NOTHING
    for (let at = 0; at < own.length; at++) give(indexes[at] as number, own[at] as Transaction)
    return count
  }
}

const NOTHING: Part = { count: 0, indexes: [], own: [] }

/** The same transaction elsewhere in memory, with the fields where a literal has them. */
const copied = ({ from, nonce, to, message, payload, funds, deadline }: Transaction): Transaction => {
  const copy = { from: copiedText(from), nonce, to: copiedText(to), message, payload: { ...(payload as object) } as never, funds: copiedFunds(funds) }
  return deadline === undefined ? copy : { ...copy, deadline }
}

const copiedFunds = (funds: Transaction["funds"]): { readonly [asset: string]: bigint } => {
  const copy: { [asset: string]: bigint } = {}
  for (const [asset, amount] of Object.entries(funds ?? {})) copy[asset] = ((amount as bigint) << 1n) >> 1n
  return copy
}

const copiedText = (text: string): string => Buffer.from(text, "latin1").toString("latin1")

/** The definitions of the threaded rows. */
export { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
