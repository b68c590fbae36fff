import { slotOf, type Source, type Transaction } from "../../core/index.ts"
import type { Shape, Workload } from "./workload.ts"
import { swaps } from "./workloads/swaps.ts"
import { transfers } from "./workloads/transfers.ts"

/** Which workload a shard's source gives, block after block. */
export interface Sourced {
  readonly workload: "transfers" | "swaps"
  readonly pools: number
  readonly shape: Shape
}

export const workloadOf = ({ workload, pools, shape }: Sourced): Workload => (workload === "transfers" ? transfers(shape) : swaps(pools, shape))

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

export { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
