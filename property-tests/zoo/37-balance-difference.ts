import { Actor, actor, Address, Amount, Continuation, failure, List, Message, Payment, request, send, Struct, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Grim (2021-12-18), Penpie (2024-09-03): a deposit notes the vault's balance, has the money pulled, and credits what the balance grew by. Two
 * of them under way at once count each other's money. Repaired: credit what came with the message that brings it.
 */

class Short extends failure("zoo37/Short", { has: Amount, needed: Amount }, ({ has, needed }) => `${needed} needed, ${has} there`) {}
class NotAllowed extends failure("zoo37/NotAllowed", { sender: Address }, ({ sender }) => `${sender} may not`) {}

const Deposit = Message.make("zoo37/Deposit", { payload: { amount: Amount } })
const Withdraw = Message.make("zoo37/Withdraw", { payload: { amount: Amount }, failures: [Short] })
const Pull = Message.make("zoo37/Pull", { payload: { owner: Address, amount: Amount }, failures: [Short, NotAllowed] })
const Pulled = Message.make("zoo37/Pulled", { payload: { owner: Address }, failures: [NotAllowed] })

/** Where users keep money that the vault may pull. */
const Purse = Actor.make("zoo37/Purse", {
  params: { spender: Address, holders: List(Struct({ holder: Address, amount: Amount })) },
  state: { spender: Address, balances: TableOf(Address, Amount) },
  messages: { Pull },
  create: ({ spender, holders }) => ({ spender, balances: Table.from(holders.map(({ holder, amount }) => [holder, amount] as const)) }),
  handlers: {
    Pull: (purse, { owner, amount }, { sender }) => {
      if (sender !== purse.spender) return new NotAllowed({ sender })
      const has = purse.balances.get(owner) ?? 0n
      if (has < amount) return new Short({ has, needed: amount })
      return { state: { ...purse, balances: purse.balances.set(owner, has - amount) }, sends: [send(sender, Pulled, { owner }, { funds: { usd: amount } })] }
    },
  },
  bounced: (purse, { payload, refund }) => ({ state: { ...purse, balances: purse.balances.update(payload.owner, (held = 0n) => held + refund.get("usd")) } }),
  claims: ({ state }) => ({ usd: [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n) }),
})

const vaultOf = (variant: "buggy" | "fixed") => {
  const Paid = Continuation.make(`zoo37/Paid-${variant}`, { of: Payment, saved: { owner: Address, amount: Amount } })
  return Actor.make(`zoo37/Vault-${variant}`, {
    params: { purse: Address },
    state: { purse: Address, credits: TableOf(Address, Amount), balanceBefore: TableOf(Address, Amount) },
    messages: { Deposit, Withdraw, Pulled, Payment },
    continuations: { Paid },
    create: ({ purse }) => ({ purse, credits: Table.empty(), balanceBefore: Table.empty() }),
    handlers: {
      Payment: (state) => ({ state }),
      Deposit: (vault, { amount }, { sender, balance }) => ({
        state: { ...vault, balanceBefore: vault.balanceBefore.set(sender, balance("usd")) },
        sends: [send(vault.purse, Pull, { owner: sender, amount })],
      }),
      Pulled: (vault, { owner }, { sender, funds, balance }) => {
        if (sender !== vault.purse) return new NotAllowed({ sender })
        const grown = balance("usd") - (vault.balanceBefore.get(owner) ?? 0n)
        const credit = variant === "fixed" ? funds.get("usd") : grown < 0n ? 0n : grown
        return { state: { ...vault, credits: vault.credits.update(owner, (held = 0n) => held + credit) } }
      },
      Withdraw: (vault, { amount }, { sender }) => {
        const has = vault.credits.get(sender) ?? 0n
        if (has < amount) return new Short({ has, needed: amount })
        const payment = request(sender, Payment, {}, { funds: { usd: amount }, then: Paid, saved: { owner: sender, amount } })
        return { state: { ...vault, credits: vault.credits.set(sender, has - amount) }, sends: [payment] }
      },
    },
    resume: {
      Paid: (vault, outcome, { owner, amount }) => {
        if (outcome._tag === "Success") return { state: vault }
        return { state: { ...vault, credits: vault.credits.update(owner, (held = 0n) => held + amount) } }
      },
    },
    claims: ({ state }) => ({ usd: [...state.credits.values()].reduce((sum, amount) => sum + amount, 0n) }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/37-${variant}`,
    world: {
      accounts: { alice: { usd: 100n }, bob: { usd: 100n } },
      actors: [
        actor("purse", Purse, { spender: "vault", holders: [{ holder: "alice", amount: 1000n }, { holder: "bob", amount: 1000n }] }, { usd: 2000n }),
        actor("vault", vaultOf(variant), { purse: "purse" }),
      ],
    },
    actions: [action(Deposit, "vault", { payload: { amount: amounts(1000n) } }), action(Withdraw, "vault", { payload: { amount: amounts(1000n) } })],
    faults: true,
  })

export default zooEntry({
  number: 37,
  name: "Balance-difference accounting with concurrency",
  kind: "vault / rewards",
  async: true,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
