import { TaggedError } from "effect/Data"

/** Where in a file a failure lies: `row` is a line number, the header being line 1. */
interface Place {
  readonly file: string
  readonly row: number
}

/** A cell: its place, the name of its column, and its text as it stands in the file. */
interface Cell extends Place {
  readonly column: string
  readonly value: string
}

/** Returned when `from` or `to` is no UTC date in one of the two accepted forms, or a day that no calendar has. */
export class BadDate extends TaggedError("sim/BadDate")<{ readonly option: "from" | "to"; readonly value: string }> {
  override get message(): string {
    return `${this.option} is ${quoted(this.value)}, not a UTC date such as 2020-03-12 or 2020-03-12T10:30:00Z`
  }
}

/** Returned when the header lacks `timestamp` or `close`, or has some but not all of `open`, `high` and `low`. `value` is the header. */
export class MissingColumn extends TaggedError("sim/MissingColumn")<Cell> {
  override get message(): string {
    return `${this.file}:${this.row} has no column ${this.column} in its header ${quoted(this.value)}`
  }
}

/** Returned when the header names a column that is read twice. `value` is the header. */
export class DuplicateColumn extends TaggedError("sim/DuplicateColumn")<Cell> {
  override get message(): string {
    return `${this.file}:${this.row} names the column ${this.column} twice in its header ${quoted(this.value)}`
  }
}

/** Returned when fewer than two rows follow the header: one price has no step, and so no end. */
export class EmptySeries extends TaggedError("sim/EmptySeries")<{ readonly file: string; readonly rows: number }> {
  override get message(): string {
    return `${this.file} has ${this.rows} rows of prices, and a series needs at least 2`
  }
}

/** Returned when a row has another number of cells than the header. `value` is the row. */
export class WrongWidth extends TaggedError("sim/WrongWidth")<Place & { readonly value: string; readonly cells: number; readonly expected: number }> {
  override get message(): string {
    return `${this.file}:${this.row} has ${this.cells} cells where the header has ${this.expected}: ${quoted(this.value)}`
  }
}

/** Returned when a cell is not what its column holds: quotes, exponents, separators, spaces and a nineteenth decimal are refused. */
export class MalformedNumber extends TaggedError("sim/MalformedNumber")<Cell & { readonly expected: string }> {
  override get message(): string {
    return `${this.file}:${this.row} has ${quoted(this.value)} as ${this.column}, where ${this.expected} is expected`
  }
}

/** Returned when a price is zero or below. */
export class NegativePrice extends TaggedError("sim/NegativePrice")<Cell> {
  override get message(): string {
    return `${this.file}:${this.row} has ${this.value} as ${this.column}, and a price is above zero`
  }
}

/** Returned when a bar's low is above, or its high below, its open or its close. `column` is `low` or `high`. */
export class BarOutOfRange extends TaggedError("sim/BarOutOfRange")<Cell & { readonly open: string; readonly close: string }> {
  override get message(): string {
    const side = this.column === "low" ? "above" : "below"
    return `${this.file}:${this.row} has ${this.value} as ${this.column}, ${side} its open ${this.open} or its close ${this.close}`
  }
}

/** Returned when `from` is not before `to`, or when either lies outside of the rows. All in unix seconds; `end` is exclusive. */
export class RangeOutsideSeries extends TaggedError("sim/RangeOutsideSeries")<{
  readonly file: string
  readonly from: number
  readonly to: number
  readonly start: number
  readonly end: number
}> {
  override get message(): string {
    if (this.from >= this.to) return `the range from ${this.from} to ${this.to} is empty, since its end is exclusive`
    return `the range from ${this.from} to ${this.to} leaves ${this.file}, which covers ${this.start} to ${this.end}`
  }
}

/** Returned when a row of the selected range is earlier than the row above it, whose timestamp is `previous`. */
export class UnsortedRow extends TaggedError("sim/UnsortedRow")<Cell & { readonly previous: number }> {
  override get message(): string {
    return `${this.file}:${this.row} has the ${this.column} ${this.value}, earlier than ${this.previous} above it`
  }
}

/** Returned when a row of the selected range has the timestamp of the row above it. */
export class DuplicateTimestamp extends TaggedError("sim/DuplicateTimestamp")<Cell> {
  override get message(): string {
    return `${this.file}:${this.row} repeats the ${this.column} ${this.value} of the row above it`
  }
}

/** Returned when rows are missing in the selected range: this row is further from `previous` than the file's usual step, in seconds. */
export class PriceGap extends TaggedError("sim/PriceGap")<Cell & { readonly previous: number; readonly stepSeconds: number }> {
  override get message(): string {
    const seconds = Number(this.value) - this.previous
    return `${this.file}:${this.row} has the ${this.column} ${this.value}, ${seconds} s after the row above it, where rows are ${this.stepSeconds} s apart`
  }
}

/** Returned when a parameter of a price process lies outside of what `expected` says. */
export class ParameterOutOfRange extends TaggedError("sim/ParameterOutOfRange")<{
  readonly field: string
  readonly value: bigint | number
  readonly expected: string
}> {
  override get message(): string {
    return `${this.field} is ${this.value}, where ${this.expected} is expected`
  }
}

/** Returned when a simulated path leaves the range of prices at a step: its parameters are too wild for its length. */
export class PathOutOfRange extends TaggedError("sim/PathOutOfRange")<{ readonly step: number }> {
  override get message(): string {
    return `step ${this.step} of the simulated path leaves the range of prices`
  }
}

/** Every reason why a file of prices is refused, in order of precedence; from WrongWidth to BarOutOfRange an earlier row goes first. */
export const PRICE_FILE_FAILURES = [
  BadDate,
  MissingColumn,
  DuplicateColumn,
  EmptySeries,
  WrongWidth,
  MalformedNumber,
  NegativePrice,
  BarOutOfRange,
  RangeOutsideSeries,
  UnsortedRow,
  DuplicateTimestamp,
  PriceGap,
] as const

export type PriceFileFailure = InstanceType<(typeof PRICE_FILE_FAILURES)[number]>

/** Text of a file in a sentence: quoted, and cut, since a row may be as long as its file. */
const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text)
