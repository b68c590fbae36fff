import { Address, Amount, AssetId, assetOf, Bool, Continuation, Count, Event, Integer, Message, Nullable, View, Wad } from "../../core/index.ts"
import {
  DepositLimitExceeded,
  InsufficientIdle,
  LentLimitExceeded,
  MaximumExceeded,
  MintLimitExceeded,
  MoreThanLent,
  NoSuchWithdrawal,
  NotAllocator,
  NothingToCollect,
  NotManager,
  NotOwner,
  NotStrategy,
  NotVault,
  QueueFull,
  SlippageExceeded,
  StrategyIsVault,
  StrategyOwes,
  StrategyUnable,
  TooManyStrategies,
  WithdrawLimitExceeded,
  WrongAsset,
} from "./failures.ts"

/**
 * A vault after ERC-4626 as in OpenZeppelin Contracts 5.7 (ERC4626, and the fees of its ERC4626Fees example): same amounts, same state,
 * refusals at the same inputs, to the smallest unit. Beyond it, the vault lends to strategies by message, so a withdrawal may have to wait.
 *
 * Amounts are in smallest units. Total assets = idle (cash) + lent (what strategies owe, at book value). Shares are the vault's own asset,
 * `<vault>:shares`. Every conversion rounds in the vault's favour; `preview.ts` has the previews, which are what the handlers execute.
 * Whoever calls pays and is paid: there is no `receiver` and no allowance. Every message takes the engine's `deadline`. Failures are listed
 * in their order of precedence. An amount of zero is fine, as in the contract; a deposit that is worth no share is taken, as there, so name
 * a `minimumShares`. As in the contract a plain payment of the asset is a donation to all holders of shares. Shares, or other assets, that
 * are paid to the vault without a message are lost.
 *
 * WHAT A DEPOSITOR HOLDS while withdrawing, at every moment:
 *
 * 1. Before the vault handles `Withdraw` or `Redeem`: the shares, attached to the message. A refusal brings all of them back.
 * 2. The vault has the cash and nobody waits: the shares are burned and the assets are on their way in the same handling.
 * 3. Otherwise, with `mayQueue`: a ticket. The vault holds the shares in escrow under the ticket. They stay in existence, share gains and
 *    losses like all others, and belong to the ticket's owner, who takes them back with `CancelWithdrawal` as long as they are not paid.
 *    The ticket cannot be transferred. (Without `mayQueue`, or below the vault's `queuedAssetsMin`: refused, see 1.)
 * 4. Paid: in the handling in which cash suffices for the ticket that came first, its shares are burned and the assets leave, at the rate of
 *    that handling, exit fee taken off. Cash that is worth less than the whole ticket, but at least a sixteenth of it, pays that part; the
 *    rest waits on, in its place. Shares that are burned have been paid, shares that are not burned have not: nobody is paid twice or never.
 * 5. On its way: the assets, attached to a payment. If it comes back (full mailbox, no such actor, an actor that takes no payments), the
 *    vault keeps them apart under the owner's name, outside of the total assets, until the owner sends `Collect`. The same for shares.
 *
 * Tickets are served strictly in the order of their numbers, and while one waits nobody is paid past it. The minimum of `Redeem` and the
 * assets of `Withdraw` hold for the moment in which the message is handled: what waits is shares, not an amount. So a ticket can neither be
 * overtaken by a loss that others escape by coming first, nor become a debt that the vault cannot pay.
 *
 * RECALLS. Whenever withdrawals wait for more than is idle or on its way back, the vault asks its strategies, ascending by address, each for
 * at most what it owes and one at a time. What a strategy refuses, is short of, or does not send within `recallBlocks` is asked of the
 * others, and of the same one again after that time. The vault thinks of it whenever it handles a message that touches money; `Serve`, which
 * anybody may send, does nothing else. So no failure of a strategy locks anything: the shares stay the owner's, and each later message tries
 * again.
 *
 * TRUST. Strategies hold the assets that they were lent and report what they are worth: the manager, who names them, answers for them. A
 * strategy can misstate its own book value and keep what it has; it cannot touch idle cash, escrowed shares, or other strategies' loans.
 */

/** Shares of the vault at `address`. */
export const sharesOf = (address: string): AssetId => assetOf(address, "shares")

// ---- for depositors

/** Gives the attached assets for shares, rounded down, at least `minimumShares`. The entry fee is part of the assets. */
export const Deposit = Message.make("vault/Deposit", {
  payload: { minimumShares: Amount },
  reply: { shares: Amount },
  failures: [WrongAsset, DepositLimitExceeded, SlippageExceeded],
})

/** Buys exactly `shares` for assets, rounded up, entry fee included; at most the attached ones, and the rest is sent back. */
export const Mint = Message.make("vault/Mint", {
  payload: { shares: Amount },
  reply: { assets: Amount },
  failures: [WrongAsset, MintLimitExceeded, MaximumExceeded],
})

/**
 * Takes exactly `assets`, exit fee on top, for shares, rounded up; at most the attached ones, and the rest is sent back. If it has to wait,
 * it waits as the `shares` that it costs now. `paid` are the assets paid in this handling; `ticket` is null where nothing waits.
 */
export const Withdraw = Message.make("vault/Withdraw", {
  payload: { assets: Amount, mayQueue: Bool },
  reply: { shares: Amount, paid: Amount, ticket: Nullable(Count) },
  failures: [WrongAsset, WithdrawLimitExceeded, InsufficientIdle, QueueFull],
})

/** Gives the attached shares for assets, rounded down, exit fee taken off, at least `minimumAssets` at the rate of this handling. */
export const Redeem = Message.make("vault/Redeem", {
  payload: { minimumAssets: Amount, mayQueue: Bool },
  reply: { assets: Amount, paid: Amount, ticket: Nullable(Count) },
  failures: [WrongAsset, SlippageExceeded, InsufficientIdle, QueueFull],
})

/** Takes a withdrawal out of the queue; its unpaid shares come back. */
export const CancelWithdrawal = Message.make("vault/CancelWithdrawal", {
  payload: { ticket: Count },
  reply: { shares: Amount },
  failures: [WrongAsset, NoSuchWithdrawal, NotOwner],
})

/** Takes what the vault has paid to the sender and what came back. */
export const Collect = Message.make("vault/Collect", { reply: { assets: Amount, shares: Amount }, failures: [WrongAsset, NothingToCollect] })

/** Pays waiting withdrawals and recalls what they need. Anybody may send it; the vault does, too, when it paid as many as one handling may. */
export const Serve = Message.make("vault/Serve", { failures: [WrongAsset] })

// ---- for the manager and the allocator

/** Adds a strategy or changes how much it may owe. For the manager. What it owes already stays. */
export const SetStrategy = Message.make("vault/SetStrategy", {
  payload: { strategy: Address, lentMax: Amount },
  failures: [WrongAsset, NotManager, StrategyIsVault, TooManyStrategies],
})

/** Forgets a strategy that owes nothing. For the manager. */
export const RemoveStrategy = Message.make("vault/RemoveStrategy", {
  payload: { strategy: Address },
  failures: [WrongAsset, NotManager, NotStrategy, StrategyOwes],
})

/** Books a loss that a strategy does not report. For the manager. What it sends back later nevertheless is a gain. */
export const WriteOff = Message.make("vault/WriteOff", {
  payload: { strategy: Address, assets: Amount },
  failures: [WrongAsset, NotManager, NotStrategy, MoreThanLent],
})

/** Lends idle assets to a strategy; not while withdrawals wait. For the allocator. If the strategy refuses, they are idle again. */
export const Allocate = Message.make("vault/Allocate", {
  payload: { strategy: Address, assets: Amount },
  failures: [WrongAsset, NotAllocator, NotStrategy, InsufficientIdle, LentLimitExceeded],
})

/** Asks a strategy to send assets back, whatever it was asked before. For the allocator. */
export const Deallocate = Message.make("vault/Deallocate", {
  payload: { strategy: Address, assets: Amount },
  failures: [WrongAsset, NotAllocator, NotStrategy, MoreThanLent],
})

// ---- between the vault and its strategies
//
// A strategy owes its vault what it was lent, plus the gains and less the losses that the vault acknowledged, less what it repaid. It may keep
// the assets anywhere. It answers `Lend` and `Recall`, and sends `Repay` and `Report`. Because messages of a pair stay in order, and both sides
// book differences, never totals, their books agree whenever nothing is under way.

/** Vault to strategy: the attached assets are the strategy's to work with. A refusal brings them back. */
export const Lend = Message.make("vault/Lend", { failures: [WrongAsset, NotVault, StrategyUnable] })

/**
 * Vault to strategy: send back up to `assets`. `coming` is what the strategy sends, before this reply or later, with one or several `Repay`;
 * 0 where it has nothing to hand.
 */
export const Recall = Message.make("vault/Recall", {
  payload: { assets: Amount },
  reply: { coming: Amount },
  failures: [WrongAsset, NotVault, StrategyUnable],
})

/**
 * Strategy to vault: the attached assets come back, asked for or not. `short` is what the strategy said was coming and is not. If it bounces, the
 * strategy still has the assets and owes them. More than it owes is a gain.
 */
export const Repay = Message.make("vault/Repay", { payload: { short: Amount }, failures: [WrongAsset, NotStrategy] })

/** Strategy to vault: what it has is worth more or less. The reply says what was booked: a loss is at most what it owes, gain included. */
export const Report = Message.make("vault/Report", {
  payload: { gain: Amount, loss: Amount },
  reply: { gain: Amount, loss: Amount },
  failures: [WrongAsset, NotStrategy],
})

/** Where the vault goes on when a loan was taken or refused. */
export const LendEnded = Continuation.make("vault/LendEnded", { of: Lend, saved: { strategy: Address } })
/** Where the vault goes on when a recall was answered or refused. */
export const RecallEnded = Continuation.make("vault/RecallEnded", { of: Recall, saved: { strategy: Address, assets: Amount } })

// ---- what others see

/** What a vault publishes: all that the previews need. */
export const VaultView = View.make("vault/Vault", {
  asset: AssetId,
  assetShares: AssetId,
  totalAssets: Amount,
  idle: Amount,
  lent: Amount,
  supply: Amount,
  decimalsOffset: Integer(0, 24),
  /** Assets for 10^decimalsOffset shares, rounded down. */
  assetsPerShare: Wad,
  entryFeeBps: Integer(0, 10_000),
  exitFeeBps: Integer(0, 10_000),
  assetsMax: Amount,
  /** Withdrawals that wait, and their shares. */
  waiting: Count,
  escrowed: Amount,
  losses: Amount,
})

/** Assets in, fee included, and the shares for them. */
export const Deposited = Event.make("vault/Deposited", { owner: Address, assets: Amount, fee: Amount, shares: Amount })
/** Assets paid, the fee that came on top, and the shares burned for both; `ticket` is null where nothing had to wait. */
export const Withdrawn = Event.make("vault/Withdrawn", { owner: Address, assets: Amount, fee: Amount, shares: Amount, ticket: Nullable(Count) })
/** Shares that wait from now on. */
export const WithdrawalQueued = Event.make("vault/WithdrawalQueued", { owner: Address, ticket: Count, shares: Amount })
/** Shares that wait no more and go back. */
export const WithdrawalCancelled = Event.make("vault/WithdrawalCancelled", { owner: Address, ticket: Count, shares: Amount })
/** A payment that came back and can be collected. */
export const PaymentReturned = Event.make("vault/PaymentReturned", { owner: Address, assets: Amount, shares: Amount })
/** Assets on their way to a strategy. */
export const Lent = Event.make("vault/Lent", { strategy: Address, assets: Amount })
/** Assets that a strategy did not take. */
export const LendRefused = Event.make("vault/LendRefused", { strategy: Address, assets: Amount })
/** Assets asked of a strategy. */
export const Recalled = Event.make("vault/Recalled", { strategy: Address, assets: Amount })
/** Assets that came back, and the part of them that was more than the strategy owed. */
export const Repaid = Event.make("vault/Repaid", { strategy: Address, assets: Amount, gain: Amount })
/** A change of a loan's book value. */
export const Revalued = Event.make("vault/Revalued", { strategy: Address, gain: Amount, loss: Amount })

/** What strategies refuse with. */
export { NotVault, StrategyUnable, WrongAsset } from "./failures.ts"
