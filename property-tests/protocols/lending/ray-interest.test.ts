import { existsSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { RAY, rayMulHalfUp } from "../../../core/index.ts"
import { compoundedInterest, linearInterestDown } from "../../../protocols/lending/isolated-market/index.ts"

/** Aave's interest factors, by hand, by their properties, and on a whole day of a market. */

const YEAR = 31_536_000n

describe("interest in rays", () => {
  it("is linear: 5 % of a year's 5 %, rounded down", () => {
    expect(linearInterestDown(RAY / 20n, YEAR)).toBe(RAY + RAY / 20n)
    expect(linearInterestDown(1n, YEAR - 1n)).toBe(RAY)
    expect(linearInterestDown(RAY / 20n, 1n)).toBe(1_000_000_001_585_489_599_188_229_325n)
  })

  it("compounds by three terms", () => {
    expect(compoundedInterest(RAY / 20n, 0n)).toBe(RAY)
    expect(compoundedInterest(RAY / 20n, 1n)).toBe(linearInterestDown(RAY / 20n, 1n))
    // 1 + x + x^2 / 2 + x^3 / 6 with x = 0.05 is 1.05127083, but the third power of the rate per second is cut from 3.98 units to 3.
    expect(compoundedInterest(RAY / 20n, YEAR) / 10n ** 19n).toBe(105_126_568n)
  })

  it("compounded is never below linear, and grows with time", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n * RAY), fc.bigInt(0n, 4n * YEAR), fc.bigInt(0n, YEAR), (rate, seconds, more) => {
        expect(compoundedInterest(rate, seconds) >= linearInterestDown(rate, seconds)).toBe(true)
        expect(compoundedInterest(rate, seconds + more) >= compoundedInterest(rate, seconds)).toBe(true)
      }),
    )
  })
})

const path = new URL("../../../../shared/data/aave-v3/polygon-usdce-2024-01-06.csv", import.meta.url)

describe("a day of Aave v3 USDC.e on Polygon", () => {
  if (!existsSync(path)) return it.skip(`is absent: ${path.pathname}`)
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/)
  const columns = head.split(",")
  const updates = lines
    .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [columns[index], cell])))
    .filter(({ kind }) => kind === "ReserveDataUpdated")
    .map((row) => ({
      time: BigInt(row["timestamp"] as string),
      liquidityRate: BigInt(row["liquidityRate"] as string),
      borrowRate: BigInt(row["variableBorrowRate"] as string),
      liquidityIndex: BigInt(row["liquidityIndex"] as string),
      borrowIndex: BigInt(row["variableBorrowIndex"] as string),
      check: row["liquidityIndexCheck"] as string,
    }))
  type Update = (typeof updates)[0]
  const steps = updates.slice(1).map((after, index) => ({ before: updates[index] as Update, after }))

  it("gives all of its variable borrow indices, exactly", () => {
    const exact = steps.filter(
      ({ before, after }) => rayMulHalfUp(compoundedInterest(before.borrowRate, after.time - before.time), before.borrowIndex) === after.borrowIndex,
    )
    expect([steps.length, exact.length]).toEqual([1_230, 1_230])
  })

  it("gives the liquidity indices that its notes call exact, and lies below the others by the noted premium", () => {
    const counts = { exact: 0, premium: 0 }
    for (const { before, after } of steps) {
      const index = rayMulHalfUp(linearInterestDown(before.liquidityRate, after.time - before.time), before.liquidityIndex)
      if (after.check === "exact") counts.exact++
      else counts.premium++
      const premium = after.check === "exact" ? 0n : BigInt(/^flashloan premium \+(\d+)$/.exec(after.check)?.[1] ?? "-1")
      expect(after.liquidityIndex - index, `at ${after.time}`).toBe(premium)
    }
    expect(counts).toEqual({ exact: 882, premium: 348 })
  })
})
