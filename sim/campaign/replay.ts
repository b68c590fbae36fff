import type { ActorChange, EndedMessage, Header, World } from "../../core/index.ts"
import { Arena } from "./arena.ts"
import type { Campaign } from "./campaign.ts"
import type { Case, Step } from "./case.ts"
import { headOf, loadCase } from "./case-file.ts"
import { execute } from "./execution.ts"
import { sameFinding, type Finding } from "./oracle.ts"
import { sourceOfCase } from "./source.ts"

/** One block of a replayed case. */
export interface ReplayedBlock {
  readonly header: Header
  /** Index of the step that the block belongs to. */
  readonly step: number
  readonly ended: readonly EndedMessage[]
  readonly changes: readonly ActorChange[]
}

/** What became of a case that was played again. */
export interface Replay {
  readonly case: Case
  readonly steps: readonly Step[]
  readonly blocks: readonly ReplayedBlock[]
  /** What it found this time. */
  readonly finding: Finding | undefined
  /** What was saved with it; undefined where there was nothing to compare with. */
  readonly expected: Finding | undefined
  /** Whether the failure that was saved is still there. */
  readonly still: boolean
  readonly world: World
}

/** Plays a case again with headers and changes kept. The same case gives the same headers, on every machine. */
export const replayCase = (campaign: Campaign, given: Case, expected?: Finding, arena = new Arena(campaign, given.parameters)): Replay => {
  const blocks: ReplayedBlock[] = []
  const outcome = execute(arena, sourceOfCase(given), {
    trace: true,
    listener: (block, _, step) => blocks.push({ header: block.header, step, ended: block.ended, changes: block.changes }),
  })
  const { finding, world } = outcome
  const still = finding !== undefined && (expected === undefined || sameFinding(finding, expected))
  return { case: given, steps: outcome.concrete.steps, blocks, finding, expected, still, world }
}

/** Plays a saved case again. Throws `InvalidCase` or `CaseOfOtherDefinitions`. */
export const replay = (campaign: Campaign, json: unknown): Replay => {
  const arena = new Arena(campaign, headOf(json).parameters)
  const { case: given, finding } = loadCase(arena, json)
  return replayCase(campaign, given, finding, arena)
}
