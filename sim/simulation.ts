import { TaggedError } from "effect/Data"
import { isFailure } from "effect/Result"
import { show, World, type Address, type AnyDefinition, type AnyView, type AssetId, type Block, type Genesis, type Published, type Send, type StateOf, type Transaction } from "../core/index.ts"
import type { Agent, Sight } from "./agent.ts"
import type { ParameterOutOfRange, PathOutOfRange } from "./prices/failures.ts"
import { simulateJumpDiffusion } from "./prices/jump-diffusion.ts"
import { pathOf, type PricePath, type PriceSeries } from "./prices/series.ts"
import { Random } from "./random.ts"
import { BLOCKS_MAX, InvalidScenario, isSeed, SEED, type PriceProcess, type Scenario, type Start } from "./scenario.ts"

/** What a run may choose instead of what its scenario says. */
export interface RunOptions {
  /** Blocks to run, 1 to 1,000,000. Default: with `prices` all that they last for, else the scenario's. */
  readonly blocks?: number | undefined
  readonly seed?: bigint | number | undefined
  /** Recorded prices in place of the scenario's. */
  readonly prices?: PriceSeries | undefined
}

/** An option of a run does not fit. Nothing was built. */
export class InvalidRunOption extends TaggedError("sim/InvalidRunOption")<{ readonly option: string; readonly expected: string; readonly value: string }> {
  override get message(): string {
    return `${this.option} must be ${this.expected}, but is ${this.value}`
  }
}

/** An agent threw: a bug in the agent, or in what it called. */
export class AgentFailed extends TaggedError("sim/AgentFailed")<{ readonly account: string; readonly block: number; readonly problem: string }> {
  override get message(): string {
    return `the agent ${this.account} threw in block ${this.block}: ${this.problem}`
  }
}

/** A scenario with its open choices made: nothing is left to chance or to the machine. */
export interface Plan {
  readonly scenario: Scenario
  readonly blocks: number
  readonly seed: bigint
  readonly path: PricePath
}

/** Throws `InvalidRunOption`, `ParameterOutOfRange` or `PathOutOfRange`. */
export const planOf = (scenario: Scenario, options: RunOptions = {}): Plan => {
  const { seed: seedGiven = scenario.seed } = options
  if (!isSeed(seedGiven)) throw new InvalidRunOption({ option: "seed", expected: SEED, value: String(seedGiven) })
  const seed = BigInt(seedGiven)
  const given = options.prices ?? ("points" in scenario.prices ? scenario.prices : undefined)
  const { blockSeconds } = scenario
  const available = given === undefined ? BLOCKS_MAX : Math.min(pathOf(given, { blockSeconds }).blocks - 1, BLOCKS_MAX)
  const blocks = options.blocks ?? (options.prices === undefined ? scenario.blocks : available)
  if (!(Number.isSafeInteger(blocks) && blocks >= 1 && blocks <= available)) {
    const why = given === undefined ? "" : `, since the prices last from ${given.start} to ${given.end} at ${blockSeconds} s a block`
    throw new InvalidRunOption({ option: "blocks", expected: `a whole number from 1 to ${available}${why}`, value: String(blocks) })
  }
  const series = given ?? seriesOf(scenario.prices as PriceProcess, blocks, blockSeconds, seed)
  return { scenario, blocks, seed, path: pathOf(series, { blockSeconds }) }
}

const seriesOf = (process: PriceProcess, blocks: number, stepSeconds: number, seed: bigint): PriceSeries => {
  const simulated = simulateJumpDiffusion({ ...process, steps: blocks, stepSeconds, seed })
  if (isFailure(simulated)) throw simulated.failure satisfies ParameterOutOfRange | PathOutOfRange
  return simulated.success
}

/**
 * One world of a plan and its agents, block by block. Height h is at `path.timeOf(h)`, and the genesis is height 0.
 * With `reversed`, whatever a genesis and a list of agents may be listed in is listed the other way round; nothing may come of it.
 */
export class Simulation {
  readonly plan: Plan
  readonly world: World
  private readonly agents: readonly Agent[]
  private readonly streams: readonly Random[]
  private readonly sight: OwnSight
  private sent: readonly Transaction[] = []

  /** `world`: one that was made of the plan's genesis, where others execute its blocks. Throws `InvalidGenesis`, `DuplicateName` or `InvalidScenario`. */
  constructor(plan: Plan, reversed = false, world?: World) {
    const { scenario, seed, path } = plan
    this.plan = plan
    this.world = world ?? World.make(genesisFor(plan, reversed))
    this.agents = reversed ? [...scenario.agents].reverse() : scenario.agents
    const missing = this.agents.find(({ account }) => !this.world.has(account))
    if (missing !== undefined) {
      throw new InvalidScenario({ field: `agents[${scenario.agents.indexOf(missing)}].account`, expected: "an account of the genesis", value: show(missing.account) })
    }
    const root = Random.make(seed, "agents")
    this.streams = this.agents.map(({ account }) => root.fork(account))
    this.sight = new OwnSight(this.world, path)
  }

  /** The outside price at the world's height, in wad. */
  get price(): bigint {
    return this.plan.path.priceOf(this.world.height)
  }

  /** What the agents sent in the last block, in its order; a block keeps of a refused transaction only why it was refused. */
  get given(): readonly Transaction[] {
    return this.sent
  }

  /** Agents act, and the world makes one block of it. Throws `AgentFailed`, or what `World.step` throws. */
  step(): Block {
    this.sent = this.transactions()
    return this.world.step(this.sent)
  }

  /**
   * What the agents send in the next block. Who comes first is drawn anew for each block, from each agent's own stream,
   * so that nobody is always first, and another agent more leaves the others' order as it was.
   */
  private transactions(): readonly Transaction[] {
    const { world, sight } = this
    const block = world.height + 1
    sight.look(block)
    const turns: Turn[] = []
    for (let index = 0; index < this.agents.length; index++) {
      const agent = this.agents[index] as Agent
      const random = (this.streams[index] as Random).fork(String(block))
      sight.account = agent.account
      const sends = act(agent, sight, random)
      if (sends.length > 0) turns.push({ account: agent.account, place: random.fork("place").uint32(), sends })
    }
    turns.sort((left, right) => left.place - right.place || (left.account < right.account ? -1 : 1))
    const transactions: Transaction[] = []
    for (const { account, sends } of turns) {
      const nonce = world.nonce(account)
      for (let index = 0; index < sends.length; index++) {
        const { to, message, payload, funds, deadline } = sends[index] as Send
        transactions.push({ from: account, nonce: nonce + index, to, message, payload, funds, deadline })
      }
    }
    return transactions
  }
}

/** What the genesis of a plan depends on. */
export const startOf = ({ seed, path }: Plan): Start => ({ seed, time: path.timeOf(0), price: path.priceOf(0) })

/** The genesis of a plan. Throws `InvalidScenario`. */
export const genesisFor = (plan: Plan, reversed = false): Genesis => {
  const { scenario, seed, path } = plan
  const given = genesisOf(scenario, startOf(plan))
  return { ...(reversed ? reverse(given) : given), seed, time: path.timeOf(0), blockSeconds: scenario.blockSeconds }
}

const genesisOf = (scenario: Scenario, start: Start): Genesis => {
  try {
    return scenario.genesis(start)
  } catch (thrown) {
    if (isTyped(thrown)) throw thrown
    throw new InvalidScenario({ field: "genesis", expected: "a function that returns a genesis", value: `a function that threw ${String(thrown)}` })
  }
}

const isTyped = (thrown: unknown): boolean => thrown instanceof Error && "_tag" in thrown

interface Turn {
  readonly account: Address
  readonly place: number
  readonly sends: readonly Send[]
}

const act = (agent: Agent, sight: Sight, random: Random): readonly Send[] => {
  try {
    return agent.act(sight, random)
  } catch (thrown) {
    throw new AgentFailed({ account: agent.account, block: sight.block, problem: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) })
  }
}

/** The one Sight of a simulation, pointed at one agent after the other. */
class OwnSight implements Sight {
  account: Address = ""
  block = 0
  time = 0
  price = 0n
  private readonly world: World
  private readonly path: PricePath

  constructor(world: World, path: PricePath) {
    this.world = world
    this.path = path
  }

  look(block: number): void {
    this.block = block
    this.time = this.path.timeOf(block)
    this.price = this.path.priceOf(block)
  }

  priceBefore = (blocks: number): bigint => this.path.priceOf(Math.max(0, this.block - blocks))
  view = <V extends AnyView>(view: V, address: Address): Published<V> | undefined => this.world.view(view, address)
  state = <D extends AnyDefinition>(definition: D, address: Address): StateOf<D> => this.world.state(definition, address)
  balance = (asset: AssetId): bigint => this.world.balance(this.account, asset)
}

const reverse = (genesis: Genesis): Genesis => {
  const accounts = genesis.accounts ?? {}
  const entries = Symbol.iterator in accounts ? [...accounts] : Object.entries(accounts)
  return { ...genesis, accounts: entries.reverse(), actors: [...(genesis.actors ?? [])].reverse() }
}
