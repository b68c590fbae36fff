import { actor, Payment, type Genesis, type Transaction } from "../../core/index.ts"
import { AddLiquidity, ConstantProductPool, Swap } from "../../protocols/amm/constant-product/index.ts"
import { Random } from "../random.ts"

/** One workload of the honest sheet: a list of transactions, cut into blocks, that the engine and the bare loop both apply. */
export interface Workload {
  readonly name: string
  readonly accounts: number
  readonly pools: number
  readonly genesis: Genesis
  /** Blocks that set the scene and are not measured. */
  readonly setup: readonly (readonly Transaction[])[]
  readonly blocks: readonly (readonly Transaction[])[]
}

export interface Shape {
  readonly accounts: number
  readonly transactions: number
  readonly blockSize: number
}

const UNIT = 10n ** 18n
export const FEE_PIPS = 3_000
export const nameOf = (index: number): string => `account-${index}`
export const poolOf = (index: number): string => `amm/pool-${index}`
export const tokenOf = (index: number): string => `token-${index}`

/** Counts each account's nonces. */
const counter = (accounts: number): ((account: number) => number) => {
  const nonces = new Array<number>(accounts).fill(0)
  return (account) => {
    const nonce = nonces[account] as number
    nonces[account] = nonce + 1
    return nonce
  }
}

const inBlocks = (transactions: readonly Transaction[], blockSize: number): Transaction[][] => {
  const blocks: Transaction[][] = []
  for (let start = 0; start < transactions.length; start += blockSize) blocks.push(transactions.slice(start, start + blockSize))
  return blocks
}

const accountsOf = function* (count: number, assets: readonly string[]): Generator<readonly [string, { [asset: string]: bigint }]> {
  for (let index = 0; index < count; index++) {
    const balances: { [asset: string]: bigint } = {}
    for (const asset of assets) balances[asset] = 1_000_000n * UNIT
    yield [nameOf(index), balances]
  }
}

/** Payments between random pairs of accounts. */
export const transfers = ({ accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(1, "transfers")
  const nonceOf = counter(accounts)
  const list: Transaction[] = []
  for (let index = 0; index < transactions; index++) {
    const from = random.below(accounts)
    const to = (from + 1 + random.below(accounts - 1)) % accounts
    const funds = { cash: BigInt(1 + random.below(1000)) * 10n ** 12n }
    list.push({ from: nameOf(from), nonce: nonceOf(from), to: nameOf(to), message: Payment, payload: {}, funds })
  }
  return { name: "transfers", accounts, pools: 0, genesis: { accounts: accountsOf(accounts, ["cash"]) }, setup: [], blocks: inBlocks(list, blockSize) }
}

/** Swaps of random size and side; each account keeps to one pool, accounts are drawn at random. `refusedShare`: those that ask for too much. */
export const swaps = (pools: number, { accounts, transactions, blockSize }: Shape, refusedShare = 0): Workload => {
  const random = Random.make(2, "swaps")
  const nonceOf = counter(accounts)
  const list: Transaction[] = []
  for (let index = 0; index < transactions; index++) {
    const from = random.below(accounts)
    const pool = from % pools
    const sellsX = random.below(2) === 0
    const minimumOut = random.float() < refusedShare ? 10n ** 30n : 1n
    list.push({
      from: nameOf(from),
      nonce: nonceOf(from),
      to: poolOf(pool),
      message: Swap,
      payload: { minimumOut },
      funds: { [sellsX ? "cash" : tokenOf(pool)]: BigInt(1 + random.below(1000)) * 10n ** 12n },
    })
  }
  const accountsWithTokens = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    for (let index = 0; index < accounts; index++) yield [nameOf(index), { cash: 1_000_000n * UNIT, [tokenOf(index % pools)]: 1_000_000n * UNIT }]
    for (let pool = 0; pool < pools; pool++) yield [`founder-${pool}`, { cash: 1_000_000n * UNIT, [tokenOf(pool)]: 1_000_000n * UNIT }]
  }
  const actors = Array.from({ length: pools }, (_, pool) =>
    actor(poolOf(pool), ConstantProductPool, { assetX: "cash", assetY: tokenOf(pool), feePips: FEE_PIPS, feeTo: null, feeSetter: null }))
  const founding: Transaction[] = Array.from({ length: pools }, (_, pool) => ({
    from: `founder-${pool}`,
    nonce: 0,
    to: poolOf(pool),
    message: AddLiquidity,
    payload: { minimumX: 0n, minimumY: 0n, minimumShares: 0n },
    funds: { cash: 100_000n * UNIT, [tokenOf(pool)]: 100_000n * UNIT },
  }))
  return {
    name: `${refusedShare === 0 ? "" : "refused "}swaps, ${pools} pool${pools === 1 ? "" : "s"}`,
    accounts,
    pools,
    genesis: { accounts: accountsWithTokens(), actors },
    setup: [founding, []],
    blocks: inBlocks(list, blockSize),
  }
}
