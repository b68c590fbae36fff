import { addChecked, DivisionByZero, MAX_UINT256, mulChecked, outOfRange, WAD } from "../../../core/index.ts"
import { Exceeds128Bits } from "./failures.ts"

/**
 * Formulas of Morpho Blue (github.com/morpho-org/morpho-blue: MathLib, SharesMathLib, ConstantsLib, and Morpho's whitepaper). As there, a
 * product must fit into 256 bits before it is divided: core's `mulDivDown` would accept more. What does not fit ends with core/OutOfRange.
 */

/** The largest total, and the largest part of a position. */
export const UINT128_MAX = 2n ** 128n - 1n
/** Shares that nobody owns; with the virtual asset they fix the first price at 10^6 shares a unit and make it dear to inflate. */
export const VIRTUAL_SHARES = 1_000_000n
/** Units that nobody supplied or owes. */
export const VIRTUAL_ASSETS = 1n
/** The highest fee, a wad: a quarter of the interest. */
export const FEE_MAX = WAD / 4n
/** How much of the distance of `lltv` from 1 a liquidator may gain, a wad. */
export const LIQUIDATION_CURSOR = (3n * WAD) / 10n
/** The highest incentive factor, a wad. */
export const INCENTIVE_FACTOR_MAX = (115n * WAD) / 100n
/** Morpho's prices have 36 decimals, the oracle's 18. */
const ORACLE_PRICE_SCALE = 10n ** 36n
const PRICE_SCALE_UP = 10n ** 18n

const mulDivDown256 = (x: bigint, y: bigint, divisor: bigint): bigint => {
  if (divisor === 0n) throw new DivisionByZero({ operation: "mulDivDown256" })
  return mulChecked(x, y) / divisor
}

const mulDivUp256 = (x: bigint, y: bigint, divisor: bigint): bigint => {
  if (divisor === 0n) throw new DivisionByZero({ operation: "mulDivUp256" })
  return addChecked(mulChecked(x, y), divisor - 1n) / divisor
}

/** `value` itself where it fits into 128 bits; else throws `Exceeds128Bits` in the name of `quantity`. Not negative. */
export const fits128 = (value: bigint, quantity: string): bigint => {
  if (value > MAX_UINT256) throw outOfRange(quantity, value)
  if (value > UINT128_MAX) throw new Exceeds128Bits({ quantity, value })
  return value
}

/** `x - y`, or 0 where that is negative. */
export const zeroFloorSub = (x: bigint, y: bigint): bigint => (x > y ? x - y : 0n)

/** Shares for an amount, rounded down. */
export const toSharesDown = (assets: bigint, totalAssets: bigint, totalShares: bigint): bigint =>
  mulDivDown256(assets, totalShares + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS)

/** Shares for an amount, rounded up. */
export const toSharesUp = (assets: bigint, totalAssets: bigint, totalShares: bigint): bigint =>
  mulDivUp256(assets, totalShares + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS)

/** The amount that shares stand for, rounded down. */
export const toAssetsDown = (shares: bigint, totalAssets: bigint, totalShares: bigint): bigint =>
  mulDivDown256(shares, totalAssets + VIRTUAL_ASSETS, totalShares + VIRTUAL_SHARES)

/** The amount that shares stand for, rounded up. */
export const toAssetsUp = (shares: bigint, totalAssets: bigint, totalShares: bigint): bigint =>
  mulDivUp256(shares, totalAssets + VIRTUAL_ASSETS, totalShares + VIRTUAL_SHARES)

/** `x * y / 10^18`, rounded down. */
export const mulWadDown256 = (x: bigint, y: bigint): bigint => mulDivDown256(x, y, WAD)

/**
 * e^(rate * seconds) - 1 of a rate per second, both wads, by the first three terms of its Taylor series, the second and the third rounded
 * down: wTaylorCompounded. With t = rate * seconds it is never above the true value, and less than t^4 / 24 * e^t (and 3 units) below.
 */
export const taylorCompoundedDown = (ratePerSecond: bigint, seconds: bigint): bigint => {
  const first = mulChecked(ratePerSecond, seconds)
  const second = mulDivDown256(first, first, 2n * WAD)
  const third = mulDivDown256(second, first, 3n * WAD)
  return addChecked(addChecked(first, second), third)
}

/** How much more than what is repaid a liquidator seizes, a wad from 1 to 1.15: min(1.15, 1 / (1 - 0.3 * (1 - lltv))), rounded down. */
export const incentiveFactorDown = (lltv: bigint): bigint => {
  const factor = mulDivDown256(WAD, WAD, WAD - mulWadDown256(LIQUIDATION_CURSOR, WAD - lltv))
  return factor < INCENTIVE_FACTOR_MAX ? factor : INCENTIVE_FACTOR_MAX
}

/** What collateral allows to owe, in units of the loan asset, rounded down twice. `price`: see oracle/PriceView. */
export const borrowedMaxDown = (collateral: bigint, price: bigint, lltv: bigint): bigint =>
  mulWadDown256(mulDivDown256(collateral, mulChecked(price, PRICE_SCALE_UP), ORACLE_PRICE_SCALE), lltv)

/** Borrow shares that pay for seizing this much collateral, rounded up three times. */
export const repaidSharesUp = (seizedAssets: bigint, price: bigint, lltv: bigint, totalAssets: bigint, totalShares: bigint): bigint => {
  const quoted = mulDivUp256(seizedAssets, mulChecked(price, PRICE_SCALE_UP), ORACLE_PRICE_SCALE)
  return toSharesUp(mulDivUp256(quoted, WAD, incentiveFactorDown(lltv)), totalAssets, totalShares)
}

/** Collateral that repaying these borrow shares seizes, rounded down three times. */
export const seizedAssetsDown = (repaidShares: bigint, price: bigint, lltv: bigint, totalAssets: bigint, totalShares: bigint): bigint => {
  const rewarded = mulWadDown256(toAssetsDown(repaidShares, totalAssets, totalShares), incentiveFactorDown(lltv))
  return mulDivDown256(rewarded, ORACLE_PRICE_SCALE, mulChecked(price, PRICE_SCALE_UP))
}

/** The lent part of what is supplied, a wad, rounded down; 0 where nothing is supplied. */
export const utilizationDown = (totalBorrowAssets: bigint, totalSupplyAssets: bigint): bigint =>
  totalSupplyAssets === 0n ? 0n : (totalBorrowAssets * WAD) / totalSupplyAssets

/** What 10^6 shares stand for, a wad of the asset's units, rounded down; 1.0 in a new market. */
export const sharePriceDown = (totalAssets: bigint, totalShares: bigint): bigint =>
  ((totalAssets + VIRTUAL_ASSETS) * VIRTUAL_SHARES * WAD) / (totalShares + VIRTUAL_SHARES)
