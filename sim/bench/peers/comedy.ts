import comedy from "comedy"
import type { Transaction } from "../../../core/index.ts"
import { accountsAtStart, credited, poolsAtStart, reservesOf, sold, transacted, type Credit, type PoolState, type Sale } from "./actor-logic.ts"
import { swapList } from "./market.ts"
import { checkTotals } from "./nact.ts"
import { timed, type Peer } from "./peer.ts"

/** Accounts and pools as in-memory actors of comedy. */

interface Actor {
  readonly send: (topic: string, message: unknown) => Promise<void>
}

// The package has no types of its own; these are the functions that are used.
const createSystem = comedy as unknown as (options: object) => {
  readonly rootActor: () => Promise<{ readonly createChild: (definition: object, options: object) => Promise<Actor> }>
  readonly destroy: () => Promise<void>
}
const silent = { silly() {}, debug() {}, info() {}, warn() {}, error() {} }

export const peer: Peer = {
  name: "comedy, in memory",
  packages: ["comedy"],
  workload: "swaps",
  more: "can move actors to other processes and hosts",
  less: "no blocks, no canonical order of different senders, no book of money, no hashes",
  transactions: 50_000,
  prepare: async () => async () => {
    const list = swapList(peer.transactions)
    const system = createSystem({ log: silent })
    const root = await system.rootActor()
    const accounts = new Map<string, Actor>()
    const pools = new Map<string, Actor>()
    const reserves = new Map<string, PoolState>(poolsAtStart())
    let left = list.length
    let finished = (): void => {}
    for (const [name, initial] of accountsAtStart()) {
      let state = initial
      const account = {
        submit: (transaction: Transaction): void => {
          const answer = transacted(state, transaction)
          state = answer.state
          if (answer.to !== undefined) void pools.get(answer.to)?.send("sell", answer.message)
        },
        credit: (credit: Credit): void => {
          state = credited(state, credit)
          if (--left === 0) finished()
        },
      }
      accounts.set(name, await root.createChild(account, { mode: "in-memory" }))
    }
    for (const [name] of poolsAtStart()) {
      const pool = {
        sell: (sale: Sale): void => {
          const answer = sold(reserves.get(name) as PoolState, sale)
          reserves.set(name, answer.state)
          void accounts.get(answer.to as string)?.send("credit", answer.message)
        },
      }
      pools.set(name, await root.createChild(pool, { mode: "in-memory" }))
    }
    const outcome = await timed(list.length, () => new Promise<void>((resolve) => {
      finished = resolve
      for (const { transaction } of list) void accounts.get(transaction.from)?.send("submit", transaction)
    }))
    checkTotals([...reserves.values()].map(reservesOf))
    await system.destroy()
    return outcome
  },
}
