import { send } from "../../core/index.ts"
import { Report } from "../../protocols/oracle/index.ts"
import type { Agent } from "../agent.ts"
import { isCongested } from "./credit.ts"
import { ORACLE, oraclePrice } from "./market.ts"

/** Each reports once in so many blocks, one after the other. */
export const REPORT_BLOCKS = 5
/** Probability that a report gets into its block while everybody wants to: now and then too few are fresh, and the price is stale. */
const CONGESTED = 0.05
/** Deviation of a reporter's error. */
const ERROR_PIPS = 200

export const REPORTERS: readonly string[] = ["one", "two", "three", "four", "five"].map((name) => `reporters/${name}`)

/** Reports the outside price with an error of its own. */
const reporter = (account: string, index: number): Agent => ({
  account,
  group: "reporters",
  act: (sight, random) => {
    const { block, price } = sight
    if (block % REPORT_BLOCKS !== index % REPORT_BLOCKS || (isCongested(sight) && !random.chance(CONGESTED))) return []
    const errorPips = BigInt(Math.round(random.normal() * ERROR_PIPS))
    return [send(ORACLE, Report, { price: oraclePrice((price * (1_000_000n + errorPips)) / 1_000_000n) })]
  },
})

export const reporters: readonly Agent[] = REPORTERS.map(reporter)
