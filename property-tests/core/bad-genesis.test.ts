import { describe, expect, it } from "vitest"
import {
  Actor, actor, Amount, Continuation, Count, DuplicateName, Event, failure, InvalidGenesis, List, Message, OutOfRange, WORLD_LIMITS, World,
  type AnyDefinition, type Genesis,
} from "../../core/index.ts"
import { puppet } from "./puppet.ts"

/** A malformed genesis builds nothing; the error names the field, what was expected and the value. */

const Puppet = puppet()
const Thrower = puppet({ name: "test/Thrower" })
const born = { address: "puppet", definition: Puppet, params: { level: 1 } }

/** An actor whose `create` does what a test wants. */
const creating = (create: () => unknown): AnyDefinition =>
  Actor.make("test/Creating", { params: {}, state: { total: Amount }, messages: {}, handlers: {}, create: create as never })

const MALFORMED: readonly (readonly [title: string, genesis: unknown, field: string, value: string])[] = [
  ["accounts that are a number", { accounts: 5 }, "accounts", "5"],
  ["an account without an address", { accounts: { "": {} } }, "accounts", '""'],
  ["an account with a bad address", { accounts: { "alice/": {} } }, "accounts", '"alice/"'],
  ["an account listed twice", { accounts: [["alice", {}], ["alice", {}]] }, "accounts", '"alice"'],
  ["an account without balances", { accounts: { alice: null } }, "accounts.alice", "null"],
  ["a bare amount for balances", { accounts: { alice: 5n } }, "accounts.alice", "5n"],
  ["a balance of what is no asset", { accounts: { alice: { "eth:": 1n } } }, "accounts.alice", '"eth:"'],
  ["a negative balance", { accounts: { alice: { eth: -1n } } }, "accounts.alice.eth", "-1n"],
  ["a balance of 2^256", { accounts: { alice: { eth: 2n ** 256n } } }, "accounts.alice.eth", `${2n ** 256n}n`],
  ["a Number for a balance", { accounts: { alice: { eth: 1 } } }, "accounts.alice.eth", "1 (a number)"],
  ["a supply of 2^256", { accounts: { alice: { eth: 2n ** 255n }, bob: { eth: 2n ** 255n } } }, "accounts.bob.eth", `${2n ** 256n}n`],
  ["actors that are no list", { actors: 5 }, "actors", "5"],
  ["an actor that is null", { actors: [null] }, "actors", "null"],
  ["an actor without a definition", { actors: [{ ...born, definition: undefined }] }, "actors", "puppet"],
  ["an actor with a bad address", { actors: [{ ...born, address: "pup pet" }] }, "actors", '"pup pet"'],
  ["an actor where an account lives", { accounts: { puppet: {} }, actors: [born] }, "actors", '"puppet"'],
  ["an actor without parameters", { actors: [{ ...born, params: undefined }] }, "actors.puppet.params", "undefined"],
  ["a wrong parameter", { actors: [{ ...born, params: { level: -1 } }] }, "actors.puppet.params.level", "-1"],
  ["a parameter too many", { actors: [{ ...born, params: { level: 1, depth: 2 } }] }, "actors.puppet.params.depth", "2"],
  ["a negative balance of an actor", { actors: [{ ...born, balances: { eth: -1n } }] }, "actors.puppet.eth", "-1n"],
  ["a state that does not fit", { actors: [{ ...born, definition: creating(() => ({ total: 1 })), params: {} }] }, "actors.puppet.state.total", "1"],
  ["no state", { actors: [{ ...born, definition: creating(() => undefined), params: {} }] }, "actors.puppet.state", "undefined"],
  ["definitions that are no list", { definitions: 5 }, "definitions", "5"],
  ["a definition that is none", { definitions: [null] }, "definitions", "null"],
  ["half a seed", { seed: 0.5 }, "seed", "0.5"],
  ["a seed as text", { seed: "1" }, "seed", '"1"'],
  ["a negative time", { time: -1 }, "time", "-1"],
  ["a time as a bigint", { time: 1n }, "time", "1n"],
  ["half a second between blocks", { blockSeconds: 0.5 }, "blockSeconds", "0.5"],
  ["a limit that does not exist", { limits: { hops: 3 } }, "limits.hops", "3"],
  ["an ordering by name", { ordering: "causal" }, "ordering", '"causal"'],
  ["an ordering without a name", { ordering: {} }, "ordering", "{}"],
  ["an ordering whose arrangement is no function", { ordering: { name: "own", arrange: 5 } }, "ordering", "5"],
]

describe("a malformed genesis is an InvalidGenesis that names field and value:", () => {
  it.each(MALFORMED)("%s", (_, genesis, field, value) => {
    const make = () => World.make(genesis as Genesis)
    expect(make).toThrow(InvalidGenesis)
    expect(make).toThrow(expect.objectContaining({ field: expect.stringContaining(field), value: expect.stringContaining(value) }))
    expect(make).toThrow(/^genesis .+ must be .+, but is /)
  })

  it.each(Object.entries(WORLD_LIMITS))("a limit %s of zero, of more than %i, and of no number", (name, maximum) => {
    for (const value of [0, maximum + 1, 1.5, "1", NaN]) {
      const make = () => World.make({ limits: { [name]: value } })
      expect(make).toThrow(InvalidGenesis)
      expect(make).toThrow(expect.objectContaining({ field: `limits.${name}` }))
    }
    expect(() => World.make({ limits: { [name]: 1 } })).not.toThrow()
  })

  it.each([
    ["throws an error", () => { throw new RangeError("no such pool") }],
    ["throws a failure", () => { throw new OutOfRange({ operation: "create", value: 5n }) }],
  ])("a creation that %s", (_, create) => {
    const make = () => World.make({ actors: [{ ...born, definition: creating(create), params: {} }] })
    expect(make).toThrow(InvalidGenesis)
    expect(make).toThrow(expect.objectContaining({ field: expect.stringContaining("actors.puppet") }))
  })

  it("none of them is a genesis that is right", () => {
    const world = World.make({ accounts: { alice: { eth: 1n } }, actors: [actor("puppet", Puppet, { level: 1 })], definitions: [Thrower], seed: 9, time: 5 })
    expect([world.height, world.time, world.supply("eth")]).toEqual([0, 5, 1n])
  })

  it("seeds that differ give worlds that differ, or are refused", () => {
    const rootOf = (seed: bigint): string => World.make({ seed }).header.root
    const seeds = [0n, 1n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 64n + 1n, -1n, 2n ** 256n]
    const roots = seeds.flatMap((seed) => {
      try {
        return [rootOf(seed)]
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidGenesis)
        return []
      }
    })
    expect(new Set(roots).size).toBe(roots.length)
  })
})

describe("two declarations of one name are a DuplicateName:", () => {
  const message = Message.make("twin/Message", { payload: { count: Count } })
  const handled = (given: typeof message, name: string) =>
    Actor.make(name, { params: {}, state: {}, messages: { Given: given }, create: () => ({}), handlers: { Given: (state) => ({ state }) } })
  const CASES: readonly (readonly [kind: string, name: string, definitions: () => readonly AnyDefinition[]])[] = [
    ["actor", "twin/Actor", () => [handled(message, "twin/Actor"), handled(message, "twin/Actor")]],
    ["message", "twin/Message", () => [handled(message, "twin/A"), handled(Message.make("twin/Message", { payload: { count: Count } }), "twin/B")]],
    ["failure", "twin/Failure", () => {
      const failing = (name: string) => {
        class Twin extends failure("twin/Failure", {}, () => "twin") {}
        const given = Message.make(`twin/${name}`, { failures: [Twin] })
        return Actor.make(name, { params: {}, state: {}, messages: { given }, create: () => ({}), handlers: { given: () => new Twin() } })
      }
      return [failing("A"), failing("B")]
    }],
    ["failure", "core/Expired", () => {
      class Twin extends failure("core/Expired", {}, () => "twin") {}
      const given = Message.make("twin/Expiring", { failures: [Twin] })
      return [Actor.make("A", { params: {}, state: {}, messages: { given }, create: () => ({}), handlers: { given: () => new Twin() } })]
    }],
    ["event", "twin/Event", () => {
      const emitting = (name: string) =>
        Actor.make(name, { params: {}, state: {}, messages: {}, events: [Event.make("twin/Event", {})], create: () => ({}), handlers: {} })
      return [emitting("A"), emitting("B")]
    }],
    ["continuation", "twin/Continuation", () => {
      const continuing = (name: string) => {
        const given = Continuation.make("twin/Continuation", { of: message, saved: { list: List(Count) } })
        return Actor.make(name, {
          params: {}, state: {}, messages: {}, continuations: { given }, create: () => ({}), handlers: {}, resume: { given: (state) => ({ state }) },
        })
      }
      return [continuing("A"), continuing("B")]
    }],
    ["actor", "core/Account", () => [handled(message, "core/Account")]],
  ]
  it.each(CASES)("%s %s", (kind, name, definitions) => {
    const make = () => World.make({ definitions: definitions() })
    expect(make).toThrow(DuplicateName)
    expect(make).toThrow(expect.objectContaining({ kind, name }))
  })

  it("but one declaration may be used by many", () => {
    expect(() => World.make({ definitions: [handled(message, "twin/A"), handled(message, "twin/B"), Puppet, Puppet] })).not.toThrow()
  })
})
