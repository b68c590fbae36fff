import type { Transaction } from "../../core/index.ts"
import { nameOf, RICH, type Bare } from "./workload.ts"

/** What the bare loops of the workloads have in common: accounts as plain objects in a Map, each with a Map of balances. */

export interface BareAccount {
  nonce: number
  readonly balances: Map<string, bigint>
}

export type BareAccounts = Map<string, BareAccount>

export const bareAccounts = (count: number, assetsOf: (index: number) => readonly string[]): BareAccounts => {
  const accounts: BareAccounts = new Map()
  for (let index = 0; index < count; index++) {
    accounts.set(nameOf(index), { nonce: 0, balances: new Map(assetsOf(index).map((asset) => [asset, RICH])) })
  }
  return accounts
}

/** Adds an amount, which may be negative, to what somebody has. */
export const change = (account: BareAccount, asset: string, amount: bigint): void =>
  void account.balances.set(asset, (account.balances.get(asset) ?? 0n) + amount)

/** Applies one transaction of one attached asset, or none, that its sender can afford; where it refuses, nothing happened. */
export type BareApply = (transaction: Transaction, sender: BareAccount, asset: string, amount: bigint, balance: bigint) => void

/** The loop: checks nonce and balance, then applies. */
export const bareLoop = (accounts: BareAccounts, apply: BareApply): Bare => {
  const one = (transaction: Transaction): void => {
    const sender = accounts.get(transaction.from) as BareAccount
    if (sender.nonce !== transaction.nonce) return
    const funds = transaction.funds as { readonly [asset: string]: bigint } | undefined
    let asset = ""
    let amount = 0n
    for (const attached in funds) {
      asset = attached
      amount = funds[attached] as bigint
    }
    const balance = amount === 0n ? 0n : (sender.balances.get(asset) ?? 0n)
    if (balance < amount) return
    sender.nonce++
    apply(transaction, sender, asset, amount, balance)
  }
  return {
    apply: (blocks) => {
      for (const block of blocks) for (const transaction of block) one(transaction)
    },
    balance: (account, asset) => accounts.get(account)?.balances.get(asset) ?? 0n,
  }
}

export interface BarePool {
  readonly assetX: string
  readonly assetY: string
  reserveX: bigint
  reserveY: bigint
}

export const FEE_PIPS = 3_000
const FEE_FACTOR = BigInt(1_000_000 - FEE_PIPS)

/** What a sale pays, after the same formula that the pool uses; 0 where it is less than the minimum, and then nothing happened. */
export const bareSwap = (pool: BarePool, asset: string, amount: bigint, minimumOut: bigint): bigint => {
  const sellsX = asset === pool.assetX
  const reserveIn = sellsX ? pool.reserveX : pool.reserveY
  const reserveOut = sellsX ? pool.reserveY : pool.reserveX
  const lessFee = amount * FEE_FACTOR
  const amountOut = (lessFee * reserveOut) / (reserveIn * 1_000_000n + lessFee)
  if (amountOut === 0n || amountOut < minimumOut) return 0n
  if (sellsX) {
    pool.reserveX += amount
    pool.reserveY -= amountOut
  } else {
    pool.reserveY += amount
    pool.reserveX -= amountOut
  }
  return amountOut
}
