import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor } from "../../core/index.ts"
import {
  action,
  actionsOf,
  amounts,
  Campaign,
  CampaignBroken,
  CaseOfOtherDefinitions,
  check,
  checkInParallel,
  execute,
  exploreCampaign,
  exploreInParallel,
  InvalidCampaign,
  InvalidCase,
  InvalidCheckOption,
  NoActions,
  Oracle,
  OracleThrew,
  OrderNotAllowed,
  property,
  replay,
  replayCase,
  saveCase,
  Schedules,
  sourceOfCase,
  UnknownObjective,
  WorldAlreadyBroken,
  Arena,
  type Case,
  type CheckReport,
} from "../../sim/index.ts"
import { shorter } from "../../sim/campaign/shrink.ts"
import trap from "../zoo/02-trap-after-await.ts"
import quotes from "../zoo/38-burgerswap.ts"
import { Deposit, Note, piggyOf, Withdraw, worldOf, type Flaw } from "./piggy.ts"

const actions = [action(Deposit, "piggy", { funds: ["gold"] }), action(Withdraw, "piggy", { payload: { amount: amounts(1000n) } }), action(Note, "piggy")]
const campaignOf = (flaw: Flaw, more: Partial<Parameters<typeof Campaign.make>[0]> = {}) => Campaign.make({ name: "piggy", world: worldOf(flaw), actions, ...more })
const jsonOf = (report: CheckReport): string => JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value))

describe("a search", () => {
  it("finds nothing in a sound bank", () => {
    const report = check(campaignOf("none"), { runs: 400, seed: 1 })
    expect(report.failing).toBeUndefined()
    expect(report.runs).toBe(400)
    expect(report.calls).toBeGreaterThan(2_000)
    expect(report.reached.get("test/Withdraw: test/Short")).toBeGreaterThan(10)
    expect(report.reached.get("test/Withdraw: handled")).toBeGreaterThan(10)
  })

  it("shrinks a claim that is paid twice to the shortest way there", () => {
    for (const seed of [1, 2, 3]) {
      const { failing } = check(campaignOf("pays twice from the third withdrawal"), { runs: 2_000, seed })
      expect(failing?.finding).toMatchObject({ oracle: "claims", actor: "piggy", detail: "gold" })
      expect(failing?.case.steps.map((step) => step.action)).toEqual(["Deposit", "Withdraw", "Withdraw", "Withdraw"])
      expect(failing?.case).toMatchObject({ decisions: [], faults: [], parameters: [] })
    }
  })

  it("counts what a handler throws as a defect", () => {
    const { failing } = check(campaignOf("throws"), { runs: 2_000, seed: 1 })
    expect(failing?.finding).toMatchObject({ oracle: "defect", actor: "piggy", detail: "test/Deposit", values: { problem: "TypeError: seven" } })
    expect(failing?.case.steps).toHaveLength(1)
  })

  it("finds a world that never becomes quiet", () => {
    const { failing } = check(campaignOf("never quiet", { calmBlocks: 80 }), { runs: 50, seed: 1 })
    expect(failing?.finding.oracle).toBe("liveness")
    expect(failing?.case.steps).toHaveLength(1)
  })

  it("gives the same report again, and another for another seed", () => {
    const campaign = campaignOf("pays twice from the third withdrawal")
    const first = jsonOf(check(campaign, { runs: 300, seed: 5 }))
    expect(jsonOf(check(campaign, { runs: 300, seed: 5 }))).toBe(first)
    expect(jsonOf(check(campaign, { runs: 300, seed: 6 }))).not.toBe(first)
  })

  it("goes on from an index as if it had not stopped, where runs do not learn from each other", () => {
    const campaign = campaignOf("none")
    const whole = check(campaign, { runs: 100, seed: 2, guided: false })
    const parts = [check(campaign, { runs: 40, seed: 2, guided: false }), check(campaign, { runs: 60, seed: 2, from: 40, guided: false })]
    expect(parts.reduce((sum, { calls }) => sum + calls, 0)).toBe(whole.calls)
    expect(parts[1]?.next).toBe(100)
  })

  it("stops between batches when asked to", () => {
    const report = check(campaignOf("none"), { runs: 10_000, stop: ({ index }) => index >= 128 })
    expect(report.runs).toBe(128)
    expect(report.next).toBe(128)
  })

  it("gives the same report for 1, 2 and 5 workers", async () => {
    // Every thread loads the module anew, which costs more than its runs.
    const module = new URL("../zoo/02-trap-after-await.ts", import.meta.url).href
    for (const [campaign, counts] of [[trap.buggy, [2]], [trap.fixed, [1, 2, 5]]] as const) {
      const alone = jsonOf(check(campaign, { runs: 150, seed: 3 }))
      for (const workers of counts) {
        expect(jsonOf(await checkInParallel({ module, campaign: campaign.name }, { runs: 150, seed: 3, workers, assembled: true })), `${workers} workers`).toBe(alone)
      }
    }
  })

  it("explores the same orders on 1, 2 and 3 threads", async () => {
    const module = new URL("../zoo/38-burgerswap.ts", import.meta.url).href
    for (const [campaign, workers, fails] of [[quotes.buggy, 2, true], [quotes.fixed, 3, false]] as const) {
      const options = { runs: 12, seed: 1 }
      const alone = exploreCampaign(campaign, options)
      expect(await exploreInParallel({ module, campaign: campaign.name }, { ...options, workers, assembled: true })).toEqual(alone)
      expect(alone.failing !== undefined).toBe(fails)
    }
  })

  it("makes up every message of a world by itself", () => {
    const genesis = worldOf("pays twice from the third withdrawal")
    const all = actionsOf(genesis)
    expect(all.map(({ name }) => name)).toEqual(["Deposit", "Withdraw", "Note"])
    expect(check(Campaign.make({ name: "all", world: genesis, actions: all }), { runs: 2_000, seed: 1 }).failing?.finding.oracle).toBe("claims")
  })
})

describe("shrinking", () => {
  const failing = (seed: number) => check(trap.buggy, { runs: 2_000, seed }).failing

  it("ends at a case from which no step, order or fault can be taken", () => {
    for (const seed of [0, 1, 2, 3]) {
      const found = failing(seed)
      expect(found).toBeDefined()
      const arena = new Arena(trap.buggy, [])
      for (const candidate of shorter(found?.case as Case)) {
        expect(execute(arena, sourceOfCase(candidate)).finding?.oracle).not.toBe(found?.finding.oracle)
      }
      for (let at = 0; at < (found?.case.steps.length as number); at++) {
        const steps = found?.case.steps.filter((_, place) => place !== at) ?? []
        expect(execute(arena, sourceOfCase({ ...(found?.case as Case), steps })).finding).toBeUndefined()
      }
    }
  })

  it("ends at the same case for the same failure", () => expect(failing(4)).toEqual(failing(4)))

  it("takes out parameters, faults and orders that do not matter", () => {
    const campaign = campaignOf("throws", { parameters: { spare: [0n, 1n, 2n] }, world: () => worldOf("throws"), faults: true })
    for (const seed of [1, 2, 3]) {
      const found = check(campaign, { runs: 2_000, seed }).failing
      expect(found?.case).toMatchObject({ parameters: [0], decisions: [], faults: [] })
      expect(found?.case.steps).toHaveLength(1)
    }
  })

  it("keeps a parameter that matters", () => {
    const campaign = campaignOf("none", { parameters: { flaw: ["none", "throws"] as const }, world: ({ flaw }: { readonly flaw?: unknown }) => worldOf(flaw as Flaw) })
    expect(check(campaign, { runs: 2_000, seed: 1 }).failing?.case.parameters).toEqual([1])
  })
})

describe("a saved case", () => {
  const campaign = campaignOf("pays twice from the third withdrawal", { faults: true })
  const arena = new Arena(campaign, [])
  const found = check(campaign, { runs: 2_000, seed: 1 }).failing
  if (found === undefined) throw new Error("the flaw was not found")
  const saved = JSON.parse(JSON.stringify(saveCase(arena, { case: found.case, finding: found.finding }, { seed: 1n, index: found.index }))) as { [field: string]: any }

  it("plays again to the same headers and the same failure", () => {
    const [one, two] = [replay(campaign, saved), replayCase(campaign, found.case, found.finding)]
    expect(one.still).toBe(true)
    expect(one.finding).toEqual(found.finding)
    expect(one.blocks.map(({ header }) => header)).toEqual(two.blocks.map(({ header }) => header))
    expect(new Set(one.blocks.map(({ header }) => header.root)).size).toBe(one.blocks.length)
  })

  it("passes once the flaw is repaired", () => {
    const repaired = campaignOf("none", { faults: true })
    expect(new Arena(repaired, []).fingerprint).toBe(arena.fingerprint)
    expect(replay(repaired, saved)).toMatchObject({ still: false, finding: undefined })
  })

  it("is refused by other definitions, with what to do", () => {
    const other = Campaign.with(campaignOf("none"), {})
    const moved = { ...other, genesis: () => ({ ...worldOf("none"), accounts: { alice: { gold: 999n } } }) }
    expect(() => replay(moved, saved)).toThrow(CaseOfOtherDefinitions)
    expect(() => replay(moved, saved)).toThrow(/check out the version that saved it, or delete the case/)
  })

  const damaged: readonly (readonly [name: string, change: (json: { [field: string]: any }) => unknown, said: string])[] = [
    ["no object", () => 7, "the case's whole must be an object, but is 7"],
    ["another format", (json) => ({ ...json, format: "x" }), 'the case\'s format must be "blockstep case 1", but is "x"'],
    ["no campaign", (json) => ({ ...json, campaign: "" }), 'the case\'s campaign must be a word, but is ""'],
    ["steps that are no list", (json) => ({ ...json, steps: {} }), "the case's steps must be a list, but is {}"],
    ["an unknown message", (json) => ({ ...json, steps: [{ action: "x", send: { ...json["steps"][0].send, message: "nope" } }] }), "the case's steps[0].send.message must be a message that the campaign's actors handle"],
    ["a malformed amount", (json) => ({ ...json, steps: [{ action: "x", send: { ...json["steps"][0].send, funds: { gold: "-1" } } }] }), "the case's steps[0].send.funds.gold must be an amount in decimal digits"],
    ["a payload that does not fit", (json) => ({ ...json, steps: [{ action: "x", send: { ...json["steps"][1].send, payload: {} } }] }), "the case's steps[0].send.payload.amount must be"],
    ["an unknown fault", (json) => ({ ...json, faults: [{ kind: "meteor", step: 0, nth: 0 }] }), "the case's faults[0].kind must be one of refuseCall"],
    ["a decision without a choice", (json) => ({ ...json, decisions: [{ step: 0, block: 0, actor: "piggy", at: 0, choice: 0 }] }), "the case's decisions[0].choice must be an integer from 1, but is 0"],
  ]
  for (const [name, change, said] of damaged) {
    it(`is refused with ${name}`, () => {
      expect(() => replay(campaign, change(saved))).toThrow(InvalidCase)
      expect(() => replay(campaign, change(saved))).toThrow(said)
    })
  }
})

describe("as a fast-check property", () => {
  it("passes on a sound bank", () => fc.assert(property(campaignOf("none")), { numRuns: 60, seed: 1 }))

  it("fails on a flawed one with a shrunk case and what is broken", () => {
    const details = fc.check(property(campaignOf("throws")), { numRuns: 500, seed: 2 })
    expect(details.failed).toBe(true)
    expect(details.errorInstance).toBeInstanceOf(CampaignBroken)
    expect((details.errorInstance as Error).message).toContain("piggy: defect test/Deposit of piggy is broken")
    expect(details.counterexample?.[0].steps).toHaveLength(1)
    expect(details.counterexample?.[0].steps[0]?.send?.funds).toEqual({ gold: 7n })
  })

  it("draws the same cases for the same seed", () => {
    const drawn = (seed: number) => {
      const cases: unknown[] = []
      fc.assert(property(campaignOf("none", { oracles: [Oracle.make("keeps steps", () => ({ before: ({ step }) => void cases.push(step) }))] })), { numRuns: 10, seed })
      return JSON.stringify(cases, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))
    }
    expect(drawn(3)).toBe(drawn(3))
    expect(drawn(3)).not.toBe(drawn(4))
  })
})

describe("what is wrong with a campaign is said by name", () => {
  const rows: readonly (readonly [name: string, make: () => unknown, type: new (fields: never) => Error, said: string])[] = [
    ["no actions", () => campaignOf("none", { actions: [] }), NoActions, "the campaign piggy has no actions; give it some with action(message, to)"],
    ["two actions of one name", () => campaignOf("none", { actions: [...actions, ...actions] }), InvalidCampaign, 'actions must be of distinct names, but is "Deposit"'],
    ["a weight of nothing", () => campaignOf("none", { actions: [action(Deposit, "piggy", { weight: 0 })] }), InvalidCampaign, "actions.Deposit.weight must be an integer from 1"],
    ["a phase that is none", () => campaignOf("none", { actions: [action(Deposit, "piggy", { phase: "late" })] }), InvalidCampaign, "actions.Deposit.phase must be one of the campaign's phases"],
    ["a fault that is none", () => campaignOf("none", { faults: ["meteor" as never] }), InvalidCampaign, "faults must be among refuseCall"],
    ["no steps", () => campaignOf("none", { stepsMax: 0 }), InvalidCampaign, "stepsMax must be an integer from 1, but is 0"],
    ["an empty parameter", () => campaignOf("none", { parameters: { fee: [] as never } }), InvalidCampaign, "parameters.fee must be a list of values"],
    ["no runs", () => check(campaignOf("none"), { runs: 0 }), InvalidCheckOption, "runs must be an integer from 1, but is 0"],
    ["a seed of half", () => check(campaignOf("none"), { seed: 0.5 }), InvalidCheckOption, "seed must be an integer, but is 0.5"],
    ["an objective that is none", () => check(campaignOf("none"), { objective: "profit" }), UnknownObjective, "has no objective profit; it has none"],
    ["a preparation that leaves something under way", () => check(campaignOf("none", { prepare: (world) => { world.send("alice", "piggy", Deposit, {}, { funds: { gold: 1n } }); world.step(); world.send("alice", "piggy", Withdraw, { amount: 1n }); world.step() } })), InvalidCampaign, "prepare must be settled at its end"],
    [
      "an oracle that throws",
      () => check(campaignOf("none", { oracles: [Oracle.always("moody", () => { throw new RangeError("not today") })] })),
      OracleThrew,
      "the oracle moody threw on world in the campaign piggy: RangeError: not today",
    ],
    [
      "an invariant that throws",
      () => {
        const definition = { ...piggyOf(), invariants: { moody: () => { throw new RangeError("not today") } } }
        return check(Campaign.make({ name: "piggy", world: { ...worldOf(), actors: [actor("piggy", definition, { asset: "gold" })] }, actions }))
      },
      OracleThrew,
      "the oracle invariant moody threw on piggy",
    ],
    [
      "a world that is already broken",
      () => {
        const definition = { ...piggyOf(), claims: () => ({ gold: 5n }) }
        return check(Campaign.make({ name: "piggy", world: { ...worldOf(), actors: [actor("piggy", definition, { asset: "gold" })] }, actions }))
      },
      WorldAlreadyBroken,
      "the world of the campaign piggy is broken before the first step: claims gold of piggy (held 0, claimed 5); repair its genesis",
    ],
    [
      "an order that overtakes",
      () => {
        const arrange = <A>(arrivals: readonly A[]): readonly A[] => [...arrivals].reverse()
        return check(campaignOf("none", { schedule: { name: "backwards", begin: () => ({ gap: () => 0, choose: () => 0, arrange }) } }), { runs: 200 })
      },
      OrderNotAllowed,
      "the schedule backwards of the campaign piggy breaks first-in first-out",
    ],
  ]
  for (const [name, make, type, said] of rows) {
    it(name, () => {
      expect(make).toThrow(type)
      expect(make).toThrow(said)
    })
  }

  it("but a custom order that is fair is kept, and replays by its decisions", () => {
    const arrange = <A extends { readonly from: string }>(arrivals: readonly A[]): readonly A[] => [...arrivals].sort((a, b) => (a.from > b.from ? -1 : a.from < b.from ? 1 : 0))
    const campaign = campaignOf("none", { schedule: { name: "by sender", begin: () => ({ gap: () => 0, choose: () => 0, arrange }) } })
    expect(check(campaign, { runs: 100 }).failing).toBeUndefined()
  })
})

describe("a search for the largest value", () => {
  it("finds and shrinks an attack, and plays it again", () => {
    const campaign = campaignOf("pays twice from the third withdrawal", {
      schedule: Schedules.causal,
      objectives: { profit: (world, genesis) => world.balance("alice", "gold") - genesis.balance("alice", "gold") },
    })
    const { best, failing } = check(campaign, { runs: 1_500, seed: 1, objective: "profit" })
    expect(failing).toBeUndefined()
    expect(best?.score).toBeGreaterThan(100n)
    const { world } = replayCase(campaign, best?.case as Case)
    // Played with the default oracles on, the attack is seen before it is over.
    expect(world.balance("alice", "gold")).toBeGreaterThan(0n)
    const again = execute(new Arena({ ...campaign, defaults: false }, []), sourceOfCase(best?.case as Case))
    expect(again.world.balance("alice", "gold") - 1000n).toBe(best?.score)
  })

  it("finds no profit where there is none", () => {
    const campaign = campaignOf("none", { objectives: { profit: (world, genesis) => world.balance("alice", "gold") - genesis.balance("alice", "gold") } })
    expect(check(campaign, { runs: 300, seed: 1, objective: "profit" }).best?.score).toBe(0n)
  })
})
