import type { Expectations } from "../../../core/index.ts"
import { worthOf } from "./positions.ts"
import type { PoolState } from "./state.ts"

/** What a pool owes: every position, burned and collected now, and the protocol's fees. */
export const claimsOf = (pool: PoolState): { readonly claim0: bigint; readonly claim1: bigint } => {
  let claim0 = pool.protocolFees0
  let claim1 = pool.protocolFees1
  for (const position of pool.positions.values()) {
    const { amount0, amount1 } = worthOf(pool, position)
    claim0 += amount0
    claim1 += amount1
  }
  return { claim0, claim1 }
}

/** What searches watch. */
export const expectations: Expectations<PoolState> = {
  claims: ({ state }) => {
    const { claim0, claim1 } = claimsOf(state)
    return { [state.asset0]: claim0, [state.asset1]: claim1 }
  },
  /** Fees per unit of liquidity only grow. */
  prices: ({ state: { feeGrowthGlobal0X128, feeGrowthGlobal1X128 } }) => ({
    feeGrowth0: { numerator: feeGrowthGlobal0X128, denominator: 1n },
    feeGrowth1: { numerator: feeGrowthGlobal1X128, denominator: 1n },
  }),
  aggregates: ({ state }) => {
    let inRange = 0n
    let everywhere = 0n
    for (const { tickLower, tickUpper, liquidity } of state.positions.values()) {
      everywhere += liquidity
      if (tickLower <= state.tick && state.tick < tickUpper) inRange += liquidity
    }
    let gross = 0n
    for (const { liquidityGross } of state.ticks.values()) gross += liquidityGross
    return {
      liquidity: { stored: state.liquidity, recomputed: inRange },
      // Every position begins at one tick and ends at another.
      liquidityGross: { stored: gross, recomputed: 2n * everywhere },
    }
  },
}
