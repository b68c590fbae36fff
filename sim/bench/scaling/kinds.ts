import { slotOf } from "../../../core/index.ts"
import type { Shape, Workload } from "../workload.ts"
import { poolOf, swaps } from "../workloads/swaps.ts"
import { transfers } from "../workloads/transfers.ts"
import { dealt } from "./loads.ts"

/** What is predicted: workloads of the sheet, by its names. */
export interface Kind {
  readonly name: string
  /** None: transfers. */
  readonly pools: number
  readonly make: (shape: Shape) => Workload
}

const swapping = (pools: number): Kind => ({ name: `swaps, ${pools} pool${pools === 1 ? "" : "s"}`, pools, make: (shape) => swaps(pools, shape) })

export const TRANSFERS: Kind = { name: "transfers", pools: 0, make: transfers }
export const ONE_POOL = swapping(1)
export const SOME_POOLS = swapping(64)
export const MANY_POOLS = swapping(1_024)
export const KINDS: readonly Kind[] = [TRANSFERS, SOME_POOLS, MANY_POOLS, ONE_POOL]

/** Pools in a shard of their own, away from nearly all accounts: what an account costs and what a pool costs can be told apart. */
export const apart = (pools: number): Uint8Array => {
  const owners = new Uint8Array(dealt(1))
  for (let pool = 0; pool < pools; pool++) owners[slotOf(poolOf(pool))] = 1
  return owners
}
