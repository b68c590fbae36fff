import { describe, expect, it } from "vitest"
import { Campaign, check, WorldAlreadyBroken } from "../../../sim/index.ts"
import { importWith, sourcesIn, type Mutant } from "../copy.ts"
import { MUTANTS, POOL } from "./mutants.ts"

/** The pool's campaign must tell each slip in the pool from the pool as it is. */

const RUNS = 400
const CAMPAIGN = "sim/campaigns/constant-product.ts"
const PROPERTIES = "sim/campaigns/constant-product-properties.ts"

const findingOf = async (mutant: Mutant | undefined, defaults = true): Promise<string | undefined> => {
  const { constantProduct } = await importWith<{ readonly constantProduct: Campaign }>(mutant, CAMPAIGN, [...sourcesIn(POOL), CAMPAIGN, PROPERTIES])
  try {
    const finding = check(Campaign.with(constantProduct, { defaults }), { runs: RUNS, seed: 1, shrink: false }).failing?.finding
    return finding && `${finding.oracle} ${finding.detail}`.trim()
  } catch (thrown) {
    if (thrown instanceof WorldAlreadyBroken) return `broken from the start: ${thrown.message}`
    throw thrown
  }
}

describe("slips in the constant-product pool", () => {
  it("a faithful copy keeps what the pool promises", async () => expect(await findingOf(undefined)).toBeUndefined())

  for (const mutant of MUTANTS) {
    it(`${mutant.name}: found`, async () => {
      expect(await findingOf(mutant)).toBeDefined()
    })
  }

  it("a deposit gets the larger of both parts: found by the properties alone", async () => {
    const mutant = MUTANTS.find(({ text }) => text === "return byX < byY ? byX : byY")
    expect(mutant).toBeDefined()
    expect(await findingOf(mutant, false)).toBe("a gift buys no shares")
  })

  it("are thirteen, each a different one", () => expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(13))
})
