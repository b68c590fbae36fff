import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Actor, actor, Amount, Count, Event, failure, Funds, Message, pay, payOne, World, type Answer, type Call } from "../../core/index.ts"

/** What an answer of a batch pays its sender is the same as a plain payment before all that it sends. */

class Refused extends failure("desk/Refused", { index: Count }, ({ index }) => `call ${index} is refused`) {}
const Ask = Message.make("desk/Ask", { payload: { limit: Amount }, reply: { rank: Count }, failures: [Refused] })
const Said = Event.make("desk/Said", { rank: Count })

/** What the desk does with one call. */
interface Plan {
  readonly refuses: boolean
  readonly pays: { readonly [asset: string]: bigint } | undefined
  /** Further payments to the sender, none where there is no list. */
  readonly sends: number | undefined
  readonly events: number | undefined
  readonly mints: boolean
}

type Ways = (sender: string, plan: Plan) => Pick<Exclude<Answer<typeof Ask>, Refused>, "pays" | "sends">

const further = (sender: string, count: number | undefined) => (count === undefined ? undefined : Array.from({ length: count }, () => payOne(sender, "eth", 1n)))
const short: Ways = (sender, { pays, sends }) => ({ pays: pays && Funds.from(pays), sends: further(sender, sends) })
const long: Ways = (sender, { pays, sends }) => {
  const others = further(sender, sends)
  return { sends: pays === undefined ? others : [pay(sender, pays), ...(others ?? [])] }
}

const deskOf = (plans: readonly Plan[], ways: Ways) =>
  Actor.make("desk/Desk", {
    params: {}, state: { count: Count }, messages: {}, batched: { Ask }, events: [Said], create: () => ({ count: 0 }), handlers: {},
    batches: {
      Ask: ({ count }, calls) => ({
        state: { count: count + calls.length },
        answers: calls.map(({ sender }, index): Answer<typeof Ask, typeof Said> => {
          const plan = plans[(count + index) % plans.length] as Plan
          if (plan.refuses) return new Refused({ index })
          return {
            reply: { rank: index }, ...ways(sender, plan),
            ...(plan.events !== undefined && { events: Array.from({ length: plan.events }, () => Said.make({ rank: index })) }),
            ...(plan.mints && { mints: { "desk:points": 1n } }),
          }
        }),
      }),
    },
  })

const NAMES = ["alice", "bob", "carol"]
const RICH = { eth: 1_000n, dai: 1_000n, usd: 1_000n }

/** Everything that the world says of some blocks. */
const storyOf = (plans: readonly Plan[], ways: Ways, blocks: readonly (readonly number[])[], surplus: bigint) => {
  const world = World.make({
    accounts: Object.fromEntries(NAMES.map((name) => [name, RICH])), actors: [actor("desk", deskOf(plans, ways), {}, { eth: surplus, dai: surplus })],
    limits: { sendsMax: 3 },
  }, { strict: true })
  const story: unknown[] = []
  for (const callers of blocks) {
    for (const caller of callers) world.send(NAMES[caller] as string, "desk", Ask, { limit: 0n }, { funds: { [caller === 0 ? "eth" : "dai"]: 5n } })
    const block = world.step()
    story.push(block.receipts, block.defects.map(({ problem }) => problem), block.header.root)
  }
  world.settle()
  world.audit()
  return [...story, world.header.root, [...NAMES, "desk"].map((name) => ["eth", "dai", "usd", "desk:points"].map((asset) => world.balance(name, asset)))]
}

const amounts = fc.dictionary(fc.constantFrom("eth", "dai", "usd", "desk:points"), fc.bigInt(0n, 6n), { maxKeys: 3 })
const plan: fc.Arbitrary<Plan> = fc.record({
  refuses: fc.boolean(), pays: fc.option(amounts, { nil: undefined }), sends: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  events: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }), mints: fc.boolean(),
})
/** Most batches are of answers that say no more than what they pay. */
const plain = plan.map((given): Plan => ({ ...given, sends: undefined, mints: false }))
const plans = fc.oneof({ weight: 3, arbitrary: fc.array(plain, { minLength: 1, maxLength: 6 }) }, { weight: 1, arbitrary: fc.array(plan, { minLength: 1, maxLength: 6 }) })
const blocks = fc.array(fc.array(fc.nat({ max: NAMES.length - 1 }), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })

describe("what an answer pays", () => {
  it("is a plain payment before its sends: the same receipts, balances and headers", () => {
    let handled = 0
    let bounced = 0
    fc.assert(fc.property(plans, blocks, fc.bigInt(0n, 40n), (given, callers, surplus) => {
      const story = storyOf(given, short, callers, surplus)
      expect(story).toEqual(storyOf(given, long, callers, surplus))
      for (const part of story.filter(Array.isArray).flat()) {
        const { status } = part as { readonly status?: string }
        if (status === "handled") handled++
        if (status === "bounced") bounced++
      }
    }), { seed: 1, numRuns: 300 })
    expect([handled > 300, bounced > 300]).toEqual([true, true])
  })

  it.each([["a number", 7], ["amounts that are no funds", { eth: 1n }], ["null", null]])("must be funds, and not %s", (_, pays) => {
    const desk = Actor.make("desk/Wrong", {
      params: {}, state: {}, messages: {}, batched: { Ask }, create: () => ({}), handlers: {},
      batches: { Ask: (state, calls: readonly Call<typeof Ask>[]) => ({ state, answers: calls.map(() => ({ reply: { rank: 0 }, pays }) as never) }) },
    })
    const world = World.make({ accounts: { alice: RICH }, actors: [actor("desk", desk, {})] })
    world.send("alice", "desk", Ask, { limit: 0n }, { funds: { eth: 5n } })
    const block = world.step()
    expect(block.receipts).toMatchObject([{ status: "bounced", refusal: { _tag: "core/Defective" } }])
    expect(block.defects.map(({ problem }) => problem)).toEqual([expect.stringMatching(/^the step's funds must be made by Funds.of or Funds.from/)])
    world.settle()
    expect(world.balance("alice", "eth")).toBe(1_000n)
  })

  it("is one of the sends that the limit counts", () => {
    const answers = { refuses: false, pays: { eth: 1n }, events: undefined, mints: false }
    const statusOf = (sends: number) => storyOf([{ ...answers, sends }], short, [[0]], 9n)[0]
    expect(statusOf(2)).toMatchObject([{ status: "handled" }])
    expect(statusOf(3)).toMatchObject([{ status: "bounced", refusal: { _tag: "core/LimitReached", limit: "sendsMax", maximum: 3n } }])
  })
})
