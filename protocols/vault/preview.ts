import { addChecked, MAX_UINT256 } from "../../core/index.ts"
import { feeOnRawUp, feeOnTotalUp, toAssetsDown, toAssetsUp, toSharesDown, toSharesUp, totalAssets, type Pool } from "./math.ts"

/**
 * What a message will do at a given state or published view: the handlers decide by the same functions, so a preview is exact for the state
 * that it is given. The assets of a withdrawal are what its owner gets, fees taken off; a deposit's are what its owner gives, fees included.
 */

/** A vault's state, or its published view. */
export interface Terms extends Pool {
  readonly entryFeeBps: number
  readonly exitFeeBps: number
  /** Largest total of assets that deposits may make; 2^256 - 1: no limit. */
  readonly assetsMax: bigint
}

/** Shares for a deposit, rounded down. */
export const previewDeposit = (vault: Terms, assets: bigint): bigint => toSharesDown(vault, assets - feeOnTotalUp(assets, vault.entryFeeBps))

/** Assets that `shares` cost, rounded up. */
export const previewMint = (vault: Terms, shares: bigint): bigint => {
  const assets = toAssetsUp(vault, shares)
  return addChecked(assets, feeOnRawUp(assets, vault.entryFeeBps))
}

/** Shares that `assets` cost, rounded up. */
export const previewWithdraw = (vault: Terms, assets: bigint): bigint =>
  toSharesUp(vault, addChecked(assets, feeOnRawUp(assets, vault.exitFeeBps)))

/** Assets for `shares`, rounded down. */
export const previewRedeem = (vault: Terms, shares: bigint): bigint => {
  const assets = toAssetsDown(vault, shares)
  return assets - feeOnTotalUp(assets, vault.exitFeeBps)
}

/** The most that a deposit may give now. */
export const maxDeposit = (vault: Terms): bigint => {
  if (vault.assetsMax === MAX_UINT256) return MAX_UINT256
  const total = totalAssets(vault)
  return total >= vault.assetsMax ? 0n : vault.assetsMax - total
}

/** The most shares that may be asked for now. */
export const maxMint = (vault: Terms): bigint => (vault.assetsMax === MAX_UINT256 ? MAX_UINT256 : previewDeposit(vault, maxDeposit(vault)))

/** The most that an owner of `shares` may ask for, at once or by waiting. */
export const maxWithdraw = (vault: Terms, shares: bigint): bigint => previewRedeem(vault, shares)

/** The most that an owner of `shares` may redeem, at once or by waiting: all of them. */
export const maxRedeem = (_: Terms, shares: bigint): bigint => shares

/** The most that the vault pays one owner out of its cash now, rounded down; 0 while others wait. */
export const withdrawableNow = (vault: Terms & { readonly escrowed: bigint }): bigint =>
  vault.escrowed > 0n ? 0n : vault.idle - feeOnTotalUp(vault.idle, vault.exitFeeBps)
