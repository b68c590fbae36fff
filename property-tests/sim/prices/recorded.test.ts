import { existsSync, readFileSync } from "node:fs"
import { getOrThrow, merge } from "effect/Result"
import { describe, expect, it as always } from "vitest"
import { parsePrices } from "../../../sim/prices/csv.ts"
import { pathOf } from "../../../sim/prices/series.ts"
import { WAD } from "../../../sim/prices/wad.ts"

const folder = new URL("../../../../shared/data/prices/", import.meta.url)
const present = existsSync(folder)
if (!present) console.log(`skipped: real prices, since ${folder.pathname} is absent`)
const it = present ? always : always.skip
const read = (file: string): string => readFileSync(new URL(file, folder), "utf8")

describe("recorded ETH prices", () => {
  it("refuses the 1 h file as a whole, at its first gap, and holds over all gaps", () => {
    const text = read("eth-usd-1h.csv")
    expect(merge(parsePrices(text, { file: "1h" }))).toMatchObject({ _tag: "sim/PriceGap", row: 882, previous: 1506106800, stepSeconds: 3600 })
    const held = getOrThrow(parsePrices(text, { file: "1h", gaps: "hold" }))
    // Four points a bar, and one more to end each of the eight held gaps.
    expect(held.points.length).toBe(4 * 33_413 + 8)
    expect(held.points.every(({ time }, index) => index === 0 || time > (held.points[index - 1]?.time as number))).toBe(true)
  })

  for (const [from, to, hours, low, high] of [
    ["2020-03-08", "2020-03-16", 192, 86, 237.23],
    ["2021-05-18", "2021-05-24", 144, 1728.74, 3565.71],
    ["2021-05-18", "2021-05-25", 168, 1728.74, 3565.71],
  ] as const) {
    it(`has no gap from ${from} to ${to}, and 12 s blocks see its extremes ${low} and ${high}`, () => {
      const series = getOrThrow(parsePrices(read("eth-usd-1h.csv"), { file: "1h", from, to }))
      expect(series.end - series.start).toBe(hours * 3600)
      const path = pathOf(series, { blockSeconds: 12 })
      expect(path.blocks).toBe(hours * 300)
      const prices = Array.from({ length: path.blocks }, (_, block) => path.priceOf(block))
      expect(prices.reduce((least, price) => (price < least ? price : least))).toBe((BigInt(Math.round(low * 100)) * WAD) / 100n)
      expect(prices.reduce((most, price) => (price > most ? price : most))).toBe((BigInt(Math.round(high * 100)) * WAD) / 100n)
    })
  }

  it("refuses the 1 min file for its one unsorted row, and takes every day after it", () => {
    const text = read("eth-usd-1m.csv")
    expect(merge(parsePrices(text, { file: "1m" }))).toMatchObject({ _tag: "sim/UnsortedRow", row: 10, value: "1691885160", previous: 1691885280 })
    const series = getOrThrow(parsePrices(text, { file: "1m", from: "2023-08-14" }))
    expect(series.points.length).toBe(4 * 1440)
  })
})
