import type { World } from "../../core/index.ts"
import { decimal, readable } from "../decimal.ts"
import type { Metric, Moment } from "../metric.ts"

/** Where a price inside of the world is read, in wad; undefined while there is none. */
export interface PriceSource {
  readonly name: string
  readonly read: (world: World) => bigint | undefined
}

/** The prices inside of a world beside the price outside: first, lowest, highest, last, and how far from it at the ends of blocks. */
export const pricesMetric = (unit: string, sources: readonly PriceSource[]): Metric => ({
  start: (moment) => {
    const outside = new Track(moment.price)
    const inside = sources.map(() => new Track(undefined))
    return {
      block: (_, { world, price }: Moment) => {
        outside.see(price, price)
        for (let index = 0; index < sources.length; index++) {
          const seen = (sources[index] as PriceSource).read(world)
          if (seen !== undefined) (inside[index] as Track).see(seen, price)
        }
      },
      end: () => ({
        title: `Prices (${unit})`,
        columns: [{ heading: "" }, ...["first", "lowest", "highest", "last", "mean gap", "largest"].map((heading) => ({ heading, right: true }))],
        rows: [["outside", ...outside.words(), "", ""], ...sources.map(({ name }, index) => [name, ...(inside[index] as Track).words(), ...(inside[index] as Track).distanceWords()])],
        json: { outside: outside.json(), inside: Object.fromEntries(sources.map(({ name }, index) => [name, { ...(inside[index] as Track).json(), ...(inside[index] as Track).distances() }])) },
      }),
    }
  },
})

/** One price's way. Distances are summed up in hundredths of a basis point, whole numbers, so that the mean is exact. */
class Track {
  private first: bigint | undefined
  private low: bigint
  private high: bigint
  private last: bigint
  private distanceSum = 0n
  private distanceLargest = 0n
  private count = 0n

  constructor(price: bigint | undefined) {
    this.first = price
    this.low = price ?? 0n
    this.high = price ?? 0n
    this.last = price ?? 0n
  }

  see(price: bigint, outside: bigint): void {
    if (this.first === undefined) this.first = this.low = this.high = price
    if (price < this.low) this.low = price
    if (price > this.high) this.high = price
    this.last = price
    if (price === outside) return void this.count++
    const distance = ((price > outside ? price - outside : outside - price) * 1_000_000n) / outside
    this.distanceSum += distance
    if (distance > this.distanceLargest) this.distanceLargest = distance
    this.count++
  }

  words(): readonly string[] {
    return this.first === undefined ? ["-", "-", "-", "-"] : [this.first, this.low, this.high, this.last].map((price) => readable(price, 18, 2))
  }

  distanceWords(): readonly string[] {
    return this.count === 0n ? ["-", "-"] : [`${readable(this.distanceSum / this.count, 2, 1)} bps`, `${readable(this.distanceLargest, 2, 1)} bps`]
  }

  json(): { readonly [name: string]: string | null } {
    const word = (price: bigint) => (this.first === undefined ? null : decimal(price, 18))
    return { first: word(this.first ?? 0n), lowest: word(this.low), highest: word(this.high), last: word(this.last) }
  }

  distances(): { readonly meanBps: number; readonly largestBps: number } {
    return { meanBps: this.count === 0n ? 0 : Number(this.distanceSum / this.count) / 100, largestBps: Number(this.distanceLargest) / 100 }
  }
}
