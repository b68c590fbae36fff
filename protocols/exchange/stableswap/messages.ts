import { Address, Amount, assetOf, AssetId, Event, Integer, List, Message, Seconds, Uint, View } from "../../../core/index.ts"
import {
  AmplificationOutOfRange,
  ChangeNotDue,
  ChangePending,
  FeeTooHigh,
  FirstDepositIncomplete,
  InsufficientDeposit,
  InsufficientLiquidity,
  InsufficientOutput,
  MaximumExceeded,
  NoChangePending,
  NothingBurned,
  NotOffered,
  NotOwner,
  PoolEmpty,
  RampTooShort,
  RampTooSoon,
  SlippageExceeded,
  WrongAsset,
  WrongCount,
} from "./failures.ts"
import { COINS_MAX, DECIMALS_MAX } from "./math.ts"

/**
 * A pool of 2 to 8 coins of about the same worth, after Curve's 3pool (StableSwap3Pool.vy of 2020; `math.ts` says which formulas): same
 * amounts, same state, refusals at the same inputs, to the smallest unit.
 *
 * Amounts are in smallest units. Lists of amounts have one entry for each coin, in the order in which the pool was made. Fees are in units of
 * 10^-10. Whoever is paid is the sender. Every message takes the engine's `deadline`, the last block in which it may be handled; too late it
 * comes back whole. Failures are listed in their order of precedence; where an intermediate result leaves 256 bits, as the contract reverts,
 * a message ends with core/OutOfRange, and where a balance is 0 with core/DivisionByZero.
 *
 * Shares are the pool's own asset, `<pool>:shares`, with 18 decimals; the first deposit mints D of them.
 *
 * `balances` are what belongs to the shares. What the pool holds beyond them are admin fees: the admin's part of the fees, and, as in the
 * contract, plain payments to the pool. Shares that are paid to the pool without a message are lost.
 *
 * The contract's ownership transfer and its switch to stop everything but `RemoveLiquidity` are left out. Its view `get_dy` (`getDy`) takes the fee in
 * other units than its trade does, and can be a unit beside it; `quoteOut` is what a trade pays.
 *
 * The contract is Vyper, for which npm has no compiler: it is not its bytecode that this pool is held against, but the answers of the pool on
 * mainnet, an independent model of the contract's text, and the paper's equation in whole numbers.
 *
 * It is a venue of routes: `Hop` (exchange/router) is a `Swap` whose proceeds go on.
 */

/** Shares of the pool at `address`. */
export const sharesOf = (address: string): AssetId => assetOf(address, "shares")

const Amounts = List(Amount, COINS_MAX)

/**
 * Sells the attached coin for `assetOut` and pays at least `minimumOut`, or nothing happens: `exchange`. The amount out is rounded down, less
 * one 18-decimals unit against rounding and less the fee; like in the contract it may be 0.
 */
export const Swap = Message.make("stableswap/Swap", {
  payload: { assetOut: AssetId, minimumOut: Amount },
  reply: { amountOut: Amount },
  failures: [WrongAsset, NotOffered, PoolEmpty, InsufficientOutput, SlippageExceeded],
})

/**
 * Deposits all attached coins and mints at least `minimumShares`, rounded down: `add_liquidity`. What lies beside the pool's present ratio pays
 * the imbalance fee. The first deposit needs all coins and pays no fee.
 */
export const AddLiquidity = Message.make("stableswap/AddLiquidity", {
  payload: { minimumShares: Amount },
  reply: { shares: Amount },
  failures: [WrongAsset, FirstDepositIncomplete, InsufficientDeposit, InsufficientLiquidity, SlippageExceeded],
})

/** Burns the attached shares and pays their part of each balance, rounded down, without fee: `remove_liquidity`. */
export const RemoveLiquidity = Message.make("stableswap/RemoveLiquidity", {
  payload: { minimumAmounts: Amounts },
  reply: { amounts: Amounts },
  failures: [WrongAsset, WrongCount, SlippageExceeded],
})

/**
 * Pays exactly these amounts and burns what they cost, rounded up and one more: `remove_liquidity_imbalance`. What lies beside the pool's
 * present ratio pays the imbalance fee. What is left of the attached maximum of shares is sent back.
 */
export const RemoveLiquidityImbalance = Message.make("stableswap/RemoveLiquidityImbalance", {
  payload: { amounts: Amounts },
  reply: { shares: Amount },
  failures: [WrongAsset, WrongCount, InsufficientLiquidity, NothingBurned, MaximumExceeded],
})

/** Burns the attached shares and pays at least `minimumOut` of one coin, rounded down, less the imbalance fee: `remove_liquidity_one_coin`. */
export const RemoveLiquidityOneCoin = Message.make("stableswap/RemoveLiquidityOneCoin", {
  payload: { assetOut: AssetId, minimumOut: Amount },
  reply: { amountOut: Amount },
  failures: [WrongAsset, NotOffered, PoolEmpty, InsufficientOutput, SlippageExceeded],
})

/**
 * Lets A go in a straight line to `futureA` at `futureTime` (seconds): `ramp_A`. For the owner only. At least a day after the last ramp began
 * (after 1970-01-01 for the first), for at least a day, and by no more than a factor of ten.
 */
export const RampA = Message.make("stableswap/RampA", {
  payload: { futureA: Amount, futureTime: Seconds },
  failures: [WrongAsset, NotOwner, RampTooSoon, RampTooShort, AmplificationOutOfRange],
})

/** Keeps A as it is at this moment: `stop_ramp_A`. For the owner only. */
export const StopRampA = Message.make("stableswap/StopRampA", { failures: [WrongAsset, NotOwner] })

/** Announces fees that can be applied three days later: `commit_new_fee`. For the owner only. */
export const CommitFee = Message.make("stableswap/CommitFee", {
  payload: { feeE10: Amount, adminFeeE10: Amount },
  failures: [WrongAsset, NotOwner, ChangePending, FeeTooHigh],
})

/** Makes the committed fees valid: `apply_new_fee`. For the owner only. */
export const ApplyFee = Message.make("stableswap/ApplyFee", { failures: [WrongAsset, NotOwner, NoChangePending, ChangeNotDue] })

/** Forgets the committed fees, if there are any: `revert_new_parameters`. For the owner only. */
export const RevertFee = Message.make("stableswap/RevertFee", { failures: [WrongAsset, NotOwner] })

/** Pays what the pool holds beyond its balances to the owner: `withdraw_admin_fees`. */
export const WithdrawAdminFees = Message.make("stableswap/WithdrawAdminFees", { reply: { amounts: Amounts }, failures: [WrongAsset, NotOwner] })

/** Gives what the pool holds beyond its balances to the shares: `donate_admin_fees`. For the owner only. */
export const DonateAdminFees = Message.make("stableswap/DonateAdminFees", { reply: { amounts: Amounts }, failures: [WrongAsset, NotOwner] })

/** What a pool publishes; A follows from the ramp and the time, see `rampedA`. */
export const StablePoolView = View.make("stableswap/StablePool", {
  assets: List(AssetId, COINS_MAX),
  decimals: List(Integer(0, DECIMALS_MAX), COINS_MAX),
  balances: Amounts,
  shares: Amount,
  initialA: Uint(20),
  futureA: Uint(20),
  initialATime: Seconds,
  futureATime: Seconds,
  feeE10: Uint(64),
})

/** A trade. */
export const Swapped = Event.make("stableswap/Swapped", { sender: Address, assetIn: AssetId, amountIn: Amount, assetOut: AssetId, amountOut: Amount })
/** A deposit: amounts in, fees by coin, D before fees, shares minted, and shares in existence afterwards. */
export const LiquidityAdded = Event.make("stableswap/LiquidityAdded", { sender: Address, amounts: Amounts, fees: Amounts, invariant: Amount, shares: Amount, supply: Amount })
/** A withdrawal of any kind: amounts out, fees by coin (of a single coin: in what it would have paid more), shares burned, shares left. */
export const LiquidityRemoved = Event.make("stableswap/LiquidityRemoved", { sender: Address, amounts: Amounts, fees: Amounts, shares: Amount, supply: Amount })
/** A ramp of A from one value and time to another; a stopped one has both ends now. */
export const Ramped = Event.make("stableswap/Ramped", { initialA: Amount, futureA: Amount, initialTime: Seconds, futureTime: Seconds })
/** Fees that can be applied from `deadline` on. */
export const FeeCommitted = Event.make("stableswap/FeeCommitted", { deadline: Seconds, feeE10: Amount, adminFeeE10: Amount })
/** Fees that are valid from now on. */
export const FeeApplied = Event.make("stableswap/FeeApplied", { feeE10: Amount, adminFeeE10: Amount })
