import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Account } from "../../core/account.ts"
import { hashText } from "../../core/address.ts"
import { Cell } from "../../core/cell.ts"
import { Directory, GROUP } from "../../core/directory.ts"
import { LIMITS } from "../../core/limits.ts"

const cell = (address: string) => new Cell(address, Account, {})

/** Two addresses of the same 32-bit hash, found by their birthday. */
const collision = (): readonly [string, string] => {
  const seen = new Map<number, string>()
  for (let index = 0; ; index++) {
    const address = `a${index.toString(36)}`
    const other = seen.get(hashText(address))
    if (other !== undefined) return [other, address]
    seen.set(hashText(address), address)
  }
}

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

  it("tells apart addresses of one hash", () => {
    const [first, second] = collision()
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
