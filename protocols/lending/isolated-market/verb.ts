import type { AnyMessage, Emitted, Handler } from "../../../core/index.ts"
import { InconsistentInput } from "./failures.ts"
import { accrued } from "./interest.ts"
import {
  AuthorizationSet,
  Borrowed,
  CollateralSupplied,
  CollateralWithdrawn,
  FeeRecipientSet,
  FeeSet,
  InterestAccrued,
  Liquidated,
  OwnerSet,
  Repaid,
  Returned,
  Supplied,
  Withdrawn,
} from "./messages.ts"
import { increased, positionOf, withPosition } from "./position.ts"
import type { MarketState } from "./state.ts"

/** What the verbs of a market have in common. */

/** Everything that a market tells. */
export const EVENTS = [
  InterestAccrued,
  Supplied,
  Withdrawn,
  Borrowed,
  Repaid,
  CollateralSupplied,
  CollateralWithdrawn,
  Liquidated,
  AuthorizationSet,
  FeeSet,
  FeeRecipientSet,
  OwnerSet,
  Returned,
] as const
export type MarketEvent = (typeof EVENTS)[number]

export type Verb<M extends AnyMessage> = Handler<MarketState, M, MarketEvent>

/** A market with the interest up to now, the fee in its recipient's position. */
export interface UpToDate {
  readonly market: MarketState
  readonly events: readonly Emitted<MarketEvent>[]
}

/** Brings the interest up to date. Throws `Exceeds128Bits`, core/OutOfRange. */
export const upToDate = (stored: MarketState, now: number): UpToDate => {
  if (stored.lastUpdate === now) return { market: stored, events: [] }
  const { market, borrowRate, interest, feeShares } = accrued(stored, now)
  const { feeRecipient } = market
  return {
    market:
      feeShares === 0n ? market : withPosition(market, feeRecipient, increased(positionOf(market, feeRecipient), "supplyShares", feeShares)),
    events: [InterestAccrued.make({ borrowRate, interest, feeShares })],
  }
}

/** The refusal where not exactly one of the two is zero. */
export const inconsistent = (assets: bigint, shares: bigint): InconsistentInput | undefined =>
  (assets === 0n) === (shares === 0n) ? new InconsistentInput({ assets, shares }) : undefined
