import type { PageData, Series } from "../data.ts"
import { byId } from "./dom.ts"
import { numberWords, timeWords } from "./words.ts"

/** What the page was given, and how it is read. */

export const report: PageData = JSON.parse(byId("data").textContent ?? "{}")

/** Amounts from their differences, in whole units; NaN where there was nothing. */
export const decoded = (series: Series, places: number): Float64Array => {
  const scale = 10 ** -places
  const inverse = 10 ** places
  const amounts = new Float64Array(series.length)
  let steps = 0
  for (let index = 0; index < series.length; index++) {
    const difference = series[index] as number | null
    if (difference === null) {
      steps = 0
      amounts[index] = Number.NaN
      continue
    }
    steps += difference
    amounts[index] = places > 0 ? steps / inverse : steps * scale
  }
  return amounts
}

/** Distances are no differences: each stands for itself. */
export const decodedDistances = (series: Series, places: number): Float64Array =>
  Float64Array.from(series, (steps) => (steps === null ? Number.NaN : places > 0 ? steps / 10 ** places : steps * 10 ** -places))

/** The last block of a point, of what every block has or of what is sampled. */
export const blockOf = (point: number, sampled = false): number => Math.min((point + 1) * (sampled ? report.sampleStride : report.stride), report.blocks)

/** The point that a block belongs to. */
export const pointOf = (block: number, sampled = false): number => Math.max(0, Math.ceil(block / (sampled ? report.sampleStride : report.stride)) - 1)

export const timeOf = (block: number): number => report.start + block * report.blockSeconds

/** `block 1,024 · Jan 1, 03:24`. */
export const blockWords = (block: number): string => `block ${numberWords(block, 0)} · ${timeWords(timeOf(block))}`
