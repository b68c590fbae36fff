import type { AnyDefinition } from "../core/index.ts"
import { BUNDLED } from "./bundled.ts"
import { parseScenario, type Start } from "./scenario.ts"

/** What the threads of a run load: the definitions of a scenario's genesis, from the scenario itself. */

export interface ScenarioData {
  /** The name of a bundled one, or the URL of a file. */
  readonly scenario: string
  readonly start: Start
}

export const definitions = async ({ scenario: named, start }: ScenarioData): Promise<readonly AnyDefinition[]> => {
  const bundled = Object.hasOwn(BUNDLED, named) ? BUNDLED[named] : undefined
  const scenario = bundled ?? parseScenario(((await import(named)) as { readonly default?: unknown }).default)
  const genesis = scenario.genesis(start)
  return [...(genesis.actors ?? []).map(({ definition }) => definition), ...(genesis.definitions ?? [])]
}
