/** A price at a moment: `time` in whole unix seconds, `price` in wad (10^18), above zero. */
export interface PricePoint {
  readonly time: number
  readonly price: bigint
}

/** Where a series comes from, in enough detail to get it again. Times in unix seconds. */
export type Provenance =
  | { readonly kind: "recorded"; readonly file: string; readonly from: number; readonly to: number; readonly gaps: "refuse" | "hold" }
  | { readonly kind: "simulated"; readonly process: string; readonly parameters: { readonly [field: string]: bigint | number } }

/** A price path. `points` ascend strictly by time; the first is at or before `start`, and after the last its price holds until `end`. */
export interface PriceSeries {
  readonly points: readonly PricePoint[]
  /** First moment with a price, in unix seconds. */
  readonly start: number
  /** Moment from which on there is no price any more, in unix seconds: exclusive. */
  readonly end: number
  readonly provenance: Provenance
}

/** One row of a recorded series: prices in wad; `time` is the bar's beginning. Closes alone are a bar without `wicks`. */
export interface PriceBar {
  readonly time: number
  readonly close: bigint
  readonly wicks: { readonly open: bigint; readonly high: bigint; readonly low: bigint } | undefined
}

/** Between points: `linear` draws a line, rounded down to a wad; `step` holds the last point's price. */
export type Interpolation = "linear" | "step"

/** One price per block: block `k` is at `start + k * blockSeconds`, for k from 0 to `blocks - 1`. */
export interface PricePath {
  readonly blocks: number
  /** Unix seconds of a block. */
  readonly timeOf: (block: number) => number
  /** Wad price at a block. Throws a RangeError for a block that the path does not have. */
  readonly priceOf: (block: number) => bigint
}

/**
 * The price of a series at every block. A point counts exactly when a block falls on it; so choose a block of at most a quarter bar.
 *
 *     const path = pathOf(series, { blockSeconds: 12 })
 *     path.priceOf(0) // the price at series.start
 */
export const pathOf = (series: PriceSeries, options: { readonly blockSeconds: number; readonly interpolation?: Interpolation }): PricePath => {
  const { blockSeconds, interpolation = "linear" } = options
  if (!(Number.isSafeInteger(blockSeconds) && blockSeconds > 0)) throw new RangeError(`blockSeconds is a whole number above 0, not ${blockSeconds}`)
  const blocks = Math.ceil((series.end - series.start) / blockSeconds)
  const timeOf = (block: number) => {
    if (!(Number.isInteger(block) && block >= 0 && block < blocks)) throw new RangeError(`a block is a whole number from 0 to ${blocks - 1}, not ${block}`)
    return series.start + block * blockSeconds
  }
  return { blocks, timeOf, priceOf: (block) => priceAt(series, timeOf(block), interpolation) }
}

/** The wad price at a moment in unix seconds, always between its two neighbours. Throws a RangeError outside of `start` to `end`. */
export const priceAt = (series: PriceSeries, time: number, interpolation: Interpolation = "linear"): bigint => {
  if (!(Number.isSafeInteger(time) && time >= series.start && time < series.end)) {
    throw new RangeError(`a time is a whole second from ${series.start} to ${series.end - 1}, not ${time}`)
  }
  const index = lastAt(series.points, time)
  const before = series.points[index] as PricePoint
  const after = series.points[index + 1]
  if (after === undefined || before.time === time || interpolation === "step") return before.price
  const passed = BigInt(time - before.time)
  const between = BigInt(after.time - before.time)
  return (before.price * (between - passed) + after.price * passed) / between
}

/** Index of the last point at or before a time. */
const lastAt = (points: readonly PricePoint[], time: number): number => {
  let low = 0
  let high = points.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((points[middle] as PricePoint).time <= time) low = middle
    else high = middle
  }
  return low
}

/**
 * The points of ascending bars, each `stepSeconds` long or until the next bar, if that comes earlier.
 * A bar with wicks becomes four points at its quarters: open, low, high, close when it rose or stood, else open, high, low, close;
 * the dip of a rising bar and the spike of a falling one come first, so that a crash's wicks are seen and its path stays shortest.
 * Where the next bar is late, the close holds until one step before that bar.
 */
export const pointsOf = (bars: readonly PriceBar[], stepSeconds: number): readonly PricePoint[] => {
  const points: PricePoint[] = []
  const add = (time: number, price: bigint) => {
    // Quarters of a bar under four seconds share a second; the later price counts, and times stay strictly ascending.
    if (points.at(-1)?.time === time) points.pop()
    points.push({ time, price })
  }
  bars.forEach(({ time, close, wicks }, index) => {
    const next = bars[index + 1]?.time ?? time + stepSeconds
    const length = Math.min(stepSeconds, next - time)
    const prices = wicks === undefined ? [close] : path(wicks, close)
    prices.forEach((price, quarter) => add(time + Math.floor((quarter * length) / 4), price))
    if (next - stepSeconds > (points.at(-1) as PricePoint).time) add(next - stepSeconds, close)
  })
  return points
}

const path = ({ open, high, low }: NonNullable<PriceBar["wicks"]>, close: bigint): readonly bigint[] =>
  close >= open ? [open, low, high, close] : [open, high, low, close]
