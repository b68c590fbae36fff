/** A central limit order book: price-time priority, escrowed funds, one actor for each market. */
export * from "./failures.ts"
export * from "./messages.ts"
export { quoteMarketOrder } from "./market-order.ts"
export { OrderBook } from "./market.ts"
export { baseAmount, DEPTH_LEVELS, feeUp, LOTS_MAX, MATCHES_MAX, PRICE_MAX, quoteAmount, wakeHeight } from "./math.ts"
export { quoteLimitOrder } from "./place.ts"
export type { Level, MarketState, RestingOrder } from "./state.ts"
