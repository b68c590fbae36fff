import { expect } from "vitest"
import { type AnyFailureClass, type Failure, type World } from "../../core/index.ts"

/** Everything that a world owns, counted from the outside: balances and what is under way, by asset. */
const wealth = (world: World): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>(world.assets.map((asset) => [asset, world.underWay(asset)]))
  for (const address of world.addresses) {
    for (const [asset, amount] of world.balances(address)) sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  }
  return sums
}

/** Runs `act` and asserts that the book balances, that no unit of any asset came or went, and that the chain of headers goes on. */
export const losesNothing = <T>(world: World, act: () => T): T => {
  const before = wealth(world)
  const result = act()
  world.audit()
  expect(wealth(world)).toEqual(before)
  const { root, height } = world.header
  const next = world.fork().step().header
  expect([next.parent, next.height]).toEqual([root, height + 1])
  return result
}

/** What does not fit in a failure's fields by its own declaration, or undefined. */
export const fieldIssue = (failure: Failure): unknown => {
  const { codec } = failure.constructor as AnyFailureClass
  const names = Object.keys((codec as unknown as { readonly fields: object }).fields)
  return codec.check(Object.fromEntries(names.map((name) => [name, (failure as unknown as { readonly [name: string]: unknown })[name]])))
}

/** Asserts the failure's tag and fields, that its fields fit its own declaration, and that its sentence names each of them. */
export const expectFailure = (failure: Failure | undefined, tag: string, fields: { readonly [name: string]: unknown } = {}): void => {
  expect(failure).toMatchObject({ _tag: tag, ...fields })
  expect(fieldIssue(failure as Failure)).toBeUndefined()
  for (const value of Object.values(fields)) expect((failure as Failure).message).toContain(String(value))
}
