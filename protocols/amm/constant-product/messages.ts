import { Address, Amount, assetOf, Event, Message, Nullable, Pips, Seconds, Uint, View, type AssetId } from "../../../core/index.ts"
import {
  InsufficientInput,
  InsufficientLiquidity,
  InsufficientOutput,
  InsufficientSharesBurned,
  InsufficientSharesMinted,
  MaximumExceeded,
  NotFeeSetter,
  PoolEmpty,
  ProductDecreased,
  ReserveOverflow,
  SlippageExceeded,
  WrongAsset,
} from "./failures.ts"

/**
 * A pool of two assets X and Y at reserveX * reserveY = k, after Uniswap v2 (github.com/Uniswap/v2-core, UniswapV2Pair, and the amounts of
 * UniswapV2Library): same amounts, same state, refusals at the same inputs, to the smallest unit.
 *
 * Amounts are in smallest units. Whoever is paid is the sender. Every message takes the engine's `deadline`, the last block in which it may
 * be handled; too late it comes back whole. Failures are listed in their order of precedence.
 *
 * Shares are the pool's own asset, `<pool>:shares`; the first 1,000 stay with the pool for ever, so that a share's price cannot be inflated.
 *
 * As in the contract, the pool reads its own balances: a plain payment to it is a donation, which belongs to nobody until the next trade or
 * deposit takes it into the reserves, or `Skim` takes it out. Shares that are paid to the pool without a message are lost.
 * A payment that meets a full mailbox is made again, block after block, until the hop limit; one that cannot be delivered at all (nobody lives
 * there, or nobody who takes payments) becomes a donation.
 */

/** Shares of the pool at `address`. */
export const sharesOf = (address: string): AssetId => assetOf(address, "shares")

/** Sells the attached amount of X or Y for the other asset and pays at least `minimumOut`, or nothing happens. The amount out is rounded down. */
export const Swap = Message.make("amm/Swap", {
  payload: { minimumOut: Amount },
  reply: { amountOut: Amount },
  failures: [WrongAsset, PoolEmpty, InsufficientOutput, SlippageExceeded, ReserveOverflow],
})

/** Buys exactly `amountOut` of the asset that is not attached, and sends back what is left of the attached maximum. The amount in is rounded up. */
export const SwapForExact = Message.make("amm/SwapForExact", {
  payload: { amountOut: Amount },
  reply: { amountIn: Amount },
  failures: [WrongAsset, InsufficientOutput, PoolEmpty, InsufficientLiquidity, MaximumExceeded, ReserveOverflow],
})

/** The contract's own `swap`: takes any attached X and Y, gives exactly these amounts, and only looks whether k, less fees, still holds. */
export const Exchange = Message.make("amm/Exchange", {
  payload: { amountXOut: Amount, amountYOut: Amount },
  reply: { amountXIn: Amount, amountYIn: Amount },
  failures: [WrongAsset, InsufficientOutput, InsufficientLiquidity, InsufficientInput, ProductDecreased, ReserveOverflow],
})

/**
 * Deposits attached X and Y at the pool's ratio and mints shares, rounded down; what exceeds the ratio is sent back.
 * The first deposit sets the ratio and mints sqrt(x * y) - 1,000 shares; where x * y does not fit into 256 bits, it ends with core/OutOfRange.
 */
export const AddLiquidity = Message.make("amm/AddLiquidity", {
  payload: { minimumX: Amount, minimumY: Amount, minimumShares: Amount },
  reply: { amountX: Amount, amountY: Amount, shares: Amount },
  failures: [WrongAsset, InsufficientSharesMinted, SlippageExceeded, ReserveOverflow],
})

/** Burns the attached shares and pays their part of both balances, rounded down. */
export const RemoveLiquidity = Message.make("amm/RemoveLiquidity", {
  payload: { minimumX: Amount, minimumY: Amount },
  reply: { amountX: Amount, amountY: Amount },
  failures: [WrongAsset, InsufficientSharesBurned, SlippageExceeded, ReserveOverflow],
})

/** Pays what the balances exceed the reserves to the sender. */
export const Skim = Message.make("amm/Skim", { reply: { amountX: Amount, amountY: Amount }, failures: [WrongAsset] })

/** Takes the balances as the reserves. */
export const Sync = Message.make("amm/Sync", { failures: [WrongAsset, ReserveOverflow] })

/** Turns the protocol fee on (a sixth of the fees' growth, in shares, to `feeTo`) or off (null). For the fee setter only. */
export const SetFeeTo = Message.make("amm/SetFeeTo", { payload: { feeTo: Nullable(Address) }, failures: [WrongAsset, NotFeeSetter] })

/** What a pool publishes. Prices: UQ112x112 times seconds, summed up, modulo 2^256; `timeLast` is modulo 2^32. */
export const PoolView = View.make("amm/ConstantProductPool", {
  reserveX: Uint(112),
  reserveY: Uint(112),
  shares: Amount,
  priceXCumulative: Amount,
  priceYCumulative: Amount,
  timeLast: Seconds,
  feePips: Pips,
})

/** A trade, in the pool's assets. */
export const Swapped = Event.make("amm/Swapped", { sender: Address, amountXIn: Amount, amountYIn: Amount, amountXOut: Amount, amountYOut: Amount })
/** A deposit: what the reserves took in, donations included, and the sender's shares. */
export const LiquidityAdded = Event.make("amm/LiquidityAdded", { sender: Address, amountX: Amount, amountY: Amount, shares: Amount })
/** A withdrawal. */
export const LiquidityRemoved = Event.make("amm/LiquidityRemoved", { sender: Address, amountX: Amount, amountY: Amount, shares: Amount })
