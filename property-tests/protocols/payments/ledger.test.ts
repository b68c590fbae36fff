import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Actor, actor, Address, Amount, memberOf, Message, Payment, send, testContext, World, type Observed } from "../../../core/index.ts"
import * as ledgers from "../../../protocols/payments/ledger/index.ts"
import { Model, NAMES, operation, type Operation } from "./ledger-model.ts"

const { BalanceOf, Credit, Deposit, Ledger, ledgerActors, ledgerFamily, ledgerTotals, LedgerView, Transfer, Withdraw } = ledgers
type LedgerFamily = ledgers.LedgerFamily

const RICH = { usd: 1_000n, eth: 50n }
const worldOf = (family: LedgerFamily, missing: readonly string[] = []): World => World.make({
  accounts: Object.fromEntries(NAMES.map((name) => [name, RICH])),
  actors: ledgerActors(family, "usd").filter(({ address }) => !missing.includes(address)),
  definitions: [Ledger],
}, { strict: true })

const submit = (world: World, family: LedgerFamily, given: Operation): void => {
  if (given.type === "Deposit") world.send(given.by, family.addressOf(given.account), Deposit, { account: given.account }, { funds: { usd: given.amount } })
  else if (given.type === "Withdraw") world.send(given.by, family.addressOf(given.by), Withdraw, { amount: given.amount })
  else world.send(given.by, family.addressOf(given.by), Transfer, { to: given.to, amount: given.amount })
}

const balanceOf = (world: World, family: LedgerFamily, account: string): bigint => {
  const member = family.addressOf(account)
  return world.has(member) ? (world.state(Ledger, member).balances.get(account) ?? 0n) : 0n
}
const members = (world: World, family: LedgerFamily): readonly string[] => family.members.filter((member) => world.has(member))

const declared = (world: World, member: string): void => {
  const observed = world.observe<ledgers.LedgerState>(member)
  expect(Ledger.claims?.(observed)).toEqual({ usd: world.balance(member, "usd") })
  for (const { stored, recomputed } of Object.values(Ledger.aggregates?.(observed) ?? {})) expect(stored).toBe(recomputed)
}

describe("a payments ledger", () => {
  const plan = fc.array(fc.array(operation, { maxLength: 10 }), { maxLength: 8 })
  // With 3 members, alice and frank are kept by others than most; one member of the larger family may be missing, so that credits come back.
  const shape = fc.constantFrom<readonly [size: number, missing: number | undefined]>([1, undefined], [3, undefined], [3, 0], [3, 1], [3, 2], [64, undefined])

  it("does what the model does, block by block, wherever its accounts are kept", () => {
    fc.assert(fc.property(plan, shape, (blocks, [size, missing]) => {
      const family = ledgerFamily("payments", size)
      const world = worldOf(family, missing === undefined ? [] : [`payments/${missing}`])
      const model = new Model(family.addressOf, (member) => world.has(member))
      let inside = 0n
      for (const operations of [...blocks, [], [], []]) {
        const before = new Map(members(world, family).map((member): [string, Observed<unknown>] => [member, world.observe(member)]))
        for (const given of operations) submit(world, family, given)
        const block = world.step()
        expect(block.defects).toEqual([])
        const tags = block.receipts.map((receipt) => (receipt.status === "bounced" ? receipt.refusal._tag : undefined))
        expect(tags).toEqual(model.block(operations))
        for (const [index, given] of operations.entries()) {
          if (tags[index] !== undefined || given.type === "Transfer") continue
          inside += given.type === "Deposit" ? given.amount : -given.amount
        }
        for (const name of NAMES) expect(balanceOf(world, family, name)).toBe(model.balance(name))
        for (const member of before.keys()) {
          expect(world.check(member, before.get(member))).toEqual([])
          declared(world, member)
        }
        if (missing === undefined) {
          const totals = ledgerTotals(family, (view, address) => world.view(view, address))
          expect(totals).toEqual({ total: inside - model.underWay, underWay: model.underWay, accounts: NAMES.filter((name) => model.balance(name) > 0n).length })
        }
      }
      expect(model.underWay).toBe(0n)
      expect(NAMES.reduce((sum, name) => sum + balanceOf(world, family, name), 0n)).toBe(inside)
      world.audit()
    }), { numRuns: process.env["BLOCKSTEP_LONG"] === "1" ? 20_000 : 150 })
  })

  it("comes to the same with one member or many, when each transfer may arrive before the next", () => {
    fc.assert(fc.property(fc.array(operation, { maxLength: 20 }), fc.integer({ min: 2, max: 40 }), (operations, size) => {
      const ends = [1, size].map((count) => {
        const family = ledgerFamily("payments", count)
        const world = worldOf(family)
        for (const given of operations) {
          submit(world, family, given)
          world.settle()
        }
        return NAMES.map((name) => [balanceOf(world, family, name), world.balance(name, "usd")])
      })
      expect(ends[1]).toEqual(ends[0])
    }), { numRuns: 60 })
  })
})

describe("money that cannot be handed over", () => {
  it("is the payer's again, with what came to the payer meanwhile", () => {
    const family = ledgerFamily("payments", 3)
    const [payer, payee] = [NAMES.find((name) => family.addressOf(name) !== family.addressOf("alice")) as string, "alice"]
    const world = worldOf(family, [family.addressOf(payee)])
    const at = family.addressOf(payer)
    world.send(payer, at, Deposit, { account: payer }, { funds: { usd: 100n } })
    world.send(payer, at, Transfer, { to: payee, amount: 70n })
    world.step()
    expect(world.state(Ledger, at)).toMatchObject({ total: 30n, sent: 70n })
    world.send(payer, at, Deposit, { account: payer }, { funds: { usd: 5n } })
    const { pending } = world
    expect(pending).toBe(1)
    const blocks = world.settle()
    expect(world.state(Ledger, at)).toMatchObject({ total: 105n, sent: 0n, received: 0n, accounts: 1 })
    expect(world.balance(at, "usd")).toBe(105n)
    expect(blocks.flatMap((block) => block.ended.flatMap(({ events = [] }) => events.map(({ event, fields }) => [event.name, fields]))))
      .toContainEqual(["payments/Refunded", { account: payer, amount: 70n }])
  })

  it("comes back from an actor that takes no payments, and is its account's again", () => {
    const Go = Message.make("hermit/Go", { payload: { amount: Amount } })
    const Hermit = Actor.make("hermit/Hermit", {
      params: { ledger: Address }, state: { ledger: Address }, messages: { Go }, create: (params) => params,
      handlers: { Go: (state, { amount }) => ({ state, sends: [send(state.ledger, Withdraw, { amount })] }) },
    })
    const family = ledgerFamily("payments", 5)
    const at = family.addressOf("hermit")
    const world = World.make({ accounts: { alice: RICH }, actors: [...ledgerActors(family, "usd"), actor("hermit", Hermit, { ledger: at })] }, { strict: true })
    world.send("alice", at, Deposit, { account: "hermit" }, { funds: { usd: 40n } })
    world.send("alice", "hermit", Go, { amount: 40n })
    world.step()
    world.step()
    expect(world.state(Ledger, at)).toMatchObject({ total: 0n, accounts: 0 })
    world.settle()
    expect([world.state(Ledger, at).balances.get("hermit"), world.balance(at, "usd"), world.state(Ledger, at).sent]).toEqual([40n, 40n, 0n])
  })
})

describe("each refusal", () => {
  const family = ledgerFamily("payments", 7)
  const mine = family.addressOf("alice")
  const other = family.members.find((member) => member !== mine) as string
  const state = { ...Ledger.create({ family: "payments", size: 7, asset: "usd" }, mine) }
  const at = (given: Parameters<typeof testContext>[0]) => testContext({ self: mine, sender: "alice", ...given })
  const { Deposit: deposit, Withdraw: withdraw, Credit: credit, BalanceOf: ask } = Ledger.handlers
  const transfer = (funds: { [asset: string]: bigint }, self: string, amount: bigint) =>
    Ledger.batches?.Transfer(state, [{ id: "alice@0", sender: "alice", first: 0, payload: { to: "bob", amount }, funds: at({ funds }).funds }], at({ self })).answers[0]

  it.each<readonly [name: string, tag: string, answer: unknown]>([
    ["a deposit of nothing", "payments/WrongAsset", deposit(state, { account: "alice" }, at({}))],
    ["a deposit of another asset", "payments/WrongAsset", deposit(state, { account: "alice" }, at({ funds: { eth: 1n } }))],
    ["a deposit of two assets", "payments/WrongAsset", deposit(state, { account: "alice" }, at({ funds: { usd: 1n, zeth: 1n } }))],
    ["a deposit of another asset elsewhere, in this order", "payments/WrongAsset", deposit(state, { account: "alice" }, at({ funds: { eth: 1n }, self: other }))],
    ["a deposit elsewhere", "payments/WrongMember", deposit(state, { account: "alice" }, at({ funds: { usd: 1n }, self: other }))],
    ["a withdrawal with funds", "payments/WrongAsset", withdraw(state, { amount: 1n }, at({ funds: { usd: 1n }, self: other }))],
    ["a withdrawal elsewhere", "payments/WrongMember", withdraw(state, { amount: 1n }, at({ self: other }))],
    ["a withdrawal of too much", "payments/InsufficientBalance", withdraw(state, { amount: 1n }, at({}))],
    ["a credit of nothing", "payments/WrongAsset", credit(state, { from: "bob", to: "alice" }, at({ sender: "bob" }))],
    ["a credit by the payer", "payments/NotMember", credit(state, { from: "bob", to: "bob" }, at({ sender: "bob", funds: { usd: 1n } }))],
    ["a credit by a member that does not keep the payer", "payments/NotMember",
      credit(state, { from: "bob", to: "alice" }, at({ sender: family.members.find((member) => member !== family.addressOf("bob")) as string, funds: { usd: 1n } }))],
    ["a credit for somebody kept elsewhere", "payments/WrongMember",
      credit(state, { from: "bob", to: NAMES.find((name) => family.addressOf(name) !== mine) as string }, at({ sender: family.addressOf("bob"), funds: { usd: 1n } }))],
    ["a question with funds", "payments/WrongAsset", ask(state, { account: "alice" }, at({ funds: { usd: 1n }, self: other }))],
    ["a question elsewhere", "payments/WrongMember", ask(state, { account: "alice" }, at({ self: other }))],
    ["a transfer with funds", "payments/WrongAsset", transfer({ usd: 1n }, other, 1n)],
    ["a transfer elsewhere", "payments/WrongMember", transfer({}, other, 1n)],
    ["a transfer of too much", "payments/InsufficientBalance", transfer({}, mine, 1n)],
  ])("%s ends with %s", (_, tag, answer) => {
    expect((answer as { readonly _tag?: string })._tag).toBe(tag)
    expect((answer as { readonly message: string }).message).toMatch(/^[a-z0-9]/)
  })

  it("names the fields", () => {
    expect(String(withdraw(state, { amount: 5n }, at({})))).toBe("payments/InsufficientBalance: 5 needed, alice has 0")
    expect(String(deposit(state, { account: "alice" }, at({ funds: { usd: 1n }, self: other })))).toBe(`payments/WrongMember: alice is kept by ${mine}`)
    expect(String(credit(state, { from: "bob", to: "alice" }, at({ sender: "eve", funds: { usd: 1n } })))).toBe("payments/NotMember: eve does not keep bob")
  })

  it("loses nothing in a world: also of plain payments, of which there are none", () => {
    const world = worldOf(family)
    world.send("alice", mine, Payment, {}, { funds: { usd: 3n } })
    world.send("alice", mine, Deposit, { account: "alice" }, { funds: { eth: 3n } })
    world.send("alice", mine, Credit, { from: "bob", to: "alice" }, { funds: { usd: 3n } })
    world.send("alice", mine, BalanceOf, { account: "alice" })
    const { receipts } = world.step()
    expect(receipts.map((receipt) => (receipt.status === "bounced" ? receipt.refusal._tag : receipt.status)))
      .toEqual(["core/UnknownMessage", "payments/WrongAsset", "payments/NotMember", "handled"])
    expect(receipts[3]).toMatchObject({ reply: { balance: 0n } })
    world.settle()
    expect(Object.fromEntries(world.balances("alice"))).toEqual(RICH)
  })
})

describe("a member", () => {
  it("is born only where its family has one", () => {
    const wrong = (address: string) => () => World.make({ actors: [actor(address, Ledger, { family: "payments", size: 2, asset: "usd" })] })
    expect(wrong("payments/1")).not.toThrow()
    for (const address of ["payments/2", "payments", "other/0"]) expect(wrong(address)).toThrow(`${address} is no member of a family payments of 2`)
  })

  it("takes no zero and pays nobody twice when accounts pay themselves", () => {
    const family = ledgerFamily("payments", 1)
    const world = worldOf(family)
    world.send("alice", "payments/0", Deposit, { account: "alice" }, { funds: { usd: 10n } })
    for (const amount of [10n, 0n, 10n, 11n]) world.send("alice", "payments/0", Transfer, { to: "alice", amount })
    world.send("alice", "payments/0", Transfer, { to: "bob", amount: 10n })
    world.send("bob", "payments/0", Withdraw, { amount: 0n })
    const { receipts } = world.step()
    expect(receipts.map(({ status }) => status)).toEqual(["handled", "handled", "handled", "handled", "bounced", "handled", "handled"])
    expect([...world.state(Ledger, "payments/0").balances]).toEqual([["bob", 10n]])
    expect(world.view(LedgerView, memberOf("payments", 1, "bob"))).toMatchObject({ total: 10n, accounts: 1 })
  })

  it("sends nothing to another member for a transfer of nothing", () => {
    const family = ledgerFamily("payments", 7)
    const world = worldOf(family)
    const to = NAMES.find((name) => family.addressOf(name) !== family.addressOf("alice")) as string
    world.send("alice", family.addressOf("alice"), Transfer, { to, amount: 0n })
    expect(world.step().receipts.map(({ status }) => status)).toEqual(["handled"])
    expect(world.pending).toBe(0)
  })
})
