import fc from "fast-check"
import { expect, it } from "vitest"
import { NoPrice, readPrice, StalePrice } from "../../../protocols/oracle/messages.ts"

const view = { base: "eth", quote: "usdc", price: 7n, updatedAt: 100, sources: 3 }

it("reads a price up to and including the reader's bound", () => {
  expect(readPrice(view, 100, 0)).toBe(7n)
  expect(readPrice(view, 160, 60)).toBe(7n)
  const stale = readPrice(view, 161, 60)
  expect(stale).toBeInstanceOf(StalePrice)
  expect(stale).toEqual(new StalePrice({ updatedAt: 100, now: 161, staleAfterSeconds: 60 }))
  expect(String(stale)).toBe("oracle/StalePrice: the price of time 100 is older than 60 seconds at time 161")
})

it("refuses where nothing, or no price yet, is published, before it looks at the time", () => {
  expect(readPrice(undefined, 100, 60)).toBeInstanceOf(NoPrice)
  expect(readPrice({ ...view, price: 0n, updatedAt: 0 }, 100, 0)).toBeInstanceOf(NoPrice)
})

it("is stale exactly when older than the bound", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(), fc.nat(), (updatedAt, age, bound) => {
    expect(readPrice({ ...view, updatedAt }, updatedAt + age, bound) instanceof StalePrice).toBe(age > bound)
  }))
})
