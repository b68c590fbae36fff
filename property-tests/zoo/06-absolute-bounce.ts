import { Actor, actor, Address, Amount, AssetId, Continuation, failure, Message, Payment, request } from "../../core/index.ts"
import { action, amounts, anybody, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * A class of TON contracts (Trail of Bits, "not so smart contracts"): the wallet keeps its balance from before a sending in the message, and
 * writes that number back when the message bounces. What came in or went out meanwhile is forgotten. Repaired: it adds what came back.
 */

class NotOwner extends failure("zoo06/NotOwner", { owner: Address }, ({ owner }) => `only ${owner} spends`) {}
class Short extends failure("zoo06/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}

const Spend = Message.make("zoo06/Spend", { payload: { to: Address, amount: Amount }, failures: [NotOwner, Short] })

const walletOf = (variant: "buggy" | "fixed") => {
  const Delivered = Continuation.make(`zoo06/Delivered-${variant}`, { of: Payment, saved: { balanceBefore: Amount, amount: Amount } })
  return Actor.make(`zoo06/Wallet-${variant}`, {
    params: { owner: Address, asset: AssetId },
    state: { owner: Address, asset: AssetId, balance: Amount },
    messages: { Spend, Payment },
    continuations: { Delivered },
    create: ({ owner, asset }) => ({ owner, asset, balance: 0n }),
    handlers: {
      Spend: (wallet, { to, amount }, { sender }) => {
        const { owner, asset, balance } = wallet
        if (sender !== owner) return new NotOwner({ owner })
        if (balance < amount) return new Short({ balance, needed: amount })
        const payment = request(to, Payment, {}, { funds: { [asset]: amount }, then: Delivered, saved: { balanceBefore: balance, amount } })
        return { state: { ...wallet, balance: balance - amount }, sends: [payment] }
      },
      Payment: (wallet, _, { funds }) => ({ state: { ...wallet, balance: wallet.balance + funds.get(wallet.asset) } }),
    },
    resume: {
      Delivered: (wallet, { _tag }, { balanceBefore, amount }) => {
        if (_tag === "Success") return { state: wallet }
        return { state: { ...wallet, balance: variant === "buggy" ? balanceBefore : wallet.balance + amount } }
      },
    },
    aggregates: ({ state, balance }) => ({ balance: { stored: state.balance, recomputed: balance(state.asset) } }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/06-${variant}`,
    world: {
      accounts: { alice: { ton: 1000n }, bob: { ton: 1000n } },
      actors: [actor("wallet", walletOf(variant), { owner: "alice", asset: "ton" })],
    },
    actions: [
      action(Payment, "wallet", { name: "Receive", funds: ["ton"] }),
      action(Spend, "wallet", { from: "alice", payload: { to: anybody, amount: amounts(2000n) } }),
    ],
    faults: true,
  })

export default zooEntry({
  number: 6,
  name: "TON bounce handler writes absolute state",
  kind: "async",
  async: true,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
