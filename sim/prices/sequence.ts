import { fail, succeed, type Result } from "effect/Result"
import { DuplicateTimestamp, PriceGap, UnsortedRow } from "./failures.ts"
import type { PriceBar } from "./series.ts"

/** Seconds from a row to the next that are most common, the smaller where two are; 0 when no row is later than the one above it. */
export const usualStep = (bars: readonly PriceBar[]): number => {
  const counts = new Map<number, number>()
  for (let index = 1; index < bars.length; index++) {
    const step = timeOf(bars, index) - timeOf(bars, index - 1)
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  let usual = 0
  let most = 0
  for (const [step, count] of counts) {
    if (count > most || (count === most && step < usual)) {
      usual = step
      most = count
    }
  }
  return usual
}

/** Which rows are judged: those with an index from `first` to `last`, for the time before `to` (unix seconds). */
export interface Selection {
  readonly file: string
  readonly first: number
  readonly last: number
  readonly to: number
  readonly stepSeconds: number
  readonly gaps: "refuse" | "hold"
}

/**
 * Succeeds when the selected rows are later than every row above them, and each is at most one usual step later than the one above it
 * (or more, when gaps are held). Rows above the selection may be in any order among themselves.
 */
export const checkSequence = (bars: readonly PriceBar[], selection: Selection): Result<void, UnsortedRow | DuplicateTimestamp | PriceGap> => {
  const { file, first, last, to, stepSeconds, gaps } = selection
  // The header is line 1 and the first row line 2.
  const cell = (index: number) => ({ file, row: index + 2, column: "timestamp", value: String(timeOf(bars, index)) })
  let previous = bars.slice(0, first).reduce((latest, { time }) => Math.max(latest, time), -Infinity)
  for (let index = first; index <= last; index++) {
    const time = timeOf(bars, index)
    if (time < previous) return fail(new UnsortedRow({ ...cell(index), previous }))
    if (time === previous) return fail(new DuplicateTimestamp(cell(index)))
    previous = time
  }
  if (gaps === "hold") return succeed(undefined)
  // After the order, since a row in the wrong place leaves a gap where it belongs, and the place is what has to be mended.
  // The row after the range is judged as well: it may be the far side of a gap that begins inside.
  for (let index = first + 1; index <= last + 1 && index < bars.length; index++) {
    const above = timeOf(bars, index - 1)
    const missing = timeOf(bars, index) - above > stepSeconds && above + stepSeconds < to
    if (missing) return fail(new PriceGap({ ...cell(index), previous: above, stepSeconds }))
  }
  return succeed(undefined)
}

const timeOf = (bars: readonly PriceBar[], index: number): number => (bars[index] as PriceBar).time
