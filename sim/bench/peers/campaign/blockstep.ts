import { checkInParallel, type CheckReport } from "../../../campaign/index.ts"
import { timedSearch, type CampaignRow } from "./row.ts"

/** The bundled campaign of the constant-product pool, every oracle that needs no probe on a fork, as `blockstep check` runs it. */

const MODULE = new URL("./same-campaign.ts", import.meta.url).href
/** Of 250 steps in the middle. */
const RUNS = 1_024

const searched = (order: string, workers: number, runs: number): Promise<CheckReport> =>
  checkInParallel({ module: MODULE, campaign: order === "causal" ? "same-campaign" : "same-campaign-with-faults", order }, { runs, seed: 11, workers, shrink: false })

const rowOf = async (order: "causal" | "random", workers: number): Promise<CampaignRow> => {
  // For the compiler; threads of their own load and compile for themselves, inside of what is measured, so they have more to do.
  await searched(order, 1, 256)
  const { result, seconds, cpuSeconds } = await timedSearch(() => searched(order, workers, RUNS * workers))
  if (result.failing !== undefined) throw new Error(`the campaign found ${JSON.stringify(result.failing.finding)}, so it is no measure of speed`)
  let refused = 0
  for (const [key, count] of result.reached) if (!key.endsWith(": handled")) refused += count
  return {
    name: order === "causal" ? "blockstep" : "blockstep, orders and faults",
    versions: {},
    threads: workers,
    actions: result.steps,
    calls: result.calls,
    refused,
    seconds,
    cpuSeconds,
    more:
      order === "causal"
        ? "messages between actors, the book checked each block, 5 invariants, x * y, liveness, coverage guidance"
        : "orders of messages, delays, refusals, full mailboxes, missing actors, restarts",
    less: "no bytecode, no gas",
  }
}

export const rows: readonly (() => Promise<CampaignRow>)[] = [() => rowOf("causal", 1), () => rowOf("causal", 2), () => rowOf("random", 1), () => rowOf("random", 2)]
