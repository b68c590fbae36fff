import { expect, it } from "vitest"
import { edit, Table } from "../../core/index.ts"

const before = { rates: [{ name: "a", value: 1n }, { name: "b", value: 2n }], owners: Table.from([["alice", 1n]]) }

it("gives a changed copy and leaves the original as it was", () => {
  const after = edit(before, (draft) => {
    draft.rates.push({ name: "c", value: 3n })
  })
  expect(after.rates.map(({ name }) => name)).toEqual(["a", "b", "c"])
  expect(before.rates).toHaveLength(2)
  expect(after.rates[0]).toBe(before.rates[0])
})

it("treats a table as one value", () => {
  const after = edit(before, (draft) => {
    draft.owners = before.owners.set("bob", 2n) as typeof draft.owners
  })
  expect([...after.owners.keys()]).toEqual(["alice", "bob"])
  expect([...before.owners.keys()]).toEqual(["alice"])
})

it("gives the same object back when nothing changed", () => expect(edit(before, () => undefined)).toBe(before))
