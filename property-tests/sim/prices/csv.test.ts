import fc from "fast-check"
import { getOrThrow, merge } from "effect/Result"
import { describe, expect, it } from "vitest"
import { parsePrices, type PriceFileOptions } from "../../../sim/prices/csv.ts"
import { PRICE_FILE_FAILURES, type PriceFileFailure } from "../../../sim/prices/failures.ts"
import { priceAt } from "../../../sim/prices/series.ts"
import { parseWad, WAD } from "../../../sim/prices/wad.ts"

const DAY = 86_400
const START = 1_600_041_600 // 2020-09-14T00:00:00Z
/** A file of closes, one a day from START on, unless days are given. */
const daily = (...days: readonly number[]): string => ["timestamp,close", ...days.map((day) => `${START + day * DAY},${100 + day}`)].join("\n")
const prices = (text: string, options: Partial<PriceFileOptions> = {}) => getOrThrow(parsePrices(text, { file: "test.csv", ...options }))
const priceCells = (...cells: readonly string[]): string => ["timestamp,close", ...cells.map((cell, index) => `${START + index * DAY},${cell}`)].join("\n")
const bar = (cells: string): string => `timestamp,open,high,low,close\n${START},10,12,9,11\n${START + DAY},${cells}`

type Row = readonly [tag: string, text: string, options: Partial<PriceFileOptions>, fields: object, sentence: string]

const ROWS: readonly Row[] = [
  ["BadDate", daily(0, 1), { from: "2020-9-14" }, { option: "from", value: "2020-9-14" }, `from is "2020-9-14", not a UTC date such as 2020-03-12 or 2020-03-12T10:30:00Z`],
  ["BadDate", daily(0, 1), { to: "2021-02-29" }, { option: "to", value: "2021-02-29" }, `to is "2021-02-29", not a UTC date such as 2020-03-12 or 2020-03-12T10:30:00Z`],
  ["MissingColumn", "", {}, { file: "test.csv", row: 1, column: "timestamp", value: "" }, `test.csv:1 has no column timestamp in its header ""`],
  ["MissingColumn", "time,close\n1,2\n2,3", {}, { column: "timestamp" }, `test.csv:1 has no column timestamp in its header "time,close"`],
  ["MissingColumn", "timestamp,price\n1,2\n2,3", {}, { column: "close" }, `test.csv:1 has no column close in its header "timestamp,price"`],
  ["MissingColumn", "timestamp,open,low,close\n1,2,2,2", {}, { column: "high" }, `test.csv:1 has no column high in its header "timestamp,open,low,close"`],
  ["DuplicateColumn", "timestamp,close,close\n1,2,3\n2,3,4", {}, { row: 1, column: "close" }, `test.csv:1 names the column close twice in its header "timestamp,close,close"`],
  ["EmptySeries", "timestamp,close\n", {}, { file: "test.csv", rows: 0 }, "test.csv has 0 rows of prices, and a series needs at least 2"],
  ["EmptySeries", "timestamp,close\n1,2\n", {}, { rows: 1 }, "test.csv has 1 rows of prices, and a series needs at least 2"],
  ["WrongWidth", priceCells("1", "2,3"), {}, { row: 3, cells: 3, expected: 2, value: `${START + DAY},2,3` }, `test.csv:3 has 3 cells where the header has 2: "${START + DAY},2,3"`],
  ["WrongWidth", "timestamp,close\n1,2\n\n3,4", {}, { row: 3, cells: 1, expected: 2, value: "" }, `test.csv:3 has 1 cells where the header has 2: ""`],
  ["MalformedNumber", priceCells("1", "abc"), {}, { row: 3, column: "close", value: "abc" }, `test.csv:3 has "abc" as close, where a plain decimal with at most 18 places is expected`],
  ["MalformedNumber", "timestamp,close\n1600041600000,1\n1600041660000,1", {}, { row: 2, column: "timestamp", value: "1600041600000" }, `test.csv:2 has "1600041600000" as timestamp, where a time in whole unix seconds is expected`],
  ["MalformedNumber", "timestamp,close,volume\n1,2,\n2,3,1", {}, { row: 2, column: "volume", value: "" }, `test.csv:2 has "" as volume, where a plain decimal with at most 18 places is expected`],
  ["NegativePrice", priceCells("1", "-2.5"), {}, { row: 3, column: "close", value: "-2.5" }, "test.csv:3 has -2.5 as close, and a price is above zero"],
  ["NegativePrice", priceCells("1", "0.00"), {}, { row: 3, column: "close", value: "0.00" }, "test.csv:3 has 0.00 as close, and a price is above zero"],
  ["BarOutOfRange", bar("10,12,10.5,11"), {}, { row: 3, column: "low", value: "10.5", open: "10", close: "11" }, "test.csv:3 has 10.5 as low, above its open 10 or its close 11"],
  ["BarOutOfRange", bar("10,10.5,9,11"), {}, { row: 3, column: "high", value: "10.5", open: "10", close: "11" }, "test.csv:3 has 10.5 as high, below its open 10 or its close 11"],
  ["RangeOutsideSeries", daily(0, 1, 2), { from: "2020-09-15", to: "2020-09-15" }, { from: START + DAY, to: START + DAY, start: START, end: START + 3 * DAY }, `the range from ${START + DAY} to ${START + DAY} is empty, since its end is exclusive`],
  ["RangeOutsideSeries", daily(0, 1, 2), { from: "2020-09-13" }, { from: START - DAY }, `the range from ${START - DAY} to ${START + 3 * DAY} leaves test.csv, which covers ${START} to ${START + 3 * DAY}`],
  ["RangeOutsideSeries", daily(0, 1, 2), { to: "2020-09-17T00:00:01Z" }, { to: START + 3 * DAY + 1 }, `the range from ${START} to ${START + 3 * DAY + 1} leaves test.csv, which covers ${START} to ${START + 3 * DAY}`],
  ["UnsortedRow", daily(0, 2, 1, 3), {}, { row: 4, column: "timestamp", value: String(START + DAY), previous: START + 2 * DAY }, `test.csv:4 has the timestamp ${START + DAY}, earlier than ${START + 2 * DAY} above it`],
  ["UnsortedRow", daily(2, 1, 0), { from: "2020-09-15" }, { row: 4, previous: START + 2 * DAY }, `test.csv:4 has the timestamp ${START}, earlier than ${START + 2 * DAY} above it`],
  ["DuplicateTimestamp", daily(0, 1, 1, 2), {}, { row: 4, column: "timestamp", value: String(START + DAY) }, `test.csv:4 repeats the timestamp ${START + DAY} of the row above it`],
  ["DuplicateTimestamp", daily(0, 0), {}, { row: 3 }, `test.csv:3 repeats the timestamp ${START} of the row above it`],
  ["PriceGap", daily(0, 1, 2, 5), {}, { row: 5, column: "timestamp", value: String(START + 5 * DAY), previous: START + 2 * DAY, stepSeconds: DAY }, `test.csv:5 has the timestamp ${START + 5 * DAY}, ${3 * DAY} s after the row above it, where rows are ${DAY} s apart`],
]

describe("parsePrices refuses", () => {
  for (const [tag, text, options, fields, sentence] of ROWS) {
    it(`${tag}: ${sentence}`, () => {
      const failure = merge(parsePrices(text, { file: "test.csv", ...options })) as PriceFileFailure
      expect(failure._tag).toBe(`sim/${tag}`)
      expect(failure).toMatchObject(fields)
      expect(failure.message).toBe(sentence)
    })
  }

  it("every file for a reason that has a row above", () =>
    expect(new Set(ROWS.map(([tag]) => `sim/${tag}`))).toEqual(new Set(PRICE_FILE_FAILURES.map((failure) => failure.prototype.name))))

  for (const cell of ["", " 1", "1 ", '"1"', "1e3", "+1", ".5", "5.", "1_000", "0x10", "NaN", "1.0000000000000000001", "1".repeat(31), "١"]) {
    it(`the price ${JSON.stringify(cell)}`, () => expect(merge(parsePrices(priceCells("1", cell), { file: "test.csv" }))).toMatchObject({ _tag: "sim/MalformedNumber", row: 3, value: cell }))
  }

  for (const date of ["", "2020", "2020-09-14T00:00:00", "2020-09-14 00:00:00Z", "2020-13-01", "2020-00-10", "2020-09-31", "2020-09-14T24:00:00Z", "2020-09-14T00:60Z", "0020-09-14", "2020-09-14T00:00:00.5Z", "2020-09-14T00:00:00+01:00"]) {
    it(`the date ${JSON.stringify(date)}`, () => expect(merge(parsePrices(daily(0, 1), { file: "test.csv", from: date }))).toMatchObject({ _tag: "sim/BadDate", value: date }))
  }
})

describe("parsePrices", () => {
  it("reads decimals exactly", () =>
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 48n - 1n }), (wad) => {
      const text = `${wad / WAD}.${String(wad % WAD).padStart(18, "0")}`
      expect(parseWad(text)).toBe(wad)
      expect(parseWad(text.replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") || wad % WAD !== 0n ? "" : zeros)))).toBe(wad)
      expect(prices(priceCells(text, "1")).points[0]?.price).toBe(wad)
    })))

  for (const [cell, wad] of [["0.1", WAD / 10n], ["1848.12", 1848_120000000000000000n], ["007", 7n * WAD], ["0.000000000000000001", 1n]] as const) {
    it(`reads ${cell} as ${wad}`, () => expect(prices(priceCells(cell, "1")).points[0]?.price).toBe(wad))
  }

  const plain = daily(0, 1, 2)
  for (const [name, text] of [
    ["a byte order mark", `\uFEFF${plain}`],
    ["CRLF", plain.replaceAll("\n", "\r\n")],
    ["a trailing newline", `${plain}\n`],
    ["a trailing CRLF and blank lines", `${plain.replaceAll("\n", "\r\n")}\r\n\r\n`],
    ["other columns, in another order", plain.split("\n").map((line, index) => [index === 0 ? "note" : '"x"', ...line.split(",").reverse()].join(",")).join("\n")],
  ] as const) {
    it(`accepts ${name}`, () => expect(prices(text)).toEqual(prices(plain)))
  }

  it("says where the series comes from, with its end one step after the last row", () =>
    expect(prices(plain, { from: "2020-09-15T12:00Z" })).toMatchObject({
      start: START + 1.5 * DAY,
      end: START + 3 * DAY,
      provenance: { kind: "recorded", file: "test.csv", from: START + 1.5 * DAY, to: START + 3 * DAY, gaps: "refuse" },
    }))

  it("judges gaps in the selected range only", () => {
    const gappy = daily(0, 1, 2, 3, 6, 7, 8)
    expect(merge(parsePrices(gappy, { file: "test.csv" }))).toMatchObject({ _tag: "sim/PriceGap", row: 6 })
    expect(prices(gappy, { to: "2020-09-18" }).points.at(0)?.price).toBe(100n * WAD)
    expect(prices(gappy, { from: "2020-09-20" }).points.at(0)?.price).toBe(106n * WAD)
    // The gap begins on 18 September, one step after the last row before it, and ends with the row of the 20th.
    for (const range of [{ to: "2020-09-18T00:00:01Z" }, { from: "2020-09-18", to: "2020-09-19" }, { from: "2020-09-19T23:59:59Z" }]) {
      expect(merge(parsePrices(gappy, { file: "test.csv", ...range }))).toMatchObject({ _tag: "sim/PriceGap", row: 6 })
    }
  })

  it("judges order in the selected range only", () =>
    expect(prices(daily(0, 2, 1, 3, 4, 5), { from: "2020-09-18" }).points.map(({ price }) => price / WAD)).toEqual([104n, 105n]))

  it("holds the price over a gap when it is asked to", () => {
    const held = prices(daily(0, 1, 2, 5, 6), { gaps: "hold" })
    expect([2, 3, 4, 4.5, 5].map((day) => priceAt(held, START + day * DAY))).toEqual([102n * WAD, 102n * WAD, 102n * WAD, 103n * WAD + WAD / 2n, 105n * WAD])
  })

  it("never changes a price by selecting a range", () => {
    const days = fc.uniqueArray(fc.nat(40), { minLength: 2, maxLength: 30 }).map((some) => some.sort((a, b) => a - b))
    fc.assert(fc.property(days, fc.boolean(), fc.nat(), fc.nat(), fc.nat(), (some, bars, one, other, moment) => {
      const closes = some.map((day) => `${START + day * DAY},${100 + ((day * 37) % 50)}`)
      const text = bars
        ? ["timestamp,close,open,high,low", ...closes.map((close, index) => `${close},${120 + index},200,${50 + index}`)].join("\n")
        : ["timestamp,close", ...closes].join("\n")
      const whole = prices(text, { gaps: "hold" })
      const length = whole.end - whole.start
      const [from, to] = [whole.start + Math.min(one % length, other % length), whole.start + Math.max(one % length, other % length) + 1]
      const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
      const part = prices(text, { gaps: "hold", from: iso(from), to: iso(to) })
      const time = from + (moment % (to - from))
      expect(priceAt(part, time)).toBe(priceAt(whole, time))
    }))
  })
})
