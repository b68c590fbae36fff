import fc from "fast-check"
import { expect, it } from "vitest"
import { Sum } from "../../core/sum.ts"

it("a sum of amounts is what bigints give, at every size and across every carry", () => {
  const edge = fc.tuple(fc.constantFrom(0n, 32n, 63n, 64n, 128n, 255n), fc.bigInt(-2n, 2n)).map(([bits, off]) => 2n ** bits + off)
  const amount = fc.oneof(edge, fc.bigInt(0n, 2n ** 64n), fc.bigInt(0n, 2n ** 256n - 1n)).map((value) => (value < 0n ? 0n : value))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), amount, fc.boolean()), { maxLength: 50 }), (changes) => {
      const sum = new Sum()
      for (const round of [1, 2]) {
        let expected = 0n
        for (const [gain, each, inHalves] of changes) {
          const halves = [Number(each & 0xffff_ffffn), Number((each >> 32n) & 0xffff_ffffn)] as const
          if (inHalves && each < 2n ** 64n) {
            if (gain) sum.addWords(...halves)
            else sum.subtractWords(...halves)
          } else if (gain) sum.add(each)
          else sum.subtract(each)
          expected += gain ? each : -each
          expect(sum.total, `round ${round}`).toBe(expected)
        }
        sum.clear()
      }
    }),
  )
})
