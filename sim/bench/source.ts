import { slotOf, type Transaction } from "../../core/index.ts"
import { swaps, transfers, type Shape, type Workload } from "./workload.ts"

/** Which workload a shard's source gives, block after block. */
export interface Sourced {
  readonly workload: "transfers" | "swaps"
  readonly pools: number
  readonly shape: Shape
}

export const workloadOf = ({ workload, pools, shape }: Sourced): Workload => (workload === "transfers" ? transfers(shape) : swaps(pools, shape))

/** Each shard makes the whole list before the first block, and gives its own part of each block: nothing goes through the main thread. */
export const source = (sourced: Sourced) => {
  const { setup, blocks } = workloadOf(sourced)
  const all = [...setup, ...blocks].map((block) => block.map((transaction) => ({ slot: slotOf(transaction.from), transaction })))
  return ({ height, ownsSlot }: { readonly height: number; readonly ownsSlot: (slot: number) => boolean }, give: (index: number, transaction: Transaction) => void): number => {
    const block = all[height - 1] ?? []
    for (let index = 0; index < block.length; index++) {
      const { slot, transaction } = block[index] as (typeof block)[number]
      if (ownsSlot(slot)) give(index, transaction)
    }
    return block.length
  }
}

export { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
