import { Actor, actor, Address, Amount, AssetId, failure, Message, payOne, send, Struct, Table, TableOf, Text, View } from "../../core/index.ts"
import { action, amounts, anybody, Campaign, zooEntry } from "../../sim/index.ts"

/**
 * Nomad (2022-08-01): a message counts as proven when the root under which it was proven is acceptable. The table of roots was set up with
 * the empty root as acceptable, and an empty root is what the table of messages says of one that nobody ever proved.
 */

class Nothing extends failure("zoo22/Nothing", { expected: AssetId }, ({ expected }) => `nothing but ${expected} can be sent`) {}
class NotSent extends failure("zoo22/NotSent", { root: Amount }, ({ root }) => `no such message under root ${root}`) {}
class NotProven extends failure("zoo22/NotProven", { root: Amount }, ({ root }) => `root ${root} is not acceptable`) {}
class Done extends failure("zoo22/Done", { key: Text(200) }, ({ key }) => `${key} was processed`) {}

const Lock = Message.make("zoo22/Lock", { failures: [Nothing] })
const Mint = Message.make("zoo22/Mint", { payload: { to: Address, amount: Amount }, failures: [Nothing] })
const Return = Message.make("zoo22/Return", { failures: [Nothing] })
const Prove = Message.make("zoo22/Prove", { payload: { root: Amount, to: Address, amount: Amount }, failures: [NotSent] })
const Process = Message.make("zoo22/Process", { payload: { nonce: Amount, to: Address, amount: Amount }, failures: [NotProven, Done] })

const Outbox = View.make("zoo22/Outbox", { supply: Amount, sent: TableOf(Amount, Struct({ to: Address, amount: Amount })) })

/** The other chain: it issues what stands for the locked asset. Each message that it sends back has a root of its own, from 1. */
const Moon = Actor.make("zoo22/Moon", {
  params: { supply: Amount, bridge: Address },
  state: { supply: Amount, bridge: Address, sent: TableOf(Amount, Struct({ to: Address, amount: Amount })) },
  messages: { Mint, Return },
  view: Outbox,
  publish: ({ supply, sent }) => ({ supply, sent }),
  create: ({ supply, bridge }) => ({ supply, bridge, sent: Table.empty() }),
  handlers: {
    Mint: (moon, { to, amount }, { sender }) => {
      if (sender !== moon.bridge) return new Nothing({ expected: "moon:usd" })
      return { state: { ...moon, supply: moon.supply + amount }, mints: { "moon:usd": amount }, sends: [payOne(to, "moon:usd", amount)] }
    },
    Return: (moon, _, { funds, sender }) => {
      const amount = funds.get("moon:usd")
      if (amount === 0n || funds.rest !== undefined) return new Nothing({ expected: "moon:usd" })
      const sent = moon.sent.set(BigInt(moon.sent.size) + 1n, { to: sender, amount })
      return { state: { ...moon, supply: moon.supply - amount, sent }, burns: { "moon:usd": amount } }
    },
  },
})

const EMPTY_ROOT = 0n
const keyOf = (nonce: bigint, to: string, amount: bigint): string => `${nonce} ${to} ${amount}`

/** Holds the escrow, and pays out what the other chain sent back. */
const replicaOf = (variant: "buggy" | "fixed") =>
  Actor.make(`zoo22/Replica-${variant}`, {
    params: { moon: Address },
    state: { moon: Address, confirmedAt: TableOf(Amount, Amount), provenUnder: TableOf(Text(200), Amount), processed: TableOf(Text(200), Amount) },
    messages: { Lock, Prove, Process },
    create: ({ moon }) => ({
      moon,
      confirmedAt: variant === "buggy" ? Table.from([[EMPTY_ROOT, 1n]]) : Table.empty<bigint, bigint>(),
      provenUnder: Table.empty(),
      processed: Table.empty(),
    }),
    handlers: {
      Lock: (replica, _, { funds, sender }) => {
        const amount = funds.get("usd")
        if (amount === 0n || funds.rest !== undefined) return new Nothing({ expected: "usd" })
        return { state: replica, sends: [send(replica.moon, Mint, { to: sender, amount })] }
      },
      Prove: (replica, { root, to, amount }, { view, time }) => {
        const sent = view(Outbox, replica.moon)?.sent.get(root)
        if (sent === undefined || sent.to !== to || sent.amount !== amount) return new NotSent({ root })
        const confirmedAt = replica.confirmedAt.set(root, BigInt(time) + 1n)
        return { state: { ...replica, confirmedAt, provenUnder: replica.provenUnder.set(keyOf(root, to, amount), root) } }
      },
      Process: (replica, { nonce, to, amount }, { height }) => {
        const key = keyOf(nonce, to, amount)
        if (replica.processed.has(key)) return new Done({ key })
        const root = replica.provenUnder.get(key) ?? EMPTY_ROOT
        if ((replica.confirmedAt.get(root) ?? 0n) === 0n) return new NotProven({ root })
        return { state: { ...replica, processed: replica.processed.set(key, BigInt(height)) }, sends: [payOne(to, "usd", amount)] }
      },
    },
    health: ({ state, balance }, view) => [["escrow", balance("usd") >= (view(Outbox, state.moon)?.supply ?? 0n)]],
  })

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/22-${variant}`,
    world: {
      accounts: { alice: { usd: 1000n }, bob: { usd: 1000n, "moon:usd": 500n } },
      actors: [actor("moon", Moon, { supply: 500n, bridge: "replica" }), actor("replica", replicaOf(variant), { moon: "moon" }, { usd: 500n })],
    },
    actions: [
      action(Lock, "replica", { funds: ["usd"] }),
      action(Return, "moon", { funds: ["moon:usd"] }),
      action(Prove, "replica", { payload: { root: amounts(20n), to: anybody, amount: amounts(1000n) } }),
      action(Process, "replica", { payload: { nonce: amounts(20n), to: anybody, amount: amounts(1000n) } }),
    ],
  })

export default zooEntry({
  number: 22,
  name: "Nomad zero root",
  kind: "bridge",
  async: false,
  documentedSteps: 1,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
