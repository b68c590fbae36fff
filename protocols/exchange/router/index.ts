/** Routes over several exchanges, split and chained, by messages that carry their own value. */
export * from "./failures.ts"
export * from "./messages.ts"
export { LEGS_MAX, PARTS_MAX } from "./math.ts"
export { quoteRoute } from "./quote.ts"
export type { QuoteLeg } from "./quote.ts"
export { Router } from "./router.ts"
export type { RouterState } from "./state.ts"
