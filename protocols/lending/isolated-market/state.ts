import { Address, Amount, AssetId, Bool, LIMITS, Nullable, Seconds, Struct, TableOf, Text, Uint, Wad, type Value, type Values } from "../../../core/index.ts"

/** An account's part of a market. */
export const PositionCodec = Struct({ supplyShares: Uint(128), borrowShares: Uint(128), collateral: Uint(128) })
export type Position = Value<typeof PositionCodec>

/** What came back from an account that could not be paid. */
export const UnpaidCodec = Struct({ loan: Amount, collateral: Amount })
export type Unpaid = Value<typeof UnpaidCodec>

export const MarketParams = {
  /** What is lent. */
  loanAsset: AssetId,
  /** What secures the loans; another asset. */
  collateralAsset: AssetId,
  /** Publishes oracle/PriceView with the collateral as base and the loan asset as quote. */
  oracle: Address,
  /** The oldest price that counts. */
  staleAfterSeconds: Seconds,
  /** The loan-to-value at which a position may be liquidated, a wad below 1. */
  lltv: Wad,
  /** Sets the fee, its recipient and the next owner. */
  owner: Address,
  feeRecipient: Address,
}

/** What a market counts, and publishes. */
export const MarketTotals = {
  totalSupplyAssets: Uint(128),
  totalSupplyShares: Uint(128),
  totalBorrowAssets: Uint(128),
  totalBorrowShares: Uint(128),
  totalCollateral: Amount,
  /** Debt written off since the beginning, in units of the loan asset. */
  badDebtAssets: Amount,
  /** Until when interest is in the totals; null before the first use. */
  lastUpdate: Nullable(Seconds),
  /** The rate model's memory, a wad per second; 0 before the first use. */
  rateAtTarget: Wad,
}

/** A market between two messages. */
export const MarketFields = {
  ...MarketParams,
  /** The part of the interest that goes to the fee recipient, a wad up to 0.25. */
  fee: Wad,
  ...MarketTotals,
  /** By account; none that is zero throughout. */
  positions: TableOf(Address, PositionCodec),
  /** By `authorizer authorized` (see `authorizationKey`); true where there is an entry. */
  authorizations: TableOf(Text(2 * LIMITS.addressLengthMax + 1), Bool),
  /** By account; none that is zero throughout. */
  unpaid: TableOf(Address, UnpaidCodec),
}

export type MarketState = Values<typeof MarketFields>
