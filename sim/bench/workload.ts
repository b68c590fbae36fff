import type { Genesis, Transaction, World } from "../../core/index.ts"

/**
 * One workload of the honest sheet: a list of transactions, cut into blocks, that the engine and a bare loop both apply. A file under
 * `workloads/` makes one: it says what the world starts from, what happens, and the bare loop of the same; `sheet.ts` lists the rows.
 */
export interface Workload {
  readonly name: string
  readonly accounts: number
  readonly genesis: Genesis
  /** Blocks that set the scene and are not measured. */
  readonly setup: readonly (readonly Transaction[])[]
  readonly blocks: readonly (readonly Transaction[])[]
  /** Transactions that only drive the workload and are not counted as its own, such as a call that closes each block. */
  readonly uncounted?: number
  /** Assets of an account that both worlds must agree on afterwards. */
  readonly assetsOf: (index: number) => readonly string[]
  /** Where an account's money is not its own balance. */
  readonly balanceIn?: (world: World, account: string) => bigint
  /** A fresh plain world. */
  readonly bare: () => Bare
}

/**
 * What the hardware can do: the same transactions applied in order by a plain loop over plain mutable objects in Maps, on one core, with no
 * messages, blocks, book or hashing.
 */
export interface Bare {
  readonly apply: (blocks: readonly (readonly Transaction[])[]) => void
  /** What both worlds must agree on afterwards, in smallest units. */
  readonly balance: (account: string, asset: string) => bigint
}

export interface Shape {
  readonly accounts: number
  readonly transactions: number
  readonly blockSize: number
}

export const UNIT = 10n ** 18n
/** What every account begins with of every asset that it deals in. */
export const RICH = 1_000_000n * UNIT
export const nameOf = (index: number): string => `account-${index}`

/** Counts each account's nonces. */
export const counter = (accounts: number): ((account: number) => number) => {
  const nonces = new Array<number>(accounts).fill(0)
  return (account) => {
    const nonce = nonces[account] as number
    nonces[account] = nonce + 1
    return nonce
  }
}

export const inBlocks = (transactions: readonly Transaction[], blockSize: number): Transaction[][] => {
  const blocks: Transaction[][] = []
  for (let start = 0; start < transactions.length; start += blockSize) blocks.push(transactions.slice(start, start + blockSize))
  return blocks
}

/** Accounts of a genesis, each rich in the assets that `assetsOf` names. */
export const accountsOf = function* (
  count: number,
  assetsOf: (index: number) => readonly string[],
): Generator<readonly [string, { [asset: string]: bigint }]> {
  for (let index = 0; index < count; index++) {
    const balances: { [asset: string]: bigint } = {}
    for (const asset of assetsOf(index)) balances[asset] = RICH
    yield [nameOf(index), balances]
  }
}
