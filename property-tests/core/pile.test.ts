import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Pile } from "../../core/pile.ts"

describe("a pile", () => {
  it("is the list of what was put on it, over any number of pieces", () =>
    fc.assert(fc.property(fc.oneof(fc.nat(40), fc.integer({ min: 4_090, max: 4_100 }), fc.integer({ min: 8_190, max: 12_300 })), (count) => {
      const items = Array.from({ length: count }, (_, at) => at * 3)
      const pile = Pile.from(items)
      expect(pile.length).toBe(count)
      expect(pile.toArray()).toEqual(items)
      expect([...pile]).toEqual(items)
      expect(pile.pieces.flat()).toEqual(items)
      for (const at of [0, 31, 4_095, 4_096, 8_191, 8_192, count - 1]) if (at >= 0 && at < count) expect(pile.get(at)).toBe(at * 3)
      expect(pile.pieces.slice(0, -1).every(({ length }) => length % 32 === 0)).toBe(true)
    }), { numRuns: 60, seed: 20_261_126 }))
})
