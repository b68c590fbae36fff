import type { Block, World } from "../core/index.ts"
import type { Agent } from "./agent.ts"

/** A world at the end of a block, beside the outside price of that block in wad. The height 0 is the genesis. */
export interface Moment {
  readonly world: World
  readonly price: bigint
}

/** A table of the summary: its columns' headings, and rows of as many cells. A column of numbers (`right`) is aligned to the right. */
export interface Measurement {
  readonly title: string
  readonly columns: readonly { readonly heading: string; readonly right?: boolean }[]
  readonly rows: readonly (readonly string[])[]
  /** Sentences below the table. */
  readonly notes?: readonly string[]
  /** The same as plain JSON: amounts and prices as decimal strings in whole units, everything else as numbers. */
  readonly json: unknown
}

/** A measurement under way. */
export interface Meter {
  /** After each block. `block.raw` is cheaper than its words. */
  readonly block?: (block: Block, moment: Moment) => void
  /** Once, at the end; `last` is absent when there was no block. */
  readonly end: (moment: Moment, last: Block | undefined) => Measurement
}

/** Something that a run measures and its summary tells. It reads the world and never touches it. */
export interface Metric {
  readonly start: (moment: Moment, agents: readonly Agent[]) => Meter
}
