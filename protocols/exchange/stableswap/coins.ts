import type { AssetId, Context, Funds } from "../../../core/index.ts"
import { NotOwner, WrongAsset } from "./failures.ts"
import type { PoolState } from "./state.ts"

/** The coins of a pool, in what is attached and in lists of amounts. */

/** The attached amount of each coin, in the pool's order; a failure when anything else is attached too. */
export const attachedAmounts = (pool: PoolState, funds: Funds): readonly bigint[] | WrongAsset => {
  for (const [asset] of funds) if (!pool.assets.includes(asset)) return wrongAsset(pool, String(funds))
  return pool.assets.map((asset) => funds.get(asset))
}

/** The attached shares; a failure when there are none, or anything else is attached. */
export const attachedShares = ({ assetShares }: PoolState, funds: Funds): bigint | WrongAsset =>
  funds.rest !== undefined || funds.asset !== assetShares ? new WrongAsset({ expected: assetShares, given: String(funds).slice(0, 600) }) : funds.amount

/** The first coin of which the pool holds nothing. */
export const emptyCoin = ({ assets, balances }: Pick<PoolState, "assets" | "balances">): AssetId | undefined => assets[balances.indexOf(0n)]

/** The list with `amount` at `coin`. */
export const replaced = (amounts: readonly bigint[], coin: number, amount: bigint): readonly bigint[] =>
  amounts.map((other, index) => (index === coin ? amount : other))

/** What is paid when these amounts of the coins are. */
export const fundsOf = ({ assets }: PoolState, amounts: readonly bigint[]): { readonly [asset: AssetId]: bigint } =>
  Object.fromEntries(assets.map((asset, coin) => [asset, amounts[coin] as bigint]))

/** The failure for what was given in place of a coin. */
export const wrongAsset = ({ assets }: Pick<PoolState, "assets">, given: string): WrongAsset =>
  new WrongAsset({ expected: assets.join(" or "), given: given === "" ? "nothing" : given.slice(0, 600) })

/** Why the sender may not use a message for the owner, to which nothing is attached; undefined where it may. */
export const ownersRefusal = ({ owner }: PoolState, { funds, sender }: Context): WrongAsset | NotOwner | undefined => {
  if (!funds.isEmpty) return new WrongAsset({ expected: "nothing", given: String(funds).slice(0, 600) })
  return sender === owner ? undefined : new NotOwner({ sender })
}
