/** A uniform-price batch auction: the limit orders of a block cleared at one price. */
export { BatchAuction } from "./auction.ts"
export * from "./failures.ts"
export { attachedFor, clear, payoutOf } from "./math.ts"
export type { Clearing, LimitOrder } from "./math.ts"
export * from "./messages.ts"
export { orderOf } from "./order.ts"
export type { AuctionState } from "./state.ts"
