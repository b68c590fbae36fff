/** Price oracles: a median of reports, and a time-weighted average of a pool's price. Both publish `PriceView`. */
export * from "./failures.ts"
export { averagePriceDown, cumulativeAt, deviates, isStale, medianDown, medianReading } from "./math.ts"
export type { BaseSide, LatestReport, Observation, Reading } from "./math.ts"
export { MedianOracle } from "./median-oracle.ts"
export { Observe, Observed, PriceUpdated, PriceView, readPrice, Report, Reported, Tick } from "./messages.ts"
export { OBSERVATIONS_MAX, REPORTERS_MAX } from "./state.ts"
export type { MedianState, TimeWeightedState } from "./state.ts"
export { TimeWeightedOracle } from "./time-weighted-oracle.ts"
