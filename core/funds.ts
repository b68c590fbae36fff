import { isAssetId, type AssetId } from "./address.ts"
import type { Issue } from "./codec.ts"
import { Amount } from "./fields.ts"
import { LIMITS } from "./limits.ts"
import { outOfRange } from "./math/uint256.ts"
import { clip } from "./show.ts"

/** One asset whose amount was checked to be positive and in range. */
let single: (asset: AssetId, amount: bigint) => Funds

/**
 * What is attached to a message: amounts of one or more assets, ascending by asset, without zeros.
 * An immutable value. One asset is the common case, so a Funds is its own first entry and points to the rest.
 */
export class Funds implements Iterable<readonly [AssetId, bigint]> {
  static readonly none: Funds = new Funds("", 0n, undefined)
  static {
    single = (asset, amount) => new Funds(asset, amount, undefined)
  }

  /** First asset by name; empty in `Funds.none`. */
  readonly asset: AssetId
  /** Amount of the first asset, in its smallest unit. */
  readonly amount: bigint
  readonly rest: Funds | undefined

  private constructor(asset: AssetId, amount: bigint, rest: Funds | undefined) {
    this.asset = asset
    this.amount = amount
    this.rest = rest
  }

  /** One asset; `Funds.none` when the amount is 0. Throws `OutOfRange` for an amount outside 0 to 2^256 - 1. */
  static of(asset: AssetId, amount: bigint): Funds {
    if (typeof amount === "bigint" && amount > 0n && amount <= LIMITS.amountMax) return new Funds(asset, amount, undefined)
    checkAmount(asset, amount)
    return Funds.none
  }

  /** Two different assets, in either order. Throws `OutOfRange` for an amount outside 0 to 2^256 - 1. */
  static both(asset: AssetId, amount: bigint, otherAsset: AssetId, otherAmount: bigint): Funds {
    if (amount === 0n) return Funds.of(otherAsset, otherAmount)
    if (otherAmount === 0n) return Funds.of(asset, amount)
    if (asset === otherAsset) throw new TypeError(`funds of two assets cannot be ${asset} twice`)
    if (otherAsset < asset) return Funds.both(otherAsset, otherAmount, asset, amount)
    checkAmount(asset, amount)
    checkAmount(otherAsset, otherAmount)
    return new Funds(asset, amount, new Funds(otherAsset, otherAmount, undefined))
  }

  /** Any number of assets. Throws `OutOfRange` for an amount outside 0 to 2^256 - 1. */
  static from(amounts: FundsLike): Funds {
    if (amounts instanceof Funds) return amounts
    if (typeof amounts !== "object" || amounts === null) throw new TypeError(`funds must be amounts by asset, not ${String(amounts)}`)
    let funds: Funds | undefined
    const assets = Object.keys(amounts)
    // Nearly always one or two: no need to sort.
    if (assets.length > 2) assets.sort()
    else if (assets.length === 2 && (assets[1] as string) < (assets[0] as string)) assets.reverse()
    for (let index = assets.length - 1; index >= 0; index--) {
      const asset = assets[index] as string
      const amount = amounts[asset] as bigint
      if (amount === 0n) continue
      checkAmount(asset, amount)
      funds = new Funds(asset, amount, funds)
    }
    return funds ?? Funds.none
  }

  get isEmpty(): boolean {
    return this.amount === 0n
  }

  /** Different assets. */
  get count(): number {
    if (this.isEmpty) return 0
    let count = 0
    for (let entry: Funds | undefined = this; entry !== undefined; entry = entry.rest) count++
    return count
  }

  /** The amount of an asset, 0 where it is not attached. */
  get(asset: AssetId): bigint {
    for (let entry: Funds | undefined = this; entry !== undefined; entry = entry.rest) if (entry.asset === asset) return entry.amount
    return 0n
  }

  *[Symbol.iterator](): Iterator<readonly [AssetId, bigint]> {
    if (this.isEmpty) return
    for (let entry: Funds | undefined = this; entry !== undefined; entry = entry.rest) yield [entry.asset, entry.amount]
  }

  /** Decimal strings by asset. */
  toJSON(): { readonly [asset: AssetId]: string } {
    return Object.fromEntries([...this].map(([asset, amount]) => [asset, String(amount)]))
  }

  toString(): string {
    return this.isEmpty ? "nothing" : [...this].map(([asset, amount]) => `${amount} ${asset}`).join(" + ")
  }
}

const checkAmount = (asset: AssetId, amount: bigint): void => {
  if (typeof amount !== "bigint") throw new TypeError(`the amount of ${asset} must be a bigint, not ${String(amount)}`)
  if (amount < 0n || amount > LIMITS.amountMax) throw outOfRange(clip(`funds of ${asset}`), amount)
}

export type FundsLike = Funds | { readonly [asset: AssetId]: bigint }

/**
 * What a host wants to attach: as Funds, or why it cannot be. One asset, the common case, is taken without a list; the name of one of `assets`, or of what
 * the `holder` has, is known to be one.
 */
export const fundsOf = (value: unknown, assets: ReadonlyMap<AssetId, unknown>, holder?: { holding(asset: AssetId): unknown }): Funds | Issue => {
  if (typeof value === "object" && value !== null && !(value instanceof Funds)) {
    let only = ""
    let amount: unknown
    let count = 0
    for (const asset in value) {
      if (++count > 1) break
      only = asset
      // Read in the loop: there, an engine knows where the field stands (measured: 1 to 5 % of admission, with the look at the holder first).
      amount = (value as { readonly [asset: string]: unknown })[asset]
    }
    if (count === 1 && typeof amount === "bigint" && amount > 0n && amount <= LIMITS.amountMax && !Array.isArray(value)) {
      // Who holds nothing yet has a balance without a name.
      if ((only !== "" && holder?.holding(only) !== undefined) || assets.has(only) || isAssetId(only)) return single(only, amount)
    }
  }
  return fundsProblem(value) ?? Funds.from(value as FundsLike)
}

/** Why a value cannot be attached to a message, or undefined. */
export const fundsProblem = (value: unknown): Issue | undefined => {
  if (value instanceof Funds) return value.isEmpty ? undefined : entriesProblem([...value])
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { path: "", expected: "an object of amounts by asset", value }
  }
  return entriesProblem(Object.entries(value))
}

const entriesProblem = (entries: ReadonlyArray<readonly [string, unknown]>) => {
  if (entries.length > LIMITS.fundsAssetsMax) return { path: "", expected: `at most ${LIMITS.fundsAssetsMax} assets`, value: entries.length }
  for (const [asset, amount] of entries) {
    if (!isAssetId(asset)) return { path: asset, expected: "an asset, such as eth or amm/eth-usdc:shares", value: asset }
    const issue = Amount.check(amount)
    if (issue !== undefined) return { ...issue, path: asset }
  }
  return undefined
}
