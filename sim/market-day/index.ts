import { actor, MAX_UINT256, type FundsLike, type Genesis, type GenesisActor } from "../../core/index.ts"
import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { IsolatedMarket } from "../../protocols/lending/isolated-market/index.ts"
import { Liquidator } from "../../protocols/lending/liquidator/index.ts"
import { MarketStrategy } from "../../protocols/lending/market-strategy/index.ts"
import { MedianOracle } from "../../protocols/oracle/index.ts"
import { ReserveStrategy, Vault } from "../../protocols/vault/index.ts"
import { Scenario, type Start } from "../scenario.ts"
import { allocator } from "./allocator.ts"
import { ARBITRAGEURS, arbitrageurs } from "./arbitrageurs.ts"
import { BORROWERS, borrowers } from "./borrowers.ts"
import { charts, decimals } from "./charts.ts"
import { ALLOCATOR, KEEPER, LLTV, MARKET, RESERVE, ROUTE, STALE_SECONDS, STRATEGY, VAULT } from "./credit.ts"
import { DEPOSITORS, depositors } from "./depositors.ts"
import { creditInvariants } from "./credit-invariants.ts"
import { invariants } from "./invariants.ts"
import { LENDERS, lenders } from "./lenders.ts"
import { LIQUIDATORS, liquidators } from "./liquidators.ts"
import { PROVIDERS, providers } from "./liquidity-providers.ts"
import { ETH, ETHER, inUsdDown, ORACLE, POOL_5, POOLS, USD } from "./market.ts"
import { metrics } from "./metrics.ts"
import { REPORTERS, reporters } from "./reporters.ts"
import { MOMENTUM_TRADERS, NOISE_TRADERS, traders } from "./traders.ts"

/** Traders begin with eth and as much worth of usd; who borrows has eth, who lends has usd. All of it grows with the first price. */
const accountsAt = (price: bigint): readonly (readonly [string, FundsLike])[] => {
  const usdWorth = (ether: bigint): FundsLike => ({ [USD]: inUsdDown(ether * ETHER, price) })
  const both = (eth: bigint): FundsLike => ({ [ETH]: eth, [USD]: inUsdDown(eth, price) })
  return [
    ...PROVIDERS.map(({ account, pool, percent }) => [account, both((pool.depth * percent) / 100n)] as const),
    ...ARBITRAGEURS.map((account) => [account, both(8_000n * ETHER)] as const),
    ...NOISE_TRADERS.map((account) => [account, both(40n * ETHER)] as const),
    ...MOMENTUM_TRADERS.map((account) => [account, both(200n * ETHER)] as const),
    ...REPORTERS.map((account) => [account, {}] as const),
    ...BORROWERS.map(({ account, appetite }) => [account, { [ETH]: appetite.ether * ETHER }] as const),
    ...LENDERS.map((account) => [account, usdWorth(350n)] as const),
    ...DEPOSITORS.map(({ account }) => [account, usdWorth(220n)] as const),
    ...LIQUIDATORS.map((account) => [account, usdWorth(300n)] as const),
    ...[ALLOCATOR, KEEPER].map((account) => [account, {}] as const),
  ]
}

const pools: readonly GenesisActor[] = POOLS.map(({ address, feePips }) =>
  actor(address, ConstantProductPool, { assetX: ETH, assetY: USD, feePips, feeTo: null, feeSetter: null }),
)

/** The oracle of eth in usd. */
export const oracle = actor(ORACLE, MedianOracle, {
  base: ETH,
  quote: USD,
  reporters: REPORTERS,
  quorum: 3,
  staleAfterSeconds: 600,
  deviationPipsMax: 30_000,
})

/** Usd is lent against eth; the vault lends to that market, and keeps a reserve; the liquidator, funded like two others, sells on the cheaper pool. */
const creditAt = (price: bigint): readonly GenesisActor[] => [
  actor(MARKET, IsolatedMarket, {
    loanAsset: USD,
    collateralAsset: ETH,
    oracle: ORACLE,
    staleAfterSeconds: STALE_SECONDS,
    lltv: LLTV,
    owner: ALLOCATOR,
    feeRecipient: ALLOCATOR,
  }),
  actor(VAULT, Vault, {
    asset: USD,
    decimalsOffset: 0,
    entryFeeBps: 0,
    exitFeeBps: 0,
    feeRecipient: null,
    manager: ALLOCATOR,
    allocator: ALLOCATOR,
    assetsMax: MAX_UINT256,
    queuedAssetsMin: 0n,
    waitingMax: 1_000,
    recallBlocks: 10,
  }),
  actor(STRATEGY, MarketStrategy, { vault: VAULT, market: MARKET, asset: USD }),
  actor(RESERVE, ReserveStrategy, { vault: VAULT, asset: USD, keeper: ALLOCATOR }),
  actor(
    ROUTE,
    Liquidator,
    { owner: KEEPER, market: MARKET, pool: POOL_5.address, loanAsset: USD, collateralAsset: ETH, attemptsMax: 50, retryBlocks: 5, deadlineBlocks: 5 },
    { [USD]: inUsdDown(600n * ETHER, price) },
  ),
]

const genesis = ({ price }: Start): Genesis => ({ accounts: accountsAt(price), actors: [...pools, oracle, ...creditAt(price)] })

/** 2026-01-01 00:00 UTC. */
const START_TIME = 1_767_225_600

/** Blocks of eight days: about 20 seconds on a small machine. */
const BLOCKS = 21_600

/**
 * Two pools and an oracle; people who trade, arbitrageurs who keep the pools at the outside price, and those who provide the liquidity. And credit: a
 * lending market, a vault that lends to it, those who borrow, lend and deposit, and those who liquidate.
 */
export const marketDay: Scenario = Scenario.make({
  name: "market-day",
  description: "two ETH/USD pools (0.30 % and 0.05 %), a median oracle, a lending market and a vault; those who trade, provide liquidity, borrow, lend, liquidate",
  genesis,
  agents: [...reporters, ...arbitrageurs, ...traders, ...providers, ...lenders, ...depositors, allocator, ...borrowers, ...liquidators],
  prices: {
    process: "jump-diffusion",
    start: 2_000n * ETHER,
    startTime: START_TIME,
    volatilityPerYear: 0.8,
    driftPerYear: 0,
    jumpsPerYear: 400,
    jumpMean: -0.005,
    jumpDeviation: 0.03,
  },
  blocks: BLOCKS,
  blockSeconds: 12,
  seed: 1n,
  metrics,
  invariants: { ...invariants, ...creditInvariants },
  charts,
  decimals,
})
