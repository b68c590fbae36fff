import type { Context } from "../../../core/index.ts"
import { AlreadySet, FeeTooHigh, NotOwner } from "./failures.ts"
import { FEE_MAX } from "./math.ts"
import {
  AuthorizationSet,
  FeeRecipientSet,
  FeeSet,
  OwnerSet,
  type AccrueInterest,
  type PositionOf,
  type SetAuthorization,
  type SetFee,
  type SetFeeRecipient,
  type SetOwner,
} from "./messages.ts"
import { attachesAnything } from "./payout.ts"
import { authorizationKey, positionOf } from "./position.ts"
import type { MarketState } from "./state.ts"
import { upToDate, type Verb } from "./verb.ts"

/** The verbs that set something, or only look. `messages.ts` says what they promise. */

export const accrueInterest: Verb<typeof AccrueInterest> = (stored, _, context) => {
  const refusal = attachesAnything(context)
  if (refusal !== undefined) return refusal
  const { market, events } = upToDate(stored, context.time)
  return { state: market, events }
}

export const setAuthorization: Verb<typeof SetAuthorization> = (market, { authorized, isAuthorized }, context) => {
  const authorizer = context.sender
  const key = authorizationKey(authorizer, authorized)
  const refusal = attachesAnything(context) ?? alreadySet(market.authorizations.has(key) === isAuthorized, "authorization")
  if (refusal !== undefined) return refusal
  const authorizations = isAuthorized ? market.authorizations.set(key, true) : market.authorizations.delete(key)
  return { state: { ...market, authorizations }, events: [AuthorizationSet.make({ authorizer, authorized, isAuthorized })] }
}

export const setFee: Verb<typeof SetFee> = (stored, { fee }, context) => {
  const refusal = attachesAnything(context) ?? notOwner(stored, context) ?? alreadySet(fee === stored.fee, "fee")
  if (refusal !== undefined) return refusal
  if (fee > FEE_MAX) return new FeeTooHigh({ fee, feeMax: FEE_MAX })
  // The time until now is charged by the fee until now.
  const { market, events } = upToDate(stored, context.time)
  return { state: { ...market, fee }, events: [...events, FeeSet.make({ fee })] }
}

export const setFeeRecipient: Verb<typeof SetFeeRecipient> = (market, { feeRecipient }, context) => {
  const refusal =
    attachesAnything(context) ?? notOwner(market, context) ?? alreadySet(feeRecipient === market.feeRecipient, "feeRecipient")
  if (refusal !== undefined) return refusal
  return { state: { ...market, feeRecipient }, events: [FeeRecipientSet.make({ feeRecipient })] }
}

export const setOwner: Verb<typeof SetOwner> = (market, { owner }, context) => {
  const refusal = attachesAnything(context) ?? notOwner(market, context) ?? alreadySet(owner === market.owner, "owner")
  if (refusal !== undefined) return refusal
  return { state: { ...market, owner }, events: [OwnerSet.make({ owner })] }
}

export const readPosition: Verb<typeof PositionOf> = (market, { account }, context) =>
  attachesAnything(context) ?? { state: market, reply: positionOf(market, account) }

const notOwner = ({ owner }: MarketState, { sender }: Context): NotOwner | undefined => (sender === owner ? undefined : new NotOwner({ sender }))

const alreadySet = (isSet: boolean, setting: "owner" | "fee" | "feeRecipient" | "authorization"): AlreadySet | undefined =>
  isSet ? new AlreadySet({ setting }) : undefined
