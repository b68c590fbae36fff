import { actor, type GenesisActor, type Transaction } from "../../../core/index.ts"
import { AddLiquidity, ConstantProductPool, Swap } from "../../../protocols/amm/constant-product/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, bareLoop, bareSwap, FEE_PIPS, type BarePool } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, RICH, UNIT, type Shape, type Workload } from "../workload.ts"

/** Swaps of random size and side, each account in one pool of cash and a token. */

export const poolOf = (index: number): string => `amm/pool-${index}`
const tokenOf = (index: number): string => `token-${index}`
export const RESERVE = 100_000n * UNIT

/** A pool of a genesis and the transaction that founds it. */
export const poolActor = (address: string, assetX: string, assetY: string): GenesisActor =>
  actor(address, ConstantProductPool, { assetX, assetY, feePips: FEE_PIPS, feeTo: null, feeSetter: null })
export const founding = (from: string, to: string, assetX: string, assetY: string): Transaction => ({
  from,
  nonce: 0,
  to,
  message: AddLiquidity,
  payload: { minimumX: 0n, minimumY: 0n, minimumShares: 0n },
  funds: { [assetX]: RESERVE, [assetY]: RESERVE },
})

/** `refusedShare`: swaps that ask for too much. */
export const swaps = (pools: number, { accounts, transactions, blockSize }: Shape, refusedShare = 0): Workload => {
  const random = Random.make(2, "swaps")
  const nonceOf = counter(accounts)
  const assetsOf = (index: number): readonly string[] => ["cash", tokenOf(index % pools)]
  const list: Transaction[] = []
  for (let index = 0; index < transactions; index++) {
    const from = random.below(accounts)
    const pool = from % pools
    const sellsX = random.below(2) === 0
    const minimumOut = random.float() < refusedShare ? 10n ** 30n : 1n
    list.push({
      from: nameOf(from),
      nonce: nonceOf(from),
      to: poolOf(pool),
      message: Swap,
      payload: { minimumOut },
      funds: { [sellsX ? "cash" : tokenOf(pool)]: BigInt(1 + random.below(1000)) * 10n ** 12n },
    })
  }
  const accountsAndFounders = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    yield* accountsOf(accounts, assetsOf)
    for (let pool = 0; pool < pools; pool++) yield [`founder-${pool}`, { cash: RICH, [tokenOf(pool)]: RICH }]
  }
  const places = Array.from({ length: pools }, (_, pool) => pool)
  return {
    name: `${refusedShare === 0 ? "" : "refused "}swaps, ${pools} pool${pools === 1 ? "" : "s"}`,
    accounts,
    assetsOf,
    genesis: { accounts: accountsAndFounders(), actors: places.map((pool) => poolActor(poolOf(pool), "cash", tokenOf(pool))) },
    setup: [places.map((pool) => founding(`founder-${pool}`, poolOf(pool), "cash", tokenOf(pool))), []],
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const world = bareAccounts(accounts, assetsOf)
      const byName = new Map(places.map((pool): [string, BarePool] => [poolOf(pool), { assetX: "cash", assetY: tokenOf(pool), reserveX: RESERVE, reserveY: RESERVE }]))
      return bareLoop(world, ({ to, payload }, sender, asset, amount, balance) => {
        const pool = byName.get(to) as BarePool
        const amountOut = bareSwap(pool, asset, amount, (payload as { readonly minimumOut: bigint }).minimumOut)
        if (amountOut === 0n) return
        sender.balances.set(asset, balance - amount)
        const assetOut = asset === pool.assetX ? pool.assetY : pool.assetX
        sender.balances.set(assetOut, (sender.balances.get(assetOut) ?? 0n) + amountOut)
      })
    },
  }
}
