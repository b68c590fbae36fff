import { actor, type Address } from "../../core/index.ts"
import * as lending from "../../protocols/lending/isolated-market/index.ts"
import { MedianOracle, Report } from "../../protocols/oracle/index.ts"
import { action } from "../campaign/action.ts"
import { Campaign } from "../campaign/campaign.ts"
import { chance, pick } from "../campaign/draw.ts"
import type { Relative } from "../campaign/relative.ts"
import { amounts, amountUpTo, anybody, type Drawing } from "../campaign/values.ts"
import { marketProperties } from "./lending-properties.ts"
import { smaller } from "./probe.ts"

const WAD = 10n ** 18n
const RICH = 10n ** 15n
const USERS = ["alice", "bob", "carol"] as const

const marketIn = ({ sight: { world } }: Drawing): lending.MarketState => world.state(lending.IsolatedMarket, "market")

/** Amounts up to what the sender could move at all; up to any where that is nothing. */
const upTo =
  (own: (market: lending.MarketState, position: lending.Position) => bigint) =>
  (drawing: Drawing): bigint | Relative => {
    const market = marketIn(drawing)
    const position = market.positions.get(drawing.from)
    const most = position === undefined ? 0n : own(market, position)
    return amountUpTo(most > 0n ? most : RICH, drawing)
  }

const ownCollateral = upTo((_, { collateral }) => collateral)
const ownSupply = upTo(({ totalSupplyAssets, totalSupplyShares }, { supplyShares }) => lending.toAssetsDown(supplyShares, totalSupplyAssets, totalSupplyShares))
/** Up to what is there to lend, or what collateral is worth at twice the price that the market begins with. */
const lendable = upTo(({ totalSupplyAssets, totalBorrowAssets }, { collateral }) => smaller(totalSupplyAssets - totalBorrowAssets, collateral * 4n))

/** Mostly somebody who owes. */
const borrowerIn = (drawing: Drawing): Address => {
  const owing = USERS.filter((account) => (marketIn(drawing).positions.get(account)?.borrowShares ?? 0n) > 0n)
  return pick(drawing.draw, owing.length > 0 && !chance(drawing.draw, 1, 4) ? owing : USERS)
}

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
    action(lending.Withdraw, "market", { weight: 3, from: USERS, payload: { assets: ownSupply, shares: [0n], onBehalf: ({ from }) => from, receiver: anybody } }),
    action(lending.Borrow, "market", { weight: 4, from: USERS, payload: { assets: lendable, shares: [0n], onBehalf: ({ from }) => from, receiver: anybody } }),
    action(lending.Repay, "market", { weight: 2, from: USERS, funds: ["usd"], payload: { assets: [0n], shares: amounts(RICH * 10n ** 6n), onBehalf: [...USERS] } }),
    action(lending.SupplyCollateral, "market", { weight: 3, from: USERS, funds: ["eth"], payload: { onBehalf: [...USERS] } }),
    action(lending.WithdrawCollateral, "market", { weight: 3, from: USERS, payload: { assets: ownCollateral, onBehalf: ({ from }) => from, receiver: anybody } }),
    action(lending.Liquidate, "market", { weight: 3, from: USERS, funds: ["usd"], payload: { borrower: borrowerIn, seizedAssets: amounts(RICH), repaidShares: [0n] } }),
    action(lending.AccrueInterest, "market", { from: USERS }),
    action(lending.SetAuthorization, "market", { from: USERS, payload: { authorized: [...USERS] } }),
    action(lending.SetFee, "market", { from: "owner", payload: { fee: [0n, WAD / 10n, WAD / 4n, WAD] } }),
    action(lending.Collect, "market", { from: USERS, payload: { account: [...USERS], receiver: [...USERS] } }),
    action(Report, "oracle", { from: "feed", weight: 2, moves: "price", payload: { price: amounts(4n * WAD) } }),
  ],
  oracles: marketProperties,
  faults: true,
})
