import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { openThreadedWorld, Orderings } from "../../core/index.ts"
import { marketDay, openRun, planOf, run, scenarioModule, VerifyingThreads } from "../../sim/index.ts"
import { scenario } from "../reference/arbitrary.ts"
import { compare, same } from "../reference/compare.ts"
import { genesisOf } from "../reference/engine.ts"

/** Real threads give the headers and blocks of one. */

const LONG = process.env["BLOCKSTEP_LONG"] === "1"
const SEED = Number(process.env["BLOCKSTEP_SEED"] ?? 20_240_611)
const WORLDS = LONG ? 300 : 4
const COUNTS = LONG ? [1, 2, 3, 8, 16] : [1, 2, 3]

const MODULES = [new URL("./definitions.ts", import.meta.url)]

describe(`threads agree with the interpreter (seed ${SEED})`, () => {
  it(`in ${WORLDS} random worlds, whichever thread is late`, async () => {
    const property = fc.asyncProperty(scenario, LONG ? fc.constantFrom(2, 3, 8, 16) : fc.constantFrom(2, 3), async (whole, threads) => {
      const [genesis, options] = genesisOf(whole.genesis)
      const { world, stored, close } = await openThreadedWorld(genesis, { ...options, threads, modules: MODULES, delay: 2, everyBlocks: 3 })
      try {
        compare(whole, Orderings.causal, undefined, world)
        same(stored(), world.snapshot(), "what the threads store, and what the mirror stores")
      } finally {
        await close()
      }
    })
    await fc.assert(property, { seed: SEED, numRuns: WORLDS })
  })
})

describe("a market day", () => {
  it("comes to the same report on three threads", async () => {
    const options = { blocks: 40 }
    const { run: running, threaded } = await openRun(marketDay, options, { threads: 3, modules: [scenarioModule("market-day", planOf(marketDay, options))], everyBlocks: 8 })
    while (!running.done) running.step()
    expect(running.report()).toEqual(run(marketDay, options))
    expect(threaded.looks.length).toBeGreaterThan(0)
    expect(threaded.last()?.stretches.map((stretches) => stretches.length > 0)).toEqual([true, true, true])
    await threaded.close()
  })

  it(`verifies on ${COUNTS.join(", ")} threads`, async () => {
    const verifying = await VerifyingThreads.open(marketDay, "market-day", { blocks: 6 }, COUNTS)
    while (!verifying.done) verifying.step()
    const { roots, header, ...rest } = verifying.report()
    await verifying.close()
    expect(header?.height).toBe(6)
    expect(new Set(roots.map(({ root }) => root)).size).toBe(1)
    expect(rest).not.toHaveProperty("difference")
  })
})
