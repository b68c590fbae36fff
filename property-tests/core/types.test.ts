import { describe, expect, expectTypeOf, it } from "vitest"
import {
  Actor, actor, Amount, AssetId, Continuation, Count, Event, failure, Message, Payment, pay, request, send, spawn, testContext, Text, transaction, View, World,
  type Context, type Failure, type Funds, type Outcome, type ParamsOf, type StateOf, type Step,
} from "../../core/index.ts"

/** The compiler is the test runner here: `tsc` fails when an expected error does not come, or when one comes that is not expected. */

class PoolEmpty extends failure("types/PoolEmpty", {}, () => "the pool is empty") {}
class SlippageExceeded extends failure("types/SlippageExceeded", { amountOut: Amount }, ({ amountOut }) => `${amountOut} is too little`) {}
class Elsewhere extends failure("types/Elsewhere", { amountOut: Amount }, () => "declared by another message") {}

const Swap = Message.make("types/Swap", { payload: { minimumOut: Amount }, reply: { amountOut: Amount }, failures: [PoolEmpty, SlippageExceeded] })
const Sync = Message.make("types/Sync", { payload: { note: Text(10) } })
const Swapped = Event.make("types/Swapped", { amountOut: Amount })
const Priced = Event.make("types/Priced", { price: Amount })
const Price = View.make("types/Price", { price: Amount, at: Count })
const SwapEnded = Continuation.make("types/SwapEnded", { of: Swap, saved: { trader: Text(20) }, failures: [PoolEmpty] })

type PoolState = { readonly reserve: bigint; readonly asset: string }
type Handled = (state: PoolState, payload: { readonly minimumOut: bigint }, context: Context) => unknown

/** Everything that a pool declares besides the handlers under test. */
const declared = {
  params: { asset: AssetId },
  state: { reserve: Amount, asset: AssetId },
  continuations: { SwapEnded },
  events: [Swapped],
  view: Price,
  publish: ({ reserve }: PoolState) => ({ price: reserve, at: 1 }),
  create: ({ asset }: { readonly asset: string }) => ({ reserve: 0n, asset }),
} as const
const resume = { SwapEnded: (state: PoolState) => ({ state }) }

const Pool = Actor.make("types/Pool", {
  params: { asset: AssetId },
  state: { reserve: Amount, asset: AssetId },
  messages: { Swap, Sync },
  continuations: { SwapEnded },
  events: [Swapped],
  view: Price,
  create: (params, self) => {
    expectTypeOf(params).toEqualTypeOf<{ readonly asset: string }>()
    expectTypeOf(self).toEqualTypeOf<string>()
    return { reserve: 0n, asset: params.asset }
  },
  publish: (state) => {
    expectTypeOf(state).toEqualTypeOf<PoolState>()
    return { price: state.reserve, at: 1 }
  },
  handlers: {
    Swap: (state, payload, context) => {
      expectTypeOf(state).toEqualTypeOf<PoolState>()
      expectTypeOf(payload).toEqualTypeOf<{ readonly minimumOut: bigint }>()
      expectTypeOf(context).toEqualTypeOf<Context>()
      expectTypeOf(context.funds).toEqualTypeOf<Funds>()
      expectTypeOf(context.view(Price, "oracle")).toEqualTypeOf<{ readonly price: bigint; readonly at: number } | undefined>()
      if (state.reserve === 0n) return new PoolEmpty()
      return { state, reply: { amountOut: payload.minimumOut }, events: [Swapped.make({ amountOut: 1n })] }
    },
    Sync: (state, { note }) => {
      expectTypeOf(note).toEqualTypeOf<string>()
      return { state }
    },
  },
  resume: {
    SwapEnded: (state, outcome, saved) => {
      expectTypeOf(saved).toEqualTypeOf<{ readonly trader: string }>()
      if (outcome._tag === "Success") expectTypeOf(outcome.reply).toEqualTypeOf<{ readonly amountOut: bigint }>()
      else {
        expectTypeOf(outcome.reason).toEqualTypeOf<Failure>()
        expectTypeOf(outcome.refund).toEqualTypeOf<Funds>()
      }
      return outcome._tag === "Failed" ? new PoolEmpty() : { state }
    },
  },
  bounced: (state, { refund }) => {
    expectTypeOf(refund).toEqualTypeOf<Funds>()
    return { state }
  },
  invariants: {
    positive: ({ state, balance }, before) => {
      expectTypeOf(state).toEqualTypeOf<PoolState>()
      expectTypeOf(before?.state).toEqualTypeOf<PoolState | undefined>()
      return balance(state.asset) >= state.reserve ? undefined : { reserve: state.reserve }
    },
  },
})

const world = () => World.make({ actors: [actor("pool", Pool, { asset: "eth" })], accounts: { alice: {} } })

describe("the compiler infers", () => {
  it("state and parameters of a definition", () => {
    expectTypeOf<StateOf<typeof Pool>>().toEqualTypeOf<PoolState>()
    expectTypeOf<ParamsOf<typeof Pool>>().toEqualTypeOf<{ readonly asset: string }>()
    expect(world().state(Pool, "pool")).toEqual({ reserve: 0n, asset: "eth" })
    expectTypeOf(world().state(Pool, "pool")).toEqualTypeOf<PoolState>()
  })

  it("a view's value and a request's outcome", () => {
    expectTypeOf(world().view(Price, "pool")).toEqualTypeOf<{ readonly price: bigint; readonly at: number } | undefined>()
    expect(world().view(Price, "pool")).toEqual({ price: 0n, at: 1 })
    expectTypeOf<Extract<Outcome<typeof Swap>, { _tag: "Success" }>["reply"]>().toEqualTypeOf<{ readonly amountOut: bigint }>()
    expectTypeOf<Extract<Outcome<typeof Sync>, { _tag: "Success" }>["reply"]>().toEqualTypeOf<undefined>()
  })

  it("the fields of a failure", () => {
    const refusal = new SlippageExceeded({ amountOut: 8n })
    expectTypeOf(refusal.amountOut).toEqualTypeOf<bigint>()
    expectTypeOf(refusal._tag).toEqualTypeOf<"types/SlippageExceeded">()
    expect(refusal.message).toBe("8 is too little")
    // @ts-expect-error a failure needs its fields
    const withoutFields = () => new SlippageExceeded()
    expect(withoutFields).toBeTypeOf("function")
    // @ts-expect-error a failure without fields takes none
    expect(new PoolEmpty({ amountOut: 1n })._tag).toBe("types/PoolEmpty")
  })
})

describe("the compiler accepts", () => {
  /** The controls of the refusals below: the same declarations without the mistake. */
  it("handlers, replies, failures, events and continuations that fit", () => {
    const control = Actor.make("types/Control", {
      ...declared,
      messages: { Swap, Sync },
      handlers: {
        Swap: (state, { minimumOut }) => (minimumOut > 9n ? new SlippageExceeded({ amountOut: 9n }) : { state, reply: { amountOut: 9n } }),
        Sync: (state) => ({ state: { ...state, reserve: 1n }, events: [Swapped.make({ amountOut: 1n })] }),
      },
      resume: { SwapEnded: () => new PoolEmpty() },
    })
    expect(control.failures).toEqual([PoolEmpty, SlippageExceeded])
    expect(() => Actor.make("types/Control2", { ...declared, resume, messages: { Sync }, handlers: { Sync: (state) => ({ state }) } })).not.toThrow()
  })
})

describe("the compiler refuses", () => {
  it("a missing handler, and the engine refuses it too", () => {
    expect(() =>
      // @ts-expect-error no handler for Sync
      Actor.make("types/A", { ...declared, resume, messages: { Swap, Sync }, handlers: { Swap: () => new PoolEmpty() } }),
    ).toThrow("no handler for Sync")
  })

  it("a missing continuation, and the engine refuses it too", () => {
    expect(() =>
      // @ts-expect-error no resumption for SwapEnded
      Actor.make("types/B", { ...declared, messages: { Sync }, handlers: { Sync: (state) => ({ state }) }, resume: {} }),
    ).toThrow("no resumption for SwapEnded")
  })

  it("an undeclared failure, of a message and of a continuation", () => {
    // @ts-expect-error Elsewhere has the fields of a declared failure, but is not declared
    Actor.make("types/C", { ...declared, resume, messages: { Swap }, handlers: { Swap: () => new Elsewhere({ amountOut: 1n }) } })
    const continued = { ...declared, messages: { Sync }, handlers: { Sync: (state: PoolState) => ({ state }) } }
    // @ts-expect-error SlippageExceeded is declared by the message, not by the continuation
    Actor.make("types/D", { ...continued, resume: { SwapEnded: () => new SlippageExceeded({ amountOut: 1n }) } })
    // @ts-expect-error Sync declares no failure at all
    Actor.make("types/E", { ...declared, resume, messages: { Sync }, handlers: { Sync: () => new PoolEmpty() } })
  })

  it("a missing reply, a wrong reply, and a reply that is not declared", () => {
    const only = { ...declared, resume, messages: { Swap } }
    // @ts-expect-error Swap declares a reply
    Actor.make("types/F", { ...only, handlers: { Swap: (state) => ({ state }) } })
    // @ts-expect-error amountOut is a bigint
    Actor.make("types/G", { ...only, handlers: { Swap: (state) => ({ state, reply: { amountOut: 1 } }) } })
    // @ts-expect-error Sync declares no reply
    Actor.make("types/H", { ...declared, resume, messages: { Sync }, handlers: { Sync: (state) => ({ state, reply: { amountOut: 1n } }) } })
  })

  it("a step without a state, or with another one", () => {
    const only = { ...declared, resume, messages: { Sync } }
    // @ts-expect-error no state
    Actor.make("types/I", { ...only, handlers: { Sync: () => ({ sends: [] }) } })
    // @ts-expect-error reserve is a bigint
    Actor.make("types/J", { ...only, handlers: { Sync: (state) => ({ state: { ...state, reserve: 1 } }) } })
  })

  it("an event that is not declared, or with wrong fields", () => {
    const only = { ...declared, resume, messages: { Sync } }
    // @ts-expect-error Priced is not among the actor's events
    Actor.make("types/K", { ...only, handlers: { Sync: (state) => ({ state, events: [Priced.make({ price: 1n })] }) } })
    // @ts-expect-error amountOut is a bigint
    expect(Swapped.make({ amountOut: 1 }).event).toBe(Swapped)
  })

  it("a view of another form", () => {
    const only = { ...declared, resume, messages: { Sync }, handlers: { Sync: (state: PoolState) => ({ state }) } }
    // @ts-expect-error `at` is missing
    Actor.make("types/L", { ...only, publish: () => ({ price: 1n }) })
    expectTypeOf(only.handlers.Sync).returns.toExtend<Step<PoolState>>()
  })

  it("wrong payloads and unknown messages in send and request", () => {
    expect(send("pool", Swap, { minimumOut: 1n }).message).toBe(Swap)
    // @ts-expect-error minimumOut is a bigint
    send("pool", Swap, { minimumOut: 1 })
    // @ts-expect-error minimumOut is missing
    send("pool", Swap, {})
    // @ts-expect-error no such field
    send("pool", Swap, { minimumOut: 1n, deadline: 3 })
    // @ts-expect-error a name is no message
    send("pool", "types/Swap", { minimumOut: 1n })
    // @ts-expect-error a name is no message
    request("pool", "types/Swap", { minimumOut: 1n }, { then: SwapEnded, saved: { trader: "alice" } })
    // @ts-expect-error an amount is a bigint
    expect(() => pay("alice", { eth: 1 })).toThrow(TypeError)
  })

  it("a continuation of another message, and wrong saved fields", () => {
    expect(request("pool", Swap, { minimumOut: 1n }, { then: SwapEnded, saved: { trader: "alice" } }).then).toBe(SwapEnded)
    // @ts-expect-error SwapEnded continues Swap, not Sync
    request("pool", Sync, { note: "" }, { then: SwapEnded, saved: { trader: "alice" } })
    // @ts-expect-error trader is missing
    request("pool", Swap, { minimumOut: 1n }, { then: SwapEnded, saved: {} })
    // @ts-expect-error a request needs a continuation
    request("pool", Swap, { minimumOut: 1n }, {})
  })

  it("wrong parameters of actors in the genesis and in spawns", () => {
    expect(spawn("child", Pool, { asset: "eth" }).definition).toBe(Pool)
    // @ts-expect-error an asset is text
    actor("pool", Pool, { asset: 5 })
    // @ts-expect-error asset is missing
    spawn("child", Pool, {})
    // @ts-expect-error no such parameter
    spawn("child", Pool, { asset: "eth", fee: 1 })
  })

  it("wrong transactions", () => {
    const given = { from: "alice", nonce: 0, to: "pool" }
    expect(transaction({ ...given, message: Payment, payload: {} }).message).toBe(Payment)
    // @ts-expect-error a note is text
    transaction({ ...given, message: Sync, payload: { note: 1n } })
    // @ts-expect-error minimumOut is missing
    world().send("alice", "pool", Swap, {})
    const handled: Handled = Pool.handlers.Swap
    expect(handled({ reserve: 0n, asset: "eth" }, { minimumOut: 1n }, testContext())).toBeInstanceOf(PoolEmpty)
  })
})
