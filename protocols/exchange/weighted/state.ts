import { Address, Amount, AssetId, Integer, List, Nullable, Uint, type Values } from "../../../core/index.ts"
import { DECIMALS_MAX, TOKENS_MAX } from "./math.ts"

/** A pool between two messages. Lists have one entry for each token, in the order in which the pool was made. */
export const PoolFields = {
  assets: List(AssetId, TOKENS_MAX),
  decimals: List(Integer(0, DECIMALS_MAX), TOKENS_MAX),
  /** Parts of 10^18. */
  weightsE18: List(Uint(64), TOKENS_MAX),
  assetShares: AssetId,
  balances: List(Amount, TOKENS_MAX),
  /** Shares in existence, the locked ones included. */
  shares: Amount,
  /** Fee on what comes in, in units of 10^-18. */
  feeE18: Uint(64),
  /** The protocol's part of what fees add to the invariant, in units of 10^-18, taken at each deposit and withdrawal. */
  protocolFeeE18: Uint(64),
  /** Who receives the protocol's part; null: nobody, and none is taken. */
  collector: Nullable(Address),
  /** Who may set the fee; null: nobody. */
  owner: Nullable(Address),
  /** The invariant after the last deposit or withdrawal. */
  lastInvariant: Amount,
}

export type PoolState = Values<typeof PoolFields>
