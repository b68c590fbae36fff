import { mulDivUp } from "../../../core/index.ts"

/** The part of the minimum that selling `amount` of what was `seized` must bring, rounded up. `seized` is above zero. */
export const minimumOutUp = (minimumOut: bigint, amount: bigint, seized: bigint): bigint => mulDivUp(minimumOut, amount, seized, "minimumOutUp")

/** What a sale brought beyond what the liquidation cost; 0 for a loss. */
export const profitOf = (amountOut: bigint, repaidAssets: bigint): bigint => (amountOut > repaidAssets ? amountOut - repaidAssets : 0n)
