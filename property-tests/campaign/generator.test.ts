import { describe, expect, it } from "vitest"
import { Actor, actor, Address, Amount, AssetId, Bool, Integer, List, Message, Nullable, OneOf, Payment, Struct, Table, TableOf, Text, Uint, Union } from "../../core/index.ts"
import * as fc from "fast-check"
import { action, Arena, Campaign, execute, lists, NOBODY, Schedules, type Step } from "../../sim/index.ts"
import { freshSource } from "../../sim/campaign/fresh.ts"
import { Random } from "../../sim/random.ts"

/** The repertoire of the generator: what breaks protocols must come up, and come up often. */

const Touch = Message.make("test/Touch", {
  payload: { amount: Amount, small: Uint(8), who: Address, asset: AssetId, ids: List(Integer(0, 1000)), yes: Bool, word: OneOf("a", "b"), name: Text(8), maybe: Nullable(Amount), either: Union({ A: { x: Amount }, B: {} }), pair: Struct({ left: Address }) },
})
const Admin = Message.make("test/Admin", {})
const Holder = Actor.make("test/Holder", {
  params: {},
  state: { total: Amount, parts: TableOf(Address, Amount) },
  messages: { Touch, Admin, Payment },
  create: () => ({ total: 123_456_789n, parts: Table.from([["alice", 777_777n]] as const) }),
  handlers: { Touch: (state) => ({ state }), Admin: (state) => ({ state }), Payment: (state) => ({ state }) },
})

const campaign = Campaign.make({
  name: "touch",
  world: { accounts: { admin: {}, alice: { eth: 10n ** 18n }, bob: { eth: 5n, usd: 7n } }, actors: [actor("holder", Holder, {}), actor("other", Holder, {})] },
  actions: [action(Touch, ["holder", "other"], { funds: ["eth"], weight: 5 }), action(Admin, "holder", { from: "admin" })],
})
const runs = (of: Campaign, count: number): readonly (readonly Step[])[] => {
  const arena = new Arena(of, of.parameters.map(() => 0))
  return Array.from({ length: count }, (_, seed) => {
    const random = Random.make(seed, "generator")
    return execute(arena, freshSource(arena, { below: (bound) => random.below(bound) })).concrete.steps
  })
}
const all = runs(campaign, 400)
const steps = all.flat()
const touches = steps.flatMap(({ action: name, send }) => (name === "Touch" && send !== undefined ? [send] : []))
const payloads = touches.map(({ payload }) => payload as any)
const share = (holds: (payload: any) => boolean): number => payloads.filter(holds).length / payloads.length

describe("amounts", () => {
  const rows: readonly (readonly [name: string, holds: (amount: bigint) => boolean, least: number])[] = [
    ["0", (amount) => amount === 0n, 0.02],
    ["1", (amount) => amount === 1n, 0.04],
    ["a value of the state", (amount) => amount === 123_456_789n || amount === 777_777n, 0.03],
    ["a value of the state less 1", (amount) => amount === 123_456_788n || amount === 777_776n, 0.01],
    ["a value of the state and 1", (amount) => amount === 123_456_790n || amount === 777_778n, 0.01],
    ["a half of one", (amount) => amount === 61_728_394n || amount === 388_888n, 0.001],
    ["of the word's size", (amount) => amount > 2n ** 250n, 0.02],
    ["of any other size", (amount) => amount > 2n ** 90n && amount < 2n ** 110n, 0.01],
  ]
  for (const [name, holds, least] of rows) it(`are ${name}`, () => expect(share(({ amount }) => holds(amount as bigint))).toBeGreaterThan(least))

  it("fit their field", () => expect(payloads.every(({ small }) => small >= 0n && small < 256n)).toBe(true))
  it("that are attached are held by the sender, mostly", () => {
    const attached = touches.map(({ funds }) => funds["eth"] as bigint).filter((amount) => amount > 0n)
    expect(attached.length).toBeGreaterThan(touches.length / 4)
    expect(attached.includes(5n)).toBe(true)
  })
})

describe("everything else", () => {
  const rows: readonly (readonly [name: string, holds: (payload: any) => boolean])[] = [
    ["an address where nobody lives", ({ who }) => who === NOBODY],
    ["another actor of the same kind", ({ who }) => who === "other" || who === "holder"],
    ["an empty list", ({ ids }) => ids.length === 0],
    ["a list in which an element comes twice", ({ ids }) => new Set(ids).size < ids.length],
    ["an unknown asset", ({ asset }) => asset === "nothing"],
    ["null", ({ maybe }) => maybe === null],
    ["each variant", ({ either }) => either._tag === "B"],
    ["each word", ({ word }) => word === "b"],
    ["both truth values", ({ yes }) => yes === true],
  ]
  for (const [name, holds] of rows) it(`has ${name}`, () => expect(share(holds)).toBeGreaterThan(0.005))

  it("has oneself as the counterparty", () => expect(touches.filter(({ from, payload }) => (payload as any).who === from).length).toBeGreaterThan(touches.length / 20))
  it("has donations to actors that take payments", () => {
    const donations = steps.filter(({ action: name }) => name === "donate")
    expect(new Set(donations.map(({ send }) => send?.to))).toEqual(new Set(["holder", "other"]))
    expect(donations.length).toBeGreaterThan(100)
  })
  it("has time that passes, in all sizes", () => {
    const waits = steps.map(({ seconds }) => seconds).filter((seconds) => seconds > 0)
    expect(Math.max(...waits)).toBeGreaterThan(86_400)
    expect(Math.min(...waits)).toBeLessThan(10)
  })
  it("has one sticky user in some runs, and many in others", () => {
    const users = all.map((run) => new Set(run.flatMap(({ action: name, send }) => (name === "Touch" && send !== undefined ? [send.from] : []))).size)
    expect(users.filter((count) => count === 1).length).toBeGreaterThan(60)
    expect(users.filter((count) => count > 1).length).toBeGreaterThan(60)
  })
  it("repeats the last step", () => {
    const repeated = all.flatMap((run) => run.filter((one, at) => at > 0 && one.send !== undefined && JSON.stringify(one.send, bigints) === JSON.stringify(run[at - 1]?.send, bigints)))
    expect(repeated.length).toBeGreaterThan(steps.length / 50)
  })
  it("keeps actions to their senders", () => expect(new Set(steps.flatMap(({ action: name, send }) => (name === "Admin" ? [send?.from] : [])))).toEqual(new Set(["admin"])))
  it("has runs of all lengths up to the most", () => {
    const lengths = new Set(all.map(({ length }) => length))
    expect(Math.max(...lengths)).toBe(20)
    expect(lengths.size).toBe(20)
  })
})

const bigints = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value)

describe("what an action says itself", () => {
  const only = (options: Parameters<typeof action>[2]) =>
    runs(Campaign.make({ name: "own", world: campaign.genesis([]), actions: [action(Touch, "holder", options as never)], donations: false, secondsMax: 0, schedule: Schedules.causal }), 40).flat()

  it("goes before what its types say: a list, a function, a fast-check arbitrary", () => {
    const found = only({ payload: { amount: [3n, 4n], word: () => "b", small: fc.bigInt({ min: 7n, max: 9n }), ids: lists([1, 2]) } as never })
    expect(found.length).toBeGreaterThan(100)
    const values = found.map(({ send }) => send?.payload as any)
    expect(new Set(values.map(({ amount }) => amount))).toEqual(new Set([3n, 4n]))
    expect(new Set(values.map(({ word }) => word))).toEqual(new Set(["b"]))
    expect(new Set(values.map(({ small }) => small))).toEqual(new Set([7n, 8n, 9n]))
    expect(values.every(({ ids }) => ids.every((id: number) => id === 1 || id === 2))).toBe(true)
  })

  it("holds where its precondition holds", () => {
    const found = only({ when: (_world: unknown, from: string) => from === "bob" })
    expect(new Set(found.flatMap(({ send }) => (send === undefined ? [] : [send.from])))).toEqual(new Set(["bob"]))
  })

  it("belongs to its phase", () => {
    const phased = Campaign.make({
      name: "phases",
      world: campaign.genesis([]),
      phases: ["early", "late"],
      actions: [action(Touch, "holder", { phase: "early" }), action(Admin, "holder", { phase: "late" })],
      donations: false,
      secondsMax: 0,
    })
    for (const run of runs(phased, 60)) {
      const names = run.map(({ action: name }) => name)
      const firstLate = names.indexOf("Admin")
      if (firstLate >= 0) expect(names.slice(firstLate)).not.toContain("Touch")
    }
  })

  it("gives smaller amounts after a refusal, at times", () => {
    const Fill = Message.make("test/Fill", { payload: { amount: Amount } })
    const Full = Actor.make("test/Full", { params: {}, state: {}, messages: { Fill }, create: () => ({}), handlers: { Fill: (state, { amount }) => (amount > 100n ? (() => { throw new RangeError("full") })() : { state }) } })
    const found = runs(Campaign.make({ name: "full", world: { accounts: { alice: {} }, actors: [actor("full", Full, {})] }, actions: [action(Fill, "full", { payload: { amount: [6_000n] } })], defaults: false }), 60).flat()
    const amounts = new Set(found.flatMap(({ send }) => (send === undefined ? [] : [(send.payload as any).amount as bigint])))
    expect([...amounts].some((amount) => amount < 6_000n)).toBe(true)
    expect(amounts.has(6n)).toBe(true)
  })
})
