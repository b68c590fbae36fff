import { send } from "../../core/index.ts"
import { positionOf, Supply, toAssetsDown, Withdraw } from "../../protocols/lending/isolated-market/index.ts"
import type { Agent } from "../agent.ts"
import { MARKET, marketOf, movePips, utilizationPips } from "./credit.ts"
import { DOLLAR, USD } from "./market.ts"

/** Lend to the market themselves, and leave while there is something to leave with. */
export const LENDERS: readonly string[] = ["ant", "bee", "wasp"].map((name) => `lenders/${name}`)

const SUPPLY_MIN = 100n * DOLLAR
/** Above this they take out what they can; below that they come back. */
const FEAR_PIPS = 960_000n
const COMFORT_PIPS = 900_000n

const lender = (account: string): Agent => ({
  account,
  group: "lenders",
  act: (sight, random) => {
    if (!random.chance(1 / 60)) return []
    const market = marketOf(sight)
    const utilization = utilizationPips(market)
    const usd = sight.balance(USD)
    if (utilization < COMFORT_PIPS && movePips(sight) > -20_000n) {
      return usd < SUPPLY_MIN ? [] : [send(MARKET, Supply, { assets: usd, shares: 0n, onBehalf: account }, { funds: { [USD]: usd } })]
    }
    if (utilization < FEAR_PIPS) return []
    const { totalSupplyAssets, totalSupplyShares, totalBorrowAssets } = market
    const own = toAssetsDown(positionOf(market, account).supplyShares, totalSupplyAssets, totalSupplyShares)
    const free = totalSupplyAssets - totalBorrowAssets
    const assets = own < free ? own : free
    return assets < SUPPLY_MIN ? [] : [send(MARKET, Withdraw, { assets, shares: 0n, onBehalf: account, receiver: account })]
  },
})

export const lenders: readonly Agent[] = LENDERS.map(lender)
