import type { Address } from "../../core/index.ts"
import { ConstantProductPool, sharesOf } from "../../protocols/amm/constant-product/index.ts"
import { decimal, percentOf, readable, signed } from "../decimal.ts"
import type { Metric } from "../metric.ts"
import { ownedBy, plus, underWayTo, worthOf, type Market, type MarketPool } from "./portfolio.ts"
import { forEachSwap } from "./trades.ts"

export interface ProviderOf {
  readonly name: string
  readonly account: Address
  readonly pool: MarketPool
}

/**
 * Liquidity providers against holding: the fees that their shares earned, less what trading with the pool cost them (impermanent loss, all that is no fee).
 * A block's fees are divided by the shares held before it, valued at the outside price of the block, and rounded down to 10^-12 of a unit.
 */
export const providersMetric = (unit: string, market: Market, providers: readonly ProviderOf[]): Metric => ({
  start: ({ world }) => {
    const before = providers.map(({ account }) => ownedBy(world, account, market))
    const fees = providers.map(() => 0n)
    const shares = providers.map(() => 0n)
    const totals = market.pools.map(() => 0n)
    return {
      block: (block, { world: now, price }) => {
        for (let at = 0; at < totals.length; at++) {
          const pool = market.pools[at] as MarketPool
          let earned = 0n
          forEachSwap(block, pool, (_, fee) => {
            earned += worthOf(fee, price, market)
          })
          const total = totals[at] as bigint
          totals[at] = now.state(ConstantProductPool, pool.address).shares
          for (let index = 0; index < providers.length; index++) {
            const provider = providers[index] as ProviderOf
            if (provider.pool !== pool) continue
            if (total > 0n) fees[index] = (fees[index] as bigint) + (earned * FINE * (shares[index] as bigint)) / total
            shares[index] = now.balance(provider.account, sharesOf(pool.address))
          }
        }
      },
      end: (moment, last) => {
        const rows = providers.map(({ name, account }, index) => {
          const held = worthOf(before[index] ?? { base: 0n, quote: 0n }, moment.price, market)
          const end = worthOf(plus(ownedBy(moment.world, account, market), underWayTo(moment.world, account, market, last)), moment.price, market)
          const earned = (fees[index] as bigint) / FINE
          return { name, held, end, earned, lost: end - held - earned, difference: end - held }
        })
        const whole = (amount: bigint) => readable(amount, market.quoteDecimals, 0)
        const exact = (amount: bigint) => decimal(amount, market.quoteDecimals)
        const plusMinus = (amount: bigint) => signed(amount, market.quoteDecimals, 0)
        return {
          title: `Liquidity providers against holding (${unit})`,
          columns: [{ heading: "" }, ...["held", "fees", "impermanent loss", "difference", ""].map((heading) => ({ heading, right: true }))],
          rows: rows.map(({ name, held, earned, lost, difference }) => [name, whole(held), plusMinus(earned), plusMinus(lost), plusMinus(difference), percentOf(difference, held)]),
          json: Object.fromEntries(
            rows.map(({ name, held, end, earned, lost, difference }) => [
              name,
              { held: exact(held), end: exact(end), fees: exact(earned), impermanentLoss: exact(lost), difference: exact(difference) },
            ]),
          ),
        }
      },
    }
  },
})

const FINE = 10n ** 12n
