import { describe, expect, it } from "vitest"
import { LIMITS, WORLD_LIMITS } from "../../core/index.ts"

/** The limits hold together: what one allows, no other forbids. Each row is a claim and both of its sides. */

const claims: ReadonlyArray<readonly [claim: string, smaller: number, larger: number]> = [
  ["every position of a transaction is a safe integer", LIMITS.transactionsMax * (LIMITS.heightMax + 1), Number.MAX_SAFE_INTEGER],
  ["a height fits into 32 bits", LIMITS.heightMax, 2 ** 32 - 1],
  ["the bounce of a call beyond the hop limit still runs its handler", LIMITS.hopsMax + 2, LIMITS.hopsReturnMax],
  ["a timer may be due within the life of a world", LIMITS.timerBlocksMax, LIMITS.heightMax],
  ["a step's timers fit among the actor's", LIMITS.timersPerStepMax, LIMITS.timersMax],
  ["a step's sends fit into one mailbox", LIMITS.sendsMax, LIMITS.mailboxMax],
  ["a step's spawns fit among the actors", LIMITS.spawnsMax, LIMITS.actorsMax],
  ["attached assets can be held", LIMITS.fundsAssetsMax, LIMITS.holdingsMax],
  ["an issuer can hold all of its assets", LIMITS.issuedAssetsMax, LIMITS.holdingsMax],
  ["a family's members fit among the actors", LIMITS.familyMembersMax, LIMITS.actorsMax],
  ["actors fit into a Map of V8", LIMITS.actorsMax, 2 ** 24],
  ["a payload has room for an address and an asset", 2 * LIMITS.addressLengthMax + LIMITS.assetNameLengthMax + 2, LIMITS.payloadBytesMax],
  ["a queue of one block's transactions has indexes below 2^32", LIMITS.transactionsMax, 2 ** 32],
]

describe("limits", () => {
  for (const [claim, smaller, larger] of claims) it(claim, () => expect(smaller).toBeLessThanOrEqual(larger))

  it("are whole numbers from 1", () => {
    const { amountMax, ...others } = LIMITS
    expect(amountMax).toBe(2n ** 256n - 1n)
    for (const [name, value] of Object.entries(others)) expect(Number.isSafeInteger(value) && value >= 1, name).toBe(true)
  })

  it("divide addresses into a power of two of slots", () => expect(Math.log2(LIMITS.slots) % 1).toBe(0))

  it("are the most that a world may set", () => {
    const engine: { readonly [name: string]: number | bigint } = LIMITS
    for (const [name, value] of Object.entries(WORLD_LIMITS)) expect(value, name).toBe(engine[name === "capacity" ? "mailboxMax" : name])
  })
})
