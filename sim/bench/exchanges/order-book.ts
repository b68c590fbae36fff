import { actor, type AnyMessage, type Transaction } from "../../../core/index.ts"
import { CancelOrder, LimitOrder, OrderBook } from "../../../protocols/exchange/order-book/index.ts"
import { Random } from "../../random.ts"
import { BareBook } from "./bare-book.ts"
import { counter, inBlocks, nameOf, RICH, type Shape, type Workload } from "./workload.ts"

/** Orders at a market where many rest already: 1,000 levels on each side, first come first served in each. */

const LEVELS = 1_000
const MIDDLE = 10_000
const MARKET = "exchange/eth-usd"
export const LOTS = 10
export const PARAMS = { base: "eth", quote: "usd", lot: 100n, tick: 1n, makerFeePips: 0, takerFeePips: 0, owner: null }

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

/** `resting` orders, and then so many that come, take exactly one each, or leave. `transactions` is at most half of `resting` for the last two. */
export const orders = (verb: Verb, resting: number, { accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(12, `${verb} ${resting}`)
  const nonceOf = counter()
  const from = (account: number, message: AnyMessage, payload: unknown, funds: { readonly [asset: string]: bigint }): Transaction => {
    const name = nameOf(account)
    return { from: name, nonce: nonceOf(name), to: MARKET, message, payload, funds } as Transaction
  }
  // Makers have even numbers, takers odd ones, so that nobody meets an own order.
  const makerOf = (index: number): number => (index * 2) % accounts
  const scene = Array.from({ length: resting }, (_, index) => from(makerOf(index), LimitOrder, restingOrder(index), fundsOf(restingOrder(index))))
  const numbers = Array.from({ length: resting }, (_, index) => index)
  const list = Array.from({ length: transactions }, (_, index): Transaction => {
    if (verb === "insert") {
      const order = restingOrder(random.below(2 * LEVELS))
      return from(random.below(accounts), LimitOrder, order, fundsOf(order))
    }
    if (verb === "match") {
      const side = index % 2 === 0 ? ("buy" as const) : ("sell" as const)
      const order = { ...restingOrder(0), side, price: side === "buy" ? MIDDLE + LEVELS : MIDDLE - LEVELS, kind: "immediate-or-cancel" as const }
      return from((random.below(accounts / 2) * 2 + 1) % accounts, LimitOrder, order, fundsOf(order))
    }
    // One of those that are left, at random.
    const at = index + random.below(resting - index)
    const picked = numbers[at] as number
    numbers[at] = numbers[index] as number
    return from(makerOf(picked), CancelOrder, { order: picked + 1 }, {})
  })
  const purses = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    for (let index = 0; index < accounts; index++) yield [nameOf(index), { eth: RICH, usd: RICH }]
  }
  return {
    name: `order book, ${verb} at ${resting}`,
    accounts,
    genesis: { accounts: purses(), actors: [actor(MARKET, OrderBook, PARAMS)] },
    setup: [...inBlocks(scene, 10_000), []],
    blocks: inBlocks(list, blockSize),
    assetsOf: () => ["eth", "usd"],
    bare: () => {
      const book = new BareBook(accounts)
      for (const transaction of scene) book.apply(transaction)
      return {
        apply: (blocks) => {
          for (const block of blocks) for (const transaction of block) book.apply(transaction)
        },
        balance: (account, asset) => book.purses.of(account, asset),
      }
    },
  }
}
