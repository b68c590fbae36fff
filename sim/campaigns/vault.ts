import { actor, MAX_UINT256 } from "../../core/index.ts"
import * as vaults from "../../protocols/vault/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { Oracle } from "../campaign/oracle.ts"
import { noProfit } from "../campaign/oracles.ts"
import { amounts } from "../campaign/values.ts"

const RICH = 10n ** 12n

/** At the end of each run: a deposit, and at once the redemption of exactly what it brought, is no gain; nor are more shares cheaper by mint. */
const roundTripIsNoGain = Oracle.whenSettled("a round trip is no gain", ({ world, apart }) =>
  apart((fork) => {
    const usd = () => fork.balance("alice", "usd")
    const shares = () => fork.balance("alice", "vault:shares")
    const [usdBefore, sharesBefore] = [usd(), shares()]
    fork.send("alice", "vault", vaults.Deposit, { minimumShares: 0n }, { funds: { usd: usdBefore / 3n } })
    fork.settle({ timers: false })
    const minted = shares() - sharesBefore
    if (minted === 0n || world.state(vaults.Vault, "vault").waiting.size > 0) return undefined
    fork.send("alice", "vault", vaults.Redeem, { minimumAssets: 0n, mayQueue: false }, { funds: { "vault:shares": minted } })
    fork.settle({ timers: false })
    return usd() <= usdBefore ? undefined : { before: usdBefore, after: usd() }
  }),
)

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
  oracles: [noProfit(["alice", "bob", "carol", "manager"], { usd: 1n }), roundTripIsNoGain],
  faults: true,
})
