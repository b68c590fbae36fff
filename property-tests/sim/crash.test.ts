import { existsSync, readFileSync } from "node:fs"
import { getOrThrow } from "effect/Result"
import { describe, expect, it } from "vitest"
import { marketDay, parsePrices, run } from "../../sim/index.ts"

/** Real prices, beside the project where they are at hand. */
const FILE = new URL("../../../shared/data/prices/eth-usd-1h.csv", import.meta.url)

describe.skipIf(!existsSync(FILE))("the crash of 12 March 2020, on recorded prices", () => {
  it("runs through: invariants hold, the pools follow, those who provide liquidity pay for it", { timeout: 300_000 }, () => {
    const prices = getOrThrow(parsePrices(readFileSync(FILE, "utf8"), { file: "eth-usd-1h.csv", from: "2020-03-12T09:00:00Z", to: "2020-03-13" }))
    const { header, violation, defects, measurements } = run(marketDay, { prices })
    expect(violation).toBeUndefined()
    expect(defects.count).toBe(0)
    expect(header).toMatchObject({ height: 4_499, time: Date.UTC(2020, 2, 13) / 1000 - 12 })
    const { outside, inside } = measurements["prices"]?.json as any
    expect(Number(outside.lowest) / Number(outside.first)).toBeLessThan(0.65)
    expect(inside["pool 0.30 %"].meanBps).toBeLessThan(40)
    expect(inside["pool 0.05 %"].meanBps).toBeLessThan(25)
    // Liquidators sell into the pools while the price falls.
    expect(inside["pool 0.30 %"].largestBps).toBeLessThan(500)
    expect(Number((measurements["results"]?.json as any)["liquidity providers"].difference)).toBeLessThan(0)
    // Who fled in the crash lost less than who stayed.
    const part = (name: string) => {
      const { difference, held } = (measurements["providers"]?.json as any)[name]
      return Number(difference) / Number(held)
    }
    // Of who stays in a pool of two assets remains 2 sqrt(r) / (1 + r) of what it would have held when the price goes to r times itself.
    const r = Number(outside.last) / Number(outside.first)
    const { impermanentLoss, held } = (measurements["providers"]?.json as any)["passive, 0.05 %"]
    const loss = 1 - (2 * Math.sqrt(r)) / (1 + r)
    expect(-Number(impermanentLoss) / Number(held) / loss).toBeGreaterThan(0.9)
    expect(-Number(impermanentLoss) / Number(held) / loss).toBeLessThan(1.1)
    expect(part("fleeing, 0.30 %")).toBeGreaterThan(part("passive, 0.30 %"))
    // What the crash cost whom: each column of the table sums to nothing, and the losses of liquidated borrowers are the liquidators' incentive.
    const cost = measurements["cost"]?.json as any
    expect(cost.liquidations).toBeGreaterThan(5)
    expect(cost.borrowersLiquidated).toBeGreaterThan(3)
    for (const column of ["liquidations", "badDebt", "interest"]) {
      const units = (Object.values(cost.groups) as any[]).map((group) => Math.round(Number(group[column]) * 1e6))
      expect(units.reduce((sum, amount) => sum + amount, 0)).toBe(0)
      expect(column === "badDebt" || units.some((amount) => amount > 0)).toBe(true)
    }
    expect(Number(cost.groups["aggressive borrowers"].liquidations)).toBeLessThan(0)
    expect(Number(cost.groups["liquidators"].liquidations)).toBeCloseTo(Number(cost.incentive), 6)
    expect(Number(cost.incentive) / Number(cost.repaid)).toBeLessThan(0.2)
    const { withdrawals, utilization } = measurements["lending"]?.json as any
    expect(withdrawals.waited).toBeGreaterThan(0)
    expect(Number(utilization.highest)).toBeGreaterThan(80)
  })
})
