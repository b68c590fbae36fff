import { describe, expect, it } from "vitest"
import { marketDay, InvalidScenario, Run, run, Scenario, Simulation } from "../../sim/index.ts"
import { parseScenario } from "../../sim/scenario.ts"
import { planOf } from "../../sim/simulation.ts"
import { planted } from "./planted.ts"

const good = { ...planted({}) }
const agent = good.agents[0]

/** Field, value, and what the error says of it. */
const MALFORMED: readonly (readonly [field: string, given: object, expected: string])[] = [
  ["name", { name: "Market Day" }, "the scenario's name must be lower-case words joined by -, such as market-day, but is \"Market Day\""],
  ["name", { name: undefined }, "the scenario's name must be lower-case words joined by -, such as market-day, but is undefined (a undefined)"],
  ["description", { description: 7 }, "the scenario's description must be a line of text, but is 7 (a number)"],
  ["genesis", { genesis: {} }, "the scenario's genesis must be a function, but is {}"],
  ["agents", { agents: {} }, "the scenario's agents must be a list of agents, but is {}"],
  ["agents[0]", { agents: ["alice"] }, "the scenario's agents[0] must be an object with account, group and act, but is \"alice\""],
  ["agents[0].account", { agents: [{ ...agent, account: "a b" }] }, "the scenario's agents[0].account must be an address such as traders/alice, but is \"a b\""],
  ["agents[0].group", { agents: [{ ...agent, group: "" }] }, "the scenario's agents[0].group must be a word or more, but is \"\""],
  ["agents[0].act", { agents: [{ ...agent, act: undefined }] }, "the scenario's agents[0].act must be a function, but is undefined (a undefined)"],
  ["agents[1].account", { agents: [agent, agent] }, "the scenario's agents[1].account must be the account of no other agent, but is \"alice\""],
  ["prices", { prices: "prices.csv" }, "the scenario's prices must be a price process or a price series, but is \"prices.csv\""],
  ["prices.process", { prices: { process: "heston" } }, "the scenario's prices.process must be \"jump-diffusion\", but is \"heston\""],
  ["prices.points", { prices: { points: [] } }, "the scenario's prices.points must be a list of price points, but is []"],
  ["prices.start", { prices: { points: [{}], start: -1 } }, "the scenario's prices.start must be a time in unix seconds, but is -1 (a number)"],
  ["prices.end", { prices: { points: [{}], start: 5, end: 5 } }, "the scenario's prices.end must be a time in unix seconds after the start, but is 5 (a number)"],
  ["blocks", { blocks: 0 }, "the scenario's blocks must be a whole number from 1 to 1000000, but is 0 (a number)"],
  ["blocks", { blocks: 1.5 }, "the scenario's blocks must be a whole number from 1 to 1000000, but is 1.5 (a number)"],
  ["blocks", { blocks: 10n }, "the scenario's blocks must be a whole number from 1 to 1000000, but is 10n"],
  ["blockSeconds", { blockSeconds: -12 }, "the scenario's blockSeconds must be a whole number from 1 to 86400, but is -12 (a number)"],
  ["seed", { seed: 0.5 }, "the scenario's seed must be an integer from 0 to 2^64 - 1, but is 0.5 (a number)"],
  ["seed", { seed: 2n ** 64n }, "the scenario's seed must be an integer from 0 to 2^64 - 1, but is 18446744073709551616n"],
  ["metrics", { metrics: [] }, "the scenario's metrics must be an object of metrics by name, but is []"],
  ["metrics.depth", { metrics: { depth: {} } }, "the scenario's metrics.depth must be an object with a function start, but is {}"],
  ["invariants", { invariants: 7 }, "the scenario's invariants must be an object of invariants by name, but is 7 (a number)"],
  ["invariants.solvent", { invariants: { solvent: true } }, "the scenario's invariants.solvent must be a function, but is true (a boolean)"],
  ["block", { block: 10 }, "the scenario's block must be no such field, but is 10 (a number)"],
]

const thrownBy = (act: () => unknown): any => {
  try {
    act()
  } catch (thrown) {
    return thrown
  }
  throw new Error("nothing was thrown")
}

describe("a scenario", () => {
  for (const [field, change, message] of MALFORMED) {
    it(`refuses ${message.replace("the scenario's ", "").slice(0, 70)}`, () => {
      const error = thrownBy(() => Scenario.make({ ...good, ...change } as never))
      expect(error).toBeInstanceOf(InvalidScenario)
      expect(error).toMatchObject({ _tag: "sim/InvalidScenario", field, message })
    })
  }

  it("refuses what is no object at all", () => {
    expect(thrownBy(() => parseScenario(undefined)).message).toBe("the scenario's value must be an object as Scenario.make gives it, but is undefined (a undefined)")
  })

  it("refuses an agent whose account the genesis does not have", () => {
    const stranger = Scenario.make({ ...good, agents: [{ ...agent!, account: "zoe" }] })
    expect(thrownBy(() => run(stranger)).message).toBe("the scenario's agents[0].account must be an account of the genesis, but is \"zoe\"")
  })

  it("refuses a genesis that throws, and passes a typed error of it on", () => {
    const throwing = Scenario.make({ ...good, genesis: () => { throw new TypeError("no") } })
    expect(thrownBy(() => run(throwing))).toMatchObject({ _tag: "sim/InvalidScenario", field: "genesis" })
    const malformed = Scenario.make({ ...good, genesis: () => ({ accounts: { "a b": {} } }) })
    expect(thrownBy(() => run(malformed))).toMatchObject({ _tag: "core/InvalidGenesis" })
  })

  it("names an agent that throws, and its block", () => {
    const clumsy = Scenario.make({ ...good, agents: [{ ...agent!, act: ({ block }) => { if (block === 3) throw new RangeError("oh"); return [] } }] })
    expect(thrownBy(() => run(clumsy))).toMatchObject({ _tag: "sim/AgentFailed", account: "alice", block: 3, message: "the agent alice threw in block 3: RangeError: oh" })
  })

  for (const [option, given, message] of [
    ["blocks", { blocks: 0 }, "blocks must be a whole number from 1 to 1000000, but is 0"],
    ["blocks", { blocks: 1_000_001 }, "blocks must be a whole number from 1 to 1000000, but is 1000001"],
    ["seed", { seed: 2n ** 64n }, "seed must be an integer from 0 to 2^64 - 1, but is 18446744073709551616"],
  ] as const) {
    it(`refuses a run whose ${option} ${message.slice(-24)}`, () => expect(thrownBy(() => new Run(good, given))).toMatchObject({ _tag: "sim/InvalidRunOption", option, message }))
  }

  it("refuses a price process out of its range, with the process's own error", () => {
    const wild = Scenario.make({ ...good, prices: { ...(good.prices as object), volatilityPerYear: 99 } as never })
    expect(thrownBy(() => run(wild))).toMatchObject({ _tag: "sim/ParameterOutOfRange", field: "volatilityPerYear" })
    const empty = Scenario.make({ ...good, prices: { process: "jump-diffusion" } as never })
    expect(thrownBy(() => run(empty))).toMatchObject({ _tag: "sim/ParameterOutOfRange", field: "start" })
  })

  it("refuses more blocks than there are prices for", () => {
    const prices = { points: [{ time: 0, price: 10n ** 18n }], start: 0, end: 60, provenance: { kind: "simulated", process: "constant", parameters: {} } } as const
    expect(run(good, { prices }).header.height).toBe(4)
    expect(thrownBy(() => run(good, { prices, blocks: 5 })).message).toBe("blocks must be a whole number from 1 to 4, since the prices last from 0 to 60 at 12 s a block, but is 5")
  })
})

describe("agents", () => {
  it("draw the same numbers whoever else is there", () => {
    const drawnBy = (accounts: readonly string[]) => {
      const drawn: { [account: string]: number[] } = {}
      const agents = accounts.map((account) => ({ account, group: "g", act: (_: unknown, random: { uint32: () => number }) => ((drawn[account] ??= []).push(random.uint32()), []) }))
      run(Scenario.make({ ...good, agents: agents as never }), { blocks: 3 })
      return drawn
    }
    const both = drawnBy(["alice", "bob"])
    expect(drawnBy(["bob"])).toEqual({ bob: both["bob"] })
    expect(both["alice"]).toHaveLength(3)
    expect(new Set([...both["alice"]!, ...both["bob"]!]).size).toBe(6)
  })

  it("see views as of the last block, their own balance, and the outside price now and before", () => {
    const { path, ...plan } = planOf(marketDay, { blocks: 3 })
    const seen: unknown[] = []
    const watcher = { account: "watcher", group: "g", act: (sight: any) => (seen.push([sight.block, sight.time, sight.price, sight.priceBefore(1), sight.priceBefore(99), sight.balance("eth")]), []) }
    const scenario = Scenario.make({ ...marketDay, agents: [watcher], genesis: () => ({ accounts: { watcher: { eth: 7n } } }) })
    const simulation = new Simulation({ ...plan, path, scenario })
    simulation.step()
    simulation.step()
    const start = path.timeOf(0)
    expect(seen).toEqual([
      [1, start + 12, path.priceOf(1), path.priceOf(0), path.priceOf(0), 7n],
      [2, start + 24, path.priceOf(2), path.priceOf(1), path.priceOf(0), 7n],
    ])
    expect(simulation.price).toBe(path.priceOf(2))
  })
})
