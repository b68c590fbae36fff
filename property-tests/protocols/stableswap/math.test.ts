import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { balanceAtD, getD, getY, rampedA, scaledBalances } from "../../../protocols/exchange/stableswap/index.ts"

/**
 * The invariant as its author wrote it (M. Egorov, StableSwap, 2019), in whole numbers without a division: with Ann for A n^n,
 * Ann S + D = Ann D + D^(n+1) / (n^n P) becomes (Ann S - (Ann - 1) D) n^n P - D^(n+1) = 0, whose left side falls in D and rises in each balance.
 */
const excess = (xp: readonly bigint[], amplification: bigint, d: bigint): bigint => {
  const n = BigInt(xp.length)
  const ann = amplification * n
  const sum = xp.reduce((total, x) => total + x, 0n)
  const product = xp.reduce((total, x) => total * x * n, 1n)
  return (ann * sum - (ann - 1n) * d) * product - d ** (n + 1n)
}

/** The greatest D that the equation allows, by halving. */
const exactD = (xp: readonly bigint[], amplification: bigint): bigint => {
  let [low, high] = [0n, xp.reduce((total, x) => total + x, 1n)]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (excess(xp, amplification, middle) >= 0n) low = middle
    else high = middle
  }
  return low
}

/**
 * How far the iteration may end beside the root: every truncation of the product (one for each coin, 1 unit, grown by what is still to be
 * multiplied, D / (n x) for each coin), passed on to D by at most the whole of it, and the step at which it stops.
 */
const boundOf = (xp: readonly bigint[], d: bigint): bigint => {
  const n = BigInt(xp.length)
  let error = 0n
  for (const x of xp) error = (error * d) / (x * n) + 1n + (error === 0n ? 0n : 1n)
  return 2n * error + 4n
}

const poolOf = (coinsMax: number, unitMin: bigint) => fc
  .tuple(fc.integer({ min: 2, max: coinsMax }), fc.bigInt(unitMin, 10n ** 27n), fc.bigInt(1n, 999_999n))
  // The largest balance is at most 1,000 times the smallest: a pool that somebody uses.
  .chain(([n, unit, amplification]) => fc.record({ xp: fc.array(fc.bigInt(unit, unit * 1_000n), { minLength: n, maxLength: n }), amplification: fc.constant(amplification) }))

describe("D and y", () => {
  it("of a balanced pool is the sum, whatever A is", () => {
    for (const n of [2, 3, 5, 8]) for (const amplification of [1n, 100n, 999_999n]) expect(getD(Array.from({ length: n }, () => 10n ** 24n), amplification)).toBe(BigInt(n) * 10n ** 24n)
  })

  it("end beside the exact root of the paper's equation, by what their last division leaves open", () => {
    let widest = 0n
    fc.assert(
      fc.property(poolOf(8, 10n ** 9n), ({ xp, amplification }) => {
        const [d, exact] = [getD(xp, amplification), exactD(xp, amplification)]
        const apart = d > exact ? d - exact : exact - d
        if (apart > widest) widest = apart
        expect(apart).toBeLessThanOrEqual(boundOf(xp, exact))
      }),
      { numRuns: 400 },
    )
    expect(widest).toBeGreaterThan(0n)
  })

  it("give back the balance that was there", () => {
    fc.assert(
      fc.property(poolOf(4, 10n ** 18n), fc.nat(7), ({ xp, amplification }, index) => {
        const coin = index % xp.length
        const d = getD(xp, amplification)
        const y = balanceAtD(coin, xp, amplification, d)
        // y is an answer for d when the exact root of the equation in this balance lies within a step of it.
        const step = 10n + y / 10n ** 12n
        const at = (balance: bigint) => excess(xp.map((x, other) => (other === coin ? balance : x)), amplification, d)
        expect(at(y + step) >= 0n && (y <= step || at(y - step) <= 0n)).toBe(true)
        expect(getY(coin === 0 ? 1 : 0, coin, xp[coin === 0 ? 1 : 0] as bigint, xp, amplification)).toBe(y)
      }),
      { numRuns: 400 },
    )
  })

  it("refuse what the contract refuses: a coin of which there is nothing, a product beyond 256 bits", () => {
    expect(getD([0n, 0n], 100n)).toBe(0n)
    expect(() => getD([5n, 0n], 100n)).toThrow(expect.objectContaining({ _tag: "core/DivisionByZero" }))
    expect(() => getD([2n ** 130n, 2n ** 130n], 100n)).toThrow(expect.objectContaining({ _tag: "core/OutOfRange" }))
  })

  it("scale by decimals", () => expect(scaledBalances([5n, 7n, 9n], [18, 6, 0])).toEqual([5n, 7n * 10n ** 12n, 9n * 10n ** 18n]))

  it("ramp A toward its end, and never beyond", () => {
    expect([0, 50, 99, 100, 150].map((time) => rampedA(100n, 200n, 0, 100, time))).toEqual([100n, 150n, 199n, 200n, 200n])
    expect([0, 50, 99, 100, 150].map((time) => rampedA(200n, 100n, 0, 100, time))).toEqual([200n, 150n, 101n, 100n, 100n])
  })
})
