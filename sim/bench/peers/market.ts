import type { Transaction } from "../../../core/index.ts"
import { bareSwap, type BarePool } from "../bare-loop.ts"
import type { Workload } from "../workload.ts"
import { concentratedSwaps } from "../workloads/concentrated-pool.ts"
import { RESERVE, swaps } from "../workloads/swaps.ts"
import { transfers } from "../workloads/transfers.ts"
import type { Kind } from "./peer.ts"
import { courseNamed } from "./v3.ts"

/** The transactions of the sheet's workloads, in the plainest form that every peer can read. */

export const POOLS = 64
/** As in the sheet's own rows. */
export const ACCOUNTS = 10_000

export interface Swap {
  /** The transaction as the sheet has it: names, nonce, funds by asset. */
  readonly transaction: Transaction
  /** Place of the account, and so of its pool: `account % POOLS`. */
  readonly account: number
  readonly pool: number
  readonly sellsX: boolean
  readonly amount: bigint
}

export interface Payment {
  readonly from: number
  readonly to: number
  readonly amount: bigint
}

const shape = (transactions: number) => ({ accounts: ACCOUNTS, transactions, blockSize: 10_000 })

export const workloadOf = (kind: Kind, transactions: number): Workload =>
  kind === "swaps" ? swaps(POOLS, shape(transactions)) : kind === "payments" ? transfers(shape(transactions)) : concentratedSwaps(courseNamed(kind).crossings, shape(transactions))

const listOf = (workload: Workload): readonly Transaction[] => workload.blocks.flat()
const placeOf = (account: string): number => Number(account.slice("account-".length))

export const swapList = (transactions: number): readonly Swap[] =>
  listOf(workloadOf("swaps", transactions)).map((transaction) => {
    const { from, funds } = transaction
    const account = placeOf(from)
    const [[asset, amount]] = Object.entries(funds as { readonly [asset: string]: bigint }) as [[string, bigint]]
    return { transaction, account, pool: account % POOLS, sellsX: asset === "cash", amount }
  })

export const paymentList = (transactions: number): readonly Payment[] =>
  listOf(workloadOf("payments", transactions)).map(({ from, to, funds }) => ({
    from: placeOf(from),
    to: placeOf(to),
    amount: (funds as { readonly cash: bigint }).cash,
  }))

export interface Reserves {
  readonly x: bigint
  readonly y: bigint
}

export { RESERVE }

/** Where the pools must stand after these swaps, each pool's in their order. */
export const reservesAfter = (list: readonly Swap[]): readonly Reserves[] => {
  const pools = Array.from({ length: POOLS }, (): BarePool => ({ assetX: "x", assetY: "y", reserveX: RESERVE, reserveY: RESERVE }))
  for (const { pool, sellsX, amount } of list) bareSwap(pools[pool] as BarePool, sellsX ? "x" : "y", amount, 1n)
  return pools.map(({ reserveX, reserveY }) => ({ x: reserveX, y: reserveY }))
}

/** Throws where a peer's pools stand elsewhere: then it did something else, and its figures mean nothing. */
export const checkReserves = (list: readonly Swap[], reserves: readonly Reserves[]): void => {
  for (const [pool, { x, y }] of reservesAfter(list).entries()) {
    if (reserves[pool]?.x !== x || reserves[pool].y !== y) {
      throw new Error(`pool ${pool} stands at ${reserves[pool]?.x}, ${reserves[pool]?.y} instead of ${x}, ${y}`)
    }
  }
}

/** What each account gained, or lost, of the one asset. */
export const gainsAfter = (list: readonly Payment[]): readonly bigint[] => {
  const gains = new Array<bigint>(ACCOUNTS).fill(0n)
  for (const { from, to, amount } of list) {
    gains[from] = (gains[from] as bigint) - amount
    gains[to] = (gains[to] as bigint) + amount
  }
  return gains
}

/** The formula of Uniswap v2 at 0.3 %, rounded down. */
export const amountOutDown = (amountIn: bigint, reserveIn: bigint, reserveOut: bigint): bigint => {
  const lessFee = amountIn * 997n
  return (lessFee * reserveOut) / (reserveIn * 1000n + lessFee)
}
