import { describe, expect, it } from "vitest"
import type { AnyDefinition, AnyMessage, FundsLike, Receipt, World } from "../../core/index.ts"

/** One message that must be refused with a failure, at a prepared world. */
export interface Refused {
  readonly name: string
  readonly payload?: { readonly [field: string]: unknown }
  readonly funds?: FundsLike
  readonly from?: string
  readonly failure: string
  /** Which prepared world; what the words mean is up to the test. */
  readonly start?: string
}

/** The failure's tag, or "accepted". */
export const endOf = (receipt: Receipt | undefined): string => {
  if (receipt === undefined || receipt.status === "pending") throw new Error("no receipt")
  return receipt.status === "handled" ? "accepted" : (receipt.refusal as { readonly _tag: string })._tag
}

const words = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item))

/** Tests that each case is refused by the actor at `address` as it says and changes nothing, and that together they show every failure that is declared. */
export const refusals = (
  definition: AnyDefinition,
  address: string,
  worldWith: (start: string) => World,
  cases: readonly Refused[],
  precedence: readonly Refused[],
  /** "Message failure": shown by a test of its own, since the world does not stand still around it. */
  shownElsewhere: readonly string[] = [],
): void => {
  const seen = new Set<string>()
  const purses = (world: World) => world.addresses.map((owner) => [owner, ...world.balances(owner)])
  const refuse = ({ name, payload = {}, funds = {}, from = "alice", failure, start = "usual" }: Refused): void => {
    const world = worldWith(start)
    const [before, state] = [purses(world), world.state(definition, address)]
    world.send(from, address, (definition.messages as { readonly [name: string]: AnyMessage })[name] as AnyMessage, payload, { funds })
    const { receipts, defects } = world.step()
    expect([endOf(receipts[0]), defects]).toEqual([failure, []])
    expect(world.state(definition, address)).toBe(state)
    world.settle({ timers: false })
    expect(purses(world)).toEqual(before)
  }
  const titleOf = ({ name, payload, funds, start }: Refused): string => `${name} ${words(payload ?? {})} with ${words(funds ?? {})}${start === undefined ? "" : `, ${start}`}`

  describe("a refused message", () => {
    for (const given of cases) {
      it(`${titleOf(given)}: ${given.failure}, and all comes back`, () => {
        refuse(given)
        seen.add(`${given.name} ${given.failure}`)
      })
    }
    it("has shown every declared failure", () => {
      const messages = Object.entries(definition.messages as { readonly [name: string]: AnyMessage })
      const declared = messages.flatMap(([name, { failures }]) => failures.map(({ tag }) => `${name} ${tag}`))
      expect(declared.filter((failure) => !seen.has(failure))).toEqual(shownElsewhere)
      expect([...seen].filter((failure) => !declared.includes(failure) && !/ core\//.test(failure))).toEqual([])
    })
    for (const given of precedence) it(`${titleOf(given)}: ${given.failure} comes before the other`, () => refuse(given))
  })
}
