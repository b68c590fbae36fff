import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { assetOf, isAddress, isAssetId, issuerOf, LIMITS, slotOf } from "../../core/index.ts"
import { hashText, isChildName } from "../../core/address.ts"

/** Names of actors and assets, and the slots that they hash to. */

describe("an address", () => {
  it.each(["a", "alice", "amm/eth-usdc", "A.b_c-9/0/x", "x".repeat(120)])("may be %s", (text) => {
    expect([isAddress(text), isAssetId(text)]).toEqual([true, true])
  })

  it.each(["", "/", "a/", "/a", "a//b", "-a", ".a", "_a", "a/-b", "a b", "a:b", "a\n", "é", "a/é", "a".repeat(121), 5, null, undefined, {}, ["a"]])("may not be %j", (text) => {
    expect(isAddress(text)).toBe(false)
  })

  it("of a child is its parent's and one word", () => {
    expect(["a", "a.b", "0-1_2"].every(isChildName)).toBe(true)
    expect(["", "a/b", "-a", "a b", "a:b", 5, undefined].some(isChildName)).toBe(false)
  })
})

describe("an asset", () => {
  it.each(["eth", "amm/eth-usdc:shares", "a:B", `${"x".repeat(120)}:${"y".repeat(40)}`])("may be %s", (text) => {
    expect(isAssetId(text)).toBe(true)
  })

  it.each(["", ":", "a:", ":a", "a:b:c", "a:b/c", "a b:c", "a:b c", `a:${"y".repeat(41)}`, `${"x".repeat(121)}:y`, 5, null, undefined])("may not be %j", (text) => {
    expect(isAssetId(text)).toBe(false)
  })

  it("belongs to the address before its colon", () => {
    expect([issuerOf("eth"), issuerOf("amm/pool:shares"), assetOf("amm/pool", "shares")]).toEqual(["eth", "amm/pool", "amm/pool:shares"])
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,9}){0,3}$/), fc.stringMatching(/^[a-z]{1,9}$/), (issuer, name) => {
        expect(isAssetId(assetOf(issuer, name))).toBe(true)
        expect(issuerOf(assetOf(issuer, name))).toBe(issuer)
      }),
      { seed: 1 },
    )
  })
})

describe("the hash of a text", () => {
  it.each([
    ["", 2_872_998_923], ["a", 444_641_715], ["alice", 3_927_234_078], ["amm/eth-usdc", 3_470_154_152], ["\u{1f600}", 1_787_143_206],
  ] as readonly (readonly [string, number])[])("of %j is the same on every machine", (text, hash) => {
    expect(hashText(text)).toBe(hash)
    expect(slotOf(text)).toBe(hash % LIMITS.slots)
  })

  it("is that of an independent FNV-1a with avalanche, in bigints", () => {
    const mask = 0xffffffffn
    const reference = (text: string): number => {
      let hash = 0x811c9dc5n
      for (let index = 0; index < text.length; index++) hash = ((hash ^ BigInt(text.charCodeAt(index))) * 0x01000193n) & mask
      for (const [shift, factor] of [[16n, 0x85ebca6bn], [13n, 0xc2b2ae35n]] as const) hash = ((hash ^ (hash >> shift)) * factor) & mask
      return Number(hash ^ (hash >> 16n))
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(hashText(text)).toBe(reference(text))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  /** Chi square over 1,024 slots has mean 1,023 and standard deviation 45: the bound is six of these, on both sides. */
  it.each([
    ["numbered accounts", (index: number) => `user-${index}`],
    ["padded accounts", (index: number) => `a${String(index).padStart(8, "0")}`],
    ["pools of pairs", (index: number) => `amm/t${index % 317}-t${Math.floor(index / 317)}`],
    ["children of one parent", (index: number) => `factory/pool/${index.toString(36)}`],
    ["hexadecimal addresses", (index: number) => `0x${(BigInt(index + 1) * 0x9e3779b97f4a7c15f39cc0605cedc835n).toString(16).padStart(40, "0").slice(-40)}`],
  ])("spreads 100,000 %s evenly over the slots", (_, name) => {
    const counts = new Array<number>(LIMITS.slots).fill(0)
    for (let index = 0; index < 100_000; index++) counts[slotOf(name(index))] = (counts[slotOf(name(index))] as number) + 1
    const mean = 100_000 / LIMITS.slots
    const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
    expect(chiSquare).toBeLessThan(1_023 + 6 * 45.3)
    expect(chiSquare).toBeGreaterThan(1_023 - 6 * 45.3)
  })
})
