import { Failure, payOne, type Address, type AssetId, type Handler, type Reply } from "../../../core/index.ts"
import { completion, forward, legRefused, type Hop, type RouteCompleted } from "../router/messages.ts"
import { InsufficientOutput, SlippageExceeded, WrongAsset } from "./failures.ts"
import { baseAmount, LOTS_MAX, lotsDown } from "./math.ts"
import { take, type Taking } from "./match.ts"
import type { MarketOrder, Rested, Traded, Withdrawn } from "./messages.ts"
import { Payouts } from "./payouts.ts"
import { withTakerFee, wrongAsset, type BookEvent } from "./place.ts"
import type { MarketState } from "./state.ts"

/** What a market order does, its change not yet among the payouts. */
export interface MarketOrderOutcome {
  readonly market: MarketState
  readonly reply: Reply<typeof MarketOrder>
  readonly payouts: Payouts
  readonly events: readonly BookEvent[]
}

/** What selling `amountIn` of an asset of the market at any price does. */
export const marketOrderOutcome = (
  market: MarketState,
  assetIn: AssetId,
  amountIn: bigint,
  selfTrade: Taking["selfTrade"],
  taker: Address,
  height: number,
): MarketOrderOutcome | WrongAsset | InsufficientOutput => {
  if (assetIn !== market.base && assetIn !== market.quote) {
    return new WrongAsset({ expected: `${market.base} or ${market.quote}`, given: assetIn === "" ? "nothing" : assetIn })
  }
  const side = assetIn === market.quote ? "buy" : "sell"
  const lots = side === "buy" ? LOTS_MAX : lotsDown(amountIn, market.lot)
  const payouts = new Payouts()
  const taken = take(market, { side, limit: null, lots, budget: side === "buy" ? amountIn : null, taker, selfTrade, height }, payouts)
  const { lotsFilled, quote, events } = taken
  if (lotsFilled === 0) return new InsufficientOutput()
  const { market: after, amountOut, fee } = withTakerFee(taken.market, side, lotsFilled, quote)
  return { market: after, reply: { lotsFilled, amountIn: side === "buy" ? quote : baseAmount(lotsFilled, market.lot), amountOut, fee }, payouts, events }
}

/** What selling up to `amountIn` at any price takes and pays now. The same function decides the execution. */
export const quoteMarketOrder = (
  market: MarketState,
  assetIn: AssetId,
  amountIn: bigint,
  selfTrade: Taking["selfTrade"],
  taker: Address,
  height: number,
): Reply<typeof MarketOrder> | WrongAsset | InsufficientOutput => {
  const outcome = marketOrderOutcome(market, assetIn, amountIn, selfTrade, taker, height)
  return outcome instanceof Failure ? outcome : outcome.reply
}

export const marketOrder: Handler<MarketState, typeof MarketOrder, typeof Rested | typeof Traded | typeof Withdrawn> = (
  market,
  { minimumOut, selfTrade },
  { funds, sender, height },
) => {
  if (funds.rest !== undefined) return wrongAsset(`${market.base} or ${market.quote}`, funds)
  const outcome = marketOrderOutcome(market, funds.asset, funds.amount, selfTrade, sender, height)
  if (outcome instanceof Failure) return outcome
  const { reply, payouts } = outcome
  const buys = funds.asset === market.quote
  if (reply.amountOut < minimumOut) return new SlippageExceeded({ asset: buys ? market.base : market.quote, amountOut: reply.amountOut, minimumOut })
  const change = funds.amount - reply.amountIn
  if (buys) payouts.add(sender, reply.amountOut, change)
  else payouts.add(sender, change, reply.amountOut)
  return { state: outcome.market, reply, sends: payouts.sends(market), events: outcome.events }
}

/**
 * A leg of a route: a market order whose proceeds go on and whose change goes to the trader. The sender counts as the taker; an order of its own stops
 * it. `to` does not count, or anybody could have somebody else's orders taken out.
 */
export const hop: Handler<MarketState, typeof Hop, typeof Rested | typeof Traded | typeof Withdrawn | typeof RouteCompleted> = (market, route, context) => {
  const { funds, sender, height } = context
  const { base, quote } = market
  const [assetIn, assetOut] = funds.asset === quote ? [quote, base] : [base, quote]
  if (funds.rest !== undefined || funds.asset !== assetIn || route.assetOut !== assetOut) return legRefused(wrongAsset(`${base} or ${quote}, for the other`, funds))
  const outcome = marketOrderOutcome(market, assetIn, funds.amount, "cancel-taking", sender, height)
  if (outcome instanceof Failure) return legRefused(outcome)
  const { amountIn, amountOut } = outcome.reply
  if (amountOut === 0n || amountOut < route.minimumOut) return legRefused(new SlippageExceeded({ asset: assetOut, amountOut, minimumOut: route.minimumOut }))
  const change = funds.amount - amountIn
  const sends = [...outcome.payouts.sends(market), ...(change === 0n ? [] : [payOne(route.to, assetIn, change)]), forward(route, amountOut)]
  return { state: outcome.market, sends, events: [...outcome.events, ...completion(route, amountOut)] }
}
