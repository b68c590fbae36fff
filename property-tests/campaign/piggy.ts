import { Actor, actor, Address, Amount, AssetId, failure, Message, payOne, Table, TableOf, type Genesis } from "../../core/index.ts"

/** A bank for tests, with a flaw where one is asked for. */

class Short extends failure("test/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class WrongAsset extends failure("test/WrongAsset", {}, () => "another asset expected") {}

export const Deposit = Message.make("test/Deposit", { failures: [WrongAsset] })
export const Withdraw = Message.make("test/Withdraw", { payload: { amount: Amount }, failures: [Short] })
export const Note = Message.make("test/Note", { payload: { who: Address, amount: Amount } })

export type Flaw = "none" | "pays twice from the third withdrawal" | "throws" | "remembers the last sender" | "never quiet"

const made = new Map<Flaw, ReturnType<typeof make>>()
export const piggyOf = (flaw: Flaw = "none") => {
  const known = made.get(flaw) ?? make(flaw)
  made.set(flaw, known)
  return known
}

const make = (flaw: Flaw) =>
  Actor.make("test/Piggy", {
    params: { asset: AssetId },
    state: { asset: AssetId, balances: TableOf(Address, Amount), withdrawals: Amount, last: Address },
    messages: { Deposit, Withdraw, Note },
    create: ({ asset }) => ({ asset, balances: Table.empty(), withdrawals: 0n, last: "nobody" }),
    handlers: {
      Deposit: (piggy, _, { funds, sender, self }) => {
        const amount = funds.get(piggy.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset()
        if (flaw === "throws" && amount === 7n) throw new TypeError("seven")
        const state = { ...piggy, balances: piggy.balances.update(sender, (held = 0n) => held + amount) }
        return flaw === "never quiet" ? { state, sends: [{ ...payOne(self, piggy.asset, 0n), message: Note, payload: { who: sender, amount: 0n } }] } : { state }
      },
      Withdraw: (piggy, { amount }, { sender }) => {
        const balance = piggy.balances.get(sender) ?? 0n
        if (balance < amount) return new Short({ balance, needed: amount })
        const twice = flaw === "pays twice from the third withdrawal" && piggy.withdrawals >= 2n && amount > 1n
        const withdrawals = piggy.withdrawals + (amount > 0n ? 1n : 0n)
        const state = { ...piggy, withdrawals, balances: piggy.balances.set(sender, twice ? balance : balance - amount) }
        return { state, sends: [payOne(sender, piggy.asset, amount)] }
      },
      Note: (piggy, { who, amount }, { self }) => {
        if (flaw === "never quiet") return { state: piggy, sends: [{ ...payOne(self, piggy.asset, 0n), message: Note, payload: { who, amount } }] }
        return { state: { ...piggy, last: who } }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n) }),
    invariants: {
      lastIsAnAccount: ({ state }) => (flaw === "remembers the last sender" && state.last === "bob" ? { last: state.last } : undefined),
    },
  })

export const worldOf = (flaw: Flaw = "none"): Genesis => ({
  accounts: { alice: { gold: 1000n }, bob: { gold: 1000n } },
  actors: [actor("piggy", piggyOf(flaw), { asset: "gold" })],
})
