import { addChecked, MAX_UINT256, mulDivDown, mulDivUp, WAD } from "../../core/index.ts"

/**
 * Formulas of OpenZeppelin Contracts 5.7 (github.com/OpenZeppelin/openzeppelin-contracts): ERC4626 with virtual shares and assets, and the
 * fees of its ERC4626Fees example. All amounts in smallest units; a result beyond 2^256 - 1 is core/OutOfRange, where the contract panics.
 */

/** Basis points of a whole. */
const BASIS_POINTS = 10_000n

/** What decides a share's price. */
export interface Pool {
  /** Cash. */
  readonly idle: bigint
  /** With strategies, at book value. */
  readonly lent: bigint
  /** Shares in existence, those that wait in the queue included. */
  readonly supply: bigint
  /** Decimals of a share beyond those of an asset. */
  readonly decimalsOffset: number
}

/** Everything that the shares are a claim on. */
export const totalAssets = ({ idle, lent }: Pool): bigint => addChecked(idle, lent)

/** Shares that exist in the arithmetic only, against one virtual asset: they set the first price and make its inflation a loss. */
export const virtualShares = ({ decimalsOffset }: Pick<Pool, "decimalsOffset">): bigint => 10n ** BigInt(decimalsOffset)

const assetsAndOne = (pool: Pool): bigint => addChecked(totalAssets(pool), 1n)
const sharesAndVirtual = (pool: Pool): bigint => addChecked(pool.supply, virtualShares(pool))

/** Shares for assets, rounded down: convertToShares. */
export const toSharesDown = (pool: Pool, assets: bigint): bigint => mulDivDown(assets, sharesAndVirtual(pool), assetsAndOne(pool))

/** Shares for assets, rounded up. */
export const toSharesUp = (pool: Pool, assets: bigint): bigint => mulDivUp(assets, sharesAndVirtual(pool), assetsAndOne(pool))

/** Assets for shares, rounded down: convertToAssets. */
export const toAssetsDown = (pool: Pool, shares: bigint): bigint => mulDivDown(shares, assetsAndOne(pool), sharesAndVirtual(pool))

/** Assets for shares, rounded up. */
export const toAssetsUp = (pool: Pool, shares: bigint): bigint => mulDivUp(shares, assetsAndOne(pool), sharesAndVirtual(pool))

/** The fee to be added to an amount that does not include it, rounded up. */
export const feeOnRawUp = (assets: bigint, feeBps: number): bigint => mulDivUp(assets, BigInt(feeBps), BASIS_POINTS)

/** The part of an amount that is the fee, rounded up. */
export const feeOnTotalUp = (assets: bigint, feeBps: number): bigint => mulDivUp(assets, BigInt(feeBps), BASIS_POINTS + BigInt(feeBps))

/** Assets for 10^decimalsOffset shares, as a Wad, rounded down; 2^256 - 1 where it does not fit. For display and for other actors' decisions. */
export const assetsPerShareWadDown = (pool: Pool): bigint => {
  const price = ((pool.idle + pool.lent + 1n) * virtualShares(pool) * WAD) / (pool.supply + virtualShares(pool))
  return price > MAX_UINT256 ? MAX_UINT256 : price
}
