import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Amounts } from "../../core/amounts.ts"
import { ByteWriter } from "../../core/bytes.ts"

const MAX = 2n ** 256n - 1n
/** Amounts around every place where limbs, words, or the way of keeping them change. */
const edge = fc
  .tuple(fc.constantFrom(0n, 32n, 63n, 64n, 96n, 127n, 128n, 192n, 255n, 256n), fc.bigInt(-3n, 3n))
  .map(([bits, off]) => 2n ** bits + off)
const nearWide = fc.bigInt(-3n, 3n).map((off) => 2n ** 128n - 2n ** 64n + off)
/** High limbs of one word, some of which have the same lowest bits. */
const ofOneHighWord = fc.tuple(fc.nat(2), fc.nat(2), fc.bigInt(0n, 3n)).map(([high, low, rest]) => (BigInt(high * 1024 + low) << 64n) + rest)
const amount = fc.oneof(edge, nearWide, ofOneHighWord, fc.bigInt(0n, 2n ** 64n), fc.bigInt(0n, MAX)).map((value) => (value < 0n ? 0n : value > MAX ? MAX : value))

const bytesOf = (write: (writer: ByteWriter) => void): number[] => {
  const writer = new ByteWriter(64)
  write(writer)
  return [...writer.bytes.subarray(0, writer.length)]
}

describe("balances in limbs", () => {
  it("are kept apart as soon as a carry reaches the widest high limb, and no longer than that", () => {
    const widest = 2n ** 128n - 2n ** 64n
    for (const start of [widest - 1n, widest - 2n ** 64n, widest - 2n ** 63n]) {
      const amounts = new Amounts()
      const at = amounts.begin()
      amounts.set(at, start)
      amounts.add(at, 2n ** 64n - 1n)
      expect(amounts.get(at)).toBe(start + 2n ** 64n - 1n)
      amounts.take(at, 2n ** 64n - 1n)
      expect(amounts.get(at)).toBe(start)
    }
  })

  it("behave like bigints under every operation", () => {
    const operation = fc.record({ name: fc.constantFrom("set", "add", "addWords", "take", "keep", "copy"), place: fc.nat(3), other: fc.nat(3), amount })
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const amounts = new Amounts()
        const places = [0, 1, 2, 3].map(() => amounts.begin())
        const now = [0n, 0n, 0n, 0n]
        const before = [0n, 0n, 0n, 0n]
        for (const { name, place, other, amount } of operations) {
          const at = places[place] as number
          const value = now[place] as bigint
          expect(amounts.covers(at, amount)).toBe(value >= amount)
          if (name === "set") {
            amounts.set(at, amount)
            now[place] = amount
          } else if (name === "add" && value + amount <= MAX) {
            amounts.add(at, amount)
            now[place] = value + amount
          } else if (name === "addWords" && value + amount <= MAX && amount < 2n ** 64n) {
            amounts.addWords(at, Number(amount & 0xffff_ffffn), Number(amount >> 32n))
            now[place] = value + amount
          } else if (name === "take" && value >= amount) {
            amounts.take(at, amount)
            now[place] = value - amount
          } else if (name === "keep") {
            amounts.keep(at)
            before[place] = value
          } else if (name === "copy") {
            amounts.copy(places[other] as number, amounts, at)
            now[place] = now[other] as bigint
          }
          for (const [index, each] of places.entries()) {
            expect(amounts.get(each)).toBe(now[index])
            expect(amounts.changed(each)).toBe(now[index] !== before[index])
          }
        }
        for (const [index, each] of places.entries()) {
          expect(bytesOf((writer) => amounts.write(writer, each))).toEqual(bytesOf((writer) => writer.uint(now[index] as bigint)))
        }
      }),
      { numRuns: 300 },
    )
  })

  it("survive growing", () => {
    const amounts = new Amounts()
    const places = Array.from({ length: 5000 }, (_, index) => {
      const at = amounts.begin()
      amounts.set(at, BigInt(index) << BigInt(index % 250))
      return at
    })
    for (const [index, at] of places.entries()) expect(amounts.get(at)).toBe(BigInt(index) << BigInt(index % 250))
  })
})
