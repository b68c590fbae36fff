import type { Header, ThreadedWorld } from "../core/index.ts"
import { differenceOf, genesisDifference, type Difference } from "./difference.ts"
import type { Scenario } from "./scenario.ts"
import { planOf, Simulation, type Plan, type RunOptions } from "./simulation.ts"
import { openSimulation, scenarioModule } from "./threaded.ts"

/** One of the runs that are compared. */
interface Candidate {
  readonly threads: number
  readonly simulation: Simulation
  readonly threaded: ThreadedWorld | undefined
}

/** Runs of one scenario on different numbers of threads, in lockstep, block by block. Close it in the end. */
export class VerifyingThreads {
  readonly plan: Plan
  private readonly candidates: readonly Candidate[]
  private agreed: Header | undefined = undefined
  private found: { readonly difference: Difference; readonly threads: number } | undefined = undefined

  private constructor(plan: Plan, candidates: readonly Candidate[]) {
    this.plan = plan
    this.candidates = candidates
    this.compareGenesis()
  }

  /** `named`: what `scenarioModule` takes. Rejects with what `openRun` rejects with. */
  static async open(scenario: Scenario, named: string, options: RunOptions, counts: readonly number[]): Promise<VerifyingThreads> {
    const plan = planOf(scenario, options)
    const candidates: Candidate[] = []
    for (const threads of counts) {
      if (threads === 1) candidates.push({ threads, simulation: new Simulation(plan), threaded: undefined })
      else candidates.push({ threads, ...(await openSimulation(plan, { threads, modules: [scenarioModule(named, plan)], everyBlocks: EVERY_BLOCKS })) })
    }
    return new VerifyingThreads(plan, candidates)
  }

  private compareGenesis(): void {
    const [first, ...others] = this.candidates as [Candidate, ...Candidate[]]
    const { world } = first.simulation
    const other = others.find(({ simulation }) => simulation.world.header.root !== world.header.root)
    if (other === undefined) this.agreed = world.header
    else this.found = { difference: genesisDifference(world, other.simulation.world), threads: other.threads }
  }

  get height(): number {
    return (this.candidates[0] as Candidate).simulation.world.height
  }

  get done(): boolean {
    return this.found !== undefined || this.height >= this.plan.blocks
  }

  /** One block of each. Throws what `Run.step` throws. */
  step(): void {
    const [first, ...others] = this.candidates.map(({ threads, simulation }) => ({ threads, world: simulation.world, block: simulation.step(), answers: new Map() }))
    if (first === undefined) return
    const other = others.find(({ block }) => block.header.root !== first.block.header.root)
    if (other === undefined) this.agreed = first.block.header
    else this.found = { difference: differenceOf(first, other), threads: other.threads }
  }

  /** The number of threads and the root of each run; a difference from the first of them, and on how many threads it showed. */
  report() {
    const roots = this.candidates.map(({ threads, simulation }) => ({ threads, root: simulation.world.header.root }))
    return { scenario: this.plan.scenario.name, seed: this.plan.seed, header: this.agreed, roots, ...this.found }
  }

  async close(): Promise<void> {
    await Promise.all(this.candidates.map(({ threaded }) => threaded?.close()))
  }
}

/** Slots move often here, since they could be what makes a difference. */
const EVERY_BLOCKS = 16
