/** A liquidator that sells what it seizes. */
export * from "./failures.ts"
export { Liquidator } from "./liquidator.ts"
export { minimumOutUp, profitOf } from "./math.ts"
export * from "./messages.ts"
export { ROUTES_MAX } from "./state.ts"
export type { LiquidatorState, Route } from "./state.ts"
