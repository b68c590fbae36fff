import type { Block, Header } from "../core/index.ts"
import { inHostileAmbience } from "./ambience.ts"
import { differenceOf, genesisDifference, type Difference } from "./difference.ts"
import { Handlings } from "./handlings.ts"
import type { Scenario } from "./scenario.ts"
import { planOf, Simulation, type Plan, type RunOptions } from "./simulation.ts"

export interface VerifyOptions extends RunOptions {
  /**
   * The same scenario, its modules loaded once more. Where it is given, the second run lives in it, after a rehearsal that leaves its traces
   * there: so it is noticed too when a module's own state comes to the same in both runs only since both of them share it.
   */
  readonly again?: Scenario | undefined
}

/** What came of two runs side by side. */
export interface Verification {
  readonly scenario: string
  readonly seed: bigint
  /** The last header that both runs agree on; undefined when not even their genesis agrees. */
  readonly header: Header | undefined
  readonly difference: Difference | undefined
}

/** Blocks of the rehearsal. */
const REHEARSAL_BLOCKS = 3

/**
 * Two runs of a scenario in lockstep, block by block; the second one lists its genesis and its agents the other way round and lives in a
 * hostile ambience, where everything that a handler must not ask answers otherwise. `verify` is the whole of it at once. Call `stop` in the end.
 */
export class Verifying {
  readonly plan: Plan
  private readonly first: Simulation
  private readonly second: Simulation
  private readonly handlings = [new Handlings(), new Handlings()] as const
  private agreed: Header | undefined = undefined
  private difference: Difference | undefined = undefined

  /** Throws what `Run` throws. */
  constructor(scenario: Scenario, { again, ...options }: VerifyOptions = {}) {
    this.plan = planOf(scenario, options)
    this.first = new Simulation(this.plan)
    this.second = inHostileAmbience(() => {
      const plan = planOf(again ?? scenario, options)
      if (again !== undefined) rehearse(plan)
      return new Simulation(plan, true)
    })
    const [one, other] = [this.first.world, this.second.world]
    if (one.header.root === other.header.root) this.agreed = one.header
    else this.difference = genesisDifference(one, other)
  }

  /** The last block that both made. */
  get height(): number {
    return this.first.world.height
  }

  get done(): boolean {
    return this.difference !== undefined || this.height >= this.plan.blocks
  }

  /** One block of both. Throws what both of them throw. */
  step(): void {
    const [listener, otherListener] = this.handlings
    const one = attempt(() => stepHeard(this.first, listener))
    const other = attempt(() => inHostileAmbience(() => stepHeard(this.second, otherListener)))
    if (one.block === undefined && other.block === undefined) throw one.thrown
    if (one.block === undefined || other.block === undefined) {
      const told = ({ block, thrown }: Attempt) => (block === undefined ? String(thrown) : "a block")
      const block = Math.max(this.first.world.height, this.second.world.height)
      this.difference = { block, parts: [], actor: "world", message: undefined, field: "block", first: told(one), second: told(other) }
      return
    }
    const answers = [listener.take(), otherListener.take()] as const
    if (one.block.header.root === other.block.header.root) this.agreed = one.block.header
    else {
      this.difference = differenceOf(
        { world: this.first.world, block: one.block, answers: answers[0] },
        { world: this.second.world, block: other.block, answers: answers[1] },
      )
    }
  }

  stop(): void {
    for (const listener of this.handlings) listener.stop()
  }

  report(): Verification {
    return { scenario: this.plan.scenario.name, seed: this.plan.seed, header: this.agreed, difference: this.difference }
  }
}

interface Attempt {
  readonly block?: Block
  readonly thrown?: unknown
}

const attempt = (step: () => Block): Attempt => {
  try {
    return { block: step() }
  } catch (thrown) {
    return { thrown }
  }
}

/** Both runs may share definitions, so each listens only while it steps. */
const stepHeard = (simulation: Simulation, listener: Handlings): Block => {
  const { world } = simulation
  for (const address of world.addresses) listener.listen(world.definitionOf(address))
  try {
    return simulation.step()
  } finally {
    listener.stop()
  }
}

const rehearse = (plan: Plan): void => {
  const rehearsal = new Simulation(plan, true)
  for (let block = 0; block < Math.min(REHEARSAL_BLOCKS, plan.blocks); block++) attempt(() => rehearsal.step())
}

/**
 * Runs a scenario twice, the second time in a hostile ambience, and names the first difference down to the message; no difference is no proof,
 * but what depends on the clock, chance, locale, time zone, environment, files, order of construction or a module's memory shows.
 *
 *     const { difference } = verify(marketDay, { blocks: 300 })
 */
export const verify = (scenario: Scenario, options: VerifyOptions = {}): Verification => {
  const verifying = new Verifying(scenario, options)
  try {
    while (!verifying.done) verifying.step()
    return verifying.report()
  } finally {
    verifying.stop()
  }
}
