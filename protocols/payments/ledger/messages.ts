import { Address, Amount, AssetId, Count, Event, Message, View } from "../../../core/index.ts"
import { InsufficientBalance, NotMember, WrongAsset, WrongMember } from "./failures.ts"

/**
 * A payments ledger: accounts' balances of one asset, kept in the ledger's own state and backed one to one by what it holds. It is a family
 * (`ledgerFamily`): an account is kept by the member that its name hashes to, and every message goes to the member of the account that it is
 * about, for `Transfer` and `Withdraw` the sender's own. A family of one is a plain ledger.
 *
 * Amounts are in the asset's smallest units, 0 to 2^256 - 1; nothing is ever rounded. An amount of zero is fine for transfers and withdrawals,
 * and moves nothing. An account needs no actor behind it, but to take its money out. Failures are listed in their order of precedence.
 *
 * Transfers of a block are handled together, after all else that their member takes in that block, in canonical order; each stands for itself.
 * Within one member a transfer is done at once. Between two members the payer is debited, the money travels in a `Credit`, and the payee has
 * it one block later. If the credit comes back for any reason (no such member, a full mailbox, a limit), the payer has the money again in the
 * block in which it comes back, and a `Refunded` event says so. A withdrawal travels as a plain payment; if the account's actor does not take
 * it, it comes back in the same way. Nobody but the payer can lose anything on the way, and the payer nothing.
 *
 * A member holds at all times exactly what its accounts have, and what it was given at its birth beyond that: plain payments to it are refused.
 */

/** Adds what is attached, more than zero of the ledger's asset, to the balance of `account`, whoever sends it. */
export const Deposit = Message.make("payments/Deposit", { payload: { account: Address }, failures: [WrongAsset, WrongMember] })

/** Pays `amount` of the sender's balance out to the sender. */
export const Withdraw = Message.make("payments/Withdraw", { payload: { amount: Amount }, failures: [WrongAsset, WrongMember, InsufficientBalance] })

/** Moves `amount` of the sender's balance to the account `to`. To oneself it changes nothing, but the balance must suffice. */
export const Transfer = Message.make("payments/Transfer", {
  payload: { to: Address, amount: Amount },
  failures: [WrongAsset, WrongMember, InsufficientBalance],
})

/** From member to member: the attached money of `from`, for `to`. */
export const Credit = Message.make("payments/Credit", { payload: { from: Address, to: Address }, failures: [WrongAsset, NotMember, WrongMember] })

/** Asks what an account has. */
export const BalanceOf = Message.make("payments/BalanceOf", {
  payload: { account: Address },
  reply: { balance: Amount },
  failures: [WrongAsset, WrongMember],
})

/**
 * What a member publishes. `total`: what its accounts have. `sent` and `received`: all that went out to and came in from other members, what
 * came back taken off again, modulo 2^256; over the whole family, their difference is what is under way between members (`ledgerTotals`).
 */
export const LedgerView = View.make("payments/Ledger", { asset: AssetId, total: Amount, accounts: Count, sent: Amount, received: Amount })

/** Money that came into the ledger. */
export const Deposited = Event.make("payments/Deposited", { account: Address, amount: Amount })
/** Money that left the ledger, or is about to. */
export const Withdrawn = Event.make("payments/Withdrawn", { account: Address, amount: Amount })
/** A transfer as its payer sees it. */
export const Transferred = Event.make("payments/Transferred", { from: Address, to: Address, amount: Amount })
/** Money that could not be handed over and is the account's again. */
export const Refunded = Event.make("payments/Refunded", { account: Address, amount: Amount })
