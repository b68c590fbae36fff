import { actor, type Transaction } from "../../../core/index.ts"
import { AddLiquidity, amountOutDown, ConstantProductPool } from "../../../protocols/amm/constant-product/index.ts"
import { Hop } from "../../../protocols/exchange/router/index.ts"
import { Random } from "../../random.ts"
import { counter, inBlocks, nameOf, Purses, RICH, UNIT, type Bare, type Shape, type Workload } from "./workload.ts"

/** Routes of three legs over 64 constant-product pools in a ring: pool k trades asset k for asset k + 1. */

const POOLS = 64
const FEE_PIPS = 3_000
const poolOf = (index: number): string => `amm/ring-${index % POOLS}`
const assetOf = (index: number): string => `asset-${String(index % POOLS).padStart(2, "0")}`
const DEPTH = 100_000n * UNIT
const FAR = 2 ** 30

export const threeHopRoutes = ({ accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(13, "routes")
  const nonceOf = counter()
  const leg = (index: number) => ({ venue: poolOf(index), assetOut: assetOf(index + 1), minimumOut: 0n })
  const list = Array.from({ length: transactions }, (): Transaction => {
    const account = random.below(accounts)
    const start = account % POOLS
    const to = nameOf(account)
    return {
      from: to,
      nonce: nonceOf(to),
      to: poolOf(start),
      message: Hop,
      payload: { assetOut: assetOf(start + 1), minimumOut: 0n, to, rest: [leg(start + 1), { ...leg(start + 2), minimumOut: 1n }], deadline: FAR },
      funds: { [assetOf(start)]: BigInt(1 + random.below(1000)) * 10n ** 12n },
    }
  })
  const purses = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    for (let index = 0; index < accounts; index++) yield [nameOf(index), { [assetOf(index)]: RICH }]
    for (let pool = 0; pool < POOLS; pool++) yield [`founder-${pool}`, { [assetOf(pool)]: DEPTH, [assetOf(pool + 1)]: DEPTH }]
  }
  const actors = Array.from({ length: POOLS }, (_, pool) =>
    actor(poolOf(pool), ConstantProductPool, { assetX: assetOf(pool), assetY: assetOf(pool + 1), feePips: FEE_PIPS, feeTo: null, feeSetter: null }))
  const founding = Array.from({ length: POOLS }, (_, pool): Transaction => ({
    from: `founder-${pool}`,
    nonce: 0,
    to: poolOf(pool),
    message: AddLiquidity,
    payload: { minimumX: 0n, minimumY: 0n, minimumShares: 0n },
    funds: { [assetOf(pool)]: DEPTH, [assetOf(pool + 1)]: DEPTH },
  }))
  return {
    name: "routes of three legs, 64 pools",
    accounts,
    genesis: { accounts: purses(), actors },
    setup: [founding, []],
    blocks: inBlocks(list, blockSize),
    // Which asset leaves is certain; what arrives depends on the order in which the legs of other routes come between, so only that is compared.
    assetsOf: (index) => [assetOf(index)],
    bare: () => bareRing(accounts),
  }
}

const bareRing = (accounts: number): Bare => {
  const purses = new Purses(accounts, [])
  for (let index = 0; index < accounts; index++) purses.add(nameOf(index), assetOf(index), RICH)
  const pools = new Map(Array.from({ length: POOLS }, (_, pool) => [poolOf(pool), { reserveX: DEPTH, reserveY: DEPTH }]))
  return {
    apply: (blocks) => {
      for (const block of blocks) {
        for (const { from, to, payload, funds } of block) {
          const [assetIn, amountIn] = Object.entries(funds as { readonly [asset: string]: bigint })[0] as [string, bigint]
          const { assetOut, rest } = payload as { readonly assetOut: string; readonly rest: readonly { readonly venue: string; readonly assetOut: string }[] }
          let amount = amountIn
          for (const { venue } of [{ venue: to, assetOut }, ...rest]) {
            const pool = pools.get(venue) as { reserveX: bigint; reserveY: bigint }
            const out = amountOutDown(amount, pool.reserveX, pool.reserveY, FEE_PIPS)
            pool.reserveX += amount
            pool.reserveY -= out
            amount = out
          }
          purses.add(from, assetIn, -amountIn)
          purses.add(from, (rest[rest.length - 1] as { readonly assetOut: string }).assetOut, amount)
        }
      }
    },
    balance: (account, asset) => purses.of(account, asset),
  }
}
