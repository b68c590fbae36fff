import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { actor, OutOfRange, Random, World } from "../../core/index.ts"
import { fieldIssue } from "./loses-nothing.ts"
import { notes, puppet, Tell, type PuppetState } from "./puppet.ts"

/** Counter-based numbers: the same on every machine, and different for every message, actor, block and seed. */

const first = (random: Random, count = 4): readonly number[] => Array.from({ length: count }, () => random.uint32())

describe("random numbers", () => {
  it("are these, on every machine", () => {
    expect(first(new Random(0n, 1, "self", "sender@0"))).toEqual([352_811_255, 3_243_145_213, 2_461_104_027, 2_366_343_896])
    expect(first(new Random(2n ** 64n - 1n, 7, "amm/eth-usdc", "alice#3"))).toEqual([460_762_658, 4_056_250_014, 449_045_900, 720_498_810])
    expect(new Random(5n, 1, "a", "b@0").uint256()).toBe(7470968732881363510849109867287853167767604941446020389052172590201201818732n)
    expect(new Random(5n, 1, "a", "b@0").below(1_000_000n)).toBe(818_732n)
  })

  it("depend on key and count alone", () => {
    const [one, other] = [new Random(1n, 1, "a", "b@0"), new Random(1n, 1, "a", "b@0")]
    first(other, 3)
    expect(first(one, 5).slice(3)).toEqual(first(other, 2))
  })

  it("differ by seed (both halves), block, actor and message", () => {
    const keys: readonly ConstructorParameters<typeof Random>[] = [
      [0n, 1, "a", "b@0"], [1n, 1, "a", "b@0"], [1n << 32n, 1, "a", "b@0"], [1n << 63n, 1, "a", "b@0"], [0n, 2, "a", "b@0"], [0n, 1, "b", "b@0"],
      [0n, 1, "a", "b@1"], [0n, 1, "a", "b#0"], [0n, 1, "a b@0", ""], [0n, 1, "b@0", "a"],
    ]
    const sequences = keys.map((key) => first(new Random(...key)).join())
    expect(new Set(sequences).size).toBe(keys.length)
  })

  it("of many messages have no number in common more often than chance allows", () => {
    const seen = new Map<number, number>()
    for (let sequence = 0; sequence < 20_000; sequence++) {
      const number = new Random(9n, 3, "amm/pool", `alice@${sequence}`).uint32()
      seen.set(number, (seen.get(number) ?? 0) + 1)
    }
    /** 20,000 draws of 2^32 have 0.05 pairs in expectation. */
    expect(20_000 - seen.size).toBeLessThan(3)
  })

  it("fill each bit of a word and of a wide number half of the time", () => {
    const random = new Random(3n, 1, "a", "b@0")
    const ones = new Array<number>(256).fill(0)
    for (let draw = 0; draw < 4_000; draw++) {
      const value = random.uint256()
      for (let bit = 0; bit < 256; bit++) if (((value >> BigInt(bit)) & 1n) === 1n) ones[bit] = (ones[bit] as number) + 1
    }
    /** 2,000 expected, standard deviation 32: five and a half of these. */
    for (const count of ones) expect(Math.abs(count - 2_000)).toBeLessThan(176)
  })
})

describe("below", () => {
  it("stays in its range, for any bound", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 256n), fc.nat(), (bound, key) => {
        const value = new Random(BigInt(key), 1, "a", "b@0").below(bound)
        expect(value >= 0n && value < bound).toBe(true)
      }),
      { seed: 1 },
    )
    expect(new Random(0n, 1, "a", "b@0").below(1n)).toBe(0n)
  })

  it("is even over small bounds: chi square within its six standard deviations", () => {
    for (const bound of [2, 3, 7, 10, 100]) {
      const random = new Random(BigInt(bound), 1, "a", "b@0")
      const counts = new Array<number>(bound).fill(0)
      for (let draw = 0; draw < 20_000; draw++) {
        const value = Number(random.below(BigInt(bound)))
        counts[value] = (counts[value] as number) + 1
      }
      const mean = 20_000 / bound
      const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
      expect(chiSquare).toBeLessThan(bound - 1 + 6 * Math.sqrt(2 * (bound - 1)))
    }
  })

  it("has no bias where the bound is two thirds of the range, as a plain remainder would have", () => {
    const bound = (2n ** 256n / 3n) * 2n
    const random = new Random(4n, 1, "a", "b@0")
    let low = 0
    for (let draw = 0; draw < 6_000; draw++) if (random.below(bound) < bound / 2n) low++
    /** A remainder would give 4,000; the fair count is 3,000 with a standard deviation of 39. */
    expect(Math.abs(low - 3_000)).toBeLessThan(6 * 39)
  })

  it.each([0n, -1n, 2n ** 256n + 1n, -(2n ** 300n)])("refuses a bound of %s, by a failure that fits its declaration", (bound) => {
    let thrown: unknown
    try {
      new Random(0n, 1, "a", "b@0").below(bound)
    } catch (failure) {
      thrown = failure
    }
    expect(thrown).toBeInstanceOf(OutOfRange)
    expect(fieldIssue(thrown as OutOfRange)).toBeUndefined()
  })
})

describe("in a world, a message's numbers", () => {
  const Dice = puppet({ tell: (state, _, { random }) => notes(state, `${random.uint32()} ${random.uint32()}`) })
  const thrown = (seed: bigint) => {
    const world = World.make({ accounts: { alice: {}, bob: {} }, actors: [actor("x", Dice, { level: 0 }), actor("y", Dice, { level: 0 })], seed })
    for (let block = 0; block < 3; block++) {
      for (const from of ["alice", "bob"]) for (const to of ["x", "y"]) world.send(from, to, Tell, { number: 0 })
      world.step()
    }
    return ["x", "y"].flatMap((address) => world.observe<PuppetState>(address).state.log).flatMap((line) => line.split(" "))
  }

  it("are its own: no two messages, actors, blocks or seeds share one, and the same world gives the same", () => {
    const numbers = [...thrown(1n), ...thrown(2n), ...thrown(1n << 40n)]
    expect(numbers.length).toBe(72)
    expect(new Set(numbers).size).toBe(72)
    expect(thrown(1n)).toEqual(numbers.slice(0, 24))
  })
})
