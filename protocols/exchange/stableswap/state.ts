import { Address, Amount, AssetId, Integer, List, Nullable, Seconds, Uint, type Values } from "../../../core/index.ts"
import { COINS_MAX, DECIMALS_MAX, rampedA } from "./math.ts"

/** A pool between two messages. Lists have one entry for each coin, in the order in which the pool was made. */
export const PoolFields = {
  assets: List(AssetId, COINS_MAX),
  decimals: List(Integer(0, DECIMALS_MAX), COINS_MAX),
  assetShares: AssetId,
  /** What belongs to the holders of shares; whatever else the pool holds are admin fees. */
  balances: List(Amount, COINS_MAX),
  /** Shares in existence. */
  shares: Amount,
  /** A at the beginning and at the end of the last ramp; both the same where there was none. */
  initialA: Uint(20),
  futureA: Uint(20),
  initialATime: Seconds,
  futureATime: Seconds,
  /** Fee on what goes out of a trade, in units of 10^-10. */
  feeE10: Uint(64),
  /** The admin's part of the fee, in units of 10^-10. */
  adminFeeE10: Uint(64),
  /** Committed, and valid as soon as they are applied. */
  futureFeeE10: Uint(64),
  futureAdminFeeE10: Uint(64),
  /** From when on the committed fees can be applied; 0 where none are committed. */
  adminActionsDeadline: Seconds,
  /** Who may change the settings and take the admin fees; null: nobody. */
  owner: Nullable(Address),
}

export type PoolState = Values<typeof PoolFields>

/** A of the pool at `time`, in seconds: `A()` of the contract. */
export const amplificationAt = (
  { initialA, futureA, initialATime, futureATime }: Pick<PoolState, "initialA" | "futureA" | "initialATime" | "futureATime">,
  time: number,
): bigint =>
  rampedA(initialA, futureA, initialATime, futureATime, time)
