import { Address, Amount, AssetId, Bool, Nullable, Seconds, type Values } from "../../../core/index.ts"

export const StrategyParams = {
  vault: Address,
  /** A lending/IsolatedMarket whose loan asset is `asset`. */
  market: Address,
  /** The vault's asset. */
  asset: AssetId,
}

/** A strategy between two messages. Its cash is its balance. */
export const StrategyFields = {
  ...StrategyParams,
  /** To the vault, as both sides have booked it. */
  owed: Amount,
  /** Promised to the vault and not yet sent; part of what is owed. */
  due: Amount,
  /** Supply shares at the market, as its answers told. */
  shares: Amount,
  /** Attached to Supply under way. */
  supplying: Amount,
  /** Asked for by Withdraw under way. */
  withdrawing: Amount,
  /** All that the market ever answered to have paid. */
  withdrawn: Amount,
  /** All that ever arrived from the market; ahead of `withdrawn` only between a payment and the answer behind it. */
  received: Amount,
  /** Whether a Collect has not been answered yet. */
  collecting: Bool,
  /** Whether a harvest has not ended yet, and what it reports. */
  harvesting: Bool,
  gainPending: Amount,
  lossPending: Amount,
  gainedAt: Nullable(Seconds),
}

export type StrategyState = Values<typeof StrategyFields>
