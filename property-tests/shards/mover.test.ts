import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Mover, placementFor } from "../../core/shard/mover.ts"
import { Traffic } from "../../core/shard/traffic.ts"

/** Where slots are put: level, where they talk to, and always the same. */

const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const SLOTS = 1_024

const entry = fc.tuple(fc.nat({ max: SLOTS - 1 }), fc.nat({ max: SLOTS - 1 }), fc.integer({ min: 1, max: 50 }))
const traffic = fc.array(entry, { minLength: 1, maxLength: 400 })
const shards = fc.integer({ min: 2, max: 16 })

const loads = (entries: readonly (readonly [number, number, number])[], owners: Uint8Array, count: number): readonly number[] => {
  const filled = new Array<number>(count).fill(0)
  for (const [from, to, messages] of entries) for (const slot of [from, to]) filled[owners[slot] as number]! += messages
  return filled
}
const crossing = (entries: readonly (readonly [number, number, number])[], owners: Uint8Array): number =>
  entries.reduce((sum, [from, to, messages]) => (owners[from] === owners[to] ? sum : sum + messages), 0)

const dealt = (count: number): Uint8Array => Uint8Array.from({ length: SLOTS }, (_, slot) => slot % count)

describe(`the mover (seed ${SEED})`, () => {
  it("is a function of what it is given, changes none of it, and never fills a shard beyond what was its share or its load before", () =>
    fc.assert(
      fc.property(traffic, shards, (entries, count) => {
        const owners = dealt(count)
        const planned = placementFor(entries, owners, count)
        expect(placementFor(entries, owners, count)).toEqual(planned)
        expect(owners).toEqual(dealt(count))
        expect(planned.every((owner) => owner < count)).toBe(true)
        const [before, after] = [loads(entries, owners, count), loads(entries, planned, count)]
        const total = before.reduce((sum, load) => sum + load, 0)
        const heaviest = Math.max(...Array.from({ length: SLOTS }, (_, slot) => entries.reduce((sum, [from, to, messages]) => sum + (from === slot ? messages : 0) + (to === slot ? messages : 0), 0)))
        expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(Math.max(...before), (total / count) * 1.01 + heaviest))
      }),
      { seed: SEED, numRuns: 200 },
    ))

  it("brings those together who talk among themselves", () => {
    // Eight circles of eight slots, dealt out so that each circle is spread over all shards.
    const circles = Array.from({ length: 8 }, (_, circle) => Array.from({ length: 8 }, (_, member) => member + circle * 8))
    const entries = circles.flatMap((slots) => slots.flatMap((from) => slots.filter((to) => to !== from).map((to) => [from, to, 10] as const)))
    for (const count of [2, 4]) {
      const owners = dealt(count)
      const planned = placementFor(entries, owners, count)
      expect(crossing(entries, planned)).toBeLessThan(crossing(entries, owners) / 3)
      expect(Math.max(...loads(entries, planned, count))).toBeLessThanOrEqual((entries.length * 20 * 1.1) / count)
    }
  })

  type Entries = readonly (readonly [from: number, to: number, messages: number])[]

  /** Counts a block's messages and asks for moves, as whoever drives the shards does. */
  const giver = (mover: Mover) => {
    const traffic = new Traffic()
    return (height: number, entries: Entries): number => {
      for (const [from, to, messages] of entries) for (let message = 0; message < messages; message++) traffic.count(from, to)
      return mover.plan(height, { owners: dealt(2), shards: 2, traffic }).size
    }
  }

  it("plans on four blocks that have messages, judges on the next two, and tells what it saw there", () => {
    const mover = new Mover(2, 10)
    const give = giver(mover)
    expect([1, 2, 3, 4].filter((height) => mover.wantsTraffic(height))).toEqual([3, 4])
    expect([1, 4, 64].filter((height) => new Mover(2, 0).wantsTraffic(height))).toEqual([])
    expect([4, 64].filter((height) => new Mover(1).wantsTraffic(height))).toEqual([])
    expect(give(3, [])).toBe(0)
    for (const height of [4, 5]) expect(give(height, [[0, 1, 30]])).toBe(0)
    expect(give(6, [])).toBe(0)
    for (const height of [7, 8]) expect(give(height, [[2, 3, 30]])).toBe(0)
    expect(give(9, [])).toBe(0)
    expect(give(10, [[0, 1, 10], [2, 3, 10], [4, 5, 10]])).toBe(0)
    expect(mover.looks).toEqual([])
    expect(give(11, [[0, 1, 10]])).toBeGreaterThan(0)
    expect(mover.looks.at(-1)).toMatchObject({ height: 11, messages: 40, crossingBefore: 40, crossingAfter: 10 })
    expect(mover.looks.at(-1)?.loudest[0]).toEqual({ from: 0, to: 1, messages: 20 })
    expect([12, 20, 21, 22].filter((height) => mover.wantsTraffic(height))).toEqual([21, 22])
  })

  it("takes no more blocks for a look than lie between two", () => {
    for (const [everyBlocks, moves] of [[1, [4, 6]], [2, [6]]] as const) {
      const mover = new Mover(2, everyBlocks)
      const give = giver(mover)
      const moved: number[] = []
      for (let height = 3; height <= 6; height++) if (mover.wantsTraffic(height) && give(height, [[0, 1, 10], [2, 3, 10]]) > 0) moved.push(height)
      expect(moved).toEqual(moves)
    }
  })

  it("leaves everything where it is, and looks less often, where the next block does not bear the plan out", () => {
    const random = (seed: number): readonly (readonly [number, number, number])[] => {
      let state = seed
      const slot = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 22
      return Array.from({ length: 10_000 }, () => [slot(), slot(), 1] as const)
    }
    const mover = new Mover(2, 10)
    const give = giver(mover)
    const heights: number[] = []
    for (let height = 1; height <= 1_000; height++) {
      if (!mover.wantsTraffic(height)) continue
      heights.push(height)
      expect(give(height, random(height))).toBe(0)
    }
    const looks = [3, 28, 73, 158, 323, 488, 653, 818, 983]
    expect(heights).toEqual(looks.flatMap((first) => [0, 1, 2, 3, 4, 5].map((block) => first + block)))
    for (const { crossingBefore, crossingAfter, moved } of mover.looks) expect([crossingAfter, moved]).toEqual([crossingBefore, 0])
  })
})
