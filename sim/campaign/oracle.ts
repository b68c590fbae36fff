import type { Block, World } from "../../core/index.ts"
import type { Fault, Step } from "./case.ts"

/** A moment of a run: after a block, or when nothing is under way. */
export interface Moment {
  readonly world: World
  /** The world before the first step; do not step it. */
  readonly genesis: World
  /** The last block. */
  readonly block: Block
  /** The last step whose transaction was given, and its place. */
  readonly step: Step
  readonly index: number
  /** Whether an order or a fault departed from the canonical run so far. */
  readonly departed: boolean
  /** The faults that befell the run so far. */
  readonly faults: readonly Fault[]
  /** Plays on a fork of the world, out of reach of the run's orders and faults. */
  readonly apart: <A>(play: (fork: World) => A) => A
}

/** Values that show what is broken; undefined where nothing is. */
export type Broken = { readonly [name: string]: unknown } | undefined

/** Watches one run. */
export interface Watch {
  /** Before a step's transaction is given; the world stands where the step finds it. */
  readonly before?: (moment: Omit<Moment, "block">) => void
  /** After every block. */
  readonly block?: (moment: Moment) => Broken
  /** Whenever nothing is under way. */
  readonly quiet?: (moment: Moment) => Broken
  /** At the end, with faults off, when nothing is under way and due timers have run. */
  readonly settled?: (moment: Moment) => Broken
}

/** What must hold in every run. `begin` is called once for each run, so that a watch may remember. */
export interface Oracle {
  readonly name: string
  readonly begin: (genesis: World) => Watch
}

export const Oracle = {
  /** An oracle without memory: checked after every block. */
  always: (name: string, holds: (moment: Moment) => Broken): Oracle => ({ name, begin: () => ({ block: holds }) }),
  /** Checked whenever nothing is under way. */
  whenQuiet: (name: string, holds: (moment: Moment) => Broken): Oracle => ({ name, begin: () => ({ quiet: holds }) }),
  /** Checked at the end of each run, with faults off and everything settled. */
  whenSettled: (name: string, holds: (moment: Moment) => Broken): Oracle => ({ name, begin: () => ({ settled: holds }) }),
  make: (name: string, begin: (genesis: World) => Watch): Oracle => ({ name, begin }),
} as const

/** What a run found: which oracle, of whom, and the values that show it. */
export interface Finding {
  readonly oracle: string
  /** Address; `world` where it is nobody's in particular. */
  readonly actor: string
  /** Name of the invariant, price, total or account; empty where there is none. */
  readonly detail: string
  readonly values: { readonly [name: string]: string }
  readonly height: number
  /** Index of the step after which it showed. */
  readonly step: number
}

/** Two findings of the same failure. */
export const sameFinding = (a: Finding, b: Finding): boolean => a.oracle === b.oracle && a.actor === b.actor && a.detail === b.detail
