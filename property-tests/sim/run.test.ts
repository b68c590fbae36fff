import { describe, expect, it } from "vitest"
import { marketDay, Run, run, Scenario, type Metric, type RunReport } from "../../sim/index.ts"
import { planted } from "./planted.ts"

const ROOT_200 = "870832ea0a3636853a0ee83227ef6f9c90baabd71cb57e19f951e4f5136c6ddf"

const wei = (text: string, decimals: number): bigint => {
  const [whole = "0", part = ""] = text.replace("-", "").split(".")
  return (text.startsWith("-") ? -1n : 1n) * BigInt(whole + part.padEnd(decimals, "0"))
}

describe("market-day", () => {
  const roots = new Map<number, string>()
  const watch: Metric = {
    start: () => ({
      block: ({ header }) => void roots.set(header.height, header.root),
      end: () => ({ title: "", columns: [], rows: [], json: null }),
    }),
  }
  const running = new Run({ ...marketDay, metrics: { ...marketDay.metrics, watch } }, { blocks: 1_500 })
  while (!running.done) running.step()
  const report: RunReport = running.report()
  const json = (name: string) => report.measurements[name]?.json as any

  it("comes to the pinned root after 200 blocks", () => expect(run(marketDay, { blocks: 200 }).header.root).toBe(ROOT_200))

  it("is the beginning of a longer run, so that a replay is one", () => expect(roots.get(200)).toBe(ROOT_200))

  it("comes to another root with another seed", () => expect(run(marketDay, { blocks: 100, seed: 2 }).header.root).not.toBe(roots.get(100)))

  it("holds every invariant and has no defects", () => {
    expect(report.violation).toBeUndefined()
    expect(report.defects.count).toBe(0)
    expect(report.header.height).toBe(1_500)
  })

  it("counts what it says it counts", () => {
    const { transactions, messages, refused, refusals } = report
    expect(transactions).toBeGreaterThan(10_000)
    expect(messages).toBeGreaterThan(transactions)
    expect(Object.values(refusals).reduce((sum, count) => sum + count, 0)).toBe(refused)
  })

  it("keeps its pools at the outside price, within their fees and a jump", () => {
    const { inside } = json("prices")
    expect(inside["pool 0.30 %"].meanBps).toBeLessThan(30)
    expect(inside["pool 0.05 %"].meanBps).toBeLessThan(15)
    expect(inside["oracle"].meanBps).toBeLessThan(30)
  })

  it("takes fees at the rate of each pool, to the rounding of a swap", () => {
    for (const [name, pips] of [["pool 0.30 %", 3_000n], ["pool 0.05 %", 500n]] as const) {
      const { swaps, volume, fees } = json("trades")[name]
      const expected = (wei(volume, 6) * pips) / 1_000_000n
      expect(swaps).toBeGreaterThan(100)
      expect(expected - wei(fees, 6)).toBeGreaterThanOrEqual(0n)
      expect(expected - wei(fees, 6)).toBeLessThan(2n * BigInt(swaps) + 1n)
    }
  })

  it("makes nobody rich out of nothing: all groups have together what they began with, but the dust in the pools", () => {
    const groups = Object.values(json("results")) as any[]
    for (const [asset, decimals, dust] of [["eth", 18, 10n ** 12n], ["usd", 6, 1_000n]] as const) {
      const [before, after] = (["before", "after"] as const).map((when) => groups.reduce((sum, group) => sum + wei(group[when][asset], decimals), 0n)) as [bigint, bigint]
      expect(before - after).toBeGreaterThanOrEqual(0n)
      expect(before - after).toBeLessThan(dust)
    }
  })

  it("splits what providers have against holding into fees and impermanent loss", () => {
    const providers = json("providers")
    let sum = 0n
    for (const { held, end, fees, impermanentLoss, difference } of Object.values(providers) as any[]) {
      expect(wei(end, 6) - wei(held, 6)).toBe(wei(difference, 6))
      expect(wei(fees, 6) + wei(impermanentLoss, 6)).toBe(wei(difference, 6))
      sum += wei(difference, 6)
    }
    expect(sum - wei(json("results")["liquidity providers"].difference, 6)).toBeLessThan(20n)
    const fees = (Object.values(providers) as any[]).reduce((total, provider) => total + wei(provider.fees, 6), 0n)
    const taken = (Object.values(json("trades")) as any[]).reduce((total, pool) => total + wei(pool.fees, 6), 0n)
    expect(taken - fees).toBeGreaterThanOrEqual(0n)
    // Less the part of the locked shares and of who came or went in a block.
    expect(taken - fees).toBeLessThan(taken / 100n)
  })
})

describe("a run", () => {
  it("stops at a broken invariant of an actor, with the block, the actor and the values", () => {
    const scenario = planted({ value: ({ height }) => "x".repeat(height === 4 ? 101 : 3) })
    const { violation, header } = run(scenario)
    expect(violation).toEqual({ block: 4, actor: "keepers/a", invariant: "short", values: { length: "101" } })
    expect(header.height).toBe(4)
  })

  it("stops at a broken invariant of the world, and knows the world as it began", () => {
    const scenario = Scenario.make({
      ...planted({}),
      invariants: { idle: ({ world, price }, start) => (world.height >= 3 ? { nonce: world.nonce("alice"), was: start.world.nonce("alice"), same: price === start.price } : undefined) },
    })
    expect(run(scenario).violation).toEqual({ block: 3, actor: "world", invariant: "idle", values: { nonce: "10", was: "0", same: "false" } })
  })

  it("takes an invariant that throws for a broken one", () => {
    const scenario = Scenario.make({ ...planted({}), invariants: { clumsy: () => { throw new RangeError("oh") } } })
    expect(run(scenario).violation).toEqual({ block: 0, actor: "world", invariant: "clumsy", values: { thrown: "RangeError: oh" } })
  })

  it("counts defects, and keeps the first", () => {
    const scenario = planted({ step: ({ height }, clean) => { if (height === 3) throw new RangeError("oh"); return clean } })
    const { defects, refusals, refused } = run(scenario)
    expect(defects).toMatchObject({ count: 10, first: { block: 3, problem: "RangeError: oh" } })
    expect(refusals).toEqual({ "core/Defective": 10 })
    expect(refused).toBe(10)
  })
})
