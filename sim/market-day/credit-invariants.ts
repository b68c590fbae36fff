import type { World } from "../../core/index.ts"
import { IsolatedMarket, MarketView, positionOf, type MarketState } from "../../protocols/lending/isolated-market/index.ts"
import { MarketStrategy, worthDown } from "../../protocols/lending/market-strategy/index.ts"
import { ReserveStrategy, Vault } from "../../protocols/vault/index.ts"
import type { WorldInvariant } from "../scenario.ts"
import { debtUp, MARKET, owingOf, RESERVE, STRATEGY, VAULT } from "./credit.ts"
import { USD } from "./market.ts"

/** What holds between the lending market, the vault and its strategies. Each gives the values that break it, or undefined. */

const lendingMarket = (world: World): MarketState => world.state(IsolatedMarket, MARKET)
const distance = (left: bigint, right: bigint): bigint => (left > right ? left - right : right - left)

const addedUp = new WeakSet<MarketState>()

/** All debts are the debt: each is rounded up by less than a unit, and the virtual share's part is one unit. The same state is not added up twice. */
const debtsAddUp: WorldInvariant = ({ world }) => {
  const market = lendingMarket(world)
  if (addedUp.has(market)) return undefined
  addedUp.add(market)
  const owing = owingOf(market)
  const sum = owing.reduce((total, [, position]) => total + debtUp(market, position), 0n)
  return distance(sum, market.totalBorrowAssets) <= BigInt(owing.length) + 2n ? undefined : { sum, totalBorrowAssets: market.totalBorrowAssets }
}

/** While nothing is under way between the two, the strategy has the supply shares that it believes to have. */
const strategyHasItsShares: WorldInvariant = ({ world }) => {
  const { shares, supplying, withdrawing } = world.state(MarketStrategy, STRATEGY)
  const held = positionOf(lendingMarket(world), STRATEGY).supplyShares
  return supplying > 0n || withdrawing > 0n || held === shares ? undefined : { held, shares }
}

/** What the vault and a strategy say that it owes differs by no more than what is under way: funds, or a report. */
const booksAgree: WorldInvariant = ({ world }) => {
  const { strategies } = world.state(Vault, VAULT)
  const underWay = world.underWay(USD)
  const { owed, gainPending, lossPending } = world.state(MarketStrategy, STRATEGY)
  const lent = strategies.get(STRATEGY)?.lent ?? 0n
  if (distance(lent, owed) > underWay + gainPending + lossPending) return { strategy: STRATEGY, lent, owed, underWay }
  const inReserve = strategies.get(RESERVE)?.lent ?? 0n
  const { owed: reserved } = world.state(ReserveStrategy, RESERVE)
  return distance(inReserve, reserved) > underWay ? { strategy: RESERVE, lent: inReserve, owed: reserved, underWay } : undefined
}

/** Each Supply and each Withdraw rounds away less than a unit, and one harvest after it books that; so many between two harvests there never are. */
const ROUNDED_MAX = 1_000n

/** What was lent to the market is worth it, but for bad debt and what is under way. */
const loanIsCovered: WorldInvariant = ({ world }) => {
  const strategy = world.state(MarketStrategy, STRATEGY)
  const view = world.view(MarketView, MARKET)
  if (view === undefined || strategy.owed === 0n) return undefined
  const worth = worthDown(strategy, world.balance(STRATEGY, USD), view, world.time)
  const { badDebtAssets } = view
  return strategy.owed - worth <= badDebtAssets + world.underWay(USD) + ROUNDED_MAX ? undefined : { owed: strategy.owed, worth, badDebtAssets }
}

export const creditInvariants = { debtsAddUp, strategyHasItsShares, booksAgree, loanIsCovered }
