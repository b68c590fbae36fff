import type { Address, Emitted } from "../../../core/index.ts"
import { escrowOf, ownSide } from "./book.ts"
import { baseAmount, feeUp, lotsDown, MATCHES_MAX, quoteAmount } from "./math.ts"
import { Traded, Withdrawn } from "./messages.ts"
import type { Payouts } from "./payouts.ts"
import { expiryKey, type Level, type MarketState, type RestingOrder } from "./state.ts"

/** What an incoming order may take. */
export interface Taking {
  readonly side: "buy" | "sell"
  /** The worst price; null: any. */
  readonly limit: number | null
  readonly lots: number
  /** Most quote to spend on a purchase; null: no bound besides the lots. */
  readonly budget: bigint | null
  readonly taker: Address
  readonly selfTrade: "cancel-resting" | "cancel-taking" | "cancel-both"
  readonly height: number
}

/** What it took: the book without it, and what it costs in quote before fees. */
export interface Taken {
  readonly market: MarketState
  readonly lotsFilled: number
  readonly quote: bigint
  /** Whether it met an order of its own, or as many as one message may: what is left must not rest. */
  readonly stopped: boolean
  readonly events: readonly Emitted<typeof Traded | typeof Withdrawn>[]
}

/** Takes resting orders, best price first, then first come first; what makers receive goes into `payouts`. */
export const take = (market: MarketState, taking: Taking, payouts: Payouts): Taken => {
  const sweep = new Sweep(market, taking, payouts)
  while (sweep.goesOn) {
    const best = taking.side === "buy" ? sweep.levels.first() : sweep.levels.last()
    if (best === undefined || isBeyond(best[0], taking)) break
    sweep.takeLevel(best[0], best[1])
  }
  return sweep.result()
}

/** Whether a resting price is worse than the incoming order's. */
const isBeyond = (price: number, { side, limit }: Pick<Taking, "side" | "limit">): boolean =>
  limit !== null && (side === "buy" ? price > limit : price < limit)

/** One incoming order on its way through the book; what it changes is written to the tables as it goes, and to each level once. */
class Sweep {
  levels: MarketState["bids"]
  readonly #market: MarketState
  readonly #taking: Taking
  readonly #payouts: Payouts
  readonly #makerSide: "buy" | "sell"
  #orders: MarketState["orders"]
  #expiries: MarketState["expiries"]
  #left: number
  #budget: bigint | null
  #met = 0
  #stopped = false
  #exhausted = false
  /** Escrow that left the book, and fees of the makers, in smallest units. */
  #released = 0n
  #makerFees = 0n
  #quote = 0n
  #lastPrice: number | null
  readonly #events: Emitted<typeof Traded | typeof Withdrawn>[] = []

  constructor(market: MarketState, taking: Taking, payouts: Payouts) {
    this.#market = market
    this.#taking = taking
    this.#payouts = payouts
    this.#makerSide = taking.side === "buy" ? "sell" : "buy"
    this.levels = ownSide(market, this.#makerSide)
    this.#orders = market.orders
    this.#expiries = market.expiries
    this.#left = taking.lots
    this.#budget = taking.budget
    this.#lastPrice = market.lastPrice
  }

  get goesOn(): boolean {
    return this.#left > 0 && this.#met < MATCHES_MAX && !this.#stopped && !this.#exhausted
  }

  takeLevel(price: number, level: Level): void {
    let { lots, count, first } = level
    while (count > 0 && this.goesOn) {
      const resting = this.#orders.get(first) as RestingOrder
      const gone = this.#meet(first, resting, price)
      lots -= gone
      if (gone < resting.lots) break
      this.#remove(first, resting)
      count--
      first = resting.next
    }
    this.levels = count === 0 ? this.levels.delete(price) : this.levels.set(price, { lots, count, first, last: level.last })
  }

  /** What of the order leaves the book: traded, expired or taken back. */
  #meet(order: number, resting: RestingOrder, price: number): number {
    const { taker, selfTrade, height } = this.#taking
    const expired = resting.goodTill !== null && resting.goodTill < height
    if (!expired && resting.owner !== taker) return this.#trade(order, resting, price)
    this.#met++
    if (!expired && selfTrade !== "cancel-resting") this.#stopped = true
    if (!expired && selfTrade === "cancel-taking") return 0
    const refund = escrowOf(this.#market, this.#makerSide, resting.lots, price)
    this.#released += refund
    this.#payouts.add(resting.owner, this.#makerSide === "sell" ? refund : 0n, this.#makerSide === "sell" ? 0n : refund)
    this.#events.push(Withdrawn.make({ order, owner: resting.owner, lots: resting.lots, refund, because: expired ? "expired" : "self-trade" }))
    return resting.lots
  }

  #trade(order: number, resting: RestingOrder, price: number): number {
    const { tick, lot, makerFeePips } = this.#market
    const { side, taker } = this.#taking
    const wanted = this.#left < resting.lots ? this.#left : resting.lots
    const lots = this.#budget === null ? wanted : Math.min(wanted, lotsDown(this.#budget, quoteAmount(1, price, tick)))
    // The price only gets worse from here: what does not buy a lot now never will.
    if (lots === 0) {
      this.#exhausted = true
      return 0
    }
    this.#met++
    const quote = quoteAmount(lots, price, tick)
    const base = baseAmount(lots, lot)
    const makerFee = feeUp(side === "buy" ? quote : base, makerFeePips)
    if (side === "buy") this.#payouts.add(resting.owner, 0n, quote - makerFee)
    else this.#payouts.add(resting.owner, base - makerFee, 0n)
    this.#left -= lots
    this.#quote += quote
    if (this.#budget !== null) this.#budget -= quote
    this.#released += side === "buy" ? base : quote
    this.#makerFees += makerFee
    this.#lastPrice = price
    this.#events.push(Traded.make({ order, maker: resting.owner, taker, takerSide: side, price, lots, makerFee }))
    if (lots < resting.lots) this.#orders = this.#orders.set(order, { ...resting, lots: resting.lots - lots })
    return lots
  }

  #remove(order: number, { goodTill }: RestingOrder): void {
    this.#orders = this.#orders.delete(order)
    if (goodTill !== null) this.#expiries = this.#expiries.delete(expiryKey(goodTill, order))
  }

  result(): Taken {
    const { bids, asks, escrowBase, escrowQuote, feesBase, feesQuote } = this.#market
    const buys = this.#taking.side === "buy"
    const market: MarketState = {
      ...this.#market,
      orders: this.#orders,
      expiries: this.#expiries,
      bids: buys ? bids : this.levels,
      asks: buys ? this.levels : asks,
      lastPrice: this.#lastPrice,
      escrowBase: escrowBase - (buys ? this.#released : 0n),
      escrowQuote: escrowQuote - (buys ? 0n : this.#released),
      feesBase: feesBase + (buys ? 0n : this.#makerFees),
      feesQuote: feesQuote + (buys ? this.#makerFees : 0n),
    }
    const stopped = this.#stopped || (this.#left > 0 && this.#met >= MATCHES_MAX)
    return { market, lotsFilled: this.#taking.lots - this.#left, quote: this.#quote, stopped, events: this.#events }
  }
}
