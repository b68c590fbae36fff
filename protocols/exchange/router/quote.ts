import { Failure, type Address, type AssetId } from "../../../core/index.ts"

/** What one venue would pay: its own quote at the state that is given for it, or why it would refuse. */
export type QuoteLeg = (venue: Address, assetIn: AssetId, amountIn: bigint, assetOut: AssetId) => bigint | Failure

/**
 * What a route of these legs pays when nobody comes between, by the venues' own quotes, with the minimum of each leg applied as the venues do; or
 * the leg, from 0, at which it would stop, and the asset and amount that the trader would hold then.
 */
export const quoteRoute = (
  legs: readonly { readonly venue: Address; readonly assetOut: AssetId; readonly minimumOut: bigint }[],
  assetIn: AssetId,
  amountIn: bigint,
  quoteLeg: QuoteLeg,
): { readonly asset: AssetId; readonly amount: bigint; readonly stoppedAt: number | null } => {
  let [asset, amount] = [assetIn, amountIn]
  for (const [index, { venue, assetOut, minimumOut }] of legs.entries()) {
    const amountOut = quoteLeg(venue, asset, amount, assetOut)
    if (amountOut instanceof Failure || amountOut === 0n || amountOut < minimumOut) return { asset, amount, stoppedAt: index }
    asset = assetOut
    amount = amountOut
  }
  return { asset, amount, stoppedAt: null }
}
