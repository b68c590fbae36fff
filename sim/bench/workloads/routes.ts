import { actor, type Payload, type Transaction } from "../../../core/index.ts"
import { ConstantProductPool } from "../../../protocols/amm/constant-product/index.ts"
import { Hop } from "../../../protocols/exchange/router/index.ts"
import { Random } from "../../random.ts"
import { bareAccounts, bareLoop, bareSwap, change, FEE_PIPS, type BarePool } from "../bare-loop.ts"
import { accountsOf, counter, inBlocks, nameOf, RICH, type Shape, type Workload } from "../workload.ts"
import { founding, RESERVE } from "./swaps.ts"

/**
 * Routes of three legs, cash to dollars: a pool of the first layer, of the second and of the third, each paid into by the one before and the last
 * paying the trader, in four blocks. Each pool is in one layer only, so that the order of trades in it is that of the transactions, in the bare loop too.
 */

const LAYERS = 3
const WIDTH = 16
const FAR = 2 ** 30
const CASH = ["cash"]

const poolAt = (layer: number, place: number): string => `amm/layer-${layer}-${place}`
const assetInOf = (layer: number, place: number): string => (layer === 0 ? "cash" : `mid-${layer}-${place}`)
const assetOutOf = (layer: number, place: number): string => (layer === LAYERS - 1 ? "dollar" : `mid-${layer + 1}-${place}`)
const legAt = (layer: number, place: number) => ({ venue: poolAt(layer, place), assetOut: assetOutOf(layer, place), minimumOut: 1n })

export const routes = ({ accounts, transactions, blockSize }: Shape): Workload => {
  const random = Random.make(4, "routes")
  const nonceOf = counter(accounts)
  const list = Array.from({ length: transactions }, (): Transaction => {
    const from = random.below(accounts)
    const place = random.below(WIDTH)
    const { venue, assetOut, minimumOut } = legAt(0, place)
    return {
      from: nameOf(from),
      nonce: nonceOf(from),
      to: venue,
      message: Hop,
      payload: { assetOut, minimumOut, to: nameOf(from), rest: [legAt(1, place), legAt(2, place)], deadline: FAR },
      funds: { cash: BigInt(1 + random.below(1000)) * 10n ** 12n },
    }
  })
  const pools = Array.from({ length: LAYERS * WIDTH }, (_, index) => {
    const [layer, place] = [Math.floor(index / WIDTH), index % WIDTH]
    return { address: poolAt(layer, place), assetX: assetInOf(layer, place), assetY: assetOutOf(layer, place) }
  })
  const accountsAndFounders = function* (): Generator<readonly [string, { [asset: string]: bigint }]> {
    yield* accountsOf(accounts, () => CASH)
    for (const [index, { assetX, assetY }] of pools.entries()) yield [`founder-${index}`, { [assetX]: RICH, [assetY]: RICH }]
  }
  return {
    name: "three-hop routes",
    accounts,
    assetsOf: () => ["cash", "dollar"],
    genesis: {
      accounts: accountsAndFounders(),
      actors: pools.map(({ address, assetX, assetY }) => actor(address, ConstantProductPool, { assetX, assetY, feePips: FEE_PIPS, feeTo: null, feeSetter: null })),
    },
    setup: [pools.map(({ address, assetX, assetY }, index) => founding(`founder-${index}`, address, assetX, assetY)), []],
    blocks: inBlocks(list, blockSize),
    bare: () => {
      const byName = new Map(pools.map(({ address, assetX, assetY }): [string, BarePool] => [address, { assetX, assetY, reserveX: RESERVE, reserveY: RESERVE }]))
      return bareLoop(bareAccounts(accounts, () => CASH), ({ to, payload }, sender, asset, amount, balance) => {
        const { assetOut, minimumOut, rest } = payload as Payload<typeof Hop>
        let assetIn = assetOut
        let moving = bareSwap(byName.get(to) as BarePool, asset, amount, minimumOut)
        for (const leg of rest) {
          moving = bareSwap(byName.get(leg.venue) as BarePool, assetIn, moving, leg.minimumOut)
          assetIn = leg.assetOut
        }
        sender.balances.set(asset, balance - amount)
        change(sender, assetIn, moving)
      })
    },
  }
}
