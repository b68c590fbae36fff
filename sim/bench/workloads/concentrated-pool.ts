import { actor, World, type Genesis, type Transaction } from "../../../core/index.ts"
import {
  ConcentratedLiquidityPool,
  Exchange,
  Initialize,
  Mint,
  sqrtPriceX96AtTick,
  type PoolState,
} from "../../../protocols/exchange/concentrated-liquidity/index.ts"
import { bareAccounts, bareLoop, change } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, UNIT, type Shape, type Workload } from "../workload.ts"
import { bareExchange, barePoolOf } from "./bare-concentrated-pool.ts"

/**
 * Swaps on one pool of concentrated liquidity (Uniswap v3) that cross no tick, one, or twenty: the price goes up to one limit and back down to the
 * other, with so many ticks in use between them.
 */
export interface Course {
  readonly crossings: number
  readonly lowX96: bigint
  readonly highX96: bigint
}

export const SPACING = 60
export const FEE_PIPS = 3_000
/** In the middle of a word of the contract's bitmap, so that only ticks in use end a step. */
const CENTRE = 126 * SPACING
const LIQUIDITY = 1_000n * UNIT
/** More than any swap of a course takes, so that its price limit ends it. */
export const EVERYTHING = 100_000n * UNIT

/** Of the positions that make a pool of a course: liquidity everywhere, and a position more between each tick of the course and the next. */
export const POSITIONS: readonly { readonly tickLower: number; readonly tickUpper: number; readonly liquidity: bigint }[] = [
  { tickLower: -887_220, tickUpper: 887_220, liquidity: LIQUIDITY },
  ...Array.from({ length: 22 }, (_, index) => ({ tickLower: CENTRE + index * SPACING, tickUpper: CENTRE + (index + 1) * SPACING, liquidity: LIQUIDITY })),
]

export const courseOf = (crossings: number): Course => ({
  crossings,
  lowX96: sqrtPriceX96AtTick(CENTRE + 20),
  highX96: sqrtPriceX96AtTick(CENTRE + 40 + crossings * SPACING),
})

export const courseName = (crossings: number): string => (crossings === 0 ? "no crossing" : `${crossings} crossing${crossings === 1 ? "" : "s"}`)

const ASSETS = ["one", "zero"]
const FOUNDER = { zero: 10n ** 27n, one: 10n ** 27n }

const genesisOf = (accounts: number): Genesis => {
  const purses = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    yield* accountsOf(accounts, () => ASSETS)
    yield ["founder", FOUNDER]
  }
  return { accounts: purses(), actors: [actor("pool", ConcentratedLiquidityPool, { asset0: "zero", asset1: "one", feePips: FEE_PIPS, tickSpacing: SPACING, owner: null })] }
}

const setupOf = ({ lowX96 }: Course): readonly (readonly Transaction[])[] => [
  [{ from: "founder", nonce: 0, to: "pool", message: Initialize, payload: { sqrtPriceX96: lowX96 } }],
  ...POSITIONS.map((position, index): readonly Transaction[] => [
    { from: "founder", nonce: index + 1, to: "pool", message: Mint, payload: { ...position, amount0Min: 0n, amount1Min: 0n }, funds: { zero: 10n ** 25n, one: 10n ** 25n } },
  ]),
  [],
]

/** The pool before the first swap of a course. */
export const poolBefore = (course: Course): PoolState => {
  const world = World.make(genesisOf(0))
  for (const block of setupOf(course)) world.step(block)
  return world.state(ConcentratedLiquidityPool, "pool")
}

export const concentratedSwaps = (crossings: number, { accounts, transactions, blockSize }: Shape): Workload => {
  const course = courseOf(crossings)
  const nonceOf = counter(accounts)
  const list = Array.from({ length: transactions }, (_, index): Transaction => {
    const up = index % 2 === 0
    const from = index % accounts
    return {
      from: nameOf(from),
      nonce: nonceOf(from),
      to: "pool",
      message: Exchange,
      payload: { zeroForOne: !up, amountSpecified: EVERYTHING, sqrtPriceLimitX96: up ? course.highX96 : course.lowX96 },
      funds: { [up ? "one" : "zero"]: EVERYTHING },
    }
  })
  return {
    name: `v3 swaps, ${courseName(crossings)}`,
    accounts,
    assetsOf: () => ASSETS,
    genesis: genesisOf(accounts),
    setup: setupOf(course),
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const pool = barePoolOf(poolBefore(course))
      return bareLoop(bareAccounts(accounts, () => ASSETS), ({ payload }, sender, asset, amount, balance) => {
        const { zeroForOne, sqrtPriceLimitX96 } = payload as { readonly zeroForOne: boolean; readonly sqrtPriceLimitX96: bigint }
        const { bought, left } = bareExchange(pool, zeroForOne, amount, sqrtPriceLimitX96)
        sender.balances.set(asset, balance - amount + left)
        change(sender, zeroForOne ? "one" : "zero", bought)
      })
    },
  }
}
