import { send, type Send } from "../../core/index.ts"
import { AddLiquidity, PoolView, RemoveLiquidity, sharesOf } from "../../protocols/amm/constant-product/index.ts"
import type { Agent, Sight } from "../agent.ts"
import type { Random } from "../random.ts"
import { ETH, ETHER, POOL_30, POOL_5, USD, type PoolPlace } from "./market.ts"

/** Founds the pool with its first deposit; stays. Stays: deposits what it has as soon as the pool has a price. */
type Style = "founder" | "passive" | "adjusting" | "fleeing"

export interface Provider {
  readonly account: string
  readonly pool: PoolPlace
  readonly style: Style
  /** Part of the pool's depth that it brings, in percent. */
  readonly percent: bigint
}

const inPool = (name: string, pool: PoolPlace): readonly Provider[] => [
  { account: `providers/${name}-founder`, pool, style: "founder", percent: 40n },
  { account: `providers/${name}-passive`, pool, style: "passive", percent: 30n },
  { account: `providers/${name}-adjusting`, pool, style: "adjusting", percent: 15n },
  { account: `providers/${name}-fleeing`, pool, style: "fleeing", percent: 15n },
]

export const PROVIDERS: readonly Provider[] = [...inPool("30", POOL_30), ...inPool("5", POOL_5)]

/** An hour of 12-second blocks. */
const HOUR_BLOCKS = 300
/** Deposits of less are not worth the trouble. */
const DEPOSIT_MIN = ETHER / 100n

const provider = ({ account, pool, style }: Provider): Agent => ({
  account,
  group: "liquidity providers",
  act: (sight, random) => {
    const shares = sight.balance(sharesOf(pool.address))
    const founded = (sight.view(PoolView, pool.address)?.shares ?? 0n) > 0n
    if (!founded) return style === "founder" && sight.block === 1 ? deposit(sight, pool, 100n) : []
    if (shares === 0n) return style === "fleeing" && !isCalm(sight) ? [] : deposit(sight, pool, 100n)
    if (style === "fleeing") return isWild(sight) ? withdraw(sight, pool, shares) : []
    if (style === "adjusting") return adjust(sight, random, pool, shares)
    return []
  },
})

/** Once in a few hours takes out a part, or puts in what it holds. */
const adjust = (sight: Sight, random: Random, pool: PoolPlace, shares: bigint): readonly Send[] => {
  if (!random.chance(1 / (2 * HOUR_BLOCKS))) return []
  return random.chance(0.5) ? withdraw(sight, pool, (shares * BigInt(10 + random.below(30))) / 100n) : deposit(sight, pool, BigInt(50 + random.below(51)))
}

/** The outside price's move in the last hour, in pips of its level then. */
const movePips = (sight: Sight): bigint => {
  const before = sight.priceBefore(HOUR_BLOCKS)
  const move = ((sight.price - before) * 1_000_000n) / before
  return move < 0n ? -move : move
}

const isWild = (sight: Sight): boolean => movePips(sight) > 30_000n
const isCalm = (sight: Sight): boolean => movePips(sight) < 8_000n

const deposit = (sight: Sight, { address }: PoolPlace, percent: bigint): readonly Send[] => {
  const eth = (sight.balance(ETH) * percent) / 100n
  const usd = (sight.balance(USD) * percent) / 100n
  if (eth < DEPOSIT_MIN || usd === 0n) return []
  return [send(address, AddLiquidity, { minimumX: 0n, minimumY: 0n, minimumShares: 1n }, { funds: { [ETH]: eth, [USD]: usd } })]
}

/** At least 99 % of what the shares are worth now, so that a jump in between sends them back. */
const withdraw = (sight: Sight, { address }: PoolPlace, amount: bigint): readonly Send[] => {
  const pool = sight.view(PoolView, address)
  if (pool === undefined || amount === 0n) return []
  const part = (reserve: bigint) => (((reserve * amount) / pool.shares) * 99n) / 100n
  const minimum = { minimumX: part(pool.reserveX), minimumY: part(pool.reserveY) }
  return [send(address, RemoveLiquidity, minimum, { funds: { [sharesOf(address)]: amount } })]
}

export const providers: readonly Agent[] = PROVIDERS.map(provider)
