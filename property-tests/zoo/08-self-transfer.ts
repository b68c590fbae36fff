import { Actor, actor, Address, Amount, failure, List, Message, Struct, Table, TableOf } from "../../core/index.ts"
import { action, amounts, anybody, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * bZx iToken (2020-09-13), Stader NEAR (2022-08-16): both balances are read before either is written, so a transfer to oneself keeps the
 * second write, and the balance grows by the amount.
 */

class Short extends failure("zoo08/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}

const Transfer = Message.make("zoo08/Transfer", { payload: { to: Address, amount: Amount }, failures: [Short] })

const tokenOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo08/Token-${variant}`, {
    params: { holders: List(Struct({ holder: Address, amount: Amount })) },
    state: { supply: Amount, balances: TableOf(Address, Amount) },
    messages: { Transfer },
    create: ({ holders }) => ({
      supply: holders.reduce((sum, { amount }) => sum + amount, 0n),
      balances: Table.from(holders.map(({ holder, amount }) => [holder, amount] as const)),
    }),
    handlers: {
      Transfer: (token, { to, amount }, { sender }) => {
        const { balances } = token
        const from = balances.get(sender) ?? 0n
        if (from < amount) return new Short({ balance: from, needed: amount })
        const less = balances.set(sender, from - amount)
        const held = variant === "buggy" ? (balances.get(to) ?? 0n) : (less.get(to) ?? 0n)
        return { state: { ...token, balances: less.set(to, held + amount) } }
      },
    },
    aggregates: ({ state }) => ({ supply: { stored: state.supply, recomputed: [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n) } }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/08-${variant}`,
    world: {
      accounts: { alice: {}, bob: {} },
      actors: [actor("token", tokenOf(variant), { holders: [{ holder: "alice", amount: 1000n }, { holder: "bob", amount: 500n }] })],
    },
    actions: [action(Transfer, "token", { payload: { to: anybody, amount: amounts() } })],
  })

export default zooEntry({
  number: 8,
  name: "Self-transfer with cached balances",
  kind: "token",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
