import type { Transaction } from "../../core/index.ts"
import {
  accrued, AccrueInterest, borrowedMaxDown, Borrow, Liquidate, Repay, seizedAssetsDown, Supply, SupplyCollateral, toAssetsUp, toSharesDown, toSharesUp, type Accruing,
} from "../../protocols/lending/isolated-market/index.ts"
import type { BareAccount, BareAccounts } from "./bare-loop.ts"
import type { Bare } from "./workload.ts"

/** Lending markets as plain objects: the protocol's arithmetic, called directly, on positions that are changed where they lie. */

interface BarePosition {
  supplyShares: bigint
  borrowShares: bigint
  collateral: bigint
}

interface BareMarket {
  totals: Accruing
  readonly positions: Map<string, BarePosition>
}

/** What all markets of a workload have in common. */
export interface BareTerms {
  readonly loanAsset: string
  readonly collateralAsset: string
  readonly lltv: bigint
  /** Of the block that has this height. */
  readonly priceAt: (height: number) => bigint
  readonly timeAt: (height: number) => number
}

const NOTHING: Accruing = {
  totalSupplyAssets: 0n, totalSupplyShares: 0n, totalBorrowAssets: 0n, totalBorrowShares: 0n, lastUpdate: null, fee: 0n, rateAtTarget: 0n,
}

export class BareLending {
  private readonly markets: ReadonlyMap<string, BareMarket>
  private readonly accounts: BareAccounts
  private readonly terms: BareTerms
  private height = 0

  constructor(markets: readonly string[], accounts: BareAccounts, terms: BareTerms) {
    this.markets = new Map(markets.map((address): [string, BareMarket] => [address, { totals: NOTHING, positions: new Map() }]))
    this.accounts = accounts
    this.terms = terms
  }

  /** The loop: checks nonce and balance, then applies. */
  apply(blocks: readonly (readonly Transaction[])[]): void {
    for (const block of blocks) {
      this.height++
      for (const transaction of block) this.one(transaction)
    }
  }

  bare(): Bare {
    return { apply: (blocks) => this.apply(blocks), balance: (account, asset) => this.accounts.get(account)?.balances.get(asset) ?? 0n }
  }

  private one(transaction: Transaction): void {
    const sender = this.accounts.get(transaction.from)
    const market = this.markets.get(transaction.to)
    if (sender === undefined || sender.nonce !== transaction.nonce) return
    const funds = (transaction.funds ?? {}) as { readonly [asset: string]: bigint }
    if (Object.entries(funds).some(([asset, amount]) => (sender.balances.get(asset) ?? 0n) < amount)) return
    sender.nonce++
    if (market !== undefined) this.verb(market, transaction, sender, funds)
  }

  private verb(market: BareMarket, { from, message, payload }: Transaction, sender: BareAccount, funds: { readonly [asset: string]: bigint }): void {
    const { loanAsset, collateralAsset } = this.terms
    const position = positionOf(market, from)
    if (message === SupplyCollateral) {
      const amount = funds[collateralAsset] as bigint
      position.collateral += amount
      add(sender, collateralAsset, -amount)
      return
    }
    const { market: totals } = accrued(market.totals, this.terms.timeAt(this.height))
    const { assets } = payload as { readonly assets: bigint }
    const attached = funds[loanAsset] ?? 0n
    if (message === AccrueInterest) market.totals = totals
    else if (message === Supply && attached >= assets) {
      const shares = toSharesDown(assets, totals.totalSupplyAssets, totals.totalSupplyShares)
      position.supplyShares += shares
      market.totals = { ...totals, totalSupplyAssets: totals.totalSupplyAssets + assets, totalSupplyShares: totals.totalSupplyShares + shares }
      add(sender, loanAsset, -assets)
    } else if (message === Borrow) this.borrow(market, totals, position, assets, sender)
    else if (message === Repay) {
      const shares = toSharesDown(assets, totals.totalBorrowAssets, totals.totalBorrowShares)
      if (shares > position.borrowShares || attached < assets) return
      position.borrowShares -= shares
      market.totals = withDebt(totals, -assets, -shares)
      add(sender, loanAsset, -assets)
    } else if (message === Liquidate) this.liquidate(market, totals, payload as unknown as LiquidatePayload, sender, attached)
  }

  private borrow(market: BareMarket, totals: Accruing, position: BarePosition, assets: bigint, sender: BareAccount): void {
    const { lltv, loanAsset, priceAt } = this.terms
    const shares = toSharesUp(assets, totals.totalBorrowAssets, totals.totalBorrowShares)
    const after = withDebt(totals, assets, shares)
    const owed = toAssetsUp(position.borrowShares + shares, after.totalBorrowAssets, after.totalBorrowShares)
    if (owed > borrowedMaxDown(position.collateral, priceAt(this.height), lltv) || after.totalBorrowAssets > after.totalSupplyAssets) return
    position.borrowShares += shares
    market.totals = after
    add(sender, loanAsset, assets)
  }

  private liquidate(market: BareMarket, totals: Accruing, { borrower, repaidShares }: LiquidatePayload, sender: BareAccount, attached: bigint): void {
    const { lltv, loanAsset, collateralAsset, priceAt } = this.terms
    const { totalBorrowAssets, totalBorrowShares } = totals
    const price = priceAt(this.height)
    const position = positionOf(market, borrower)
    if (toAssetsUp(position.borrowShares, totalBorrowAssets, totalBorrowShares) <= borrowedMaxDown(position.collateral, price, lltv)) return
    const seized = seizedAssetsDown(repaidShares, price, lltv, totalBorrowAssets, totalBorrowShares)
    const repaid = toAssetsUp(repaidShares, totalBorrowAssets, totalBorrowShares)
    if (repaidShares > position.borrowShares || seized > position.collateral || attached < repaid) return
    position.borrowShares -= repaidShares
    position.collateral -= seized
    market.totals = withDebt(totals, -repaid, -repaidShares)
    if (position.collateral === 0n) throw new Error("the bare loop writes nothing off")
    add(sender, loanAsset, -repaid)
    add(sender, collateralAsset, seized)
  }
}

interface LiquidatePayload {
  readonly borrower: string
  readonly repaidShares: bigint
}

const positionOf = ({ positions }: BareMarket, account: string): BarePosition => {
  const found = positions.get(account)
  if (found !== undefined) return found
  const fresh = { supplyShares: 0n, borrowShares: 0n, collateral: 0n }
  positions.set(account, fresh)
  return fresh
}

/** The market itself leaves at least zero; rounding may ask for a unit more than was owed in all. */
const withDebt = (totals: Accruing, assets: bigint, shares: bigint): Accruing => {
  const totalBorrowAssets = totals.totalBorrowAssets + assets
  return { ...totals, totalBorrowAssets: totalBorrowAssets < 0n ? 0n : totalBorrowAssets, totalBorrowShares: totals.totalBorrowShares + shares }
}

const add = ({ balances }: BareAccount, asset: string, amount: bigint): void => void balances.set(asset, (balances.get(asset) ?? 0n) + amount)
