import type { AssetId, Funds } from "../../../core/index.ts"
import { WrongAsset, WrongCount } from "./failures.ts"
import { upscaled } from "./math.ts"
import type { PoolState } from "./state.ts"

/** The tokens of a pool, in what is attached and in lists of amounts. */

/** Balances with 18 decimals. */
export const scaledBalances = ({ balances, decimals }: PoolState): readonly bigint[] => balances.map((balance, token) => upscaled(balance, decimals[token] as number))

/** The attached amount of each token, in the pool's order; a failure when anything else is attached too, or nothing is. */
export const attachedAmounts = (pool: PoolState, funds: Funds): readonly bigint[] | WrongAsset => {
  if (funds.isEmpty) return wrongAsset(pool, "")
  for (const [asset] of funds) if (!pool.assets.includes(asset)) return wrongAsset(pool, String(funds))
  return pool.assets.map((asset) => funds.get(asset))
}

/** The attached shares; a failure when there are none, or anything else is attached. */
export const attachedShares = ({ assetShares }: PoolState, funds: Funds): bigint | WrongAsset =>
  funds.rest !== undefined || funds.asset !== assetShares ? new WrongAsset({ expected: assetShares, given: String(funds).slice(0, 600) }) : funds.amount

/** The failure for what was given in place of a token. */
export const wrongAsset = ({ assets }: Pick<PoolState, "assets">, given: string): WrongAsset =>
  new WrongAsset({ expected: assets.join(" or ").slice(0, 1_600), given: given === "" ? "nothing" : given.slice(0, 600) })

export const wrongCount = ({ assets }: PoolState, amounts: readonly bigint[]): WrongCount | undefined =>
  amounts.length === assets.length ? undefined : new WrongCount({ expected: assets.length, given: amounts.length })

/** What is paid when these amounts of the tokens are. */
export const fundsOf = ({ assets }: PoolState, amounts: readonly bigint[]): { readonly [asset: AssetId]: bigint } =>
  Object.fromEntries(assets.map((asset, token) => [asset, amounts[token] as bigint]))

/** The list with `amount` at `token`. */
export const replaced = (amounts: readonly bigint[], token: number, amount: bigint): readonly bigint[] =>
  amounts.map((other, index) => (index === token ? amount : other))
