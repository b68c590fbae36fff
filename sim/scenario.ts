import { TaggedError } from "effect/Data"
import { isAddress, show, type AssetId, type Genesis } from "../core/index.ts"
import type { Agent } from "./agent.ts"
import type { Metric, Moment } from "./metric.ts"
import type { JumpDiffusion } from "./prices/jump-diffusion.ts"
import type { PriceSeries } from "./prices/series.ts"
import { chartProblem, type Chart } from "./report/chart.ts"

/** What a genesis may depend on. */
export interface Start {
  readonly seed: bigint
  /** Of the genesis, in unix seconds. */
  readonly time: number
  /** The first outside price, in wad. */
  readonly price: bigint
}

/** A jump-diffusion with one step per block; its length and its seed are the run's. */
export interface PriceProcess extends Omit<JumpDiffusion, "seed" | "steps" | "stepSeconds"> {
  readonly process: "jump-diffusion"
}

/**
 * The values that break it, or undefined where it holds. Beside the invariants that actors declare: what holds between actors.
 * Checked after every block; `start` is the world as it was at the genesis.
 */
export type WorldInvariant = (now: Moment, start: Moment) => { readonly [name: string]: unknown } | undefined

/** A world and those who live in it, as data: everything that `run` and `verify` need. */
export interface Scenario {
  /** `[a-z][a-z0-9-]*`. */
  readonly name: string
  /** One line. */
  readonly description: string
  /** What the world starts from; called once for each world. Its `seed`, `time` and `blockSeconds` are the run's. */
  readonly genesis: (start: Start) => Genesis
  readonly agents: readonly Agent[]
  /** The outside price: a process, or a series of prices. */
  readonly prices: PriceProcess | PriceSeries
  /** Blocks of a run where nobody says otherwise, 1 to 1,000,000; at most what a series has prices for. */
  readonly blocks: number
  /** Seconds from one block to the next, 1 to 86,400. */
  readonly blockSeconds: number
  /** Where nobody says otherwise. */
  readonly seed: bigint
  /** By name; told in this order. */
  readonly metrics: { readonly [name: string]: Metric }
  readonly invariants: { readonly [name: string]: WorldInvariant }
  /** By name; drawn in this order by the report of a run. */
  readonly charts: { readonly [name: string]: Chart }
  /** Decimals of assets, 0 to 77, for readers of the report; amounts of other assets are told in their smallest unit. */
  readonly decimals: { readonly [asset: AssetId]: number }
}

/** A field of a scenario does not fit. Nothing was built. */
export class InvalidScenario extends TaggedError("sim/InvalidScenario")<{ readonly field: string; readonly expected: string; readonly value: string }> {
  override get message(): string {
    return `the scenario's ${this.field} must be ${this.expected}, but is ${this.value}`
  }
}

export const BLOCKS_MAX = 1_000_000
export const BLOCK_SECONDS_MAX = 86_400

type Choice = "metrics" | "invariants" | "charts" | "decimals" | "description"
type Given = Omit<Scenario, Choice | "seed"> & Partial<Pick<Scenario, Choice>> & { readonly seed?: bigint | number }

export const Scenario = {
  /**
   * A checked scenario. Throws `InvalidScenario`.
   *
   *     export default Scenario.make({ name: "two-pools", genesis: () => ({ ... }), agents: [...], prices: { ... }, blocks: 1_000, blockSeconds: 12 })
   */
  make(given: Given): Scenario {
    return parseScenario({ description: "", seed: 0n, metrics: {}, invariants: {}, charts: {}, decimals: {}, ...given })
  },
}

/** Checks a value of unknown origin, field by field in the order of the interface. Throws `InvalidScenario` for the first that does not fit. */
export const parseScenario = (value: unknown): Scenario => {
  if (!isObject(value)) throw new InvalidScenario({ field: "value", expected: "an object as Scenario.make gives it", value: show(value) })
  for (const [field, [expected, fits]] of Object.entries(FIELDS)) need(field, expected, fits(value[field]), value[field])
  for (const field of Object.keys(value)) need(field, "no such field", field in FIELDS, value[field])
  ;(value["agents"] as readonly unknown[]).forEach(checkAgent)
  const accounts = (value["agents"] as readonly Agent[]).map(({ account }) => account)
  accounts.forEach((account, index) => need(`agents[${index}].account`, "the account of no other agent", accounts.indexOf(account) === index, account))
  checkPrices(value["prices"] as { readonly [field: string]: unknown })
  for (const [name, metric] of Object.entries(value["metrics"] as object)) {
    need(`metrics.${name}`, "an object with a function start", isObject(metric) && typeof metric["start"] === "function", metric)
  }
  for (const [name, invariant] of Object.entries(value["invariants"] as object)) {
    need(`invariants.${name}`, "a function", typeof invariant === "function", invariant)
  }
  for (const [name, chart] of Object.entries(value["charts"] as object)) {
    const problem = chartProblem(chart)
    if (problem !== undefined) need(`charts.${name}${problem.field === "" ? "" : `.${problem.field}`}`, problem.expected, false, problem.value)
  }
  for (const [asset, decimals] of Object.entries(value["decimals"] as object)) need(`decimals.${asset}`, "a whole number from 0 to 77", isWhole(0, 77)(decimals), decimals)
  return Object.freeze({ ...value, seed: BigInt(value["seed"] as bigint | number) }) as unknown as Scenario
}

const need = (field: string, expected: string, fits: boolean, value: unknown): void => {
  if (!fits) throw new InvalidScenario({ field, expected, value: show(value) })
}

const isObject = (value: unknown): value is { readonly [field: string]: unknown } => typeof value === "object" && value !== null && !Array.isArray(value)

const isWhole = (low: number, high: number) => (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high

/** What the engine takes for one. */
export const isSeed = (value: unknown): boolean =>
  typeof value === "bigint" ? value >= 0n && value < 2n ** 64n : Number.isSafeInteger(value) && (value as number) >= 0

export const SEED = "an integer from 0 to 2^64 - 1"

const FIELDS: { readonly [field: string]: readonly [expected: string, fits: (value: unknown) => boolean] } = {
  name: ["lower-case words joined by -, such as market-day", (value) => typeof value === "string" && /^[a-z][a-z0-9-]{0,63}$/.test(value)],
  description: ["a line of text", (value) => typeof value === "string" && !value.includes("\n")],
  genesis: ["a function", (value) => typeof value === "function"],
  agents: ["a list of agents", (value) => Array.isArray(value)],
  prices: ["a price process or a price series", isObject],
  blocks: [`a whole number from 1 to ${BLOCKS_MAX}`, isWhole(1, BLOCKS_MAX)],
  blockSeconds: [`a whole number from 1 to ${BLOCK_SECONDS_MAX}`, isWhole(1, BLOCK_SECONDS_MAX)],
  seed: [SEED, isSeed],
  metrics: ["an object of metrics by name", isObject],
  invariants: ["an object of invariants by name", isObject],
  charts: ["an object of charts by name", isObject],
  decimals: ["an object of decimals by asset", isObject],
}

const checkAgent = (agent: unknown, index: number): void => {
  const field = `agents[${index}]`
  if (!isObject(agent)) throw new InvalidScenario({ field, expected: "an object with account, group and act", value: show(agent) })
  need(`${field}.account`, "an address such as traders/alice", isAddress(agent["account"] as string), agent["account"])
  need(`${field}.group`, "a word or more", typeof agent["group"] === "string" && agent["group"] !== "", agent["group"])
  need(`${field}.act`, "a function", typeof agent["act"] === "function", agent["act"])
}

const checkPrices = (prices: { readonly [field: string]: unknown }): void => {
  if ("points" in prices) {
    const points = prices["points"]
    need("prices.points", "a list of price points", Array.isArray(points) && points.length > 0, points)
    need("prices.start", "a time in unix seconds", isWhole(0, Number.MAX_SAFE_INTEGER)(prices["start"]), prices["start"])
    const end = prices["end"]
    need("prices.end", "a time in unix seconds after the start", isWhole((prices["start"] as number) + 1, Number.MAX_SAFE_INTEGER)(end), end)
    return
  }
  need("prices.process", '"jump-diffusion"', prices["process"] === "jump-diffusion", prices["process"])
}
