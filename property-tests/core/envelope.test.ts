import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Funds, Payment } from "../../core/index.ts"
import { CALL, Envelope, EXPIRED, NO_DEADLINE } from "../../core/envelope.ts"
import { LIMITS } from "../../core/limits.ts"

/** An envelope keeps small things in one number and what is rare apart; what is written is what is read, whatever else is written between. */

const make = (deadline = NO_DEADLINE): Envelope =>
  new Envelope(CALL, "alice", undefined, "bob", undefined, Payment, {}, Funds.none, 7, 11, 3, 1, deadline, undefined, undefined, undefined, "carol", 5)

interface Written {
  fromSlot: number
  toSlot: number
  outcome: number
  ghost: boolean
  endedAt: number
  refusal: unknown
  defect: unknown
  position: readonly [block: number, index: number]
}

const slot = fc.integer({ min: -1, max: LIMITS.slots - 1 })
const position = fc.tuple(fc.nat(LIMITS.heightMax), fc.nat(LIMITS.transactionsMax - 1))
const something = fc.constantFrom(undefined, { a: 1 }, { b: 2 })
const writes: { readonly [Name in keyof Written]: fc.Arbitrary<Written[Name]> } = {
  fromSlot: slot,
  toSlot: slot,
  outcome: fc.integer({ min: 0, max: EXPIRED }),
  ghost: fc.boolean(),
  endedAt: fc.nat(LIMITS.heightMax),
  refusal: something,
  defect: something,
  position,
}
const write = fc.oneof(...Object.entries(writes).map(([name, value]) => (value as fc.Arbitrary<unknown>).map((written) => [name as keyof Written, written] as const)))

const apply = (envelope: Envelope, [name, value]: readonly [keyof Written, unknown]): void => {
  if (name === "position") envelope.moveTo(...(value as Written["position"]))
  else Object.assign(envelope, { [name]: value })
}

const read = (envelope: Envelope) => ({
  fromSlot: envelope.fromSlot,
  toSlot: envelope.toSlot,
  outcome: envelope.outcome,
  ghost: envelope.ghost,
  endedAt: envelope.endedAt,
  refusal: envelope.refusal,
  defect: envelope.defect,
  position: [envelope.positionBlock, envelope.positionIndex],
})

const FRESH = { fromSlot: -1, toSlot: -1, outcome: 0, ghost: false, endedAt: 0, refusal: undefined, defect: undefined, position: [7, 11] }

describe("an envelope", () => {
  it("reads what was written last, and all else as it was", () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 12 }), fc.constantFrom(NO_DEADLINE, 0, 9), (list, deadline) => {
        const envelope = make(deadline)
        const expected: { [name: string]: unknown } = { ...FRESH }
        for (const one of list) {
          apply(envelope, one)
          expected[one[0]] = one[1]
        }
        expect(read(envelope)).toEqual(expected)
        expect([envelope.deadline, envelope.then, envelope.saved, envelope.reason, envelope.kind, envelope.hop]).toEqual([deadline, undefined, undefined, undefined, CALL, 1])
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it("is copied with its position and its terms, before its end", () => {
    fc.assert(
      fc.property(position, fc.constantFrom(NO_DEADLINE, 4), fc.boolean(), ([block, index], deadline, ghost) => {
        const envelope = make(deadline)
        envelope.moveTo(block, index)
        envelope.ghost = ghost
        const copy = envelope.copy(() => undefined)
        expect(read(copy)).toEqual(read(envelope))
        expect([copy.deadline, copy.id, copy.parentId, copy.causeBlock, copy.causeIndex]).toEqual([deadline, envelope.id, envelope.parentId, 7, 11])
      }),
      { seed: 4, numRuns: 100 },
    )
  })
})
