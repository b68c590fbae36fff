import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { PHASES } from "../../core/index.ts"
import { blockstep } from "../sim/command-line.ts"

/** What the command line says of threads. */

const folder = mkdtempSync(join(tmpdir(), "blockstep-"))
afterAll(() => rmSync(folder, { recursive: true }))
const OWN = join(import.meta.dirname, "threaded-scenario.ts")

describe("blockstep run --threads", () => {
  it("tells the same as on one thread, and how the threads spent their time", async () => {
    const trace = join(folder, "trace.json")
    const read = async (...more: readonly string[]) => JSON.parse((await blockstep("run", "market-day", "--blocks", "70", "--json", ...more)).out) as Record<string, any>
    const one = await read()
    const { shards, placement, ...two } = await read("--threads", "2", "--explain-placement", "--trace", trace)
    const timeless = ({ seconds: _seconds, tps: _tps, threads: _threads, ...rest }: Record<string, unknown>) => rest
    expect(timeless(two)).toEqual(timeless(one))
    expect(shards.map((shard: object) => Object.keys(shard))).toEqual([0, 1].map(() => ["shard", ...PHASES]))
    expect(placement.map(({ height }: { height: number }) => height)).toEqual([4, 64])
    const events = JSON.parse(readFileSync(trace, "utf8")) as readonly { name: string; ph: string; tid: number; dur: number; args: { block: number } }[]
    expect(new Set(events.map(({ tid }) => tid))).toEqual(new Set([0, 1]))
    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(PHASES))
    expect(events.every(({ ph, dur }) => ph === "X" && dur >= 0)).toBe(true)
    expect(Math.max(...events.map(({ args }) => args.block))).toBe(70)
  })

  it("explains the placement in words", async () => {
    const { out } = await blockstep("run", "market-day", "--blocks", "5", "--threads", "2", "--explain-placement")
    expect(out).toMatch(/Placement\n +block +messages +crossing +after +busiest +after +slots moved\n +4 /)
    expect(out).toMatch(/Who talks to whom, in block 4\n/)
    expect(out).toMatch(/amm\/eth-usd-/)
  })

  for (const given of ["0", "two", "65", "1,2"]) {
    it(`refuses ${given} threads`, async () => {
      const { code, err } = await blockstep("run", "market-day", "--threads", given)
      expect(code).toBe(2)
      expect(err).toMatch(new RegExp(`^blockstep: --threads must be .*, but is "${given}"$`))
    })
  }
})

describe("blockstep verify --threads", () => {
  it("prints the root of each, for a scenario of the user's own", async () => {
    const { code, out, err } = await blockstep("verify", OWN, "--threads", "1,2,3")
    expect(err).toBe("")
    expect(code).toBe(0)
    expect(out).toMatch(/every header agrees/)
    const roots = [...out.matchAll(/^ +(\d) threads? +([0-9a-f]{64})$/gm)]
    expect(roots.map(([, threads]) => threads)).toEqual(["1", "2", "3"])
    expect(new Set(roots.map(([, , root]) => root)).size).toBe(1)
  })

  it("names the first difference of a scenario that asks what thread it is in", async () => {
    const { code, err } = await blockstep("verify", OWN, "--threads", "1,2", "--seed", "13")
    expect(code).toBe(1)
    expect(err).toMatch(/^on 2 threads:\nblock 2: the two runs part, in the header's changes/)
    expect(err).toMatch(/\n {2}actor {4}bell\n/)
    expect(err).toMatch(/differs {2}.*state\.rung\n {2}first {4}1 .*\n {2}second {3}100 /)
    expect(err).toMatch(/replay: blockstep verify .*threaded-scenario\.ts --blocks 2 --seed 13 --threads 1,2/)
  })
})
