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
        expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(Math.max(...before), (total / count) * 1.04 + heaviest))
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

  it("looks at blocks of its own choice, leaves everything where little is to be gained, and tells what it did", () => {
    const counted = new Traffic()
    const count = (entries: readonly (readonly [number, number, number])[]): void => {
      for (const [from, to, messages] of entries) for (let message = 0; message < messages; message++) counted.count(from, to)
    }
    const mover = new Mover(2, 10)
    expect([1, 4, 5, 10, 20, 21].filter((height) => mover.wantsTraffic(height))).toEqual([4, 10, 20])
    expect([1, 4, 64].filter((height) => new Mover(2, 0).wantsTraffic(height))).toEqual([])
    expect([4, 64].filter((height) => new Mover(1).wantsTraffic(height))).toEqual([])
    const placed = { owners: dealt(2), shards: 2, traffic: counted }
    expect(mover.plan(4, placed).size).toBe(0)
    count([[0, 1, 30], [2, 3, 30]])
    expect([...mover.plan(10, placed).keys()].length).toBeGreaterThan(0)
    expect(mover.looks.at(-1)).toMatchObject({ height: 10, messages: 60, crossingBefore: 60, crossingAfter: 0, busiestAfter: 0.5 })
    expect(mover.looks.at(-1)?.loudest[0]).toEqual({ from: 0, to: 1, messages: 30 })
    count([[0, 2, 30], [1, 3, 30]])
    expect(mover.plan(20, { ...placed, owners: dealt(2) }).size).toBe(0)
    expect(mover.looks.at(-1)).toMatchObject({ moved: 0, crossingBefore: 0, crossingAfter: 0 })
  })
})
