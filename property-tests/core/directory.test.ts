import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Account } from "../../core/account.ts"
import { hashText } from "../../core/address.ts"
import { ByteReader, ByteWriter } from "../../core/bytes.ts"
import { Cell } from "../../core/cell.ts"
import { Directory, GROUP } from "../../core/directory.ts"
import { LIMITS } from "../../core/limits.ts"

const cell = (address: string) => new Cell(address, Account, {})

const collision = (): readonly [string, string] => {
  const seen = new Map<number, string>()
  for (let index = 0; ; index++) {
    const address = `a${index.toString(36)}`
    const other = seen.get(hashText(address))
    if (other !== undefined) return [other, address]
    seen.set(hashText(address), address)
  }
}

/** Two addresses of the same 32-bit hash, found by their birthday. */
const COLLISION = collision()

describe("the directory", () => {
  it("finds whoever lives there and nobody else, alone and in groups, like a Map", () => {
    const address = fc.stringMatching(/^[a-d]{1,4}$/)
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 300 }), fc.array(address, { minLength: 1, maxLength: GROUP }), (born, asked) => {
        const directory = new Directory()
        const model = new Map(born.map((name) => [name, cell(name)]))
        for (const one of model.values()) directory.add(one)
        expect(directory.size).toBe(model.size)
        expect(directory.values()).toEqual([...model.values()])
        expect(directory.addresses()).toEqual([...model.keys()].sort())
        const found: (Cell | undefined)[] = []
        directory.find(asked, asked.length, found)
        for (const [index, name] of asked.entries()) {
          expect(directory.get(name)).toBe(model.get(name))
          expect(found[index]).toBe(model.get(name))
        }
      }),
    )
  })

  it("finds one address that a whole group asks for, and says its hash", () => {
    const [first, second] = COLLISION
    for (const born of [[], [first], [second], [first, second]]) for (const asked of [first, second, "nobody", "x".repeat(LIMITS.addressLengthMax + 1), 5 as never]) {
      const directory = new Directory()
      const cells = new Map(born.map((name) => [name, cell(name)]))
      for (const one of cells.values()) directory.add(one)
      const found: (Cell | undefined)[] = []
      const hashes = new Int32Array(GROUP)
      for (const count of [1, 2, GROUP]) {
        found.length = 0
        directory.find(Array.from({ length: count }, () => asked), count, found)
        directory.lastHashes(hashes)
        expect(found).toEqual(Array.from({ length: count }, () => cells.get(asked)))
        const hash = typeof asked === "string" && asked.length <= LIMITS.addressLengthMax ? hashText(asked) | 0 : 0
        expect([...hashes.subarray(0, count)]).toEqual(Array.from({ length: count }, () => hash))
      }
    }
  })

  it("tells apart addresses of one hash", () => {
    const [first, second] = COLLISION
    for (const born of [[first], [second], [first, second], [second, first]]) {
      const directory = new Directory()
      const cells = new Map(born.map((name) => [name, cell(name)]))
      for (const one of cells.values()) directory.add(one)
      const found: (Cell | undefined)[] = []
      directory.find([first, second], 2, found)
      expect(found).toEqual([cells.get(first), cells.get(second)])
      expect([directory.get(first), directory.get(second)]).toEqual([cells.get(first), cells.get(second)])
    }
  })

  /** Whom the directory finds for the bytes of an address, with others before and behind them. */
  const spelledIn = (directory: Directory, address: string, before: string, behind: string): Cell | undefined => {
    const writer = new ByteWriter()
    writer.text(before)
    const at = writer.length
    writer.text(address)
    writer.text(behind)
    const hash = hashText(address) | 0
    const likely: (Cell | undefined)[] = []
    directory.likely(Int32Array.of(hash), 1, likely)
    return directory.spelled(hash, likely[0], new ByteReader(writer.toBytes()), at)
  }

  it("finds by the bytes of an address as by its text", () => {
    const address = fc.stringMatching(/^[a-c]{1,9}$/)
    const [first, second] = COLLISION
    const born = fc.uniqueArray(fc.oneof(address, fc.constantFrom(first, second)), { maxLength: 60 })
    fc.assert(
      fc.property(born, fc.oneof(address, fc.constantFrom(first, second)), fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (names, asked, before, behind) => {
        const directory = new Directory()
        for (const name of names) directory.add(cell(name))
        expect(spelledIn(directory, asked, before, behind)?.address).toBe(names.find((name) => name === asked))
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it("does not find by bytes that differ anywhere, or that end early", () => {
    for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, LIMITS.addressLengthMax]) {
      const name = "a".repeat(length)
      const directory = new Directory()
      directory.add(cell(name))
      const [only] = directory.values()
      const writer = new ByteWriter()
      writer.text(name)
      const bytes = writer.toBytes()
      const spelled = (some: Uint8Array): Cell | undefined => directory.spelled(hashText(name) | 0, only, new ByteReader(some), 0)
      expect(spelled(bytes)).toBe(only)
      for (let at = 0; at <= length; at++) {
        expect(spelled(bytes.map((byte, place) => (place === at ? byte + 1 : byte)))).toBe(undefined)
        expect(spelled(bytes.subarray(0, Math.max(1, at)))).toBe(undefined)
      }
    }
  })

  it("answers what is no address with nobody", () => {
    const directory = new Directory()
    directory.add(cell("alice"))
    const strange = [undefined, null, 7, {}, "", "x".repeat(LIMITS.addressLengthMax + 1)] as unknown as string[]
    const found: (Cell | undefined)[] = []
    directory.find(strange, strange.length, found)
    for (const [index, key] of strange.entries()) {
      expect(directory.has(key)).toBe(false)
      expect(found[index]).toBe(undefined)
    }
  })
})
