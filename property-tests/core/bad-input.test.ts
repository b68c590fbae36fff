import { describe, expect, it } from "vitest"
import { actor, Funds, InvalidBlockInput, LIMITS, REFUSALS, World, type BlockInput, type Transaction } from "../../core/index.ts"
import { expectFailure, losesNothing } from "./loses-nothing.ts"
import { Ask, Order, puppet, Tell, Unheard } from "./puppet.ts"

/** Every malformed input has its own typed refusal, which names the field and the value; nothing is lost and nothing else changes. */

const Puppet = puppet()
const order = { amount: 5n, asset: "eth", memo: null, parts: [1, 2] }
const good = { from: "alice", nonce: 1, to: "puppet", message: Order, payload: order, funds: { eth: 10n } }
const emoji = "\u{1F600}".repeat(150)

/** Alice has sent one transaction, so that her next nonce is 1. */
const makeWorld = (options: Parameters<typeof World.make>[1] = {}): World => {
  const world = World.make(
    {
      accounts: { alice: { eth: 1_000n }, bob: { dai: 5n } },
      actors: [actor("puppet", Puppet, { level: 3 }, { eth: 7n })],
      time: 1_000,
    },
    options,
  )
  world.send("alice", "puppet", Tell, { number: 1 })
  world.step()
  return world
}

/** Steps with the transaction; asserts that the block is, to the header, the one that has no transaction at all. */
const refusalOf = (world: World, given: unknown) => {
  const empty = world.fork().step()
  const block = losesNothing(world, () => world.step([given as Transaction]))
  expect(block.header).toEqual(empty.header)
  expect(block.changes).toEqual([])
  expect(block.sent).toEqual([])
  const [receipt] = block.receipts
  if (receipt?.status !== "refused") throw new Error(`not refused but ${receipt?.status}`)
  return receipt.refusal
}

const payload = (fields: object) => ({ payload: { ...order, ...fields } })
const seventeen = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`asset${index}`, 1n]))

/** What is wrong, the transaction's wrong part, and the field and value that the refusal names. */
const MALFORMED: readonly (readonly [title: string, part: object, field: string, value: string])[] = [
  ["no sender", { from: undefined }, "from", "undefined (a undefined)"],
  ["a sender that is no address", { from: "alice smith" }, "from", '"alice smith"'],
  ["a sender that is a number", { from: 5 }, "from", "5 (a number)"],
  ["no nonce", { nonce: undefined }, "nonce", "undefined (a undefined)"],
  ["a negative nonce", { nonce: -1 }, "nonce", "-1 (a number)"],
  ["half a nonce", { nonce: 1.5 }, "nonce", "1.5 (a number)"],
  ["a nonce as a bigint", { nonce: 1n }, "nonce", "1n"],
  ["a nonce beyond the safe integers", { nonce: 2 ** 53 }, "nonce", "9007199254740992 (a number)"],
  ["no receiver", { to: undefined }, "to", "undefined (a undefined)"],
  ["a receiver that is no address", { to: "puppet/" }, "to", '"puppet/"'],
  ["a receiver whose address is too long", { to: "a".repeat(121) }, "to", `"${"a".repeat(121)}"`],
  ["no message", { message: undefined }, "message", "undefined (a undefined)"],
  ["null for a message", { message: null }, "message", "null (a object)"],
  ["a message by name", { message: "test/Order" }, "message", '"test/Order"'],
  ["a message that no actor handles", { message: Unheard, payload: {} }, "message", '"test/Unheard"'],
  ["no payload", { payload: undefined }, "payload", "undefined (a undefined)"],
  ["null for a payload", { payload: null }, "payload", "null (a object)"],
  ["a list for a payload", { payload: [1] }, "payload", "[1]"],
  ["a missing field", { payload: { amount: 5n, asset: "eth", parts: [] } }, "payload.memo", "undefined (a undefined)"],
  ["an extra field", payload({ tip: 3n }), "payload.tip", "3n"],
  ["a negative amount", payload({ amount: -1n }), "payload.amount", "-1n"],
  ["an amount of 2^256", payload({ amount: 2n ** 256n }), "payload.amount", `${2n ** 256n}n`],
  ["a Number for an amount", payload({ amount: 5 }), "payload.amount", "5 (a number)"],
  ["text for an amount", payload({ amount: "5" }), "payload.amount", '"5"'],
  ["NaN for an amount", payload({ amount: NaN }), "payload.amount", "NaN (a number)"],
  ["an asset that is no asset", payload({ asset: "eth:" }), "payload.asset", '"eth:"'],
  ["text with a lone surrogate", payload({ memo: "a\ud800" }), "payload.memo", '"a\\ud800"'],
  ["a list that is too long", payload({ parts: [1, 2, 3, 4] }), "payload.parts", "[1,2,3,4]"],
  ["a wrong element of a list", payload({ parts: [1, -1] }), "payload.parts[1]", "-1 (a number)"],
  ["a payload that is too large", payload({ memo: "x".repeat(70_000) }), "payload", "70020 (a number)"],
  ["null for funds", { funds: null }, "funds", "null (a object)"],
  ["a number for funds", { funds: 5 }, "funds", "5 (a number)"],
  ["a list for funds", { funds: [["eth", 1n]] }, "funds", '[["eth","1n"]]'],
  ["negative funds", { funds: { eth: -1n } }, "funds.eth", "-1n"],
  ["funds of 2^256", { funds: { eth: 2n ** 256n } }, "funds.eth", `${2n ** 256n}n`],
  ["a Number for funds", { funds: { eth: 1 } }, "funds.eth", "1 (a number)"],
  ["one bad amount of several", { funds: { dai: 1n, eth: "1" } }, "funds.eth", '"1"'],
  ["funds of what is no asset", { funds: { "no asset": 1n } }, "funds.no asset", '"no asset"'],
  ["Funds of what is no asset", { funds: Funds.of("no asset", 1n) }, "funds.no asset", '"no asset"'],
  ["too many assets", { funds: seventeen }, "funds", "17 (a number)"],
  ["a negative deadline", { deadline: -1 }, "deadline", "-1 (a number)"],
  ["half a deadline", { deadline: 1.5 }, "deadline", "1.5 (a number)"],
  ["a deadline as text", { deadline: "9" }, "deadline", '"9"'],
  ["a deadline beyond the last height", { deadline: LIMITS.heightMax + 1 }, "deadline", `${LIMITS.heightMax + 1} (a number)`],
]

describe("a malformed transaction is refused, naming field and value:", () => {
  it.each(MALFORMED)("%s", (_, part, field, value) => {
    expectFailure(refusalOf(makeWorld(), { ...good, ...part }), "core/InvalidTransaction", { field, value })
  })

  it.each([null, undefined, 5, "transaction"])("%s instead of a transaction", (given) => {
    expectFailure(refusalOf(makeWorld(), given), "core/InvalidTransaction", { field: "transaction" })
  })

  it("a value and a name so long that only their beginnings are shown", () => {
    const long = "x".repeat(5_000)
    const ofValue = refusalOf(makeWorld(), { ...good, to: long })
    expectFailure(ofValue, "core/InvalidTransaction", { field: "to" })
    expect(ofValue.message).toContain(`"${long.slice(0, 100)}`)
    expectFailure(refusalOf(makeWorld(), { ...good, ...payload({ [long]: 1n }) }), "core/InvalidTransaction")
    expectFailure(refusalOf(makeWorld(), { ...good, funds: { [long]: 1n } }), "core/InvalidTransaction")
  })

  it("a value that is cut within a character of two units", () => {
    expectFailure(refusalOf(makeWorld(), { ...good, to: emoji }), "core/InvalidTransaction", { field: "to" })
    expectFailure(refusalOf(makeWorld(), { ...good, to: `x${emoji}` }), "core/InvalidTransaction", { field: "to" })
  })

  it("funds of an asset without a name, whether its sender holds something or nothing", () => {
    const world = World.make({ accounts: { alice: { eth: 1_000n }, poor: {} }, actors: [actor("puppet", Puppet, { level: 3 })] })
    for (const from of ["alice", "poor"]) {
      expectFailure(refusalOf(world, { ...good, from, nonce: 0, funds: { "": 1n } }), "core/InvalidTransaction", { field: "funds" })
    }
  })

  it("the good transaction of this table is admitted", () => {
    const world = makeWorld()
    expect(world.step([good as Transaction]).receipts[0]?.status).toBe("handled")
  })
})

/** A well-formed transaction that does not fit the world, and what the refusal says. */
const UNFIT: readonly (readonly [title: string, part: object, tag: string, fields: { readonly [name: string]: unknown }])[] = [
  ["an account that does not exist", { from: "nobody" }, "core/UnknownAccount", { address: "nobody" }],
  ["an actor that is no account", { from: "puppet", nonce: 0 }, "core/UnknownAccount", { address: "puppet" }],
  ["a replayed nonce", { nonce: 0 }, "core/NonceMismatch", { address: "alice", expected: 1, given: 0 }],
  ["a nonce that is too high", { nonce: 2 }, "core/NonceMismatch", { address: "alice", expected: 1, given: 2 }],
  ["an asset that nobody ever issued", { funds: { gold: 1n } }, "core/UnknownAsset", { asset: "gold" }],
  ["an unknown asset before a shortage", { funds: { eth: 9_999n, gold: 1n } }, "core/UnknownAsset", { asset: "gold" }],
  ["more than the balance", { funds: { eth: 1_001n } }, "core/InsufficientBalance", { address: "alice", asset: "eth", available: 1_000n, needed: 1_001n }],
  ["an asset of others", { funds: { dai: 1n } }, "core/InsufficientBalance", { address: "alice", asset: "dai", available: 0n, needed: 1n }],
]

describe("a transaction is refused for", () => {
  it.each(UNFIT)("%s", (_, part, tag, fields) => {
    expectFailure(refusalOf(makeWorld(), { ...good, ...part }), tag, fields)
  })

  it("the host's check of its sender", () => {
    const world = makeWorld({ authenticate: ({ from, nonce }) => (from === "alice" && nonce === 1 ? "the signature is bob's" : undefined) })
    expectFailure(refusalOf(world, good), "core/Unauthenticated", { address: "alice", problem: "the signature is bob's" })
  })

  it("the first of several reasons, in their documented order", () => {
    const wrongs = [{ deadline: -1 }, { from: "nobody" }, { memo: "unsigned" }, { nonce: 7 }, { funds: { gold: 1n } }, { funds: { eth: 9_999n } }]
    const tags = wrongs.map((_, first) => {
      const world = makeWorld({ authenticate: (given) => ("memo" in given ? "unsigned" : undefined) })
      return refusalOf(world, Object.assign({}, good, ...wrongs.slice(first).reverse()))._tag
    })
    expect(tags).toEqual(REFUSALS.map(({ tag }) => tag))
  })

  it("a shortage that an earlier transaction of the same block made", () => {
    const world = makeWorld()
    const next = (nonce: number): Transaction => ({ ...good, nonce, funds: { eth: 600n } })
    const { receipts } = losesNothing(world, () => world.step([next(1), next(2), { ...next(2), funds: { eth: 400n } }]))
    expect(receipts.map(({ status }) => status)).toEqual(["handled", "refused", "handled"])
    expect([world.balance("alice", "eth"), world.nonce("alice")]).toEqual([0n, 3])
  })
})

describe("a transaction that cannot be handled comes back with its funds:", () => {
  const CASES: readonly (readonly [title: string, part: object, status: string, tag: string])[] = [
    ["nobody lives at the receiver", { to: "nowhere" }, "bounced", "core/NoSuchActor"],
    ["the receiver does not handle the message", { to: "bob", message: Ask, payload: { number: 1 } }, "bounced", "core/UnknownMessage"],
    ["its deadline has passed", { deadline: 1 }, "expired", "core/Expired"],
  ]
  it.each(CASES)("%s", (_, part, status, tag) => {
    const world = makeWorld()
    const { receipts } = losesNothing(world, () => world.step([{ ...good, ...part } as Transaction]))
    expect(receipts[0]).toMatchObject({ status, refusal: { _tag: tag } })
    expect([world.balance("alice", "eth"), world.underWay("eth")]).toEqual([990n, 10n])
    losesNothing(world, () => world.step())
    expect([world.balance("alice", "eth"), world.underWay("eth")]).toEqual([1_000n, 0n])
    expect(world.pending).toBe(0)
  })
})

describe("a malformed block input is an error that names field and value, and the world is as it was:", () => {
  const CASES: readonly (readonly [title: string, transactions: unknown, input: unknown, field: string, value: string])[] = [
    ["time that goes back", [], { time: 1_000 }, "time", "1000"],
    ["half a second", [], { time: 2_000.5 }, "time", "2000.5"],
    ["time as text", [], { time: "2000" }, "time", '"2000"'],
    ["time that is not a number", [], { time: NaN }, "time", "NaN"],
    ["an account where an account lives", [], { open: ["carol", "alice"] }, "open", '"alice"'],
    ["an account where an actor lives", [], { open: ["puppet"] }, "open", '"puppet"'],
    ["an account twice", [], { open: ["carol", "dave", "carol"] }, "open", '"carol"'],
    ["an account that has no address", [], { open: ["carol", "da ve"] }, "open", '"da ve"'],
    ["an account that is a number", [], { open: [5] }, "open", "5"],
    ["one address instead of a list", [], { open: "carol" }, "open", '"carol"'],
    ["a number instead of a list of addresses", [], { open: 5 }, "open", "5"],
    ["no list of transactions", "transactions", {}, "transactions", '"transactions"'],
    ["more transactions than a block holds", new Array(LIMITS.transactionsMax + 1), {}, "transactions", String(LIMITS.transactionsMax + 1)],
  ]
  it.each(CASES)("%s", (_, transactions, input, field, value) => {
    const world = makeWorld()
    const before = world.snapshot()
    const step = () => world.step(transactions as Transaction[], input as BlockInput)
    expect(step).toThrow(InvalidBlockInput)
    expect(step).toThrow(expect.objectContaining({ field, value: expect.stringContaining(value) }))
    expect(world.snapshot()).toEqual(before)
    expect(world.step([good as Transaction], { time: 1_001, open: ["carol"] }).receipts[0]?.status).toBe("handled")
  })

  it("keeps the transactions that are queued", () => {
    const world = makeWorld()
    world.send("alice", "puppet", Tell, { number: 2 })
    expect(() => world.step([], { time: 0 })).toThrow(InvalidBlockInput)
    expect(() => world.step(5 as never)).toThrow(InvalidBlockInput)
    expect(world.step().receipts).toMatchObject([{ status: "handled", id: "alice@1" }])
  })
})
