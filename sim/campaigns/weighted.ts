import { actor, type World } from "../../core/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import * as weighted from "../../protocols/exchange/weighted/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle, type Moment } from "../campaign/oracle.ts"
import { amounts, anybody } from "../campaign/values.ts"
import { paysMinimum } from "./pays-minimum.ts"

/** What a Balancer pool promises, in our words: see also the invariants beside the pool, which are watched anyway. */

const RICH = 10n ** 24n
const WAD = 10n ** 18n
const poolOf = (world: World): weighted.PoolState => world.state(weighted.WeightedPool, "pool")

/** At the end of each run: joining with one token, and leaving with the same, is no gain. */
const joinAndLeaveIsNoGain = Oracle.whenSettled("joining and leaving is no gain", ({ apart, world }: Moment) => {
  if (poolOf(world).shares === 0n) return undefined
  return apart((fork) => {
    const [held, had] = [fork.balance("alice", "bal"), fork.balance("alice", "pool:shares")]
    const balance = poolOf(fork).balances[0] ?? 0n
    const sent = held < balance / 10n ? held : balance / 10n
    if (sent === 0n) return undefined
    fork.send("alice", "pool", weighted.AddLiquidity, { minimumShares: 1n }, { funds: { bal: sent } })
    fork.settle({ timers: false })
    const minted = fork.balance("alice", "pool:shares") - had
    if (minted <= 0n) return undefined
    fork.send("alice", "pool", weighted.RemoveLiquiditySingle, { assetOut: "bal", minimumOut: 0n }, { funds: { "pool:shares": minted } })
    fork.settle({ timers: false })
    return fork.balance("alice", "bal") <= held ? undefined : { before: held, after: fork.balance("alice", "bal") }
  })
})

/** At the end of each run: selling a token, and what it brought back again, is no gain. */
const roundTripIsNoGain = Oracle.whenSettled("a round trip is no gain", ({ apart }: Moment) =>
  apart((fork) => {
    const [bal, usdc] = [fork.balance("alice", "bal"), fork.balance("alice", "usdc")]
    const balance = poolOf(fork).balances[0] ?? 0n
    // So little that the way back stays within 30 % of the other balance.
    const sent = bal < balance / 100n ? bal : balance / 100n
    if (sent === 0n) return undefined
    fork.send("alice", "pool", weighted.Swap, { assetOut: "usdc", minimumOut: 1n }, { funds: { bal: sent } })
    fork.settle({ timers: false })
    const bought = fork.balance("alice", "usdc") - usdc
    if (bought <= 0n) return undefined
    fork.send("alice", "pool", weighted.Swap, { assetOut: "bal", minimumOut: 0n }, { funds: { usdc: bought } })
    fork.settle({ timers: false })
    return fork.balance("alice", "bal") <= bal ? undefined : { before: bal, after: fork.balance("alice", "bal") }
  }),
)

export const weightedPool = Campaign.make({
  name: "weighted",
  parameters: { feeE18: [3n * 10n ** 15n, 10n ** 12n, 10n ** 17n], protocolFeeE18: [0n, WAD / 2n] },
  world: ({ feeE18, protocolFeeE18 }) => ({
    accounts: { alice: { bal: RICH, usdc: RICH }, bob: { bal: RICH, usdc: RICH }, owner: {}, collector: {} },
    actors: [
      actor("pool", weighted.WeightedPool, {
        tokens: [{ asset: "bal", decimals: 18, weightE18: (8n * WAD) / 10n }, { asset: "usdc", decimals: 6, weightE18: (2n * WAD) / 10n }],
        feeE18,
        protocolFeeE18,
        collector: "collector",
        owner: "owner",
      }),
    ],
  }),
  prepare: (world) => {
    world.send("alice", "pool", weighted.AddLiquidity, { minimumShares: 0n }, { funds: { bal: 1_000n * WAD, usdc: 10n ** 9n } })
    world.settle()
  },
  actions: [
    action(weighted.Swap, "pool", { name: "sellBal", weight: 4, funds: { bal: amounts(400n * WAD) }, payload: { assetOut: ["usdc"], minimumOut: [0n, 0n, 1n, 10n ** 6n] } }),
    action(weighted.Swap, "pool", { name: "sellUsdc", weight: 4, funds: { usdc: amounts(4n * 10n ** 8n) }, payload: { assetOut: ["bal", "bal", "usdc"], minimumOut: [0n, 1n] } }),
    action(weighted.SwapForExact, "pool", { weight: 2, funds: ["bal"], payload: { assetOut: ["usdc"], amountOut: amounts(4n * 10n ** 8n) } }),
    action(weighted.AddLiquidity, "pool", { weight: 3, funds: { bal: amounts(10n ** 21n), usdc: amounts(10n ** 9n) }, payload: { minimumShares: [0n, 1n] } }),
    action(weighted.AddLiquidityProportional, "pool", { weight: 2, funds: ["bal", "usdc"], payload: { shares: amounts(10n ** 21n) } }),
    action(weighted.AddLiquiditySingle, "pool", { weight: 2, funds: ["bal"], payload: { shares: amounts(10n ** 20n) } }),
    action(weighted.RemoveLiquidity, "pool", { weight: 3, funds: ["pool:shares"], payload: { minimumAmounts: [[0n, 0n], [0n, 0n], [1n, 1n], [0n]] } }),
    action(weighted.RemoveLiquiditySingle, "pool", { weight: 3, funds: ["pool:shares"], payload: { assetOut: ["bal", "usdc"], minimumOut: [0n, 1n] } }),
    action(weighted.RemoveLiquidityExact, "pool", { weight: 2, funds: ["pool:shares"], payload: { amounts: [[10n ** 18n, 10n ** 6n], [1n, 0n], [0n, 10n ** 7n]] } }),
    action(weighted.SetSwapFee, "pool", { from: "owner", payload: { feeE18: [10n ** 12n, 10n ** 16n, 10n ** 17n, 0n] } }),
    action(Hop, "pool", { weight: 2, funds: { bal: amounts(300n * WAD) }, payload: { assetOut: ["usdc", "usdc", "bal"], minimumOut: amounts(10n ** 6n), to: anybody, rest: [[]] } }),
  ],
  oracles: [paysMinimum("pool", weighted.Swap, ({ assetOut, minimumOut }) => ({ asset: assetOut, minimum: minimumOut })), roundTripIsNoGain, joinAndLeaveIsNoGain],
  faults: true,
})
