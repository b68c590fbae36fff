import fc from "fast-check"
import { expect, it } from "vitest"
import { actor, World, type Observed } from "../../../core/index.ts"
import { allowanceKey, Approve, Burn, Mint, Token, TokenView, Transfer, TransferFrom } from "../../../protocols/token/index.ts"
import { ACCOUNTS, Model, operation, type Operation } from "./model.ts"

const submit = (world: World, given: Operation): void => {
  switch (given.type) {
    case "Transfer":
      return world.send(given.by, "token", Transfer, { to: given.to, amount: given.amount })
    case "Approve":
      return world.send(given.by, "token", Approve, { spender: given.spender, amount: given.amount })
    case "TransferFrom":
      return world.send(given.by, "token", TransferFrom, { from: given.from, to: given.to, amount: given.amount })
    case "Mint":
      return world.send(given.by, "token", Mint, { to: given.to, amount: given.amount })
    case "Burn":
      return world.send(given.by, "token", Burn, { from: given.from, amount: given.amount })
  }
}

const expectSame = (world: World, model: Model): void => {
  const token = world.state(Token, "token")
  expect(token.totalSupply).toBe(model.totalSupply)
  expect(world.view(TokenView, "token")).toEqual({ owner: "owner", totalSupply: model.totalSupply })
  for (const holder of ACCOUNTS) {
    expect(token.balances.get(holder) ?? 0n).toBe(model.balance(holder))
    for (const spender of ACCOUNTS) expect(token.allowances.get(allowanceKey(holder, spender)) ?? 0n).toBe(model.allowance(holder, spender))
  }
}

it("does what the model does, block by block", () => {
  const blocks = fc.array(fc.array(operation, { maxLength: 8 }), { maxLength: 12 })
  fc.assert(
    fc.property(blocks, (plan) => {
      const world = World.make(
        { accounts: Object.fromEntries(ACCOUNTS.map((name) => [name, {}])), actors: [actor("token", Token, { owner: "owner" })] },
        { strict: true },
      )
      const model = new Model()
      for (const operations of plan) {
        const before: Observed<unknown> = world.observe("token")
        for (const given of operations) submit(world, given)
        const block = world.step()
        const tags = block.receipts.map((receipt) => (receipt.status === "bounced" ? receipt.refusal._tag : undefined))
        expect(tags).toEqual(operations.map((given) => model.apply(given)))
        expect(block.defects).toEqual([])
        expect(world.check("token", before)).toEqual([])
        expectSame(world, model)
      }
      world.audit()
    }),
    { numRuns: 300 },
  )
})
