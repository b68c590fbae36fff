import { Actor, actor, Address, Amount, AssetId, Bool, Continuation, failure, Message, Payment, request, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * TON, NEAR, Starknet (a class), Ref Finance (2021): a withdrawal debits and locks the account, and only the success of the payment unlocks
 * it. A payment that comes back leaves the lock, and the debit, for ever. Repaired: the failure unlocks and restores.
 */

class Locked extends failure("zoo33/Locked", { owner: Address }, ({ owner }) => `${owner} has a withdrawal under way`) {}
class Short extends failure("zoo33/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class WrongAsset extends failure("zoo33/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Deposit = Message.make("zoo33/Deposit", { failures: [WrongAsset] })
const Withdraw = Message.make("zoo33/Withdraw", { payload: { amount: Amount }, failures: [Locked, Short] })

const bankOf = (variant: "buggy" | "fixed") => {
  const Paid = Continuation.make(`zoo33/Paid-${variant}`, { of: Payment, saved: { owner: Address, amount: Amount } })
  return Actor.make(`zoo33/Bank-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, balances: TableOf(Address, Amount), locks: TableOf(Address, Bool) },
    messages: { Deposit, Withdraw },
    continuations: { Paid },
    create: ({ asset }) => ({ asset, balances: Table.empty(), locks: Table.empty() }),
    handlers: {
      Deposit: (bank, _, { funds, sender }) => {
        const amount = funds.get(bank.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: bank.asset })
        return { state: { ...bank, balances: bank.balances.update(sender, (held = 0n) => held + amount) } }
      },
      Withdraw: (bank, { amount }, { sender }) => {
        if (bank.locks.has(sender)) return new Locked({ owner: sender })
        const balance = bank.balances.get(sender) ?? 0n
        if (balance < amount) return new Short({ balance, needed: amount })
        return {
          state: { ...bank, balances: bank.balances.set(sender, balance - amount), locks: bank.locks.set(sender, true) },
          sends: [request(sender, Payment, {}, { funds: { [bank.asset]: amount }, then: Paid, saved: { owner: sender, amount } })],
        }
      },
    },
    resume: {
      Paid: (bank, outcome, { owner, amount }) => {
        if (outcome._tag === "Success") return { state: { ...bank, locks: bank.locks.delete(owner) } }
        if (variant === "buggy") return { state: bank }
        return { state: { ...bank, locks: bank.locks.delete(owner), balances: bank.balances.update(owner, (held = 0n) => held + amount) } }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n) }),
    pending: ({ state }) => state.locks.keys(),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/33-${variant}`,
    world: {
      accounts: { alice: { near: 1000n }, bob: { near: 1000n } },
      actors: [actor("bank", bankOf(variant), { asset: "near" })],
    },
    actions: [action(Deposit, "bank", { funds: ["near"] }), action(Withdraw, "bank", { payload: { amount: amounts(1000n) } })],
    faults: true,
  })

export default zooEntry({
  number: 33,
  name: "No failure branch",
  kind: "async",
  async: true,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
