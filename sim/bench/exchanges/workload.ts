import type { Genesis, Transaction } from "../../../core/index.ts"

/** One workload: blocks of transactions that the engine and a bare loop both apply, and what they must agree on afterwards. */
export interface Workload {
  readonly name: string
  readonly accounts: number
  readonly genesis: Genesis
  /** Blocks that set the scene and are not measured. */
  readonly setup: readonly (readonly Transaction[])[]
  readonly blocks: readonly (readonly Transaction[])[]
  /** Assets of an account that both worlds must agree on afterwards. */
  readonly assetsOf: (index: number) => readonly string[]
  /** A fresh plain world, as it is after the setup. */
  readonly bare: () => Bare
}

/** The same transactions applied in order by a plain loop over plain mutable objects, on one core, with no messages, blocks, book or hashing. */
export interface Bare {
  readonly apply: (blocks: readonly (readonly Transaction[])[]) => void
  /** In smallest units. */
  readonly balance: (account: string, asset: string) => bigint
}

export interface Shape {
  readonly accounts: number
  readonly transactions: number
  readonly blockSize: number
}

export const UNIT = 10n ** 18n
export const RICH = 10n ** 30n
export const nameOf = (index: number): string => `account-${index}`

export const inBlocks = (transactions: readonly Transaction[], blockSize: number): Transaction[][] => {
  const blocks: Transaction[][] = []
  for (let start = 0; start < transactions.length; start += blockSize) blocks.push(transactions.slice(start, start + blockSize))
  return blocks
}

/** Counts each account's nonces, over setup and measured blocks. */
export const counter = (): ((account: string) => number) => {
  const nonces = new Map<string, number>()
  return (account) => {
    const nonce = nonces.get(account) ?? 0
    nonces.set(account, nonce + 1)
    return nonce
  }
}

/** Plain purses by account and asset. */
export class Purses {
  readonly #purses = new Map<string, Map<string, bigint>>()

  constructor(accounts: number, assets: readonly string[]) {
    for (let index = 0; index < accounts; index++) this.#purses.set(nameOf(index), new Map(assets.map((asset) => [asset, RICH])))
  }

  of(account: string, asset: string): bigint {
    return this.#purses.get(account)?.get(asset) ?? 0n
  }

  /** Adds an amount, which may be negative. */
  add(account: string, asset: string, amount: bigint): void {
    const purse = this.#purses.get(account) as Map<string, bigint>
    purse.set(asset, (purse.get(asset) ?? 0n) + amount)
  }
}
