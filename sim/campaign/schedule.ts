import type { Arrival } from "../../core/index.ts"
import { chance, pick, type Draw } from "./draw.ts"

/** How a run departs from the canonical order. Every choice keeps each pair of actors first-in first-out, and no message waits for ever. */
export interface Schedule {
  readonly name: string
  /** The choices of one run; absent: everything is canonical, and each step is drained before the next. */
  readonly begin?: (draw: Draw) => Strategy
}

/** One run's choices. */
export interface Strategy {
  /** Blocks before the next step; undefined: until nothing is under way. */
  readonly gap: () => number | undefined
  /** Which of the waiting senders (by the canonical place of their first messages) is served next; 0 is canonical. */
  readonly choose: (senders: readonly Arrival[]) => number
  /** Blocks by which a message is late; absent: none ever is. */
  readonly delay?: () => number
  /** In place of `choose`: a whole mailbox at once, which must keep each sender's order. */
  readonly arrange?: (arrivals: readonly Arrival[]) => readonly Arrival[]
}

/** No message of a schedule is late by more blocks than this. */
export const DELAY_BLOCKS_MAX = 6

const gapsOf = (draw: Draw): (() => number | undefined) => {
  const mood = draw.below(4)
  if (mood === 0) return () => undefined
  if (mood === 1) return () => (chance(draw, 3, 4) ? 0 : draw.below(4))
  return () => (draw.below(2) === 0 ? undefined : draw.below(2) === 0 ? 0 : 1 + draw.below(3))
}

const causal: Schedule = { name: "causal" }

/** Any waiting sender, at a rate that differs from run to run; messages are late at times. */
const random: Schedule = {
  name: "random",
  begin: (draw) => {
    const rate = pick(draw, [1, 2, 4])
    const lateRate = pick(draw, [0, 0, 8, 24])
    return {
      gap: gapsOf(draw),
      choose: (senders) => (chance(draw, rate, 4) ? draw.below(senders.length) : 0),
      ...(lateRate > 0 && { delay: () => (draw.below(lateRate) === 0 ? 1 + draw.below(DELAY_BLOCKS_MAX) : 0) }),
    }
  },
}

/**
 * Probabilistic concurrency testing (Burckhardt et al., "A randomized scheduler with probabilistic guarantees of finding bugs", 2010):
 * each sender has a random priority, and at depth - 1 random moments the one that would be served falls behind all others.
 */
const pct = (depth: number): Schedule => ({
  name: `pct ${depth}`,
  begin: (draw) => {
    const priorities = new Map<string, number>()
    const changes = new Set(Array.from({ length: depth - 1 }, () => draw.below(PCT_STEPS)))
    let moment = 0
    let lowest = 0
    const priorityOf = (from: string): number => {
      const known = priorities.get(from)
      if (known !== undefined) return known
      const made = 1 + draw.below(1 << 20)
      priorities.set(from, made)
      return made
    }
    const first = (senders: readonly Arrival[]): number => {
      let best = 0
      for (let at = 1; at < senders.length; at++) {
        if (priorityOf((senders[at] as Arrival).from) > priorityOf((senders[best] as Arrival).from)) best = at
      }
      return best
    }
    return {
      gap: gapsOf(draw),
      choose: (senders) => {
        if (changes.has(moment++)) priorities.set((senders[first(senders)] as Arrival).from, --lowest)
        return first(senders)
      },
    }
  },
})

/** Choices among which the changes of priority fall. */
const PCT_STEPS = 32

/** Canonical but for at most `delays` departures: a sender who gives way once, or a message that is late. */
const delayBounded = (delays: number): Schedule => ({
  name: `delay ${delays}`,
  begin: (draw) => {
    let left = delays
    const spend = (): boolean => left > 0 && draw.below(6) === 0 && left-- > 0
    return {
      gap: gapsOf(draw),
      choose: () => (spend() ? 1 : 0),
      delay: () => (spend() ? 1 + draw.below(DELAY_BLOCKS_MAX) : 0),
    }
  },
})

/** Ways to order messages, by name. */
export const Schedules = { causal, random, pct, delayBounded } as const

/** Puts a mailbox in order by choices among its senders. */
export const arrangeByChoice = (arrivals: readonly Arrival[], choose: (senders: readonly Arrival[], at: number) => number): readonly Arrival[] => {
  const queues = new Map<string, Arrival[]>()
  for (const arrival of arrivals) {
    const queue = queues.get(arrival.from)
    if (queue === undefined) queues.set(arrival.from, [arrival])
    else queue.push(arrival)
  }
  if (queues.size === 1) return arrivals
  const places = new Map(arrivals.map((arrival, place) => [arrival, place]))
  // By the canonical place of their first messages.
  let waiting = [...queues.values()]
  const order: Arrival[] = []
  while (waiting.length > 1) {
    const heads = waiting.map((queue) => queue[0] as Arrival)
    const choice = Math.min(choose(heads, order.length), heads.length - 1)
    const queue = waiting[choice] as Arrival[]
    order.push(queue.shift() as Arrival)
    waiting = waiting.filter((one) => one.length > 0).sort((a, b) => (places.get(a[0] as Arrival) as number) - (places.get(b[0] as Arrival) as number))
  }
  for (const arrival of waiting[0] ?? []) order.push(arrival)
  return order
}
