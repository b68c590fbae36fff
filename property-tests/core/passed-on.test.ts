import { describe, expect, it } from "vitest"
import { Actor, actor, Amount, Continuation, Count, Message, Payment, request, send, World } from "../../core/index.ts"

/** What a message says that is passed on was checked when it came; a reply to it says something else. */

const Ask = Message.make("test/PassedAsk", { payload: { value: Count }, reply: { value: Amount } })
const Answered = Continuation.make("test/PassedAnswered", { of: Ask, saved: {} })

const Answerer = Actor.make("test/PassedAnswerer", {
  params: {}, state: {}, messages: { Ask }, create: () => ({}),
  handlers: { Ask: (state) => ({ state, reply: { value: 5n } }) },
})

/** Asks once with `Payment`, and sends on what it is answered, or what it is told, as the payload of another question. */
const Asker = (pass: (value: object) => object) => Actor.make("test/PassedAsker", {
  params: {}, state: {}, messages: { Ask, Payment }, continuations: { Answered }, create: () => ({}),
  handlers: {
    Ask: (state, payload) => ({ state, reply: { value: 0n }, sends: [send("answerer", Ask, pass(payload) as typeof payload)] }),
    Payment: (state) => ({ state, sends: [request("answerer", Ask, { value: 1 }, { then: Answered, saved: {} })] }),
  },
  resume: { Answered: (state, outcome) => ({ state, sends: outcome._tag === "Success" ? [send("answerer", Ask, pass(outcome.reply) as never)] : [] }) },
})

const defectsOf = (message: typeof Ask | typeof Payment, pass: (value: object) => object): readonly string[] => {
  const world = World.make({ accounts: { alice: {} }, actors: [actor("asker", Asker(pass), {}), actor("answerer", Answerer, {})] })
  world.send("alice", "asker", message as typeof Ask, (message === Ask ? { value: 3 } : {}) as { value: number })
  return [world.step(), ...world.settle()].flatMap(({ defects }) => defects.map(({ problem }) => problem))
}

describe("the payload of a message that is passed on", () => {
  it("may be what came", () => expect(defectsOf(Ask, (value) => value)).toEqual([]))
  it("is checked where it is new", () => expect(defectsOf(Ask, () => ({ value: -1 }))).toEqual([expect.stringContaining("payload.value")]))
  it("is checked where it is the reply to such a message, even the same object", () =>
    expect(defectsOf(Payment, (value) => value)).toEqual([expect.stringContaining("payload.value")]))
})
