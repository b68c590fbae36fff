import { LIMITS } from "../limits.ts"
import type { Moves } from "./move.ts"
import type { Traffic } from "./traffic.ts"

/**
 * Where slots should live, planned from the messages between them: a function of what was counted and of where they live now, and of nothing
 * else. Results cannot depend on it, since headers are made slot by slot.
 */

/** What one look at the traffic came to. */
export interface Look {
  readonly height: number
  /** Messages that were counted, and those of them between two shards, before and after the moves. */
  readonly messages: number
  readonly crossingBefore: number
  readonly crossingAfter: number
  /** The share of the busiest shard in all the load, before and after. */
  readonly busiestBefore: number
  readonly busiestAfter: number
  readonly moved: number
  /** Pairs of slots with the most messages between them. */
  readonly loudest: readonly { readonly from: number; readonly to: number; readonly messages: number }[]
}

const EVERY_BLOCKS = 64
/** The first look comes early: the slots were dealt out blindly. */
const FIRST_LOOK = 3
/** Blocks whose messages make a plan, and blocks after them that say what it is worth; fewer where looks come more often than that. */
const PLAN_BLOCKS = 4
const JUDGE_BLOCKS = 2
/** A shard may have so much more than its share: all others wait for it. */
const SLACK = 1.01
/** Slots are not moved for less than this share of the messages. */
const GAIN_MIN = 0.03
const PASSES = 4
/** Looks that find nothing to move become rarer, up to so many times. */
const PATIENCE = 16
const LOUDEST = 8

/** What the mover sees of whoever drives the shards. */
export interface Placed {
  readonly owners: Uint8Array
  readonly shards: number
  readonly traffic: Traffic
}

/**
 * A look takes some blocks: the messages of the first make a plan, and those of the last, which the plan has not seen, say what it is worth. Where
 * messages go at random a plan always fits the blocks that it was made from, and no others. The more blocks, the better the plan (measured with
 * swaps over 64 pools on two shards, 4 blocks instead of one: 38 % of the messages crossed instead of 41 %, and the busiest shard had 0.4 % more
 * than its share instead of 4.8 %).
 */
export class Mover {
  readonly looks: Look[] = []
  private readonly everyBlocks: number
  private readonly shards: number
  /** From this height on messages are counted. */
  private next = FIRST_LOOK
  private wait: number
  private planned: Uint8Array | undefined = undefined
  /** Blocks with messages that were counted for the plan, or for the judgement; and their messages. */
  private counted = 0
  private messages = 0

  /** With `everyBlocks` 0 nothing ever moves. */
  constructor(shards: number, everyBlocks = EVERY_BLOCKS) {
    this.shards = shards
    this.everyBlocks = this.wait = everyBlocks
  }

  /** Whether messages are counted in a block. */
  wantsTraffic(height: number): boolean {
    return this.shards > 1 && this.everyBlocks > 0 && height >= this.next
  }

  /** The moves after a block; none where nothing was counted or little would be gained. */
  plan(height: number, { owners, shards, traffic }: Placed): Moves {
    if (!this.wantsTraffic(height)) return NO_MOVES
    const { planned } = this
    if (traffic.messages === this.messages) return NO_MOVES
    this.messages = traffic.messages
    if (++this.counted < Math.min(planned === undefined ? PLAN_BLOCKS : JUDGE_BLOCKS, this.everyBlocks)) return NO_MOVES
    this.counted = this.messages = 0
    const entries = [...traffic.entries()]
    traffic.clear()
    if (planned === undefined) {
      this.planned = placementFor(entries, owners, shards)
      return NO_MOVES
    }
    this.planned = undefined
    const look = lookAt(height, entries, owners, planned, shards)
    const quieter = (look.crossingBefore - look.crossingAfter) / look.messages
    const leveler = look.busiestBefore - look.busiestAfter
    const worth = quieter + leveler >= GAIN_MIN
    this.wait = worth ? this.everyBlocks : Math.min(this.wait * 2, this.everyBlocks * PATIENCE)
    this.next = height + this.wait
    this.looks.push(worth ? look : { ...look, crossingAfter: look.crossingBefore, busiestAfter: look.busiestBefore, moved: 0 })
    if (!worth) return NO_MOVES
    const moves = new Map<number, number>()
    for (let slot = 0; slot < LIMITS.slots; slot++) if (owners[slot] !== planned[slot]) moves.set(slot, planned[slot] as number)
    return moves
  }
}

const NO_MOVES: Moves = new Map()

type Entry = readonly [from: number, to: number, count: number]

/** What each slot has to do: what comes in is handled, and what goes out was made. */
const loadsOf = (entries: readonly Entry[]): Float64Array => {
  const loads = new Float64Array(LIMITS.slots)
  for (const [from, to, count] of entries) {
    loads[from]! += count
    loads[to]! += count
  }
  return loads
}

/** How much a slot would rather stay where it is, as a share of its load; and that it goes somewhere at all. */
const STAYING = 0.02
const ANYWHERE = 0.01

/**
 * The better of two: the slots where they are, with some moved; or all of them dealt out anew, the busiest first, to where those are whom they
 * talk to, the less the fuller it is there. A slot that no message touched stays.
 */
export const placementFor = (entries: readonly Entry[], owners: Uint8Array, shards: number): Uint8Array => {
  const loads = loadsOf(entries)
  const order = Array.from({ length: LIMITS.slots }, (_, slot) => slot)
    .filter((slot) => (loads[slot] as number) > 0)
    .sort((left, right) => (loads[right] as number) - (loads[left] as number) || left - right)
  const ground: Ground = { loads, order, talk: neighbours(entries), shards, room: (loads.reduce((sum, load) => sum + load, 0) / shards) * SLACK }
  const moved = refined(ground, owners)
  const dealt = refined(ground, dealtAnew(ground, owners))
  return costOf(entries, dealt, loads, shards) < costOf(entries, moved, loads, shards) ? dealt : moved
}

/** What a placement is made from. */
interface Ground {
  readonly loads: Float64Array
  /** Busy slots, the busiest first. */
  readonly order: readonly number[]
  readonly talk: ReadonlyMap<number, readonly Entry[]>
  readonly shards: number
  readonly room: number
}

const dealtAnew = ({ loads, order, talk, shards, room }: Ground, owners: Uint8Array): Uint8Array => {
  const planned = Uint8Array.from(owners)
  const placed = new Uint8Array(LIMITS.slots)
  const filled = new Float64Array(shards)
  for (const slot of order) {
    const load = loads[slot] as number
    const pull = new Float64Array(shards).fill(load * ANYWHERE)
    pull[owners[slot] as number]! += load * STAYING
    for (const [, other, count] of talk.get(slot) ?? []) if (placed[other] === 1) pull[planned[other] as number]! += count
    let best = 0
    let bestScore = -Infinity
    for (let shard = 0; shard < shards; shard++) {
      const space = 1 - (filled[shard] as number) / room
      const score = space > 0 ? (pull[shard] as number) * space : space
      if (score > bestScore) [best, bestScore] = [shard, score]
    }
    planned[slot] = best
    placed[slot] = 1
    filled[best]! += load
  }
  return planned
}

/** Slots go to the shard that they talk to most, as long as it has room; a few times over, since where one goes is a reason for the next. */
const refined = ({ loads, order, talk, shards, room }: Ground, owners: Uint8Array): Uint8Array => {
  const planned = Uint8Array.from(owners)
  const filled = filledBy(loads, planned, shards)
  for (let pass = 0; pass < PASSES; pass++) {
    for (const slot of order) {
      const load = loads[slot] as number
      const now = planned[slot] as number
      const pull = pullOf(talk.get(slot) ?? [], planned, shards)
      let best = now
      const overfull = (filled[now] as number) > room
      for (let shard = 0; shard < shards; shard++) {
        if (shard === best || (filled[shard] as number) + load > room) continue
        const gain = (pull[shard] as number) - (pull[best] as number)
        if (gain > 0 || (overfull && best === now)) best = shard
      }
      if (best === now) continue
      planned[slot] = best
      filled[now]! -= load
      filled[best]! += load
    }
  }
  return planned
}

const filledBy = (loads: Float64Array, owners: Uint8Array, shards: number): Float64Array => {
  const filled = new Float64Array(shards)
  for (let slot = 0; slot < LIMITS.slots; slot++) filled[owners[slot] as number]! += loads[slot] as number
  return filled
}

const crossingIn = (entries: readonly Entry[], owners: Uint8Array): number =>
  entries.reduce((sum, [from, to, count]) => (owners[from] === owners[to] ? sum : sum + count), 0)

/** What crosses, and what the busiest shard has to do, both as shares of all messages. */
const costOf = (entries: readonly Entry[], owners: Uint8Array, loads: Float64Array, shards: number): number =>
  (crossingIn(entries, owners) + Math.max(...filledBy(loads, owners, shards)) / 2) / entries.reduce((sum, [, , count]) => sum + count, 0)

const neighbours = (entries: readonly Entry[]): ReadonlyMap<number, readonly Entry[]> => {
  const talk = new Map<number, Entry[]>()
  const add = (slot: number, entry: Entry): void => {
    const known = talk.get(slot)
    if (known === undefined) talk.set(slot, [entry])
    else known.push(entry)
  }
  for (const [from, to, count] of entries) {
    if (from === to) continue
    add(from, [from, to, count])
    add(to, [to, from, count])
  }
  return talk
}

const pullOf = (talk: readonly Entry[], planned: Uint8Array, shards: number): Float64Array => {
  const pull = new Float64Array(shards)
  for (const [, other, count] of talk) pull[planned[other] as number]! += count
  return pull
}

const lookAt = (height: number, entries: readonly Entry[], before: Uint8Array, after: Uint8Array, shards: number): Look => {
  const loads = loadsOf(entries)
  const messages = entries.reduce((sum, [, , count]) => sum + count, 0)
  const crossing = (owners: Uint8Array): number => crossingIn(entries, owners)
  const busiest = (owners: Uint8Array): number => Math.max(...filledBy(loads, owners, shards)) / (messages * 2)
  return {
    height,
    messages,
    crossingBefore: crossing(before),
    crossingAfter: crossing(after),
    busiestBefore: busiest(before),
    busiestAfter: busiest(after),
    moved: before.reduce((sum, owner, slot) => (owner === after[slot] ? sum : sum + 1), 0),
    loudest: [...entries]
      .sort((left, right) => right[2] - left[2] || left[0] - right[0] || left[1] - right[1])
      .slice(0, LOUDEST)
      .map(([from, to, count]) => ({ from, to, messages: count })),
  }
}
