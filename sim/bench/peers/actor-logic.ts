import type { Transaction } from "../../../core/index.ts"
import { nameOf, RICH } from "../workload.ts"
import { poolOf } from "../workloads/swaps.ts"
import { ACCOUNTS, amountOutDown, POOLS, RESERVE } from "./market.ts"

/**
 * The same swap for every general actor library: an account checks nonce and balance, debits itself and sends to the pool; the pool trades and
 * sends what was bought, or everything back, to the account. States are values; actors know each other by name, as the transactions do.
 */

export interface AccountState {
  readonly nonce: number
  readonly balances: { readonly [asset: string]: bigint }
}

export interface PoolState {
  readonly assetX: string
  readonly assetY: string
  readonly reserveX: bigint
  readonly reserveY: bigint
}

export interface Sale {
  readonly type: "sale"
  readonly owner: string
  readonly asset: string
  readonly amount: bigint
  readonly minimumOut: bigint
}

export interface Credit {
  readonly type: "credit"
  readonly asset: string
  readonly amount: bigint
}

/** A new state, and a message to the actor called `to`. */
export interface Answer<S, M> {
  readonly state: S
  readonly to?: string
  readonly message?: M
}

export const transacted = (state: AccountState, { from, nonce, to, payload, funds }: Transaction): Answer<AccountState, Sale> => {
  if (nonce !== state.nonce) return { state }
  const [asset, amount] = Object.entries(funds as { readonly [asset: string]: bigint })[0] as [string, bigint]
  const balance = state.balances[asset] ?? 0n
  if (balance < amount) return { state }
  const { minimumOut } = payload as { readonly minimumOut: bigint }
  const debited = { nonce: nonce + 1, balances: { ...state.balances, [asset]: balance - amount } }
  return { state: debited, to, message: { type: "sale", owner: from, asset, amount, minimumOut } }
}

export const credited = (state: AccountState, { asset, amount }: Credit): AccountState => ({
  nonce: state.nonce,
  balances: { ...state.balances, [asset]: (state.balances[asset] ?? 0n) + amount },
})

export const sold = (state: PoolState, { owner, asset, amount, minimumOut }: Sale): Answer<PoolState, Credit> => {
  const { assetX, assetY, reserveX, reserveY } = state
  const sellsX = asset === assetX
  const out = sellsX ? amountOutDown(amount, reserveX, reserveY) : amountOutDown(amount, reserveY, reserveX)
  if (out === 0n || out < minimumOut) return { state, to: owner, message: { type: "credit", asset, amount } }
  const after = sellsX
    ? { assetX, assetY, reserveX: reserveX + amount, reserveY: reserveY - out }
    : { assetX, assetY, reserveX: reserveX - out, reserveY: reserveY + amount }
  return { state: after, to: owner, message: { type: "credit", asset: sellsX ? assetY : assetX, amount: out } }
}

/** Every account and pool at the start, by name. */
export const accountsAtStart = (): readonly (readonly [string, AccountState])[] =>
  Array.from({ length: ACCOUNTS }, (_, index) => [nameOf(index), { nonce: 0, balances: { cash: RICH, [`token-${index % POOLS}`]: RICH } }])
export const poolsAtStart = (): readonly (readonly [string, PoolState])[] =>
  Array.from({ length: POOLS }, (_, index) => [poolOf(index), { assetX: "cash", assetY: `token-${index}`, reserveX: RESERVE, reserveY: RESERVE }])

export const reservesOf = ({ reserveX, reserveY }: PoolState): { readonly x: bigint; readonly y: bigint } => ({ x: reserveX, y: reserveY })
