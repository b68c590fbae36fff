import type { Address, Block } from "../../core/index.ts"
import type { Agent } from "../agent.ts"
import { decimal, signed } from "../decimal.ts"
import type { Metric, Moment } from "../metric.ts"
import { worthOf } from "../metrics/portfolio.ts"
import type { BarChart } from "../report/chart.ts"
import { BOOK, STABLE, V2, V3, WEIGHTED } from "./market.ts"
import { forEachTrade, type Trade } from "./trades.ts"
import { market } from "./wealth.ts"

/**
 * Who paid whom: what a trade gave one side beyond what it took, at the outside price of its block, the other side paid. With a pool it is those who
 * provide its liquidity, fees included; in the book, whose order it was, and the book itself for its fee.
 */

const PROVIDERS: { readonly [venue: Address]: string } = {
  [V2.address]: "pool providers",
  [V3.address]: "range providers",
  [WEIGHTED.address]: "pool providers",
  [STABLE.address]: "pool providers",
  [BOOK.address]: "the book's fees",
}

/** What the taker of a trade gained by it, in quote. */
export const gainOf = ({ gave, got }: Trade, price: bigint): bigint => worthOf({ base: got.base - gave.base, quote: got.quote - gave.quote }, price, market)

/** Sums of payments between groups. */
class Payments {
  private readonly groups = new Map<Address, string>()
  private readonly paid = new Map<string, Map<string, bigint>>()

  constructor(agents: readonly Agent[]) {
    for (const { account, group } of agents) this.groups.set(account, group)
  }

  block(block: Block, { price }: Moment): void {
    forEachTrade(block, (trade) => {
      const [taker, maker] = [this.groupOf(trade.taker), this.groupOf(trade.maker)]
      if (taker !== maker) this.add(maker, taker, gainOf(trade, price))
    })
  }

  /** Who paid whom how much in the balance, most first; of equal ones by name. */
  get balances(): readonly { readonly payer: string; readonly payee: string; readonly amount: bigint }[] {
    const balances: { payer: string; payee: string; amount: bigint }[] = []
    for (const [payer, row] of this.paid) {
      for (const [payee, amount] of row) if (amount > 0n) balances.push({ payer, payee, amount })
    }
    return balances.sort((left, right) => {
      if (left.amount !== right.amount) return left.amount < right.amount ? 1 : -1
      return `${left.payer} ${left.payee}` < `${right.payer} ${right.payee}` ? -1 : 1
    })
  }

  private groupOf(address: Address): string {
    return this.groups.get(address) ?? PROVIDERS[address] ?? address
  }

  private add(payer: string, payee: string, amount: bigint): void {
    for (const [from, to, sum] of [[payer, payee, amount], [payee, payer, -amount]] as const) {
      const row = this.paid.get(from) ?? new Map<string, bigint>()
      row.set(to, (row.get(to) ?? 0n) + sum)
      this.paid.set(from, row)
    }
  }
}

export const paymentsMetric: Metric = {
  start: (_, agents) => {
    const payments = new Payments(agents)
    return {
      block: (block, moment) => payments.block(block, moment),
      end: () => ({
        title: "Who paid whom by trading (USD)",
        columns: [{ heading: "payer" }, { heading: "payee" }, { heading: "in the balance", right: true }],
        rows: payments.balances.map(({ payer, payee, amount }) => [payer, payee, signed(amount, 6, 0)]),
        notes: ["at the outside price of each trade's block; fees included"],
        json: payments.balances.map(({ payer, payee, amount }) => ({ payer, payee, amount: decimal(amount, 6) })),
      }),
    }
  },
}

export const paymentsChart = (section: string): BarChart => ({
  kind: "bars",
  section,
  title: "Who paid whom by trading",
  note: "What one side of a trade gave beyond what it got, at the outside price of its block, fees included; between each two groups in the balance.",
  unit: { name: "USD", decimals: 6, places: 0 },
  start: (_, agents) => {
    const payments = new Payments(agents)
    return {
      block: (block, moment) => payments.block(block, moment),
      end: () => payments.balances.map(({ payer, payee, amount }) => ({ name: `${payer} → ${payee}`, group: payee, value: amount })),
    }
  },
})
