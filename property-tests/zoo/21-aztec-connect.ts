import { Actor, actor, Address, Amount, AssetId, failure, Integer, List, Message, OneOf, payOne, Struct, Table, TableOf, type Value } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Aztec Connect (2026-06-14): the proof of a rollup covers whole chunks of slots, while the settlement on the first layer walks exactly as
 * many transactions as a separate count says. What stands in a slot behind the count is credited on the second layer, and nobody is debited
 * on the first. Repaired: both phases walk one list.
 */

class WrongAsset extends failure("zoo21/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}
class Short extends failure("zoo21/Short", { owner: Address, has: Amount, needed: Amount }, ({ owner, has, needed }) => `${owner} has ${has} of ${needed}`) {}

const SLOTS_PER_CHUNK = 32
const Slot = Struct({ kind: OneOf("deposit", "withdraw"), owner: Address, amount: Amount })

const Deposit = Message.make("zoo21/Deposit", { failures: [WrongAsset] })
const Rollup = Message.make("zoo21/Rollup", { payload: { count: Integer(0, SLOTS_PER_CHUNK), slots: List(Slot) }, failures: [Short] })

type Accounts = Table<string, bigint>

const changed = (accounts: Accounts, owner: string, by: bigint): Accounts | Short => {
  const has = accounts.get(owner) ?? 0n
  return has + by < 0n ? new Short({ owner, has, needed: -by }) : accounts.set(owner, has + by)
}

/** Second layer: what the proof covers. */
const proved = (ledger: Accounts, slots: readonly Value<typeof Slot>[]): Accounts | Short => {
  let after = ledger
  for (const { kind, owner, amount } of slots) {
    const next = changed(after, owner, kind === "deposit" ? amount : -amount)
    if (next instanceof Short) return next
    after = next
  }
  return after
}

const rollupOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo21/Rollup-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, deposited: TableOf(Address, Amount), ledger: TableOf(Address, Amount) },
    messages: { Deposit, Rollup },
    create: ({ asset }) => ({ asset, deposited: Table.empty(), ledger: Table.empty() }),
    handlers: {
      Deposit: (rollup, _, { funds, sender }) => {
        const amount = funds.get(rollup.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: rollup.asset })
        return { state: { ...rollup, deposited: rollup.deposited.update(sender, (held = 0n) => held + amount) } }
      },
      Rollup: (rollup, { count, slots }) => {
        const settled = slots.slice(0, count)
        const covered = variant === "buggy" ? slots.slice(0, Math.ceil(count / SLOTS_PER_CHUNK) * SLOTS_PER_CHUNK) : settled
        const ledger = proved(rollup.ledger, covered)
        if (ledger instanceof Short) return ledger
        let { deposited } = rollup
        const sends = []
        for (const { kind, owner, amount } of settled) {
          if (kind === "withdraw") sends.push(payOne(owner, rollup.asset, amount))
          else {
            const next = changed(deposited, owner, -amount)
            if (next instanceof Short) return next
            deposited = next
          }
        }
        return { state: { ...rollup, deposited, ledger }, sends }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.deposited.values(), ...state.ledger.values()].reduce((sum, amount) => sum + amount, 0n) }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/21-${variant}`,
    world: {
      accounts: { alice: { dai: 1000n }, bob: { dai: 1000n } },
      actors: [actor("rollup", rollupOf(variant), { asset: "dai" })],
    },
    actions: [action(Deposit, "rollup", { funds: ["dai"] }), action(Rollup, "rollup")],
  })

export default zooEntry({
  number: 21,
  name: "Aztec Connect numRealTxs batch mismatch",
  kind: "bridge / rollup",
  async: false,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
