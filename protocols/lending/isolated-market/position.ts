import type { Context } from "../../../core/index.ts"
import { readPrice, PriceView, NoPrice, type StalePrice } from "../../oracle/messages.ts"
import { InsufficientPosition, Unauthorized } from "./failures.ts"
import { borrowedMaxDown, fits128, toAssetsUp } from "./math.ts"
import type { MarketState, Position } from "./state.ts"

const NOTHING: Position = { supplyShares: 0n, borrowShares: 0n, collateral: 0n }

/** An account's position; of zeros where it has none. */
export const positionOf = ({ positions }: Pick<MarketState, "positions">, account: string): Position => positions.get(account) ?? NOTHING

/** The market with this position; zeros are not kept. */
export const withPosition = <M extends Pick<MarketState, "positions">>(market: M, account: string, position: Position): M => ({
  ...market,
  positions:
    position.supplyShares === 0n && position.borrowShares === 0n && position.collateral === 0n
      ? market.positions.delete(account)
      : market.positions.set(account, position),
})

type Part = keyof Position

/** The position with more of a part. Throws `Exceeds128Bits`. */
export const increased = (position: Position, part: Part, amount: bigint): Position => ({
  ...position,
  [part]: fits128(position[part] + amount, part),
})

/** The position with less of a part, which `account` must have. */
export const decreased = (position: Position, part: Part, amount: bigint, account: string): Position | InsufficientPosition =>
  position[part] < amount
    ? new InsufficientPosition({ account, part, held: position[part], needed: amount })
    : { ...position, [part]: position[part] - amount }

/** The key of an authorisation: authorizer, space, authorized. No address has a space in it, so no two pairs share a key. */
export const authorizationKey = (authorizer: string, authorized: string): string => `${authorizer} ${authorized}`

/** Why the sender may not take from a position, or undefined. */
export const unauthorized = ({ authorizations }: MarketState, sender: string, onBehalf: string): Unauthorized | undefined =>
  sender === onBehalf || authorizations.has(authorizationKey(onBehalf, sender)) ? undefined : new Unauthorized({ sender, onBehalf })

/** What a position owes and may owe, in units of the loan asset; the market's interest must be up to date. */
export const debtOf = (
  market: Pick<MarketState, "totalBorrowAssets" | "totalBorrowShares" | "lltv">,
  { borrowShares, collateral }: Position,
  price: bigint,
): { readonly borrowed: bigint; readonly borrowedMax: bigint } => ({
  borrowed: toAssetsUp(borrowShares, market.totalBorrowAssets, market.totalBorrowShares),
  borrowedMax: borrowedMaxDown(collateral, price, market.lltv),
})

type PriceSource = Pick<MarketState, "oracle" | "staleAfterSeconds" | "loanAsset" | "collateralAsset">

/** The price of the collateral in the loan asset, if it is there and fresh; a price of other assets is none. */
export const priceFor = (market: PriceSource, view: Context["view"], now: number): bigint | NoPrice | StalePrice => {
  const published = view(PriceView, market.oracle)
  if (published !== undefined && (published.base !== market.collateralAsset || published.quote !== market.loanAsset)) return new NoPrice()
  return readPrice(published, now, market.staleAfterSeconds)
}
