import { actor, type Transaction } from "../../../core/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, bareLoop, bareSwap, type BarePool } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, RICH, type Shape, type Workload } from "../workload.ts"
import { Route, Router } from "./route-actor.ts"
import { founding, poolActor, RESERVE } from "./swaps.ts"

/**
 * Routes of three hops, cash to dollars: a pool of the first layer, of the second and of the third. Each pool is in one layer only, so that the
 * order of trades in it is that of the transactions, in the bare loop too. Sixteen routers share the accounts.
 */

const LAYERS = 3
const WIDTH = 16
const ROUTERS = 16

const poolAt = (layer: number, place: number): string => `amm/layer-${layer}-${place}`
const assetInOf = (layer: number, place: number): string => (layer === 0 ? "cash" : `mid-${layer}-${place}`)
const assetOutOf = (layer: number, place: number): string => (layer === LAYERS - 1 ? "dollar" : `mid-${layer + 1}-${place}`)
const CASH = ["cash"]

export const routes = ({ accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(4, "routes")
  const nonceOf = counter(accounts)
  const list: Transaction[] = []
  const places = Array.from({ length: WIDTH }, (_, place) => place)
  const layers = Array.from({ length: LAYERS }, (_, layer) => layer)
  for (let index = 0; index < transactions; index++) {
    const from = random.below(accounts)
    const place = random.below(WIDTH)
    list.push({
      from: nameOf(from),
      nonce: nonceOf(from),
      to: `bench/router-${from % ROUTERS}`,
      message: Route,
      payload: { pools: layers.map((layer) => poolAt(layer, place)), assets: layers.map((layer) => assetOutOf(layer, place)) },
      funds: { cash: BigInt(1 + random.below(1000)) * 10n ** 12n },
    })
  }
  const pools = layers.flatMap((layer) => places.map((place) => ({ address: poolAt(layer, place), assetX: assetInOf(layer, place), assetY: assetOutOf(layer, place) })))
  const accountsAndFounders = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    yield* accountsOf(accounts, () => CASH)
    for (const [index, { assetX, assetY }] of pools.entries()) yield [`founder-${index}`, { [assetX]: RICH, [assetY]: RICH }]
  }
  const routers = Array.from({ length: ROUTERS }, (_, router) => actor(`bench/router-${router}`, Router, {}))
  return {
    name: "three-hop routes",
    accounts,
    assetsOf: () => ["cash", "dollar"],
    genesis: { accounts: accountsAndFounders(), actors: [...pools.map(({ address, assetX, assetY }) => poolActor(address, assetX, assetY)), ...routers] },
    setup: [pools.map(({ address, assetX, assetY }, index) => founding(`founder-${index}`, address, assetX, assetY)), []],
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const world = bareAccounts(accounts, () => CASH)
      const byName = new Map(pools.map(({ address, assetX, assetY }): [string, BarePool] => [address, { assetX, assetY, reserveX: RESERVE, reserveY: RESERVE }]))
      return bareLoop(world, ({ payload }, sender, asset, amount, balance) => {
        const { pools: chain, assets } = payload as { readonly pools: readonly string[]; readonly assets: readonly string[] }
        let assetIn = asset
        let moving = amount
        for (let hop = 0; hop < chain.length; hop++) {
          moving = bareSwap(byName.get(chain[hop] as string) as BarePool, assetIn, moving, 1n)
          assetIn = assets[hop] as string
        }
        sender.balances.set(asset, balance - amount)
        sender.balances.set(assetIn, (sender.balances.get(assetIn) ?? 0n) + moving)
        return true
      })
    },
  }
}
