import type { Block } from "../../core/index.ts"
import type { Agent } from "../agent.ts"
import type { Moment } from "../metric.ts"
import type { Bar, BarChart, LineChart } from "../report/chart.ts"
import { ownedBy, plus, underWayTo, worthOf, type Amounts, type Market } from "./portfolio.ts"

const groupsOf = (agents: readonly Agent[]): ReadonlyMap<string, readonly Agent[]> => Map.groupBy(agents, ({ group }) => group)

/** Each group against having held what it began with, over time, at the outside price of the moment. */
export const groupResultsChart = (section: string, unit: string, market: Market): LineChart => ({
  kind: "lines",
  section,
  title: "Results over time",
  note: "What each group owns, less what it would own had it held, at the outside price of the moment.",
  unit: { name: unit, decimals: market.quoteDecimals, places: 0 },
  sampled: true,
  limits: [{ name: "held", value: 0n }],
  lines: ({ world }, agents) =>
    [...groupsOf(agents)].flatMap(([name, members]) => {
      const before = members.map(({ account }) => ownedBy(world, account, market))
      // Who has nothing to win or to lose, such as reporters.
      if (before.every(({ base, quote }) => base === 0n && quote === 0n)) return []
      const own = (now: Moment, last: Block, account: string): Amounts => plus(ownedBy(now.world, account, market), underWayTo(now.world, account, market, last))
      return { name, read: (now, last) => members.reduce((sum, { account }, index) => sum + gainOf(now, own(now, last, account), before[index] as Amounts, market), 0n) }
    }),
})

/** Each group against having held what it began with, at the last outside price. */
export const groupTotalsChart = (section: string, unit: string, market: Market): BarChart => ({
  kind: "bars",
  section,
  headline: true,
  title: "Results by group, against holding",
  note: "What each group has at the end, less what it would have had it held, at the last outside price.",
  unit: { name: unit, decimals: market.quoteDecimals, places: 0 },
  start: (start, agents) => {
    const read = agentBars(start, agents, market)
    return (now, last) => [...Map.groupBy(read(now, last), ({ group }) => group)].map(([group, bars]) => ({ name: group, group, value: bars.reduce((sum, { value }) => sum + value, 0n) }))
  },
})

/** Each agent against having held what it began with, at the last outside price. */
export const agentResultsChart = (section: string, unit: string, market: Market): BarChart => ({
  kind: "bars",
  section,
  title: "Results by agent, against holding",
  note: "What each agent has at the end, less what it would have had it held, at the last outside price.",
  unit: { name: unit, decimals: market.quoteDecimals, places: 0 },
  start: (start, agents) => agentBars(start, agents, market),
})

/** Of those who began with something, or have something now. */
const agentBars = ({ world }: Moment, agents: readonly Agent[], market: Market): ((now: Moment, last: Block | undefined) => readonly Bar[]) => {
  const before = agents.map(({ account }) => ownedBy(world, account, market))
  return (now, last) =>
    agents.flatMap(({ account, group }, index) => {
      const began = before[index] as Amounts
      const after = plus(ownedBy(now.world, account, market), underWayTo(now.world, account, market, last))
      const value = gainOf(now, after, began, market)
      return value !== 0n || began.base > 0n || began.quote > 0n ? [{ name: account, group, value }] : []
    })
}

const gainOf = ({ price }: Moment, after: Amounts, before: Amounts, market: Market): bigint => worthOf(after, price, market) - worthOf(before, price, market)
