import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Actor, actor, Address, Amount, List, Message, send, type Arrival, type World } from "../../core/index.ts"
import { action, Arena, Campaign, execute, explore, exploreCampaign, Oracle, Schedules, sourceOfCase, type Case, type Step } from "../../sim/index.ts"
import { arrangeByChoice, DELAY_BLOCKS_MAX } from "../../sim/campaign/schedule.ts"
import { withoutSteps } from "../../sim/campaign/shrink.ts"
import { freshSource } from "../../sim/campaign/fresh.ts"
import { Random } from "../../sim/random.ts"

const arrivals = (senders: readonly string[]): readonly Arrival[] => senders.map((from, at) => ({ id: `${from}#${at}`, from, to: "x", type: "t" }))

describe("an order made by choices", () => {
  const mailbox = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 8 }).map(arrivals)

  it("keeps every message, and each sender's in order, whatever is chosen", () =>
    fc.assert(
      fc.property(mailbox, fc.infiniteStream(fc.nat(9)), (given, choices) => {
        const order = arrangeByChoice(given, () => choices.next().value as number)
        expect([...order].sort((a, b) => given.indexOf(a) - given.indexOf(b))).toEqual(given)
        for (const from of ["a", "b", "c", "d"]) expect(order.filter((one) => one.from === from)).toEqual(given.filter((one) => one.from === from))
      }),
    ))

  it("is the canonical one where always the first is chosen", () =>
    fc.assert(fc.property(mailbox, (given) => void expect(arrangeByChoice(given, () => 0)).toEqual(given))))

  it("can be any order that keeps each sender's", () => {
    const given = arrivals(["a", "b", "a", "c"])
    const seen = new Set<string>()
    const explored = (path: readonly number[]): void => {
      const widths: number[] = []
      let at = 0
      const order = arrangeByChoice(given, (senders) => {
        widths.push(senders.length)
        return path[at++] ?? 0
      })
      seen.add(order.map(({ id }) => id).join(" "))
      for (let place = path.length; place < widths.length; place++) for (let choice = 1; choice < (widths[place] as number); choice++) explored([...path, ...Array.from({ length: place - path.length }, () => 0), choice])
    }
    explored([])
    // Four messages, two of them of one sender: 4! / 2!.
    expect(seen.size).toBe(12)
  })
})

/** Remembers in which order it heard from whom. */
const Say = Message.make("test/Say", { payload: { to: Address } })
const Hear = Message.make("test/Hear", { payload: { from: Address, value: Amount } })
const Ear = Actor.make("test/Ear", {
  params: {},
  state: { heard: List(Address, 64) },
  messages: { Say, Hear },
  create: () => ({ heard: [] }),
  handlers: {
    Say: (state, { to }, { sender }) => ({ state, sends: [send(to, Hear, { from: sender, value: 1n })] }),
    Hear: ({ heard }, { from }) => ({ state: { heard: [...heard, from] } }),
  },
})

const world = { accounts: { a: {}, b: {}, c: {} }, actors: [actor("x", Ear, {}), actor("y", Ear, {}), actor("z", Ear, {})] }
const heardAt = (found: World, address = "x") => found.state(Ear, address).heard
const step = (from: string, to: string, blocks?: number): Step => ({ action: "say", send: { from, to, message: Hear.name, payload: { from, value: 1n }, funds: {} }, seconds: 0, blocks })
const via = (from: string, by: string, to: string, blocks?: number): Step => ({ action: "say", send: { from, to: by, message: Say.name, payload: { to }, funds: {} }, seconds: 0, blocks })
const oneOf = (steps: readonly Step[], more: Partial<Case> = {}): Case => ({ parameters: [], steps, decisions: [], faults: [], ...more })
const campaign = Campaign.make({ name: "ears", world, actions: [action(Hear, "x"), action(Say, ["y", "z"])] })
const arena = new Arena(campaign, [])
const played = (one: Case) => execute(arena, sourceOfCase(one))

describe("a case", () => {
  it("without decisions is in canonical order, each step drained before the next", () => {
    const { world: found, blocks } = played(oneOf([via("b", "y", "x"), via("a", "z", "x")]))
    expect(heardAt(found)).toEqual(["b", "a"])
    expect(blocks).toBe(4)
  })

  it("may have steps that share a block", () => {
    const { world: found, blocks } = played(oneOf([via("b", "y", "x", 0), via("a", "z", "x")]))
    expect(heardAt(found)).toEqual(["b", "a"])
    expect(blocks).toBe(2)
  })

  it("may choose who is served first in one mailbox of one block", () => {
    const steps = [via("b", "y", "x", 0), via("a", "z", "x")]
    const decision = { step: 1, block: 1, actor: "x", at: 0, choice: 1 }
    expect(heardAt(played(oneOf(steps, { decisions: [decision] })).world)).toEqual(["a", "b"])
    for (const elsewhere of [{ step: 0 }, { block: 0 }, { actor: "y" }]) {
      expect(heardAt(played(oneOf(steps, { decisions: [{ ...decision, ...elsewhere }] })).world)).toEqual(["b", "a"])
    }
  })

  it("keeps what applied, and leaves out what did not", () => {
    const steps = [step("b", "x", 0), step("a", "x", 0), step("c", "x")]
    const outcome = played(oneOf(steps, { decisions: [{ step: 2, block: 0, actor: "x", at: 0, choice: 7 }, { step: 2, block: 5, actor: "x", at: 0, choice: 1 }] }))
    expect(heardAt(outcome.world)).toEqual(["c", "b", "a"])
    expect(outcome.case.decisions).toEqual([{ step: 2, block: 0, actor: "x", at: 0, choice: 2 }])
  })
})

describe("the schedules", () => {
  const both = { random: Schedules.random, pct: Schedules.pct(3), delay: Schedules.delayBounded(2) }
  for (const [name, schedule] of Object.entries(both)) {
    it(`${name} reaches other orders, and its runs replay from their cases`, () => {
      const free = Campaign.with(campaign, { schedule })
      const own = new Arena(free, [])
      let departed = 0
      for (let seed = 0; seed < 60; seed++) {
        const random = Random.make(seed, "test")
        const outcome = execute(own, freshSource(own, { below: (bound) => random.below(bound) }))
        if (outcome.case.decisions.length + outcome.case.faults.length > 0) departed++
        const again = execute(own, sourceOfCase(outcome.concrete))
        expect(["x", "y", "z"].map((address) => heardAt(again.world, address))).toEqual(["x", "y", "z"].map((address) => heardAt(outcome.world, address)))
        expect(again.case).toEqual(outcome.concrete)
        for (const { blocks } of outcome.case.faults) expect(blocks).toBeLessThanOrEqual(DELAY_BLOCKS_MAX)
        if (name === "delay") expect(outcome.case.decisions.length + outcome.case.faults.length).toBeLessThanOrEqual(2)
      }
      expect(departed).toBeGreaterThan(3)
    })
  }

  it("causal never departs", () => {
    const own = new Arena(Campaign.with(campaign, { schedule: Schedules.causal }), [])
    for (let seed = 0; seed < 20; seed++) {
      const random = Random.make(seed, "test")
      const { steps, decisions, faults } = execute(own, freshSource(own, { below: (bound) => random.below(bound) })).case
      expect([decisions, faults]).toEqual([[], []])
      expect(steps.every(({ blocks, action: name }) => blocks === undefined || name === "wait")).toBe(true)
    }
  })
})

describe("exploring every order", () => {
  it("plays each order of one mailbox once, and each interleaving of the steps", () => {
    const orders = new Set<string>()
    const listening = Campaign.with(campaign, { oracles: [Oracle.whenSettled("listen", ({ world: found }) => void orders.add(heardAt(found).join("")))] })
    const report = explore(new Arena(listening, []), [step("a", "x"), step("b", "x"), step("c", "x")], { gapMax: 0 })
    expect(report).toMatchObject({ bounded: false, failing: undefined })
    expect([...orders].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"])
    // Each alone: 1; the last two, or the first two, in one block: 2 each; all three: 6.
    expect(report.orders + report.merged).toBe(11)
  })

  it("does not play orders of messages to different actors, which commute", () => {
    const report = explore(arena, [step("a", "x"), step("b", "y"), step("c", "z")], { gapMax: 0 })
    // Only whether steps share a block is left to choose.
    expect(report.orders + report.merged).toBe(4)
  })

  it("plays what follows the same world once", () => {
    const report = explore(arena, [step("a", "x"), step("a", "y"), step("a", "z")], { gapMax: 2 })
    expect(report.merged).toBeGreaterThan(0)
    expect(report.bounded).toBe(false)
  })

  it("says when the bound was hit", () => {
    expect(explore(arena, [step("a", "x"), step("b", "x"), step("c", "x")], { ordersMax: 3 })).toMatchObject({ bounded: true })
  })

  it("finds and shrinks the one order that breaks something", () => {
    const picky = Campaign.with(campaign, { oracles: [Oracle.always("c is not before a and b", ({ world: found }) => (heardAt(found).join("").startsWith("cba") ? { heard: "cba" } : undefined))] })
    const { failing } = explore(new Arena(picky, []), [step("a", "x"), step("b", "x"), step("c", "x")], { gapMax: 0 })
    expect(failing?.finding).toMatchObject({ oracle: "c is not before a and b" })
    const drawn = exploreCampaign({ ...picky, actions: [action(Hear, "x", { payload: (drawing) => ({ from: drawing.from, value: 1n }) })] }, { runs: 60, seed: 1 })
    expect(drawn.failing?.case.steps).toHaveLength(3)
  })
})


describe("a case without some of its steps", () => {
  it("keeps what belongs to the others, each with its own step", () => {
    const decision = (at: number) => ({ step: at, block: 0, actor: "x", at: 0, choice: 1 })
    const fault = (at: number) => ({ kind: "refuseCall" as const, step: at, nth: 1 })
    const whole = oneOf([step("a", "x"), step("b", "x"), step("c", "x"), step("a", "y")], { decisions: [0, 1, 2, 3].map(decision), faults: [0, 2, 3].map(fault) })
    const less = withoutSteps(whole, 1, 2)
    expect(less.steps).toEqual([whole.steps[0], whole.steps[3]])
    expect(less.decisions).toEqual([decision(0), decision(1)])
    expect(less.faults).toEqual([fault(0), fault(1)])
  })
})
