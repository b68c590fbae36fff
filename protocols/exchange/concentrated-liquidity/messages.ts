import { Address, Amount, Bool, Count, Event, Integer, List, Message, Nullable, Pips, Seconds, SignedInteger, Uint, View } from "../../../core/index.ts"
import {
  AlreadyInitialized,
  FeeProtocolInvalid,
  InsufficientPosition,
  LiquidityTooLarge,
  MaximumExceeded,
  NothingAsked,
  NotInitialized,
  NotOwner,
  ObservationTooOld,
  PriceLimitInvalid,
  PriceOutOfRange,
  SlippageExceeded,
  TicksInvalid,
  WrongAsset,
} from "./failures.ts"
import { Tick } from "./tick.ts"

/**
 * A pool of two assets, 0 and 1, whose liquidity lies between ticks, after Uniswap v3 (github.com/Uniswap/v3-core, UniswapV3Pool): same amounts,
 * same state, refusals at the same inputs, to the smallest unit.
 *
 * Amounts are in smallest units; a price is the square root of asset 1 per asset 0 as a Q64.96; a fee growth is fees per unit of liquidity as
 * a Q128.128. What comes in is rounded up, what goes out down, and the fee up: always in the pool's favour. Whoever is paid is the sender, and a
 * position belongs to the sender who made it. What is attached is the most that a message may cost: the rest is sent back. Every message takes
 * the engine's `deadline`, the last block in which it may be handled. Failures are listed in their order of precedence.
 *
 * Sums of the contract that wrap do so here: fee growth modulo 2^256, what is owed to a position or to the protocol modulo 2^128 (so collect
 * before it reaches that), the oracle's sums modulo 2^56 and 2^160, its time modulo 2^32.
 *
 * Left out: `flash`, since a loan within one transaction cannot be expressed by asynchronous messages; and payments without a message, which
 * the contract keeps for ever and which come back here.
 *
 * It is a venue of routes: `Hop` (exchange/router) is a `Swap` without a price limit whose proceeds go on; what the liquidity is too little for
 * goes to the trader. A payment that meets a full mailbox is made again, block after block, until the hop limit.
 */

/** A price limit; null: none. The swap goes no further, and may then take and give less than was asked. */
const PriceLimit = Nullable(Uint(160))

/** Gives the pool its first price. Anybody may, once. */
export const Initialize = Message.make("clmm/Initialize", {
  payload: { sqrtPriceX96: Uint(160) },
  reply: { tick: Tick },
  failures: [WrongAsset, AlreadyInitialized, PriceOutOfRange],
})

/**
 * Sells the attached amount of one asset for the other, as far as the price limit and the pool's liquidity allow, and pays at least
 * `amountOutMin`, or nothing happens. What is not sold comes back.
 */
export const Swap = Message.make("clmm/Swap", {
  payload: { sqrtPriceLimitX96: PriceLimit, amountOutMin: Amount },
  reply: { amountIn: Amount, amountOut: Amount },
  failures: [WrongAsset, NotInitialized, PriceLimitInvalid, SlippageExceeded],
})

/** Buys exactly `amountOut` of the asset that is not attached, or as much as there is up to the price limit where one is given. */
export const SwapForExact = Message.make("clmm/SwapForExact", {
  payload: { amountOut: Amount, sqrtPriceLimitX96: PriceLimit },
  reply: { amountIn: Amount, amountOut: Amount },
  failures: [WrongAsset, NothingAsked, NotInitialized, PriceLimitInvalid, SlippageExceeded, MaximumExceeded],
})

/**
 * The contract's own `swap`: an exact input where `amountSpecified` is positive, an exact output where it is negative, up to a price limit.
 * The amounts of the reply are the pool's: positive what came in, negative what went out. The amount specified may exceed what is attached
 * where the limit is reached before.
 */
export const Exchange = Message.make("clmm/Exchange", {
  payload: { zeroForOne: Bool, amountSpecified: SignedInteger, sqrtPriceLimitX96: Uint(160) },
  reply: { amount0: SignedInteger, amount1: SignedInteger },
  failures: [WrongAsset, NothingAsked, NotInitialized, PriceLimitInvalid, MaximumExceeded],
})

/** Adds `liquidity` to the sender's position between two ticks; takes what it costs of the attached amounts, at least the minima. */
export const Mint = Message.make("clmm/Mint", {
  payload: { tickLower: Tick, tickUpper: Tick, liquidity: Uint(128), amount0Min: Amount, amount1Min: Amount },
  reply: { amount0: Amount, amount1: Amount },
  failures: [WrongAsset, NotInitialized, NothingAsked, TicksInvalid, LiquidityTooLarge, SlippageExceeded, MaximumExceeded],
})

/** Adds as much liquidity as the attached amounts are enough for, as v3-periphery counts it. */
export const Deposit = Message.make("clmm/Deposit", {
  payload: { tickLower: Tick, tickUpper: Tick, amount0Min: Amount, amount1Min: Amount },
  reply: { liquidity: Uint(128), amount0: Amount, amount1: Amount },
  failures: [WrongAsset, NotInitialized, TicksInvalid, NothingAsked, LiquidityTooLarge, SlippageExceeded],
})

/**
 * Takes `liquidity` from the sender's position; what it held, and the fees until now, are owed to the position, to be collected. A burn of
 * nothing only counts the fees.
 */
export const Burn = Message.make("clmm/Burn", {
  payload: { tickLower: Tick, tickUpper: Tick, liquidity: Uint(128), amount0Min: Amount, amount1Min: Amount },
  reply: { amount0: Amount, amount1: Amount },
  failures: [WrongAsset, NotInitialized, TicksInvalid, InsufficientPosition, SlippageExceeded],
})

/** Pays the sender what is owed to a position of its own, up to the maxima. Fees are owed once a mint or burn has counted them. */
export const Collect = Message.make("clmm/Collect", {
  payload: { tickLower: Tick, tickUpper: Tick, amount0Max: Uint(128), amount1Max: Uint(128) },
  reply: { amount0: Uint(128), amount1: Uint(128) },
  failures: [WrongAsset, NotInitialized],
})

/** Sets the protocol's part of the fees on each asset: one of so many, or none. For the owner only. */
export const SetFeeProtocol = Message.make("clmm/SetFeeProtocol", {
  payload: { feeProtocol0: Count, feeProtocol1: Count },
  failures: [WrongAsset, NotInitialized, NotOwner, FeeProtocolInvalid],
})

/** Pays the owner the protocol's fees, up to the maxima; as in the contract, a unit stays where all would be taken. */
export const CollectProtocol = Message.make("clmm/CollectProtocol", {
  payload: { amount0Max: Uint(128), amount1Max: Uint(128) },
  reply: { amount0: Uint(128), amount1: Uint(128) },
  failures: [WrongAsset, NotInitialized, NotOwner],
})

/** Makes room for more observations, at most 65,535; room for fewer than there is changes nothing. */
export const IncreaseObservationCardinality = Message.make("clmm/IncreaseObservationCardinality", {
  payload: { cardinalityNext: Integer(0, 65_535) },
  reply: { cardinalityNext: Integer(0, 65_535) },
  failures: [WrongAsset, NotInitialized],
})

/** The oracle's sums as of some seconds ago each, at most 64 of them. */
export const Observe = Message.make("clmm/Observe", {
  payload: { secondsAgos: List(Integer(0, 2 ** 32 - 1), 64) },
  reply: { tickCumulatives: List(SignedInteger, 64), secondsPerLiquidityCumulativeX128s: List(Uint(160), 64) },
  failures: [WrongAsset, NotInitialized, ObservationTooOld],
})

/**
 * What a pool publishes. The sums are those of the last observation, at `timeLast` modulo 2^32; since then the tick and the liquidity
 * were the published ones, so that a reader carries them on.
 */
export const PoolView = View.make("clmm/ConcentratedLiquidityPool", {
  sqrtPriceX96: Uint(160),
  tick: Tick,
  liquidity: Uint(128),
  feePips: Pips,
  tickCumulative: SignedInteger,
  secondsPerLiquidityCumulativeX128: Uint(160),
  timeLast: Seconds,
})

/** The pool has its first price. */
export const Initialized = Event.make("clmm/Initialized", { sqrtPriceX96: Uint(160), tick: Tick })
/** A trade: amounts as the pool sees them, positive what came in; price, liquidity and tick after it. */
export const Swapped = Event.make("clmm/Swapped", {
  sender: Address,
  amount0: SignedInteger,
  amount1: SignedInteger,
  sqrtPriceX96: Uint(160),
  liquidity: Uint(128),
  tick: Tick,
})
const positionFields = { owner: Address, tickLower: Tick, tickUpper: Tick, amount0: Amount, amount1: Amount }
/** Liquidity added, and what it cost. */
export const Minted = Event.make("clmm/Minted", { ...positionFields, liquidity: Uint(128) })
/** Liquidity taken away, and what is owed for it. */
export const Burned = Event.make("clmm/Burned", { ...positionFields, liquidity: Uint(128) })
/** Paid of what was owed. */
export const Collected = Event.make("clmm/Collected", positionFields)
/** The protocol's part of the fees was set. */
export const FeeProtocolSet = Event.make("clmm/FeeProtocolSet", { feeProtocol0: Count, feeProtocol1: Count })
/** The protocol's fees were paid. */
export const ProtocolCollected = Event.make("clmm/ProtocolCollected", { owner: Address, amount0: Amount, amount1: Amount })
