import { actor } from "../../core/index.ts"
import * as lending from "../../protocols/lending/isolated-market/index.ts"
import { MedianOracle, Report } from "../../protocols/oracle/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { anybody, amounts } from "../campaign/values.ts"
import { marketProperties } from "./lending-properties.ts"

const WAD = 10n ** 18n
const RICH = 10n ** 15n
const USERS = ["alice", "bob", "carol"] as const

/** A lending market after Morpho Blue: health, share price, sums and what is owed are watched by its own declarations. */
export const isolatedMarket = Campaign.make({
  name: "isolated-market",
  secondsMax: 30 * 86_400,
  parameters: { lltv: [(8n * WAD) / 10n, (945n * WAD) / 1000n, WAD / 10n] },
  world: ({ lltv }) => ({
    accounts: { alice: { eth: RICH, usd: RICH }, bob: { eth: RICH, usd: RICH }, carol: { eth: RICH, usd: RICH }, owner: {}, feed: {} },
    actors: [
      actor("oracle", MedianOracle, { base: "eth", quote: "usd", reporters: ["feed"], quorum: 1, staleAfterSeconds: 60 * 86_400, deviationPipsMax: 1_000_000 }),
      actor("market", lending.IsolatedMarket, { loanAsset: "usd", collateralAsset: "eth", oracle: "oracle", staleAfterSeconds: 60 * 86_400, lltv, owner: "owner", feeRecipient: "owner" }),
    ],
  }),
  prepare: (world) => {
    world.send("feed", "oracle", Report, { price: 2n * WAD })
    world.settle()
    world.send("bob", "market", lending.Supply, { assets: 10n ** 9n, shares: 0n, onBehalf: "bob" }, { funds: { usd: 10n ** 9n } })
    world.send("alice", "market", lending.SupplyCollateral, { onBehalf: "alice" }, { funds: { eth: 10n ** 8n } })
    world.settle()
  },
  actions: [
    action(lending.Supply, "market", { weight: 3, from: USERS, funds: ["usd"], payload: { assets: amounts(RICH), shares: [0n], onBehalf: anybody } }),
    action(lending.Withdraw, "market", { weight: 3, from: USERS, payload: { assets: amounts(RICH), shares: [0n], onBehalf: ({ from }) => from, receiver: anybody } }),
    action(lending.Borrow, "market", { weight: 4, from: USERS, payload: { assets: amounts(RICH), shares: [0n], onBehalf: ({ from }) => from, receiver: anybody } }),
    action(lending.Repay, "market", { weight: 2, from: USERS, funds: ["usd"], payload: { assets: [0n], shares: amounts(RICH * 10n ** 6n), onBehalf: [...USERS] } }),
    action(lending.SupplyCollateral, "market", { weight: 3, from: USERS, funds: ["eth"], payload: { onBehalf: [...USERS] } }),
    action(lending.WithdrawCollateral, "market", { weight: 3, from: USERS, payload: { assets: amounts(RICH), onBehalf: ({ from }) => from, receiver: anybody } }),
    action(lending.Liquidate, "market", { weight: 3, from: USERS, funds: ["usd"], payload: { borrower: [...USERS], seizedAssets: amounts(RICH), repaidShares: [0n] } }),
    action(lending.AccrueInterest, "market", { from: USERS }),
    action(lending.SetAuthorization, "market", { from: USERS, payload: { authorized: [...USERS] } }),
    action(lending.SetFee, "market", { from: "owner", payload: { fee: [0n, WAD / 10n, WAD / 4n, WAD] } }),
    action(lending.Collect, "market", { from: USERS, payload: { account: [...USERS], receiver: [...USERS] } }),
    action(Report, "oracle", { from: "feed", weight: 2, moves: "price", payload: { price: amounts(4n * WAD) } }),
  ],
  oracles: marketProperties,
  faults: true,
})
