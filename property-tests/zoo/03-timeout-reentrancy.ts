import { Actor, actor, Address, Amount, AssetId, Continuation, failure, Integer, Message, Payment, request, send, Struct, Table, TableOf } from "../../core/index.ts"
import { action, Campaign, reactiveUser, zooEntry } from "../../sim/index.ts"

/**
 * ASA-2024-007 of ibc-go, exploited on Terra (2024-07-30): the timeout of a packet refunds its sender, and calls the sender's hook, before the
 * packet's commitment is deleted. Whoever gets the same timeout delivered again in between is refunded again, out of everybody's escrow.
 * Here the deletion waits for the payment's reply. Repaired: the commitment is gone before the refund leaves, and comes back with it.
 */

class NoCommitment extends failure("zoo03/NoCommitment", { sequence: Amount }, ({ sequence }) => `packet ${sequence} has no commitment`) {}
class WrongAsset extends failure("zoo03/WrongAsset", { expected: AssetId }, ({ expected }) => `${expected} expected`) {}

const Send = Message.make("zoo03/Send", { failures: [WrongAsset] })
const Timeout = Message.make("zoo03/Timeout", { payload: { sequence: Integer(0, 1_000_000) }, failures: [NoCommitment] })

const Commitment = Struct({ owner: Address, amount: Amount })

const escrowOf = (variant: "buggy" | "fixed") => {
  const Refunded = Continuation.make(`zoo03/Refunded-${variant}`, { of: Payment, saved: { sequence: Integer(0, 1_000_000), commitment: Commitment } })
  return Actor.make(`zoo03/Escrow-${variant}`, {
    params: { asset: AssetId },
    state: { asset: AssetId, sent: Integer(0, 1_000_000), commitments: TableOf(Integer(0, 1_000_000), Commitment) },
    messages: { Send, Timeout },
    continuations: { Refunded },
    create: ({ asset }) => ({ asset, sent: 0, commitments: Table.empty() }),
    handlers: {
      Send: (escrow, _, { funds, sender }) => {
        const amount = funds.get(escrow.asset)
        if (amount === 0n || funds.rest !== undefined) return new WrongAsset({ expected: escrow.asset })
        return { state: { ...escrow, sent: escrow.sent + 1, commitments: escrow.commitments.set(escrow.sent, { owner: sender, amount }) } }
      },
      Timeout: (escrow, { sequence }) => {
        const commitment = escrow.commitments.get(sequence)
        if (commitment === undefined) return new NoCommitment({ sequence: BigInt(sequence) })
        const { owner, amount } = commitment
        return {
          state: variant === "buggy" ? escrow : { ...escrow, commitments: escrow.commitments.delete(sequence) },
          sends: [request(owner, Payment, {}, { funds: { [escrow.asset]: amount }, then: Refunded, saved: { sequence, commitment } })],
        }
      },
    },
    resume: {
      Refunded: (escrow, { _tag }, { sequence, commitment }) => {
        if (variant === "buggy") return { state: _tag === "Success" ? { ...escrow, commitments: escrow.commitments.delete(sequence) } : escrow }
        return { state: _tag === "Success" ? escrow : { ...escrow, commitments: escrow.commitments.set(sequence, commitment) } }
      },
    },
    claims: ({ state }) => ({ [state.asset]: [...state.commitments.values()].reduce((sum, { amount }) => sum + amount, 0n) }),
  })
}

/** Carries proofs to the escrow for whoever asks, a block later than they could themselves. */
const relayer = Actor.make("zoo03/Relayer", {
  params: { escrow: Address },
  state: { escrow: Address },
  messages: { Timeout },
  create: (params) => params,
  handlers: { Timeout: (relay, packet) => ({ state: relay, sends: [send(relay.escrow, Timeout, packet)] }) },
})

/** Sends packets of her own, and answers a refund with the same timeout, by way of the relayer. */
const mallory = reactiveUser("zoo03/Mallory", [Send, Timeout])

const sequences = [0, 1, 2, 3]

const campaignOf = (variant: "buggy" | "fixed") =>
  Campaign.make({
    name: `zoo/03-${variant}`,
    world: {
      accounts: { alice: { luna: 1000n }, bob: { luna: 1000n } },
      actors: [
        actor("escrow", escrowOf(variant), { asset: "luna" }),
        actor("mallory", mallory.definition, {}),
        actor("relayer", relayer, { escrow: "escrow" }),
      ],
    },
    // Others' packets are under way.
    prepare: (world) => {
      world.send("bob", "escrow", Send, {}, { funds: { luna: 500n } })
      world.settle()
    },
    actions: [
      action(Send, "escrow", { funds: ["luna"] }),
      action(Timeout, ["escrow", "relayer"], { payload: { sequence: sequences } }),
      action(mallory.Act, "mallory", { name: "mallory sends", payload: { to: ["escrow"], say: [{ _tag: Send.name }] }, funds: ["luna"] }),
      action(mallory.Arm, "mallory", {
        name: "mallory registers a hook",
        payload: { to: ["relayer"], say: sequences.map((sequence) => ({ _tag: Timeout.name, sequence })), forward: [false] },
      }),
    ],
    faults: true,
  })

export default zooEntry({
  number: 3,
  name: "IBC timeout re-entrancy",
  kind: "bridge / async",
  async: true,
  documentedSteps: 3,
  buggy: campaignOf("buggy"),
  fixed: campaignOf("fixed"),
})
