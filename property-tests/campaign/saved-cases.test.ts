import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { Arena, campaigns, replay, type SavedCase } from "../../sim/index.ts"
import { campaignsIn } from "../../sim/campaign/load.ts"

/** Cases that searches once saved must not fail again: the first of all tests, see vitest.config.ts. */

const CASES = join(import.meta.dirname, "../cases")
const files = existsSync(CASES) ? readdirSync(CASES).filter((name) => name.endsWith(".json")).sort() : []

describe("saved cases", () => {
  for (const file of files) {
    it(file, async () => {
      const saved = JSON.parse(readFileSync(join(CASES, file), "utf8")) as SavedCase
      const known = saved.module === undefined ? campaigns : campaignsIn((await import(join(CASES, saved.module))) as { readonly [name: string]: unknown })
      const campaign = known.find(({ name }) => name === saved.campaign)
      if (campaign === undefined) throw new Error(`${file} is of a campaign ${saved.campaign}, which is not there`)
      // A message or a field more changes the fingerprint; the steps say the same as long as their messages are there.
      const definitions = new Arena(campaign, saved.parameters).fingerprint
      expect(replay(campaign, { ...saved, definitions }).finding).toBeUndefined()
    })
  }
  it("are there", () => expect(files.length).toBeGreaterThan(0))
})
