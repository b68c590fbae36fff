import { describe, expect, it } from "vitest"
import { Campaign, check } from "../../../sim/index.ts"
import { importWith, sourcesIn, type Mutant } from "../copy.ts"
import { MARKET, MUTANTS } from "./mutants.ts"

/** The market's campaign must tell each slip in the market from the market as it is; those of rounding by its properties alone. */

const RUNS = 150
const CAMPAIGN = "sim/campaigns/lending.ts"
const PROPERTIES = "sim/campaigns/lending-properties.ts"

const findingOf = async (mutant: Mutant | undefined, defaults: boolean): Promise<string | undefined> => {
  const { isolatedMarket } = await importWith<{ readonly isolatedMarket: Campaign }>(mutant, CAMPAIGN, [...sourcesIn(MARKET), CAMPAIGN, PROPERTIES])
  return check(Campaign.with(isolatedMarket, { defaults }), { runs: RUNS, seed: 1, shrink: false }).failing?.finding.oracle
}

describe("slips in the lending market", () => {
  it("a faithful copy keeps what the market promises", async () => expect(await findingOf(undefined, true)).toBeUndefined())

  for (const mutant of MUTANTS) {
    it(`${mutant.name}: found`, async () => expect(await findingOf(mutant, true)).toBeDefined())
  }

  for (const mutant of MUTANTS.slice(0, 4)) {
    it(`${mutant.name}: found by the properties alone`, async () => expect(await findingOf(mutant, false)).toBe("conversions favour the market"))
  }
})
