import { Failure } from "../../../core/index.ts"
import { InsufficientLiquidity, InsufficientPayment } from "./failures.ts"
import { fits128, toAssetsDown, toAssetsUp, toSharesDown, toSharesUp } from "./math.ts"
import { Supplied, Withdrawn, type Supply, type Withdraw } from "./messages.ts"
import { attachesAnything, payout } from "./payout.ts"
import { decreased, increased, positionOf, unauthorized, withPosition } from "./position.ts"
import { beginPaid, inconsistent, upToDate, type Verb } from "./verb.ts"

/** The verbs of those who lend. `messages.ts` says what they promise. */

export const supply: Verb<typeof Supply> = (stored, given, context) => {
  const { sender } = context
  const { onBehalf } = given
  const begun = beginPaid(stored, context, given.assets, given.shares)
  if (begun instanceof Failure) return begun
  const { market, events, attached } = begun
  const { totalSupplyAssets, totalSupplyShares } = market
  const shares = given.assets > 0n ? toSharesDown(given.assets, totalSupplyAssets, totalSupplyShares) : given.shares
  const assets = given.assets > 0n ? given.assets : toAssetsUp(given.shares, totalSupplyAssets, totalSupplyShares)
  const position = increased(positionOf(market, onBehalf), "supplyShares", shares)
  const totals = {
    totalSupplyShares: fits128(totalSupplyShares + shares, "totalSupplyShares"),
    totalSupplyAssets: fits128(totalSupplyAssets + assets, "totalSupplyAssets"),
  }
  if (attached < assets) return new InsufficientPayment({ needed: assets, attached })
  return {
    state: withPosition({ ...market, ...totals }, onBehalf, position),
    reply: { assets, shares },
    sends: payout(market, sender, attached - assets, 0n),
    events: [...events, Supplied.make({ sender, onBehalf, assets, shares })],
  }
}

export const withdraw: Verb<typeof Withdraw> = (stored, given, context) => {
  const { sender, time } = context
  const { onBehalf, receiver } = given
  const refusal = attachesAnything(context) ?? inconsistent(given.assets, given.shares) ?? unauthorized(stored, sender, onBehalf)
  if (refusal !== undefined) return refusal
  const { market, events } = upToDate(stored, time)
  const { totalSupplyAssets, totalSupplyShares } = market
  const shares = given.assets > 0n ? toSharesUp(given.assets, totalSupplyAssets, totalSupplyShares) : given.shares
  const assets = given.assets > 0n ? given.assets : toAssetsDown(given.shares, totalSupplyAssets, totalSupplyShares)
  const position = decreased(positionOf(market, onBehalf), "supplyShares", shares, onBehalf)
  if (position instanceof Failure) return position
  const supplied = totalSupplyAssets - assets
  if (market.totalBorrowAssets > supplied) return new InsufficientLiquidity({ borrowed: market.totalBorrowAssets, supplied })
  const totals = { totalSupplyShares: totalSupplyShares - shares, totalSupplyAssets: supplied }
  return {
    state: withPosition({ ...market, ...totals }, onBehalf, position),
    reply: { assets, shares },
    sends: payout(market, receiver, assets, 0n),
    events: [...events, Withdrawn.make({ sender, onBehalf, receiver, assets, shares })],
  }
}
