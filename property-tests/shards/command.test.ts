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

/** An event of the trace event format: M names a row, X is a bar on one. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  readonly args: { readonly block?: number; readonly name?: string }
}

const checkTrace = (events: readonly TraceEvent[], shards: readonly { readonly [phase: string]: number }[]): void => {
  const names = events.filter(({ ph }) => ph === "M").map(({ name, tid, args }) => [name, tid, args.name])
  expect(names).toEqual([["process_name", 0, "blockstep"], ["thread_name", 0, "shard 0"], ["thread_name", 1, "shard 1"]])
  const bars = events.filter(({ ph }) => ph === "X") as readonly Required<TraceEvent>[]
  expect(bars.length + names.length).toBe(events.length)
  expect(Math.min(...bars.map(({ ts }) => ts))).toBe(0)
  for (const [shard, spent] of shards.entries()) {
    const row = bars.filter(({ tid }) => tid === shard)
    let end = 0
    for (const { ts, dur } of row) {
      expect(ts).toBeGreaterThanOrEqual(end)
      expect(dur).toBeGreaterThanOrEqual(0)
      end = ts + dur
    }
    // The bars are the sums that --json tells.
    for (const phase of PHASES) expect(row.reduce((sum, { name, dur }) => (name === phase ? sum + dur : sum), 0)).toBe(spent[phase])
    expect([...new Set(row.map(({ args }) => args.block))]).toEqual(Array.from({ length: 77 }, (_, index) => index + 1))
  }
}

describe("blockstep run --threads", () => {
  it("tells the same as on one thread, and how the threads spent their time", async () => {
    const trace = join(folder, "trace.json")
    const read = async (...more: readonly string[]) => JSON.parse((await blockstep("run", "market-day", "--blocks", "77", "--json", ...more)).out) as Record<string, any>
    const one = await read()
    const { shards, placement, ...two } = await read("--threads", "2", "--explain-placement", "--trace", trace)
    const timeless = ({ seconds: _seconds, tps: _tps, threads: _threads, ...rest }: Record<string, unknown>) => rest
    expect(timeless(two)).toEqual(timeless(one))
    expect(shards.map((shard: object) => Object.keys(shard))).toEqual([0, 1].map(() => ["shard", ...PHASES]))
    expect(placement.map(({ height }: { height: number }) => height)).toEqual([8, 77])
    checkTrace(JSON.parse(readFileSync(trace, "utf8")) as readonly TraceEvent[], shards)
  })

  it("explains the placement in words", async () => {
    const { out } = await blockstep("run", "market-day", "--blocks", "8", "--threads", "2", "--explain-placement")
    expect(out).toMatch(/Placement\n +block +messages +crossed +busiest +slots moved +would cross +busiest\n +8 +\d+ +\d+, \d+\.\d %/)
    expect(out).toMatch(/what it gained is known at the next look/)
    expect(out).toMatch(/Who talks to whom, in the look up to block 8\n/)
    expect(out).toMatch(/amm\/eth-usd-/)
  })

  it("tells what moving slots gained, as it was counted before and after", async () => {
    const { out } = await blockstep("run", "market-day", "--blocks", "77", "--threads", "2", "--explain-placement")
    const [before, after] = [/^ +8 +(\d+) +(\d+), /m, /^ +77 +(\d+) +(\d+), /m].map((row) => row.exec(out)?.slice(1))
    expect(out).toContain(`counted before the first move: ${before?.[1]} of ${before?.[0]} messages crossed`)
    expect(out).toContain(`counted in the look since: ${after?.[1]} of ${after?.[0]} messages crossed`)
    expect(out).toMatch(/ (?:both in [01]|0 to 1|1 to 0)$/m)
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
