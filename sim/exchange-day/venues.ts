import type { Address } from "../../core/index.ts"
import { decimal, grouped, readable } from "../decimal.ts"
import type { Metric } from "../metric.ts"
import { worthOf } from "../metrics/portfolio.ts"
import type { FlowChart } from "../report/chart.ts"
import { DEPTHS } from "./depth.ts"
import { forEachTrade, VENUES, type Trade } from "./trades.ts"
import { market } from "./wealth.ts"

/** Trades, volume, fees and depth by venue. */

/** What was traded, at the outside price of the block; a fee alone is no trade. */
const volumeOf = ({ gave, got }: Trade, price: bigint): bigint => (isTrade(got) ? worthOf(gave, price, market) : 0n)
const isTrade = ({ base, quote }: Trade["got"]): boolean => base + quote > 0n

/** Depths are told for a move of one percent. */
const MOVE_PIPS = 10_000

export const venuesMetric: Metric = {
  start: () => {
    const tallies = new Map<Address, { trades: number; volume: bigint; fees: bigint }>(VENUES.map(({ address }) => [address, { trades: 0, volume: 0n, fees: 0n }]))
    return {
      block: (block, { price }) => {
        forEachTrade(block, (trade) => {
          const tally = tallies.get(trade.venue)
          if (tally === undefined) return
          if (isTrade(trade.got)) tally.trades++
          tally.volume += volumeOf(trade, price)
          tally.fees += worthOf(trade.fee, price, market)
        })
      },
      end: ({ world }) => {
        const rows = VENUES.map(({ name, address }) => {
          const depth = DEPTHS.find((venue) => venue.name === name)?.read
          return { name, ...(tallies.get(address) ?? { trades: 0, volume: 0n, fees: 0n }), up: depth?.(world, MOVE_PIPS), down: depth?.(world, -MOVE_PIPS) }
        })
        const whole = (amount: bigint | undefined) => (amount === undefined ? "" : readable(amount, 6, 0))
        const exact = (amount: bigint | undefined) => (amount === undefined ? null : decimal(amount, 6))
        return {
          title: "Venues (USD)",
          columns: [{ heading: "" }, ...["trades", "volume", "fees", "depth 1 % up", "1 % down"].map((heading) => ({ heading, right: true }))],
          rows: rows.map(({ name, trades, volume, fees, up, down }) => [name, grouped(trades), whole(volume), whole(fees), whole(up), whole(down)]),
          notes: ["depth: at the end, what it takes to move the price so far"],
          json: Object.fromEntries(rows.map(({ name, trades, volume, fees, up, down }) => [name, { trades, volume: exact(volume), fees: exact(fees), depthUp: exact(up), depthDown: exact(down) }])),
        }
      },
    }
  },
}

const flowsChart = (title: string, note: string, places: number, of: (trade: Trade, price: bigint) => bigint) => (section: string): FlowChart => ({
  kind: "flows",
  section,
  title,
  note,
  unit: { name: "USD", decimals: 6, places },
  flows: VENUES.map(({ name, address }) => ({
    name,
    read: (block, { price }) => {
      let sum = 0n
      forEachTrade(block, (trade) => {
        if (trade.venue === address) sum += of(trade, price)
      })
      return sum
    },
  })),
})

export const volumesChart = flowsChart("Volume by venue", "What takers gave, at the outside price of the block; legs of routes count at each of their venues.", 0, volumeOf)
export const feesChart = flowsChart("Fees by venue", "Of the pools for their providers, of the book for itself; the auction takes none.", 2, ({ fee }, price) => worthOf(fee, price, market))
