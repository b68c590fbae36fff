import { actor, type AnyMessage, type Transaction } from "../../../core/index.ts"
import { CancelOrder, LimitOrder, OrderBook } from "../../../protocols/exchange/order-book/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, bareLoop } from "../bare-loop.ts"
import { whole } from "../print.ts"
import { accountsOf, counter, inBlocks, nameOf, type Shape, type Workload } from "../workload.ts"
import { BareBook } from "./bare-book.ts"

/**
 * Orders at a market where many rest already: 1,000 levels on each side, first come first served in each. Where fewer rest than are to be taken,
 * there are several such markets.
 */

const LEVELS = 1_000
const MIDDLE = 10_000
const ASSETS = ["eth", "usd"]
const marketOf = (index: number): string => `exchange/eth-usd-${index}`
const LOTS = 10
const PARAMS = { base: "eth", quote: "usd", lot: 100n, tick: 1n, makerFeePips: 0, takerFeePips: 0, owner: null }

export type Verb = "insert" | "match" | "cancel"

/** An order that rests: alternately a bid and an ask, over all levels. */
const restingOrder = (index: number) => ({
  side: index % 2 === 0 ? ("buy" as const) : ("sell" as const),
  price: index % 2 === 0 ? MIDDLE - 1 - (Math.floor(index / 2) % LEVELS) : MIDDLE + (Math.floor(index / 2) % LEVELS),
  lots: LOTS,
  kind: "post-only" as const,
  goodTill: null,
  selfTrade: "cancel-taking" as const,
})

const fundsOf = ({ side, price, lots }: { readonly side: "buy" | "sell"; readonly price: number; readonly lots: number }) =>
  side === "buy" ? { usd: BigInt(price) * BigInt(lots) } : { eth: BigInt(lots) * PARAMS.lot }

/** `resting` orders in each market, and then so many that come, take exactly one each, or leave; of the last two at most half of what rests. */
export const orders = (verb: Verb, resting: number, { accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(12, `${verb} ${resting}`)
  const nonceOf = counter(accounts)
  const markets = verb === "insert" ? 1 : Math.ceil((2 * transactions) / resting)
  const from = (account: number, to: string, message: AnyMessage, payload: unknown, funds: { readonly [asset: string]: bigint }): Transaction => {
    const name = nameOf(account)
    return { from: name, nonce: nonceOf(account), to, message, payload, funds } as Transaction
  }
  // Makers have even numbers, takers odd ones, so that nobody meets an own order.
  const makerOf = (index: number): number => (index * 2) % accounts
  const scene = Array.from({ length: resting * markets }, (_, index) => {
    const order = restingOrder(Math.floor(index / markets))
    return from(makerOf(index), marketOf(index % markets), LimitOrder, order, fundsOf(order))
  })
  const left = Array.from({ length: resting * markets }, (_, index) => index)
  const list = Array.from({ length: transactions }, (_, index): Transaction => {
    const market = marketOf(index % markets)
    if (verb === "insert") {
      const order = restingOrder(random.below(2 * LEVELS))
      return from(random.below(accounts), market, LimitOrder, order, fundsOf(order))
    }
    if (verb === "match") {
      const side = Math.floor(index / markets) % 2 === 0 ? ("buy" as const) : ("sell" as const)
      const order = { ...restingOrder(0), side, price: side === "buy" ? MIDDLE + LEVELS : MIDDLE - LEVELS, kind: "immediate-or-cancel" as const }
      return from((random.below(accounts / 2) * 2 + 1) % accounts, market, LimitOrder, order, fundsOf(order))
    }
    // One of those that are left, at random.
    const at = index + random.below(left.length - index)
    const picked = left[at] as number
    left[at] = left[index] as number
    return from(makerOf(picked), marketOf(picked % markets), CancelOrder, { order: Math.floor(picked / markets) + 1 }, {})
  })
  return {
    name: `order book, ${verb} at ${whole(resting)}`,
    accounts,
    genesis: { accounts: accountsOf(accounts, () => ASSETS), actors: Array.from({ length: markets }, (_, index) => actor(marketOf(index), OrderBook, PARAMS)) },
    setup: [...inBlocks(scene, 10_000), []],
    blocks: inBlocks(list, blockSize),
    assetsOf: () => ASSETS,
    bare: () => {
      const world = bareAccounts(accounts, () => ASSETS)
      const books = new Map(Array.from({ length: markets }, (_, index) => [marketOf(index), new BareBook(world)]))
      const loop = bareLoop(world, (transaction) => (books.get(transaction.to) as BareBook).apply(transaction))
      loop.apply([scene])
      return loop
    },
  }
}
