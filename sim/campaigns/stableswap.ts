import { actor, type World } from "../../core/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import * as stable from "../../protocols/exchange/stableswap/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle, type Moment } from "../campaign/oracle.ts"
import { amounts, anybody } from "../campaign/values.ts"
import { paysMinimum } from "./pays-minimum.ts"

/** What a Curve pool promises, in our words: see also the invariants beside the pool, which are watched anyway. */

const RICH = 10n ** 24n
const COINS = ["dai", "usdc"] as const
const poolOf = (world: World): stable.PoolState => world.state(stable.StablePool, "pool")

/** At the end of each run: selling a coin and what it brought back again is no gain. */
const roundTripIsNoGain = Oracle.whenSettled("a round trip is no gain", ({ apart, world }: Moment) => {
  if (poolOf(world).shares === 0n) return undefined
  return apart((fork) => {
    const sent = fork.balance("alice", "dai") / 7n
    const [dai, usdc] = [fork.balance("alice", "dai"), fork.balance("alice", "usdc")]
    if (sent === 0n) return undefined
    fork.send("alice", "pool", stable.Swap, { assetOut: "usdc", minimumOut: 1n }, { funds: { dai: sent } })
    fork.settle({ timers: false })
    const bought = fork.balance("alice", "usdc") - usdc
    if (bought <= 0n) return undefined
    fork.send("alice", "pool", stable.Swap, { assetOut: "dai", minimumOut: 0n }, { funds: { usdc: bought } })
    fork.settle({ timers: false })
    return fork.balance("alice", "dai") <= dai ? undefined : { before: dai, after: fork.balance("alice", "dai") }
  })
})

export const stableswap = Campaign.make({
  name: "stableswap",
  secondsMax: 5 * 86_400,
  parameters: { feeE10: [4_000_000n, 0n], adminFeeE10: [0n, 5_000_000_000n], amplification: [200n, 1n, 20_000n] },
  world: ({ feeE10, adminFeeE10, amplification }) => ({
    accounts: { alice: { dai: RICH, usdc: RICH }, bob: { dai: RICH, usdc: RICH }, owner: {} },
    actors: [
      actor("pool", stable.StablePool, { coins: [{ asset: "dai", decimals: 18 }, { asset: "usdc", decimals: 6 }], amplification, feeE10, adminFeeE10, owner: "owner" }),
    ],
    // Ramps want a day since 1970.
    time: 1_700_000_000,
  }),
  prepare: (world) => {
    world.send("alice", "pool", stable.AddLiquidity, { minimumShares: 0n }, { funds: { dai: 10n ** 21n, usdc: 10n ** 9n } })
    world.settle()
  },
  actions: [
    action(stable.Swap, "pool", { name: "sellDai", weight: 4, funds: ["dai"], payload: { assetOut: ["usdc"], minimumOut: [0n, 0n, 1n, 10n ** 6n] } }),
    action(stable.Swap, "pool", { name: "sellUsdc", weight: 4, funds: ["usdc"], payload: { assetOut: ["dai", "dai", "usdc"], minimumOut: [0n, 1n] } }),
    action(stable.AddLiquidity, "pool", { weight: 3, funds: ["dai", "usdc"], payload: { minimumShares: [0n, 1n] } }),
    action(stable.AddLiquidity, "pool", { name: "addOne", weight: 2, funds: ["dai"], payload: { minimumShares: [0n, 1n] } }),
    action(stable.RemoveLiquidity, "pool", { weight: 3, funds: ["pool:shares"], payload: { minimumAmounts: [[0n, 0n], [0n, 0n], [1n, 1n], [0n]] } }),
    action(stable.RemoveLiquidityImbalance, "pool", { weight: 2, funds: ["pool:shares"], payload: { amounts: [[10n ** 12n, 0n], [10n ** 18n, 10n ** 6n], [0n, 1n]] } }),
    action(stable.RemoveLiquidityOneCoin, "pool", { weight: 3, funds: ["pool:shares"], payload: { assetOut: COINS, minimumOut: [0n, 1n] } }),
    action(stable.RampA, "pool", { from: "owner", payload: { futureA: [100n, 400n, 2n], futureTime: ({ sight }) => sight.world.time + 3 * 86_400 } }),
    action(stable.StopRampA, "pool", { from: "owner" }),
    action(stable.CommitFee, "pool", { from: "owner", payload: { feeE10: [0n, 4_000_000n, 10n ** 9n], adminFeeE10: [0n, 5n * 10n ** 9n] } }),
    action(stable.ApplyFee, "pool", { from: "owner" }),
    action(stable.RevertFee, "pool", { from: "owner" }),
    action(stable.WithdrawAdminFees, "pool", { from: "owner" }),
    action(stable.DonateAdminFees, "pool", { from: "owner" }),
    action(Hop, "pool", { weight: 2, funds: ["dai"], payload: { assetOut: ["usdc", "usdc", "dai"], minimumOut: amounts(10n ** 6n), to: anybody, rest: [[]] } }),
  ],
  oracles: [paysMinimum("pool", stable.Swap, ({ assetOut, minimumOut }) => ({ asset: assetOut, minimum: minimumOut })), roundTripIsNoGain],
  faults: true,
})
