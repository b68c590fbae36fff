import { actor } from "../../core/index.ts"
import { AddLiquidity, ConstantProductPool, Exchange, RemoveLiquidity, SetFeeTo, Skim, Swap, SwapForExact, Sync } from "../../protocols/amm/constant-product/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { amounts } from "../campaign/values.ts"
import { poolProperties } from "./constant-product-properties.ts"

const RICH = 10n ** 24n

/** A pool after Uniswap v2: the invariants beside the pool are watched anyway. */
export const constantProduct = Campaign.make({
  name: "constant-product",
  parameters: { feePips: [3_000, 0, 500, 10_000, 999_999], feeTo: [null, "carol"] },
  world: ({ feePips, feeTo }) => ({
    accounts: { alice: { eth: RICH, usd: RICH }, bob: { eth: RICH, usd: RICH }, carol: { eth: 10n ** 6n } },
    actors: [actor("pool", ConstantProductPool, { assetX: "eth", assetY: "usd", feePips, feeTo, feeSetter: "carol" })],
  }),
  prepare: (world) => {
    world.send("alice", "pool", AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 0n }, { funds: { eth: 10n ** 6n, usd: 4n * 10n ** 6n } })
    world.settle()
  },
  actions: [
    action(Swap, "pool", { name: "sellX", weight: 4, funds: ["eth"], payload: { minimumOut: [0n, 0n, 1n, 10n ** 9n] } }),
    action(Swap, "pool", { name: "sellY", weight: 4, funds: ["usd"], payload: { minimumOut: [0n, 0n, 1n, 10n ** 9n] } }),
    action(SwapForExact, "pool", { weight: 2, funds: ["eth"] }),
    action(Exchange, "pool", { weight: 3, funds: ["eth", "usd"], payload: { amountXOut: amounts(10n ** 9n), amountYOut: amounts(10n ** 9n) } }),
    action(AddLiquidity, "pool", { weight: 3, funds: ["eth", "usd"], payload: { minimumX: [0n], minimumY: [0n], minimumShares: [0n, 1n] } }),
    action(RemoveLiquidity, "pool", { weight: 3, funds: ["pool:shares"], payload: { minimumX: [0n], minimumY: [0n] } }),
    action(Skim, "pool"),
    action(Sync, "pool"),
    action(SetFeeTo, "pool", { payload: { feeTo: [null, "carol", "bob"] } }),
  ],
  oracles: poolProperties,
  faults: true,
})
