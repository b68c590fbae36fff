import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { slotOf, World } from "../../core/index.ts"
import { SimulatedCrew, type BlockCost } from "../../sim/bench/scaling/crew.ts"
import type { Costs } from "../../sim/bench/scaling/costs.ts"
import { apart, KINDS, MANY_POOLS, ONE_POOL, SOME_POOLS, TRANSFERS } from "../../sim/bench/scaling/kinds.ts"
import { dealt, drawFlow, flowOf, loadsOf } from "../../sim/bench/scaling/loads.ts"
import { withTables } from "../../sim/bench/scaling/main.ts"
import { meetingOf, predict, type Parts } from "../../sim/bench/scaling/model.ts"
import type { Machine } from "../../sim/bench/scaling/machine.ts"

/** The model of the scaling page: what it counts is what shards do, and what it adds up is what was counted. No test asks how long anything took. */

const SHAPE = { accounts: 300, transactions: 900, blockSize: 300 }

const costsByHand: Costs = {
  digest: 3,
  common: { fixed: [10, 20, 30], pair: [1, 2, 4], bytesPair: 5, view: 7, bytesView: 50, conductShard: 11, conductDigest: 2, conductAsset: 13 },
  kinds: new Map(
    KINDS.map((kind) => [
      kind,
      { admit: 100, handle: 200, credit: 50, order: 5, hashSender: 30, hashReceiver: 20, packTransaction: 40, unpackTransaction: 60, packAnswer: 70, unpackAnswer: 80, bytesTransaction: 64, bytesAnswer: 72 },
    ]),
  ),
}
const machine: Machine = { wake: 1_000, wakeLate: 2_000, notify: 100, meetings: [], copyByte: 0, digest: 3, digestByte: 0, combine: 0 }

describe("a simulated crew", () => {
  for (const kind of KINDS) {
    for (const shards of [1, 5]) {
      it(`of ${shards} gives the headers of one kernel, and the messages that the model counts, in ${kind.name}`, () => {
        const { genesis, setup, blocks } = kind.make(SHAPE)
        const given = kind.make(SHAPE)
        const world = World.make(given.genesis)
        const crew = new SimulatedCrew(genesis, new Uint8Array(dealt(shards)), shards)
        let last: BlockCost | undefined
        for (const [index, block] of [...setup, ...blocks].entries()) {
          last = crew.step(block)
          const { header, raw } = world.step([...given.setup, ...given.blocks][index])
          expect(last.root).toBe(header.root)
          if (index < setup.length) continue
          const { shards: loads, views } = loadsOf(flowOf(block), dealt(shards), shards)
          const sum = (pick: (load: (typeof loads)[number]) => number): number => loads.reduce((total, load) => total + pick(load), 0)
          expect(sum(({ given: begun }) => begun)).toBe(block.length)
          expect(sum(({ handled }) => handled)).toBe(block.length)
          expect(sum(({ answers }) => answers)).toBe(raw.reconciled.length)
          expect(sum(({ answersOut }) => answersOut)).toBe(raw.reconciled.filter(({ from, to }) => owner(from, shards) !== owner(to, shards)).length)
          expect(sum(({ givenOut }) => givenOut)).toBe(block.filter(({ from, to }) => owner(from, shards) !== owner(to, shards)).length)
          expect(sum(({ givenIn }) => givenIn)).toBe(sum(({ givenOut }) => givenOut))
          expect(views).toBe(kind.pools === 0 ? 0 : new Set(block.map(({ to }) => to)).size)
        }
        const sent = last?.bytes.reduce((total, bytes) => total + bytes, 0) ?? 0
        expect(sent > 0).toBe(shards > 1)
        expect(last?.shards.length).toBe(shards)
        for (let shard = 0; shard < shards; shard++) expect(last?.bytes[shard * shards + shard]).toBe(0)
      })
    }
  }
})

describe("loads", () => {
  it("of pools that live apart: one shard begins most transactions, the other handles all", () => {
    const { blocks } = SOME_POOLS.make(SHAPE)
    const { shards: [accounts, pools] } = loadsOf(flowOf(blocks[0] ?? []), apart(SOME_POOLS.pools), 2)
    expect([accounts?.handled, pools?.handled]).toEqual([0, SHAPE.blockSize])
    expect(accounts?.given).toBeGreaterThan((pools?.given ?? 0) * 5)
    expect(pools?.givenIn).toBe(accounts?.givenOut)
  })

  it("of drawn blocks are like those of the workloads, of any size", () => {
    for (const { pools, make } of KINDS) {
      const shape = { accounts: 2_000, transactions: 20_000, blockSize: 20_000 }
      const drawn = loadsOf(drawFlow(pools, shape.accounts, shape.transactions), dealt(4), 4).shards
      const made = loadsOf(flowOf(make(shape).blocks[0] ?? []), dealt(4), 4).shards
      for (const [shard, load] of drawn.entries()) for (const part of ["given", "givenOut", "handled", "answers"] as const) {
        expect(Math.abs(load[part] - (made[shard]?.[part] ?? 0))).toBeLessThan(shape.transactions / 20)
      }
    }
  })
})

describe("a prediction", () => {
  const of = (kind: (typeof KINDS)[number], shards: number, transactions = 10_000) =>
    predict(kind, loadsOf(drawFlow(kind.pools, transactions, transactions), dealt(shards), shards), shards, costsByHand, machine)

  it("adds up to its parts, none of which is negative, and names the largest", () => {
    for (const kind of KINDS) for (const shards of [1, 2, 64, 1_024]) {
      const { block, ahead, parts, binding } = of(kind, shards)
      const values = Object.values(parts)
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-1e-6)
      expect(block).toBeCloseTo(values.reduce((sum, part) => sum + part, 0), 3)
      expect(parts[binding]).toBe(Math.max(...values))
      // In advance nobody waits for the longest of each stretch, nor for the caller.
      expect(ahead).toBeLessThan(block)
      expect(ahead).toBeGreaterThanOrEqual(Math.max(parts.conductor, parts.work + parts.slots + parts.pairs + parts.views) - 1e-6)
    }
  })

  it("of one shard has no pairs, no views of others, nobody busier and nothing on the way", () => {
    const { parts, bytes } = of(SOME_POOLS, 1)
    expect({ pairs: parts.pairs, views: parts.views, bytes }).toEqual({ pairs: 0, views: 0, bytes: 0 })
    expect(parts.busiest).toBeCloseTo(0, 6)
  })

  it("of a block by hand", () => {
    // Two transfers: slot 0 to slot 1, which is the other shard's; slot 2 to itself.
    const flow = { from: Uint16Array.of(0, 2), to: Uint16Array.of(1, 2), pool: undefined }
    const { block, ahead, parts, cpu, bytes } = predict(TRANSFERS, loadsOf(flow, dealt(2), 2), 2, costsByHand, machine)
    const first = [2 * 100 + 40, 200, 2 * 30 + 20 + 4 * 3]
    const second = [0, 60 + 200, 20 + 1 * 3]
    const longest = (first[0] as number) + (second[1] as number) + (first[2] as number)
    const work = [...first, ...second].reduce((sum, time) => sum + time, 0)
    const expected: Parts = { work: work / 2, busiest: longest - work / 2, slots: 60, pairs: 7, views: 0, conductor: 2 * 11 + 5 * 2 + 2 * 13, meeting: 2 * 1_000 + 2 * 100 + 2 * (1_000 + 100) }
    expect(parts).toEqual(expected)
    expect(block).toBe(Object.values(expected).reduce((sum, part) => sum + part, 0))
    expect(ahead).toBe(first.reduce((sum, time) => sum + time, 0) + 60 + 7 + 1_000 + 100)
    expect(cpu).toBe(work + 2 * (60 + 7) + expected.conductor)
    expect(bytes).toBe(64 + 2 * 5)
  })

  it("of one hot pool never gets past what the pool's shard takes for each swap", () => {
    const { handle, unpackTransaction, packAnswer } = costsByHand.kinds.get(ONE_POOL) as { handle: number; unpackTransaction: number; packAnswer: number }
    for (const shards of [64, 256, 1_024]) expect(of(ONE_POOL, shards, 100_000).block / 100_000).toBeGreaterThan((handle + unpackTransaction + packAnswer) * 0.98)
    expect(of(ONE_POOL, 64, 100_000).binding).toBe("busiest")
    expect(of(TRANSFERS, 64, 100_000).block).toBeLessThan(of(ONE_POOL, 64, 100_000).block / 4)
  })

  it("pays for pairs, views, meetings and the conductor the more, the more shards there are", () => {
    const [few, many] = [of(MANY_POOLS, 16), of(MANY_POOLS, 1_024)]
    for (const part of ["pairs", "views", "conductor", "meeting"] as const) expect(many.parts[part]).toBeGreaterThan(few.parts[part])
    expect(many.parts.work).toBeLessThan(few.parts.work)
    expect(meetingOf(machine, 1)).toBe(2_100)
  })
})

describe("the page", () => {
  const page = readFileSync(join(import.meta.dirname, "../../core/SCALING.md"), "utf8")

  it("has its tables between the marks: every number of shards, every workload, and the checks at 1, 2 and 64", () => {
    const tables = page.slice(page.indexOf("<!-- scaling -->"), page.indexOf("<!-- /scaling -->"))
    for (const size of ["10,000", "100,000", "1,000,000"]) expect(tables).toContain(`blocks of ${size}\n`)
    for (const shards of ["1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1,024"]) expect(tables.match(new RegExp(`^\\| ${shards} \\|`, "gm"))?.length).toBe(3)
    for (const { name } of KINDS) for (const shards of ["1", "2", "64, simulated"]) expect(tables).toContain(`| ${name} | ${shards} | `)
  })

  it("takes other tables there, and nowhere else", () => {
    const other = withTables(page, "| a |\n")
    expect(other).toContain("<!-- scaling -->\n| a |\n<!-- /scaling -->")
    expect(withTables(other, page.slice(page.indexOf("<!-- scaling -->") + 17, page.indexOf("<!-- /scaling -->")))).toBe(page)
    expect(() => withTables("# no marks", "")).toThrow("the page must have the marks")
  })
})

const owner = (address: string, shards: number): number => slotOf(address) % shards
