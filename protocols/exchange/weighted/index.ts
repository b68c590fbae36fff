/** A pool of weighted tokens, after Balancer v2. */
export * from "./failures.ts"
export { complement, divDown, divUp, mulDown, mulUp, ONE, powDown, powUp } from "./fixed-point.ts"
export { exp, pow } from "./log-exp.ts"
export {
  allTokensForSharesDown,
  allTokensForSharesUp,
  inGivenOutUp,
  invariantDown,
  outGivenInDown,
  protocolFeeDown,
  SHARES_LOCKED,
  sharesForExactTokensDown,
  sharesForExactTokensUp,
  tokenForExactSharesUp,
  tokenForSharesDown,
} from "./math.ts"
export * from "./messages.ts"
export { WeightedPool } from "./pool.ts"
export { quoteDeposit, quoteExact, quoteOneToken, quoteProportional, quoteSingle, quoteWithdrawal } from "./quote.ts"
export type { PoolState } from "./state.ts"
export { quoteIn, quoteOut } from "./swap.ts"
