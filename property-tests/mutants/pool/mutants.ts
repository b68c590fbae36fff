import type { Mutant } from "../copy.ts"

export const POOL = "protocols/amm/constant-product"

/** One slip each in the constant-product pool. */
export const MUTANTS: readonly Mutant[] = [
  { name: "the check of k takes a fee on another scale", file: `${POOL}/math.ts`, text: "reserveX * reserveY * (PIPS_BIG * PIPS_BIG)", instead: "reserveX * reserveY * (PIPS_BIG * 1_000n)" },
  { name: "the check of k takes no fee off what came in", file: `${POOL}/math.ts`, text: "const adjustedX = balanceX * PIPS_BIG - amountXIn * fee", instead: "const adjustedX = balanceX * PIPS_BIG" },
  { name: "what is sold pays no fee", file: `${POOL}/math.ts`, text: "const amountInLessFee = amountIn * part", instead: "const amountInLessFee = amountIn * whole" },
  { name: "what is bought pays no fee", file: `${POOL}/math.ts`, text: "((reserveOut - amountOut) * part) + 1n", instead: "((reserveOut - amountOut) * whole) + 1n" },
  { name: "a pool takes the fee of the pool that was asked before", file: `${POOL}/math.ts`, text: "latest.feePips === feePips ? latest :", instead: "latest.feePips !== 0 ? latest :" },
  { name: "the input formula misses its + 1", file: `${POOL}/math.ts`, text: "((reserveOut - amountOut) * part) + 1n", instead: "((reserveOut - amountOut) * part)" },
  { name: "a deposit gets the larger of both parts", file: `${POOL}/math.ts`, text: "return byX < byY ? byX : byY", instead: "return byX < byY ? byY : byX" },
  { name: "reserves are taken before the payment", file: `${POOL}/reserves.ts`, text: "context.balance(pool.assetX) - paidX", instead: "context.balance(pool.assetX)" },
  { name: "the first deposit locks no shares", file: `${POOL}/liquidity.ts`, text: "first ? minted - SHARES_LOCKED : minted", instead: "minted" },
  { name: "a withdrawal is rounded up", file: `${POOL}/liquidity.ts`, text: "const amountX = (shares * balanceX) / charged.shares", instead: "const amountX = (shares * balanceX + charged.shares - 1n) / charged.shares" },
  { name: "withdrawn shares are not burned", file: `${POOL}/liquidity.ts`, text: "burns: Funds.of(assetShares, shares),", instead: "" },
  { name: "the least that must come out is taken for the most", file: `${POOL}/trade.ts`, text: "if (amountOut < minimumOut)", instead: "if (minimumOut > 0n && amountOut > minimumOut)" },
  {
    name: "the sides of a purchase are exchanged",
    file: `${POOL}/trade.ts`,
    text: "sellsX ? afterPaying(pool, context, change, amountOut) : afterPaying(pool, context, amountOut, change)",
    instead: "sellsX ? afterPaying(pool, context, amountOut, change) : afterPaying(pool, context, change, amountOut)",
  },
]
