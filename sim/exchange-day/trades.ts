import type { Address, Block } from "../../core/index.ts"
import { Swapped as SwappedConstantProduct } from "../../protocols/amm/constant-product/index.ts"
import { Order } from "../../protocols/exchange/batch-auction/index.ts"
import { Swapped as SwappedConcentrated } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { feeUp, Traded } from "../../protocols/exchange/order-book/index.ts"
import { Hop } from "../../protocols/exchange/router/index.ts"
import { Swapped as SwappedStable } from "../../protocols/exchange/stableswap/index.ts"
import { Swapped as SwappedWeighted } from "../../protocols/exchange/weighted/index.ts"
import { NOTHING, type Amounts } from "../metrics/portfolio.ts"
import { AUCTION, BOOK, ETH, STABLE, USD, V2, V3, WEIGHTED } from "./market.ts"

/** Every trade of a block, at whatever venue, in the same words. A usdc counts as a usd. */

export interface Trade {
  readonly venue: Address
  /** Whose trade it is; of a leg of a route, whom the route pays. */
  readonly taker: Address
  /** With whom: an account, or the venue itself, which stands for those who provide its liquidity. */
  readonly maker: Address
  /** By the taker. */
  readonly gave: Amounts
  readonly got: Amounts
  /** The part of it that the venue takes for itself or its providers: of a pool out of what was given, of the book out of what was received. */
  readonly fee: Amounts
}

export const VENUES: readonly { readonly address: Address; readonly name: string }[] = [
  { address: V2.address, name: "v2 pool" },
  { address: V3.address, name: "v3 pool" },
  { address: BOOK.address, name: "order book" },
  { address: AUCTION.address, name: "auction" },
  { address: WEIGHTED.address, name: "weighted pool" },
  { address: STABLE.address, name: "stable pool" },
]

type Message = Block["raw"]["ended"][number]

export const forEachTrade = (block: Block, visit: (trade: Trade) => void): void => {
  const bids: Message[] = []
  for (const message of block.raw.ended) {
    if (message.to === AUCTION.address && message.message === Order && message.result?.lots > 0n) bids.push(message)
    if (message.events === undefined) continue
    let book: Amounts = NOTHING
    for (const { event, fields } of message.events) {
      if (event === Traded && message.to === BOOK.address) book = visitFill(message, fields as unknown as Fill, book, visit)
      else {
        const trade = tradeOf(message, event, fields)
        if (trade !== undefined) visit(trade)
      }
    }
    if (book !== NOTHING) visitFee(message, book, visit)
  }
  visitAuction(bids, visit)
}

const takerOf = ({ message, payload, from }: Message): Address => (message === Hop ? (payload as { readonly to: Address }).to : from)

const amounts = (asset: string, amount: bigint): Amounts => (asset === ETH ? { base: amount, quote: 0n } : { base: 0n, quote: amount })
const part = ({ base, quote }: Amounts, pips: number): Amounts => ({ base: (base * BigInt(pips)) / 1_000_000n, quote: (quote * BigInt(pips)) / 1_000_000n })

/** The trade that a pool's event tells of. */
const tradeOf = (message: Message, event: unknown, fields: unknown): Trade | undefined => {
  const trade = (gave: Amounts, got: Amounts, fee: Amounts): Trade => ({ venue: message.to, taker: takerOf(message), maker: message.to, gave, got, fee })
  if (event === SwappedConstantProduct) {
    const { amountXIn, amountYIn, amountXOut, amountYOut } = fields as { readonly [name: string]: bigint } as Record<"amountXIn" | "amountYIn" | "amountXOut" | "amountYOut", bigint>
    const gave = { base: amountXIn, quote: amountYIn }
    return trade(gave, { base: amountXOut, quote: amountYOut }, part(gave, V2.feePips))
  }
  if (event === SwappedConcentrated) {
    const { amount0, amount1 } = fields as { readonly amount0: bigint; readonly amount1: bigint }
    const gave = { base: amount0 > 0n ? amount0 : 0n, quote: amount1 > 0n ? amount1 : 0n }
    return trade(gave, { base: amount0 < 0n ? -amount0 : 0n, quote: amount1 < 0n ? -amount1 : 0n }, part(gave, V3.feePips))
  }
  if (event !== SwappedStable && event !== SwappedWeighted) return undefined
  const { assetIn, amountIn, assetOut, amountOut } = fields as { readonly assetIn: string; readonly amountIn: bigint; readonly assetOut: string; readonly amountOut: bigint }
  const [gave, got] = [amounts(assetIn, amountIn), amounts(assetOut, amountOut)]
  if (event === SwappedWeighted) return trade(gave, got, part(gave, WEIGHTED.feePips))
  return trade(gave, got, amounts(assetOut, (amountOut * STABLE.feeE10) / (10n ** 10n - STABLE.feeE10)))
}

interface Fill {
  readonly maker: Address
  readonly takerSide: "buy" | "sell"
  readonly price: number
  readonly lots: number
}

/** One fill of the book; returns what the order has received with it, before the fee. */
const visitFill = (message: Message, { maker, takerSide, price, lots }: Fill, received: Amounts, visit: (trade: Trade) => void): Amounts => {
  const base = { base: BigInt(lots) * BOOK.lot, quote: 0n }
  const quote = { base: 0n, quote: BigInt(lots) * BigInt(price) * BOOK.tick }
  const [gave, got] = takerSide === "buy" ? [quote, base] : [base, quote]
  visit({ venue: BOOK.address, taker: takerOf(message), maker, gave, got, fee: NOTHING })
  return { base: received.base + got.base, quote: received.quote + got.quote }
}

/** The taker's fee, which the book takes once for a whole order. */
const visitFee = (message: Message, { base, quote }: Amounts, visit: (trade: Trade) => void): void => {
  const fee = { base: feeUp(base, BOOK.takerFeePips), quote: feeUp(quote, BOOK.takerFeePips) }
  visit({ venue: BOOK.address, taker: takerOf(message), maker: BOOK.address, gave: fee, got: NOTHING, fee })
}

/** At one price it does not matter who trades with whom: buyers and sellers are paired in the order in which they were handled. */
const visitAuction = (bids: readonly Message[], visit: (trade: Trade) => void): void => {
  const [buyers, sellers] = [bids.filter(({ funds }) => funds.asset === USD), bids.filter(({ funds }) => funds.asset !== USD)]
  let [sold, at] = [0n, 0]
  for (const buyer of buyers) {
    let wanted = buyer.result.lots as bigint
    while (wanted > 0n && at < sellers.length) {
      const seller = sellers[at] as Message
      const left = (seller.result.lots as bigint) - sold
      const lots = wanted < left ? wanted : left
      const gave = { base: 0n, quote: lots * (buyer.result.price as bigint) }
      visit({ venue: AUCTION.address, taker: buyer.from, maker: seller.from, gave, got: { base: lots * AUCTION.lot, quote: 0n }, fee: NOTHING })
      wanted -= lots
      sold = lots === left ? 0n : sold + lots
      if (lots === left) at++
    }
  }
}
