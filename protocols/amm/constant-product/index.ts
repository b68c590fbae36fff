/** A constant-product pool after Uniswap v2. */
export * from "./failures.ts"
export * from "./messages.ts"
export { amountInUp, amountOutDown, SHARES_LOCKED } from "./math.ts"
export { ConstantProductPool } from "./pool.ts"
export { quoteIn, quoteOut } from "./quote.ts"
export type { PoolState } from "./state.ts"
