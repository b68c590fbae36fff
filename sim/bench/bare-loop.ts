import { Payment, type Transaction } from "../../core/index.ts"
import { FEE_PIPS, nameOf, poolOf, tokenOf, type Workload } from "./workload.ts"

/**
 * What the hardware can do: the same transactions applied in order by a plain loop over plain mutable objects in Maps, on one core,
 * with no messages, blocks, book or hashing. Every figure of the sheet is printed beside it.
 */

interface BareAccount {
  nonce: number
  readonly balances: Map<string, bigint>
}

interface BarePool {
  readonly assetX: string
  readonly assetY: string
  reserveX: bigint
  reserveY: bigint
}

export interface BareWorld {
  readonly accounts: Map<string, BareAccount>
  readonly pools: Map<string, BarePool>
  applied: number
  refused: number
}

const UNIT = 10n ** 18n
const FEE_FACTOR = BigInt(1_000_000 - FEE_PIPS)

export const bareWorldOf = ({ accounts, pools }: Workload): BareWorld => {
  const world: BareWorld = { accounts: new Map(), pools: new Map(), applied: 0, refused: 0 }
  for (let index = 0; index < accounts; index++) {
    const balances = new Map([["cash", 1_000_000n * UNIT]])
    if (pools > 0) balances.set(tokenOf(index % pools), 1_000_000n * UNIT)
    world.accounts.set(nameOf(index), { nonce: 0, balances })
  }
  for (let pool = 0; pool < pools; pool++) {
    world.pools.set(poolOf(pool), { assetX: "cash", assetY: tokenOf(pool), reserveX: 100_000n * UNIT, reserveY: 100_000n * UNIT })
  }
  return world
}

/** Applies one transaction: debit, arithmetic, credit. */
const apply = (world: BareWorld, transaction: Transaction): void => {
  const funds = transaction.funds as { readonly [asset: string]: bigint }
  for (const asset in funds) {
    const amount = funds[asset] as bigint
    const sender = world.accounts.get(transaction.from) as BareAccount
    const balance = sender.balances.get(asset) ?? 0n
    if (balance < amount || sender.nonce !== transaction.nonce) {
      world.refused++
      continue
    }
    sender.nonce++
    if (transaction.message === Payment) {
      sender.balances.set(asset, balance - amount)
      const receiver = world.accounts.get(transaction.to) as BareAccount
      receiver.balances.set(asset, (receiver.balances.get(asset) ?? 0n) + amount)
      world.applied++
    } else swap(world, transaction, sender, asset, amount, balance)
  }
}

const swap = (world: BareWorld, transaction: Transaction, sender: BareAccount, asset: string, amount: bigint, balance: bigint): void => {
  const pool = world.pools.get(transaction.to) as BarePool
  const sellsX = asset === pool.assetX
  const reserveIn = sellsX ? pool.reserveX : pool.reserveY
  const reserveOut = sellsX ? pool.reserveY : pool.reserveX
  const lessFee = amount * FEE_FACTOR
  const amountOut = (lessFee * reserveOut) / (reserveIn * 1_000_000n + lessFee)
  if (amountOut === 0n || amountOut < (transaction.payload as { readonly minimumOut: bigint }).minimumOut) {
    world.refused++
    return
  }
  sender.balances.set(asset, balance - amount)
  if (sellsX) {
    pool.reserveX += amount
    pool.reserveY -= amountOut
  } else {
    pool.reserveY += amount
    pool.reserveX -= amountOut
  }
  const assetOut = sellsX ? pool.assetY : pool.assetX
  sender.balances.set(assetOut, (sender.balances.get(assetOut) ?? 0n) + amountOut)
  world.applied++
}

export const runBare = (world: BareWorld, { blocks }: Workload): void => {
  for (const block of blocks) for (const transaction of block) apply(world, transaction)
}

/** What both worlds must agree on after the same transactions: every account's balances. */
export const bareBalance = (world: BareWorld, account: string, asset: string): bigint => world.accounts.get(account)?.balances.get(asset) ?? 0n
