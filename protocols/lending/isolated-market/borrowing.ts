import { Failure } from "../../../core/index.ts"
import { InsufficientCollateral, InsufficientLiquidity, InsufficientPayment } from "./failures.ts"
import { fits128, toAssetsDown, toAssetsUp, toSharesDown, toSharesUp, zeroFloorSub } from "./math.ts"
import { Borrowed, Repaid, type Borrow, type Repay } from "./messages.ts"
import { attachesAnything, payout } from "./payout.ts"
import { debtOf, decreased, increased, positionOf, priceFor, unauthorized, withPosition } from "./position.ts"
import { beginPaid, inconsistent, upToDate, type Verb } from "./verb.ts"

/** The verbs of those who borrow. `messages.ts` says what they promise. */

export const borrow: Verb<typeof Borrow> = (stored, given, context) => {
  const { sender, time } = context
  const { onBehalf, receiver } = given
  const refusal = attachesAnything(context) ?? inconsistent(given.assets, given.shares) ?? unauthorized(stored, sender, onBehalf)
  if (refusal !== undefined) return refusal
  const { market, events } = upToDate(stored, time)
  const { totalSupplyAssets, totalBorrowAssets, totalBorrowShares } = market
  const shares = given.assets > 0n ? toSharesUp(given.assets, totalBorrowAssets, totalBorrowShares) : given.shares
  const assets = given.assets > 0n ? given.assets : toAssetsDown(given.shares, totalBorrowAssets, totalBorrowShares)
  const position = increased(positionOf(market, onBehalf), "borrowShares", shares)
  const lent = {
    ...market,
    totalBorrowShares: fits128(totalBorrowShares + shares, "totalBorrowShares"),
    totalBorrowAssets: fits128(totalBorrowAssets + assets, "totalBorrowAssets"),
  }
  const price = priceFor(market, context.view, time)
  if (typeof price !== "bigint") return price
  const { borrowed, borrowedMax } = debtOf(lent, position, price)
  if (borrowed > borrowedMax) return new InsufficientCollateral({ account: onBehalf, borrowed, borrowedMax })
  if (lent.totalBorrowAssets > totalSupplyAssets) {
    return new InsufficientLiquidity({ borrowed: lent.totalBorrowAssets, supplied: totalSupplyAssets })
  }
  return {
    state: withPosition(lent, onBehalf, position),
    reply: { assets, shares },
    sends: payout(market, receiver, assets, 0n),
    events: [...events, Borrowed.make({ sender, onBehalf, receiver, assets, shares })],
  }
}

export const repay: Verb<typeof Repay> = (stored, given, context) => {
  const { sender } = context
  const { onBehalf } = given
  const begun = beginPaid(stored, context, given.assets, given.shares)
  if (begun instanceof Failure) return begun
  const { market, events, attached } = begun
  const { totalBorrowAssets, totalBorrowShares } = market
  const shares = given.assets > 0n ? toSharesDown(given.assets, totalBorrowAssets, totalBorrowShares) : given.shares
  const assets = given.assets > 0n ? given.assets : toAssetsUp(given.shares, totalBorrowAssets, totalBorrowShares)
  const position = decreased(positionOf(market, onBehalf), "borrowShares", fits128(shares, "repaid shares"), onBehalf)
  if (position instanceof Failure) return position
  if (attached < assets) return new InsufficientPayment({ needed: assets, attached })
  const totals = { totalBorrowShares: totalBorrowShares - shares, totalBorrowAssets: zeroFloorSub(totalBorrowAssets, assets) }
  return {
    state: withPosition({ ...market, ...totals }, onBehalf, position),
    reply: { assets, shares },
    sends: payout(market, sender, attached - assets, 0n),
    events: [...events, Repaid.make({ sender, onBehalf, assets, shares })],
  }
}
