import { Address, Amount, Event, Message, Nullable, View } from "../../core/index.ts"
import { FundsAttached, InsufficientAllowance, InsufficientBalance, NotOwner, SupplyExceeded } from "./failures.ts"

/**
 * A token whose balances live in one actor's state, with the rules of ERC-20 as OpenZeppelin's ERC20 (v5) has them. For protocols that need
 * allowances, or an owner who may take balances back; where neither is needed, an asset of the engine's own book is simpler and safer.
 *
 * Amounts are in smallest units, 0 to 2^256 - 1; nothing is ever rounded. An amount of zero is fine everywhere. A holder may be any address,
 * whether or not an actor lives there; a transfer does not tell the receiver. Failures are listed in their order of precedence.
 * No message takes funds, and the actor holds none.
 *
 * As in ERC-20, changing an allowance from one amount to another lets a spender who is quick use both: set it to zero first.
 */

/** The allowance that a `TransferFrom` does not use up: 2^256 - 1. */
export { ALLOWANCE_INFINITE } from "./math.ts"

/** Moves the sender's own units. To oneself it changes nothing, but the balance must suffice. */
export const Transfer = Message.make("token/Transfer", {
  payload: { to: Address, amount: Amount },
  failures: [FundsAttached, InsufficientBalance],
})

/** Sets (not: adds to) what `spender` may move of the sender's units. */
export const Approve = Message.make("token/Approve", { payload: { spender: Address, amount: Amount }, failures: [FundsAttached] })

/** Moves units of `from` on the sender's allowance, and takes them off it unless it is infinite. One's own units need an allowance here, too. */
export const TransferFrom = Message.make("token/TransferFrom", {
  payload: { from: Address, to: Address, amount: Amount },
  failures: [FundsAttached, InsufficientAllowance, InsufficientBalance],
})

/** Creates units. For the owner only. */
export const Mint = Message.make("token/Mint", {
  payload: { to: Address, amount: Amount },
  failures: [FundsAttached, NotOwner, SupplyExceeded],
})

/** Destroys units of any holder, without an allowance. For the owner only: holders trust it. */
export const Burn = Message.make("token/Burn", {
  payload: { from: Address, amount: Amount },
  failures: [FundsAttached, NotOwner, InsufficientBalance],
})

/** Asks what a holder has. */
export const BalanceOf = Message.make("token/BalanceOf", { payload: { holder: Address }, reply: { balance: Amount }, failures: [FundsAttached] })

/** Asks what `spender` may move of the holder's units. */
export const AllowanceOf = Message.make("token/AllowanceOf", {
  payload: { holder: Address, spender: Address },
  reply: { allowance: Amount },
  failures: [FundsAttached],
})

/** What a token publishes. */
export const TokenView = View.make("token/Token", { owner: Address, totalSupply: Amount })

/** Units moved; `from` is null where they were minted, `to` where they were burned. */
export const Transferred = Event.make("token/Transferred", { from: Nullable(Address), to: Nullable(Address), amount: Amount })
/** An allowance set by its holder. Using it up emits none, as in OpenZeppelin. */
export const Approved = Event.make("token/Approved", { holder: Address, spender: Address, amount: Amount })
