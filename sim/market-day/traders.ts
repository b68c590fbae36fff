import { send, type Send } from "../../core/index.ts"
import { PoolView, quoteOut, Swap } from "../../protocols/amm/constant-product/index.ts"
import { PriceView, readPrice } from "../../protocols/oracle/index.ts"
import type { Agent, Sight } from "../agent.ts"
import { exp } from "../float-math.ts"
import type { Random } from "../random.ts"
import { ETH, ETHER, fromOraclePrice, inEthDown, inUsdDown, ORACLE, POOL_30, POOL_5, POOLS, USD } from "./market.ts"

/** Prices older than this are no guide. */
const STALE_SECONDS = 600
/** A quote so far below the oracle's price is not taken. */
const DISTANCE_PIPS_MAX = 20_000n

/** Sides and sizes that have nothing to do with the price: people who need the other asset. */
const noiseTrader = (account: string, index: number): Agent => ({
  account,
  group: "noise traders",
  act: (sight, random) => {
    if (!random.chance(CHANCE)) return []
    const sellsEth = random.chance(0.5)
    // A third of them always trades at the same place; the others look for the better price.
    const home = index % 3 === 0 ? (index % 2 === 0 ? POOL_30.address : POOL_5.address) : undefined
    return trade(sight, sellsEth, sizeOf(random, 0.05), home, random.chance(0.2) ? 300n : 5_000n)
  },
})

/** Probability that a noise trader trades in a block. */
const CHANCE = 0.5
/** Blocks over which a momentum trader looks back, and the move that makes it follow. */
const LOOK_BACK_BLOCKS = 25
const MOVE_PIPS = 4_000n

/** Runs after the outside price. */
const momentumTrader = (account: string): Agent => ({
  account,
  group: "momentum traders",
  act: (sight, random) => {
    if (!random.chance(0.1)) return []
    const move = ((sight.price - sight.priceBefore(LOOK_BACK_BLOCKS)) * 1_000_000n) / sight.price
    if (move < MOVE_PIPS && move > -MOVE_PIPS) return []
    return trade(sight, move < 0n, sizeOf(random, 0.5), undefined, 5_000n)
  },
})

/** A log-normal size around a median in ether. */
export const sizeOf = (random: Random, median: number): bigint => {
  const ether = median * exp(random.normal())
  return BigInt(Math.floor(Math.min(ether, 50) * 1_000_000)) * (ETHER / 1_000_000n)
}

/** Sells about `size` (in eth, whichever side) where it pays best, with a slippage of at most `slippagePips`; nothing where no price is good. */
const trade = (sight: Sight, wantsToSell: boolean, size: bigint, home: string | undefined, slippagePips: bigint): readonly Send[] => {
  const reading = readPrice(sight.view(PriceView, ORACLE), sight.time, STALE_SECONDS)
  if (typeof reading !== "bigint") return []
  const price = fromOraclePrice(reading)
  const sellsEth = wantsToSell ? sight.balance(ETH) >= size : sight.balance(USD) < inUsdDown(size, price)
  const [assetIn, wanted] = sellsEth ? [ETH, size] : [USD, inUsdDown(size, price)]
  const held = sight.balance(assetIn)
  const amountIn = wanted < held ? wanted : held
  const best = bestQuote(sight, assetIn, amountIn, home)
  if (best === undefined) return []
  const fair = sellsEth ? inUsdDown(amountIn, price) : inEthDown(amountIn, price)
  if (best.amountOut * 1_000_000n < fair * (1_000_000n - DISTANCE_PIPS_MAX)) return []
  const minimumOut = (best.amountOut * (1_000_000n - slippagePips)) / 1_000_000n
  return [send(best.pool, Swap, { minimumOut }, { funds: { [assetIn]: amountIn }, deadline: sight.block + 2 })]
}

const bestQuote = (sight: Sight, assetIn: string, amountIn: bigint, home: string | undefined) => {
  let best: { readonly pool: string; readonly amountOut: bigint } | undefined
  for (const { address, feePips } of POOLS) {
    if (home !== undefined && home !== address) continue
    const view = sight.view(PoolView, address)
    if (view === undefined) continue
    const amountOut = quoteOut({ assetX: ETH, assetY: USD, reserveX: view.reserveX, reserveY: view.reserveY, feePips }, assetIn, amountIn)
    if (typeof amountOut === "bigint" && (best === undefined || amountOut > best.amountOut)) best = { pool: address, amountOut }
  }
  return best
}

const accounts = (kind: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${kind}/${String(index + 1).padStart(2, "0")}`)

export const NOISE_TRADERS: readonly string[] = accounts("noise", 60)
export const MOMENTUM_TRADERS: readonly string[] = accounts("momentum", 6)
export const traders: readonly Agent[] = [...NOISE_TRADERS.map(noiseTrader), ...MOMENTUM_TRADERS.map(momentumTrader)]
