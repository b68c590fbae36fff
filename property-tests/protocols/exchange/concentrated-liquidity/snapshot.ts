import { SortedTable } from "../../../../core/index.ts"
import { ConcentratedLiquidityPool, type PoolState, type TickInfo } from "../../../../protocols/exchange/concentrated-liquidity/index.ts"

/** A real pool's ticks at one block, numbers as text. */
export interface Snapshot {
  readonly scalars: { readonly [name in "fee" | "tick_spacing" | "sqrt_price_x96" | "tick" | "liquidity"]: string }
  /** Gross and net liquidity, and a block that does not matter. */
  readonly tick_data: { readonly [tick: string]: readonly [gross: string, net: string, block: string] }
  readonly token0: { readonly symbol: string }
  readonly token1: { readonly symbol: string }
}

/** The pool's state as far as a quote looks at it. */
export const stateOf = ({ scalars, tick_data, token0, token1 }: Snapshot): PoolState => {
  const params = { asset0: token0.symbol, asset1: token1.symbol, feePips: Number(scalars.fee), tickSpacing: Number(scalars.tick_spacing), owner: null }
  const ticks = Object.entries(tick_data).map(([tick, [gross, net]]): [number, TickInfo] => [Number(tick), { ...BARE, liquidityGross: BigInt(gross), liquidityNet: BigInt(net) }])
  return {
    ...ConcentratedLiquidityPool.create(params, "pool"),
    sqrtPriceX96: BigInt(scalars.sqrt_price_x96),
    tick: Number(scalars.tick),
    liquidity: BigInt(scalars.liquidity),
    ticks: SortedTable.from(ticks),
  }
}

const BARE: TickInfo = {
  liquidityGross: 0n,
  liquidityNet: 0n,
  feeGrowthOutside0X128: 0n,
  feeGrowthOutside1X128: 0n,
  tickCumulativeOutside: 0n,
  secondsPerLiquidityOutsideX128: 0n,
  secondsOutside: 0,
}
