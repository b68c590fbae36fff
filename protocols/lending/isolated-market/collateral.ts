import { Failure } from "../../../core/index.ts"
import { InsufficientCollateral, ZeroAssets } from "./failures.ts"
import { fits128 } from "./math.ts"
import { CollateralSupplied, CollateralWithdrawn, type SupplyCollateral, type WithdrawCollateral } from "./messages.ts"
import { attachedOf, attachesAnything, payout } from "./payout.ts"
import { debtOf, decreased, increased, positionOf, priceFor, unauthorized, withPosition } from "./position.ts"
import { upToDate, type Verb } from "./verb.ts"

/** The verbs about collateral. `messages.ts` says what they promise. */

export const supplyCollateral: Verb<typeof SupplyCollateral> = (market, { onBehalf }, context) => {
  const assets = attachedOf(market.collateralAsset, context)
  if (typeof assets !== "bigint") return assets
  if (assets === 0n) return new ZeroAssets()
  const position = increased(positionOf(market, onBehalf), "collateral", assets)
  return {
    state: withPosition({ ...market, totalCollateral: market.totalCollateral + assets }, onBehalf, position),
    events: [CollateralSupplied.make({ sender: context.sender, onBehalf, assets })],
  }
}

export const withdrawCollateral: Verb<typeof WithdrawCollateral> = (stored, { assets, onBehalf, receiver }, context) => {
  const { sender, time } = context
  const refusal =
    attachesAnything(context) ?? (assets === 0n ? new ZeroAssets() : undefined) ?? unauthorized(stored, sender, onBehalf)
  if (refusal !== undefined) return refusal
  const { market, events } = upToDate(stored, time)
  const position = decreased(positionOf(market, onBehalf), "collateral", fits128(assets, "withdrawn collateral"), onBehalf)
  if (position instanceof Failure) return position
  if (position.borrowShares > 0n) {
    const price = priceFor(market, context.view, time)
    if (typeof price !== "bigint") return price
    const { borrowed, borrowedMax } = debtOf(market, position, price)
    if (borrowed > borrowedMax) return new InsufficientCollateral({ account: onBehalf, borrowed, borrowedMax })
  }
  return {
    state: withPosition({ ...market, totalCollateral: market.totalCollateral - assets }, onBehalf, position),
    sends: payout(market, receiver, 0n, assets),
    events: [...events, CollateralWithdrawn.make({ sender, onBehalf, receiver, assets })],
  }
}
