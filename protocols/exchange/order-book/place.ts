import { Failure, type Address, type Emitted, type Funds, type Handler, type Payload, type Reply } from "../../../core/index.ts"
import { escrowOf, ownSide, rest } from "./book.ts"
import { withWake } from "./expiry.ts"
import { GoodTillPast, type LevelFull, NotFilled, Underfunded, WouldMatch, WrongAsset } from "./failures.ts"
import { baseAmount, feeUp } from "./math.ts"
import { take } from "./match.ts"
import { Rested, type LimitOrder, type Traded, type Withdrawn } from "./messages.ts"
import { Payouts } from "./payouts.ts"
import type { MarketState, RestingOrder } from "./state.ts"

export type BookEvent = Emitted<typeof Rested | typeof Traded | typeof Withdrawn>
export type Order = Payload<typeof LimitOrder>

/** What an order does: the market after it, whom it pays, and what its sender hears. */
export interface Placement {
  readonly market: MarketState
  readonly reply: Reply<typeof LimitOrder>
  readonly payouts: Payouts
  readonly events: readonly BookEvent[]
}

/** What an order does that `available` smallest units of its asset pay for: quote for a purchase, base for a sale. */
export const placement = (
  market: MarketState,
  order: Order,
  available: bigint,
  taker: Address,
  height: number,
): Placement | Underfunded | GoodTillPast | WouldMatch | NotFilled | LevelFull => {
  const { side, price, lots, kind, goodTill, selfTrade } = order
  const needed = escrowOf(market, side, lots, price)
  if (available < needed) return new Underfunded({ asset: side === "buy" ? market.quote : market.base, attached: available, needed })
  if (goodTill !== null && goodTill < height) return new GoodTillPast({ goodTill, height })
  const best = kind === "post-only" ? firstMet(market, side, price, height) : undefined
  if (best !== undefined) return new WouldMatch({ price, best })
  const payouts = new Payouts()
  const taken = take(market, { side, limit: price, lots, budget: null, taker, selfTrade, height }, payouts)
  const { lotsFilled, quote } = taken
  if (kind === "fill-or-kill" && lotsFilled < lots) return new NotFilled({ lots, lotsFilled })
  const left = lots - lotsFilled
  const rests = left > 0 && !taken.stopped && (kind === "resting" || kind === "post-only")
  const settled = withTakerFee(taken.market, side, lotsFilled, quote)
  const resting = rests ? rest(settled.market, { owner: taker, side, price, lots: left, goodTill }) : settled.market
  if (resting instanceof Failure) return resting
  const amountIn = side === "buy" ? quote : baseAmount(lotsFilled, market.lot)
  const change = available - amountIn - (rests ? escrowOf(market, side, left, price) : 0n)
  if (side === "buy") payouts.add(taker, settled.amountOut, change)
  else payouts.add(taker, change, settled.amountOut)
  const number = rests ? market.nextOrder : null
  return {
    market: resting,
    reply: { order: number, lotsFilled, lotsResting: rests ? left : 0, amountIn, amountOut: settled.amountOut, fee: settled.fee },
    payouts,
    events: rests ? [...taken.events, Rested.make({ order: market.nextOrder, owner: taker, side, price, lots: left })] : taken.events,
  }
}

/** The price of the first order, of those that are still good, that an incoming one would meet. */
const firstMet = (market: MarketState, side: "buy" | "sell", limit: number, height: number): number | undefined => {
  const levels = side === "buy" ? market.asks.range(undefined, limit) : market.bids.range(limit, undefined, { reverse: true })
  for (const [price, { first }] of levels) {
    for (let order = first; order !== 0; ) {
      const { goodTill, next } = market.orders.get(order) as RestingOrder
      if (goodTill === null || goodTill >= height) return price
      order = next
    }
  }
  return undefined
}

/** The best price of a side; null: nobody is there. */
export const bestOf = (market: MarketState, side: "buy" | "sell"): number | null => {
  const levels = ownSide(market, side)
  return (side === "buy" ? levels.last() : levels.first())?.[0] ?? null
}

/** What the taker receives for these lots, less the fee, which the market keeps. */
export const withTakerFee = (
  market: MarketState,
  side: "buy" | "sell",
  lots: number,
  quote: bigint,
): { readonly market: MarketState; readonly amountOut: bigint; readonly fee: bigint } => {
  const gross = side === "buy" ? baseAmount(lots, market.lot) : quote
  const fee = feeUp(gross, market.takerFeePips)
  if (fee === 0n) return { market, amountOut: gross, fee }
  const { feesBase, feesQuote } = market
  return { market: side === "buy" ? { ...market, feesBase: feesBase + fee } : { ...market, feesQuote: feesQuote + fee }, amountOut: gross - fee, fee }
}

/** The failure for funds that are not of the one asset that is expected. */
export const wrongAsset = (expected: string, funds: Funds): WrongAsset => new WrongAsset({ expected, given: String(funds).slice(0, 600) })

/** What the order would do now: the same function decides the execution, so it is exact for the state and block that it is given. */
export const quoteLimitOrder = (
  market: MarketState,
  order: Order,
  taker: Address,
  height: number,
): Reply<typeof LimitOrder> | Underfunded | GoodTillPast | WouldMatch | NotFilled | LevelFull => {
  const outcome = placement(market, order, escrowOf(market, order.side, order.lots, order.price), taker, height)
  return outcome instanceof Failure ? outcome : outcome.reply
}

export const limitOrder: Handler<MarketState, typeof LimitOrder, typeof Rested | typeof Traded | typeof Withdrawn> = (market, order, context) => {
  const { funds, sender, height } = context
  const asset = order.side === "buy" ? market.quote : market.base
  if (funds.rest !== undefined || (!funds.isEmpty && funds.asset !== asset)) return wrongAsset(asset, funds)
  const placed = placement(market, order, funds.amount, sender, height)
  return placed instanceof Failure ? placed : stepOf(market, placed, height)
}

/** The step of a placement; orders that expire may need a timer. */
export const stepOf = (before: MarketState, { market, reply, payouts, events }: Placement, height: number) => {
  const { market: state, timers } = market.expiries === before.expiries ? { market, timers: [] } : withWake(market, height)
  return { state, reply, sends: payouts.sends(market), events, timers }
}
