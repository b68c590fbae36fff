import { World, type Transaction } from "../../core/index.ts"
import type { Workload } from "./workload.ts"

/** How a row is run. */
export interface Setting {
  readonly threads: number
}

/** An engine under measurement. `step` gives the number of messages that ended in the block. */
export interface Driver {
  readonly step: (block: readonly Transaction[]) => number | Promise<number>
  readonly isQuiet: () => boolean | Promise<boolean>
  /** Checks the book from nothing, and gives the last header's root. */
  readonly finish: () => string | Promise<string>
  readonly balance: (account: string, asset: string) => bigint | Promise<bigint>
  readonly close: () => void | Promise<void>
}

/** A row that this version or machine cannot run. */
export class Skipped {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** Opens the engine at a workload's genesis. The one place that knows how many threads there are: more than one is another form of the same. */
export const open = (workload: Workload, { threads }: Setting): Driver | Promise<Driver> => {
  if (threads !== 1) throw new Skipped(`${threads} threads: this engine runs on one`)
  const world = World.make(workload.genesis)
  return {
    step: (block) => world.step(block).raw.ended.length,
    isQuiet: () => world.pending === 0,
    finish: () => {
      world.audit()
      return world.header.root
    },
    balance: (account, asset) => workload.balanceIn?.(world, account) ?? world.balance(account, asset),
    close: () => {},
  }
}
