import { Address, Amount, AssetId, Integer, Nullable, Seconds, Uint, type Values } from "../../../core/index.ts"

/** A pool between two messages. */
export const PoolFields = {
  assetX: AssetId,
  assetY: AssetId,
  assetShares: AssetId,
  /** Fee on what comes in, in hundredths of a basis point: 3,000 is 0.3 %. */
  feePips: Integer(0, 999_999),
  /** Receiver of the protocol fee; null where it is off. */
  feeTo: Nullable(Address),
  /** Who may set `feeTo`; null: nobody. */
  feeSetter: Nullable(Address),
  reserveX: Uint(112),
  reserveY: Uint(112),
  /** Shares in existence, the locked ones included. */
  shares: Amount,
  priceXCumulative: Amount,
  priceYCumulative: Amount,
  /** When the reserves changed last, modulo 2^32. */
  timeLast: Seconds,
  /** reserveX * reserveY after the last deposit or withdrawal; 0 where the protocol fee was off. */
  kLast: Amount,
}

export type PoolState = Values<typeof PoolFields>
