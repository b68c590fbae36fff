import { actor, type World } from "../../core/index.ts"
import {
  Burn,
  Collect,
  CollectProtocol,
  ConcentratedLiquidityPool,
  Deposit,
  Exchange,
  IncreaseObservationCardinality,
  Initialize,
  MAX_SQRT_PRICE_X96,
  MIN_SQRT_PRICE_X96,
  Mint,
  Observe,
  SetFeeProtocol,
  Swap,
  SwapForExact,
  type PoolState,
} from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle } from "../campaign/oracle.ts"
import { amounts, anybody, type Drawing } from "../campaign/values.ts"
import { paysMinimum } from "./pays-minimum.ts"

/** What a Uniswap v3 pool promises, in our words: see also the invariants beside the pool, which are watched anyway. */

const RICH = 10n ** 18n
const TICKS = [-887_220, -6_000, -600, -60, 0, 60, 600, 6_000, 887_220, 61] as const
const LIMITS = [null, null, 2n ** 96n, 2n ** 95n, 2n ** 97n, MIN_SQRT_PRICE_X96 + 1n, MAX_SQRT_PRICE_X96 - 1n] as const
/** Mostly ranges that fit. */
const range = { tickLower: TICKS.slice(0, 5), tickUpper: TICKS.slice(4) }
const noMinima = { amount0Min: [0n], amount1Min: [0n] }

const poolOf = (world: World): PoolState => world.state(ConcentratedLiquidityPool, "pool")

/** At the end of each run: everybody can burn and collect all that they have. */
const everybodyLeaves = Oracle.whenSettled("everybody can leave", ({ apart }) =>
  apart((fork) => {
    for (const { owner, tickLower, tickUpper, liquidity } of poolOf(fork).positions.values()) {
      fork.send(owner, "pool", Burn, { tickLower, tickUpper, liquidity, amount0Min: 0n, amount1Min: 0n })
      fork.send(owner, "pool", Collect, { tickLower, tickUpper, amount0Max: 2n ** 128n - 1n, amount1Max: 2n ** 128n - 1n })
    }
    fork.settle({ timers: false })
    const { positions, liquidity, ticks } = poolOf(fork)
    return positions.size === 0 && liquidity === 0n && ticks.size === 0 ? undefined : { positions: positions.size, liquidity, ticks: ticks.size }
  }),
)

/** At the end of each run: selling an asset, and what it brought back again, is no gain. */
const roundTripIsNoGain = Oracle.whenSettled("a round trip is no gain", ({ apart }) =>
  apart((fork) => {
    const [eth, usd] = [fork.balance("alice", "eth"), fork.balance("alice", "usd")]
    fork.send("alice", "pool", Swap, { sqrtPriceLimitX96: null, amountOutMin: 0n }, { funds: { eth: eth / 3n } })
    fork.settle({ timers: false })
    const bought = fork.balance("alice", "usd") - usd
    if (bought <= 0n) return undefined
    fork.send("alice", "pool", Swap, { sqrtPriceLimitX96: null, amountOutMin: 0n }, { funds: { usd: bought } })
    fork.settle({ timers: false })
    const [ethAfter, usdAfter] = [fork.balance("alice", "eth"), fork.balance("alice", "usd")]
    return ethAfter <= eth && usdAfter <= usd + bought ? undefined : { eth, ethAfter, usd, usdAfter }
  }),
)

export const concentratedLiquidity = Campaign.make({
  name: "concentrated-liquidity",
  parameters: { feePips: [3_000, 0, 100, 10_000] },
  world: ({ feePips }) => ({
    accounts: { alice: { eth: RICH, usd: RICH }, bob: { eth: RICH, usd: RICH }, owner: {} },
    actors: [actor("pool", ConcentratedLiquidityPool, { asset0: "eth", asset1: "usd", feePips, tickSpacing: 60, owner: "owner" })],
  }),
  prepare: (world) => {
    world.send("alice", "pool", Initialize, { sqrtPriceX96: 2n ** 96n })
    world.send("alice", "pool", Mint, { tickLower: -600, tickUpper: 600, liquidity: 10n ** 9n, amount0Min: 0n, amount1Min: 0n }, { funds: { eth: 10n ** 9n, usd: 10n ** 9n } })
    world.settle()
  },
  actions: [
    action(Swap, "pool", { name: "sell0", weight: 4, funds: ["eth"], payload: { sqrtPriceLimitX96: LIMITS, amountOutMin: [0n, 0n, 1n, 10n ** 6n] } }),
    action(Swap, "pool", { name: "sell1", weight: 4, funds: ["usd"], payload: { sqrtPriceLimitX96: LIMITS, amountOutMin: [0n, 0n, 1n, 10n ** 6n] } }),
    action(SwapForExact, "pool", { weight: 2, funds: ["eth"], payload: { amountOut: amounts(RICH), sqrtPriceLimitX96: LIMITS } }),
    action(Exchange, "pool", { weight: 2, funds: ["eth", "usd"], payload: { sqrtPriceLimitX96: LIMITS.slice(2) as readonly bigint[] } }),
    action(Mint, "pool", { weight: 4, funds: ["eth", "usd"], payload: { ...range, ...noMinima, liquidity: amounts(10n ** 15n) as (drawing: Drawing) => bigint } }),
    action(Deposit, "pool", { weight: 3, funds: ["eth", "usd"], payload: { ...range, ...noMinima } }),
    action(Burn, "pool", { weight: 4, payload: { ...range, ...noMinima, liquidity: amounts(10n ** 15n) as (drawing: Drawing) => bigint } }),
    action(Collect, "pool", { weight: 3, payload: range }),
    action(SetFeeProtocol, "pool", { from: "owner", payload: { feeProtocol0: [0, 4, 10], feeProtocol1: [0, 4, 10] } }),
    action(CollectProtocol, "pool", { from: "owner" }),
    action(IncreaseObservationCardinality, "pool", { payload: { cardinalityNext: [1, 2, 5, 20] } }),
    action(Observe, "pool", { payload: { secondsAgos: [[0], [0, 1], [3_600, 0]] } }),
    action(Hop, "pool", { weight: 2, funds: ["eth"], payload: { assetOut: ["usd", "usd", "eth"], minimumOut: [0n, 1n, 10n ** 6n], to: anybody, rest: [[]] } }),
  ],
  oracles: [
    paysMinimum("pool", Swap, ({ amountOutMin }, assetIn) => ({ asset: assetIn === "eth" ? "usd" : "eth", minimum: amountOutMin })),
    roundTripIsNoGain,
    everybodyLeaves,
  ],
  faults: true,
})
