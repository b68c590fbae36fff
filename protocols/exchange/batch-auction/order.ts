import type { Funds } from "../../../core/index.ts"
import { EmptyOrder, WrongAmount, WrongAsset } from "./failures.ts"
import { attachedFor, type LimitOrder } from "./math.ts"
import type { AuctionState } from "./state.ts"

/** The order that attached funds and a payload make, or why they make none. */
export const orderOf = (
  { base, quote, lot }: Pick<AuctionState, "base" | "quote" | "lot">,
  { lots, limit }: { readonly lots: bigint; readonly limit: bigint },
  funds: Funds,
): LimitOrder | WrongAsset | EmptyOrder | WrongAmount => {
  const buys = funds.asset === quote
  if (funds.rest !== undefined || (!buys && funds.asset !== base)) {
    return new WrongAsset({ expected: `${base} or ${quote}`, given: String(funds).slice(0, 600) })
  }
  if (lots === 0n) return new EmptyOrder({ field: "lots" })
  if (limit === 0n) return new EmptyOrder({ field: "limit" })
  const order = { buys, lots, limit }
  const expected = attachedFor(order, lot)
  return funds.amount === expected ? order : new WrongAmount({ asset: funds.asset, expected: String(expected), given: funds.amount })
}
