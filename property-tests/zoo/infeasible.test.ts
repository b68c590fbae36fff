import { describe, expect, it } from "vitest"
import { check } from "../../sim/index.ts"
import { infeasible } from "./infeasible.ts"

/** No search hits what cannot be hit; each comes near. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"

describe("targets that cannot be hit", () => {
  it("are ten", () => expect(new Set(infeasible.map(({ name }) => name)).size).toBe(10))
  for (const { name, because, campaign, approach } of infeasible) {
    it(`${name}: ${because}`, () => {
      expect(check(campaign, { runs: LONG ? 20_000 : 40, seed: 1 }).failing).toBeUndefined()
      expect(check(approach, { runs: 2_000, seed: 1, shrink: false }).failing?.finding.oracle).toBe(name)
    })
  }
})
