import { Address, Amount, assetOf, AssetId, Event, Integer, List, Message, Uint, View } from "../../../core/index.ts"
import {
  FeeOutOfRange,
  InsufficientInitialDeposit,
  InsufficientLiquidity,
  MaxInRatio,
  MaximumExceeded,
  MaxInvariantRatio,
  MaxOutRatio,
  MinInvariantRatio,
  NotOffered,
  NotOwner,
  PoolEmpty,
  SlippageExceeded,
  WrongAsset,
  WrongCount,
} from "./failures.ts"
import { DECIMALS_MAX, TOKENS_MAX } from "./math.ts"

/**
 * A pool of 2 to 8 tokens whose balances to the power of their weights have a constant product, after Balancer v2's weighted pool
 * (@balancer-labs/v2-pool-weighted 2.0.1: WeightedMath and BaseWeightedPool): same amounts, same roundings, same bounds, by the contract's own
 * fixed-point power.
 *
 * Amounts are in smallest units, and are computed with 18 decimals inside; what goes out is rounded down, what comes in is rounded up. Weights and
 * fees are in units of 10^-18. Lists of amounts have one entry for each token, in the order in which the pool was made. Whoever is paid is the
 * sender. Every message takes the engine's `deadline`. Failures are listed in their order of precedence; where an intermediate result leaves its
 * range, as the contract reverts, a message ends with core/OutOfRange, and where a balance is 0 with core/DivisionByZero.
 *
 * Shares are the pool's own asset, `<pool>:shares`, with 18 decimals; the first 1,000,000 stay with the pool for ever.
 *
 * At each deposit and withdrawal the collector, if there is one, is paid its part of what fees added to the invariant since the last of them, in
 * the token of the greatest weight (the first of several), like the contract does it.
 *
 * A plain payment to the pool is refused (core/UnknownMessage). Balancer's vault, pausing, oracle and asset managers are left out; a pool holds its
 * own tokens.
 *
 * It is a venue of routes: `Hop` (exchange/router) is a `Swap` whose proceeds go on.
 */

/** Shares of the pool at `address`. */
export const sharesOf = (address: string): AssetId => assetOf(address, "shares")

const Amounts = List(Amount, TOKENS_MAX)

/** Sells the attached token for `assetOut` and pays at least `minimumOut`, or nothing happens. At most 30 % of either balance. */
export const Swap = Message.make("weighted/Swap", {
  payload: { assetOut: AssetId, minimumOut: Amount },
  reply: { amountOut: Amount },
  failures: [WrongAsset, NotOffered, PoolEmpty, MaxInRatio, SlippageExceeded],
})

/** Buys exactly `amountOut` of `assetOut` for the attached token, and sends back what is left of the attached maximum. At most 30 % of a balance. */
export const SwapForExact = Message.make("weighted/SwapForExact", {
  payload: { assetOut: AssetId, amountOut: Amount },
  reply: { amountIn: Amount },
  failures: [WrongAsset, NotOffered, PoolEmpty, MaxOutRatio, MaximumExceeded],
})

/**
 * Deposits all attached tokens and mints at least `minimumShares`, rounded down: INIT of the first deposit, which needs all tokens and mints the
 * invariant times their number less the locked shares, EXACT_TOKENS_IN_FOR_BPT_OUT of all others.
 */
export const AddLiquidity = Message.make("weighted/AddLiquidity", {
  payload: { minimumShares: Amount },
  reply: { shares: Amount },
  failures: [WrongAsset, InsufficientInitialDeposit, SlippageExceeded],
})

/** Mints exactly `shares` for all tokens at the pool's ratio, rounded up; what is left of the attached maxima is sent back: ALL_TOKENS_IN_FOR_EXACT_BPT_OUT. */
export const AddLiquidityProportional = Message.make("weighted/AddLiquidityProportional", {
  payload: { shares: Amount },
  reply: { amounts: Amounts },
  failures: [WrongAsset, PoolEmpty, MaximumExceeded],
})

/** Mints exactly `shares` for the one attached token, rounded up; what is left of it is sent back: TOKEN_IN_FOR_EXACT_BPT_OUT. */
export const AddLiquiditySingle = Message.make("weighted/AddLiquiditySingle", {
  payload: { shares: Amount },
  reply: { amountIn: Amount },
  failures: [WrongAsset, PoolEmpty, MaxInvariantRatio, MaximumExceeded],
})

/** Burns the attached shares and pays their part of each balance, rounded down: EXACT_BPT_IN_FOR_TOKENS_OUT. */
export const RemoveLiquidity = Message.make("weighted/RemoveLiquidity", {
  payload: { minimumAmounts: Amounts },
  reply: { amounts: Amounts },
  failures: [WrongAsset, WrongCount, SlippageExceeded],
})

/** Burns the attached shares and pays at least `minimumOut` of one token, rounded down: EXACT_BPT_IN_FOR_ONE_TOKEN_OUT. */
export const RemoveLiquiditySingle = Message.make("weighted/RemoveLiquiditySingle", {
  payload: { assetOut: AssetId, minimumOut: Amount },
  reply: { amountOut: Amount },
  failures: [WrongAsset, NotOffered, MinInvariantRatio, SlippageExceeded],
})

/** Pays exactly these amounts and burns what they cost, rounded up; what is left of the attached shares is sent back: BPT_IN_FOR_EXACT_TOKENS_OUT. */
export const RemoveLiquidityExact = Message.make("weighted/RemoveLiquidityExact", {
  payload: { amounts: Amounts },
  reply: { shares: Amount },
  failures: [WrongAsset, WrongCount, InsufficientLiquidity, MaximumExceeded],
})

/** Sets the swap fee. For the owner only. */
export const SetSwapFee = Message.make("weighted/SetSwapFee", { payload: { feeE18: Amount }, failures: [WrongAsset, NotOwner, FeeOutOfRange] })

/** What a pool publishes. */
export const WeightedPoolView = View.make("weighted/WeightedPool", {
  assets: List(AssetId, TOKENS_MAX),
  decimals: List(Integer(0, DECIMALS_MAX), TOKENS_MAX),
  weightsE18: List(Uint(64), TOKENS_MAX),
  balances: Amounts,
  shares: Amount,
  feeE18: Uint(64),
})

/** A trade. */
export const Swapped = Event.make("weighted/Swapped", { sender: Address, assetIn: AssetId, amountIn: Amount, assetOut: AssetId, amountOut: Amount })
/** A deposit, its shares, and what the collector was paid before it, by token. */
export const LiquidityAdded = Event.make("weighted/LiquidityAdded", { sender: Address, amounts: Amounts, shares: Amount, protocolFees: Amounts })
/** A withdrawal, the shares that it burned, and what the collector was paid before it, by token. */
export const LiquidityRemoved = Event.make("weighted/LiquidityRemoved", { sender: Address, amounts: Amounts, shares: Amount, protocolFees: Amounts })
