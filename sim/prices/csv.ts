import { fail, gen, isFailure, succeed, type Result } from "effect/Result"
import { parseDate } from "./date.ts"
import {
  BarOutOfRange, DuplicateColumn, EmptySeries, MalformedNumber, MissingColumn, NegativePrice, RangeOutsideSeries, WrongWidth, type PriceFileFailure,
} from "./failures.ts"
import { checkSequence, usualStep } from "./sequence.ts"
import { pointsOf, type PriceBar, type PriceSeries } from "./series.ts"
import { parseWad } from "./wad.ts"

export interface PriceFileOptions {
  /** Name of the file, for failures and provenance; nothing is read from it. */
  readonly file: string
  /** UTC date or date-time from which on prices are selected; the first row without it. */
  readonly from?: string
  /** UTC date or date-time before which prices are selected, exclusive; the end of the last row without it. */
  readonly to?: string
  /** Rows missing in the selected range: `refuse` (default) returns a PriceGap, `hold` keeps the price before the gap. */
  readonly gaps?: "refuse" | "hold"
}

/**
 * The price series in a CSV text. Its header names `timestamp` (unix seconds) and `close`; `open`, `high` and `low` come together or not at all;
 * `volume` must be a number where it is present, and other columns are ignored. No cell is quoted. A byte order mark and CRLF are accepted.
 *
 * The form of a row (width, numbers, bars) is judged in the whole file; the sequence (order, duplicates, gaps) in the selected range only,
 * against the step that is most common in the whole file. Failures: see `PRICE_FILE_FAILURES`, in order of precedence.
 */
export const parsePrices = (text: string, options: PriceFileOptions): Result<PriceSeries, PriceFileFailure> =>
  gen(function* () {
    const { file, gaps = "refuse" } = options
    const from = options.from === undefined ? undefined : yield* parseDate("from", options.from)
    const to = options.to === undefined ? undefined : yield* parseDate("to", options.to)
    const lines = text.replace(/^\uFEFF/, "").replace(/[\r\n]+$/, "").split(/\r?\n/)
    const columns = yield* parseHeader(lines[0] as string, file)
    if (lines.length < 3) return yield* fail(new EmptySeries({ file, rows: lines.length - 1 }))
    const bars: PriceBar[] = []
    for (let line = 1; line < lines.length; line++) {
      const bar = parseRow(lines[line] as string, columns, file, line + 1)
      if (isFailure(bar)) return yield* fail(bar.failure)
      bars.push(bar.success)
    }
    const stepSeconds = usualStep(bars)
    const start = bars.reduce((earliest, { time }) => Math.min(earliest, time), Infinity)
    const end = bars.reduce((latest, { time }) => Math.max(latest, time), -Infinity) + Math.max(stepSeconds, 1)
    const range = { from: from ?? start, to: to ?? end }
    if (!(range.from < range.to && range.from >= start && range.to <= end)) {
      return yield* fail(new RangeOutsideSeries({ file, ...range, start, end }))
    }
    // The bar that is under way at `from` belongs to the range: its price is the first one.
    const first = from === undefined ? 0 : bars.findLastIndex(({ time }) => time <= from)
    const last = to === undefined ? bars.length - 1 : bars.findLastIndex(({ time }) => time < to)
    yield* checkSequence(bars, { file, first, last, to: range.to, stepSeconds, gaps })
    // One bar more, if there is one, so that the last line is drawn to where it leads, and a range never changes a price.
    const next = bars[last + 1]
    const after = next !== undefined && next.time >= range.to ? last + 2 : last + 1
    const points = pointsOf(bars.slice(first, after), stepSeconds)
    return { points, start: range.from, end: range.to, provenance: { kind: "recorded" as const, file, ...range, gaps } }
  })

const READ = ["timestamp", "open", "high", "low", "close", "volume"] as const

/** Index of each column that is read; -1 where an optional one is absent. */
type Columns = { readonly names: readonly string[] } & { readonly [Name in (typeof READ)[number]]: number }

const parseHeader = (header: string, file: string): Result<Columns, MissingColumn | DuplicateColumn> => {
  const names = header.split(",")
  const bars = ["open", "high", "low"] as const
  const required = ["timestamp", "close", ...(bars.some((name) => names.includes(name)) ? bars : [])]
  const missing = required.find((name) => !names.includes(name))
  if (missing !== undefined) return fail(new MissingColumn({ file, row: 1, column: missing, value: header }))
  const repeated = READ.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (repeated !== undefined) return fail(new DuplicateColumn({ file, row: 1, column: repeated, value: header }))
  const [timestamp, open, high, low, close, volume] = READ.map((name) => names.indexOf(name)) as [number, number, number, number, number, number]
  return succeed({ names, timestamp, open, high, low, close, volume })
}

type RowFailure = WrongWidth | MalformedNumber | NegativePrice | BarOutOfRange

const parseRow = (line: string, columns: Columns, file: string, row: number): Result<PriceBar, RowFailure> =>
  gen(function* () {
    const cells = line.split(",")
    if (cells.length !== columns.names.length) {
      return yield* fail(new WrongWidth({ file, row, value: line, cells: cells.length, expected: columns.names.length }))
    }
    const cell = (index: number) => ({ file, row, column: columns.names[index] as string, value: cells[index] as string })
    const timestamp = cells[columns.timestamp] as string
    if (!TIMESTAMP.test(timestamp)) return yield* fail(new MalformedNumber({ ...cell(columns.timestamp), expected: "a time in whole unix seconds" }))
    const time = Number(timestamp)
    if (columns.volume >= 0 && (parseWad(cells[columns.volume] as string) ?? -1n) < 0n) {
      return yield* fail(new MalformedNumber({ ...cell(columns.volume), expected: DECIMAL }))
    }
    const price = (index: number) => parsePrice(cell(index))
    if (columns.open < 0) return { time, close: yield* price(columns.close), wicks: undefined }
    const open = yield* price(columns.open)
    const high = yield* price(columns.high)
    const low = yield* price(columns.low)
    const close = yield* price(columns.close)
    const ends = { open: cells[columns.open] as string, close: cells[columns.close] as string }
    if (low > open || low > close) return yield* fail(new BarOutOfRange({ ...cell(columns.low), ...ends }))
    if (high < open || high < close) return yield* fail(new BarOutOfRange({ ...cell(columns.high), ...ends }))
    return { time, close, wicks: { open, high, low } }
  })

/** At most 11 digits: milliseconds, the usual mistake, have 13. */
const TIMESTAMP = /^\d{1,11}$/
const DECIMAL = "a plain decimal with at most 18 places"

const parsePrice = (cell: { readonly file: string; readonly row: number; readonly column: string; readonly value: string }) => {
  const price = parseWad(cell.value)
  if (price === undefined) return fail(new MalformedNumber({ ...cell, expected: DECIMAL }))
  return price > 0n ? succeed(price) : fail(new NegativePrice(cell))
}
