import { send, type Send } from "../../core/index.ts"
import { amountOutDown, PoolView, Swap } from "../../protocols/amm/constant-product/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { DOLLAR, ETH, ethForUsd, inUsdDown, POOLS, USD, usdForEth, type PoolPlace } from "./market.ts"
import { optimalSale, worthUp, type Ratio } from "./optimum.ts"

/** Below this the trade is not worth the trouble. */
const GAIN_MIN = DOLLAR / 2n

/**
 * Trades each pool against the outside price up to where the next unit would lose; so it closes the gap between the pools, too.
 * It asks for at least what its input is worth outside: when somebody else was faster, the trade comes back.
 */
const arbitrageur = (account: string): Agent => ({
  account,
  group: "arbitrageurs",
  act: (sight) => POOLS.flatMap((pool) => correct(sight, pool)),
})

/** Sells to a pool what it pays too much for. */
export const correct = (sight: Sight, { address, feePips }: PoolPlace): readonly Send[] => {
  const pool = sight.view(PoolView, address)
  if (pool === undefined || pool.reserveX === 0n) return []
  return [
    ...sell(sight, address, ETH, pool.reserveX, pool.reserveY, feePips, usdForEth(sight.price)),
    ...sell(sight, address, USD, pool.reserveY, pool.reserveX, feePips, ethForUsd(sight.price)),
  ]
}

const sell = (sight: Sight, pool: string, asset: string, reserveIn: bigint, reserveOut: bigint, feePips: number, price: Ratio): readonly Send[] => {
  const best = optimalSale(reserveIn, reserveOut, feePips, price)
  if (best === undefined) return []
  const held = sight.balance(asset)
  const amountIn = best.amountIn < held ? best.amountIn : held
  const amountOut = amountIn === best.amountIn ? best.amountOut : amountOutDown(amountIn, reserveIn, reserveOut, feePips)
  const minimumOut = worthUp(amountIn, price)
  const gain = amountOut - minimumOut
  if (gain < 0n || (asset === ETH ? gain : inUsdDown(gain, sight.price)) < GAIN_MIN) return []
  return [send(pool, Swap, { minimumOut }, { funds: { [asset]: amountIn }, deadline: sight.block })]
}

export const ARBITRAGEURS: readonly string[] = ["arbitrageurs/hound", "arbitrageurs/fox"]
export const arbitrageurs: readonly Agent[] = ARBITRAGEURS.map(arbitrageur)
