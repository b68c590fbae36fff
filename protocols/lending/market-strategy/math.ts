import { min, type Published } from "../../../core/index.ts"
import { accrued, toAssetsDown, type MarketView } from "../isolated-market/messages.ts"
import type { StrategyState } from "./state.ts"

/** The market as it says it is; interest is brought up to `now` by the market's own formula. */
type Market = Published<typeof MarketView>

/** `x - y`, or 0 where that is negative. */
export const zeroFloorSub = (x: bigint, y: bigint): bigint => (x > y ? x - y : 0n)

/** What supply shares are worth, rounded down. Throws the market's `Exceeds128Bits` or core/OutOfRange where its interest does not fit. */
export const sharesWorthDown = (shares: bigint, market: Market, now: number): bigint => {
  const { totalSupplyAssets, totalSupplyShares } = accrued(market, now).market
  return toAssetsDown(shares, totalSupplyAssets, totalSupplyShares)
}

/** All that a strategy has: cash, what is on its way to the market and from it, and its shares, rounded down. Throws as `sharesWorthDown`. */
export const worthDown = (strategy: StrategyState, cash: bigint, market: Market, now: number): bigint => {
  const { shares, supplying, withdrawn, received } = strategy
  return zeroFloorSub(cash + supplying + withdrawn + sharesWorthDown(shares, market, now), received)
}

/** What the strategy may withdraw now by the market's view, beyond what it is withdrawing already. Throws as `sharesWorthDown`. */
export const withdrawableDown = ({ shares, withdrawing }: StrategyState, market: Market, now: number): bigint => {
  const { totalSupplyAssets, totalBorrowAssets } = accrued(market, now).market
  return zeroFloorSub(min(sharesWorthDown(shares, market, now), totalSupplyAssets - totalBorrowAssets), withdrawing)
}

/** What may be sent back without anticipating a loss that is under way. */
export const payable = ({ owed, lossPending }: StrategyState): bigint => zeroFloorSub(owed, lossPending)
