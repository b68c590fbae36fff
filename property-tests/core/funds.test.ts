import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Funds, LIMITS, OutOfRange } from "../../core/index.ts"
import { fundsProblem } from "../../core/funds.ts"
import { fieldIssue } from "./loses-nothing.ts"

/** Amounts by asset: an immutable value, ascending by asset, without zeros. */

const asset = fc.constantFrom("eth", "dai", "amm:x", "amm/pool:x", "B", "a", "Z9")
const amount = fc.oneof(fc.constantFrom(0n, 1n, LIMITS.amountMax), fc.bigInt(0n, LIMITS.amountMax))
const amounts = fc.dictionary(asset, amount)
const check = (law: (given: { readonly [asset: string]: bigint }) => void): void => fc.assert(fc.property(amounts, (given) => law(given)), { seed: 1, numRuns: 200 })

describe("funds", () => {
  it("list what they were made from, ascending by asset and without zeros", () => {
    check((given) => {
      const funds = Funds.from(given)
      const expected = Object.entries(given).filter(([, value]) => value > 0n).sort(([left], [right]) => (left < right ? -1 : 1))
      expect([...funds]).toEqual(expected)
      expect([funds.isEmpty, Funds.from(funds) === funds]).toEqual([expected.length === 0, true])
      for (const name of ["eth", "dai", "amm:x", "none"]) expect(funds.get(name)).toBe(given[name] ?? 0n)
    })
  })

  it("are the same however their parts are listed", () => {
    check((given) => {
      expect(Funds.from(Object.fromEntries(Object.entries(given).reverse()))).toEqual(Funds.from(given))
    })
  })

  it("of two assets are the same in either order, and count what they hold", () => {
    fc.assert(fc.property(asset, amount, asset, amount, (one, first, other, second) => {
      fc.pre(one !== other)
      const expected = Funds.from({ [one]: first, [other]: second })
      expect([Funds.both(one, first, other, second), Funds.both(other, second, one, first)]).toEqual([expected, expected])
      expect(expected.count).toBe([...expected].length)
    }), { seed: 1, numRuns: 200 })
    expect(() => Funds.both("eth", 1n, "eth", 1n)).toThrow("funds of two assets cannot be eth twice")
  })

  it("print themselves as text and as JSON with decimal strings", () => {
    expect(Funds.from({ eth: 10n, "amm:x": 0n, dai: 3n }).toString()).toBe("3 dai + 10 eth")
    expect(JSON.stringify(Funds.from({ eth: 2n ** 70n, dai: 3n }))).toBe('{"dai":"3","eth":"1180591620717411303424"}')
    expect([Funds.none.toString(), JSON.stringify(Funds.none), [...Funds.none]]).toEqual(["nothing", "{}", []])
  })

  it("of nothing are Funds.none", () => {
    expect([Funds.of("eth", 0n), Funds.from({}), Funds.from({ eth: 0n, dai: 0n })]).toEqual([Funds.none, Funds.none, Funds.none])
    expect(Funds.of("eth", 0n)).toBe(Funds.none)
  })

  it.each([-1n, -(2n ** 256n), 2n ** 256n, 2n ** 300n])("of %s units are out of range, by a failure that fits its declaration", (value) => {
    for (const make of [() => Funds.of("eth", value), () => Funds.from({ dai: 1n, eth: value }), () => Funds.both("eth", value, "dai", 1n)]) {
      let thrown: unknown
      try {
        make()
      } catch (failure) {
        thrown = failure
      }
      expect(thrown).toBeInstanceOf(OutOfRange)
      expect(thrown).toMatchObject({ operation: "funds of eth" })
      expect(fieldIssue(thrown as OutOfRange)).toBeUndefined()
    }
  })

  it.each([1, 0, -1, NaN, "1", null, undefined])("of %j, which is no bigint, are a programmer's mistake", (value) => {
    expect(() => Funds.of("eth", value as never)).toThrow(TypeError)
    expect(() => Funds.from({ dai: 1n, eth: value as never })).toThrow(TypeError)
    expect(() => Funds.both("eth", value as never, "dai", 1n)).toThrow(TypeError)
  })

  it("of 2^256 - 1 units are in range", () => {
    expect(Funds.of("eth", LIMITS.amountMax).amount).toBe(2n ** 256n - 1n)
  })
})

describe("what a host attaches is checked by the same rules, whether an object or Funds:", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 1n]))
  const PROBLEMS: readonly (readonly [given: unknown, path: string | undefined])[] = [
    [{ eth: 1n }, undefined],
    [{ eth: 0n }, undefined],
    [Funds.none, undefined],
    [Funds.from({ eth: 1n, dai: 2n }), undefined],
    [many(16), undefined],
    [Funds.from(many(16)), undefined],
    [many(17), ""],
    [Funds.from(many(17)), ""],
    [null, ""],
    ["eth", ""],
    [[1n], ""],
    [{ "e th": 1n }, "e th"],
    [Funds.of("e th", 1n), "e th"],
    [Funds.from({ eth: 1n, "z z": 1n }), "z z"],
    [{ eth: 1 }, "eth"],
    [{ eth: -1n }, "eth"],
    [{ eth: 2n ** 256n }, "eth"],
    [{ dai: 1n, eth: undefined }, "eth"],
  ]
  it.each(PROBLEMS)("%o", (given, path) => {
    expect(fundsProblem(given)?.path).toBe(path)
  })
})
