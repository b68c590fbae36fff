import type { Address } from "./address.ts"

/** A message as an ordering policy sees it. */
export interface Arrival {
  readonly id: string
  readonly from: Address
  readonly to: Address
  readonly type: string
}

/**
 * In which order a mailbox takes what arrives in one block. A chain with asynchronous calls promises first-in first-out per sender and no more,
 * so a policy may permute the arrivals as long as it keeps the order of each sender's messages; anything else is `OrderBroken`.
 */
export interface Ordering {
  readonly name: string
  /** The arrivals in canonical order, rearranged; absent: as they are. */
  readonly arrange?: (arrivals: readonly Arrival[], at: { readonly height: number; readonly actor: Address }) => readonly Arrival[]
}

/** First come, first served, by cause: the default. */
const causal: Ordering = { name: "causal" }

/** Each mailbox serves the senders in ascending order of their addresses. */
const bySender: Ordering = { name: "by-sender", arrange: (arrivals) => grouped(arrivals, (a, b) => (a < b ? -1 : 1)) }

/** Each mailbox serves the sender whose first message came last before all others: as far from causal as whole groups can be. */
const lastSenderFirst: Ordering = {
  name: "last-sender-first",
  arrange: (arrivals) => [...groupsOf(arrivals).values()].reverse().flat(),
}

/** Ordering policies by name. */
export const Orderings = { causal, bySender, lastSenderFirst } as const

const groupsOf = (arrivals: readonly Arrival[]): Map<Address, Arrival[]> => {
  const groups = new Map<Address, Arrival[]>()
  for (const arrival of arrivals) {
    const group = groups.get(arrival.from)
    if (group === undefined) groups.set(arrival.from, [arrival])
    else group.push(arrival)
  }
  return groups
}

const grouped = (arrivals: readonly Arrival[], compare: (a: Address, b: Address) => number): Arrival[] => {
  const groups = groupsOf(arrivals)
  return [...groups.keys()].sort(compare).flatMap((from) => groups.get(from) as Arrival[])
}

/** Why an arrangement is not allowed, or undefined. */
export const arrangementProblem = (given: readonly Arrival[], arranged: readonly Arrival[]): string | undefined => {
  if (given.length !== arranged.length) return `${arranged.length} messages came back of ${given.length}`
  const groups = groupsOf(given)
  const taken = new Map<Address, number>()
  for (const arrival of arranged) {
    const index = taken.get(arrival.from) ?? 0
    if (groups.get(arrival.from)?.[index] !== arrival) return `${arrival.id} is not the next message of ${arrival.from}`
    taken.set(arrival.from, index + 1)
  }
  return undefined
}
