import { ConstantProductPool, Swapped } from "../../protocols/amm/constant-product/index.ts"
import type { Address, Block } from "../../core/index.ts"
import { decimal, grouped, readable } from "../decimal.ts"
import type { Metric } from "../metric.ts"
import { worthOf, type Amounts, type Market, type MarketPool } from "./portfolio.ts"

/** Swaps, volume, fees and liquidity of each pool. Amounts in base are valued at the outside price of their block. */
export const tradesMetric = (unit: string, market: Market): Metric => ({
  start: () => {
    const tallies = market.pools.map(() => ({ swaps: 0, volume: 0n, fees: 0n }))
    return {
      block: (block, { price }) => {
        for (let index = 0; index < tallies.length; index++) {
          const tally = tallies[index] as { swaps: number; volume: bigint; fees: bigint }
          forEachSwap(block, market.pools[index] as MarketPool, (swap, fee) => {
            tally.swaps++
            tally.volume += worthOf({ base: swap.amountXIn, quote: swap.amountYIn }, price, market)
            tally.fees += worthOf(fee, price, market)
          })
        }
      },
      end: ({ world, price }) => {
        const liquidity = market.pools.map(({ address }) => {
          const { reserveX, reserveY } = world.state(ConstantProductPool, address)
          return worthOf({ base: reserveX, quote: reserveY }, price, market)
        })
        const whole = (amount: bigint | undefined) => readable(amount ?? 0n, market.quoteDecimals, 0)
        const exact = (amount: bigint | undefined) => decimal(amount ?? 0n, market.quoteDecimals)
        return {
          title: `Trades (${unit})`,
          columns: [{ heading: "" }, ...["swaps", "volume", "fees", "liquidity at the end"].map((heading) => ({ heading, right: true }))],
          rows: market.pools.map(({ name }, index) => [name, grouped(tallies[index]?.swaps ?? 0), whole(tallies[index]?.volume), whole(tallies[index]?.fees), whole(liquidity[index])]),
          json: Object.fromEntries(
            market.pools.map(({ name }, index) => {
              const { swaps, volume, fees } = tallies[index] ?? { swaps: 0, volume: 0n, fees: 0n }
              return [name, { swaps, volume: exact(volume), fees: exact(fees), liquidity: exact(liquidity[index]) }]
            }),
          ),
        }
      },
    }
  },
})

/** Every swap that a pool made in a block, and the fee in it, rounded down. */
export const forEachSwap = (block: Block, pool: MarketPool, visit: (swap: SwapFields, fee: Amounts) => void): void => {
  const fee = BigInt(pool.feePips)
  for (const { to, events } of block.raw.ended) {
    if (events === undefined || to !== pool.address) continue
    for (const { event, fields } of events) {
      if (event !== Swapped) continue
      const swap = fields as unknown as SwapFields
      visit(swap, { base: (swap.amountXIn * fee) / 1_000_000n, quote: (swap.amountYIn * fee) / 1_000_000n })
    }
  }
}

/** The fields of `Swapped`. */
export interface SwapFields {
  readonly sender: Address
  readonly amountXIn: bigint
  readonly amountYIn: bigint
  readonly amountXOut: bigint
  readonly amountYOut: bigint
}
