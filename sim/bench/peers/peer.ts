import { createRequire } from "node:module"
import { settleMemory } from "../measure.ts"

/** What a peer did on its list of transactions. */
export interface Outcome {
  readonly transactions: number
  /** Nanoseconds. */
  readonly wall: number
  /** Nanoseconds of CPU time of all threads of the process. */
  readonly cpu: number
}

/** Swaps over 64 pools of constant product, payments between accounts, or swaps on one pool of Uniswap v3: rows of the sheet. */
export type Kind = "swaps" | "payments" | `v3 swaps, ${string}`

/** Something that a user would pick instead. */
export interface Peer {
  readonly name: string
  /** Whose versions the table names; the first must be installed. */
  readonly packages: readonly string[]
  readonly workload: Kind
  /** What it does that blockstep does not. */
  readonly more: string
  /** What it does not do that blockstep does. */
  readonly less: string
  /** Transactions of one run, so that a run takes a few seconds at most. */
  readonly transactions: number
  /**
   * Builds the scene; gives a function that applies the whole list once and throws where the result is wrong. Who reads transactions as they come makes
   * the list anew for each run, as the engine's rows and the bare loop do: of a text that was looked up before, JavaScript remembers the hash.
   */
  readonly prepare: () => Promise<() => Promise<Outcome>>
}

/** Times what is measured of a run. */
export const timed = async (transactions: number, call: () => void | Promise<void>): Promise<Outcome> => {
  settleMemory()
  const cpuBefore = process.cpuUsage()
  const start = process.hrtime.bigint()
  await call()
  const wall = Number(process.hrtime.bigint() - start)
  const { user, system } = process.cpuUsage(cpuBefore)
  return { transactions, wall, cpu: (user + system) * 1000 }
}

const require = createRequire(import.meta.url)

/** The version of an installed package. */
export const versionOf = (name: string): string => {
  const folders = require.resolve.paths(name) ?? []
  for (const folder of folders) {
    try {
      return (require(`${folder}/${name}/package.json`) as { readonly version: string }).version
    } catch {
      continue
    }
  }
  throw new Error(`${name} is not installed on this platform`)
}
