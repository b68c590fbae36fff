import type { Address, World } from "../../core/index.ts"
import { IsolatedMarket, MarketView, positionOf, toAssetsDown } from "../../protocols/lending/isolated-market/index.ts"
import { MarketStrategy, worthDown } from "../../protocols/lending/market-strategy/index.ts"
import { toAssetsDown as vaultAssetsDown, Vault } from "../../protocols/vault/index.ts"
import { NOTHING, plus, type Amounts, type Claim } from "../metrics/portfolio.ts"
import { debtUp, KEEPER, MARKET, marketAt, ROUTE, STRATEGY, VAULT, VAULT_SHARES } from "./credit.ts"
import { ETH, USD } from "./market.ts"

/** What accounts have in the lending market, the vault and the liquidator, as it would be told now: with interest, and with losses not yet reported. */

/** Supply, collateral, and what came back, less the debt. */
const inMarket = (world: World, account: Address): Amounts => {
  const stored = world.state(IsolatedMarket, MARKET)
  const position = positionOf(stored, account)
  const unpaid = stored.unpaid.get(account) ?? { loan: 0n, collateral: 0n }
  if (position.supplyShares === 0n && position.borrowShares === 0n) return { base: position.collateral + unpaid.collateral, quote: unpaid.loan }
  const market = marketAt(stored, world.time)
  const supplied = toAssetsDown(position.supplyShares, market.totalSupplyAssets, market.totalSupplyShares)
  return { base: position.collateral + unpaid.collateral, quote: supplied + unpaid.loan - debtUp(market, position) }
}

/** What the strategy in the lending market has beyond what it owes to the vault, below zero for a loss that it has not reported yet. */
export const unreported = (world: World): bigint => {
  const strategy = world.state(MarketStrategy, STRATEGY)
  const view = world.view(MarketView, MARKET)
  return view === undefined ? 0n : worthDown(strategy, world.balance(STRATEGY, USD), view, world.time) - strategy.owed
}

const vaultShares = (world: World, shares: bigint): Amounts => {
  if (shares === 0n) return NOTHING
  const vault = world.state(Vault, VAULT)
  const lent = vault.lent + unreported(world)
  return { base: 0n, quote: vaultAssetsDown({ ...vault, lent: lent > 0n ? lent : 0n }, shares) }
}

/** Tickets that wait, and what came back. Free shares are counted as balances. */
const inVault = (world: World, account: Address): Amounts => {
  const { waiting, unclaimed } = world.state(Vault, VAULT)
  let shares = unclaimed.get(account)?.shares ?? 0n
  for (const entry of waiting.values()) if (entry.owner === account) shares += entry.shares
  return plus(vaultShares(world, shares), { base: 0n, quote: unclaimed.get(account)?.assets ?? 0n })
}

const inRoute = (world: World, account: Address): Amounts =>
  account === KEEPER ? plus({ base: world.balance(ROUTE, ETH), quote: world.balance(ROUTE, USD) }, inMarket(world, ROUTE)) : NOTHING

export const claims: readonly Claim[] = [
  { owned: inMarket },
  { owned: inVault, shares: { asset: VAULT_SHARES, worth: vaultShares } },
  { owned: inRoute, agentOf: (actor) => (actor === ROUTE ? KEEPER : undefined) },
]
