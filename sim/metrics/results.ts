import type { Address, Block } from "../../core/index.ts"
import { decimal, grouped, percentOf, readable, signed } from "../decimal.ts"
import type { Agent } from "../agent.ts"
import type { Metric, Moment } from "../metric.ts"
import { NOTHING, ownedBy, plus, underWayTo, worthOf, type Amounts, type Market } from "./portfolio.ts"
import { forEachSwap } from "./trades.ts"

/**
 * What each group of agents has at the end, against having held what it began with, at the last outside price. The best first.
 * Nobody issues base or quote, so the differences of all sum to zero, less the first shares that stay locked in the pools and what rounding left there.
 * Beside it what a group's swaps gained at the outside price of their own block: that is skill, the rest of the difference is where the price went.
 */
export const resultsMetric = (unit: string, market: Market, eachGain: EachGain = gainsOfSwaps(market)): Metric => ({
  start: ({ world, price }, agents) => {
    const groups = [...Map.groupBy(agents, ({ group }) => group)].map(([group, members]) => ({ group, members, before: sum(members, ({ account }) => ownedBy(world, account, market)) }))
    const groupOf = new Map(agents.map(({ account, group }) => [account, group]))
    const gains = new Map<string, bigint>()
    return {
      block: (block, now) => {
        eachGain(block, now.price, (account, gain) => {
          const group = groupOf.get(account)
          if (group !== undefined) gains.set(group, (gains.get(group) ?? 0n) + gain)
        })
      },
      end: (moment: Moment, last) => {
        const results = groups.map(({ group, members, before }) => {
          const after = sum(members, ({ account }) => plus(ownedBy(moment.world, account, market), underWayTo(moment.world, account, market, last)))
          const held = worthOf(before, moment.price, market)
          const end = worthOf(after, moment.price, market)
          return { group, members: members.length, start: worthOf(before, price, market), held, end, difference: end - held, gain: gains.get(group), before, after }
        })
        results.sort((left, right) => (left.difference === right.difference ? 0 : left.difference > right.difference ? -1 : 1))
        const whole = (amount: bigint) => readable(amount, market.quoteDecimals, 0)
        const plusMinus = (amount: bigint) => signed(amount, market.quoteDecimals, 0)
        const exact = (amount: bigint) => decimal(amount, market.quoteDecimals)
        return {
          title: `Who won, who lost (${unit} at the last outside price)`,
          columns: [{ heading: "" }, ...["", "had they held", "difference", "", "by swaps"].map((heading) => ({ heading, right: true }))],
          rows: results.filter(({ held, difference }) => held > 0n || difference !== 0n).map(({ group, members, held, difference, gain }) => [
            group, grouped(members), whole(held), plusMinus(difference), percentOf(difference, held), gain === undefined ? "" : plusMinus(gain),
          ]),
          notes: ["by swaps: what they gained at the outside price of their moment"],
          json: Object.fromEntries(
            results.map(({ group, members, start, end, held, difference, gain, before, after }) => [
              group,
              {
                members,
                start: exact(start),
                end: exact(end),
                held: exact(held),
                difference: exact(difference),
                bySwaps: exact(gain ?? 0n),
                before: amountsOf(before, market),
                after: amountsOf(after, market),
              },
            ]),
          ),
        }
      },
    }
  },
})

/** Calls `visit` with what each trade of a block gained an account, in the quote's smallest unit at the price. */
export type EachGain = (block: Block, price: bigint, visit: (account: Address, gain: bigint) => void) => void

const gainsOfSwaps = (market: Market): EachGain => (block, price, visit) => {
  for (const pool of market.pools) {
    forEachSwap(block, pool, (swap) => visit(swap.sender, worthOf({ base: swap.amountXOut - swap.amountXIn, quote: swap.amountYOut - swap.amountYIn }, price, market)))
  }
}

const sum = (agents: readonly Agent[], amounts: (agent: Agent) => Amounts): Amounts => agents.map(amounts).reduce(plus, NOTHING)

const amountsOf = ({ base, quote }: Amounts, market: Market) => ({
  [market.base]: decimal(base, market.baseDecimals),
  [market.quote]: decimal(quote, market.quoteDecimals),
})
