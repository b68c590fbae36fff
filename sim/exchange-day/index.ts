import { actor, type FundsLike, type Genesis, type GenesisActor } from "../../core/index.ts"
import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { BatchAuction } from "../../protocols/exchange/batch-auction/index.ts"
import { ConcentratedLiquidityPool } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { OrderBook } from "../../protocols/exchange/order-book/index.ts"
import { Router } from "../../protocols/exchange/router/index.ts"
import { StablePool } from "../../protocols/exchange/stableswap/index.ts"
import { WeightedPool } from "../../protocols/exchange/weighted/index.ts"
import { marketDay, oracle } from "../market-day/index.ts"
import { REPORTERS, reporters } from "../market-day/reporters.ts"
import { Scenario, type Start } from "../scenario.ts"
import { ARBITRAGEURS, arbitrageurs } from "./arbitrageurs.ts"
import { BIDDERS, bidders } from "./bidders.ts"
import { charts, decimals } from "./charts.ts"
import { invariants } from "./invariants.ts"
import { AUCTION, BOOK, ETH, ETHER, inUsdDown, ROUTER, STABLE, USD, USDC, V2, V3, WEIGHTED } from "./market.ts"
import { DEALER, MAKERS, makers } from "./market-makers.ts"
import { metrics } from "./metrics.ts"
import { BRIDGE, providers, V2_PROVIDERS } from "./providers.ts"
import { RANGE_PROVIDERS, rangeProviders } from "./range-providers.ts"
import { ROUND_TRIPPERS, roundTrippers } from "./route-arbitrageurs.ts"
import { ROUTE_TRADERS, routeTraders } from "./route-traders.ts"
import { NOISE_TRADERS, noiseTraders } from "./traders.ts"

/** Everybody begins with eth and as much worth of usd, of usdc, or of both. */
const accountsAt = (price: bigint): readonly (readonly [string, FundsLike])[] => {
  const purse = (eth: bigint, usd: bigint, usdc: bigint): FundsLike => ({ [ETH]: eth, [USD]: inUsdDown(usd, price), [USDC]: inUsdDown(usdc, price) })
  const inUsd = (eth: bigint): FundsLike => purse(eth, eth, 0n)
  const each = (names: readonly string[], funds: FundsLike) => names.map((account) => [account, funds] as const)
  return [
    ...V2_PROVIDERS.map(({ account, percent }) => [account, inUsd((V2.depth * percent) / 100n)] as const),
    ...RANGE_PROVIDERS.map(({ account, eth }) => [account, inUsd(eth)] as const),
    // As much usdc as usd for the stable pool, and the worth of its eth for the weighted one.
    [BRIDGE, purse(WEIGHTED.depth, 2_000n * ETHER, 2_000n * ETHER + WEIGHTED.depth)],
    ...each(MAKERS, inUsd(500n * ETHER)),
    [DEALER, inUsd(200n * ETHER)],
    ...each(ARBITRAGEURS, purse(4_000n * ETHER, 4_000n * ETHER, 2_000n * ETHER)),
    ...each(ROUND_TRIPPERS, inUsd(200n * ETHER)),
    ...each(NOISE_TRADERS, inUsd(40n * ETHER)),
    ...each(ROUTE_TRADERS, purse(60n * ETHER, 0n, 60n * ETHER)),
    ...each(BIDDERS, inUsd(60n * ETHER)),
    ...each(REPORTERS, {}),
  ]
}

const venues: readonly GenesisActor[] = [
  actor(V2.address, ConstantProductPool, { assetX: ETH, assetY: USD, feePips: V2.feePips, feeTo: null, feeSetter: null }),
  actor(V3.address, ConcentratedLiquidityPool, { asset0: ETH, asset1: USD, feePips: V3.feePips, tickSpacing: V3.tickSpacing, owner: null }),
  actor(BOOK.address, OrderBook, { base: ETH, quote: USD, lot: BOOK.lot, tick: BOOK.tick, makerFeePips: 0, takerFeePips: BOOK.takerFeePips, owner: null }),
  actor(AUCTION.address, BatchAuction, { base: ETH, quote: USD, lot: AUCTION.lot }),
  actor(WEIGHTED.address, WeightedPool, {
    tokens: [{ asset: ETH, decimals: 18, weightE18: ETHER / 2n }, { asset: USDC, decimals: 6, weightE18: ETHER / 2n }],
    feeE18: BigInt(WEIGHTED.feePips) * 10n ** 12n,
    protocolFeeE18: 0n,
    collector: null,
    owner: null,
  }),
  actor(STABLE.address, StablePool, {
    coins: [{ asset: USD, decimals: 6 }, { asset: USDC, decimals: 6 }],
    amplification: STABLE.amplification,
    feeE10: STABLE.feeE10,
    adminFeeE10: 0n,
    owner: null,
  }),
  actor(ROUTER, Router, {}),
]

const genesis = ({ price }: Start): Genesis => ({ accounts: accountsAt(price), actors: [...venues, oracle] })

/** Blocks of a day. */
const BLOCKS = 7_200

/** One pair at every kind of venue at once, and all kinds of people who live off the gaps between them. */
export const exchangeDay: Scenario = Scenario.make({
  name: "exchange-day",
  description: "ETH/USD on a v2 pool, a v3 pool, an order book and a batch auction at once, with arbitrage between them and routes across them",
  genesis,
  agents: [...reporters, ...providers, ...rangeProviders, ...makers, ...arbitrageurs, ...roundTrippers, ...noiseTraders, ...routeTraders, ...bidders],
  prices: marketDay.prices,
  blocks: BLOCKS,
  blockSeconds: 12,
  seed: 1n,
  metrics,
  invariants,
  charts,
  decimals,
})
