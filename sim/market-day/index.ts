import { actor, type FundsLike, type Genesis, type GenesisActor } from "../../core/index.ts"
import { ConstantProductPool } from "../../protocols/amm/constant-product/index.ts"
import { MedianOracle } from "../../protocols/oracle/index.ts"
import { Scenario, type Start } from "../scenario.ts"
import { ARBITRAGEURS, arbitrageurs } from "./arbitrageurs.ts"
import { charts, decimals } from "./charts.ts"
import { invariants } from "./invariants.ts"
import { PROVIDERS, providers } from "./liquidity-providers.ts"
import { ETH, ETHER, inUsdDown, ORACLE, POOLS, USD } from "./market.ts"
import { metrics } from "./metrics.ts"
import { REPORTERS, reporters } from "./reporters.ts"
import { MOMENTUM_TRADERS, NOISE_TRADERS, traders } from "./traders.ts"

/** Everybody begins with eth and as much worth of usd. */
const accountsAt = (price: bigint): readonly (readonly [string, FundsLike])[] => {
  const both = (eth: bigint): FundsLike => ({ [ETH]: eth, [USD]: inUsdDown(eth, price) })
  return [
    ...PROVIDERS.map(({ account, pool, percent }) => [account, both((pool.depth * percent) / 100n)] as const),
    ...ARBITRAGEURS.map((account) => [account, both(8_000n * ETHER)] as const),
    ...NOISE_TRADERS.map((account) => [account, both(40n * ETHER)] as const),
    ...MOMENTUM_TRADERS.map((account) => [account, both(200n * ETHER)] as const),
    ...REPORTERS.map((account) => [account, {}] as const),
  ]
}

const pools: readonly GenesisActor[] = POOLS.map(({ address, feePips }) =>
  actor(address, ConstantProductPool, { assetX: ETH, assetY: USD, feePips, feeTo: null, feeSetter: null }),
)

const oracle = actor(ORACLE, MedianOracle, {
  base: ETH,
  quote: USD,
  reporters: REPORTERS,
  quorum: 3,
  staleAfterSeconds: 600,
  deviationPipsMax: 30_000,
})

const genesis = ({ price }: Start): Genesis => ({ accounts: accountsAt(price), actors: [...pools, oracle] })

/** 2026-01-01 00:00 UTC. */
const START_TIME = 1_767_225_600

/** Blocks of nine days: about 20 seconds on a small machine. */
const BLOCKS = 64_800

/** Two pools and an oracle; people who trade, arbitrageurs who keep the pools at the outside price, and those who provide the liquidity. */
export const marketDay: Scenario = Scenario.make({
  name: "market-day",
  description: "two ETH/USD pools (0.30 % and 0.05 %) and a median oracle; traders, arbitrageurs, liquidity providers",
  genesis,
  agents: [...reporters, ...arbitrageurs, ...traders, ...providers],
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
  invariants,
  charts,
  decimals,
})
