import { actor, type Transaction } from "../../../core/index.ts"
import { BatchAuction, Order } from "../../../protocols/exchange/batch-auction/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, type BareAccount } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, type Bare, type Shape, type Workload } from "../workload.ts"
import { Close, SIDES, SingleAuction } from "./single-auction.ts"

/** Limit orders around one price, half of each side, cleared block by block. */

const ASSETS = [SIDES.base, SIDES.quote]
const PRICE = 3_000_000
const SPREAD = 60_000

const ordersOf = (count: number, accounts: number, nonceOf: (account: number) => number): Transaction[] => {
  const random = Random.make(5, "auction")
  return Array.from({ length: count }, () => {
    const from = random.below(accounts)
    const buys = random.below(2) === 0
    const lots = BigInt(1 + random.below(1000))
    const limit = BigInt(PRICE - SPREAD + random.below(2 * SPREAD))
    const funds = buys ? { [SIDES.quote]: lots * limit } : { [SIDES.base]: lots * SIDES.lot }
    return { from: nameOf(from), nonce: nonceOf(from), to: "exchange/auction", message: Order, payload: { lots, limit }, funds }
  })
}

/** By the batch handler of the protocol. */
export const auction = ({ accounts, transactions, blockSize }: Shape): Workload => ({
  name: "batch auction",
  accounts,
  assetsOf: () => ASSETS,
  genesis: { accounts: accountsOf(accounts, () => ASSETS), actors: [actor("exchange/auction", BatchAuction, SIDES)] },
  setup: [],
  blocks: inBlocks(ordersOf(transactions, accounts, counter(accounts)), blockSize),
  bare: () => bareAuction(accounts),
})

/** The same orders as single messages. */
export const singleAuction = ({ accounts, transactions, blockSize }: Shape): Workload => {
  const blocks = inBlocks(ordersOf(transactions, accounts, counter(accounts)), blockSize)
  const close = (nonce: number): Transaction => ({ from: "closer", nonce, to: "exchange/auction", message: Close, payload: {} })
  const withCloser = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    yield* accountsOf(accounts, () => ASSETS)
    yield ["closer", {}]
  }
  return {
    name: "same orders, single messages",
    accounts,
    assetsOf: () => ASSETS,
    genesis: { accounts: withCloser(), actors: [actor("exchange/auction", SingleAuction, {})] },
    setup: [],
    blocks: blocks.map((block, nonce) => [...block, close(nonce)]),
    uncounted: blocks.length,
    bare: () => bareAuction(accounts),
  }
}

interface BareOrder {
  readonly owner: BareAccount
  readonly lots: bigint
  readonly limit: bigint
  filled: bigint
}

/** Collects a block's orders in two arrays, sorts them, walks them, pays. */
const bareAuction = (accounts: number): Bare => {
  const world = bareAccounts(accounts, () => ASSETS)
  const ascending = (left: BareOrder, right: BareOrder): number => (left.limit < right.limit ? -1 : left.limit > right.limit ? 1 : 0)
  const add = ({ balances }: BareAccount, asset: string, amount: bigint): unknown => balances.set(asset, (balances.get(asset) ?? 0n) + amount)
  const block = (transactions: readonly Transaction[]): void => {
    const buyers: BareOrder[] = []
    const sellers: BareOrder[] = []
    for (const { from, nonce, message, payload, funds } of transactions) {
      if (message !== Order) continue
      const owner = world.get(from) as BareAccount
      const { lots, limit } = payload as { readonly lots: bigint; readonly limit: bigint }
      const buys = (funds as { readonly [asset: string]: bigint })[SIDES.quote] !== undefined
      const asset = buys ? SIDES.quote : SIDES.base
      const amount = lots * (buys ? limit : SIDES.lot)
      const balance = owner.balances.get(asset) ?? 0n
      if (owner.nonce !== nonce || balance < amount) continue
      owner.nonce++
      owner.balances.set(asset, balance - amount)
      ;(buys ? buyers : sellers).push({ owner, lots, limit, filled: 0n })
    }
    // A sort keeps the order of equals, so the earlier of equal limits comes first.
    buyers.sort((left, right) => ascending(right, left))
    sellers.sort(ascending)
    const price = match(buyers, sellers)
    for (const { owner, lots, limit, filled } of buyers) {
      add(owner, SIDES.base, filled * SIDES.lot)
      add(owner, SIDES.quote, lots * limit - filled * price)
    }
    for (const { owner, lots, filled } of sellers) {
      add(owner, SIDES.base, (lots - filled) * SIDES.lot)
      add(owner, SIDES.quote, filled * price)
    }
  }
  return {
    apply: (blocks) => blocks.forEach(block),
    balance: (account, asset) => world.get(account)?.balances.get(asset) ?? 0n,
  }
}

const match = (buyers: readonly BareOrder[], sellers: readonly BareOrder[]): bigint => {
  let sum = 0n
  for (let buyer = 0, seller = 0; buyer < buyers.length && seller < sellers.length; ) {
    const buy = buyers[buyer] as BareOrder
    const sell = sellers[seller] as BareOrder
    if (buy.limit < sell.limit) break
    const wanted = buy.lots - buy.filled
    const offered = sell.lots - sell.filled
    const matched = wanted < offered ? wanted : offered
    buy.filled += matched
    sell.filled += matched
    sum = buy.limit + sell.limit
    if (matched === wanted) buyer++
    if (matched === offered) seller++
  }
  return sum / 2n
}

