import type { Context } from "../../../core/index.ts"
import { ReserveOverflow } from "./failures.ts"
import { accumulated, elapsedSince, fitsReserve, timestamp32 } from "./math.ts"
import type { PoolState } from "./state.ts"

/** The reserves become these amounts; the price sums take in the time at the old reserves. */
export const withReserves = (pool: PoolState, reserveX: bigint, reserveY: bigint, time: number): PoolState | ReserveOverflow =>
  reserveOverflow(pool, reserveX, reserveY) ?? atReserves(pool, reserveX, reserveY, time)

/** The first balance that is too large for a reserve. */
export const reserveOverflow = ({ assetX, assetY }: Pick<PoolState, "assetX" | "assetY">, balanceX: bigint, balanceY: bigint): ReserveOverflow | undefined => {
  if (!fitsReserve(balanceX)) return new ReserveOverflow({ asset: assetX, balance: balanceX })
  if (!fitsReserve(balanceY)) return new ReserveOverflow({ asset: assetY, balance: balanceY })
  return undefined
}

/** As `withReserves`, for amounts that are known to fit. */
export const atReserves = (pool: PoolState, reserveX: bigint, reserveY: bigint, time: number): PoolState => {
  const elapsed = elapsedSince(pool.timeLast, time)
  if (elapsed === 0 || pool.reserveX === 0n || pool.reserveY === 0n) return { ...pool, reserveX, reserveY, timeLast: timestamp32(time) }
  return {
    ...pool,
    reserveX,
    reserveY,
    timeLast: timestamp32(time),
    priceXCumulative: accumulated(pool.priceXCumulative, pool.reserveX, pool.reserveY, elapsed),
    priceYCumulative: accumulated(pool.priceYCumulative, pool.reserveY, pool.reserveX, elapsed),
  }
}

/** The reserves become what the pool holds after it paid these amounts. */
export const afterPaying = (pool: PoolState, context: Context, paidX: bigint, paidY: bigint): PoolState | ReserveOverflow =>
  withReserves(pool, context.balance(pool.assetX) - paidX, context.balance(pool.assetY) - paidY, context.time)
