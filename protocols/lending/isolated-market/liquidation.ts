import { Failure, min } from "../../../core/index.ts"
import { InsufficientPayment, type InsufficientPosition, PositionHealthy } from "./failures.ts"
import { fits128, repaidSharesUp, seizedAssetsDown, toAssetsUp, zeroFloorSub } from "./math.ts"
import { Liquidated, type Liquidate } from "./messages.ts"
import { payout } from "./payout.ts"
import { debtOf, decreased, positionOf, priceFor, withPosition } from "./position.ts"
import type { MarketState, Position } from "./state.ts"
import { beginPaid, type Verb } from "./verb.ts"

/** The verb of liquidators. `messages.ts` says what it promises. */

export const liquidate: Verb<typeof Liquidate> = (stored, given, context) => {
  const { sender, time } = context
  const { borrower } = given
  const begun = beginPaid(stored, context, given.seizedAssets, given.repaidShares)
  if (begun instanceof Failure) return begun
  const { market, events, attached } = begun
  const price = priceFor(market, context.view, time)
  if (typeof price !== "bigint") return price
  const position = positionOf(market, borrower)
  const { borrowed, borrowedMax } = debtOf(market, position, price)
  if (borrowed <= borrowedMax) return new PositionHealthy({ account: borrower, borrowed, borrowedMax })

  const { lltv, totalBorrowAssets, totalBorrowShares } = market
  const repaidShares =
    given.seizedAssets > 0n ? repaidSharesUp(given.seizedAssets, price, lltv, totalBorrowAssets, totalBorrowShares) : given.repaidShares
  const seizedAssets =
    given.seizedAssets > 0n ? given.seizedAssets : seizedAssetsDown(repaidShares, price, lltv, totalBorrowAssets, totalBorrowShares)
  const repaidAssets = toAssetsUp(repaidShares, totalBorrowAssets, totalBorrowShares)

  const left = leftBy(position, repaidShares, seizedAssets, borrower)
  if (left instanceof Failure) return left
  const paid: MarketState = {
    ...market,
    totalBorrowShares: totalBorrowShares - repaidShares,
    totalBorrowAssets: zeroFloorSub(totalBorrowAssets, repaidAssets),
    totalCollateral: market.totalCollateral - seizedAssets,
  }
  const { state, badDebtAssets, badDebtShares } = writtenOff(paid, borrower, left)
  if (attached < repaidAssets) return new InsufficientPayment({ needed: repaidAssets, attached })
  const amounts = { repaidAssets, repaidShares, seizedAssets, badDebtAssets, badDebtShares }
  return {
    state,
    reply: amounts,
    sends: payout(market, sender, attached - repaidAssets, seizedAssets),
    events: [...events, Liquidated.make({ sender, borrower, ...amounts })],
  }
}

/** The position after it was repaid and seized. Throws `Exceeds128Bits`. */
const leftBy = (position: Position, repaidShares: bigint, seizedAssets: bigint, borrower: string): Position | InsufficientPosition => {
  const repaid = decreased(position, "borrowShares", fits128(repaidShares, "repaid shares"), borrower)
  return repaid instanceof Failure ? repaid : decreased(repaid, "collateral", fits128(seizedAssets, "seized collateral"), borrower)
}

/** Without collateral nobody will repay: what is still owed leaves both totals. */
const writtenOff = (market: MarketState, borrower: string, left: Position) => {
  if (left.collateral > 0n) return { state: withPosition(market, borrower, left), badDebtAssets: 0n, badDebtShares: 0n }
  const { totalBorrowAssets, totalBorrowShares } = market
  const badDebtShares = left.borrowShares
  const badDebtAssets = min(totalBorrowAssets, toAssetsUp(badDebtShares, totalBorrowAssets, totalBorrowShares))
  const state: MarketState = {
    ...market,
    totalBorrowAssets: totalBorrowAssets - badDebtAssets,
    totalSupplyAssets: market.totalSupplyAssets - badDebtAssets,
    totalBorrowShares: totalBorrowShares - badDebtShares,
    badDebtAssets: market.badDebtAssets + badDebtAssets,
  }
  return { state: withPosition(state, borrower, { ...left, borrowShares: 0n }), badDebtAssets, badDebtShares }
}
