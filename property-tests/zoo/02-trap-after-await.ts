import { Actor, actor, Address, Amount, AssetId, Continuation, failure, Message, Payment, request, Table, TableOf } from "../../core/index.ts"
import { action, amounts, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * The double pay of the ckBTC class on the Internet Computer: `withdraw` checks the balance, awaits the payment, and takes the amount off the
 * balance only in the callback. A callback that traps loses the debit but not the payment, and so does a second withdrawal that is checked
 * before the first reply. Repaired: debit before the payment, credit when it comes back.
 */

class Short extends failure("zoo02/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class WrongAsset extends failure("zoo02/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Deposit = Message.make("zoo02/Deposit", { failures: [WrongAsset] })
const Withdraw = Message.make("zoo02/Withdraw", { payload: { amount: Amount }, failures: [Short] })

const vaultOf = (variant: "buggy" | "fixed") => {
  const Paid = Continuation.make(`zoo02/Paid-${variant}`, { of: Payment, saved: { owner: Address, amount: Amount } })
  return Actor.make(`zoo02/Vault-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, balances: TableOf(Address, Amount) },
    messages: { Deposit, Withdraw },
    continuations: { Paid },
    create: ({ asset }) => ({ asset, balances: Table.empty() }),
    handlers: {
      Deposit: (vault, _, { funds, sender }) => {
        const amount = funds.get(vault.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: vault.asset })
        return { state: { ...vault, balances: vault.balances.update(sender, (held = 0n) => held + amount) } }
      },
      Withdraw: (vault, { amount }, { sender }) => {
        const balance = vault.balances.get(sender) ?? 0n
        if (balance < amount) return new Short({ balance, needed: amount })
        const payment = request(sender, Payment, {}, { funds: { [vault.asset]: amount }, then: Paid, saved: { owner: sender, amount } })
        const balances = variant === "buggy" ? vault.balances : vault.balances.set(sender, balance - amount)
        return { state: { ...vault, balances }, sends: [payment] }
      },
    },
    resume: {
      Paid: (vault, outcome, { owner, amount }) => {
        const balance = vault.balances.get(owner) ?? 0n
        if (variant === "buggy") {
          if (outcome._tag === "Failed") return { state: vault }
          return { state: { ...vault, balances: vault.balances.set(owner, balance < amount ? 0n : balance - amount) } }
        }
        return { state: outcome._tag === "Success" ? vault : { ...vault, balances: vault.balances.set(owner, balance + amount) } }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n) }),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/02-${variant}`,
    world: {
      accounts: { alice: { btc: 1000n }, bob: { btc: 1000n } },
      actors: [actor("vault", vaultOf(variant), { asset: "btc" })],
    },
    actions: [action(Deposit, "vault", { funds: ["btc"] }), action(Withdraw, "vault", { payload: { amount: amounts(1000n) } })],
    faults: ["refuseCall", "refuseReply"],
  })

export default zooEntry({
  number: 2,
  name: "ICP trap after await",
  kind: "async / bridge",
  async: true,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
