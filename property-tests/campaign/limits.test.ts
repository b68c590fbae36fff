import { describe, expect, it } from "vitest"
import { Actor, actor, Amount, failure, Message } from "../../core/index.ts"
import { action, amounts, Campaign, check } from "../../sim/index.ts"
import type { Case, Step } from "../../sim/campaign/case.ts"
import { bolder } from "../../sim/campaign/bolder.ts"
import { shorter } from "../../sim/campaign/shrink.ts"
import { loadZoo } from "../zoo/index.ts"

/** Searches go up to a limit that nothing shows, and shrinking takes together what only adds up or undoes. */

class TooMuch extends failure("limits/TooMuch", {}, () => "too much") {}
const Put = Message.make("limits/Put", { payload: { amount: Amount }, failures: [TooMuch] })
const LIMIT = 918_273_645_546n

const jar = (broken: (amount: bigint) => boolean) =>
  Actor.make("limits/Jar", {
    params: {},
    state: { largest: Amount },
    messages: { Put },
    create: () => ({ largest: 0n }),
    handlers: { Put: ({ largest }, { amount }) => (amount > LIMIT ? new TooMuch() : { state: { largest: amount > largest ? amount : largest } }) },
    invariants: { sound: ({ state }) => (broken(state.largest) ? { largest: state.largest } : undefined) },
  })

const campaignOf = (broken: (amount: bigint) => boolean): Campaign =>
  Campaign.make({
    name: "limits",
    world: { accounts: { alice: {} }, actors: [actor("jar", jar(broken), {})] },
    actions: [action(Put, "jar", { payload: { amount: amounts(10n ** 18n) } })],
  })

describe("the largest amount that is accepted", () => {
  it("is found to the unit, though no number of the state tells it", () => {
    const { failing } = check(campaignOf((largest) => largest === LIMIT), { runs: 400, seed: 3 })
    expect(failing?.case.steps.map(({ send }) => send?.payload)).toEqual([{ amount: LIMIT }])
  })

  it("is never more than what is accepted", () => {
    expect(check(campaignOf((largest) => largest > LIMIT), { runs: 400, seed: 3 }).failing).toBeUndefined()
  })
})

const step = (name: string, amount: bigint, from = "alice"): Step => ({
  action: name,
  send: { from, to: "jar", message: `limits/${name}`, payload: { amount }, funds: {} },
  seconds: 0,
  blocks: undefined,
})
const pause = (seconds: number): Step => ({ action: "wait", seconds, blocks: 1 })
const shorterThan = (...steps: Step[]): readonly (readonly Step[])[] => {
  const given: Case = { parameters: [], steps, decisions: [], faults: [] }
  return [...shorter(given)].map((one) => one.steps)
}

describe("shrinking", () => {
  it("makes one pause of two", () => expect(shorterThan(pause(5), step("Put", 1n), pause(7))).toContainEqual([pause(12), step("Put", 1n)]))

  it("leaves of a step what another does not undo", () => {
    expect(shorterThan(step("Put", 5n), step("Take", 3n))).toContainEqual([step("Put", 2n)])
    expect(shorterThan(step("Put", 3n), step("Take", 5n))).toContainEqual([step("Take", 2n)])
  })

  it("takes nothing off a step of somebody else", () => {
    expect(shorterThan(step("Put", 5n), step("Take", 3n, "bob"))).not.toContainEqual([step("Put", 2n)])
  })

  const sends = (from: string, funds: { readonly [asset: string]: bigint }, payload: unknown): Step => ({ action: from, send: { from, to: "jar", message: "limits/Put", payload, funds }, seconds: 0, blocks: undefined })
  const bolderThan = (...steps: Step[]): readonly (readonly Step[])[] => [...bolder({ parameters: [], steps, decisions: [], faults: [] }, ["alice", "bob"])].map((one) => one.steps)

  it("lets one step take over what another attaches, whoever sends it", () => {
    expect(bolderThan(sends("alice", { usd: 40n }, {}), sends("bob", { usd: 2n }, {}))).toContainEqual([sends("alice", { usd: 42n }, {})])
    expect(bolderThan(sends("alice", { usd: 40n }, {}), sends("bob", { eth: 2n }, {}))).not.toContainEqual([sends("alice", { usd: 42n }, {})])
  })

  it("takes a step out together with what became simpler by it", () => {
    expect(bolderThan(sends("alice", { usd: 1n }, {}), sends("bob", {}, { ids: [2n, 2n] }))).toContainEqual([sends("bob", {}, { ids: [1n, 1n] })])
  })

  // Removing single steps alone left four and five.
  for (const [number, seed, length] of [[15, 5, 3], [3, 8, 4]] as const) {
    it(`ends at ${length} steps for entry ${number} of the zoo and seed ${seed}`, async () => {
      const entry = (await loadZoo()).find((one) => one.number === number)
      expect(entry && check(entry.buggy, { runs: 2_000, seed }).failing?.case.steps.length).toBe(length)
    })
  }
})
