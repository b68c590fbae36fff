import { describe, expect, it } from "vitest"
import {
  Actor, after, Continuation, Count, Event, failure, Message, Orderings, Payment, request, send, spawn, World, type AnyDefinition, type Genesis, type Header, type Step,
} from "../../core/index.ts"

/** What a header covers: an actor without a state does one of two things that differ in a single detail, and the digest of that detail must tell. */

class Declined extends failure("seal/Declined", { code: Count }, ({ code }) => `declined with code ${code}`) {}
const Choose = Message.make("seal/Choose", { payload: { which: Count }, reply: { answer: Count }, failures: [Declined] })
const Note = Message.make("seal/Note", { payload: { number: Count }, reply: { answer: Count } })
const Other = Message.make("seal/Other", { payload: { number: Count } })
const Told = Event.make("seal/Told", { number: Count })
const Retold = Event.make("seal/Retold", { number: Count })
const First = Continuation.make("seal/First", { of: Note, saved: { number: Count } })
const Second = Continuation.make("seal/Second", { of: Note, saved: { number: Count } })
const Child = Actor.make("seal/Child", { params: {}, state: { age: Count }, messages: { Other }, create: () => ({ age: 0 }), handlers: { Other: (state) => ({ state }) } })
const Elder = Actor.make("seal/Elder", { params: {}, state: { age: Count }, messages: { Other }, create: () => ({ age: 9 }), handlers: { Other: (state) => ({ state }) } })

type Deed = Omit<Step<object>, "state"> & { readonly answer?: number } | Declined

/** One actor that does the first deed or the second. */
const headerAfter = (deeds: readonly [Deed, Deed], which: number): Header => {
  const Doer: AnyDefinition = Actor.make("seal/Doer", {
    params: {}, state: {}, messages: { Choose, Note, Other }, continuations: { First, Second }, events: [Told, Retold], create: () => ({}),
    handlers: {
      Choose: (state) => {
        const deed = deeds[which] as Deed
        if (deed instanceof Declined) return deed
        const { answer = 0, ...step } = deed
        return { state, reply: { answer }, ...step } as never
      },
      Note: (state) => ({ state, reply: { answer: 0 } }),
      Other: (state) => ({ state }),
    },
    resume: { First: (state) => ({ state }), Second: (state) => ({ state }) },
  })
  const world = World.make({ accounts: { alice: {} }, actors: [{ address: "doer", definition: Doer, params: {}, balances: { eth: 9n, usd: 9n } }], definitions: [Child, Elder] })
  world.send("alice", "doer", Choose, { which: 0 })
  const { header } = world.step()
  world.audit()
  return header
}

const to = "doer"
const note = (number: number) => send(to, Note, { number })
const asked = (then: typeof First | typeof Second, number: number) => request(to, Note, { number: 1 }, { then: then as typeof First, saved: { number } })

/** Each with the part of the header that must tell the two apart. */
const DETAILS: readonly (readonly [detail: string, part: "changes" | "messages", one: Deed, other: Deed])[] = [
  ["when a timer is due", "changes", { timers: [after(2, Other, { number: 1 })] }, { timers: [after(3, Other, { number: 1 })] }],
  ["when a timer is due, if in the next block", "changes", { timers: [after(1, Other, { number: 1 })] }, { timers: [after(2, Other, { number: 1 })] }],
  ["what a timer says", "changes", { timers: [after(2, Other, { number: 1 })] }, { timers: [after(2, Other, { number: 2 })] }],
  ["a timer's type", "changes", { timers: [after(2, Other, { number: 1 })] }, { timers: [after(2, Note, { number: 1 })] }],
  ["a sequence that moved on", "changes", { sends: [note(1)] }, { sends: [note(1), note(1)] }],
  ["an amount held", "changes", { mints: { "doer:gold": 1n } }, { mints: { "doer:gold": 2n } }],
  ["the asset held", "changes", { mints: { "doer:gold": 1n } }, { mints: { "doer:tin": 1n } }],
  ["where an actor is born", "changes", { spawns: [spawn("a", Child, {})] }, { spawns: [spawn("b", Child, {})] }],
  ["of which definition an actor is born", "changes", { spawns: [spawn("a", Child, {})] }, { spawns: [spawn("a", Elder, {})] }],
  ["a reply", "messages", { answer: 1 }, { answer: 2 }],
  ["an event's field", "messages", { events: [Told.make({ number: 1 })] }, { events: [Told.make({ number: 2 })] }],
  ["an event's type", "messages", { events: [Told.make({ number: 1 })] }, { events: [Retold.make({ number: 1 })] }],
  ["the order of events", "messages", { events: [Told.make({ number: 1 }), Told.make({ number: 2 })] }, { events: [Told.make({ number: 2 }), Told.make({ number: 1 })] }],
  ["a message's receiver", "messages", { sends: [note(1)] }, { sends: [send("alice", Note, { number: 1 })] }],
  ["a message's type", "messages", { sends: [note(1)] }, { sends: [send(to, Other, { number: 1 })] }],
  ["what a message says", "messages", { sends: [note(1)] }, { sends: [note(2)] }],
  ["the amount attached to a message", "messages", { sends: [send(to, Payment, {}, { funds: { eth: 1n } })] }, { sends: [send(to, Payment, {}, { funds: { eth: 2n } })] }],
  ["the asset attached to a message", "messages", { sends: [send(to, Payment, {}, { funds: { eth: 1n } })] }, { sends: [send(to, Payment, {}, { funds: { usd: 1n } })] }],
  ["a message's deadline", "messages", { sends: [note(1)] }, { sends: [send(to, Note, { number: 1 }, { deadline: 0 })] }],
  ["the order of messages", "messages", { sends: [note(1), note(2)] }, { sends: [note(2), note(1)] }],
  ["whether a message names a continuation", "messages", { sends: [note(1)] }, { sends: [asked(First, 1)] }],
  ["which continuation a message names", "messages", { sends: [asked(First, 1)] }, { sends: [asked(Second, 1)] }],
  ["what is saved for a continuation", "messages", { sends: [asked(First, 1)] }, { sends: [asked(First, 2)] }],
  ["why a message bounced", "messages", new Declined({ code: 1 }), new Declined({ code: 2 })],
]

describe("the header tells", () => {
  it.each(DETAILS)("%s, in its digest of %s", (_, part, one, other) => {
    const [left, right] = [headerAfter([one, other], 0), headerAfter([one, other], 1)]
    expect(left.inputs).toBe(right.inputs)
    expect(left[part]).not.toBe(right[part])
    expect(left.root).not.toBe(right.root)
  })

  it("nothing of two equal worlds apart", () => {
    for (const [, , one] of DETAILS) expect(headerAfter([one, one], 0)).toEqual(headerAfter([one, one], 1))
  })
})

const GENESIS: Genesis = { accounts: { alice: { eth: 1n } }, actors: [{ address: "child", definition: Child, params: {} }], definitions: [Elder], time: 5, blockSeconds: 2, seed: 7 }

const GENESIS_DETAILS: readonly (readonly [detail: string, other: Genesis])[] = [
  ["an amount", { ...GENESIS, accounts: { alice: { eth: 2n } } }],
  ["an asset", { ...GENESIS, accounts: { alice: { usd: 1n } } }],
  ["an account", { ...GENESIS, accounts: { alice: { eth: 1n }, bob: {} } }],
  ["an address", { ...GENESIS, actors: [{ address: "infant", definition: Child, params: {} }] }],
  ["a definition and its state", { ...GENESIS, actors: [{ address: "child", definition: Elder, params: {} }], definitions: [Child] }],
  ["the time", { ...GENESIS, time: 6 }],
  ["the seconds of a block", { ...GENESIS, blockSeconds: 3 }],
  ["the seed", { ...GENESIS, seed: 8 }],
  ["a limit", { ...GENESIS, limits: { hopsMax: 9 } }],
  ["the ordering policy", { ...GENESIS, ordering: Orderings.bySender }],
]

describe("the root of the genesis tells", () => {
  it.each(GENESIS_DETAILS)("%s", (_, other) => expect(World.make(other).header.root).not.toBe(World.make(GENESIS).header.root))
})
