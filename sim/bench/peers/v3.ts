import { bareExchange, barePoolOf } from "../workloads/bare-concentrated-pool.ts"
import { courseName, courseOf, EVERYTHING, poolBefore, type Course } from "../workloads/concentrated-pool.ts"
import type { Kind } from "./peer.ts"

/** The sheet's swaps on one pool of Uniswap v3, in the plainest form that a peer can read: up to one price, down to the other, again and again. */

export const CROSSINGS: readonly number[] = [0, 1, 20]
export const kindOf = (crossings: number): Kind => `v3 swaps, ${courseName(crossings)}`

/** The course of a row that is called so. */
export const courseNamed = (kind: Kind): Course => {
  const crossings = CROSSINGS.find((count) => kindOf(count) === kind)
  if (crossings === undefined) throw new Error(`no course is called ${kind}`)
  return courseOf(crossings)
}

/** Prices and liquidity where a peer must stand after an even number of swaps, by the bare loop that the sheet holds the engine against. */
export const endOf = (course: Course, swaps: number): { readonly sqrtPriceX96: bigint; readonly liquidity: bigint; readonly feeGrowth0X128: bigint } => {
  const pool = barePoolOf(poolBefore(course))
  for (let index = 0; index < swaps; index++) bareExchange(pool, index % 2 === 1, EVERYTHING, index % 2 === 0 ? course.highX96 : course.lowX96)
  const { sqrtPriceX96, liquidity, feeGrowth0X128 } = pool
  return { sqrtPriceX96, liquidity, feeGrowth0X128 }
}
