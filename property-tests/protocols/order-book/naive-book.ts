/**
 * An order book in the plainest form, from what `messages.ts` promises: one list of orders in the order in which they came, searched from the
 * beginning for every fill; purses that are written to. It shares no code with the market.
 */

export interface Resting {
  readonly id: number
  readonly owner: string
  readonly side: "buy" | "sell"
  price: number
  lots: number
  readonly goodTill: number | null
}

export interface Rules {
  readonly lot: bigint
  readonly tick: bigint
  readonly makerFeePips: number
  readonly takerFeePips: number
}

export interface LimitFields {
  readonly side: "buy" | "sell"
  readonly price: number
  readonly lots: number
  readonly kind: "resting" | "post-only" | "immediate-or-cancel" | "fill-or-kill"
  readonly goodTill: number | null
  readonly selfTrade: "cancel-resting" | "cancel-taking" | "cancel-both"
}

interface Purse {
  base: bigint
  quote: bigint
}

const feeOf = (amount: bigint, pips: number): bigint => {
  const whole = amount * BigInt(pips)
  return whole / 1_000_000n + (whole % 1_000_000n > 0n ? 1n : 0n)
}

export class NaiveBook {
  orders: Resting[] = []
  next = 1
  fees: Purse = { base: 0n, quote: 0n }
  lastPrice: number | null = null
  readonly rules: Rules
  readonly purses = new Map<string, Purse>()

  constructor(rules: Rules, people: readonly string[], purse: bigint) {
    this.rules = rules
    for (const name of people) this.purses.set(name, { base: purse, quote: purse })
  }

  copy(): NaiveBook {
    const copy = new NaiveBook(this.rules, [], 0n)
    copy.orders = this.orders.map((order) => ({ ...order }))
    copy.next = this.next
    copy.fees = { ...this.fees }
    copy.lastPrice = this.lastPrice
    for (const [name, purse] of this.purses) copy.purses.set(name, { ...purse })
    return copy
  }

  private give(who: string, asset: "base" | "quote", amount: bigint): void {
    const purse = this.purses.get(who) as Purse
    purse[asset] += amount
  }

  private cost(side: "buy" | "sell", lots: number, price: number): bigint {
    return side === "buy" ? BigInt(lots) * BigInt(price) * this.rules.tick : BigInt(lots) * this.rules.lot
  }

  private refund(order: Resting): void {
    this.orders = this.orders.filter((other) => other !== order)
    this.give(order.owner, order.side === "buy" ? "quote" : "base", this.cost(order.side, order.lots, order.price))
  }

  /** The resting order that one of the other side would meet first. */
  best(side: "buy" | "sell"): Resting | undefined {
    let found: Resting | undefined
    for (const order of this.orders) {
      if (order.side !== side) continue
      if (found === undefined || (side === "buy" ? order.price > found.price : order.price < found.price)) found = order
    }
    return found
  }

  /** Takes out what was good till a block before `height`. */
  expire(height: number): void {
    for (const order of this.orders.filter(({ goodTill }) => goodTill !== null && goodTill < height)) this.refund(order)
  }

  private take(who: string, side: "buy" | "sell", limit: number | null, most: number, budget: bigint | null, selfTrade: string) {
    let [filled, spent, stopped] = [0, 0n, false]
    while (filled < most && !stopped) {
      const maker = this.best(side === "buy" ? "sell" : "buy")
      if (maker === undefined) break
      if (limit !== null && (side === "buy" ? maker.price > limit : maker.price < limit)) break
      if (maker.owner === who) {
        if (selfTrade !== "cancel-resting") stopped = true
        if (selfTrade !== "cancel-taking") this.refund(maker)
        continue
      }
      let lots = Math.min(most - filled, maker.lots)
      if (budget !== null) while (lots > 0 && spent + this.cost("buy", lots, maker.price) > budget) lots--
      if (lots === 0) break
      const quote = this.cost("buy", lots, maker.price)
      const base = this.cost("sell", lots, maker.price)
      const makerGets = side === "buy" ? "quote" : "base"
      const gross = side === "buy" ? quote : base
      const fee = feeOf(gross, this.rules.makerFeePips)
      this.give(maker.owner, makerGets, gross - fee)
      this.fees[makerGets] += fee
      filled += lots
      spent += quote
      maker.lots -= lots
      this.lastPrice = maker.price
      if (maker.lots === 0) this.orders = this.orders.filter((other) => other !== maker)
    }
    return { filled, spent, stopped }
  }

  private settle(who: string, side: "buy" | "sell", filled: number, spent: bigint) {
    const gets = side === "buy" ? "base" : "quote"
    const gross = side === "buy" ? this.cost("sell", filled, 0) : spent
    const fee = feeOf(gross, this.rules.takerFeePips)
    this.fees[gets] += fee
    this.give(who, gets, gross - fee)
    const amountIn = side === "buy" ? spent : this.cost("sell", filled, 0)
    this.give(who, side === "buy" ? "quote" : "base", -amountIn)
    return { amountIn, amountOut: gross - fee, fee }
  }

  /** The reply, or the tag of the refusal. */
  limit(who: string, order: LimitFields, attached: bigint, height: number): object | string {
    const { side, price, lots, kind, goodTill } = order
    if (attached < this.cost(side, lots, price)) return "order-book/Underfunded"
    if (goodTill !== null && goodTill < height) return "order-book/GoodTillPast"
    const facing = this.best(side === "buy" ? "sell" : "buy")
    if (kind === "post-only" && facing !== undefined && (side === "buy" ? facing.price <= price : facing.price >= price)) return "order-book/WouldMatch"
    const { filled, spent, stopped } = this.take(who, side, price, lots, null, order.selfTrade)
    if (kind === "fill-or-kill" && filled < lots) return "order-book/NotFilled"
    const amounts = this.settle(who, side, filled, spent)
    const rests = filled < lots && !stopped && (kind === "resting" || kind === "post-only")
    if (rests) {
      this.orders.push({ id: this.next++, owner: who, side, price, lots: lots - filled, goodTill })
      this.give(who, side === "buy" ? "quote" : "base", -this.cost(side, lots - filled, price))
    }
    return { order: rests ? this.next - 1 : null, lotsFilled: filled, lotsResting: rests ? lots - filled : 0, ...amounts }
  }

  market(who: string, side: "buy" | "sell", amount: bigint, minimumOut: bigint, selfTrade: LimitFields["selfTrade"]): object | string {
    if (amount === 0n) return "order-book/WrongAsset"
    const most = side === "sell" ? Number(amount / this.rules.lot) : 2 ** 50
    const { filled, spent } = this.take(who, side, null, most, side === "buy" ? amount : null, selfTrade)
    if (filled === 0) return "order-book/InsufficientOutput"
    const amounts = this.settle(who, side, filled, spent)
    return amounts.amountOut < minimumOut ? "order-book/SlippageExceeded" : { lotsFilled: filled, ...amounts }
  }

  cancel(who: string, id: number): object | string {
    const order = this.orders.find((resting) => resting.id === id)
    if (order === undefined) return "order-book/UnknownOrder"
    if (order.owner !== who) return "order-book/NotOwner"
    this.refund(order)
    return { lots: order.lots, refund: this.cost(order.side, order.lots, order.price) }
  }

  replace(who: string, id: number, price: number, lots: number, kind: "resting" | "post-only", selfTrade: LimitFields["selfTrade"], attached: bigint, height: number): object | string {
    const order = this.orders.find((resting) => resting.id === id)
    if (order === undefined) return "order-book/UnknownOrder"
    if (order.owner !== who) return "order-book/NotOwner"
    if (price === order.price && lots <= order.lots) {
      this.give(who, order.side === "buy" ? "quote" : "base", this.cost(order.side, order.lots - lots, price))
      order.lots = lots
      return { order: id, lotsFilled: 0, lotsResting: lots, amountIn: 0n, amountOut: 0n, fee: 0n }
    }
    const free = this.cost(order.side, order.lots, order.price)
    this.refund(order)
    return this.limit(who, { side: order.side, price, lots, kind, goodTill: order.goodTill, selfTrade }, attached + free, height)
  }
}
