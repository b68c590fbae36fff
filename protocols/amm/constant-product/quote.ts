import type { AssetId, Funds } from "../../../core/index.ts"
import { InsufficientLiquidity, InsufficientOutput, PoolEmpty, WrongAsset } from "./failures.ts"
import { amountInUp, amountOutDown } from "./math.ts"
import type { PoolState } from "./state.ts"

/** What a trade depends on. */
export type Sides = Pick<PoolState, "assetX" | "assetY" | "reserveX" | "reserveY" | "feePips">

/** What selling `amountIn` of `assetIn` pays. The same function decides the execution, so a quote is exact for the state that it is given. */
export const quoteOut = (pool: Sides, assetIn: AssetId, amountIn: bigint): bigint | WrongAsset | PoolEmpty | InsufficientOutput => {
  const sellsX = assetIn === pool.assetX
  if (!sellsX && assetIn !== pool.assetY) return wrongAsset(pool, assetIn)
  if (pool.reserveX === 0n || pool.reserveY === 0n) return new PoolEmpty()
  const amountOut = sellsX
    ? amountOutDown(amountIn, pool.reserveX, pool.reserveY, pool.feePips)
    : amountOutDown(amountIn, pool.reserveY, pool.reserveX, pool.feePips)
  return amountOut === 0n ? new InsufficientOutput() : amountOut
}

/** What buying `amountOut` with `assetIn` costs. */
export const quoteIn = (
  pool: Sides,
  assetIn: AssetId,
  amountOut: bigint,
): bigint | WrongAsset | InsufficientOutput | PoolEmpty | InsufficientLiquidity => {
  const sellsX = assetIn === pool.assetX
  if (!sellsX && assetIn !== pool.assetY) return wrongAsset(pool, assetIn)
  if (amountOut === 0n) return new InsufficientOutput()
  if (pool.reserveX === 0n || pool.reserveY === 0n) return new PoolEmpty()
  const [asset, reserve] = sellsX ? [pool.assetY, pool.reserveY] : [pool.assetX, pool.reserveX]
  if (amountOut >= reserve) return new InsufficientLiquidity({ asset, reserve, wanted: amountOut })
  return sellsX
    ? amountInUp(amountOut, pool.reserveX, pool.reserveY, pool.feePips)
    : amountInUp(amountOut, pool.reserveY, pool.reserveX, pool.feePips)
}

/** Whether anything is attached besides X and Y. */
export const attachesOther = ({ assetX, assetY }: PoolState, funds: Funds): boolean => {
  for (const [asset] of funds) if (asset !== assetX && asset !== assetY) return true
  return false
}

/** The failure for what was given in place of X or Y. */
export const wrongAsset = ({ assetX, assetY }: Pick<PoolState, "assetX" | "assetY">, given: string): WrongAsset =>
  new WrongAsset({ expected: `${assetX} or ${assetY}`, given: given === "" ? "nothing" : given.slice(0, 600) })
