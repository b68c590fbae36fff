import { Address, Amount, AssetId, Continuation, Event, Message, Nullable, Seconds, Text, View } from "../../../core/index.ts"
import { Report } from "../../vault/messages.ts"
import { Collect, PositionOf, Supply, Withdraw } from "../isolated-market/messages.ts"
import { FundsAttached, HarvestUnderWay } from "./failures.ts"

/**
 * A strategy of a vault (vault/messages.ts) that supplies what it is lent to a lending market (lending/isolated-market): `Lend` becomes Supply,
 * `Recall` becomes Withdraw. Amounts are in smallest units of the vault's asset, which is the market's loan asset. Supply shares are the market's.
 *
 * **What it owes** (`owed`) is what the vault lent, plus reported gains, less reported losses and what it sent back. Both sides book differences in
 * the order of their messages, so the two books are equal whenever nothing is under way between them.
 *
 * **What it has**, at every moment: cash in hand; `supplying`, attached to a Supply under way; its supply shares at the market; and what the market
 * paid out (`withdrawn`) and has not arrived (`withdrawn - received`): on its way, or kept by the market for it because its mailbox was full.
 * These together are its worth. Shares are worth what the market's view says with the interest up to now, rounded down; a view is as of the start of
 * the block, so bad debt of the same block shows one block later.
 *
 * **Lend** supplies all cash that nobody waits for. If the market refuses, or cannot be reached, the cash is back in hand, is worth as much, serves
 * the next recalls first, and is supplied with the next Lend or Harvest.
 *
 * **Recall** answers at once what is `coming`: cash, which leaves with the answer; and of the rest as much as the market's view says is neither
 * lent to borrowers nor being withdrawn already, for which Withdraw leaves. What the market does not have is not promised; the vault asks again after its
 * own time. What is promised and still to arrive is `due`. When the market has less after all (others were faster), the strategy asks it once more for
 * what there is, and tells the vault the rest with `Repay.short`. Withdraw refused for any other reason: all of it is short.
 * The market's payment undeliverable: the strategy collects it, and again with each Recall and Harvest until it is there; until then it stays due.
 * A repayment that bounces is owed as before and in hand; the vault asks again when its time is over.
 *
 * **Harvest**, from anybody: supplies free cash, collects what came back, asks the market for the position (shares that others supplied on the
 * strategy's behalf become its own), and reports to the vault by how much its worth differs from what it owes. A report that bounces was not made; the
 * next harvest makes it. It never sends back more than it owes by then, so losses that are reported lower what is due first (`short`).
 *
 * A supply share is worth up to one unit less than what was paid for it, so the first harvest after a Lend may report a loss of one unit.
 *
 * **Assumptions.** Vault and market are what they say they are; they are named once. Plain payments are gifts to the vault. Payments of other
 * assets, and collateral that others supply on its behalf, are lost.
 */

/** Reports gains and losses to the vault, and puts cash to work. From anybody. */
export const Harvest = Message.make("market-strategy/Harvest", { failures: [FundsAttached, HarvestUnderWay] })

/** Where the strategy goes on when the market took a supply or refused. */
export const SupplyEnded = Continuation.make("market-strategy/SupplyEnded", { of: Supply, saved: { assets: Amount } })
/** Where it goes on when the market paid or refused; `attempt` counts from 1. */
export const WithdrawEnded = Continuation.make("market-strategy/WithdrawEnded", { of: Withdraw, saved: { assets: Amount, attempt: Amount } })
/** Where it goes on when the market paid out again what came back. */
export const CollectEnded = Continuation.make("market-strategy/CollectEnded", { of: Collect })
/** Where a harvest goes on with the position. */
export const PositionRead = Continuation.make("market-strategy/PositionRead", { of: PositionOf })
/** Where a harvest ends. */
export const ReportEnded = Continuation.make("market-strategy/ReportEnded", { of: Report })

/** What a market strategy publishes. `gainedAt` is when the vault last booked a gain. */
export const MarketStrategyView = View.make("market-strategy/MarketStrategy", {
  vault: Address,
  market: Address,
  asset: AssetId,
  owed: Amount,
  shares: Amount,
  due: Amount,
  gainedAt: Nullable(Seconds),
})

/** Assets that are supplied now, and the shares for them. */
export const Placed = Event.make("market-strategy/Placed", { assets: Amount, shares: Amount })
/** Assets that the market paid back, and the shares for them. */
export const Freed = Event.make("market-strategy/Freed", { assets: Amount, shares: Amount })
/** What the vault booked. */
export const Reported = Event.make("market-strategy/Reported", { gain: Amount, loss: Amount })
/** A message to the market or the vault that was refused or undeliverable; `reason` is the failure's tag. */
export const LegFailed = Event.make("market-strategy/LegFailed", { leg: Text(120), reason: Text(400) })
