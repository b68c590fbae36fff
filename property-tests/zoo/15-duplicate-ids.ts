import { Actor, actor, Address, Amount, AssetId, Bool, failure, Integer, List, Message, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Level (2023-05-01), Mirror (2021-10-08), Skyward (2022-11-02), XLoot (2026-04): a claim of several ids looks up for each whether it was
 * claimed before, and marks them all after the loop, so an id that comes twice in the list is paid twice. Repaired: each is marked as it is
 * counted.
 */

class AlreadyClaimed extends failure("zoo15/AlreadyClaimed", { grant: Amount }, ({ grant }) => `grant ${grant} is claimed already`) {}
class NotYours extends failure("zoo15/NotYours", { grant: Amount }, ({ grant }) => `grant ${grant} is not the sender's`) {}
class WrongAsset extends failure("zoo15/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const GrantId = Integer(0, 1_000_000)
const Grant = Message.make("zoo15/Grant", { payload: { to: Address }, failures: [WrongAsset] })
const Claim = Message.make("zoo15/Claim", { payload: { grants: List(GrantId, 16) }, failures: [NotYours, AlreadyClaimed] })

const payoutOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo15/Payout-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, count: GrantId, grants: TableOf(GrantId, Struct({ owner: Address, amount: Amount, claimed: Bool })) },
    messages: { Grant, Claim },
    create: ({ asset }) => ({ asset, count: 0, grants: Table.empty() }),
    handlers: {
      Grant: (payout, { to }, { funds }) => {
        const amount = funds.get(payout.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: payout.asset })
        return { state: { ...payout, count: payout.count + 1, grants: payout.grants.set(payout.count, { owner: to, amount, claimed: false }) } }
      },
      Claim: (payout, { grants: ids }, { sender }) => {
        let { grants } = payout
        let total = 0n
        for (const id of ids) {
          const grant = (variant === "buggy" ? payout.grants : grants).get(id)
          if (grant?.owner !== sender) return new NotYours({ grant: BigInt(id) })
          if (grant.claimed) return new AlreadyClaimed({ grant: BigInt(id) })
          grants = grants.set(id, { ...grant, claimed: true })
          total += grant.amount
        }
        return { state: { ...payout, grants }, sends: [payOne(sender, payout.asset, total)] }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.grants.values()].reduce((sum, { amount, claimed }) => (claimed ? sum : sum + amount), 0n) }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/15-${variant}`,
    world: {
      accounts: { alice: { lvl: 10n ** 6n }, bob: { lvl: 10n ** 6n } },
      actors: [actor("payout", payoutOf(variant), { asset: "lvl" })],
    },
    actions: [action(Grant, "payout", { funds: ["lvl"] }), action(Claim, "payout")],
  })

export default zooEntry({
  number: 15,
  name: "Duplicate ids in one batch",
  kind: "staking / CDP / launchpad",
  async: false,
  documentedSteps: 2,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
