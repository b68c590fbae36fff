/** Random worlds: small, since every rule shows in a small world, and plain data, since that shrinks and prints well. */
import fc from "fast-check"
import { Reference } from "./interpreter.ts"
import { ACCOUNT, AMOUNT_MAX, DEFECTS, DO, PAYMENT, SCRIPT_KINDS, TICK, UNKNOWN, payloadOf, type Instruction, type MessageType, type Program } from "./script.ts"
import type { Genesis, Inputs, Limits, Transaction } from "./shapes.ts"

/** A world and all that happens to it. The last blocks have no inputs. */
export interface Scenario {
  readonly genesis: Genesis
  readonly blocks: readonly Inputs[]
}

/** Small, so that random worlds reach them. */
export const SMALL_LIMITS: Limits = {
  hopsMax: 3, hopsReturnMax: 6, mailboxMax: 3, sendsMax: 4, eventsMax: 3, spawnsMax: 2, timersPerStepMax: 2, timersMax: 2, timerBlocksMax: 6,
}

/** In no particular order, and with capitals, digits and slashes, so that a wrong comparison of addresses shows. */
const ACTORS = ["m", "Zed", "a.1", "pool/x", "beta", "b9"]
const ACCOUNTS = ["user-1", "User_2", "acc.3", "b"]
const NOBODY = ["nobody", "m/never"]
const LATECOMERS = ["late/1", "Late"]
const GENESIS_ASSETS = ["eth", "m:gold", "Zed"]
/** Nobody issues the second; the third may come to life later. */
const ASSETS = [...GENESIS_ASSETS, "nobody:tin", "m:new"]
const EMPTY_BLOCKS = 6

const token = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...ACTORS.slice(0, 2)) },
  { weight: 4, arbitrary: fc.constantFrom(...ACTORS.slice(2)) },
  { weight: 4, arbitrary: fc.constantFrom("^", "~", "~/c0", "~/f0") },
  { weight: 2, arbitrary: fc.constantFrom(...ACCOUNTS, ...LATECOMERS) },
  { weight: 1, arbitrary: fc.constantFrom("m/c0", "Zed/c0", ...NOBODY) },
)
const asset = fc.oneof({ weight: 8, arbitrary: fc.constant("eth") }, { weight: 3, arbitrary: fc.constantFrom(...GENESIS_ASSETS) }, { weight: 2, arbitrary: fc.constantFrom("~:gold", "~") }, { weight: 1, arbitrary: fc.constantFrom(...ASSETS) })
const ownAsset = fc.oneof({ weight: 5, arbitrary: fc.constantFrom("~:gold", "~", "~:new") }, { weight: 1, arbitrary: asset })
const amount = fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 20 }) }, { weight: 1, arbitrary: fc.nat({ max: 2_000 }) }).map(String)
const minted = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 0, max: 50 }).map(String) }, { weight: 1, arbitrary: fc.constant(String(AMOUNT_MAX)) })
const amounts = fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.dictionary(asset, amount, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) })
const letterType = fc.oneof({ weight: 8, arbitrary: fc.constant<MessageType>(DO) }, { weight: 3, arbitrary: fc.constantFrom<MessageType>(PAYMENT, TICK) }, { weight: 1, arbitrary: fc.constant<MessageType>(UNKNOWN) })
const deadline = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 }).map((blocks) => ({ deadline: blocks })) })

const withProgram = (type: MessageType, program: Program): Program => (type === PAYMENT ? [] : program)

const sending = (inner: fc.Arbitrary<Program>): fc.Arbitrary<Instruction> =>
  fc.record({ to: token, type: letterType, funds: amounts, program: inner, deadline }).map(({ deadline: until, program, ...rest }) => ({
    do: "send" as const, ...rest, program: withProgram(rest.type, program), ...until,
  }))

const requesting = (inner: fc.Arbitrary<Program>): fc.Arbitrary<Instruction> =>
  fc.record({ to: token, type: letterType, funds: amounts, program: inner, success: inner, failure: inner, deadline }).map(({ deadline: until, program, ...rest }) => ({
    do: "request" as const, ...rest, program: withProgram(rest.type, program), ...until,
  }))

/** What leads to no further handling, or to a single one: all that a `bounced` handler may run, or each bounce would lead to several more. */
const leaf: fc.Arbitrary<Instruction> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("share" as const), to: token, asset, divisor: fc.constantFrom("1", "2", "3") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("mint" as const), asset: ownAsset, amount: minted }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("burn" as const), asset: ownAsset, amount: minted }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("event" as const), note: fc.nat({ max: 9 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("publish" as const), value: fc.nat({ max: 99 }).map(String) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("read" as const), address: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ACTORS.slice(0, 3)) }, { weight: 1, arbitrary: token }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("observe" as const), asset: ownAsset }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), asset }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("spawn" as const), name: fc.constantFrom("c0", "c0", "C1"), kind: fc.constantFrom(...SCRIPT_KINDS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), code: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant<Instruction>({ do: "outOfRange" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("break" as const), how: fc.constantFrom(...DEFECTS) }) },
)

/** No timers (they start again at 0 hops, so a bounced timer that sets a timer never rests), and at most two messages out. */
const bounceProgram: fc.Arbitrary<Program> = fc.array(fc.oneof(leaf, sending(fc.constant([]))), { maxLength: 2 })

const program = (depth: number): fc.Arbitrary<Program> => {
  if (depth === 0) return fc.array(leaf, { maxLength: 2, size: "max" })
  const inner = program(depth - 1)
  const timer = fc.record({
    do: fc.constant("timer" as const),
    blocks: fc.oneof({ weight: 10, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constantFrom(SMALL_LIMITS.timerBlocksMax, SMALL_LIMITS.timerBlocksMax + 1) }),
    type: fc.constantFrom(TICK, TICK, DO, UNKNOWN),
    program: inner,
  })
  const flood = fc.record({
    do: fc.constant("flood" as const), what: fc.constantFrom("sends" as const, "events" as const, "spawns" as const, "timers" as const), count: fc.integer({ min: 1, max: 5 }), to: token,
  })
  const instruction = fc.oneof(
    { weight: 8, arbitrary: leaf },
    { weight: 8, arbitrary: sending(inner) },
    { weight: 5, arbitrary: requesting(inner) },
    { weight: 4, arbitrary: timer },
    { weight: 1, arbitrary: flood },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("onBounce" as const), program: bounceProgram }) },
  )
  return fc.array<Instruction>(instruction, { maxLength: 3, size: "max" })
}

/** A transaction before its nonce is known: `skew` is added to the right one. */
interface Draft {
  readonly from: string
  readonly skew: number
  readonly to: string
  readonly type: string
  readonly program: Program
  readonly funds: Readonly<Record<string, bigint>>
  readonly deadline: { readonly deadline?: number }
}

const absolute = (word: string): string => word.replace("~", "m").replace("^", "Zed")

const draft: fc.Arbitrary<Draft> = fc.record({
  from: fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...ACCOUNTS.slice(0, 2)) }, { weight: 4, arbitrary: fc.constantFrom(...ACCOUNTS.slice(2), ...LATECOMERS) }, { weight: 1, arbitrary: fc.constantFrom("m", "nobody", "not an address") }),
  skew: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) }),
  to: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...ACTORS.slice(0, 2)) }, { weight: 8, arbitrary: fc.constantFrom(...ACTORS) }, { weight: 4, arbitrary: token.map(absolute) }, { weight: 1, arbitrary: fc.constant("no/") }),
  type: fc.oneof({ weight: 30, arbitrary: fc.constant<string>(DO) }, { weight: 6, arbitrary: fc.constantFrom<string>(PAYMENT, TICK, TICK, UNKNOWN) }, { weight: 1, arbitrary: fc.constant("script/Undeclared") }),
  program: program(3),
  funds: fc.dictionary(
    fc.oneof({ weight: 16, arbitrary: fc.constant("eth") }, { weight: 6, arbitrary: fc.constantFrom(...GENESIS_ASSETS) }, { weight: 1, arbitrary: fc.constantFrom(...ASSETS, "m:new") }),
    fc.oneof({ weight: 40, arbitrary: fc.bigInt(0n, 20n) }, { weight: 2, arbitrary: fc.bigInt(0n, 2_000n) }, { weight: 1, arbitrary: fc.constantFrom(-1n, AMOUNT_MAX + 1n) }),
    { maxKeys: 2, noNullPrototype: true },
  ),
  deadline: fc.oneof({ weight: 8, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.integer({ min: -1, max: 8 }).map((height) => ({ deadline: height })) }),
})

const balances = fc.record({ eth: fc.bigInt(0n, 1_000n), "m:gold": fc.bigInt(0n, 100n), Zed: fc.bigInt(0n, 100n) }, { noNullPrototype: true, requiredKeys: ["eth"] })

const genesis: fc.Arbitrary<Genesis> = fc
  .record({
    kinds: fc.array(fc.constantFrom(...SCRIPT_KINDS, "script/Open"), { minLength: 2, maxLength: ACTORS.length, size: "max" }),
    actorBalances: fc.array(balances, { minLength: ACTORS.length, maxLength: ACTORS.length }),
    accounts: fc.array(balances, { minLength: 2, maxLength: ACCOUNTS.length, size: "max" }),
  })
  .map(({ kinds, actorBalances, accounts }) => ({
    time: 1_000,
    blockSeconds: 12,
    limits: SMALL_LIMITS,
    actors: [
      ...kinds.map((kind, index) => ({ address: ACTORS[index] as string, kind, balances: actorBalances[index] ?? {} })),
      ...accounts.map((held, index) => ({ address: ACCOUNTS[index] as string, kind: ACCOUNT, balances: held })),
    ],
  }))

interface BlockDraft {
  readonly drafts: readonly Draft[]
  readonly seconds: number
}

const blockDraft: fc.Arbitrary<BlockDraft> = fc.record({
  drafts: fc.array(draft, { maxLength: 8 }),
  seconds: fc.oneof({ weight: 4, arbitrary: fc.constant(12) }, { weight: 1, arbitrary: fc.constantFrom(0, 5) }),
})

/** Fills in the nonces, by letting the interpreter admit one transaction after another. */
const complete = (world: Genesis, blocks: readonly BlockDraft[], opening: readonly number[] = []): Scenario => {
  const reference = new Reference(world)
  const inputs = blocks.map(({ drafts, seconds }, index): Inputs => {
    const time = reference.time + seconds
    const open = LATECOMERS.filter((_, which) => opening[which] === index)
    reference.begin(time, open)
    const transactions = drafts.map(({ from, skew, to, type, program: body, funds, deadline: until }): Transaction => {
      const nonce = reference.nonceOf(from) + skew
      const transaction = { from, nonce, to, type, payload: payloadOf(type as MessageType, body), funds, ...until }
      reference.admit(transaction)
      return transaction
    })
    reference.finish()
    return { transactions, ...(seconds === 12 ? {} : { time }), ...(open.length === 0 ? {} : { open }) }
  })
  return { genesis: world, blocks: [...inputs, ...Array.from({ length: EMPTY_BLOCKS }, () => ({ transactions: [] }))] }
}

/** Random worlds with 1 to 12 blocks of inputs. */
export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    world: genesis,
    blocks: fc.array(blockDraft, { minLength: 1, maxLength: 12, size: "max" }),
    opening: fc.array(fc.nat({ max: 11 }), { minLength: LATECOMERS.length, maxLength: LATECOMERS.length }),
  })
  .map(({ world, blocks, opening }) => complete(world, blocks, opening))

const fan = (inner: fc.Arbitrary<Program>): fc.Arbitrary<Program> =>
  fc.array(
    fc.record({ do: fc.constant("send" as const), to: fc.constantFrom(...ACTORS), type: fc.constant<MessageType>(DO), funds: fc.constant({}), program: inner }),
    { minLength: 1, maxLength: 3, size: "max" },
  )

/** Leads to many messages with one cause from many senders. */
const fanDraft: fc.Arbitrary<Draft> = fc.record({
  from: fc.constantFrom(...ACCOUNTS.slice(0, 2)), skew: fc.constant(0), to: fc.constantFrom(...ACTORS), type: fc.constant(DO), program: fan(fan(fc.constant([]))),
  funds: fc.constant({}), deadline: fc.constant({}),
})

/** Random worlds with so many messages in a block that an engine may put them in order in another way than a few. */
export const busyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    world: genesis,
    mailboxMax: fc.constantFrom(20, 1_000),
    blocks: fc.array(
      fc.record({ drafts: fc.array(fc.oneof({ weight: 3, arbitrary: fanDraft }, { weight: 1, arbitrary: draft }), { minLength: 30, maxLength: 120, size: "max" }), seconds: fc.constant(12) }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ world, mailboxMax, blocks }) => complete({ ...world, limits: { ...world.limits, mailboxMax } }, blocks))
