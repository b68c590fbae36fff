import { createActor, fromTransition } from "xstate"
import type { Transaction } from "../../../core/index.ts"
import { accountsAtStart, credited, poolsAtStart, reservesOf, sold, transacted, type Credit, type PoolState, type Sale } from "./actor-logic.ts"
import { checkReserves, swapList } from "./market.ts"
import { timed, type Peer } from "./peer.ts"

/** Accounts and pools as transition actors, which send to one another as they go. */

interface Submit {
  readonly type: "submit"
  readonly transaction: Transaction
}

interface Reference<E> {
  readonly send: (event: E) => void
}

export const peer: Peer = {
  name: "xstate, transition actors",
  packages: ["xstate"],
  workload: "swaps",
  more: "subscriptions to every actor",
  less: "no blocks, no canonical order, no book of money, no undo, no hashes: a mailbox that is emptied at once",
  transactions: 200_000,
  prepare: async () => async () => {
    const list = swapList(peer.transactions)
    const accounts = new Map<string, Reference<Submit | Credit>>()
    const pools = new Map<string, Reference<Sale>>()
    for (const [name, initial] of accountsAtStart()) {
      const logic = fromTransition((state: typeof initial, event: Submit | Credit) => {
        if (event.type === "credit") return credited(state, event)
        const { state: after, to, message } = transacted(state, event.transaction)
        if (to !== undefined && message !== undefined) pools.get(to)?.send(message)
        return after
      }, initial)
      accounts.set(name, createActor(logic).start())
    }
    const states: (() => PoolState)[] = []
    for (const [name, initial] of poolsAtStart()) {
      const logic = fromTransition((state: PoolState, event: Sale) => {
        const { state: after, to, message } = sold(state, event)
        if (to !== undefined && message !== undefined) accounts.get(to)?.send(message)
        return after
      }, initial)
      const actor = createActor(logic).start()
      pools.set(name, actor)
      states.push(() => actor.getSnapshot().context)
    }
    const outcome = await timed(list.length, () => {
      for (const { transaction } of list) accounts.get(transaction.from)?.send({ type: "submit", transaction })
    })
    checkReserves(list, states.map((state) => reservesOf(state())))
    return outcome
  },
}
