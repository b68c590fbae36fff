import fc from "fast-check"
import { describe, expect, expectTypeOf, it } from "vitest"
import { Actor, Amount, Count, Family, InvalidFamily, isAddress, isMemberOf, memberOf, Message, NoSuchActor, slotOf, Text, View, World } from "../../core/index.ts"

/** One name, many actors, chosen by a key. */

const Add = Message.make("tally/Add", { payload: { amount: Amount } })
const TallyView = View.make("tally/Tally", { amount: Amount, calls: Count, label: Text(20) })
const OtherView = View.make("tally/Other", { amount: Amount })
const Tally = Actor.make("tally/Tally", {
  params: { label: Text(20) },
  state: { amount: Amount, calls: Count, label: Text(20) },
  messages: { Add },
  view: TallyView,
  publish: (state) => state,
  create: ({ label }) => ({ amount: 0n, calls: 0, label }),
  handlers: { Add: (tally, { amount }) => ({ state: { ...tally, amount: tally.amount + amount, calls: tally.calls + 1 } }) },
})

const key = fc.stringMatching(/^[a-z0-9/ -]{0,12}$/)

describe("a hashed family", () => {
  it("sends every key to one of its members, always the same", () => {
    fc.assert(fc.property(key, fc.integer({ min: 1, max: 300 }), (text, size) => {
      const family = Family.hashed("tally", Tally, size)
      const address = family.addressOf(text)
      expect(family.members).toContain(address)
      expect(Family.hashed("tally", Tally, size).addressOf(text)).toBe(address)
      expect(memberOf("tally", size, text)).toBe(address)
    }))
  })

  it("knows its members from others", () => {
    const { members } = Family.hashed("a/b", Tally, 12)
    expect(members.every((address) => isMemberOf("a/b", 12, address))).toBe(true)
    for (const other of ["a/b", "a/b/", "a/b/12", "a/b/00", "a/b/01", "a/b/-1", "a/b/1.0", "a/b/1e0", "a/b/1/0", "a/bc/1", "a/c/1", "x/a/b/1", "1"]) {
      expect(isMemberOf("a/b", 12, other), other).toBe(false)
    }
  })

  it("has these members, for ever", () => {
    expect(Family.hashed("a/b", Tally, 3).members).toEqual(["a/b/0", "a/b/1", "a/b/2"])
    expect(["alice", "bob", "carol", "amm/pool-1", ""].map((text) => memberOf("f", 7, text))).toEqual(["f/5", "f/4", "f/4", "f/0", "f/4"])
    expect(memberOf("f", 1024, "alice")).toBe(`f/${slotOf("alice")}`)
  })

  it("is level: no member of 16 has a fifth more or less than its part of 32,000 keys", () => {
    const counts = new Map<string, number>()
    for (let index = 0; index < 32_000; index++) {
      const address = memberOf("f", 16, `account-${index}`)
      counts.set(address, (counts.get(address) ?? 0) + 1)
    }
    expect(counts.size).toBe(16)
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(400)
  })
})

describe("a keyed family", () => {
  const family = Family.keyed("markets", Tally, ["eth-usd", "btc/usd"])

  it("has one member for each key", () => {
    expect(family.members).toEqual(["markets/eth-usd", "markets/btc/usd"])
    expect(family.addressOf("btc/usd")).toBe("markets/btc/usd")
    expectTypeOf(family.addressOf).parameter(0).toEqualTypeOf<"eth-usd" | "btc/usd">()
  })

  it("knows no other key", () => {
    // @ts-expect-error not a declared key
    expect(() => family.addressOf("doge")).toThrow(NoSuchActor)
    // An inherited name of an object is no key either.
    expect(() => family.addressOf("constructor" as never)).toThrow(expect.objectContaining({ address: "markets/constructor" }))
  })
})

describe("the members", () => {
  const family = Family.hashed("tally", Tally, 5)
  const worldOf = (): World => World.make({
    accounts: { alice: { eth: 9n } },
    actors: Family.actors(family, (address) => ({ label: address }), (_, index) => ({ eth: BigInt(index) })),
  })

  it("are born from one list, each with its own parameters and balances", () => {
    const world = worldOf()
    expect(family.members.map((address) => [world.state(Tally, address).label, world.balance(address, "eth")]))
      .toEqual([["tally/0", 0n], ["tally/1", 1n], ["tally/2", 2n], ["tally/3", 3n], ["tally/4", 4n]])
  })

  it("are summed up by what they publish, exactly as of one block's end", () => {
    fc.assert(fc.property(fc.array(fc.tuple(key, fc.bigInt(0n, 10n ** 30n)), { maxLength: 20 }), (calls) => {
      const world = worldOf()
      for (const [text, amount] of calls) world.send("alice", family.addressOf(text), Add, { amount })
      const total = () => Family.fold(family, (view, address) => world.view(view, address), TallyView, { amount: 0n, calls: 0 }, (sum, { amount, calls: count }) => ({ amount: sum.amount + amount, calls: sum.calls + count }))
      expect(total()).toEqual({ amount: 0n, calls: 0 })
      world.step()
      expect(total()).toEqual({ amount: calls.reduce((sum, [, amount]) => sum + amount, 0n), calls: calls.length })
    }), { numRuns: 50 })
  })

  it("have no sum where one of them publishes no such view", () => {
    const world = worldOf()
    const read = world.view.bind(world)
    expect(Family.fold(family, read, OtherView, 0n, (sum, { amount }) => sum + amount)).toBeUndefined()
    expect(Family.fold(Family.hashed("tally", Tally, 6), read, TallyView, 0n, (sum, { amount }) => sum + amount)).toBeUndefined()
    expect(Family.fold(family, read, TallyView, "", (names, { label }, address) => (label === address ? `${names}+` : names))).toBe("+++++")
  })
})

describe("a family that cannot be", () => {
  const long = "x".repeat(118)
  it.each<readonly [field: string, value: string, () => unknown]>([
    ["name", '"a b"', () => Family.hashed("a b", Tally, 1)],
    ["name", '""', () => Family.keyed("", Tally, ["a"])],
    ["definition", "undefined (a undefined)", () => Family.hashed("a", undefined as never, 1)],
    ["size", "0 (a number)", () => Family.hashed("a", Tally, 0)],
    ["size", "1.5 (a number)", () => Family.hashed("a", Tally, 1.5)],
    ["size", "65537 (a number)", () => Family.hashed("a", Tally, 65_537)],
    ["name", JSON.stringify(long), () => Family.hashed(long, Tally, 11)],
    ["keys", "[]", () => Family.keyed("a", Tally, [])],
    ["keys", '"ab"', () => Family.keyed("a", Tally, "ab" as never)],
    ["keys[1]", '"x y"', () => Family.keyed("a", Tally, ["x", "x y"])],
    ["keys[0]", "5 (a number)", () => Family.keyed("a", Tally, [5 as never])],
    ["keys[2]", '"x"', () => Family.keyed("a", Tally, ["x", "y", "x"])],
  ])("names %s and %s", (field, value, make) => {
    expect(make).toThrow(InvalidFamily)
    expect(make).toThrow(expect.objectContaining({ field, value }))
    expect(make).toThrow(new RegExp(`^family ${field.replaceAll(/[[\]]/g, "\\$&")} must be .+, but is `))
  })

  it("but a name that is just short enough can", () => expect(Family.hashed(long, Tally, 10).members.every(isAddress)).toBe(true))
})
