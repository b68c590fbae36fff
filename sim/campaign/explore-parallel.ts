import type { ParallelOptions, Origin } from "./check-parallel.ts"
import { Explorer, exploreReportOf, type ExploreCampaignOptions, type Explored, type ExploreReport } from "./explore.ts"
import { loadCampaign } from "./load.ts"
import { Team } from "./team.ts"
import type { ExploreJob } from "./worker.ts"

/** Inputs between two looks at whether one broke something. */
const INPUTS = 32

/**
 * Plays every order of short inputs on several threads, each of which takes the next input when it is free; the orders of one input are
 * played on one. The report is that of `exploreCampaign`, whatever the count of workers.
 */
export const exploreInParallel = async (origin: Origin, options: ExploreCampaignOptions & ParallelOptions): Promise<ExploreReport> => {
  const { workers, assembled, runs = 100, ...rest } = options
  const campaign = await loadCampaign(origin.module, origin.campaign, origin)
  const explorer = new Explorer(campaign, rest)
  const common = { kind: "explore" as const, module: origin.module, campaign: campaign.name, overrides: { order: origin.order, faults: origin.faults }, options: rest }
  const team = new Team(workers, { ...common, from: 0, to: 0, claims: undefined } satisfies ExploreJob)
  const hasFailed = ({ failing }: Explored): boolean => failing !== undefined
  try {
    if (assembled === true) await team.assemble()
    const results: Explored[] = []
    for (let from = 0; from < runs && !results.some(hasFailed); from += INPUTS) {
      const to = Math.min(runs, from + INPUTS)
      const job = (_: number, claims: SharedArrayBuffer): ExploreJob => ({ ...common, from, to, claims })
      results.push(...(await team.play({ from, to, run: (index) => explorer.run(index), hasFailed, job })))
    }
    return exploreReportOf(explorer, campaign, BigInt(options.seed ?? 0), results)
  } finally {
    await team.end()
  }
}
