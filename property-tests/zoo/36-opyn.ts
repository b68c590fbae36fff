import { Actor, actor, Address, Amount, failure, List, max, Message, min, pay, payOne, Struct, Table, TableOf, type World } from "../../core/index.ts"
import { action, Campaign, lists, zooEntry } from "../../sim/index.ts"

/**
 * Opyn (2020-08-04): exercising walks over vaults, and each turn takes the ether that came with the message for its own payment, so one
 * payment exercises against every vault. Repaired: the payments of all turns add up.
 */

class WrongFunds extends failure("zoo36/WrongFunds", {}, () => "other funds are expected") {}
class Underpaid extends failure("zoo36/Underpaid", { given: Amount, needed: Amount }, ({ given, needed }) => `${needed} eth needed, ${given} given`) {}
class NoMoreVaults extends failure("zoo36/NoMoreVaults", { left: Amount }, ({ left }) => `${left} options find no vault`) {}

const Write = Message.make("zoo36/Write", { failures: [WrongFunds] })
const Exercise = Message.make("zoo36/Exercise", { payload: { vaults: List(Address) }, failures: [WrongFunds, Underpaid, NoMoreVaults] })

/** A put: one option lets its holder sell 1 eth for 300 usd. */
const STRIKE = 300n

/** Issued and not yet exercised; the usd behind it; the eth that came in for it. */
const Vault = Struct({ issued: Amount, collateral: Amount, underlying: Amount })

const optionOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo36/Option-${variant}`, {
    params: { writer: Address, issued: Amount },
    state: { vaults: TableOf(Address, Vault) },
    messages: { Write, Exercise },
    create: ({ writer, issued }) => ({ vaults: Table.from([[writer, { issued, collateral: issued * STRIKE, underlying: 0n }]]) }),
    handlers: {
      Write: ({ vaults }, _, { funds, sender }) => {
        const options = funds.get("usd") / STRIKE
        if (options === 0n || funds.rest !== undefined) return new WrongFunds()
        const { issued, collateral, underlying } = vaults.get(sender) ?? { issued: 0n, collateral: 0n, underlying: 0n }
        const vault = { issued: issued + options, collateral: collateral + funds.get("usd"), underlying }
        return { state: { vaults: vaults.set(sender, vault) }, mints: { "option:put": options }, sends: [payOne(sender, "option:put", options)] }
      },
      Exercise: ({ vaults }, { vaults: order }, { funds, sender }) => {
        const options = funds.get("option:put")
        if (options === 0n) return new WrongFunds()
        const ether = funds.get("eth")
        let [left, paid] = [options, 0n]
        let after = vaults
        for (const owner of order) {
          const vault = after.get(owner)
          if (vault === undefined || left === 0n) continue
          const turn = min(left, vault.issued)
          paid = variant === "buggy" ? max(paid, turn) : paid + turn
          if (ether < paid) return new Underpaid({ given: ether, needed: paid })
          left -= turn
          after = after.set(owner, { issued: vault.issued - turn, collateral: vault.collateral - turn * STRIKE, underlying: vault.underlying + turn })
        }
        if (left > 0n) return new NoMoreVaults({ left })
        return { state: { vaults: after }, burns: { "option:put": options }, sends: [pay(sender, { usd: options * STRIKE, eth: ether - paid })] }
      },
    },
    claims: ({ state }) => {
      let [usd, eth] = [0n, 0n]
      for (const { collateral, underlying } of state.vaults.values()) [usd, eth] = [usd + collateral, eth + underlying]
      return { usd, eth }
    },
    aggregates: ({ state, supply }) => {
      const recomputed = [...state.vaults.values()].reduce((sum, { issued }) => sum + issued, 0n)
      return { issued: { stored: supply("option:put"), recomputed } }
    },
  })

const hasOptions = (world: World, from: string): boolean => world.balance(from, "option:put") > 0n

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/36-${variant}`,
    world: {
      accounts: { alice: { usd: 10n ** 6n, eth: 10n ** 4n, "option:put": 500n }, bob: { usd: 10n ** 6n, eth: 10n ** 4n, "option:put": 500n } },
      actors: [actor("option", optionOf(variant), { writer: "carol", issued: 1000n }, { usd: 1000n * STRIKE })],
    },
    actions: [
      action(Write, "option", { funds: ["usd"] }),
      action(Exercise, "option", { payload: { vaults: lists(["alice", "bob", "carol"]) }, funds: ["option:put", "eth"], when: hasOptions }),
    ],
  })

export default zooEntry({
  number: 36,
  name: "Opyn msg.value reuse",
  kind: "options",
  async: false,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
