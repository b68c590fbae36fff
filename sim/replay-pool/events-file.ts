import { isAddress } from "../../core/index.ts"
import { MAX_TICK, MIN_TICK } from "../../protocols/exchange/concentrated-liquidity/index.ts"
import { MalformedRecording } from "./failures.ts"
import type { EventRow, Marking, Row } from "./recording.ts"

const COLUMNS = [
  "kind",
  "block",
  "timestamp",
  "account",
  "tickLower",
  "tickUpper",
  "liquidity",
  "amount0",
  "amount1",
  "sqrtPriceX96",
  "tick",
  "zeroForOne",
  "amountSpecified",
  "sqrtPriceLimitX96",
  "replay",
] as const
type Column = (typeof COLUMNS)[number]

const MARKINGS: readonly string[] = ["exact", "resync", "start", ""]

/** The rows of `events.csv`. Throws `MalformedRecording` at the first cell, from the top and the left, that is not what its column holds. */
export const parseEvents = (text: string, file: string): readonly EventRow[] => {
  const lines = text.replace(/^\uFEFF/, "").replace(/[\r\n]+$/, "").split(/\r?\n/)
  const names = (lines[0] as string).split(",")
  const place = new Map(COLUMNS.map((column) => [column, names.indexOf(column)]))
  for (const column of COLUMNS) {
    if (place.get(column) === -1) throw new MalformedRecording({ file, row: 1, column, expected: "a column of this name", value: lines[0] as string })
  }
  if (lines.length < 2) throw new MalformedRecording({ file, row: 2, column: "kind", expected: "an event", value: "" })
  let above: EventRow | undefined
  return lines.slice(1).map((line, index) => {
    const row = index + 2
    const cells = line.split(",")
    if (cells.length !== names.length) {
      const column = names[Math.min(cells.length, names.length - 1)] as string
      throw new MalformedRecording({ file, row, column, expected: `${names.length} cells`, value: `${cells.length} cells` })
    }
    const read = new Cells(file, row, place, cells)
    const event = parseRow(read)
    if (above !== undefined && event.block < above.block) return read.refuse("block", `at least ${above.block}, as above,`)
    if (above !== undefined && event.time < above.time) return read.refuse("timestamp", "a time not before the row above")
    above = event
    return event
  })
}

/** One row, read by the names of its columns. */
class Cells {
  readonly row: number
  private readonly file: string
  private readonly place: ReadonlyMap<Column, number>
  private readonly cells: readonly string[]

  constructor(file: string, row: number, place: ReadonlyMap<Column, number>, cells: readonly string[]) {
    this.file = file
    this.row = row
    this.place = place
    this.cells = cells
  }

  text(column: Column): string {
    return this.cells[this.place.get(column) as number] as string
  }

  refuse(column: Column, expected: string): never {
    throw new MalformedRecording({ file: this.file, row: this.row, column, expected, value: this.text(column) })
  }

  integer(column: Column, bits: number): bigint {
    const value = /^-?\d{1,78}$/.test(this.text(column)) ? BigInt(this.text(column)) : this.refuse(column, "a whole number")
    return (value < 0n ? -value : value) < 1n << BigInt(bits) ? value : this.refuse(column, `a whole number of at most ${bits} bits`)
  }

  natural(column: Column, bits: number): bigint {
    const value = this.integer(column, bits)
    return value >= 0n ? value : this.refuse(column, "a whole number that is not negative")
  }

  tick(column: Column): number {
    const value = Number(this.integer(column, 24))
    return value >= MIN_TICK && value <= MAX_TICK ? value : this.refuse(column, `a tick from ${MIN_TICK} to ${MAX_TICK}`)
  }
}

const parseRow = (cells: Cells): EventRow => {
  const kind = cells.text("kind")
  if (kind !== "Swap" && kind !== "Mint" && kind !== "Burn" && kind !== "Collect") return cells.refuse("kind", "Swap, Mint, Burn or Collect")
  const block = Number(cells.natural("block", 53))
  const time = timeOf(cells.text("timestamp")) ?? cells.refuse("timestamp", "a UTC time such as 2024-01-05 00:44:59")
  const account = cells.text("account")
  if (!isAddress(account)) return cells.refuse("account", "an address")
  const replay = cells.text("replay")
  if (!MARKINGS.includes(replay) || (kind !== "Swap" && (replay === "resync" || replay === "start"))) {
    return cells.refuse("replay", kind === "Swap" ? "exact, resync, start or nothing" : "exact or nothing")
  }
  const [amount0, amount1] = [cells.integer("amount0", 128), cells.integer("amount1", 128)]
  const row = { row: cells.row, block, time, account, replay: replay as Marking, amount0, amount1 }
  if (kind === "Swap") return swapRow(cells, row)
  if (row.amount0 < 0n) return cells.refuse("amount0", "an amount that is not negative")
  if (row.amount1 < 0n) return cells.refuse("amount1", "an amount that is not negative")
  const ticks = { tickLower: cells.tick("tickLower"), tickUpper: cells.tick("tickUpper") }
  if (ticks.tickLower >= ticks.tickUpper) return cells.refuse("tickUpper", `a tick above ${ticks.tickLower}`)
  return kind === "Collect" ? { ...row, kind, ...ticks } : { ...row, kind, ...ticks, liquidity: cells.natural("liquidity", 128) }
}

const swapRow = (cells: Cells, row: Row): EventRow => {
  const after = {
    kind: "Swap" as const,
    sqrtPriceX96: cells.natural("sqrtPriceX96", 160),
    tick: cells.tick("tick"),
    liquidity: cells.natural("liquidity", 128),
  }
  if (row.replay === "resync" || row.replay === "start") return { ...row, ...after, input: undefined }
  const direction = cells.text("zeroForOne")
  if (direction !== "0" && direction !== "1") return cells.refuse("zeroForOne", "0 or 1")
  const input = {
    zeroForOne: direction === "1",
    amountSpecified: cells.integer("amountSpecified", 255),
    sqrtPriceLimitX96: cells.natural("sqrtPriceLimitX96", 160),
  }
  return { ...row, ...after, input }
}

/** Seconds of a UTC time; undefined where the text is none, or no day of the calendar. */
const timeOf = (text: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return undefined
  const milliseconds = Date.parse(`${text.replace(" ", "T")}Z`)
  return Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 19) !== text.replace(" ", "T") ? undefined : milliseconds / 1000
}
