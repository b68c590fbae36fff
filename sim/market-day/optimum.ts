import { sqrtDown } from "../../core/index.ts"
import { amountInUp, amountOutDown } from "../../protocols/amm/constant-product/index.ts"

/** A price as a fraction: `numerator / denominator` smallest units of the asset bought for one smallest unit of the asset sold. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

export interface Trade {
  readonly amountIn: bigint
  readonly amountOut: bigint
}

const PIPS = 1_000_000n

/**
 * The sale to a constant-product pool that gains most where what is sold costs `price` outside; undefined where none gains.
 * Reserves are positive and of at most 112 bits, `feePips` is below 1,000,000.
 *
 * With g = 1 - fee, selling a pays  out(a) = y g a / (x + g a).  The gain out(a) - p a is concave and largest where out'(a) = p:
 * g x y / (x + g a)^2 = p,  so  a = (sqrt(g x y / p) - x) / g.  The pool's marginal price, its fee taken off, then is the outside price.
 * G. Angeris, H.-T. Kao, R. Chiang, C. Noyes, T. Chitra, "An analysis of Uniswap markets", Cryptoeconomic Systems 0(1) (2021), section 2.1;
 * in whole numbers as in Uniswap's UniswapV2LiquidityMathLibrary.computeProfitMaximizingTrade.
 *
 * Roots and quotients are rounded down, so the amounts next to it are tried too, and each pays the least for what it buys: no other sale gains
 * a whole smallest unit of the bought asset more.
 */
export const optimalSale = (reserveIn: bigint, reserveOut: bigint, feePips: number, price: Ratio): Trade | undefined => {
  const kept = PIPS - BigInt(feePips)
  const reach = sqrtDown((reserveIn * reserveOut * kept * price.denominator) / (PIPS * price.numerator))
  if (reach <= reserveIn) return undefined
  const centre = ((reach - reserveIn) * PIPS) / kept
  let best: Trade | undefined
  let gainBest = 0n
  for (let amount = centre - 1n; amount <= centre + 2n; amount++) {
    if (amount <= 0n) continue
    const amountOut = amountOutDown(amount, reserveIn, reserveOut, feePips)
    if (amountOut === 0n) continue
    const leastIn = amountInUp(amountOut, reserveIn, reserveOut, feePips)
    const trade = { amountIn: leastIn < amount ? leastIn : amount, amountOut }
    const gain = gainOf(trade, price)
    if (gain <= gainBest) continue
    gainBest = gain
    best = trade
  }
  return best
}

/** What a trade gains, in parts of the price's denominator of the bought asset's smallest unit. */
export const gainOf = ({ amountIn, amountOut }: Trade, { numerator, denominator }: Ratio): bigint => amountOut * denominator - amountIn * numerator

/** What `amountIn` is worth outside, in smallest units of the asset bought, rounded up. */
export const worthUp = (amountIn: bigint, { numerator, denominator }: Ratio): bigint => (amountIn * numerator + denominator - 1n) / denominator
