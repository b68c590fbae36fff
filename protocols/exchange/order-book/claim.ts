import { pay, Payment, type Bounce, type Handler, type Step } from "../../../core/index.ts"
import { Hop, stopRoute, type RouteStopped } from "../router/messages.ts"
import { NothingToClaim, NotOwner } from "./failures.ts"
import type { Claim, WithdrawFees } from "./messages.ts"
import { wrongAsset } from "./place.ts"
import type { MarketState } from "./state.ts"

/** What came back: the next leg's funds go to the trader; a payment stays with the market until its receiver claims it. */
export const keepReturned = (market: MarketState, bounce: Bounce): Step<MarketState, typeof RouteStopped> => {
  const { message, refund, by } = bounce
  if (message === Hop) return { state: market, ...stopRoute(bounce) }
  if (message !== Payment) return { state: market }
  const base = refund.get(market.base)
  const quote = refund.get(market.quote)
  const owed = market.unclaimed.get(by)
  return {
    state: {
      ...market,
      unclaimed: market.unclaimed.set(by, { base: (owed?.base ?? 0n) + base, quote: (owed?.quote ?? 0n) + quote }),
      unclaimedBase: market.unclaimedBase + base,
      unclaimedQuote: market.unclaimedQuote + quote,
    },
  }
}

export const claim: Handler<MarketState, typeof Claim, never> = (market, _, { funds, sender }) => {
  if (!funds.isEmpty) return wrongAsset("nothing", funds)
  const owed = market.unclaimed.get(sender)
  if (owed === undefined) return new NothingToClaim()
  return {
    state: {
      ...market,
      unclaimed: market.unclaimed.delete(sender),
      unclaimedBase: market.unclaimedBase - owed.base,
      unclaimedQuote: market.unclaimedQuote - owed.quote,
    },
    reply: owed,
    sends: [pay(sender, { [market.base]: owed.base, [market.quote]: owed.quote })],
  }
}

export const withdrawFees: Handler<MarketState, typeof WithdrawFees, never> = (market, _, { funds, sender }) => {
  if (!funds.isEmpty) return wrongAsset("nothing", funds)
  if (sender !== market.owner) return new NotOwner({ sender })
  const { base, quote, feesBase, feesQuote } = market
  return {
    state: { ...market, feesBase: 0n, feesQuote: 0n },
    reply: { base: feesBase, quote: feesQuote },
    sends: feesBase + feesQuote === 0n ? [] : [pay(sender, { [base]: feesBase, [quote]: feesQuote })],
  }
}
