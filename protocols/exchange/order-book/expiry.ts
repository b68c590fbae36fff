import { after, type Emitted, type Handler, type Timer } from "../../../core/index.ts"
import { unrest, escrowOf } from "./book.ts"
import { WrongAsset } from "./failures.ts"
import { MATCHES_MAX, wakeHeight } from "./math.ts"
import { Expire, Withdrawn } from "./messages.ts"
import { Payouts } from "./payouts.ts"
import { expiryKey, type MarketState, type RestingOrder } from "./state.ts"

/** Orders that are good till a block: the market sets timers for itself, so that nobody has to clean up after them. */

/** The market, and a timer if none will wake it before the next order expires. */
export const withWake = (market: MarketState, height: number): { readonly market: MarketState; readonly timers: readonly Timer[] } => {
  const next = market.expiries.first()
  if (next === undefined) return { market, timers: [] }
  const { goodTill } = market.orders.get(next[1]) as RestingOrder
  const due = Math.max((goodTill as number) + 1, height + 1)
  if (market.wakes.length > 0 && (market.wakes[0] as number) <= due) return { market, timers: [] }
  const wake = wakeHeight(height, due)
  return { market: { ...market, wakes: [wake, ...market.wakes] }, timers: [after(wake - height, Expire, {})] }
}

export const expire: Handler<MarketState, typeof Expire, typeof Withdrawn> = (market, _, { funds, height }) => {
  if (!funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
  let state: MarketState = { ...market, wakes: market.wakes.filter((wake) => wake > height) }
  const payouts = new Payouts()
  const events: Emitted<typeof Withdrawn>[] = []
  for (const [, order] of market.expiries.range(undefined, expiryKey(height, 0) - 1n, { limit: MATCHES_MAX })) {
    const resting = state.orders.get(order) as RestingOrder
    const { owner, side, lots, price } = resting
    const refund = escrowOf(state, side, lots, price)
    state = unrest(state, order, resting)
    payouts.add(owner, side === "sell" ? refund : 0n, side === "sell" ? 0n : refund)
    events.push(Withdrawn.make({ order, owner, lots, refund, because: "expired" }))
  }
  const { market: woken, timers } = withWake(state, height)
  return { state: woken, sends: payouts.sends(market), events, timers }
}
