import * as nact from "nact"
import { accountsAtStart, credited, poolsAtStart, reservesOf, sold, transacted, type AccountState, type PoolState } from "./actor-logic.ts"
import { RESERVE, swapList, type Reserves } from "./market.ts"
import { timed, type Peer } from "./peer.ts"

/** Accounts and pools as stateful actors of nact, which delivers by the event loop. */

// The package has no types of its own; these are the functions that are used.
const { start, spawn, dispatch, stop } = nact as unknown as {
  readonly start: () => unknown
  readonly spawn: (parent: unknown, handle: (state: any, message: any) => unknown, name: string, options: object) => unknown
  readonly dispatch: (actor: unknown, message: unknown) => void
  readonly stop: (actor: unknown) => void
}

export const peer: Peer = {
  name: "nact",
  packages: ["nact"],
  workload: "swaps",
  more: "supervision, and persistence where it is asked for",
  less: "no blocks, no canonical order of different senders, no book of money, no hashes",
  transactions: 50_000,
  prepare: async () => async () => {
    const list = swapList(peer.transactions)
    const system = start()
    const accounts = new Map<string, unknown>()
    const pools = new Map<string, unknown>()
    const reserves = new Map<string, PoolState>(poolsAtStart())
    let left = list.length
    let finished = (): void => {}
    const account = (state: AccountState, message: any): AccountState => {
      if (message.type === "credit") {
        if (--left === 0) finished()
        return credited(state, message)
      }
      const { state: after, to, message: sale } = transacted(state, message)
      if (to !== undefined) dispatch(pools.get(to), sale)
      return after
    }
    for (const [name, initialState] of accountsAtStart()) accounts.set(name, spawn(system, account, name, { initialState }))
    for (const [name, initialState] of poolsAtStart()) {
      const pool = (state: PoolState, message: any): PoolState => {
        const { state: after, to, message: credit } = sold(state, message)
        dispatch(accounts.get(to as string), credit)
        reserves.set(name, after)
        return after
      }
      pools.set(name, spawn(system, pool, name.replace("/", "-"), { initialState }))
    }
    const outcome = await timed(list.length, () => new Promise<void>((resolve) => {
      finished = resolve
      for (const { transaction } of list) dispatch(accounts.get(transaction.from), transaction)
    }))
    checkTotals([...reserves.values()].map(reservesOf))
    stop(system)
    return outcome
  },
}

/** The order between senders is the library's own, so only what holds for any order is checked. */
export const checkTotals = (reserves: readonly Reserves[]): void => {
  for (const [place, { x, y }] of reserves.entries()) {
    if (x * y <= RESERVE * RESERVE) throw new Error(`pool ${place} lost by trading, or never traded: ${x}, ${y}`)
  }
}
