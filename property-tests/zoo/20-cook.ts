import { Actor, actor, addChecked, Address, Amount, AssetId, assetOf, failure, Integer, List, Message, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Abracadabra (2025-10-04): `cook` runs a list of actions and checks the sender's solvency once, at the end, if one of them asked for it. An
 * action that the cauldron does not know is handed to a hook for other cauldrons, which does nothing and returns a fresh status: the wish for
 * a check is gone. Repaired: an unknown action is refused, and a wish stays.
 */

class Insolvent extends failure("zoo20/Insolvent", { collateral: Amount, debt: Amount }, ({ collateral, debt }) => `${collateral} does not cover a debt of ${debt}`) {}
class Short extends failure("zoo20/Short", { balance: Amount, needed: Amount }, ({ balance, needed }) => `${needed} needed, ${balance} there`) {}
class UnknownAction extends failure("zoo20/UnknownAction", { code: Amount }, ({ code }) => `the cauldron knows no action ${code}`) {}
class WrongAsset extends failure("zoo20/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const REPAY = 2
const REMOVE_COLLATERAL = 4
const BORROW = 5

const AddCollateral = Message.make("zoo20/AddCollateral", { failures: [WrongAsset] })
/** The attached funds are what is repaid from; the rest goes back. */
const Cook = Message.make("zoo20/Cook", {
  payload: { actions: List(Struct({ code: Integer(0, 31), amount: Amount }), 8) },
  failures: [Short, UnknownAction, Insolvent],
})

/** Nine tenths of the collateral's value may be borrowed; a unit is worth 3. */
const covers = (collateral: bigint, debt: bigint): boolean => collateral * 3n * 9n >= debt * 10n

interface Status {
  readonly needsSolvencyCheck: boolean
}

const cauldronOf = (variant: "buggy" | "fixed") => {
  /** The hook for actions of other cauldrons. */
  const additionalAction = (status: Status, code: number): Status | UnknownAction =>
    variant === "buggy" ? { ...status, needsSolvencyCheck: false } : new UnknownAction({ code: BigInt(code) })
  return Actor.make(`zoo20/Cauldron-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, collateral: TableOf(Address, Amount), debts: TableOf(Address, Amount) },
    messages: { AddCollateral, Cook },
    create: ({ asset }) => ({ asset, collateral: Table.empty(), debts: Table.empty() }),
    handlers: {
      AddCollateral: (cauldron, _, { funds, sender }) => {
        const amount = funds.get(cauldron.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: cauldron.asset })
        return { state: { ...cauldron, collateral: cauldron.collateral.update(sender, (held = 0n) => held + amount) } }
      },
      Cook: (cauldron, { actions }, { sender, funds, self }) => {
        const mim = assetOf(self, "mim")
        let [collateral, debt] = [cauldron.collateral.get(sender) ?? 0n, cauldron.debts.get(sender) ?? 0n]
        let [borrowed, repaid, removed] = [0n, 0n, 0n]
        let status: Status = { needsSolvencyCheck: false }
        for (const { code, amount } of actions) {
          if (code === BORROW) {
            debt = addChecked(debt, amount)
            borrowed = addChecked(borrowed, amount)
            status = { needsSolvencyCheck: true }
          } else if (code === REPAY) {
            if (debt < amount) return new Short({ balance: debt, needed: amount })
            debt -= amount
            repaid = addChecked(repaid, amount)
          } else if (code === REMOVE_COLLATERAL) {
            if (collateral < amount) return new Short({ balance: collateral, needed: amount })
            collateral -= amount
            removed += amount
            status = { needsSolvencyCheck: true }
          } else {
            const next = additionalAction(status, code)
            if (next instanceof UnknownAction) return next
            status = next
          }
        }
        if (funds.get(mim) + borrowed < repaid) return new Short({ balance: funds.get(mim) + borrowed, needed: repaid })
        if (status.needsSolvencyCheck && !covers(collateral, debt)) return new Insolvent({ collateral, debt })
        return {
          state: { ...cauldron, collateral: cauldron.collateral.set(sender, collateral), debts: cauldron.debts.set(sender, debt) },
          mints: { [mim]: borrowed },
          burns: { [mim]: repaid },
          sends: [payOne(sender, mim, funds.get(mim) + borrowed - repaid), payOne(sender, cauldron.asset, removed)],
        }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.collateral.values()].reduce((sum, amount) => sum + amount, 0n) }),
    health: ({ state: { collateral, debts } }) => [...debts].map(([account, debt]) => [account, covers(collateral.get(account) ?? 0n, debt)] as const),
  })
}

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/20-${variant}`,
    world: {
      accounts: { alice: { spell: 10n ** 6n }, bob: { spell: 10n ** 6n } },
      actors: [actor("cauldron", cauldronOf(variant), { asset: "spell" })],
    },
    actions: [action(AddCollateral, "cauldron", { funds: ["spell"] }), action(Cook, "cauldron", { funds: ["cauldron:mim"] })],
  })

export default zooEntry({
  number: 20,
  name: "Abracadabra cook: a flag is reset",
  kind: "CDP",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
