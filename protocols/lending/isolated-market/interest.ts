import { borrowRateOf, curveRate, distanceOf } from "./adaptive-curve.ts"
import { fits128, mulWadDown256, taylorCompoundedDown, toSharesDown, utilizationDown } from "./math.ts"

/** What interest depends on: a market's state has it, and so has its published view. */
export interface Accruing {
  readonly totalSupplyAssets: bigint
  readonly totalSupplyShares: bigint
  readonly totalBorrowAssets: bigint
  readonly totalBorrowShares: bigint
  /** Seconds; null before the market was used first. */
  readonly lastUpdate: number | null
  readonly fee: bigint
  readonly rateAtTarget: bigint
}

/** A market as of a time, and what brought it there. */
export interface Accrual<T extends Accruing> {
  readonly market: T
  /** The average rate of the time that passed, a wad per second; 0 where none passed. */
  readonly borrowRate: bigint
  /** Units that borrowers owe and suppliers are owed since. */
  readonly interest: bigint
  /** Supply shares of the fee recipient's, already counted in the total, not yet in its position. */
  readonly feeShares: bigint
}

/**
 * A market with the interest up to time `now`: what every verb starts from, and what readers of the published view need. The same time again
 * changes nothing. The first time starts the clock and the rate model. Throws `Exceeds128Bits` or core/OutOfRange where a total would not fit.
 */
export const accrued = <T extends Accruing>(market: T, now: number): Accrual<T> => {
  const { totalSupplyAssets, totalBorrowAssets, totalSupplyShares, lastUpdate, fee } = market
  if (lastUpdate === now) return { market, borrowRate: 0n, interest: 0n, feeShares: 0n }
  const utilization = utilizationDown(totalBorrowAssets, totalSupplyAssets)
  const elapsed = lastUpdate === null ? 0n : BigInt(now - lastUpdate)
  const { average, rateAtTarget } = borrowRateOf(market.rateAtTarget, utilization, elapsed)
  const interest = fits128(mulWadDown256(totalBorrowAssets, taylorCompoundedDown(average, elapsed)), "interest")
  const supplyAssets = fits128(totalSupplyAssets + interest, "totalSupplyAssets")
  const feeAssets = mulWadDown256(interest, fee)
  // The total already holds all of the interest, so the fee is taken out again for the price of a share.
  const feeShares = fee === 0n ? 0n : fits128(toSharesDown(feeAssets, supplyAssets - feeAssets, totalSupplyShares), "feeShares")
  return {
    market: {
      ...market,
      totalSupplyAssets: supplyAssets,
      totalSupplyShares: fits128(totalSupplyShares + feeShares, "totalSupplyShares"),
      totalBorrowAssets: totalBorrowAssets + interest,
      lastUpdate: now,
      rateAtTarget,
    },
    borrowRate: average,
    interest,
    feeShares,
  }
}

/** The borrow rate at this moment: on the curve, without adaptation; a wad per second. */
export const spotBorrowRate = ({ rateAtTarget, totalBorrowAssets, totalSupplyAssets }: Accruing): bigint =>
  curveRate(rateAtTarget, distanceOf(utilizationDown(totalBorrowAssets, totalSupplyAssets)))
