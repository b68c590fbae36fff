/** A vault's strategy that supplies to a lending market. */
export * from "./failures.ts"
export { MarketStrategy } from "./market-strategy.ts"
export { sharesWorthDown, withdrawableDown, worthDown } from "./math.ts"
export * from "./messages.ts"
export type { StrategyState } from "./state.ts"
