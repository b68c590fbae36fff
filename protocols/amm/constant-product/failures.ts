import { Amount, AssetId, Address, failure, Text } from "../../../core/index.ts"

/** Returned when the attached funds are not what the message asks for: another asset, both assets, or none. */
export class WrongAsset extends failure("amm/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when the pool holds no liquidity to trade against. */
export class PoolEmpty extends failure("amm/PoolEmpty", {}, () => "the pool has no reserves") {}

/** Returned when the amount sold is too small to buy one unit, or nothing is asked for. */
export class InsufficientOutput extends failure("amm/InsufficientOutput", {}, () => "the amount out is zero") {}

/** Returned when nothing comes in for what shall go out. */
export class InsufficientInput extends failure("amm/InsufficientInput", {}, () => "the amount in is zero") {}

/** Returned when more is asked for than the pool can give: the whole reserve or beyond. */
export class InsufficientLiquidity extends failure(
  "amm/InsufficientLiquidity",
  { asset: AssetId, reserve: Amount, wanted: Amount },
  ({ asset, reserve, wanted }) => `${wanted} of ${asset} wanted, the reserve is ${reserve}`,
) {}

/** Returned when the trade would pay less than the sender's minimum. */
export class SlippageExceeded extends failure(
  "amm/SlippageExceeded",
  { asset: AssetId, amountOut: Amount, minimumOut: Amount },
  ({ asset, amountOut, minimumOut }) => `${amountOut} of ${asset} out is below the minimum of ${minimumOut}`,
) {}

/** Returned when an exact amount out costs more than is attached. */
export class MaximumExceeded extends failure(
  "amm/MaximumExceeded",
  { asset: AssetId, amountIn: Amount, maximumIn: Amount },
  ({ asset, amountIn, maximumIn }) => `${amountIn} of ${asset} in is above the ${maximumIn} attached`,
) {}

/** Returned when the deposit is worth no share (for the first deposit: when its root is at most the locked minimum). */
export class InsufficientSharesMinted extends failure("amm/InsufficientSharesMinted", {}, () => "the deposit is worth no share") {}

/** Returned when the shares are worth nothing of one of the assets. */
export class InsufficientSharesBurned extends failure("amm/InsufficientSharesBurned", {}, () => "the shares are worth nothing of one asset") {}

/** Returned when a reserve would pass 2^112 - 1. */
export class ReserveOverflow extends failure("amm/ReserveOverflow", { asset: AssetId, balance: Amount }, ({ asset, balance }) =>
  `the balance of ${balance} ${asset} does not fit into 112 bits`) {}

/** Returned when the reserves after a free exchange, less the fee on what came in, multiply to less than before. */
export class ProductDecreased extends failure("amm/ProductDecreased", {}, () => "the product of the reserves would fall") {}

/** Returned when somebody else than the fee setter sets the receiver of the protocol fee. */
export class NotFeeSetter extends failure("amm/NotFeeSetter", { sender: Address }, ({ sender }) => `${sender} may not set the protocol fee`) {}
