import { openThreadedWorld, type GivenModule, type ThreadedWorld } from "../core/index.ts"
import type { RecordOptions } from "./report/recording.ts"
import { Run } from "./run.ts"
import type { Scenario } from "./scenario.ts"
import type { ScenarioData } from "./scenario-definitions.ts"
import { genesisFor, planOf, Simulation, startOf, type Plan, type RunOptions } from "./simulation.ts"

/** How the world of a run is spread over threads. */
export interface Threading {
  readonly threads: number
  /** Modules with the definitions of the genesis; see `openEngine`. */
  readonly modules: readonly GivenModule[]
  /** Blocks between two looks at who talks to whom; 0 leaves every slot where it is. */
  readonly everyBlocks?: number | undefined
}

/** The module that finds the definitions of a bundled scenario (by its name) or of a scenario file (by its URL). */
export const scenarioModule = (scenario: string, plan: Plan): GivenModule => ({
  module: new URL(import.meta.url.endsWith(".ts") ? "./scenario-definitions.ts" : "./scenario-definitions.js", import.meta.url).href,
  data: { scenario, start: startOf(plan) } satisfies ScenarioData,
})

/** A run whose world is executed by threads. The report is that of one thread. Close the world at the end. */
export interface ThreadedRun {
  readonly run: Run
  readonly threaded: ThreadedWorld
}

/** Rejects with what `Run` throws, and with what `openThreadedWorld` rejects with. */
export const openRun = async (scenario: Scenario, options: RunOptions, threading: Threading, record?: RecordOptions): Promise<ThreadedRun> => {
  const threaded = await openThreadedWorld(genesisFor(planOf(scenario, options)), threading)
  return { run: new Run(scenario, options, record, threaded.world), threaded }
}

/** The same without the checks and measurements of a run. */
export const openSimulation = async (plan: Plan, threading: Threading): Promise<{ readonly simulation: Simulation; readonly threaded: ThreadedWorld }> => {
  const threaded = await openThreadedWorld(genesisFor(plan), threading)
  return { simulation: new Simulation(plan, false, threaded.world), threaded }
}
