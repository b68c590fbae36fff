import { Address, Amount, AssetId, Continuation, Event, Message, View } from "../../core/index.ts"
import { InsufficientCash, MoreThanInvested, NotKeeper, ReportUnderWay, WrongAsset } from "./failures.ts"
import { Report } from "./messages.ts"

/**
 * A reserve strategy: it keeps what a vault lends it as cash, and its keeper invests some of the cash with borrowers, who pay back with plain
 * payments. Whatever comes in beyond what it owes (interest, donations) is yield, and is reported to the vault by `Harvest`; what the keeper
 * writes down is a loss, reported in the same way. While cash is invested, the strategy is short of liquidity: a recall gets what is there.
 *
 * The vault's own side (`Lend`, `Recall`, `Repay`, `Report`) is in `messages.ts`. A repayment that bounces is owed as before; the vault asks
 * again when its time is over. A report that bounces was not made; the next `Harvest` makes it.
 */

/** Pays cash out to a borrower. For the keeper. */
export const Invest = Message.make("vault/Invest", {
  payload: { borrower: Address, assets: Amount },
  failures: [WrongAsset, NotKeeper, InsufficientCash],
})

/** Gives up some of what a borrower owes. For the keeper. */
export const WriteDown = Message.make("vault/WriteDown", {
  payload: { borrower: Address, assets: Amount },
  failures: [WrongAsset, NotKeeper, MoreThanInvested],
})

/** Reports to the vault by how much cash and invested assets differ from what is owed; says nothing where they do not. Anybody may send it. */
export const Harvest = Message.make("vault/Harvest", { reply: { gain: Amount, loss: Amount }, failures: [WrongAsset, ReportUnderWay] })

/** Where the strategy goes on when a report was booked or refused. */
export const ReportEnded = Continuation.make("vault/ReportEnded", { of: Report, saved: { gain: Amount, loss: Amount } })

/** What a reserve strategy publishes. */
export const ReserveView = View.make("vault/ReserveStrategy", { vault: Address, asset: AssetId, owed: Amount, invested: Amount })

/** Cash on its way to a borrower. */
export const Invested = Event.make("vault/Invested", { borrower: Address, assets: Amount })
/** Cash that a borrower did not take, or paid back. */
export const Returned = Event.make("vault/Returned", { borrower: Address, assets: Amount })
/** Invested assets that are given up. */
export const WrittenDown = Event.make("vault/WrittenDown", { borrower: Address, assets: Amount })
