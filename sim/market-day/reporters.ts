import { send } from "../../core/index.ts"
import { Report } from "../../protocols/oracle/index.ts"
import type { Agent } from "../agent.ts"
import { ORACLE, oraclePrice } from "./market.ts"

/** Each reports once in so many blocks, one after the other. */
export const REPORT_BLOCKS = 5
/** Deviation of a reporter's error. */
const ERROR_PIPS = 200

export const REPORTERS: readonly string[] = ["one", "two", "three", "four", "five"].map((name) => `reporters/${name}`)

/** Reports the outside price with an error of its own. */
const reporter = (account: string, index: number): Agent => ({
  account,
  group: "reporters",
  act: ({ block, price }, random) => {
    if (block % REPORT_BLOCKS !== index % REPORT_BLOCKS) return []
    const errorPips = BigInt(Math.round(random.normal() * ERROR_PIPS))
    return [send(ORACLE, Report, { price: oraclePrice((price * (1_000_000n + errorPips)) / 1_000_000n) })]
  },
})

export const reporters: readonly Agent[] = REPORTERS.map(reporter)
