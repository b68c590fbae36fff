import { describe, expect, it } from "vitest"
import { campaigns, check, zooTable } from "../../sim/index.ts"
import { loadZoo } from "../zoo/index.ts"

/** A campaign on each bundled protocol, and a small search of the zoo. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"

describe("bundled protocols", () => {
  for (const campaign of campaigns) {
    it(`${campaign.name} keeps what it promises`, () => {
      const report = check(campaign, { runs: LONG ? 50_000 : 150, seed: 1 })
      expect(report.failing).toBeUndefined()
      const messages = [...new Set(campaign.actions.map(({ message }) => message.name))]
      const handled = messages.filter((name) => (report.reached.get(`${name}: handled`) ?? 0) > 0)
      // What only a rare state allows (a liquidation, a ticket) takes longer than this.
      expect(handled.length, `of ${messages.join(", ")} only ${handled.join(", ")} were handled`).toBeGreaterThanOrEqual((messages.length * 2) / 3)
    })
  }
})

describe("the table of a zoo", () => {
  it("says why the schedule matters, and what no search hit", async () => {
    const module = new URL("./small-registry.ts", import.meta.url).href
    const { rows, schedule, targets, summary } = await zooTable(module, { seeds: 2, runs: 300, modeRuns: 40, fixedRuns: 20 })
    expect(rows.map(({ number, found }) => [number, found])).toEqual([[7, 2], [38, 2]])
    expect(rows[0]?.callsMax).toBeGreaterThanOrEqual(rows[0]?.callsMedian as number)
    expect(rows[0]).toMatchObject({ stepsMin: 1, stepsMedian: 1, stepsMax: 1 })
    expect(schedule).toEqual([{ number: 38, drained: 0, orders: 2, faults: 0, both: 2 }])
    expect(targets).toEqual(["an empty reserve", "fewer shares than are locked"].map((name) => ({ name, passed: 20, falseAlarm: null })))
    expect(summary).toMatchObject({ entries: 2, detected: 2, falseAlarms: 0 })
    expect((await zooTable(module, { numbers: [7], seeds: 1, runs: 50, fixedRuns: 1 })).targets).toEqual([])
  })
})

describe("the zoo", async () => {
  const entries = await loadZoo()
  const module = new URL("../zoo/index.ts", import.meta.url).href
  for (const entry of entries) {
    it(`${entry.number} ${entry.name}`, async () => {
      const { rows, summary } = await zooTable(module, { numbers: [entry.number], seeds: LONG ? 20 : 2, runs: 2_000, modeRuns: LONG ? 2_000 : 60, fixedRuns: LONG ? 20_000 : 150 })
      expect(rows[0]).toMatchObject({ falseAlarm: null, drained: entry.async ? 0 : null })
      expect(summary).toMatchObject({ entries: 1, detected: 1, short: 1, falseAlarms: 0 })
    })
  }
})
