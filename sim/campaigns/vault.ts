import { actor, MAX_UINT256 } from "../../core/index.ts"
import * as vaults from "../../protocols/vault/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { noProfit } from "../campaign/oracles.ts"
import { amounts } from "../campaign/values.ts"
import { vaultProperties } from "./vault-properties.ts"

const RICH = 10n ** 12n

/** A vault after ERC-4626, alone with its depositors: what it owes, its sums and its share's price are watched by its own declarations. */
export const vault = Campaign.make({
  name: "vault",
  parameters: { decimalsOffset: [0, 3], entryFeeBps: [0, 100], exitFeeBps: [0, 50], feeRecipient: [null, "carol"] },
  world: ({ decimalsOffset, entryFeeBps, exitFeeBps, feeRecipient }) => ({
    accounts: { alice: { usd: RICH }, bob: { usd: RICH }, carol: {}, manager: {} },
    actors: [
      actor("vault", vaults.Vault, {
        asset: "usd",
        decimalsOffset,
        entryFeeBps,
        exitFeeBps,
        feeRecipient,
        manager: "manager",
        allocator: "manager",
        assetsMax: MAX_UINT256,
        queuedAssetsMin: 1n,
        waitingMax: 8,
        recallBlocks: 3,
      }),
      actor("reserve", vaults.ReserveStrategy, { vault: "vault", asset: "usd", keeper: "manager" }),
    ],
  }),
  actions: [
    action(vaults.Deposit, "vault", { weight: 5, funds: ["usd"], payload: { minimumShares: [0n, 0n, 1n] } }),
    action(vaults.Mint, "vault", { weight: 2, funds: ["usd"], payload: { shares: amounts(RICH) } }),
    action(vaults.Withdraw, "vault", { weight: 3, funds: ["vault:shares"], payload: { assets: amounts(RICH) } }),
    action(vaults.Redeem, "vault", { weight: 4, funds: ["vault:shares"], payload: { minimumAssets: [0n, 0n, 1n] } }),
    action(vaults.CancelWithdrawal, "vault"),
    action(vaults.Collect, "vault"),
    action(vaults.Serve, "vault"),
    action(vaults.SetStrategy, "vault", { from: "manager", payload: { strategy: ["reserve", "reserve", "vault", "bob"] } }),
    action(vaults.Allocate, "vault", { weight: 2, from: "manager", payload: { strategy: ["reserve"], assets: amounts(RICH) } }),
    action(vaults.Deallocate, "vault", { weight: 2, from: "manager", payload: { strategy: ["reserve"], assets: amounts(RICH) } }),
    action(vaults.WriteOff, "vault", { from: "manager", payload: { strategy: ["reserve"], assets: amounts(1000n) } }),
    action(vaults.Harvest, "reserve"),
  ],
  // Nobody gains but by what others give away: all accounts together hold no more usd than they began with.
  oracles: [noProfit(["alice", "bob", "carol", "manager"], { usd: 1n }), ...vaultProperties],
  faults: true,
})
