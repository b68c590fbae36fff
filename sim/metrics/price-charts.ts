import type { Line, LineChart } from "../report/chart.ts"
import type { PriceSource } from "./prices.ts"

/** The prices inside of a world beside the price outside. Prices are in wad. */
export const pricesChart = (section: string, title: string, unit: string, sources: readonly PriceSource[]): LineChart => ({
  kind: "lines",
  section,
  title,
  unit: { name: unit, decimals: 18, places: 2 },
  lines: [
    { name: "outside", read: ({ price }) => price, reference: true },
    ...sources.map(({ name, read }): Line => ({ name, read: ({ world }) => read(world) })),
  ],
})

/** How far above or below the outside price each price inside is, in hundredths of a percent, rounded towards zero to a hundredth of that. */
export const gapsChart = (section: string, title: string, sources: readonly PriceSource[]): LineChart => ({
  kind: "lines",
  section,
  title,
  note: "Above zero: dearer inside than outside, at the end of a block.",
  unit: { name: "bps", decimals: 2, places: 1 },
  limits: [{ name: "no gap", value: 0n }],
  lines: sources.map(({ name, read }) => ({
    name,
    read: ({ world, price }) => {
      const inside = read(world)
      return inside === undefined ? undefined : ((inside - price) * 1_000_000n) / price
    },
  })),
})
