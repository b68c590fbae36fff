import fc from "fast-check"
import { Actor, actor, Address, after, Amount, Count, Message, request, send, Table, TableOf, World, type Block, type WorldOptions } from "../../core/index.ts"
import { Answered, Ask, noted, notes, puppet, Refused, Tell, type PuppetState } from "./puppet.ts"

/** A world in which much goes on: actors that pass on, ask, refuse and set timers, a ledger, and inputs for them. */

/** A ledger in a table, with a rule of its own. */
export const Credit = Message.make("test/Credit", { payload: { to: Address, amount: Amount } })
export const Ledger = Actor.make("test/Ledger", {
  params: {},
  state: { balances: TableOf(Address, Amount), credits: Count },
  messages: { Credit },
  create: () => ({ balances: Table.empty<string, bigint>(), credits: 0 }),
  handlers: {
    Credit: ({ balances, credits }, { to, amount }) => ({ state: { balances: balances.update(to, (was = 0n) => was + amount), credits: credits + 1 } }),
  },
  invariants: {
    covered: ({ state, balance }) => {
      const owed = [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n)
      return owed <= balance("eth") ? undefined : { owed, held: balance("eth") }
    },
    grows: ({ state }, before) => (before === undefined || state.credits >= before.state.credits ? undefined : { now: state.credits, before: before.state.credits }),
  },
})

/** Passes on, asks, sets timers and refuses, as the number and its own randomness say. */
export const Busy = puppet({
  name: "test/Busy",
  capacity: 4,
  tell: (state, { number }, { random, balance, height }) => {
    if (number % 7 === 6) return new Refused({ code: number })
    const to = ["one", "two", "nowhere", "ledger"][Number(random.below(4n))] as string
    const step = notes({ ...state, level: number }, `${height} ${number}`, { events: [noted(number)] })
    if (number < 2) return step
    const next = { number: number - 1 - (number % 2) }
    const sends = [
      to === "ledger" ? send(to, Credit, { to, amount: BigInt(number) }) : send(to, Tell, next, { funds: { eth: balance("eth") / 10n } }),
      request(to === "one" ? "two" : "one", Ask, next, { then: Answered, saved: { tag: `t${number}` } }),
    ]
    return { ...step, sends, timers: number % 3 === 0 ? [after(2, Tell, { number: 1 })] : [] }
  },
})

export const definitions = [Busy, Ledger]
export const makeWorld = (options: WorldOptions = {}): World =>
  World.make(
    {
      accounts: { alice: { eth: 1_000n }, bob: { eth: 1_000n } },
      actors: [actor("one", Busy, { level: 0 }, { eth: 50n }), actor("two", Busy, { level: 0 }, { eth: 50n }), actor("ledger", Ledger, {}, { eth: 30n })],
      seed: 11n,
      blockSeconds: 12,
    },
    options,
  )

export type Input = { readonly from: string; readonly to: string; readonly number: number; readonly eth: number }
const input: fc.Arbitrary<Input> = fc.record({ from: fc.constantFrom("alice", "bob"), to: fc.constantFrom("one", "two", "nowhere"), number: fc.nat(12), eth: fc.nat(20) })
export const inputs = fc.array(fc.array(input, { maxLength: 5 }), { minLength: 1, maxLength: 8 })

export const stepWith = (world: World, block: readonly Input[]): Block => {
  for (const { from, to, number, eth } of block) world.send(from, to, Tell, { number }, { funds: { eth: BigInt(eth) } })
  return world.step()
}
export const rootsOf = (world: World, blocks: readonly (readonly Input[])[]): readonly string[] => [
  ...blocks.map((block) => stepWith(world, block).header.root),
  ...world.settle().map(({ header }) => header.root),
]
export const everything = (world: World) => ({ snapshot: world.snapshot(), header: world.header })

export const tellOne = (world: World, ...numbers: readonly number[]): World => {
  for (const number of numbers) world.send("alice", "one", Tell, { number })
  return world
}
export const logOf = (world: World, address = "one"): readonly string[] => world.observe<PuppetState>(address).state.log
