import type { AnyMessage, Context, Emitted, Handler } from "../../../core/index.ts"
import { InconsistentInput, type WrongAsset } from "./failures.ts"
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
import { attachedOf } from "./payout.ts"
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

/** What a verb that is paid for in the loan asset begins with: what is attached, and the market up to date; or its first refusals. */
export const beginPaid = (stored: MarketState, context: Context, assets: bigint, shares: bigint): WrongAsset | InconsistentInput | (UpToDate & { readonly attached: bigint }) => {
  const attached = attachedOf(stored.loanAsset, context)
  if (typeof attached !== "bigint") return attached
  return inconsistent(assets, shares) ?? { attached, ...upToDate(stored, context.time) }
}
