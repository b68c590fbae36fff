import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Actor, actor, Continuation, Address, Amount, Failure, MAX_UINT256, Message, request, Table, testContext, World } from "../../../core/index.ts"
import {
  ALLOWANCE_INFINITE,
  AllowanceOf,
  allowanceKey,
  Approved,
  BalanceOf,
  FundsAttached,
  InsufficientAllowance,
  InsufficientBalance,
  Mint,
  NotOwner,
  SupplyExceeded,
  Token,
  Transferred,
  type TokenState,
} from "../../../protocols/token/index.ts"

const tokenOf = (
  balances: Readonly<Record<string, bigint>>,
  allowances: ReadonlyArray<readonly [holder: string, spender: string, amount: bigint]> = [],
): TokenState => ({
  owner: "owner",
  totalSupply: Object.values(balances).reduce((sum, balance) => sum + balance, 0n),
  balances: Table.from(Object.entries(balances)),
  allowances: Table.from(allowances.map(([holder, spender, amount]) => [allowanceKey(holder, spender), amount] as const)),
})

/** The state after a handling that must not be refused. */
const stateOf = (answer: { readonly state: TokenState } | Failure): TokenState => {
  if (answer instanceof Failure) throw new TypeError(String(answer))
  return answer.state
}

const by = (sender: string, funds: Readonly<Record<string, bigint>> = {}) => testContext({ sender, funds })
const { handlers } = Token

describe("refusals", () => {
  const token = tokenOf({ alice: 5n }, [["alice", "bob", 3n]])
  const full = tokenOf({ alice: MAX_UINT256 })
  const eth = { eth: 1n }
  const attached = new FundsAttached({ funds: "1 eth" })
  const short = (holder: string, balance: bigint, needed: bigint) => new InsufficientBalance({ holder, balance, needed })
  const unallowed = new InsufficientAllowance({ holder: "alice", spender: "bob", allowance: 3n, needed: 9n })
  const generous = tokenOf({ alice: 5n }, [["alice", "bob", 9n]])

  /** Each input breaks, besides the rule that it is for, every later one that it can. */
  const rows: ReadonlyArray<readonly [message: string, expected: Failure, answer: unknown]> = [
    ["Transfer", attached, handlers.Transfer(token, { to: "bob", amount: 6n }, by("alice", eth))],
    ["Transfer", short("alice", 5n, 6n), handlers.Transfer(token, { to: "bob", amount: 6n }, by("alice"))],
    ["Approve", attached, handlers.Approve(token, { spender: "bob", amount: 1n }, by("alice", eth))],
    ["TransferFrom", attached, handlers.TransferFrom(token, { from: "alice", to: "carol", amount: 9n }, by("bob", eth))],
    ["TransferFrom", unallowed, handlers.TransferFrom(token, { from: "alice", to: "carol", amount: 9n }, by("bob"))],
    ["TransferFrom", short("alice", 5n, 9n), handlers.TransferFrom(generous, { from: "alice", to: "carol", amount: 9n }, by("bob"))],
    ["Mint", attached, handlers.Mint(full, { to: "bob", amount: 1n }, by("alice", eth))],
    ["Mint", new NotOwner({ sender: "alice" }), handlers.Mint(full, { to: "bob", amount: 1n }, by("alice"))],
    ["Mint", new SupplyExceeded({ totalSupply: MAX_UINT256, minted: 1n }), handlers.Mint(full, { to: "bob", amount: 1n }, by("owner"))],
    ["Burn", attached, handlers.Burn(token, { from: "alice", amount: 6n }, by("alice", eth))],
    ["Burn", new NotOwner({ sender: "alice" }), handlers.Burn(token, { from: "alice", amount: 6n }, by("alice"))],
    ["Burn", short("alice", 5n, 6n), handlers.Burn(token, { from: "alice", amount: 6n }, by("owner"))],
    ["BalanceOf", attached, handlers.BalanceOf(token, { holder: "alice" }, by("bob", eth))],
    ["AllowanceOf", attached, handlers.AllowanceOf(token, { holder: "alice", spender: "bob" }, by("bob", eth))],
  ]
  for (const [message, expected, answer] of rows) {
    it(`${message}: ${expected.message}`, () => {
      expect(answer).toBeInstanceOf(expected.constructor)
      expect(answer).toEqual(expected)
    })
  }
  it("shows every declared failure of every message, in the declared order", () => {
    const declared = Object.entries(Token.messages).flatMap(([name, { failures }]) => failures.map(({ tag }) => `${name} ${tag}`))
    expect(rows.map(([name, { _tag }]) => `${name} ${_tag}`)).toEqual(declared)
  })
})

describe("Transfer", () => {
  const table: ReadonlyArray<readonly [before: [bigint, bigint], amount: bigint, after: [bigint, bigint]]> = [
    [[5n, 0n], 0n, [5n, 0n]],
    [[0n, 0n], 0n, [0n, 0n]],
    [[5n, 0n], 2n, [3n, 2n]],
    [[5n, 7n], 5n, [0n, 12n]],
    [[MAX_UINT256, 0n], MAX_UINT256, [0n, MAX_UINT256]],
  ]
  for (const [[a, b], amount, [aAfter, bAfter]] of table) {
    it(`moves ${amount} of ${a}`, () => {
      const before = tokenOf(Object.fromEntries(Object.entries({ alice: a, bob: b }).filter(([, units]) => units > 0n)))
      const { balances } = stateOf(handlers.Transfer(before, { to: "bob", amount }, by("alice")))
      const expected = [["alice", aAfter], ["bob", bAfter]].filter(([, units]) => units !== 0n)
      expect([...balances.entries()]).toEqual(expected)
    })
  }
  it("to oneself is the identity, up to the whole balance", () => {
    fc.assert(fc.property(fc.bigInt(1n, MAX_UINT256), fc.bigInt(0n, MAX_UINT256), (balance, wanted) => {
      const token = tokenOf({ alice: balance })
      const answer = handlers.Transfer(token, { to: "alice", amount: wanted }, by("alice"))
      if (wanted > balance) expect(answer).toBeInstanceOf(InsufficientBalance)
      else expect([...stateOf(answer).balances.entries()]).toEqual([["alice", balance]])
    }))
  })
  it("tells who, whom and how much", () => {
    const answer = handlers.Transfer(tokenOf({ alice: 5n }), { to: "bob", amount: 2n }, by("alice"))
    expect(answer).toMatchObject({ events: [Transferred.make({ from: "alice", to: "bob", amount: 2n })] })
  })
})

describe("TransferFrom", () => {
  it("takes what it moves off the allowance, and the last unit removes the entry", () => {
    let token = tokenOf({ alice: 5n }, [["alice", "bob", 3n]])
    token = stateOf(handlers.TransferFrom(token, { from: "alice", to: "carol", amount: 2n }, by("bob")))
    expect([...token.allowances.entries()]).toEqual([["alice bob", 1n]])
    token = stateOf(handlers.TransferFrom(token, { from: "alice", to: "carol", amount: 1n }, by("bob")))
    expect(token.allowances.size).toBe(0)
    expect([...token.balances.entries()]).toEqual([["alice", 2n], ["carol", 3n]])
  })
  it("leaves an infinite allowance as it is, and no other", () => {
    const spend = (allowance: bigint) => {
      const token = tokenOf({ alice: 5n }, [["alice", "bob", allowance]])
      return stateOf(handlers.TransferFrom(token, { from: "alice", to: "bob", amount: 5n }, by("bob"))).allowances.get("alice bob")
    }
    expect(spend(ALLOWANCE_INFINITE)).toBe(2n ** 256n - 1n)
    expect(spend(ALLOWANCE_INFINITE - 1n)).toBe(2n ** 256n - 7n)
  })
  it("needs an allowance even for one's own units", () => {
    const answer = handlers.TransferFrom(tokenOf({ alice: 5n }), { from: "alice", to: "bob", amount: 1n }, by("alice"))
    expect(answer).toBeInstanceOf(InsufficientAllowance)
  })
})

describe("Approve", () => {
  it("replaces the allowance, tells so, and keeps pairs apart", () => {
    let token = tokenOf({}, [["a", "b/c", 1n], ["a/b", "c", 2n]])
    const answer = handlers.Approve(token, { spender: "b/c", amount: 9n }, by("a"))
    expect(answer).toMatchObject({ events: [Approved.make({ holder: "a", spender: "b/c", amount: 9n })] })
    token = stateOf(answer)
    expect([...token.allowances.entries()]).toEqual([["a b/c", 9n], ["a/b c", 2n]])
    expect(stateOf(handlers.Approve(token, { spender: "b/c", amount: 0n }, by("a"))).allowances.size).toBe(1)
  })
})

describe("Mint and Burn", () => {
  it("reach the last unit of the range and go back to nothing", () => {
    const minted = stateOf(handlers.Mint(tokenOf({}), { to: "bob", amount: MAX_UINT256 }, by("owner")))
    expect(minted.totalSupply).toBe(MAX_UINT256)
    const burned = stateOf(handlers.Burn(minted, { from: "bob", amount: MAX_UINT256 }, by("owner")))
    expect([burned.totalSupply, burned.balances.size]).toEqual([0n, 0])
  })
})

describe("invariants", () => {
  const observed = (state: TokenState) => ({ address: "token", state, balance: () => 0n, supply: () => 0n })
  const { balancesSumToSupply, noZeros, ownerStays } = Token.invariants as NonNullable<typeof Token.invariants>
  const good = tokenOf({ alice: 5n })
  it("hold for a good state and name what breaks them", () => {
    expect(balancesSumToSupply?.(observed(good), undefined)).toBeUndefined()
    expect(balancesSumToSupply?.(observed({ ...good, totalSupply: 6n }), undefined)).toEqual({ sum: 5n, totalSupply: 6n })
    expect(noZeros?.(observed(tokenOf({ alice: 0n })), undefined)).toEqual({ key: "alice" })
    expect(noZeros?.(observed(good), undefined)).toBeUndefined()
    expect(ownerStays?.(observed({ ...good, owner: "bob" }), observed(good))).toEqual({ before: "owner", after: "bob" })
    expect(ownerStays?.(observed(good), observed(good))).toBeUndefined()
  })
})

describe("in a world", () => {
  const Ask = Message.make("test/Ask", { payload: { token: Address, holder: Address, spender: Address } })
  const Heard = Continuation.make("test/Heard", { of: BalanceOf, saved: {} })
  const HeardAllowance = Continuation.make("test/HeardAllowance", { of: AllowanceOf, saved: {} })
  const Asker = Actor.make("test/Asker", {
    params: {},
    state: { balance: Amount, allowance: Amount },
    messages: { Ask },
    continuations: { Heard, HeardAllowance },
    create: () => ({ balance: 0n, allowance: 0n }),
    handlers: {
      Ask: (state, { token, holder, spender }) => ({
        state,
        sends: [request(token, BalanceOf, { holder }, { then: Heard, saved: {} }), request(token, AllowanceOf, { holder, spender }, { then: HeardAllowance, saved: {} })],
      }),
    },
    resume: {
      Heard: (state, outcome) => ({ state: outcome._tag === "Success" ? { ...state, balance: outcome.reply.balance } : state }),
      HeardAllowance: (state, outcome) => ({ state: outcome._tag === "Success" ? { ...state, allowance: outcome.reply.allowance } : state }),
    },
  })

  it("answers other actors, and sends attached funds back", () => {
    const world = World.make(
      { accounts: { owner: { eth: 3n }, bob: {} }, actors: [actor("token", Token, { owner: "owner" }), actor("asker", Asker, {})] },
      { strict: true },
    )
    world.send("owner", "token", Mint, { to: "bob", amount: 8n })
    world.send("owner", "token", Mint, { to: "bob", amount: 8n }, { funds: { eth: 2n } })
    world.send("bob", "token", Token.messages.Approve, { spender: "owner", amount: 4n })
    world.step()
    world.send("bob", "asker", Ask, { token: "token", holder: "bob", spender: "owner" })
    world.settle()
    expect(world.state(Asker, "asker")).toEqual({ balance: 8n, allowance: 4n })
    expect(world.balance("owner", "eth")).toBe(3n)
  })

  it("survives a snapshot with its tables", () => {
    const world = World.make({ accounts: { owner: {} }, actors: [actor("token", Token, { owner: "owner" })] })
    world.send("owner", "token", Mint, { to: "bob", amount: 8n })
    world.send("owner", "token", Token.messages.Approve, { spender: "bob", amount: 1n })
    world.step()
    const restored = World.restore([Token], world.snapshot())
    expect(restored.header).toEqual(world.header)
    expect([...restored.state(Token, "token").allowances.entries()]).toEqual([["owner bob", 1n]])
  })
})
