import { Actor, actor, Address, Amount, Continuation, failure, List, Message, payOne, request, Struct, Table, TableOf, View, type Outcome } from "../../core/index.ts"
import { action, amounts, anybody, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Qubit (2022-01-27), Meter, Allbridge, Noble, TAC: the bridge asks whatever token the message names to move the deposit, takes everything
 * but a revert for success (a call to an address without code succeeds), and mints the amount that the message says. Repaired: one known
 * token, and what its answer says it moved.
 */

class Short extends failure("zoo23/Short", { has: Amount, needed: Amount }, ({ has, needed }) => `${needed} needed, ${has} there`) {}
class UnknownToken extends failure("zoo23/UnknownToken", { token: Address }, ({ token }) => `${token} is not bridged`) {}

const TransferFrom = Message.make("zoo23/TransferFrom", { payload: { owner: Address, amount: Amount }, reply: { received: Amount }, failures: [Short] })
const Deposit = Message.make("zoo23/Deposit", { payload: { token: Address, amount: Amount }, failures: [UnknownToken] })

const Balances = View.make("zoo23/Balances", { balances: TableOf(Address, Amount) })

/** Anybody can put up one of these; only one is bridged. */
const Token = Actor.make("zoo23/Token", {
  params: { holders: List(Struct({ holder: Address, amount: Amount })), spender: Address },
  state: { spender: Address, balances: TableOf(Address, Amount) },
  messages: { TransferFrom },
  view: Balances,
  publish: ({ balances }) => ({ balances }),
  create: ({ holders, spender }) => ({ spender, balances: Table.from(holders.map(({ holder, amount }) => [holder, amount] as const)) }),
  handlers: {
    TransferFrom: (token, { owner, amount }, { sender }) => {
      const has = sender === token.spender ? (token.balances.get(owner) ?? 0n) : 0n
      if (has < amount) return new Short({ has, needed: amount })
      const balances = token.balances.set(owner, has - amount).update(sender, (held = 0n) => held + amount)
      return { state: { ...token, balances }, reply: { received: amount } }
    },
  },
})

const bridgeOf = (variant: "buggy" | "fixed") => {
  const Pulled = Continuation.make(`zoo23/Pulled-${variant}`, { of: TransferFrom, saved: { owner: Address, amount: Amount } })
  const credited = (outcome: Outcome<typeof TransferFrom>, amount: bigint): bigint => {
    if (variant === "fixed") return outcome._tag === "Success" ? outcome.reply.received : 0n
    return outcome._tag === "Failed" && outcome.reason instanceof Short ? 0n : amount
  }
  return Actor.make(`zoo23/Bridge-${variant}`, {
    params: { token: Address },
    state: { token: Address, minted: Amount },
    messages: { Deposit },
    continuations: { Pulled },
    create: ({ token }) => ({ token, minted: 0n }),
    handlers: {
      Deposit: (bridge, { token, amount }, { sender }) => {
        if (variant === "fixed" && token !== bridge.token) return new UnknownToken({ token })
        return { state: bridge, sends: [request(token, TransferFrom, { owner: sender, amount }, { then: Pulled, saved: { owner: sender, amount } })] }
      },
    },
    resume: {
      Pulled: (bridge, outcome, { owner, amount }) => {
        const credit = credited(outcome, amount)
        const state = { ...bridge, minted: bridge.minted + credit }
        return { state, mints: { "bridge:weth": credit }, sends: [payOne(owner, "bridge:weth", credit)] }
      },
    },
    health: ({ address, state, supply }, view) => [["weth", (view(Balances, state.token)?.balances.get(address) ?? 0n) >= supply("bridge:weth")]],
    aggregates: ({ state, supply }) => ({ minted: { stored: state.minted, recomputed: supply("bridge:weth") } }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/23-${variant}`,
    world: {
      accounts: { alice: {}, bob: {} },
      actors: [
        actor("bridge", bridgeOf(variant), { token: "eth" }),
        actor("eth", Token, { holders: [{ holder: "alice", amount: 1000n }, { holder: "bob", amount: 1000n }], spender: "bridge" }),
        actor("doge", Token, { holders: [{ holder: "bob", amount: 10n ** 9n }], spender: "bridge" }),
      ],
    },
    actions: [action(Deposit, "bridge", { payload: { token: anybody, amount: amounts(10n ** 9n) } })],
  })

export default zooEntry({
  number: 23,
  name: "Phantom deposit",
  kind: "bridge",
  async: false,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
