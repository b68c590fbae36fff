import { actor, type AnyMessage, type GenesisActor, type Transaction } from "../../../core/index.ts"
import * as stableswap from "../../../protocols/exchange/stableswap/index.ts"
import * as weighted from "../../../protocols/exchange/weighted/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, bareLoop, change } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, UNIT, type Bare, type Shape, type Workload } from "../workload.ts"

/** Swaps in 64 pools of three assets; the bare loop does the same arithmetic, by the pools' own functions, on plain objects. */

const POOLS = 64
const ASSETS = ["dai", "usdc", "usdt"] as const
const poolOf = (index: number): string => `exchange/pool-${index}`
const FIRST = { dai: 10n ** 6n * UNIT, usdc: 10n ** 6n * UNIT, usdt: 10n ** 6n * UNIT }

interface Kind<S extends { readonly assets: readonly string[]; readonly balances: readonly bigint[] }> {
  readonly name: string
  readonly swap: AnyMessage
  readonly add: AnyMessage
  readonly actor: (address: string) => GenesisActor
  /** The state of a pool after the first deposit, for the bare loop. */
  readonly state: (address: string) => S
  readonly quote: (pool: S, assetIn: string, amountIn: bigint, assetOut: string) => unknown
  /** What the state after a swap is. */
  readonly after: (pool: S, assetIn: string, amountIn: bigint, assetOut: string, amountOut: bigint) => S
}

const swapsOf = <S extends { readonly assets: readonly string[]; readonly balances: readonly bigint[] }>(kind: Kind<S>, { accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(11, kind.name)
  const nonceOf = counter(accounts)
  const list: Transaction[] = []
  for (let index = 0; index < transactions; index++) {
    const account = random.below(accounts)
    const sold = random.below(3)
    const bought = (sold + 1 + random.below(2)) % 3
    list.push({
      from: nameOf(account),
      nonce: nonceOf(account),
      to: poolOf(account % POOLS),
      message: kind.swap,
      payload: { assetOut: ASSETS[bought], minimumOut: 1n },
      funds: { [ASSETS[sold] as string]: BigInt(1 + random.below(1000)) * 10n ** 15n },
    })
  }
  const accountsAndFounders = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    yield* accountsOf(accounts, () => ASSETS)
    for (let pool = 0; pool < POOLS; pool++) yield [`founder-${pool}`, FIRST]
  }
  const founding = Array.from({ length: POOLS }, (_, pool): Transaction => ({ from: `founder-${pool}`, nonce: 0, to: poolOf(pool), message: kind.add, payload: { minimumShares: 0n }, funds: FIRST }))
  return {
    name: `${kind.name} swaps, ${POOLS} pools`,
    accounts,
    genesis: { accounts: accountsAndFounders(), actors: Array.from({ length: POOLS }, (_, pool) => kind.actor(poolOf(pool))) },
    setup: [founding, []],
    blocks: inBlocks(list, blockSize),
    assetsOf: () => ASSETS,
    bare: () => bareOf(kind, accounts),
  }
}

const bareOf = <S extends { readonly assets: readonly string[]; readonly balances: readonly bigint[] }>(kind: Kind<S>, accounts: number): Bare => {
  const pools = new Map(Array.from({ length: POOLS }, (_, pool) => [poolOf(pool), kind.state(poolOf(pool))]))
  return bareLoop(bareAccounts(accounts, () => ASSETS), ({ to, payload }, sender, assetIn, amountIn, balance) => {
    const pool = pools.get(to) as S
    const { assetOut } = payload as { readonly assetOut: string }
    const amountOut = kind.quote(pool, assetIn, amountIn, assetOut)
    if (typeof amountOut !== "bigint" || amountOut < 1n) return
    pools.set(to, kind.after(pool, assetIn, amountIn, assetOut, amountOut))
    sender.balances.set(assetIn, balance - amountIn)
    change(sender, assetOut, amountOut)
  })
}

const moved = <S extends { readonly assets: readonly string[]; readonly balances: readonly bigint[] }>(pool: S, assetIn: string, amountIn: bigint, assetOut: string, amountOut: bigint): S => ({
  ...pool,
  balances: pool.balances.map((balance, coin) => (pool.assets[coin] === assetIn ? balance + amountIn : pool.assets[coin] === assetOut ? balance - amountOut : balance)),
})

/** Without an admin fee the balances change by exactly what is traded. */
export const stableSwaps = (shape: Shape): Workload => {
  const params = { coins: ASSETS.map((asset) => ({ asset, decimals: 18 })), amplification: 2_000n, feeE10: 1_000_000n, adminFeeE10: 0n, owner: null }
  const balances = Object.values(FIRST)
  return swapsOf<stableswap.PoolState>({
    name: "stableswap",
    swap: stableswap.Swap,
    add: stableswap.AddLiquidity,
    actor: (address) => actor(address, stableswap.StablePool, params),
    state: (address) => ({ ...stableswap.StablePool.create(params, address), balances, shares: 3n * 10n ** 24n }),
    quote: (pool, assetIn, amountIn, assetOut) => stableswap.quoteOut(pool, assetIn, amountIn, assetOut, 0),
    after: moved,
  }, shape)
}

/** Weights of 50, 30 and 20 %, so that most trades take the general power. */
export const weightedSwaps = (shape: Shape): Workload => {
  const weights = [5n, 3n, 2n]
  const params = { tokens: ASSETS.map((asset, token) => ({ asset, decimals: 18, weightE18: (weights[token] as bigint) * 10n ** 17n })), feeE18: 3n * 10n ** 15n, protocolFeeE18: 0n, collector: null, owner: null }
  const balances = Object.values(FIRST)
  return swapsOf<weighted.PoolState>({
    name: "weighted",
    swap: weighted.Swap,
    add: weighted.AddLiquidity,
    actor: (address) => actor(address, weighted.WeightedPool, params),
    state: (address) => ({ ...weighted.WeightedPool.create(params, address), balances, shares: 3n * 10n ** 24n }),
    quote: weighted.quoteOut,
    after: moved,
  }, shape)
}
