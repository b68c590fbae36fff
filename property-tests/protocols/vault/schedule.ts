/** Random lives of a vault with strategies: who does what in which block, what is held back, and which limits bind. Plain data, so it shrinks. */
import fc from "fast-check"
import type { Arrival, Ordering } from "../../../core/index.ts"
import { MOODS, type Mood } from "./actors.ts"
import { logUniform } from "./operations.ts"

export const HOLDERS = ["alice", "bob", "carol"] as const
export type Holder = (typeof HOLDERS)[number]

/** What can be held back or flooded: each leg of an asynchronous withdrawal, and of a loan. */
export const LEGS = ["Lend", "Recall", "Repay", "Report", "Payment", "reply", "bounce"] as const
export type Leg = (typeof LEGS)[number]

export type Deed =
  | { readonly do: "deposit" | "mint" | "withdraw" | "redeem" | "donate"; readonly by: Holder; readonly part: bigint }
  | { readonly do: "cancel"; readonly by: Holder; readonly which: number }
  | { readonly do: "collect" | "serve"; readonly by: Holder }
  | { readonly do: "fund"; readonly verb: "deposit" | "redeem" | "withdraw" | "collect" | "accept" | "refuse"; readonly part: bigint }
  | { readonly do: "allocate" | "deallocate"; readonly strategy: Strategy; readonly part: bigint }
  | { readonly do: "invest" | "payBack" | "writeDown"; readonly part: bigint }
  | { readonly do: "harvest" }
  | { readonly do: "command"; readonly gain: bigint; readonly loss: bigint; readonly repay: bigint }
  | { readonly do: "writeOff"; readonly strategy: Strategy; readonly part: bigint }
  | { readonly do: "flood"; readonly at: "vault" | Strategy | Holder; readonly count: number }
  | { readonly do: "hold"; readonly leg: Leg }
  | { readonly do: "release" }

export const STRATEGIES = ["lossy", "nobody", "reserve", "second"] as const
export type Strategy = (typeof STRATEGIES)[number]

export interface Schedule {
  readonly moods: readonly Mood[]
  readonly mailboxMax: number
  readonly capacity: number
  /** Null: causal. */
  readonly shuffle: number | null
  readonly decimalsOffset: number
  readonly feeBps: number
  readonly feesLeave: boolean
  readonly blocks: readonly (readonly Deed[])[]
}

/** Thousandths of what there is, mostly; sometimes all. */
const part = fc.oneof({ weight: 3, arbitrary: fc.bigInt(1n, 1000n) }, { weight: 1, arbitrary: fc.constant(1000n) })
const by = fc.constantFrom(...HOLDERS)
const strategy = fc.constantFrom<Strategy>("lossy", "lossy", "reserve", "reserve", "reserve", "second", "nobody")
const small = fc.oneof(fc.constant(0n), logUniform(16))

const fundVerb = fc.constantFrom("deposit" as const, "redeem" as const, "redeem" as const, "withdraw" as const, "collect" as const, "accept" as const, "refuse" as const)
const flooded = fc.constantFrom<"vault" | Strategy | Holder>("vault", "vault", "lossy", "reserve", "alice", "bob")

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("deposit" as const, "mint" as const, "donate" as const), by, part }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constantFrom("withdraw" as const, "redeem" as const), by, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), by, which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("collect" as const, "serve" as const), by }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("fund" as const), verb: fundVerb, part }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant("allocate" as const), strategy, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("deallocate" as const), strategy, part }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("invest" as const, "invest" as const, "payBack" as const, "writeDown" as const), part }) },
  { weight: 1, arbitrary: fc.constant({ do: "harvest" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("command" as const), gain: small, loss: small, repay: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("writeOff" as const), strategy, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("flood" as const), at: flooded, count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hold" as const), leg: fc.constantFrom(...LEGS) }) },
  { weight: 1, arbitrary: fc.constant({ do: "release" as const }) },
)

export const scheduleOf: fc.Arbitrary<Schedule> = fc.record({
  moods: fc.array(fc.constantFrom(...MOODS), { minLength: 1, maxLength: 5 }),
  mailboxMax: fc.constantFrom(2, 3, 4, 1000),
  capacity: fc.constantFrom(1, 2, 3, 1000),
  shuffle: fc.option(fc.nat(1 << 30)),
  decimalsOffset: fc.constantFrom(0, 3),
  feeBps: fc.constantFrom(0, 0, 25, 1000),
  feesLeave: fc.boolean(),
  blocks: fc
    .tuple(
      fc.array(fc.record({ do: fc.constant("deposit" as const), by, part }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ do: fc.constant("allocate" as const), strategy, part: fc.bigInt(400n, 1000n) }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 12 }),
    )
    .map(([first, loans, blocks]) => [first, [{ do: "fund" as const, verb: "deposit" as const, part: 500n }], loans, ...blocks]),
})

/** Some other order that keeps each pair's: whose message is next is drawn by a number that the block, the mailbox and the seed decide. */
export const shuffled = (seed: number): Ordering => ({
  name: `shuffled-${seed}`,
  arrange: (arrivals, { height, actor }) => {
    const queues = new Map<string, Arrival[]>()
    for (const arrival of arrivals) queues.set(arrival.from, [...(queues.get(arrival.from) ?? []), arrival])
    let state = (seed ^ (height * 2_654_435_761) ^ (actor.length * 40_503)) >>> 0
    const arranged: Arrival[] = []
    while (queues.size > 0) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      const senders = [...queues.keys()]
      const from = senders[(state >>> 8) % senders.length] as string
      const queue = queues.get(from) as Arrival[]
      arranged.push(queue.shift() as Arrival)
      if (queue.length === 0) queues.delete(from)
    }
    return arranged
  },
})
