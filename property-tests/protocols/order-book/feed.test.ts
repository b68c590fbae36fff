import { existsSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { actor, World } from "../../../core/index.ts"
import { BookView, CancelOrder, LimitOrder, OrderBook, ReplaceOrder } from "../../../protocols/exchange/order-book/index.ts"

/**
 * Six minutes of a real exchange's feed, rebuilt through the market: each level of its book is one order, each change of a level a limit order, a
 * replacement or a cancellation. At every update for which the exchange published its own best quote, ours is the same, price and quantity.
 */

const FILE = new URL("../../../../shared/data/order-flow/ethusdt-spot-2024-08-08.jsonl.gz", import.meta.url)
const MARKET = "market"
/** A lot is 0.00001 ETH (of 18 decimals), since one quantity has five; a tick is 0.01 USDT for an ETH, so a unit of USDT is 10^-7 here. */
const PARAMS = { base: "eth", quote: "usdt", lot: 10n ** 13n, tick: 1n, makerFeePips: 0, takerFeePips: 0, owner: null }

type Row = readonly [price: string, quantity: string]
interface Line {
  readonly stream?: string
  readonly data: { readonly u: number; readonly U: number; readonly b: string & readonly Row[]; readonly a: string & readonly Row[]; readonly B: string; readonly A: string }
  readonly lastUpdateId: number
  readonly bids: readonly Row[]
  readonly asks: readonly Row[]
}

/** A decimal in units of 10^-digits; refuses more digits than that. */
const scaled = (text: string, digits: number): number => {
  const [whole = "", part = ""] = text.split(".")
  if (!/^0*$/.test(part.slice(digits))) throw new Error(`${text} has more than ${digits} decimals`)
  return Number(whole + part.slice(0, digits).padEnd(digits, "0"))
}

type Side = "buy" | "sell"
const traderOf = (side: Side): string => (side === "buy" ? "buyers" : "sellers")

class Rebuilt {
  readonly world = World.make({
    accounts: { buyers: { usdt: 10n ** 40n }, sellers: { eth: 10n ** 40n } },
    actors: [actor(MARKET, OrderBook, PARAMS)],
  })
  /** By side and price: the order that stands for the level, and its lots. */
  readonly levels = { buy: new Map<number, { order: number; lots: number }>(), sell: new Map<number, { order: number; lots: number }>() }
  transactions = 0

  /** One update is one block: what shrinks first, then what grows, so that the exchange's own jumps do not trade here. */
  apply(bids: readonly Row[], asks: readonly Row[]): void {
    const changes = [...bids.map((row) => ["buy", row] as const), ...asks.map((row) => ["sell", row] as const)].map(([side, [price, quantity]]) => ({
      side,
      price: scaled(price, 2),
      lots: scaled(quantity, 5),
      was: this.levels[side].get(scaled(price, 2)),
    }))
    const shrinking = changes.filter(({ lots, was }) => was !== undefined && lots < was.lots)
    const growing = changes.filter(({ lots, was }) => lots > (was?.lots ?? 0))
    for (const { side, price, lots, was } of shrinking) {
      const { order } = was as { readonly order: number }
      if (lots === 0) this.world.send(traderOf(side), MARKET, CancelOrder, { order })
      else this.world.send(traderOf(side), MARKET, ReplaceOrder, { order, price, lots, kind: "post-only", selfTrade: "cancel-taking" })
    }
    for (const { side, price, lots, was } of growing) {
      const more = lots - (was?.lots ?? 0)
      const funds = side === "buy" ? { usdt: BigInt(more) * BigInt(price) } : { eth: BigInt(more) * PARAMS.lot }
      if (was === undefined) this.world.send(traderOf(side), MARKET, LimitOrder, { side, price, lots, kind: "post-only", goodTill: null, selfTrade: "cancel-taking" }, { funds })
      else this.world.send(traderOf(side), MARKET, ReplaceOrder, { order: was.order, price, lots, kind: "post-only", selfTrade: "cancel-taking" }, { funds })
    }
    const { receipts } = this.world.step()
    const done = [...shrinking, ...growing]
    for (const [index, receipt] of receipts.entries()) {
      if (receipt.status !== "handled") throw new Error(`update refused: ${JSON.stringify(receipt, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`)
      const { side, price, lots } = done[index] as (typeof done)[number]
      if (lots === 0) this.levels[side].delete(price)
      else this.levels[side].set(price, { order: (receipt.reply as { readonly order: number }).order, lots })
    }
    this.transactions += receipts.length
  }
}

describe("a real exchange's feed through the market", () => {
  if (!existsSync(FILE)) it.skip("(no shared/data/order-flow beside the checkout)", () => undefined)
  else {
    it("has the exchange's own best quote at every equal update", { timeout: 120_000 }, () => {
      const lines = gunzipSync(readFileSync(FILE)).toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line.slice(line.indexOf(" ") + 1)) as Line)
      const quotes = new Map(lines.filter(({ stream }) => stream?.endsWith("bookTicker")).map(({ data }) => [data.u, data]))
      const snapshot = lines.find(({ lastUpdateId }) => lastUpdateId !== undefined) as Line
      const rebuilt = new Rebuilt()
      rebuilt.apply(snapshot.bids, snapshot.asks)
      let [updates, compared, last] = [0, 0, snapshot.lastUpdateId]
      for (const { stream, data } of lines) {
        if (!stream?.includes("depth") || data.u <= snapshot.lastUpdateId) continue
        expect(data.U).toBeLessThanOrEqual(last + 1)
        last = data.u
        rebuilt.apply(data.b, data.a)
        updates++
        const quote = quotes.get(data.u)
        if (quote === undefined) continue
        const view = rebuilt.world.view(BookView, MARKET)
        const ours = [view?.bids[0]?.price, view?.bids[0]?.lots, view?.asks[0]?.price, view?.asks[0]?.lots]
        expect(ours, `update ${data.u}`).toEqual([scaled(quote.b, 2), scaled(quote.B, 5), scaled(quote.a, 2), scaled(quote.A, 5)])
        compared++
      }
      console.log(`${updates} updates, ${rebuilt.transactions} orders, replacements and cancellations, ${compared} best quotes compared`)
      expect(compared).toBeGreaterThan(100)
      rebuilt.world.settle()
      expect(rebuilt.world.check(MARKET)).toEqual([])
      rebuilt.world.audit()
      for (const { stored, recomputed } of Object.values(OrderBook.aggregates?.(rebuilt.world.observe(MARKET)) ?? {})) expect(stored).toBe(recomputed)
    })
  }
})
