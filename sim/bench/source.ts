import { slotOf, type Source, type Transaction } from "../../core/index.ts"
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

/**
 * Each shard makes the whole list before the first block and gives its own part of each: nothing goes through the main thread. The slots stand
 * apart, so that a shard does not touch the transactions of others.
 */
export const source = (sourced: Sourced): Source => {
  const { setup, blocks } = workloadOf(sourced)
  const all = [...setup, ...blocks].map((transactions) => ({ transactions, slots: Uint16Array.from(transactions, ({ from }) => slotOf(from)) }))
  return ({ height, ownsSlot }, give) => {
    const { transactions, slots } = all[height - 1] ?? NOTHING
    for (let index = 0; index < slots.length; index++) if (ownsSlot(slots[index] as number)) give(index, transactions[index] as Transaction)
    return slots.length
  }
}

const NOTHING = { transactions: [], slots: new Uint16Array(0) }

/** The definitions of the threaded rows. */
export { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
