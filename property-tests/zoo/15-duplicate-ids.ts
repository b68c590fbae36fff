import { Actor, actor, Address, Amount, AssetId, Bool, failure, Integer, List, Message, payOne, Struct, Table, TableOf } from "../../core/index.ts"
import { action, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Mirror (2021-10-08), Skyward (2022-11-02), Level (2023-05-01), XLoot (2026-04): whoever takes out several positions by their ids is asked
 * for each whether it was paid before, and all are marked after the loop, so an id that comes twice in the list is paid twice. Repaired: each
 * is marked as it is counted.
 */

class AlreadyPaid extends failure("zoo15/AlreadyPaid", { position: Amount }, ({ position }) => `position ${position} is paid out already`) {}
class NotYours extends failure("zoo15/NotYours", { position: Amount }, ({ position }) => `position ${position} is not the sender's`) {}
class WrongAsset extends failure("zoo15/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const PositionId = Integer(0, 1_000_000)
/** Locks the attached funds as a position of the sender's. */
const Lock = Message.make("zoo15/Lock", { failures: [WrongAsset] })
/** Pays out the sender's positions. */
const Unlock = Message.make("zoo15/Unlock", { payload: { positions: List(PositionId, 16) }, failures: [NotYours, AlreadyPaid] })

const lockOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo15/Lock-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, count: PositionId, positions: TableOf(PositionId, Struct({ owner: Address, amount: Amount, paid: Bool })) },
    messages: { Lock, Unlock },
    create: ({ asset }) => ({ asset, count: 0, positions: Table.empty() }),
    handlers: {
      Lock: (lock, _, { funds, sender }) => {
        const amount = funds.get(lock.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: lock.asset })
        return { state: { ...lock, count: lock.count + 1, positions: lock.positions.set(lock.count, { owner: sender, amount, paid: false }) } }
      },
      Unlock: (lock, { positions: ids }, { sender }) => {
        let { positions } = lock
        let total = 0n
        for (const id of ids) {
          const position = (variant === "buggy" ? lock.positions : positions).get(id)
          if (position?.owner !== sender) return new NotYours({ position: BigInt(id) })
          if (position.paid) return new AlreadyPaid({ position: BigInt(id) })
          positions = positions.set(id, { ...position, paid: true })
          total += position.amount
        }
        return { state: { ...lock, positions }, sends: [payOne(sender, lock.asset, total)] }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.positions.values()].reduce((sum, { amount, paid }) => (paid ? sum : sum + amount), 0n) }),
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/15-${variant}`,
    world: {
      accounts: { alice: { ust: 10n ** 6n }, bob: { ust: 10n ** 6n } },
      actors: [actor("lock", lockOf(variant), { asset: "ust" })],
    },
    actions: [action(Lock, "lock", { funds: ["ust"] }), action(Unlock, "lock")],
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
