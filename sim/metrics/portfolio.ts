import type { Address, AssetId, Block, World } from "../../core/index.ts"
import { ConstantProductPool, sharesOf } from "../../protocols/amm/constant-product/index.ts"

/** What counts as wealth: a base and a quote asset, and shares of constant-product pools of the two (base as X). */
export interface Market {
  readonly base: AssetId
  readonly quote: AssetId
  readonly baseDecimals: number
  readonly quoteDecimals: number
  readonly pools: readonly MarketPool[]
  /** What else accounts own or owe: loans, deposits, shares. */
  readonly claims: readonly Claim[]
  /** 10^(18 + baseDecimals - quoteDecimals): a wad price times base, divided by it, is quote. */
  readonly scale: bigint
  /** To whom a message's funds belong in the end where it is not its receiver, such as those of a leg of a route. */
  readonly ownerOf?: (message: Under) => Address
}

/** A message under way. */
export type Under = Block["raw"]["reconciled"][number]

/** A market; the base has at least as many decimals as the quote, less 18. */
export const marketOf = (market: Omit<Market, "scale" | "claims"> & Partial<Pick<Market, "claims">>): Market => ({
  claims: [],
  ...market,
  scale: 10n ** BigInt(18 + market.baseDecimals - market.quoteDecimals),
})

/** What accounts have in an actor. Debts are below zero. */
export interface Claim {
  readonly owned: (world: World, account: Address) => Amounts
  /** What a share that the actor issues is worth, where it issues any; or another asset that counts. */
  readonly shares?: { readonly asset: AssetId; readonly worth: (world: World, shares: bigint) => Amounts }
  /** Actors whose money under way, to them and from them, is an account's. */
  readonly agentOf?: (actor: Address) => Address | undefined
}

export interface MarketPool {
  readonly name: string
  readonly address: Address
  readonly feePips: number
}

/** Smallest units of base and quote. */
export interface Amounts {
  readonly base: bigint
  readonly quote: bigint
}

export const NOTHING: Amounts = { base: 0n, quote: 0n }

export const plus = (left: Amounts, right: Amounts): Amounts => ({ base: left.base + right.base, quote: left.quote + right.quote })

/** The worth of amounts in the quote's smallest unit at a wad price; the base's is rounded towards zero. */
export const worthOf = ({ base, quote }: Amounts, price: bigint, { scale }: Market): bigint => quote + (base * price) / scale

/** What an account owns: its balances, its shares' part of the pools' reserves, rounded down, and what else the market counts. */
export const ownedBy = (world: World, account: Address, market: Market): Amounts => {
  let owned: Amounts = { base: world.balance(account, market.base), quote: world.balance(account, market.quote) }
  for (const pool of market.pools) owned = plus(owned, partOf(world, pool, world.balance(account, sharesOf(pool.address))))
  for (const { owned: also, shares } of market.claims) {
    owned = plus(owned, also(world, account))
    const held = shares === undefined ? 0n : world.balance(account, shares.asset)
    if (shares !== undefined && held > 0n) owned = plus(owned, shares.worth(world, held))
  }
  return owned
}

/** The part of the reserves that shares of a pool stand for, rounded down. */
export const partOf = (world: World, { address }: MarketPool, shares: bigint): Amounts => {
  if (shares === 0n) return NOTHING
  const pool = world.state(ConstantProductPool, address)
  return { base: (pool.reserveX * shares) / pool.shares, quote: (pool.reserveY * shares) / pool.shares }
}

/** What was on its way to an account when the last block ended. */
export const underWayTo = (world: World, account: Address, market: Market, last: Block | undefined): Amounts => {
  let total = NOTHING
  for (const message of last?.raw.reconciled ?? []) {
    const { from, to, funds } = message
    if (funds.isEmpty) continue
    const owner = market.ownerOf === undefined ? to : market.ownerOf(message)
    if (owner !== account && !market.claims.some(({ agentOf }) => agentOf?.(to) === account || agentOf?.(from) === account)) continue
    total = plus(total, { base: funds.get(market.base), quote: funds.get(market.quote) })
    for (const pool of market.pools) total = plus(total, partOf(world, pool, funds.get(sharesOf(pool.address))))
    for (const { shares } of market.claims) if (shares !== undefined) total = plus(total, shares.worth(world, funds.get(shares.asset)))
  }
  return total
}
