import { Address, Amount, AssetId, Bool, Event, Message, Seconds, Uint, View, Wad } from "../../../core/index.ts"
import { NoPrice, StalePrice } from "../../oracle/messages.ts"
import {
  AlreadySet,
  Exceeds128Bits,
  FeeTooHigh,
  InconsistentInput,
  InsufficientCollateral,
  InsufficientLiquidity,
  InsufficientPayment,
  InsufficientPosition,
  NothingUnpaid,
  NotOwner,
  PositionHealthy,
  Unauthorized,
  WrongAsset,
  ZeroAssets,
} from "./failures.ts"
import { MarketTotals } from "./state.ts"

/**
 * A lending market of one loan asset against one collateral, after Morpho Blue (github.com/morpho-org/morpho-blue) with its adaptive-curve rate
 * model (morpho-blue-irm), one actor for each market: same amounts, same state, refusals at the same inputs, to the smallest unit.
 *
 * **Units.** Amounts in smallest units. Rates are wads per second, `lltv` and `fee` wads. Suppliers own supply shares of `totalSupplyAssets`,
 * borrowers owe borrow shares of `totalBorrowAssets`; a position also holds collateral, which earns nothing and is lent to nobody. 10^6 virtual
 * shares and one virtual unit stand beside each total, so that the first price is 10^6 shares a unit and donations cannot move it.
 *
 * **Rounding** is always in the market's favour. Whoever says an amount gets shares rounded down for what comes in (supply, repay) and up for
 * what goes out (withdraw, borrow); whoever says shares moves amounts rounded up for what comes in and down for what goes out. Where `assets`
 * and `shares` are asked for, exactly one of them is zero.
 *
 * **Interest.** Every message but SupplyCollateral, SetFeeRecipient, SetOwner, SetAuthorization, Collect and PositionOf first brings the interest
 * up to the block's time (see `accrued`); borrowers owe it at once, suppliers' shares are worth it at once. The market's clock starts with the
 * first of those messages, as Morpho's does at createMarket.
 *
 * **Money in** is attached: of the loan asset to Supply, Repay, Liquidate, of the collateral to SupplyCollateral. More than needed comes back to
 * the sender in the same block. A plain payment is refused, so nothing can be given to the market by mistake.
 *
 * **Money out** is a plain payment to the `receiver` (of what comes back: to the sender). A payment that cannot be delivered (nobody lives there,
 * a full mailbox, the hop limit) returns to the market, which keeps it for that account: `Collect` pays it out again, and `Returned` tells of
 * it. So nothing is lost, but to an address where nobody will ever live, or to the market's own.
 *
 * **The price** is what `oracle` publishes (oracle/PriceView: units of the loan asset for a unit of collateral, a wad). It counts when its base
 * and quote are the market's collateral and loan asset, it is not 0, and it is at most `staleAfterSeconds` old; otherwise the message ends with
 * `NoPrice` or `StalePrice`. Who needs a price: **Borrow**, **Liquidate**, and **WithdrawCollateral from a position with debt**. Nothing
 * else does: without a price, suppliers come and go as far as there is liquidity, debts are repaid, collateral is added, and withdrawn by whoever
 * owes nothing; nobody borrows and nobody is liquidated, however bad the position, until the oracle speaks again. This is what Morpho does when
 * its oracle reverts. A price moves what is healthy from one block to the next, since views are read as of the start of a block.
 *
 * **Health.** A position is healthy while what it owes, rounded up, is at most its collateral at the price, rounded down, times `lltv`, rounded
 * down. Borrow and WithdrawCollateral leave it healthy; whoever is not may be liquidated, in part or wholly, by anybody.
 *
 * **Liquidation** is one message that pays and seizes: the liquidator repays debt and takes collateral worth min(1.15, 1 / (1 - 0.3 (1 - lltv)))
 * times as much. When a liquidation leaves no collateral, what is still owed is written off at once, from all suppliers in proportion.
 *
 * **Failures** are listed in their order of precedence; `Exceeds128Bits` and core/OutOfRange may come of interest alone, before what follows
 * them in the list, and again of the message's own amounts. Where Morpho refuses an overflow of 256 bits by Panic(0x11), this market ends with
 * core/OutOfRange.
 *
 * **Assumptions.** The oracle is honest and its price moves less than 1 - lltv * incentive between two chances to liquidate. The owner can do no
 * more than set the fee (a quarter of the interest at most), its recipient and the next owner. The two assets are different. Left out of Morpho:
 * callbacks and flash loans (a message is never handled within another), signatures (the host authenticates), the registry of markets.
 */

/** Adds to the supply of `onBehalf`, from anybody. Replies with what moved. */
export const Supply = Message.make("lending/Supply", {
  payload: { assets: Amount, shares: Amount, onBehalf: Address },
  reply: { assets: Amount, shares: Amount },
  failures: [WrongAsset, InconsistentInput, Exceeds128Bits, InsufficientPayment],
})

/** Takes from the supply of `onBehalf`, who is the sender or has authorised it, and pays the receiver. */
export const Withdraw = Message.make("lending/Withdraw", {
  payload: { assets: Amount, shares: Amount, onBehalf: Address, receiver: Address },
  reply: { assets: Amount, shares: Amount },
  failures: [WrongAsset, InconsistentInput, Unauthorized, Exceeds128Bits, InsufficientPosition, InsufficientLiquidity],
})

/** Lends to the receiver at the debt of `onBehalf`, who is the sender or has authorised it. Needs a price. */
export const Borrow = Message.make("lending/Borrow", {
  payload: { assets: Amount, shares: Amount, onBehalf: Address, receiver: Address },
  reply: { assets: Amount, shares: Amount },
  failures: [WrongAsset, InconsistentInput, Unauthorized, Exceeds128Bits, NoPrice, StalePrice, InsufficientCollateral, InsufficientLiquidity],
})

/** Pays off debt of `onBehalf`, from anybody. To pay off all of it, say its shares and attach a little more than it is worth. */
export const Repay = Message.make("lending/Repay", {
  payload: { assets: Amount, shares: Amount, onBehalf: Address },
  reply: { assets: Amount, shares: Amount },
  failures: [WrongAsset, InconsistentInput, Exceeds128Bits, InsufficientPosition, InsufficientPayment],
})

/** Adds all that is attached to the collateral of `onBehalf`, from anybody. */
export const SupplyCollateral = Message.make("lending/SupplyCollateral", {
  payload: { onBehalf: Address },
  failures: [WrongAsset, ZeroAssets, Exceeds128Bits],
})

/** Takes collateral of `onBehalf`, who is the sender or has authorised it, and pays the receiver. Needs a price where there is debt. */
export const WithdrawCollateral = Message.make("lending/WithdrawCollateral", {
  payload: { assets: Amount, onBehalf: Address, receiver: Address },
  failures: [WrongAsset, ZeroAssets, Unauthorized, Exceeds128Bits, InsufficientPosition, NoPrice, StalePrice, InsufficientCollateral],
})

/**
 * Repays debt of an unhealthy borrower out of what is attached and seizes collateral, which is paid to the sender together with the change.
 * Exactly one of the two amounts is given: collateral to seize, or borrow shares to repay; the other follows, in the market's favour. More than
 * the borrower has of either is refused. Needs a price. (Amounts that do not fit into 128 bits themselves are refused behind `PositionHealthy`.)
 */
export const Liquidate = Message.make("lending/Liquidate", {
  payload: { borrower: Address, seizedAssets: Amount, repaidShares: Amount },
  reply: { seizedAssets: Amount, repaidAssets: Amount, repaidShares: Amount, badDebtAssets: Amount, badDebtShares: Amount },
  failures: [WrongAsset, InconsistentInput, Exceeds128Bits, NoPrice, StalePrice, PositionHealthy, InsufficientPosition, InsufficientPayment],
})

/** Brings the interest up to now; from anybody. */
export const AccrueInterest = Message.make("lending/AccrueInterest", { failures: [WrongAsset, Exceeds128Bits] })

/** Lets somebody act on the sender's position, or no longer. */
export const SetAuthorization = Message.make("lending/SetAuthorization", {
  payload: { authorized: Address, isAuthorized: Bool },
  failures: [WrongAsset, AlreadySet],
})

/** Sets the part of the interest that the fee recipient gets from now on. For the owner only. */
export const SetFee = Message.make("lending/SetFee", {
  payload: { fee: Wad },
  failures: [WrongAsset, NotOwner, AlreadySet, FeeTooHigh, Exceeds128Bits],
})

/** Sets who gets the fee; interest that is not yet brought up to date counts for the new one. For the owner only. */
export const SetFeeRecipient = Message.make("lending/SetFeeRecipient", {
  payload: { feeRecipient: Address },
  failures: [WrongAsset, NotOwner, AlreadySet],
})

/** Hands the ownership over, at once. For the owner only. */
export const SetOwner = Message.make("lending/SetOwner", { payload: { owner: Address }, failures: [WrongAsset, NotOwner, AlreadySet] })

/** Pays out what came back for `account`, who is the sender or has authorised it. Replies with both amounts. */
export const Collect = Message.make("lending/Collect", {
  payload: { account: Address, receiver: Address },
  reply: { loan: Amount, collateral: Amount },
  failures: [WrongAsset, Unauthorized, NothingUnpaid],
})

/** Asks for a position, as it is stored. */
export const PositionOf = Message.make("lending/PositionOf", {
  payload: { account: Address },
  reply: { supplyShares: Uint(128), borrowShares: Uint(128), collateral: Uint(128) },
  failures: [WrongAsset],
})

/**
 * What a market publishes: its totals as of `lastUpdate`; `accrued(view, now)` makes them those of now. `utilization`, `borrowRate` (on the
 * curve, a wad per second) and the prices of 10^6 shares (wads of the loan asset's units) are those of `lastUpdate` too.
 */
export const MarketView = View.make("lending/IsolatedMarket", {
  loanAsset: AssetId,
  collateralAsset: AssetId,
  oracle: Address,
  staleAfterSeconds: Seconds,
  lltv: Wad,
  fee: Wad,
  ...MarketTotals,
  utilization: Wad,
  borrowRate: Wad,
  supplySharePrice: Wad,
  borrowSharePrice: Wad,
})

/** Interest that was added to both totals, at an average rate, and the fee's shares of it. */
export const InterestAccrued = Event.make("lending/InterestAccrued", { borrowRate: Wad, interest: Amount, feeShares: Amount })
export const Supplied = Event.make("lending/Supplied", { sender: Address, onBehalf: Address, assets: Amount, shares: Amount })
export const Withdrawn = Event.make("lending/Withdrawn", { sender: Address, onBehalf: Address, receiver: Address, assets: Amount, shares: Amount })
export const Borrowed = Event.make("lending/Borrowed", { sender: Address, onBehalf: Address, receiver: Address, assets: Amount, shares: Amount })
/** `assets` may be one unit more than was owed in all; that unit belongs to nobody. */
export const Repaid = Event.make("lending/Repaid", { sender: Address, onBehalf: Address, assets: Amount, shares: Amount })
export const CollateralSupplied = Event.make("lending/CollateralSupplied", { sender: Address, onBehalf: Address, assets: Amount })
export const CollateralWithdrawn = Event.make("lending/CollateralWithdrawn", { sender: Address, onBehalf: Address, receiver: Address, assets: Amount })
export const Liquidated = Event.make("lending/Liquidated", {
  sender: Address,
  borrower: Address,
  repaidAssets: Amount,
  repaidShares: Amount,
  seizedAssets: Amount,
  badDebtAssets: Amount,
  badDebtShares: Amount,
})
export const AuthorizationSet = Event.make("lending/AuthorizationSet", { authorizer: Address, authorized: Address, isAuthorized: Bool })
export const FeeSet = Event.make("lending/FeeSet", { fee: Wad })
export const FeeRecipientSet = Event.make("lending/FeeRecipientSet", { feeRecipient: Address })
export const OwnerSet = Event.make("lending/OwnerSet", { owner: Address })
/** A payment that could not be delivered, now kept for the account. */
export const Returned = Event.make("lending/Returned", { account: Address, loan: Amount, collateral: Amount })

/** For readers of the view. */
export { accrued } from "./interest.ts"
export type { Accrual, Accruing } from "./interest.ts"
export { toAssetsDown } from "./math.ts"
/** For those who withdraw: it says how much there is. */
export { InsufficientLiquidity } from "./failures.ts"
