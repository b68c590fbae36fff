import type { Campaign } from "./campaign.ts"

/** A documented failure, re-created twice: as it was, and repaired. The same actions, oracles, schedule and faults go for both. */
export interface ZooEntry {
  readonly number: number
  readonly name: string
  readonly kind: string
  /** Whether it needs a delivery order or a fault: with each action drained and without faults nothing is found. */
  readonly async: boolean
  /** Length of the shortest sequence of actions known to break it. */
  readonly documentedSteps: number
  readonly buggy: Campaign
  readonly fixed: Campaign
}

/** A documented failure; checks the types only. */
export const zooEntry = (entry: ZooEntry): ZooEntry => entry
