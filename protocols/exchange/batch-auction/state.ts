import { Address, Amount, AssetId, Height, TableOf, type Values } from "../../../core/index.ts"

export const AuctionParams = {
  base: AssetId,
  quote: AssetId,
  /** Smallest units of the base in a lot, at least 1. */
  lot: Amount,
}

/** An auction between two blocks: its last clearing, and what it keeps for whom. */
export const AuctionFields = {
  ...AuctionParams,
  price: Amount,
  lots: Amount,
  marginBuy: Amount,
  marginSell: Amount,
  height: Height,
  /** Smallest units by owner; no zeros. */
  keptBase: TableOf(Address, Amount),
  keptQuote: TableOf(Address, Amount),
}

export type AuctionState = Values<typeof AuctionFields>
